//! The files that say what a project depends on, changed with its code.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::session::Session;
use crate::project::{Project, display_path};
use crate::rewrite::manifest::{distribution, names, with_requirement};

/// A manifest with its new text.
pub(super) struct Manifest {
    pub path: PathBuf,
    pub display: String,
    pub before: String,
    pub after: String,
}

/// The manifests next to `files`, or above them in the project, with what is `required`: pairs of the distribution that a library takes over from, if
/// that is not Python's own, and its requirement. Says on standard error what has to be installed where no manifest does.
pub(super) fn changed<'a>(
    session: &Session,
    project: &Project,
    files: impl Iterator<Item = &'a Path>,
    required: &BTreeSet<(Option<String>, String)>,
) -> Result<Vec<Manifest>> {
    let required: Vec<(Option<&str>, &str)> = required
        .iter()
        .map(|(old, new)| (old.as_deref(), new.as_str()))
        .filter(|(old, new)| Some(distribution(new).as_str()) != *old)
        .collect();
    if required.is_empty() || session.input.is_some() {
        return Ok(Vec::new());
    }
    let mut manifests = Vec::new();
    let parents: BTreeSet<&Path> = files.filter_map(Path::parent).collect();
    let folders: BTreeSet<&Path> = parents.into_iter().filter_map(|folder| with_manifests(folder, project)).collect();
    let mut missing: BTreeSet<&str> = required.iter().map(|(_, new)| *new).collect();
    for path in folders.iter().flat_map(|folder| manifests_in(folder)) {
        let before = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut after = before.clone();
        for (old, new) in required.iter().filter(|_| session.manifests) {
            after = with_requirement(&name, &after, *old, new).unwrap_or(after);
        }
        missing.retain(|new| !names(&after, &distribution(new)));
        if after != before {
            manifests.push(Manifest { display: display_path(&path, &session.cwd), path, before, after });
        }
    }
    if !missing.is_empty() {
        anstream::eprintln!("the program now needs {}", missing.into_iter().collect::<Vec<_>>().join(", "));
    }
    Ok(manifests)
}

/// The nearest folder upwards that has a manifest and is no package, within the project.
fn with_manifests<'a>(folder: &'a Path, project: &Project) -> Option<&'a Path> {
    let mut within = folder.ancestors().take_while(|above| above.starts_with(&project.root));
    within.find(|above| !manifests_in(above).is_empty() && !project.is_package(above))
}

/// The manifests in a folder, and in its `requirements/`.
fn manifests_in(folder: &Path) -> Vec<PathBuf> {
    let is_manifest = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_list = name.contains("requirements") && (name.ends_with(".txt") || name.ends_with(".in"));
        path.is_file() && (is_list || name == "pyproject.toml" || name == "setup.cfg" || name == "setup.py")
    };
    let list = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        found.sort();
        found
    };
    let mut found: Vec<PathBuf> = list(folder).into_iter().filter(is_manifest).collect();
    let below = list(&folder.join("requirements")).into_iter();
    found
        .extend(below.filter(|path| path.extension().is_some_and(|extension| extension == "txt" || extension == "in")));
    found
}
