//! Which calls may be of which library, going by the names that the library reaches.

use super::libraries::{Libraries, Set};
use super::reach::{NameId, Place, Reached};
use super::spread::Ground;
use crate::catalogue::{Catalogue, Origin};
use crate::project::facts::{Call, CallForm, Part, Source};
use crate::project::{FileId, World};

/// The names that libraries reach.
pub(super) struct Leads<'w> {
    libraries: Libraries,
    ground: &'w Ground<'w>,
    reached: Reached,
}

impl<'w> Leads<'w> {
    pub(super) fn build(world: &World, catalogue: &Catalogue, ground: &'w Ground<'w>) -> Self {
        let libraries = Libraries::build(world, catalogue);
        let reached = ground.spread(&libraries.rules(), seeds(world, catalogue, &libraries, ground));
        Self { libraries, ground, reached }
    }

    /// Whether `call`, in `file`, may be of an api that comes from one of `origins`.
    pub(super) fn leads(&self, file: FileId, call: &Call, origins: &[Origin<'_>]) -> bool {
        let wanted = self.libraries.wanted(origins);
        !wanted.is_empty() && self.may_be(file, call, &wanted)
    }

    /// Whether `call` may be of a library that has classes all of whose methods block.
    pub(super) fn leads_to_wildcard(&self, file: FileId, call: &Call) -> bool {
        self.may_be(file, call, self.libraries.wildcards())
    }

    /// Whether what `call` calls may itself be an instance that comes from one of `origins`.
    pub(super) fn leads_to_instance(&self, file: FileId, call: &Call, origins: &[Origin<'_>]) -> bool {
        let is_plain = matches!(&*call.chain, [source] if !source.is_member && source.name == call.name);
        let callee = |is_member| Source { name: call.name.clone(), is_member, part: Part::Own };
        let wanted = || self.libraries.wanted(origins);
        match call.form {
            CallForm::Call => self.holds(file, &callee(!is_plain), &wanted()),
            // `make()()`: the name is that of what makes it.
            CallForm::Indexed => {
                [true, false].into_iter().any(|is_member| self.holds(file, &callee(is_member), &wanted()))
            }
            _ => false,
        }
    }

    fn may_be(&self, file: FileId, call: &Call, wanted: &Set) -> bool {
        // Without a chain the syntax does not say what it is called on.
        let whole = if call.chain.is_empty() { self.libraries.imported(file) } else { self.libraries.starred(file) };
        if whole.is_some_and(|whole| whole.meets(wanted)) {
            return true;
        }
        call.chain.iter().any(|source| match source.part {
            Part::Own => self.holds(file, source, wanted),
            Part::Given | Part::Within => self.holds(file, source, &wanted.without(self.libraries.closed())),
        })
    }

    fn holds(&self, file: FileId, source: &Source, wanted: &Set) -> bool {
        self.reached.holds(self.ground, file, source, wanted)
    }
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
    let mut seeds = Vec::new();
    for (id, file) in world.own_files() {
        for (set, builtin) in &builtins {
            if let Some(call) = file.facts.calls.iter().find(|call| call.name == *builtin)
                && let Some(name) = ground.names.get(&call.name)
            {
                seeds.push((Place::Plain(id), name, set.clone()));
                seeds.push((Place::Member(id), name, set.clone()));
            }
        }
        for import in file.facts.imports.iter().filter(|import| import.bound.as_str() != "*") {
            let set = libraries.of_import(import);
            let Some(name) = ground.names.get(&import.bound).filter(|_| !set.is_empty()) else { continue };
            seeds.push((Place::Plain(id), name, set.clone()));
            if import.name.is_none() {
                seeds.push((Place::Member(id), name, set.clone()));
            }
            seeds.push((Place::Export(id), name, set));
        }
    }
    seeds
}
