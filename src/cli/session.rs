//! What every command that looks at a program does first: configuration, catalogue, files, analysis, plan.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use rustc_hash::FxHashMap;

use super::ProgramArgs;
use super::cache::Cache;
use crate::analysis::{Analysis, Finding, Index, Progress, Resolver, Shared, analyse, computing, of_tests};
use crate::apply::Store;
use crate::catalogue::{Catalogue, Kind};
use crate::config::{Config, Endpoints, Metadata, Public, Selection, check_targets};
use crate::plan::{Plan, Terms, Treatment, plan, processes};
use crate::project::discover::{FileKind, discover, normalize};
use crate::project::environment::{EnvironmentOptions, parse_version};
use crate::project::source::{self, Decoded};
use crate::project::{self, Project, ProjectOptions};
use crate::report::progress::Bar;
use crate::rewrite::{Rewriter, Sharing, ThreadStyle, Uses};

/// Texts that stand in for files on disk.
pub type Overlay = FxHashMap<PathBuf, String>;

/// A text that is given, as that of a file which need not be there.
pub struct Input {
    /// The file that it stands for.
    pub path: PathBuf,
    pub bytes: Vec<u8>,
    pub decoded: Decoded,
}

/// How a program is to be looked at.
pub struct Session {
    pub catalogue: Arc<Catalogue>,
    pub cwd: PathBuf,
    /// What came from standard input.
    pub input: Option<Input>,
    selection: Selection,
    executor: Option<String>,
    /// The files for helpers, by the kind of codemod that brings them.
    helpers: BTreeMap<Kind, PathBuf>,
    metadata: Metadata,
    public: Option<Public>,
    endpoints: Endpoints,
    targets: BTreeMap<String, String>,
    /// Manifests are changed with the code.
    pub manifests: bool,
    /// What only tests do is treated as well.
    tests: bool,
    files: Vec<PathBuf>,
    environment: EnvironmentOptions,
}

/// What blocks the loop of a program, and what to do about it.
pub struct Outcome {
    pub project: Project,
    pub analysis: Analysis,
    pub plan: Plan,
}

impl Session {
    /// Puts the old program back where an earlier fix was interrupted, and says so.
    ///
    /// # Errors
    /// When that cannot be done.
    pub fn recover(&self) -> Result<()> {
        // Where there is no place for journals, no fix was made.
        let Ok(store) = Store::of_the_system() else {
            return Ok(());
        };
        if let Some(recovered) = store.recover(&self.cwd)? {
            anstream::eprintln!(
                "an earlier fix was interrupted: its {} files are as they were before it",
                recovered.files
            );
        }
        Ok(())
    }

    pub(super) fn new(args: &ProgramArgs) -> Result<Self> {
        let cwd = std::env::current_dir().context("the working directory cannot be read")?;
        let config = Config::find(&cwd, args.config.as_deref())?;
        let folders: Vec<PathBuf> = config.codemods.iter().map(|path| config.folder.join(path)).collect();
        let mut catalogue = Catalogue::load(&folders)?;
        if config.files.metadata == Metadata::Leave {
            catalogue.leave_metadata();
        }
        let catalogue = Arc::new(catalogue);
        let selection = select(&config, args, &catalogue)?;
        check_targets(&catalogue, &config.target).map_err(|message| anyhow!(message))?;
        let target = args.target_version.as_ref().or(config.target_version.as_ref());
        let environment = EnvironmentOptions {
            python: args.python.clone().or_else(|| config.python.as_ref().map(|path| config.folder.join(path))),
            target_version: match target {
                Some(text) => {
                    Some(parse_version(text).ok_or_else(|| anyhow!("--target-version {text}: write it as 3.11"))?)
                }
                None => None,
            },
            source_roots: config.source_roots.iter().map(|path| config.folder.join(path)).collect(),
        };
        let mut input = None;
        let files = if args.paths.iter().any(|path| path.as_os_str() == "-") {
            if args.paths.len() > 1 {
                bail!("`-` stands for the whole program: give no other path with it");
            }
            let path = stdin_path(&cwd, args)?;
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).context("standard input cannot be read")?;
            input = Some(Input::new(path.clone(), bytes)?);
            vec![path]
        } else {
            discover(&cwd, &args.paths, &config.exclude)?
        };
        let helper = config.process.helper.map(|path| normalize(&cwd.join(&config.folder).join(path)));
        Ok(Self {
            catalogue,
            cwd,
            input,
            selection,
            executor: config.thread.executor,
            helpers: helper.into_iter().map(|path| (Kind::Process, path)).collect(),
            metadata: config.files.metadata,
            public: config.colour.public,
            endpoints: config.plan.endpoints,
            targets: config.target,
            manifests: config.project.manifests,
            tests: config.project.tests,
            files,
            environment,
        })
    }

    /// About the files of a program in `cwd`, with the defaults of the configuration.
    #[must_use]
    pub fn of_files(catalogue: Arc<Catalogue>, cwd: PathBuf, files: Vec<PathBuf>) -> Self {
        Self {
            catalogue,
            cwd,
            input: None,
            selection: Selection::default(),
            executor: None,
            helpers: BTreeMap::new(),
            metadata: Metadata::default(),
            public: None,
            endpoints: Endpoints::default(),
            targets: BTreeMap::new(),
            manifests: true,
            tests: false,
            files,
            environment: EnvironmentOptions::default(),
        }
    }

    /// About a program in `cwd` that is one given text, with the defaults of the configuration.
    #[must_use]
    pub fn of_input(catalogue: Arc<Catalogue>, cwd: PathBuf, input: Input) -> Self {
        let files = vec![input.path.clone()];
        Self { input: Some(input), ..Self::of_files(catalogue, cwd, files) }
    }

    /// Reads and analyses the program, with `overlay` in place of what is on disk.
    pub fn run(&self, overlay: &Overlay) -> Result<Outcome> {
        let project = self.open(overlay)?;
        let bar = Bar::new(self.files.len());
        let beside = of_tests(project.types.world(), &self.catalogue);
        let index = Index::build(project.types.world(), if self.tests { None } else { Some(&beside) });
        let shared = Shared::new(project.types.world(), &index, &self.catalogue, &beside);
        let resolver = Resolver::new(project.types.clone(), &shared);
        let mut analysis = analyse(&resolver, &|stage, done, total| bar.update(stage, done, total));
        analysis.findings.retain(|finding| {
            let api = &self.catalogue.apis[finding.site.api as usize];
            self.selection.takes(&self.catalogue.codemods[api.codemod].name, api.kind, finding.severity)
        });
        bar.update("treatments", 0, analysis.findings.len());
        if !self.tests {
            let world = project.types.world();
            let is_for_tests = |file| world.file(file).is_some_and(|file| self.catalogue.is_for_tests(&file.display));
            analysis.leave_tests(is_for_tests);
        }
        analysis.leave_scattered();
        let keeps_public = self.public.map_or(project.is_library, |public| public == Public::Keep);
        let terms = Terms {
            minimum: project.minimum,
            keeps_public,
            is_library: project.is_library,
            targets: self.targets.clone(),
            drops_async: self.endpoints == Endpoints::DropAsync,
        };
        let mut plan = plan(&resolver, &analysis, &terms);
        self.add_work(&resolver, &terms, (&mut analysis, &mut plan), &|stage, done, total| {
            bar.update(stage, done, total)
        });
        bar.finish();
        drop(resolver);
        drop(shared);
        let rewriter = Rewriter::new(&project, &self.catalogue, self.style(&project)).sharing(self.sharing(&plan));
        let mut uses = Uses::default();
        plan.changes.retain(|change| match rewriter.refuses(change, &mut uses) {
            None => true,
            Some(reason) => {
                for &finding in &change.findings {
                    plan.treatments[finding] = Treatment::Leave(reason.clone());
                }
                false
            }
        });
        plan.repeated = uses.repeated();
        drop(rewriter);
        Ok(Outcome { project, analysis, plan })
    }

    /// Adds what computes for long on a loop, and what to do about that.
    fn add_work(
        &self,
        resolver: &Resolver<'_>,
        terms: &Terms,
        (analysis, plan): (&mut Analysis, &mut Plan),
        progress: Progress<'_>,
    ) {
        let is_taken = |finding: &Finding, is_asked: bool| {
            let api = &self.catalogue.apis[finding.site.api as usize];
            let name = &self.catalogue.codemods[api.codemod].name;
            if is_asked {
                self.selection.names(name, api.kind)
            } else {
                self.selection.takes(name, api.kind, finding.severity)
            }
        };
        let mut work = computing(resolver, progress);
        work.findings.retain(|finding| is_taken(finding, false));
        if !self.tests {
            let world = resolver.types.world();
            let is_for_tests = |file| world.file(file).is_some_and(|file| self.catalogue.is_for_tests(&file.display));
            work.leave_tests(is_for_tests);
            work.findings.retain(|finding| finding.untreated.is_none());
        }
        let mut more = processes(resolver, &work, terms, plan, |finding| is_taken(finding, true));
        let first = analysis.findings.len();
        for change in &mut more.changes {
            change.findings.iter_mut().for_each(|finding| *finding += first);
        }
        analysis.unused.retain(|comment| work.sites.is_empty() || work.unused.contains(comment));
        analysis.findings.append(&mut work.findings);
        analysis.suppressed.append(&mut work.suppressed);
        analysis.sites.append(&mut work.sites);
        plan.treatments.append(&mut more.treatments);
        plan.changes.append(&mut more.changes);
        plan.changes.sort_by_key(|change| (change.function, change.call.start(), change.call.end()));
    }

    fn open(&self, overlay: &Overlay) -> Result<Project> {
        let public = self.catalogue.public_names();
        let mut texts = Overlay::default();
        texts.extend(self.input.as_ref().map(|input| (input.path.clone(), input.decoded.text.clone())));
        texts.extend(overlay.iter().map(|(path, text)| (path.clone(), text.clone())));
        let project = Project::open(
            ProjectOptions {
                cwd: self.cwd.clone(),
                files: self.files.clone(),
                environment: self.environment.clone(),
                stubs: self.catalogue.stub_files(),
                overlay: texts,
            },
            move |name| public.get(name).cloned(),
        )?;
        Ok(project)
    }

    /// Where an answer about this program is kept; none for a text that is given.
    pub(super) fn cache(&self) -> Option<Cache> {
        if self.input.is_some() {
            return None;
        }
        let binary = std::env::current_exe().ok()?;
        let built = std::fs::metadata(&binary).and_then(|metadata| metadata.modified()).ok()?;
        let variables = ["VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "PYTHONPATH", "HOME", "PATH"];
        let variables = variables.map(std::env::var_os);
        let treatments =
            (&self.executor, &self.helpers, self.public, &self.targets, self.tests, self.metadata, self.endpoints);
        let options = (&self.cwd, &self.selection, treatments, &self.environment, variables);
        let place = format!("{:?}", (&options, self.files.len()));
        let question = format!("{:?}", (binary, built, options, &self.files, &self.catalogue.own));
        Cache::new(&place, &question)
    }

    /// The text of the file that is shown as `display`, as offsets count in it.
    pub(super) fn text(&self, display: &str) -> String {
        let path = self.cwd.join(display);
        let given = self.input.as_ref().filter(|input| input.path == path).map(|input| input.decoded.text.clone());
        given.unwrap_or_else(|| project::text_of(&path).unwrap_or_default())
    }

    /// How this program's calls are handed to threads.
    pub fn style(&self, project: &Project) -> ThreadStyle {
        ThreadStyle {
            executor: self
                .executor
                .as_ref()
                .and_then(|executor| executor.split_once(':'))
                .map(|(module, name)| (module.to_owned(), name.to_owned())),
            minimum: project.minimum,
            turn: None,
        }
    }
}

impl Session {
    /// Makes edits of what is planned.
    #[must_use]
    pub fn rewriter<'a>(&'a self, outcome: &'a Outcome) -> Rewriter<'a> {
        let project = &outcome.project;
        Rewriter::new(project, &self.catalogue, self.style(project)).sharing(self.sharing(&outcome.plan))
    }

    /// Where helpers go that modules have in common.
    #[must_use]
    pub fn sharing(&self, plan: &Plan) -> Sharing {
        Sharing { asked: self.helpers.clone(), repeated: plan.repeated.clone() }
    }
}

impl Input {
    /// # Errors
    /// When the bytes are not text in the encoding that they declare.
    pub fn new(path: PathBuf, bytes: Vec<u8>) -> Result<Self> {
        let decoded = source::decode(&bytes).map_err(|error| anyhow!("{}: {error}", path.display()))?;
        Ok(Self { path, bytes, decoded })
    }
}

fn stdin_path(cwd: &std::path::Path, args: &ProgramArgs) -> Result<PathBuf> {
    let name = args.stdin_filename.clone().unwrap_or_else(|| PathBuf::from("stdin.py"));
    if FileKind::of(&name) != Some(FileKind::Python) {
        bail!("--stdin-filename {}: not the name of a .py file", name.display());
    }
    Ok(normalize(&cwd.join(name)))
}

fn select(config: &Config, args: &ProgramArgs, catalogue: &Catalogue) -> Result<Selection> {
    let select = if args.select.is_empty() { &config.select } else { &args.select };
    let ignore = if args.ignore.is_empty() { &config.ignore } else { &args.ignore };
    match Selection::new(catalogue, select, ignore, config.minimum_severity.map(Into::into)) {
        Ok(selection) => Ok(selection),
        Err(message) => bail!(message),
    }
}
