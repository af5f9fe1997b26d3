//! The libraries that have apis, numbered, and which files import them.

use ruff_python_ast::name::Name;
use rustc_hash::{FxHashMap, FxHashSet};

use super::reach::{NameId, Names};
use super::spread::{Attributes, Rules};
use crate::catalogue::{Catalogue, Origin};
use crate::project::facts::Import;
use crate::project::{FileId, World};

/// A set of libraries; of each, the library itself with its functions and classes, and the objects that it makes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Set(Vec<u64>);

impl Set {
    pub(super) fn of(element: usize) -> Self {
        let mut set = Self::default();
        set.insert(element);
        set
    }

    fn insert(&mut self, element: usize) {
        let word = element / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (element % 64);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(own, other)| own & other != 0)
    }

    fn holds_all(&self, other: &Self) -> bool {
        let own = self.0.iter().chain(std::iter::repeat(&0));
        other.0.iter().zip(own).all(|(other, own)| other & !own == 0)
    }

    /// Adds `other`; what was not there before.
    pub(super) fn add(&mut self, other: &Self) -> Self {
        if self.holds_all(other) {
            return Self::default();
        }
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        let mut new = Vec::with_capacity(other.0.len());
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            new.push(other & !*own);
            *own |= other;
        }
        Self(new)
    }

    pub(super) fn without(&self, other: &Self) -> Self {
        let others = other.0.iter().chain(std::iter::repeat(&0));
        Self(self.0.iter().zip(others).map(|(own, other)| own & !other).collect())
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(own, other)| own & other).collect())
    }
}

pub(super) struct Libraries {
    numbers: FxHashMap<String, usize>,
    /// Those with classes that may have any method, and that block with all of them …
    wildcards: Set,
    /// … and those with ones whose methods are known, by these.
    wildcard_methods: FxHashMap<String, Set>,
    attributes: Attributes,
    /// All objects, of all libraries that make some of interest.
    objects: Set,
    /// Objects that only come from where the catalogue says, and the libraries that they come from.
    closed: Set,
    makers: Set,
    /// What the objects of a library hold of other libraries.
    held: FxHashMap<usize, Set>,
    /// What each import of the program binds, by the module and the name that is taken from it.
    bound: FxHashMap<(Name, Option<Name>), Set>,
    imported: FxHashMap<FileId, Set>,
    starred: FxHashMap<FileId, Set>,
}

/// A library itself, in a [`Set`].
fn itself(number: usize) -> usize {
    2 * number
}

/// What a library makes, in a [`Set`].
fn made_by(number: usize) -> usize {
    2 * number + 1
}

impl Libraries {
    pub(super) fn build(world: &World, catalogue: &Catalogue, names: &Names<'_>) -> Self {
        let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
        for top in catalogue.top_modules() {
            let next = numbers.len();
            numbers.entry(top.to_owned()).or_insert(next);
        }
        let mut objects = Set::default();
        for number in catalogue.modules_with_classes().filter_map(|top| numbers.get(top)) {
            objects.insert(made_by(*number));
        }
        let mut held: FxHashMap<usize, Set> = FxHashMap::default();
        for (top, number) in &numbers {
            for other in catalogue.held_by(top).filter_map(|other| numbers.get(other)) {
                held.entry(*number).or_default().insert(made_by(*other));
            }
        }
        let (mut wildcards, mut wildcard_methods) = (Set::default(), FxHashMap::<String, Set>::default());
        let mut attributes = Attributes::default();
        let of_wildcards: FxHashSet<&str> = catalogue.wildcard_modules().collect();
        for (top, &number) in &numbers {
            let own = || [itself(number), made_by(number)];
            let inside = held.get(&number).cloned().unwrap_or_default();
            let words = catalogue.words_of(top);
            if of_wildcards.contains(top.as_str()) && !catalogue.says_methods(top) {
                own().into_iter().for_each(|part| wildcards.insert(part));
            } else if of_wildcards.contains(top.as_str()) {
                let sets = words.iter().map(|word| (*word).to_owned());
                sets.for_each(|word| {
                    own().into_iter().for_each(|part| wildcard_methods.entry(word.clone()).or_default().insert(part))
                });
            }
            let add = |set: &mut Set| {
                own().into_iter().for_each(|part| set.insert(part));
                set.add(&inside);
            };
            if catalogue.says_attributes(top) {
                let known = words.iter().filter_map(|word| names.get(&Name::new(word)));
                known.for_each(|name| add(attributes.by_name.entry(name).or_default()));
            } else {
                add(&mut attributes.open);
            }
        }
        let (mut closed, mut makers) = (Set::default(), Set::default());
        for number in catalogue.closed_modules().filter_map(|module| numbers.get(module)) {
            closed.insert(made_by(*number));
            makers.insert(itself(*number));
        }
        for (number, _) in held.iter().filter(|(_, held)| held.meets(&closed)) {
            makers.insert(itself(*number));
        }
        let mut libraries = Self {
            numbers,
            wildcards,
            wildcard_methods,
            attributes,
            objects,
            closed,
            makers,
            held,
            bound: FxHashMap::default(),
            imported: FxHashMap::default(),
            starred: FxHashMap::default(),
        };
        for (id, file) in world.own_files() {
            for import in &file.facts.imports {
                let set = libraries.note(catalogue, import);
                if !set.is_empty() {
                    libraries.imported.entry(id).or_default().add(&set);
                    if import.bound.as_str() == "*" {
                        libraries.starred.entry(id).or_default().add(&set);
                    }
                }
            }
        }
        libraries
    }

    /// What an import of the program binds.
    pub(super) fn of_import(&self, import: &Import) -> Set {
        let key = (import.module.clone(), import.name.clone());
        self.bound.get(&key).filter(|_| import.level == 0).cloned().unwrap_or_default()
    }

    fn note(&mut self, catalogue: &Catalogue, import: &Import) -> Set {
        if import.level > 0 {
            return Set::default();
        }
        let key = (import.module.clone(), import.name.clone());
        if let Some(known) = self.bound.get(&key) {
            return known.clone();
        }
        let set = self.find_bound(catalogue, import);
        self.bound.insert(key, set.clone());
        set
    }

    fn find_bound(&self, catalogue: &Catalogue, import: &Import) -> Set {
        let top = import.module.split('.').next().unwrap_or_default();
        let is_known = self.numbers.contains_key(top) && is_of_interest(catalogue, import, top);
        let mut set = if is_known { self.of(top) } else { Set::default() };
        // People know it by the name of another module: `posixpath` is `os.path`.
        if let Some(public) = catalogue.public_name(&import.module) {
            set.add(&self.of(public.split('.').next().unwrap_or(public)));
        }
        set
    }

    pub(super) fn of(&self, top: &str) -> Set {
        let mut set = Set::default();
        if let Some(&number) = self.numbers.get(top) {
            set.insert(itself(number));
            let mut made = Set::default();
            made.insert(made_by(number));
            set.add(&made.intersection(&self.objects));
            if let Some(held) = self.held.get(&number) {
                set.add(&held.intersection(&self.objects));
            }
        }
        set
    }

    /// A library without what it makes.
    pub(super) fn itself(&self, top: &str) -> Set {
        self.numbers.get(top).map(|number| Set::of(itself(*number))).unwrap_or_default()
    }

    pub(super) fn wanted(&self, origins: &[Origin<'_>]) -> Set {
        let mut set = Set::default();
        for origin in origins {
            if let Some(&number) = self.numbers.get(origin.top) {
                set.insert(itself(number));
                if origin.is_method {
                    set.insert(made_by(number));
                }
            }
        }
        set
    }

    /// Those with classes all of whose methods block, if such a class may have this method.
    pub(super) fn wildcards(&self, method: &str) -> Set {
        let mut set = self.wildcards.clone();
        if let Some(others) = self.wildcard_methods.get(method) {
            set.add(others);
        }
        set
    }

    /// What of `set` may have an attribute.
    pub(super) fn with_attribute(&self, name: Option<NameId>, set: &Set) -> Set {
        self.attributes.with(name, set)
    }

    pub(super) fn rules(&self) -> Rules<'_> {
        Rules { objects: &self.objects, closed: &self.closed, makers: &self.makers, attributes: Some(&self.attributes) }
    }

    pub(super) fn closed(&self) -> &Set {
        &self.closed
    }

    pub(super) fn imported(&self, file: FileId) -> Option<&Set> {
        self.imported.get(&file)
    }

    pub(super) fn starred(&self, file: FileId) -> Option<&Set> {
        self.starred.get(&file)
    }
}

/// Whether an import leads to the part of its library that has apis: `http.client`, but not `http.HTTPStatus`.
fn is_of_interest(catalogue: &Catalogue, import: &Import, top: &str) -> bool {
    if import.name.as_ref().is_some_and(|name| !catalogue.leads_to_objects(&import.module, name)) {
        return false;
    }
    let Some(part) = catalogue.part_with_apis(top) else { return true };
    let path = match &import.name {
        Some(name) if name.as_str() != "*" => format!("{}.{name}", import.module),
        _ => import.module.to_string(),
    };
    let leads = |whole: &str, start: &str| {
        whole.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    leads(part, &path) || leads(&path, part)
}
