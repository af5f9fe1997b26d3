//! `deblock undo`

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::apply::Store;
use crate::report;

pub fn run() -> Result<ExitCode> {
    let cwd = std::env::current_dir().context("the working directory cannot be read")?;
    let undone = Store::of_the_system()?.undo(&cwd)?;
    anstream::eprintln!("brought back {}", report::count(undone.files, "file"));
    Ok(ExitCode::SUCCESS)
}
