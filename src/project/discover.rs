//! Finds the Python files of a program.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use ignore::WalkBuilder;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Python,
    /// A `.pyi` file: facts and types come from it, findings do not.
    Stub,
    Notebook,
}

impl FileKind {
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "py" | "pyw" => Some(Self::Python),
            "pyi" => Some(Self::Stub),
            "ipynb" => Some(Self::Notebook),
            _ => None,
        }
    }
}

/// Why the files cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    #[error("{}: no such file or folder", .0.display())]
    Missing(PathBuf),
    #[error("{}: not a Python file (.py, .pyi, .ipynb) and not a folder", .0.display())]
    NotPython(PathBuf),
    #[error("`{pattern}` in `exclude` is not a valid pattern: {error}")]
    Pattern {
        pattern: String,
        #[source]
        error: globset::Error,
    },
}

/// Folders that hold no code of the program, whether or not an ignore file says so.
const NEVER: [&str; 11] = [
    ".git",
    ".hg",
    ".svn",
    ".venv",
    "venv",
    "node_modules",
    "__pycache__",
    ".tox",
    ".nox",
    ".mypy_cache",
    "site-packages",
];

/// The Python files under `paths`, absolute, sorted, without duplicates. Ignore files (`.gitignore`, `.ignore`) apply
/// below folders; a file that is named itself is always taken.
///
/// # Errors
/// When a path does not exist or is not Python, or when a pattern of `exclude` is not valid.
pub fn discover(cwd: &Path, paths: &[PathBuf], exclude: &[String]) -> Result<Vec<PathBuf>, DiscoverError> {
    let exclude = patterns(exclude)?;
    let mut files = Vec::new();
    for path in paths {
        let absolute = normalize(&cwd.join(path));
        let metadata = std::fs::metadata(&absolute).map_err(|_| DiscoverError::Missing(path.clone()))?;
        if !metadata.is_dir() {
            if FileKind::of(&absolute).is_none() {
                return Err(DiscoverError::NotPython(path.clone()));
            }
            files.push(absolute);
            continue;
        }
        let root = absolute.clone();
        let excluded = exclude.clone();
        let walk = WalkBuilder::new(&absolute)
            .hidden(false)
            .require_git(false)
            .filter_entry(move |entry| {
                let name = entry.file_name().to_string_lossy();
                let is_folder = entry.depth() > 0 && entry.file_type().is_some_and(|t| t.is_dir());
                if is_folder && (NEVER.contains(&name.as_ref()) || entry.path().join("pyvenv.cfg").is_file()) {
                    return false;
                }
                let relative = entry.path().strip_prefix(&root).unwrap_or(entry.path());
                !excluded.is_match(relative)
            })
            .build();
        for entry in walk.flatten() {
            if entry.file_type().is_some_and(|t| t.is_file()) && FileKind::of(entry.path()).is_some() {
                files.push(entry.into_path());
            }
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn patterns(exclude: &[String]) -> Result<GlobSet, DiscoverError> {
    let mut builder = GlobSetBuilder::new();
    for pattern in exclude {
        let wrap = |error| DiscoverError::Pattern { pattern: pattern.clone(), error };
        builder.add(Glob::new(pattern.trim_end_matches('/')).map_err(wrap)?);
    }
    builder.build().map_err(|error| DiscoverError::Pattern { pattern: exclude.join(", "), error })
}

/// Resolves `.` and `..` without following links.
#[must_use]
pub fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}
