//! `deblock check`

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::ProgramArgs;
use super::cache::{Answer, Cache};
use super::session::{Overlay, Session};
use crate::report;

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
    /// Analyse the program even when nothing has changed since the last time
    #[arg(long)]
    no_cache: bool,
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
    session.recover()?;
    let cache = if args.no_cache { None } else { session.cache() };
    let answer = match cache.as_ref().and_then(Cache::load) {
        Some(answer) => answer,
        None => ask(&session, cache.as_ref())?,
    };
    print(args, &session, &answer)?;
    for warning in &answer.warnings {
        anstream::eprintln!("warning: {warning}");
    }
    Ok(if answer.records.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn ask(session: &Session, cache: Option<&Cache>) -> Result<Answer> {
    let start = SystemTime::now();
    let outcome = session.run(&Overlay::default())?;
    let types = &outcome.project.types;
    let problems = outcome.project.problems.iter();
    let mut warnings: Vec<String> =
        problems.map(|problem| format!("{}:{}: {}", problem.file, problem.line, problem.message)).collect();
    for unused in &outcome.analysis.unused {
        let file = types.world().file(unused.file).map(|file| file.display.clone()).unwrap_or_default();
        let line = types.position(unused.file, unused.range.start()).line;
        warnings.push(format!("{file}:{line}: this `deblock: ignore` keeps nothing: nothing blocks here"));
    }
    let answer = Answer {
        records: report::records(&outcome.project, &session.catalogue, &outcome.analysis, &outcome.plan),
        warnings,
        files: types.world().files.len(),
    };
    if let Some(cache) = cache {
        cache.store(&answer, types.seen(), start);
    }
    // The process is about to end: the system takes the memory back faster than piece by piece.
    std::mem::forget(outcome);
    Ok(answer)
}

fn print(args: &CheckArgs, session: &Session, answer: &Answer) -> Result<()> {
    let default = if std::io::stdout().is_terminal() { Format::Full } else { Format::Concise };
    let format = args.output_format.unwrap_or(default);
    let mut out = anstream::stdout().lock();
    let records = &answer.records;
    if args.statistics {
        report::summary::statistics(&mut out, records)?;
    } else {
        match format {
            Format::Full => report::full::print(&mut out, records, |record| session.text(&record.file))?,
            Format::Concise => report::concise::print(&mut out, records)?,
            Format::Json => report::json::print(&mut out, records)?,
            Format::Jsonl => report::jsonl::print(&mut out, records)?,
        }
    }
    if matches!(format, Format::Full | Format::Concise) {
        report::summary::print(&mut out, records, answer.files)?;
    }
    out.flush()?;
    Ok(())
}
