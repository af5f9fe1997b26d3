//! The journal of a program: what the last `fix` there replaced. It is kept in the system's folder for the state of programs, so that
//! the program finds its own folder as it was.
//!
//! A run first saves the old bytes of every file, then writes the journal with the state `applying`, then replaces the
//! files one by one, each atomically, and last sets the state to `applied`. Whenever a run finds `applying`, an earlier one
//! was interrupted, and the old program is put back before anything else.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};

const JOURNAL: &str = "journal.json";

/// A file's new content.
#[derive(Debug, Clone)]
pub struct Replacement {
    pub path: PathBuf,
    /// What the file held when it was analysed; `None` where there was none.
    pub before: Option<Vec<u8>>,
    pub after: Vec<u8>,
}

/// How many files were written or put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    pub files: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error("{}: {error}", path.display())]
    Io {
        path: PathBuf,
        #[source]
        error: io::Error,
    },
    #[error("{} was changed while deblock ran; nothing was written: run it again", .0.display())]
    ChangedMeanwhile(PathBuf),
    #[error("{} was changed after the fix; nothing was brought back: undo that edit{}", path.display(), from(backup.as_deref()))]
    ChangedSince {
        path: PathBuf,
        /// `None` for a file that the fix added.
        backup: Option<PathBuf>,
    },
    #[error("there is nothing to undo here: no fix was made in {} or above", .0.display())]
    NothingToUndo(PathBuf),
    #[error("there is no folder for what deblock replaces, and nothing was written: set HOME or XDG_STATE_HOME")]
    NoStore,
    #[error("{}: the journal cannot be read: {message}", path.display())]
    Journal { path: PathBuf, message: String },
}

#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    /// The folder of the program.
    root: PathBuf,
    state: State,
    files: Vec<Entry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Applying,
    Applied,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    /// Relative to the folder of the program.
    path: PathBuf,
    /// The hash of the old content, and the name of its file beside the journal; `None` where there was no file.
    backup: Option<String>,
    /// The hash of the new content.
    after: String,
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> ApplyError + '_ {
    move |error| ApplyError::Io { path: path.to_path_buf(), error }
}

/// How else to get the old text.
fn from(backup: Option<&Path>) -> String {
    backup.map(|backup| format!(", or take the old text from {}", backup.display())).unwrap_or_default()
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Where the journals of all programs are.
#[derive(Debug, Clone)]
pub struct Store(PathBuf);

impl Store {
    /// The system's folder for what programs keep from run to run.
    ///
    /// # Errors
    /// When the system has none.
    pub fn of_the_system() -> Result<Self, ApplyError> {
        let strategy = etcetera::choose_base_strategy().map_err(|_| ApplyError::NoStore)?;
        let folder = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
        Ok(Self(folder.join("deblock").join("undo")))
    }

    /// What belongs to one program.
    fn folder(&self, root: &Path) -> PathBuf {
        self.0.join(&hash(root.as_os_str().as_encoded_bytes())[..32])
    }

    /// Writes all replacements below `root`.
    ///
    /// # Errors
    /// When a file changed since it was analysed, or cannot be written. The old program is there then.
    pub fn apply(&self, root: &Path, replacements: &[Replacement]) -> Result<Applied, ApplyError> {
        for replacement in replacements {
            let path = &replacement.path;
            if content(path)? != replacement.before {
                return Err(ApplyError::ChangedMeanwhile(path.clone()));
            }
        }
        let folder = self.folder(root);
        self.forget_what_is_gone();
        start(&folder)?;
        let mut journal = saved(&folder, root, replacements)?;
        save(&folder, &journal)?;
        for replacement in replacements {
            if let Err(error) = replace(&replacement.path, &replacement.after) {
                restore(&folder, &journal)?;
                return Err(error);
            }
        }
        journal.state = State::Applied;
        save(&folder, &journal)?;
        Ok(Applied { files: replacements.len() })
    }

    /// The folder of the journal of `from`, or of the nearest folder above that has one.
    fn nearest(&self, from: &Path) -> Option<PathBuf> {
        from.ancestors().map(|root| self.folder(root)).find(|folder| folder.join(JOURNAL).is_file())
    }

    /// Puts the old program back if an earlier run was interrupted while it wrote.
    ///
    /// # Errors
    /// When the old program cannot be put back.
    pub fn recover(&self, from: &Path) -> Result<Option<Applied>, ApplyError> {
        let Some(folder) = self.nearest(from) else {
            return Ok(None);
        };
        let journal = load(&folder)?;
        if journal.state == State::Applied {
            return Ok(None);
        }
        restore(&folder, &journal).map(Some)
    }

    /// Brings back what the last fix at or above `from` replaced.
    ///
    /// # Errors
    /// When there is none, or when one of its files was edited since: nothing is brought back then.
    pub fn undo(&self, from: &Path) -> Result<Applied, ApplyError> {
        let folder = self.nearest(from).ok_or_else(|| ApplyError::NothingToUndo(from.to_path_buf()))?;
        let journal = load(&folder)?;
        restore(&folder, &journal)
    }

    /// Drops the journals of programs that are no longer there. What cannot be read or dropped is in nobody's way.
    fn forget_what_is_gone(&self) {
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            if load(&entry.path()).is_ok_and(|journal| !journal.root.exists()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Saves what is about to be replaced.
fn saved(folder: &Path, root: &Path, replacements: &[Replacement]) -> Result<Journal, ApplyError> {
    let mut journal = Journal { root: root.to_path_buf(), state: State::Applying, files: Vec::new() };
    for replacement in replacements {
        let backup = replacement.before.as_ref().map(|before| hash(before));
        if let (Some(name), Some(before)) = (&backup, &replacement.before) {
            write(&folder.join(name), before, None)?;
        }
        journal.files.push(Entry {
            path: replacement.path.strip_prefix(root).unwrap_or(&replacement.path).to_path_buf(),
            backup,
            after: hash(&replacement.after),
        });
    }
    Ok(journal)
}

/// What a file holds; `None` where there is none.
fn content(path: &Path) -> Result<Option<Vec<u8>>, ApplyError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error(path)(error)),
    }
}

/// An empty folder.
fn start(folder: &Path) -> Result<(), ApplyError> {
    if folder.is_dir() {
        fs::remove_dir_all(folder).map_err(io_error(folder))?;
    }
    fs::create_dir_all(folder).map_err(io_error(folder))
}

fn save(folder: &Path, journal: &Journal) -> Result<(), ApplyError> {
    let path = folder.join(JOURNAL);
    let text = serde_json::to_vec_pretty(journal)
        .map_err(|error| ApplyError::Journal { path: path.clone(), message: error.to_string() })?;
    write(&path, &text, None)
}

fn load(folder: &Path) -> Result<Journal, ApplyError> {
    let path = folder.join(JOURNAL);
    let text = fs::read(&path).map_err(io_error(&path))?;
    serde_json::from_slice(&text).map_err(|error| ApplyError::Journal { path, message: error.to_string() })
}

/// Replaces a file atomically, keeping its permissions. A link is followed: what it points to is replaced. Where there is none, makes it.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), ApplyError> {
    if !path.exists() {
        return write(path, bytes, None);
    }
    let real = fs::canonicalize(path).map_err(io_error(path))?;
    let permissions = fs::metadata(&real).map_err(io_error(path))?.permissions();
    write(&real, bytes, Some(permissions))
}

fn write(path: &Path, bytes: &[u8], permissions: Option<fs::Permissions>) -> Result<(), ApplyError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(io_error(path))?;
    file.write_all(bytes).map_err(io_error(path))?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions).map_err(io_error(path))?;
    }
    file.as_file().sync_all().map_err(io_error(path))?;
    file.persist(path).map_err(|error| ApplyError::Io { path: path.to_path_buf(), error: error.error })?;
    Ok(())
}

/// Puts the old files back, unless one of them was edited since.
fn restore(folder: &Path, journal: &Journal) -> Result<Applied, ApplyError> {
    let root = &journal.root;
    for entry in &journal.files {
        let path = root.join(&entry.path);
        let current = content(&path)?.map(|bytes| hash(&bytes));
        if current.as_ref() != Some(&entry.after) && current != entry.backup {
            let backup = entry.backup.as_ref().map(|name| folder.join(name));
            return Err(ApplyError::ChangedSince { path, backup });
        }
    }
    for entry in &journal.files {
        let path = root.join(&entry.path);
        match &entry.backup {
            Some(name) => {
                let saved = folder.join(name);
                replace(&path, &fs::read(&saved).map_err(io_error(&saved))?)?;
            }
            None if path.exists() => fs::remove_file(&path).map_err(io_error(&path))?,
            None => {}
        }
    }
    fs::remove_dir_all(folder).map_err(io_error(folder))?;
    Ok(Applied { files: journal.files.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program() -> (Store, tempfile::TempDir, Vec<Replacement>) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let replacements = ["a.py", "b.py"]
            .iter()
            .map(|name| {
                let path = folder.path().join(name);
                fs::write(&path, format!("old {name}")).expect("written");
                Replacement {
                    path,
                    before: Some(format!("old {name}").into_bytes()),
                    after: format!("new {name}").into_bytes(),
                }
            })
            .collect();
        (Store(folder.path().join("journals")), folder, replacements)
    }

    fn text(folder: &tempfile::TempDir, name: &str) -> String {
        fs::read_to_string(folder.path().join(name)).expect("readable")
    }

    #[test]
    fn a_fix_can_be_undone_once() {
        let (store, folder, replacements) = program();
        assert_eq!(store.apply(folder.path(), &replacements).expect("applied").files, 2);
        assert_eq!(text(&folder, "a.py"), "new a.py");
        assert_eq!(store.undo(folder.path()).expect("undone").files, 2);
        assert_eq!(text(&folder, "b.py"), "old b.py");
        assert!(matches!(store.undo(folder.path()), Err(ApplyError::NothingToUndo(_))));
    }

    #[test]
    fn a_file_that_a_fix_added_goes_again() {
        let (store, folder, mut replacements) = program();
        let path = folder.path().join("c.py");
        replacements.push(Replacement { path: path.clone(), before: None, after: b"new".to_vec() });
        assert_eq!(store.apply(folder.path(), &replacements).expect("applied").files, 3);
        assert_eq!(text(&folder, "c.py"), "new");
        assert_eq!(store.undo(folder.path()).expect("undone").files, 3);
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_came_meanwhile_stays() {
        let (store, folder, mut replacements) = program();
        let path = folder.path().join("c.py");
        fs::write(&path, "theirs").expect("written");
        replacements.push(Replacement { path, before: None, after: b"new".to_vec() });
        assert!(matches!(store.apply(folder.path(), &replacements), Err(ApplyError::ChangedMeanwhile(_))));
        assert_eq!(text(&folder, "c.py"), "theirs");
    }

    #[test]
    fn nothing_is_written_over_an_edit() {
        let (store, folder, replacements) = program();
        fs::write(&replacements[1].path, "edited").expect("written");
        assert!(matches!(store.apply(folder.path(), &replacements), Err(ApplyError::ChangedMeanwhile(_))));
        assert_eq!(text(&folder, "a.py"), "old a.py");
    }

    #[test]
    fn an_edit_after_the_fix_stops_undo() {
        let (store, folder, replacements) = program();
        store.apply(folder.path(), &replacements).expect("applied");
        fs::write(&replacements[0].path, "edited").expect("written");
        assert!(matches!(store.undo(folder.path()), Err(ApplyError::ChangedSince { .. })));
        assert_eq!(text(&folder, "b.py"), "new b.py");
    }

    #[test]
    fn an_interrupted_run_is_rolled_back() {
        let (store, folder, replacements) = program();
        store.apply(folder.path(), &replacements).expect("applied");
        // As if it had stopped after the first file.
        fs::write(&replacements[1].path, "old b.py").expect("written");
        let journal = store.folder(folder.path()).join(JOURNAL);
        let state = fs::read_to_string(&journal).expect("journal").replace("applied", "applying");
        fs::write(&journal, state).expect("written");
        assert_eq!(store.recover(folder.path()).expect("recovered"), Some(Applied { files: 2 }));
        assert_eq!(text(&folder, "a.py"), "old a.py");
        assert_eq!(text(&folder, "b.py"), "old b.py");
    }
}
