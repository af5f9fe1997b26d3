//! What every command that looks at a program does first: configuration, catalogue, files, analysis.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};

use super::ProgramArgs;
use crate::analysis::{Analysis, analyse};
use crate::catalogue::Catalogue;
use crate::config::{Config, Selection};
use crate::project::discover::discover;
use crate::project::environment::{EnvironmentOptions, parse_version};
use crate::project::{Project, ProjectOptions};
use crate::report::progress::Bar;

/// A program with what is known about it.
pub struct Session {
    pub config: Config,
    pub catalogue: Catalogue,
    pub selection: Selection,
    pub options: Options,
    pub project: Project,
}

/// What a project was opened with, to open it again with other texts.
#[derive(Clone)]
pub struct Options {
    pub cwd: PathBuf,
    pub files: Vec<PathBuf>,
    pub environment: EnvironmentOptions,
}

impl Session {
    pub fn open(args: &ProgramArgs) -> Result<Self> {
        let cwd = std::env::current_dir().context("the working directory cannot be read")?;
        let config = Config::find(&cwd, args.config.as_deref())?;
        let folders: Vec<PathBuf> = config.codemods.iter().map(|path| config.folder.join(path)).collect();
        let catalogue = Catalogue::load(&folders)?;
        let selection = select(&config, args, &catalogue)?;
        let target = args.target_version.as_ref().or(config.target_version.as_ref());
        let environment = EnvironmentOptions {
            python: args
                .python
                .clone()
                .or_else(|| config.python.as_ref().map(|path| config.folder.join(path))),
            target_version: match target {
                Some(text) => {
                    Some(parse_version(text).ok_or_else(|| anyhow!("--target-version {text}: write it as 3.11"))?)
                }
                None => None,
            },
            source_roots: config.source_roots.iter().map(|path| config.folder.join(path)).collect(),
        };
        let files = discover(&cwd, &args.paths, &config.exclude)?;
        let options = Options { cwd, files, environment };
        let project = options.open(&catalogue, Default::default())?;
        Ok(Self {
            config,
            catalogue,
            selection,
            options,
            project,
        })
    }

    /// Analyses the program, with a progress bar on a terminal.
    pub fn analyse(&self) -> Analysis {
        self.analyse_project(&self.project)
    }

    pub fn analyse_project(&self, project: &Project) -> Analysis {
        let bar = Bar::new(self.options.files.len());
        let mut analysis = analyse(project, &self.catalogue, &|stage, done, total| bar.update(stage, done, total));
        bar.finish();
        analysis.findings.retain(|finding| {
            let api = &self.catalogue.apis[finding.site.api as usize];
            self.selection
                .takes(&self.catalogue.codemods[api.codemod].name, api.kind, finding.severity)
        });
        analysis
    }
}

impl Options {
    /// Opens the program with `overlay` in place of what is on disk.
    pub fn open(&self, catalogue: &Catalogue, overlay: rustc_hash::FxHashMap<PathBuf, String>) -> Result<Project> {
        let public = catalogue.public_names();
        let project = Project::open(
            ProjectOptions {
                cwd: self.cwd.clone(),
                files: self.files.clone(),
                environment: self.environment.clone(),
                stubs: catalogue.stub_files(),
                overlay,
            },
            move |module| public.get(module).cloned().unwrap_or_else(|| module.to_owned()),
        )?;
        Ok(project)
    }
}

fn select(config: &Config, args: &ProgramArgs, catalogue: &Catalogue) -> Result<Selection> {
    let select = if args.select.is_empty() { &config.select } else { &args.select };
    let ignore = if args.ignore.is_empty() { &config.ignore } else { &args.ignore };
    match Selection::new(catalogue, select, ignore, config.minimum_severity.map(Into::into)) {
        Ok(selection) => Ok(selection),
        Err(message) => bail!(message),
    }
}
