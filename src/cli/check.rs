//! `deblock check`

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::ProgramArgs;
use super::session::{Outcome, Overlay, Session};
use crate::apply;
use crate::report::{self, Record};

#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    program: ProgramArgs,
    /// How to print findings (default: full on a terminal, concise elsewhere)
    #[arg(long, value_enum, value_name = "FORMAT")]
    output_format: Option<Format>,
    /// Print how often each api was found, instead of the findings
    #[arg(long)]
    statistics: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With the source, the way from the loop to the call, and what deblock would do
    Full,
    /// One line a finding
    Concise,
    /// One JSON array
    Json,
    /// One JSON object a line
    Jsonl,
}

pub fn run(args: &CheckArgs) -> Result<ExitCode> {
    let session = Session::new(&args.program)?;
    if let Some(recovered) = apply::recover(&session.cwd)? {
        anstream::eprintln!("an earlier fix was interrupted: its {} files are as they were before it", recovered.files);
    }
    let outcome = session.run(&Overlay::default())?;
    let records = report::records(&outcome.project, &session.catalogue, &outcome.analysis, &outcome.plan);
    print(args, &outcome, &records)?;
    for problem in &outcome.project.problems {
        anstream::eprintln!("warning: {}:{}: {}", problem.file, problem.line, problem.message);
    }
    for unused in &outcome.analysis.unused {
        let types = &outcome.project.types;
        let file = types.world().file(unused.file).map(|file| file.display.clone()).unwrap_or_default();
        let line = types.position(unused.file, unused.range.start()).line;
        anstream::eprintln!("warning: {file}:{line}: this `deblock: ignore` keeps nothing: nothing blocks here");
    }
    Ok(if records.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn print(args: &CheckArgs, outcome: &Outcome, records: &[Record]) -> Result<()> {
    let default = if std::io::stdout().is_terminal() { Format::Full } else { Format::Concise };
    let format = args.output_format.unwrap_or(default);
    let mut out = anstream::stdout().lock();
    let world = outcome.project.types.world();
    if args.statistics {
        report::summary::statistics(&mut out, records)?;
    } else {
        match format {
            Format::Full => report::full::print(&mut out, records, |record| {
                let file = world.own_files().find(|(_, file)| file.display == record.file).map(|(id, _)| id);
                file.map(|id| outcome.project.types.text(id)).unwrap_or_default()
            })?,
            Format::Concise => report::concise::print(&mut out, records)?,
            Format::Json => report::json::print(&mut out, records)?,
            Format::Jsonl => report::jsonl::print(&mut out, records)?,
        }
    }
    if matches!(format, Format::Full | Format::Concise) {
        report::summary::print(&mut out, records, world.files.len())?;
    }
    out.flush()?;
    Ok(())
}
