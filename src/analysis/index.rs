//! Looks up candidates by name, over all files.

use ruff_python_ast::name::Name;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::project::facts::{Binding, Call, Decorated, Facts, Function, FunctionIndex, FunctionKind, Load};
use crate::project::{DefId, FileId, FileKind, World};

/// A function of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FnId {
    pub file: FileId,
    pub index: FunctionIndex,
}

/// Where a fact is: the file, and the index in the list of its kind.
pub type Posting = (FileId, u32);

/// Postings of every name that is worth looking up.
#[derive(Debug, Default)]
pub struct Index {
    calls: FxHashMap<Name, Vec<Posting>>,
    loads: FxHashMap<Name, Vec<Posting>>,
    /// By target name.
    bindings: FxHashMap<Name, Vec<Posting>>,
    /// By the names in the value, where that is a function or class.
    sources: FxHashMap<Name, Vec<Posting>>,
    /// By the names in the value, where that is itself the target of a binding.
    variables: FxHashMap<Name, Vec<Posting>>,
    /// The names that get a part of what a variable or function gives, by the name of that.
    parts: FxHashMap<Name, Vec<(FileId, Name)>>,
    /// Other names that imports give to a name.
    aliases: FxHashMap<Name, Vec<Name>>,
    /// The files that import a name from a module, `*` among them.
    importers: FxHashMap<Name, Vec<FileId>>,
    /// Names of the classes that list a name among their bases.
    subclasses: FxHashMap<Name, Vec<Name>>,
    /// The classes of this name.
    classes: FxHashMap<Name, Vec<DefId>>,
    /// The protocols that have a member of this name.
    protocols: FxHashMap<Name, Vec<(FileId, Name)>>,
    /// By the last name of a decorator, or of what makes it.
    decorated: FxHashMap<Name, Vec<Posting>>,
    /// The files that set items under a key.
    keyed: FxHashMap<Name, Vec<FileId>>,
    /// The functions that change something, by the last name of that.
    mutated: FxHashMap<Name, Vec<FnId>>,
    mutated_in_place: FxHashSet<Name>,
    emptied: FxHashSet<Name>,
}

impl Index {
    /// Of the program in `world`. What `tests` change for themselves, no task of the program meets; without them, all files count.
    #[must_use]
    pub fn build(world: &World, tests: Option<&FxHashSet<FileId>>) -> Self {
        let mut index = Self::default();
        let mut functions: FxHashSet<&Name> = FxHashSet::default();
        for (id, file) in world.own_files() {
            index.add_definitions(id, &file.facts, &mut functions);
            if tests.is_none_or(|tests| !tests.contains(&id)) {
                for (name, functions) in &file.facts.mutated {
                    let functions = functions.iter().map(|function| FnId { file: id, index: *function });
                    index.mutated.entry(name.clone()).or_default().extend(functions);
                }
                index.mutated_in_place.extend(file.facts.mutated_in_place.iter().cloned());
                index.emptied.extend(file.facts.emptied.iter().cloned());
            }
        }
        for (id, file) in world.own_files().filter(|(_, file)| file.kind != FileKind::Stub) {
            index.add_uses(id, &file.facts, &functions);
        }
        for (id, file) in world.own_files() {
            index.add_variables(id, &file.facts);
        }
        index
    }

    /// Adds the classes and imports of a file; to `functions`, the names that a function or class may go by.
    fn add_definitions<'w>(&mut self, id: FileId, facts: &'w Facts, functions: &mut FxHashSet<&'w Name>) {
        for key in &facts.keys {
            self.keyed.entry(key.clone()).or_default().push(id);
        }
        functions.extend(facts.functions.iter().map(|function| &function.name));
        for class in &facts.classes {
            functions.insert(&class.name);
            self.classes.entry(class.name.clone()).or_default().push(DefId { file: id, start: class.start });
            if class.bases.iter().any(|base| base.as_str() == "Protocol") {
                for member in class.members.keys() {
                    self.protocols.entry(member.clone()).or_default().push((id, class.name.clone()));
                }
            }
            for base in &class.bases {
                self.subclasses.entry(base.clone()).or_default().push(class.name.clone());
            }
        }
        for import in &facts.imports {
            if let Some(name) = &import.name
                && *name != import.bound
            {
                self.aliases.entry(name.clone()).or_default().push(import.bound.clone());
            }
            if let Some(name) = &import.name {
                self.importers.entry(name.clone()).or_default().push(id);
            }
            // `from m import f as g`: `g` may be handed over as well.
            functions.insert(&import.bound);
        }
    }

    /// Adds what a file calls, decorates, reads and binds.
    fn add_uses(&mut self, id: FileId, facts: &Facts, functions: &FxHashSet<&Name>) {
        for (position, call) in (0..).zip(&facts.calls) {
            self.calls.entry(call.name.clone()).or_default().push((id, position));
        }
        for (position, decorated) in (0..).zip(&facts.decorated) {
            self.decorated.entry(decorated.name.clone()).or_default().push((id, position));
        }
        for (position, load) in (0..).zip(&facts.loads) {
            if functions.contains(&load.name) {
                self.loads.entry(load.name.clone()).or_default().push((id, position));
            }
        }
        for (position, binding) in (0..).zip(&facts.bindings) {
            self.bindings.entry(binding.target.clone()).or_default().push((id, position));
            for source in binding.sources.iter().filter(|source| functions.contains(source)) {
                self.sources.entry(source.clone()).or_default().push((id, position));
            }
        }
    }

    /// Adds what variables get from others, once all are known.
    fn add_variables(&mut self, id: FileId, facts: &Facts) {
        for (position, binding) in (0..).zip(&facts.bindings) {
            for source in binding.sources.iter().filter(|source| self.bindings.contains_key(*source)) {
                self.variables.entry(source.clone()).or_default().push((id, position));
            }
        }
        for part in &facts.parts {
            for source in part.sources.iter().filter(|source| self.bindings.contains_key(*source)) {
                self.parts.entry(source.clone()).or_default().push((id, part.target.clone()));
            }
        }
    }

    #[must_use]
    pub fn calls(&self, name: &str) -> &[Posting] {
        self.calls.get(name).map_or(&[], Vec::as_slice)
    }

    /// The files that set items under a key, by its text or the last name of it.
    #[must_use]
    pub fn keyed(&self, key: &str) -> &[FileId] {
        self.keyed.get(key).map_or(&[], Vec::as_slice)
    }

    /// Every name that is called, with where.
    pub fn called_names(&self) -> impl Iterator<Item = (&Name, &[Posting])> {
        self.calls.iter().map(|(name, postings)| (name, postings.as_slice()))
    }

    #[must_use]
    pub fn loads(&self, name: &str) -> &[Posting] {
        self.loads.get(name).map_or(&[], Vec::as_slice)
    }

    #[must_use]
    pub fn bindings_to(&self, target: &str) -> &[Posting] {
        self.bindings.get(target).map_or(&[], Vec::as_slice)
    }

    #[must_use]
    pub fn bindings_from(&self, source: &str) -> &[Posting] {
        self.sources.get(source).map_or(&[], Vec::as_slice)
    }

    /// Bindings whose value reads the variable `name`.
    #[must_use]
    pub fn bindings_to_names_from(&self, name: &str) -> &[Posting] {
        self.variables.get(name).map_or(&[], Vec::as_slice)
    }

    /// The names that get a part of what the variable `name` holds, with their files.
    #[must_use]
    pub fn parts_of(&self, name: &str) -> &[(FileId, Name)] {
        self.parts.get(name).map_or(&[], Vec::as_slice)
    }

    /// The classes of this name.
    #[must_use]
    pub fn classes(&self, name: &str) -> &[DefId] {
        self.classes.get(name).map_or(&[], Vec::as_slice)
    }

    /// The protocols that have a member of this name: where they stand, and what they are called.
    pub fn protocols_with(&self, member: &str) -> impl Iterator<Item = &(FileId, Name)> {
        self.protocols.get(member).into_iter().flatten()
    }

    /// Whether some function of the program changes an object of this last name after it was made.
    #[must_use]
    pub fn is_mutated(&self, name: &str) -> bool {
        self.mutated.contains_key(name)
    }

    /// The functions of the program that change an object of this last name after it was made.
    #[must_use]
    pub fn mutators(&self, name: &str) -> &[FnId] {
        self.mutated.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether some function of the program changes what is called so, and does not only call something else so.
    #[must_use]
    pub fn is_mutated_in_place(&self, name: &str) -> bool {
        self.mutated_in_place.contains(name)
    }

    /// Whether some function of the program takes away what is called so, or something out of it.
    #[must_use]
    pub fn is_emptied(&self, name: &str) -> bool {
        self.emptied.contains(name)
    }

    /// What has a decorator of this last name.
    #[must_use]
    pub fn decorated(&self, name: &str) -> &[Posting] {
        self.decorated.get(name).map_or(&[], Vec::as_slice)
    }

    /// The files that import `name` from some module; `*` stands for all names.
    #[must_use]
    pub fn importers(&self, name: &str) -> &[FileId] {
        self.importers.get(name).map_or(&[], Vec::as_slice)
    }

    /// Names with what imports call them instead.
    pub fn aliases(&self) -> impl Iterator<Item = (&Name, &Name)> {
        self.aliases.iter().flat_map(|(name, aliases)| aliases.iter().map(move |alias| (name, alias)))
    }

    /// `name` and what imports call it instead.
    #[must_use]
    pub fn with_aliases(&self, name: &Name) -> Vec<Name> {
        let mut names = vec![name.clone()];
        for alias in self.aliases.get(name).into_iter().flatten() {
            if !names.contains(alias) {
                names.push(alias.clone());
            }
        }
        names
    }

    /// The names of a class and of everything that derives from a class of that name.
    #[must_use]
    pub fn with_subclasses(&self, name: &Name) -> Vec<Name> {
        self.with_few_subclasses(name, usize::MAX).unwrap_or_default()
    }

    /// The same; `None` where they are more than `most`.
    #[must_use]
    pub fn with_few_subclasses(&self, name: &Name, most: usize) -> Option<Vec<Name>> {
        let mut names = vec![name.clone()];
        let mut next = 0;
        while let Some(current) = names.get(next).cloned() {
            if names.len() > most {
                return None;
            }
            for name in self.with_aliases(&current).iter().chain(self.subclasses.get(&current).into_iter().flatten()) {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
            next += 1;
        }
        Some(names)
    }
}

/// Facts by id, over the whole program.
pub trait Lookup {
    fn function(&self, id: FnId) -> Option<&Function>;
    fn call_at(&self, posting: Posting) -> Option<&Call>;
    fn load_at(&self, posting: Posting) -> Option<&Load>;
    fn binding_at(&self, posting: Posting) -> Option<&Binding>;
    fn decorated_at(&self, posting: Posting) -> Option<&Decorated>;
    fn def_of(&self, id: FnId) -> Option<DefId>;
    fn fn_of(&self, id: DefId) -> Option<FnId>;
    /// The class whose body defines a method.
    fn enclosing_class(&self, id: FnId) -> Option<DefId>;
}

impl Lookup for World {
    fn function(&self, id: FnId) -> Option<&Function> {
        self.file(id.file)?.facts.functions.get(id.index as usize)
    }

    fn call_at(&self, (file, index): Posting) -> Option<&Call> {
        self.file(file)?.facts.calls.get(index as usize)
    }

    fn load_at(&self, (file, index): Posting) -> Option<&Load> {
        self.file(file)?.facts.loads.get(index as usize)
    }

    fn binding_at(&self, (file, index): Posting) -> Option<&Binding> {
        self.file(file)?.facts.bindings.get(index as usize)
    }

    fn decorated_at(&self, (file, index): Posting) -> Option<&Decorated> {
        self.file(file)?.facts.decorated.get(index as usize)
    }

    fn def_of(&self, id: FnId) -> Option<DefId> {
        let file = self.file(id.file)?;
        let function = file.facts.functions.get(id.index as usize)?;
        (function.kind != FunctionKind::Module).then_some(DefId { file: id.file, start: function.start })
    }

    fn fn_of(&self, id: DefId) -> Option<FnId> {
        let index = self.file(id.file)?.facts.function_at(id.start)?;
        Some(FnId { file: id.file, index })
    }

    fn enclosing_class(&self, id: FnId) -> Option<DefId> {
        let facts = &self.file(id.file)?.facts;
        let class = facts.functions.get(id.index as usize)?.class?;
        Some(DefId { file: id.file, start: facts.classes.get(class as usize)?.start })
    }
}
