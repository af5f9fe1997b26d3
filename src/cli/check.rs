//! `deblock check`

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::ProgramArgs;
use super::session::Session;
use crate::report;

#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    program: ProgramArgs,
    /// How to print findings (default: full on a terminal, concise elsewhere)
    #[arg(long, value_enum, value_name = "FORMAT")]
    output_format: Option<Format>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Jsonl,
}

pub fn run(args: &CheckArgs) -> Result<ExitCode> {
    let session = Session::open(&args.program)?;
    let analysis = session.analyse();
    let records = report::records(&session.project, &session.catalogue, &analysis);
    let mut out = std::io::stdout().lock();
    report::jsonl::print(&mut out, &records)?;
    out.flush()?;
    for problem in &session.project.problems {
        anstream::eprintln!("warning: {}:{}: {}", problem.file, problem.line, problem.message);
    }
    Ok(if records.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
