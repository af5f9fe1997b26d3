//! The file system that the type engine sees: the real one, with deblock's stubs mounted on a virtual folder
//! and with rewritten files laid over the ones on disk.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use ruff_db::file_revision::FileRevision;
use ruff_db::system::walk_directory::WalkDirectoryBuilder;
use ruff_db::system::{
    CommandExecutor, DirectoryEntry, FileType, MemoryFileSystem, Metadata, OsSystem, Result, System, SystemPath,
    SystemPathBuf, SystemVirtualPath, WhichResult, WritableSystem,
};
use ruff_notebook::{Notebook, NotebookError};
use rustc_hash::FxHashMap;

use super::disk::Disk;
use super::source;

/// Where the stubs are mounted. No real path starts with it.
pub(super) const STUBS: &str = "/@deblock-stubs";

/// Texts that stand in for files on disk: the rewritten program, before it is written.
pub type Overlay = FxHashMap<SystemPathBuf, String>;

#[derive(Clone)]
pub(super) struct ProjectSystem {
    os: OsSystem,
    stubs: MemoryFileSystem,
    overlay: Arc<Overlay>,
    disk: Disk,
}

impl fmt::Debug for ProjectSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProjectSystem").field("overlay", &self.overlay.len()).finish_non_exhaustive()
    }
}

impl ProjectSystem {
    /// `stubs` are (path below the mount point, text).
    pub(super) fn new(
        cwd: &SystemPath,
        stubs: impl IntoIterator<Item = (String, String)>,
        overlay: Overlay,
        disk: Disk,
    ) -> Result<Self> {
        let memory = MemoryFileSystem::with_current_directory(STUBS);
        for (path, text) in stubs {
            memory.write_file_all(SystemPath::new(STUBS).join(path), text)?;
        }
        Ok(Self { os: OsSystem::new(cwd), stubs: memory, overlay: Arc::new(overlay), disk })
    }

    /// What the answers so far depend on.
    pub(super) fn disk(&self) -> &Disk {
        &self.disk
    }

    fn is_stub(path: &SystemPath) -> bool {
        path.as_str().starts_with(STUBS)
    }
}

impl System for ProjectSystem {
    fn path_metadata(&self, path: &SystemPath) -> Result<Metadata> {
        if Self::is_stub(path) {
            return self.stubs.metadata(path);
        }
        self.disk.look(path.as_std_path());
        if let Ok(metadata) = self.os.path_metadata(path) {
            return Ok(metadata);
        }
        // A file that is only given, not on disk.
        match self.overlay.contains_key(path) {
            true => Ok(Metadata::new(FileRevision::new(0), None, FileType::File)),
            false => self.os.path_metadata(path),
        }
    }

    fn canonicalize_path(&self, path: &SystemPath) -> Result<SystemPathBuf> {
        if Self::is_stub(path) {
            return self.stubs.canonicalize(path);
        }
        self.disk.look(path.as_std_path());
        self.os.canonicalize_path(path)
    }

    fn is_same_file(&self, first: &SystemPath, second: &SystemPath) -> Result<bool> {
        if Self::is_stub(first) || Self::is_stub(second) {
            return Ok(first == second);
        }
        self.os.is_same_file(first, second)
    }

    fn which(&self, binary_name: &str) -> WhichResult {
        self.os.which(binary_name)
    }

    fn command_executor(&self) -> Option<&dyn CommandExecutor> {
        None
    }

    fn read_to_string(&self, path: &SystemPath) -> Result<String> {
        if Self::is_stub(path) {
            return self.stubs.read_to_string(path);
        }
        if let Some(text) = self.overlay.get(path) {
            return Ok(text.clone());
        }
        let bytes = self.disk.read(path.as_std_path())?;
        source::decode(&bytes)
            .map(|decoded| decoded.text)
            .map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))
    }

    fn read_to_notebook(&self, path: &SystemPath) -> std::result::Result<Notebook, NotebookError> {
        self.os.read_to_notebook(path)
    }

    fn read_virtual_path_to_string(&self, path: &SystemVirtualPath) -> Result<String> {
        self.os.read_virtual_path_to_string(path)
    }

    fn read_virtual_path_to_notebook(&self, path: &SystemVirtualPath) -> std::result::Result<Notebook, NotebookError> {
        self.os.read_virtual_path_to_notebook(path)
    }

    fn current_directory(&self) -> &SystemPath {
        self.os.current_directory()
    }

    fn user_config_directory(&self) -> Option<SystemPathBuf> {
        self.os.user_config_directory()
    }

    fn cache_dir(&self) -> Option<SystemPathBuf> {
        self.os.cache_dir()
    }

    fn read_directory<'a>(
        &'a self,
        path: &SystemPath,
    ) -> Result<Box<dyn Iterator<Item = Result<DirectoryEntry>> + 'a>> {
        if Self::is_stub(path) {
            return Ok(Box::new(self.stubs.read_directory(path)?));
        }
        self.disk.look_into(path.as_std_path());
        let folder = path.to_path_buf();
        let given =
            self.overlay.keys().filter(move |file| file.parent() == Some(&folder) && !self.os.path_exists(file));
        let given = given.map(|file| Ok(DirectoryEntry::new(file.clone(), FileType::File)));
        Ok(Box::new(self.os.read_directory(path)?.chain(given)))
    }

    fn walk_directory(&self, path: &SystemPath) -> WalkDirectoryBuilder {
        if Self::is_stub(path) {
            return self.stubs.walk_directory(path);
        }
        self.os.walk_directory(path)
    }

    fn env_var(&self, name: &str) -> std::result::Result<String, std::env::VarError> {
        std::env::var(name)
    }

    fn as_writable(&self) -> Option<&dyn WritableSystem> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn dyn_clone(&self) -> Box<dyn System> {
        Box::new(self.clone())
    }
}
