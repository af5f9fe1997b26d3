//! Which calls may be of which library, going by the names that the library reaches.

use std::borrow::Cow;

use ruff_python_ast::name::Name;
use rustc_hash::{FxHashMap, FxHashSet};

use super::libraries::{Libraries, Set};
use super::reach::{NameId, Place, Reached};
use super::spread::Ground;
use crate::catalogue::{Catalogue, Origin};
use crate::project::facts::{Call, CallForm, Facts, Import, MODULE, Part, Reach, Source};
use crate::project::{FileId, World};

/// The names that libraries reach.
pub(super) struct Leads<'w> {
    libraries: Libraries,
    ground: &'w Ground<'w>,
    reached: Reached,
    /// The libraries whose objects can be called, and the attributes that may be such objects, by the file that sets them.
    called: Set,
    callable: FxHashSet<(FileId, NameId)>,
}

impl<'w> Leads<'w> {
    pub(super) fn build(world: &World, catalogue: &Catalogue, ground: &'w Ground<'w>) -> Self {
        let libraries = Libraries::build(world, catalogue, &ground.names);
        let reached = ground.spread(&libraries.rules(), seeds(world, catalogue, &libraries, ground));
        let called = catalogue.origins_by_last_name().remove("__call__").unwrap_or_default();
        let called = libraries.wanted(&called);
        let callable = callable(world, ground, &reached, &called);
        Self { libraries, ground, reached, called, callable }
    }

    /// The libraries that apis come from.
    pub(super) fn wanted(&self, origins: &[Origin<'_>]) -> Set {
        self.libraries.wanted(origins)
    }

    /// The libraries that have classes all of whose methods block, if one may be called so.
    pub(super) fn wildcards(&self, method: &str) -> Set {
        self.libraries.wildcards(method)
    }

    /// Whether `call`, in `file`, may be of an api of one of the libraries that are wanted.
    pub(super) fn leads(&self, file: FileId, call: &Call, wanted: &Set) -> bool {
        !wanted.is_empty() && self.may_be(file, call, wanted)
    }

    /// Whether what `call` calls may itself be an instance of a library that can be called.
    pub(super) fn leads_to_instance(&self, (file, facts): (FileId, &Facts), call: &Call) -> bool {
        let callee = |is_member| Source { is_member, ..Source::plain(call.name.clone(), Part::Own) };
        match call.form {
            CallForm::Call if is_plain(call) => call.chain.iter().any(|source| self.holds(file, source, &self.called)),
            CallForm::Call => self.is_callable(file, &call.name),
            // `make()()`: the name is that of what makes it.
            CallForm::Indexed => {
                let facts = (file, facts);
                let holds = |source| self.reached.holds_in(self.ground, facts, call.function, &source, &self.called);
                [true, false].into_iter().any(|is_member| holds(callee(is_member)))
            }
            _ => false,
        }
    }

    fn is_callable(&self, file: FileId, name: &Name) -> bool {
        let Some(name) = self.ground.names.get(name) else { return false };
        let mut origins = self.reached.set_in(name).filter(|origin| self.callable.contains(&(*origin, name)));
        origins.any(|origin| self.ground.view.shows(origin, file, name))
    }

    fn may_be(&self, file: FileId, call: &Call, wanted: &Set) -> bool {
        // Without a chain the syntax does not say what it is called on.
        let whole = if call.chain.is_empty() { self.libraries.imported(file) } else { self.libraries.starred(file) };
        if whole.is_some_and(|whole| whole.meets(wanted)) {
            return true;
        }
        let mut kept = Cow::Borrowed(wanted);
        call.chain.iter().enumerate().any(|(position, source)| {
            kept = match position.checked_sub(1).and_then(|before| call.chain.get(before)) {
                Some(attribute) if source.is_receiver => {
                    let name = self.ground.names.get(&attribute.name);
                    Cow::Owned(self.libraries.with_attribute(name, &kept))
                }
                _ => Cow::Borrowed(wanted),
            };
            match source.part {
                Part::Own => self.holds(file, source, &kept),
                Part::Given | Part::Within => self.holds(file, source, &kept.without(self.libraries.closed())),
            }
        })
    }

    fn holds(&self, file: FileId, source: &Source, wanted: &Set) -> bool {
        self.reached.holds(self.ground, file, source, wanted)
    }
}

/// The attributes that may be what is wanted themselves: what a method of that name returns is not the method.
fn callable(world: &World, ground: &Ground<'_>, reached: &Reached, wanted: &Set) -> FxHashSet<(FileId, NameId)> {
    let mut found = FxHashSet::default();
    for (id, file) in world.own_files() {
        for flow in file.facts.flows.iter().filter(|flow| flow.reach != Reach::Local && !flow.is_result) {
            let name = ground.names.get(&flow.target).filter(|name| reached.is_wanted_member(id, *name, wanted));
            if let Some(name) = name
                && flow.sources.iter().any(|source| reached.holds(ground, id, source, wanted))
            {
                found.insert((id, name));
            }
        }
    }
    found
}

/// What a file imports is the library itself, and may be what makes its objects.
fn seeds(
    world: &World,
    catalogue: &Catalogue,
    libraries: &Libraries,
    ground: &Ground<'_>,
) -> Vec<(Place, NameId, Set)> {
    let builtins: Vec<(Set, &str)> =
        catalogue.ambient_functions().map(|(top, name)| (libraries.of(top), name)).collect();
    let only: FxHashMap<&str, &[String]> = catalogue.only_names().collect();
    let mut seeds = Vec::new();
    for (id, file) in world.own_files() {
        for (set, builtin) in &builtins {
            let is_foreign =
                |call: &Call| receiver(call).is_some_and(|name| is_foreign_module(&file.facts, name, libraries));
            let mut calls =
                file.facts.calls.iter().filter(|call| call.name == *builtin && !is_foreign(call)).peekable();
            if let Some(name) = calls.peek().and_then(|call| ground.names.get(&call.name)) {
                let (plain, others): (Vec<&Call>, Vec<&Call>) = calls.partition(|call| is_plain(call));
                let places = [(Place::Plain(id, MODULE), !plain.is_empty()), (Place::Member(id), !others.is_empty())];
                seeds.extend(
                    places.into_iter().filter(|(_, is_read)| *is_read).map(|(place, _)| (place, name, set.clone())),
                );
            }
        }
        for import in file.facts.imports.iter().filter(|import| import.bound.as_str() != "*") {
            let whole = libraries.of_import(import);
            let Some(name) = ground.names.get(&import.bound).filter(|_| !whole.is_empty()) else { continue };
            // Of a module of which only some names are of interest, those are what holds something.
            let parts = only.get(import.module.as_str()).filter(|_| import.name.is_none());
            let set = if parts.is_some() { libraries.itself(&import.module) } else { whole.clone() };
            let parts =
                parts.into_iter().flat_map(|parts| *parts).filter_map(|part| ground.names.get(&Name::new(part)));
            seeds.extend(parts.map(|part| (Place::Member(id), part, whole.clone())));
            seeds.push((Place::Plain(id, MODULE), name, set.clone()));
            if import.name.is_none() {
                seeds.push((Place::Own(id), name, set.clone()));
            }
            seeds.push((Place::Export(id), name, set));
        }
    }
    seeds
}

/// Whether a function is called by its bare name.
fn is_plain(call: &Call) -> bool {
    matches!(&*call.chain, [source] if !source.is_member && source.name == call.name)
}

/// The bare name that a method or function is called on.
fn receiver(call: &Call) -> Option<&Name> {
    let [source] = &*call.chain else { return None };
    (!is_plain(call) && !source.is_member && source.part == Part::Own).then_some(&source.name)
}

/// Whether a name is that of a module which is neither of the program nor of a library with apis.
fn is_foreign_module(facts: &Facts, name: &Name, libraries: &Libraries) -> bool {
    let mut bound = facts.imports.iter().filter(|import| import.bound == *name);
    let is_foreign =
        |import: &Import| import.level == 0 && import.name.is_none() && libraries.of_import(import).is_empty();
    bound.next().is_some_and(is_foreign) && bound.all(is_foreign)
}
