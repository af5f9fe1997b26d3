//! The command line.

mod cache;
mod check;
mod explain;
mod explanations;
mod fix;
mod manifests;
mod session;
mod undo;

pub use fix::{FixedText, fix_text};
pub use session::{Input, Outcome, Overlay, Session};

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::catalogue::Catalogue;
use crate::config::Config;

/// Finds what blocks an asyncio event loop anywhere in a Python program, and rewrites it so that it no longer does.
#[derive(Debug, Parser)]
#[command(name = "deblock", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    color: Color,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Report what blocks the event loop
    Check(check::CheckArgs),
    /// Rewrite it: on a terminal, asks change by change; elsewhere, prints the diff
    Fix(fix::FixArgs),
    /// Bring back what the last fix replaced
    Undo,
    /// Tell what a codemod or an api is about
    Explain(explain::ExplainArgs),
    /// List the codemods in the order in which they run
    Codemods(explain::CodemodsArgs),
    /// Print a completion script for a shell
    Completions { shell: Shell },
    /// Print the manual page
    #[command(hide = true)]
    Man,
}

/// Where codemods come from.
#[derive(Debug, Clone, Args)]
struct CatalogueArgs {
    /// The configuration file (default: the nearest deblock.toml or pyproject.toml with [tool.deblock])
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl CatalogueArgs {
    fn load(&self) -> Result<Catalogue> {
        let cwd = std::env::current_dir().context("the working directory cannot be read")?;
        let config = Config::find(&cwd, self.config.as_deref())?;
        let folders: Vec<PathBuf> = config.codemods.iter().map(|path| config.folder.join(path)).collect();
        Ok(Catalogue::load(&folders)?)
    }
}

/// What `check` and `fix` have in common.
#[derive(Debug, Clone, Args)]
struct ProgramArgs {
    /// Files and folders of the program; `-` reads a file from standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Codemods or kinds to use (default: all)
    #[arg(long, value_delimiter = ',', value_name = "CODEMOD")]
    select: Vec<String>,
    /// Codemods or kinds to leave out
    #[arg(long, value_delimiter = ',', value_name = "CODEMOD")]
    ignore: Vec<String>,
    /// The configuration file (default: the nearest deblock.toml or pyproject.toml with [tool.deblock])
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The Python environment of the program: an interpreter or the folder of a virtual environment
    #[arg(long, value_name = "PATH")]
    python: Option<PathBuf>,
    /// The oldest Python the program runs on, such as 3.9 (default: what requires-python says)
    #[arg(long, value_name = "VERSION")]
    target_version: Option<String>,
    /// The path that standard input stands for
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let result = match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Fix(args) => fix::run(&args),
        Command::Undo => undo::run(),
        Command::Explain(args) => explain::explain(&args),
        Command::Codemods(args) => explain::codemods(&args),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "deblock", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
        Command::Man => clap_mangen::Man::new(Cli::command())
            .render(&mut std::io::stdout())
            .map(|()| ExitCode::SUCCESS)
            .map_err(Into::into),
    };
    match result {
        Ok(code) => code,
        // Whoever reads the output has seen enough of it.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    causes.any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
