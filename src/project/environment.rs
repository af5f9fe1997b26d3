//! Where a program's imports lead, and which Python it is written for.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ruff_db::system::{System, SystemPath, SystemPathBuf};
use ruff_python_ast::PythonVersion;
use rustc_hash::FxHashSet;
use ty_module_resolver::{SearchPathSettings, UseDefaultStrategy};
use ty_python_core::platform::PythonPlatform;
use ty_python_core::program::ProgramSettings;
use ty_python_semantic::{PythonEnvironment, PythonVersionSource, PythonVersionWithSource, SysPrefixPathOrigin};

use super::disk::Disk;
use super::facts::Facts;
use super::system::{ProjectSystem, STUBS};

/// What the user said about the environment.
#[derive(Debug, Clone, Default)]
pub struct EnvironmentOptions {
    /// `--python`: an interpreter, or the folder of an environment.
    pub python: Option<PathBuf>,
    /// The version the code is written for, as (major, minor).
    pub target_version: Option<(u8, u8)>,
    /// Folders that imports start from, besides those that are found.
    pub source_roots: Vec<PathBuf>,
}

/// The environment is not what the user said it is.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    #[error("{}: not a Python environment: {message}", path.display())]
    Python { path: PathBuf, message: String },
    #[error("the working directory is not valid UTF-8: {}", .0.display())]
    Encoding(PathBuf),
}

/// Whether the project at `root` is made to be installed by others: it says how it is built.
pub(super) fn is_library(disk: &Disk, root: &Path) -> bool {
    let pyproject = disk.read_to_string(&root.join("pyproject.toml")).ok();
    let document: Option<toml::Table> = pyproject.and_then(|text| toml::from_str(&text).ok());
    document.is_some_and(|document| document.contains_key("build-system")) || disk.is_file(&root.join("setup.py"))
}

/// The line length that black or ruff is configured for in the project at `root`.
pub(super) fn line_length(disk: &Disk, root: &Path) -> Option<usize> {
    let read =
        |name: &str| -> Option<toml::Table> { toml::from_str(&disk.read_to_string(&root.join(name)).ok()?).ok() };
    let length = |table: &toml::Table| usize::try_from(table.get("line-length")?.as_integer()?).ok();
    for name in ["ruff.toml", ".ruff.toml"] {
        if let Some(found) = read(name).and_then(|table| length(&table)) {
            return Some(found);
        }
    }
    let document = read("pyproject.toml")?;
    let tools = document.get("tool")?;
    ["ruff", "black"].iter().find_map(|tool| length(tools.get(tool)?.as_table()?))
}

/// `3.11` or `3.11.4` as (3, 11).
#[must_use]
pub fn parse_version(text: &str) -> Option<(u8, u8)> {
    let mut parts = text.split('.');
    let major = parts.next()?.trim().parse().ok()?;
    let minor = parts.next()?.trim_end_matches('*').trim().parse().ok()?;
    Some((major, minor))
}

/// The top-level names that a program imports, by which its packages are told from folders that imports start from.
pub(super) struct Imported<'a>(FxHashSet<&'a str>);

impl<'a> Imported<'a> {
    pub(super) fn of(files: impl Iterator<Item = &'a Facts>) -> Self {
        let imports = files.flat_map(|facts| &facts.imports).filter(|import| import.level == 0);
        Self(imports.map(|import| import.module.split('.').next().unwrap_or_default()).collect())
    }

    /// Whether a folder is a package, whatever else is in it: part of another one, or imported by its name.
    pub(super) fn is_package(&self, disk: &Disk, folder: &Path) -> bool {
        let (Some(parent), Some(name)) = (folder.parent(), folder.file_name().and_then(OsStr::to_str)) else {
            return false;
        };
        let is_marked = |folder: &Path| disk.is_file(&folder.join("__init__.py"));
        let has_namesake = || disk.is_file(&folder.join(name).with_extension("py")) || is_marked(&folder.join(name));
        is_marked(folder) && (is_marked(parent) || self.0.contains(name) && !has_namesake())
    }
}

/// The folder that the program lives in: the nearest one upwards with a project file or a repository, and no package.
pub(super) fn project_root(disk: &Disk, from: &Path, imported: &Imported<'_>) -> PathBuf {
    let mut otherwise = from;
    for folder in from.ancestors() {
        let has = |name: &&str| disk.exists(&folder.join(name));
        if !["pyproject.toml", "setup.py", "setup.cfg", "deblock.toml", ".git"].iter().any(&has) {
            continue;
        }
        if has(&".git") || !imported.is_package(disk, folder) {
            return folder.to_path_buf();
        }
        otherwise = folder.parent().unwrap_or(folder);
    }
    otherwise.to_path_buf()
}

/// Settings of the type engine for a program rooted at `root` that consists of `files`.
pub(super) fn settings(
    system: &ProjectSystem,
    root: &Path,
    cwd: &Path,
    files: &[PathBuf],
    imported: &Imported<'_>,
    options: &EnvironmentOptions,
) -> Result<ProgramSettings, EnvironmentError> {
    let environment = environment(system, root, options)?;
    let mut site_packages = vec![SystemPathBuf::from(STUBS)];
    if let Some(environment) = &environment
        && let Ok(paths) = environment.site_packages_paths(system)
    {
        site_packages.extend(paths.into_vec());
    }
    let search = SearchPathSettings {
        src_roots: source_roots(system.disk(), (root, cwd), files, imported, options),
        site_packages_paths: site_packages,
        ..SearchPathSettings::empty()
    };
    let search_paths = search
        .to_search_paths(system, ty_vendored::file_system(), &UseDefaultStrategy)
        .unwrap_or_else(|never| match never {});
    Ok(ProgramSettings {
        python_version: PythonVersionWithSource {
            version: engine_version(options),
            source: PythonVersionSource::Default,
        },
        python_platform: PythonPlatform::default(),
        search_paths,
    })
}

/// The engine reads code with the newest grammar and library unless told otherwise: a program may well
/// use, behind a version check, what its oldest Python lacks.
fn engine_version(options: &EnvironmentOptions) -> PythonVersion {
    match options.target_version {
        Some((major, minor)) if (major, minor) > (3, 13) => PythonVersion { major, minor },
        _ => PythonVersion::latest_ty(),
    }
}

fn environment(
    system: &ProjectSystem,
    root: &Path,
    options: &EnvironmentOptions,
) -> Result<Option<PythonEnvironment>, EnvironmentError> {
    if let Some(path) = &options.python {
        let wrap = |message: String| EnvironmentError::Python { path: path.clone(), message };
        let utf8 = SystemPathBuf::from_path_buf(path.clone()).map_err(|_| wrap("not valid UTF-8".to_owned()))?;
        let absolute = SystemPath::absolute(&utf8, system.current_directory());
        return PythonEnvironment::new(absolute, SysPrefixPathOrigin::PythonCliFlag, system)
            .map(Some)
            .map_err(|error| wrap(error.to_string()));
    }
    let root = SystemPath::from_std_path(root);
    // A broken environment is as good as none: the stubs still do.
    Ok(PythonEnvironment::discover(root, system).unwrap_or_default())
}

/// The folders from which the program's own imports start: its root and `src/`, the same of every project nested in
/// it, and the folders that scripts without a package are run from.
fn source_roots(
    disk: &Disk,
    (root, cwd): (&Path, &Path),
    files: &[PathBuf],
    imported: &Imported<'_>,
    options: &EnvironmentOptions,
) -> Vec<SystemPathBuf> {
    let mut roots: Vec<PathBuf> = options.source_roots.iter().map(|path| cwd.join(path)).collect();
    let mut seen = FxHashSet::default();
    let mut projects = vec![root.to_path_buf()];
    let mut tops = Vec::new();
    for file in files {
        for folder in file.ancestors().skip(1) {
            if !seen.insert(folder.to_path_buf()) {
                break;
            }
            if !folder.starts_with(root) && !root.starts_with(folder) {
                break;
            }
            let is_project = ["pyproject.toml", "setup.py"].iter().any(|name| disk.is_file(&folder.join(name)));
            if is_project && !imported.is_package(disk, folder) {
                projects.push(folder.to_path_buf());
            }
            if folder == root {
                break;
            }
        }
        if let Some(top) = package_parent(disk, file) {
            tops.push(top);
        }
    }
    for project in projects {
        let src = project.join("src");
        if disk.is_dir(&src) && !disk.is_file(&src.join("__init__.py")) {
            roots.push(src);
        }
        roots.push(project);
    }
    // Folders of scripts come after the projects: `a/x.py` and `b/x.py` may be both there.
    roots.extend(tops);
    let mut unique = FxHashSet::default();
    roots
        .into_iter()
        .filter(|path| unique.insert(path.clone()) && disk.is_dir(path))
        .filter_map(|path| SystemPathBuf::from_path_buf(path).ok())
        .collect()
}

/// The folder above the outermost package that holds `file`.
fn package_parent(disk: &Disk, file: &Path) -> Option<PathBuf> {
    let mut folder = file.parent()?;
    while disk.is_file(&folder.join("__init__.py")) {
        folder = folder.parent()?;
    }
    Some(folder.to_path_buf())
}
