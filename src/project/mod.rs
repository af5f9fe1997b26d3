//! A Python program: its files, what they say, and what the type engine knows about them.
//!
//! Only this folder knows the type engine. What the rest needs is asked through [`Types`].

mod assigned;
mod beside;
mod blank;
mod bound;
mod classes;
mod collect;
mod db;
mod definitions;
pub mod discover;
mod disk;
mod emptied;
pub mod environment;
pub mod facts;
mod fields;
mod flows;
mod guard;
mod identity;
mod made;
mod memo;
mod names;
mod requires;
mod sole;
pub mod source;
mod syntax;
mod system;
mod tangles;
mod targets;
mod tree;
mod types;
mod values;
mod work;
mod world;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use ruff_db::system::{SystemPath, SystemPathBuf};
use ruff_python_ast::PySourceType;
use ruff_python_ast::name::Name;
use ruff_python_parser::parse_unchecked_source;
use ruff_text_size::TextSize;
use rustc_hash::{FxHashMap, FxHashSet};

pub use beside::{Beside, RUNNERS};
pub use classes::{ClassInfo, Mro};
pub(crate) use collect::{compare_method, operator_method, protocol_of};
pub use discover::FileKind;
pub use disk::Stamp;
pub use flows::{SELF, chain};
pub use guard::guarded;
pub(crate) use memo::Memo;
pub use syntax::{
    blocks, callee_of, delegated, dotted, generators, goes_round, last, returned, returns, spelled_annotation,
    whose_class, yielded,
};
pub use tree::Ast;
pub(crate) use types::extend;
pub use types::{CONSTRUCTORS, DefId, Position, Shape, Shapes, Target, Types};
pub use world::{FileId, SourceFile, World};

use disk::Disk;
use environment::{EnvironmentError, EnvironmentOptions, Imported};

/// A file that cannot be analysed.
#[derive(Debug, Clone)]
pub struct Problem {
    pub file: String,
    /// 1-based.
    pub line: usize,
    pub message: String,
}

/// A program whose files have been read.
pub struct Project {
    pub root: PathBuf,
    pub cwd: PathBuf,
    pub types: Types,
    pub problems: Vec<Problem>,
    /// The oldest Python it runs on.
    pub minimum: Option<(u8, u8)>,
    /// It is made to be installed by others, who may call its public functions.
    pub is_library: bool,
    /// The line length that its formatter is configured for.
    pub line_length: Option<usize>,
}

/// What a project is made from.
pub struct ProjectOptions {
    pub cwd: PathBuf,
    /// Absolute.
    pub files: Vec<PathBuf>,
    pub environment: EnvironmentOptions,
    /// The stubs of the catalogue, as (path, text).
    pub stubs: Vec<(String, String)>,
    /// Texts to see in place of those on disk.
    pub overlay: FxHashMap<PathBuf, String>,
}

impl Project {
    /// Reads and parses all files and sets up the type engine.
    ///
    /// # Errors
    /// When the Python environment is not what the options say it is.
    pub fn open(
        options: ProjectOptions,
        public: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Result<Self, EnvironmentError> {
        let cwd = SystemPathBuf::from_path_buf(options.cwd.clone()).map_err(EnvironmentError::Encoding)?;
        let anchor = options.files.first().and_then(|file| file.parent()).unwrap_or(&options.cwd);
        let anchor = if anchor.starts_with(&options.cwd) { &options.cwd } else { anchor };
        let disk = Disk::default();
        // What a fix adds comes last, so that the files that were there before keep their numbers.
        let is_added = |path: &&PathBuf| options.files.binary_search(path).is_err();
        let mut added: Vec<&PathBuf> = options.overlay.keys().filter(is_added).collect();
        added.sort_unstable();
        let files: Vec<&PathBuf> = options.files.iter().chain(added).collect();
        let (mut read, problems): (Vec<Read>, Vec<Option<Problem>>) =
            files.into_par_iter().map(|path| read(&disk, path, &options.cwd, options.overlay.get(path))).unzip();
        forget_passes(&mut read);
        let imported = Imported::of(read.iter().map(|file| &file.facts));
        let root = environment::project_root(&disk, anchor, &imported);
        let overlay = options
            .overlay
            .iter()
            .filter_map(|(path, text)| Some((SystemPath::from_std_path(path)?.to_path_buf(), text.clone())))
            .collect();
        let stubs = foreign_stubs(options.stubs, [&root, &options.cwd], &options.files);
        let system = system::ProjectSystem::new(&cwd, stubs, overlay, disk.clone())
            .map_err(|error| EnvironmentError::Python { path: options.cwd.clone(), message: error.to_string() })?;
        let settings =
            environment::settings(&system, &root, &options.cwd, &options.files, &imported, &options.environment)?;
        let files = read.into_iter().map(Read::finish).collect();
        let problems = problems.into_iter().flatten().collect();
        let minimum = options.environment.target_version.or_else(|| requires::minimum_version(&disk, &root));
        let world = Arc::new(World::new(files, Box::new(public)));
        let line_length = environment::line_length(&disk, &root);
        let is_library = environment::is_library(&disk, &root);
        Ok(Self {
            root,
            cwd: options.cwd,
            types: Types::new(db::Database::new(system, settings), world),
            problems,
            minimum,
            is_library,
            line_length,
        })
    }

    /// Whether a folder is a package of the program, whatever else is in it.
    #[must_use]
    pub fn is_package(&self, folder: &Path) -> bool {
        let files = self.types.world().own_files();
        Imported::of(files.map(|(_, file)| &*file.facts)).is_package(self.types.disk(), folder)
    }
}

/// The stubs without those of packages that the program is itself: they would hide its own code.
fn foreign_stubs(stubs: Vec<(String, String)>, roots: [&Path; 2], files: &[PathBuf]) -> Vec<(String, String)> {
    let is_own = |package: &str| {
        let folders = roots.into_iter().flat_map(|root| ["", "src", "lib"].map(|folder| root.join(folder)));
        folders.into_iter().any(|folder| {
            let package = folder.join(package);
            let modules = [package.join("__init__.py"), package.with_added_extension("py")];
            modules.iter().any(|module| files.binary_search(module).is_ok())
        })
    };
    let mut known: FxHashMap<String, bool> = FxHashMap::default();
    let mut keep = |path: &str| {
        let package = path.split('/').next().unwrap_or(path).trim_end_matches("-stubs").to_owned();
        !*known.entry(package).or_insert_with_key(|package| is_own(package))
    };
    stubs.into_iter().filter(|(path, _)| keep(path)).collect()
}

/// Decodes Python source.
///
/// # Errors
/// A message that names the line.
pub fn decode(bytes: &[u8]) -> Result<String, source::DecodeError> {
    source::decode(bytes).map(|decoded| decoded.text)
}

/// The text of a file, as the offsets in a project with it count.
#[must_use]
pub fn text_of(path: &Path) -> Option<String> {
    read_text(&Disk::default(), path).ok()
}

/// The text of a file of any kind, as its offsets count in it; else a message and the line that it is about.
fn read_text(disk: &Disk, path: &Path) -> Result<String, (usize, String)> {
    let bytes = disk.read(path).map_err(|error| (1, error.to_string()))?;
    if FileKind::of(path) == Some(FileKind::Notebook) {
        let text = String::from_utf8(bytes).map_err(|_| (1, "the notebook is not valid UTF-8".to_owned()))?;
        let notebook = ruff_notebook::Notebook::from_source_code(&text)
            .map_err(|error| (1, format!("not a notebook: {error}")))?;
        if !notebook.is_python_notebook() {
            return Ok(String::new());
        }
        return Ok(notebook.source_code().to_owned());
    }
    source::decode(&bytes).map(|decoded| decoded.text).map_err(|error| (error.line(), error.to_string()))
}

/// A file that was read.
struct Read {
    path: PathBuf,
    display: String,
    kind: FileKind,
    facts: facts::Facts,
}

impl Read {
    fn finish(self) -> SourceFile {
        SourceFile { path: self.path, display: self.display, kind: self.kind, facts: Arc::new(self.facts) }
    }
}

/// Keeps of what calls pass what some function of the program may take.
fn forget_passes(files: &mut [Read]) {
    let open = files.iter().flat_map(|file| file.facts.open_functions().map(|(name, ..)| name.clone()));
    let mut open: FxHashSet<Name> = open.collect();
    // What tables hold is called by their names, or by those of what was taken from them: `act = TABLE[key]`.
    for _ in 0..2 {
        let bound = files.iter().flat_map(|file| &file.facts.bindings);
        let holding = bound.filter(|bound| bound.sources.iter().any(|source| open.contains(source)));
        let holders: Vec<Name> = holding.map(|bound| bound.target.clone()).collect();
        open.extend(holders);
    }
    files.par_iter_mut().for_each(|file| {
        file.facts.passes.retain(|pass| open.contains(&pass.callee));
        file.facts.passes.shrink_to_fit();
    });
}

fn read(disk: &Disk, path: &Path, cwd: &Path, overlay: Option<&String>) -> (Read, Option<Problem>) {
    let kind = FileKind::of(path).unwrap_or(FileKind::Python);
    let display = display_path(path, cwd);
    let text = match overlay {
        Some(text) => Ok(text.clone()),
        None => read_text(disk, path),
    };
    let (facts, problem) = match text {
        Ok(text) => parse(&text, kind, &display),
        Err((line, message)) => (
            facts::Facts::unreadable(TextSize::new(0), message.clone()),
            Some(Problem { file: display.clone(), line, message }),
        ),
    };
    (Read { path: path.to_path_buf(), display, kind, facts }, problem)
}

fn parse(text: &str, kind: FileKind, display: &str) -> (facts::Facts, Option<Problem>) {
    let source_type = match kind {
        FileKind::Python => PySourceType::Python,
        FileKind::Stub => PySourceType::Stub,
        FileKind::Notebook => PySourceType::Ipynb,
    };
    let parsed = parse_unchecked_source(text, source_type);
    let facts = facts::collect(&parsed, text);
    let Some((offset, message)) = facts.error.clone() else {
        return (facts, None);
    };
    let line = text[..offset.to_usize().min(text.len())].matches('\n').count() + 1;
    let problem = Problem { file: display.to_owned(), line, message: format!("syntax error: {message}") };
    (facts::Facts::unreadable(offset, message), Some(problem))
}

/// The path to show for a file: relative to `cwd` where it is below it, always with `/`.
#[must_use]
pub fn display_path(path: &Path, cwd: &Path) -> String {
    let shown = path.strip_prefix(cwd).unwrap_or(path);
    shown.to_string_lossy().replace('\\', "/")
}
