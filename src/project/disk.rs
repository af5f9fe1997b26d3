//! The disk as a run looks at it: what it saw tells whether a later run would see the same.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// What was found at a path, as far as a change of it would show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stamp {
    Nothing,
    /// A file: when it was last modified, in nanoseconds since 1970, and its size in bytes.
    File(u128, u64),
    Folder,
    /// A folder whose entries were listed, with the time at which the last one came or went.
    Listing(u128),
}

impl Stamp {
    /// What is at `path` now, seen in the way of `self`.
    #[must_use]
    pub fn holds(self, path: &Path) -> bool {
        self == Self::of(path, matches!(self, Self::Listing(_)))
    }

    /// Whether what was seen is older than `time`: a file may change again within one tick of its clock.
    #[must_use]
    pub fn before(self, time: SystemTime) -> bool {
        let time = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        !matches!(self, Self::File(modified, _) | Self::Listing(modified) if modified >= time)
    }

    fn of(path: &Path, listed: bool) -> Self {
        let Ok(metadata) = std::fs::metadata(path) else {
            return Self::Nothing;
        };
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let modified = modified.map_or(0, |since| since.as_nanos());
        match (metadata.is_dir(), listed) {
            (true, true) => Self::Listing(modified),
            (true, false) => Self::Folder,
            (false, _) => Self::File(modified, metadata.len()),
        }
    }
}

/// Looks at the disk and remembers where. Clones remember together.
#[derive(Clone, Debug, Default)]
pub(super) struct Disk {
    seen: Arc<Mutex<FxHashMap<PathBuf, Stamp>>>,
}

impl Disk {
    /// Notes that the answer depends on what is at `path`; to be called before it is looked at.
    pub(super) fn look(&self, path: &Path) {
        self.note(path, false);
    }

    /// Notes that the answer depends on the names in the folder at `path`.
    pub(super) fn look_into(&self, path: &Path) {
        self.note(path, true);
    }

    pub(super) fn is_file(&self, path: &Path) -> bool {
        self.look(path);
        path.is_file()
    }

    pub(super) fn is_dir(&self, path: &Path) -> bool {
        self.look(path);
        path.is_dir()
    }

    pub(super) fn exists(&self, path: &Path) -> bool {
        self.look(path);
        path.exists()
    }

    pub(super) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.look(path);
        std::fs::read(path)
    }

    pub(super) fn read_to_string(&self, path: &Path) -> io::Result<String> {
        self.look(path);
        std::fs::read_to_string(path)
    }

    /// Everything that was looked at, as it was then.
    pub(super) fn seen(&self) -> Vec<(PathBuf, Stamp)> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut seen: Vec<_> = seen.iter().map(|(path, stamp)| (path.clone(), *stamp)).collect();
        seen.sort_by(|(a, _), (b, _)| a.cmp(b));
        seen
    }

    fn note(&self, path: &Path, listed: bool) {
        let known = |stamp: Option<&Stamp>| stamp.is_some_and(|stamp| !listed || *stamp != Stamp::Folder);
        if known(self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(path)) {
            return;
        }
        let stamp = Stamp::of(path, listed);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_path_buf(), stamp);
    }
}
