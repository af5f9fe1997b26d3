//! What all threads share: the program's files with their facts, and what was learnt about files and classes.

use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use ruff_db::files::File;
use ruff_db::system::{SystemPath, SystemPathBuf};
use ruff_python_parser::parse_unchecked_source;
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use super::classes::{ClassInfo, Mro};
use super::discover::FileKind;
use super::facts::{Facts, collect};
use super::memo::Memo;
use super::types::{DefId, Shapes, Target};

/// A file of the program (numbered in path order), or one outside it that an import led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A file of the program.
#[derive(Debug, Clone)]
pub struct SourceFile {
    pub path: PathBuf,
    /// The path to show: relative to the working directory where it is below it, with `/`.
    pub display: String,
    pub kind: FileKind,
    pub facts: Arc<Facts>,
}

impl SourceFile {
    /// Whether it is what an import of its folder runs.
    #[must_use]
    pub fn is_package(&self) -> bool {
        self.path.ends_with("__init__.py")
    }
}

/// Maps a defining module, or a class in it, to the name under which people import it.
pub type PublicNames = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

pub struct World {
    pub files: Vec<SourceFile>,
    by_path: FxHashMap<SystemPathBuf, FileId>,
    /// The stubs that stand beside the modules that they describe.
    stubs: FxHashMap<FileId, FileId>,
    public: PublicNames,
    learnt: RwLock<Learnt>,
    /// What expressions evaluate to.
    pub(super) shapes: Memo<(FileId, TextRange), Shapes>,
    /// What callees stand for.
    pub(super) targets: Memo<(FileId, TextRange), Arc<[Target]>>,
}

#[derive(Default)]
struct Learnt {
    ids: FxHashMap<File, FileId>,
    salsa: FxHashMap<FileId, File>,
    outside: Vec<Arc<Facts>>,
    modules: FxHashMap<FileId, String>,
    classes: FxHashMap<DefId, Arc<ClassInfo>>,
    mros: FxHashMap<DefId, Mro>,
    members: FxHashMap<String, FxHashMap<String, Member>>,
    attributes: FxHashMap<DefId, FxHashMap<String, Shapes>>,
    full_names: FxHashMap<FileId, Option<String>>,
    stay_themselves: FxHashMap<DefId, bool>,
    /// The files whose trees were asked for.
    trees: FxHashSet<FileId>,
}

/// So many syntax trees are kept: to parse files again takes time, and a program of this size fits into memory.
const KEPT_TREES: usize = 1000;

/// What a member of a module stands for, as far as it was asked about.
#[derive(Clone, Default)]
struct Member {
    shapes: Option<Shapes>,
    definitions: Option<Vec<DefId>>,
}

impl World {
    pub(super) fn new(files: Vec<SourceFile>, public: PublicNames) -> Self {
        let by_path: FxHashMap<SystemPathBuf, FileId> = (0..)
            .zip(&files)
            .filter_map(|(index, file)| {
                let path = SystemPathBuf::from_path_buf(file.path.clone()).ok()?;
                Some((path, FileId(index)))
            })
            .collect();
        let is_stub = |file: &&SourceFile| file.kind == FileKind::Stub;
        let stubs = files.iter().filter(is_stub).filter_map(|file| {
            let stub = SystemPathBuf::from_path_buf(file.path.clone()).ok()?;
            let module = SystemPathBuf::from_path_buf(file.path.with_extension("py")).ok()?;
            Some((*by_path.get(&stub)?, *by_path.get(&module)?))
        });
        let stubs = stubs.collect();
        Self {
            files,
            by_path,
            stubs,
            public,
            learnt: RwLock::default(),
            shapes: Memo::default(),
            targets: Memo::default(),
        }
    }

    /// Whether the file belongs to the program.
    #[must_use]
    pub fn is_own(&self, id: FileId) -> bool {
        (id.0 as usize) < self.files.len()
    }

    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The program's files with their ids.
    pub fn own_files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    #[must_use]
    pub fn facts(&self, id: FileId) -> Arc<Facts> {
        if let Some(file) = self.files.get(id.0 as usize) {
            return Arc::clone(&file.facts);
        }
        let learnt = self.read();
        learnt.outside.get(id.0 as usize - self.files.len()).cloned().unwrap_or_default()
    }

    pub(super) fn path(&self, id: FileId) -> Option<&SystemPath> {
        SystemPath::from_std_path(&self.files.get(id.0 as usize)?.path)
    }

    pub(super) fn project_file(&self, path: &SystemPath) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// The module that a stub of the program describes; any other file is itself.
    #[must_use]
    pub fn module_of(&self, file: FileId) -> FileId {
        self.stubs.get(&file).copied().unwrap_or(file)
    }

    /// What a stub declares, where the module beside it defines that; anything else is itself.
    #[must_use]
    pub fn defined(&self, id: DefId) -> DefId {
        let module = self.module_of(id.file);
        if module == id.file {
            return id;
        }
        let (stub, facts) = (self.facts(id.file), self.facts(module));
        let function = stub.function_at(id.start).map(|function| stub.qualified(function));
        let class = stub.class_at(id.start).map(|class| stub.qualified_class(class));
        let functions = || (0..).zip(&facts.functions).filter(|(index, _)| function == Some(facts.qualified(*index)));
        let classes = || (0..).zip(&facts.classes).filter(|(index, _)| class == Some(facts.qualified_class(*index)));
        let start = match (&function, &class) {
            (Some(_), _) => functions().last().map(|(_, function)| function.start),
            (None, Some(_)) => classes().last().map(|(_, class)| class.start),
            (None, None) => None,
        };
        start.map_or(id, |start| DefId { file: module, start })
    }

    /// What the stub beside its module declares of a function, once for each overload.
    pub fn declared(&self, file: FileId, qualified: &str) -> Vec<(FileId, u32)> {
        let stubs = self.stubs.iter().filter(|(_, module)| **module == file).map(|(stub, _)| *stub);
        let declared = stubs.flat_map(|stub| {
            let facts = self.facts(stub);
            let count = facts.functions.len() as u32;
            (1..count)
                .filter(|index| facts.qualified(*index) == qualified)
                .map(|index| (stub, index))
                .collect::<Vec<_>>()
        });
        declared.collect()
    }

    /// The qualified name under which people know `name` of `module`.
    #[must_use]
    pub fn public(&self, module: &str, name: &str) -> String {
        let first = name.split('.').next().unwrap_or(name);
        if let Some(public) = (self.public)(&format!("{module}.{first}")) {
            return format!("{public}{}", &name[first.len()..]);
        }
        match (self.public)(module).as_deref().unwrap_or(module) {
            "" => name.to_owned(),
            module => format!("{module}.{name}"),
        }
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Learnt> {
        self.learnt.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Learnt> {
        self.learnt.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(super) fn salsa_file(&self, id: FileId) -> Option<File> {
        self.read().salsa.get(&id).copied()
    }

    pub(super) fn remember(&self, id: FileId, file: File) {
        let mut learnt = self.write();
        learnt.salsa.insert(id, file);
        learnt.ids.insert(file, id);
    }

    /// The id of `file`; `describe` gives its id in the program, its module and its text, and is asked once.
    pub(super) fn id_of(&self, file: File, describe: impl FnOnce() -> (Option<FileId>, String, String)) -> FileId {
        if let Some(id) = self.read().ids.get(&file) {
            return *id;
        }
        let (own, module, text) = describe();
        let facts = own.is_none().then(|| {
            let parsed = parse_unchecked_source(&text, ruff_python_ast::PySourceType::Stub);
            Arc::new(collect(&parsed, &text))
        });
        let mut learnt = self.write();
        if let Some(id) = learnt.ids.get(&file) {
            return *id;
        }
        let id = own.unwrap_or_else(|| FileId((self.files.len() + learnt.outside.len()) as u32));
        learnt.outside.extend(facts);
        learnt.ids.insert(file, id);
        learnt.salsa.insert(id, file);
        learnt.modules.insert(id, module);
        id
    }

    pub(super) fn note_tree(&self, id: FileId) {
        if !self.read().trees.contains(&id) {
            self.write().trees.insert(id);
        }
    }

    /// The files whose trees were asked for since the last time, if those are very many.
    pub(super) fn take_trees(&self) -> FxHashSet<FileId> {
        let trees = &mut self.write().trees;
        if trees.len() > KEPT_TREES { std::mem::take(trees) } else { FxHashSet::default() }
    }

    pub(super) fn module_name(&self, id: FileId) -> Option<String> {
        self.read().modules.get(&id).cloned()
    }

    pub(super) fn set_module_name(&self, id: FileId, name: String) {
        self.write().modules.insert(id, name);
    }

    pub(super) fn full_name(&self, id: FileId, find: impl FnOnce() -> Option<String>) -> Option<String> {
        if let Some(known) = self.read().full_names.get(&id) {
            return known.clone();
        }
        let name = find();
        self.write().full_names.insert(id, name.clone());
        name
    }

    /// Whether the decorators of a function leave it as it is.
    pub(super) fn stays_itself(&self, function: DefId) -> Option<bool> {
        self.read().stay_themselves.get(&function).copied()
    }

    pub(super) fn set_stays_itself(&self, function: DefId, stays: bool) {
        self.write().stay_themselves.insert(function, stays);
    }

    pub(super) fn class(&self, id: DefId) -> Option<Arc<ClassInfo>> {
        self.read().classes.get(&id).cloned()
    }

    pub(super) fn set_class(&self, id: DefId, info: Arc<ClassInfo>) {
        self.write().classes.insert(id, info);
    }

    pub(super) fn member_of_module(&self, module: &str, name: &str) -> Option<Shapes> {
        self.read().members.get(module)?.get(name)?.shapes.clone()
    }

    pub(super) fn set_member_of_module(&self, module: &str, name: &str, shapes: Shapes) {
        self.write().members.entry(module.to_owned()).or_default().entry(name.to_owned()).or_default().shapes =
            Some(shapes);
    }

    /// What instances of a class have under a name.
    pub(super) fn attribute(&self, class: DefId, name: &str) -> Option<Shapes> {
        self.read().attributes.get(&class)?.get(name).cloned()
    }

    pub(super) fn set_attribute(&self, class: DefId, name: &str, shapes: Shapes) {
        self.write().attributes.entry(class).or_default().insert(name.to_owned(), shapes);
    }

    pub(super) fn definitions_in_module(&self, module: &str, name: &str) -> Option<Vec<DefId>> {
        self.read().members.get(module)?.get(name)?.definitions.clone()
    }

    pub(super) fn set_definitions_in_module(&self, module: &str, name: &str, definitions: Vec<DefId>) {
        self.write().members.entry(module.to_owned()).or_default().entry(name.to_owned()).or_default().definitions =
            Some(definitions);
    }

    pub(super) fn mro(&self, id: DefId) -> Option<Mro> {
        self.read().mros.get(&id).cloned()
    }

    pub(super) fn set_mro(&self, id: DefId, mro: Mro) {
        self.write().mros.insert(id, mro);
    }
}
