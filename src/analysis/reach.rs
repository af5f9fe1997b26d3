//! Which names can hold objects of which libraries.
//!
//! Types are dear, so calls are narrowed down by names first. What a library's import binds is *reached* by that library; from
//! there it goes on to what is assigned, returned, passed, inherited and imported, by name and without types, until nothing is
//! added. A call of `session.get` can only be of a library that reaches `session`. The result is wide, never exact: types decide.

use rustc_hash::{FxHashMap, FxHashSet};

use super::libraries::{Libraries, Set};
use super::neighbours::Neighbours;
use super::spread::spread;
use crate::catalogue::{Catalogue, Origin};
use crate::project::facts::{Call, CallForm, Reach, Source};
use crate::project::{FileId, Types, World};
use ruff_python_ast::name::Name;

/// A name that is set in more files than this says nothing about what it holds.
const COMMON: usize = 25;

/// The number of a name.
pub(super) type NameId = u32;

/// Where a name holds an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// Written plainly in this file.
    Plain(FileId),
    /// As an attribute, in every file that sees this one.
    Member(FileId),
    /// Imported from this file, or from one that sees it.
    Export(FileId),
}

impl Place {
    pub(super) fn file(self) -> FileId {
        match self {
            Self::Plain(file) | Self::Member(file) | Self::Export(file) => file,
        }
    }
}

/// The names of a program, numbered.
#[derive(Default)]
pub(super) struct Names<'w>(FxHashMap<&'w Name, NameId>);

impl<'w> Names<'w> {
    pub(super) fn number(&mut self, name: &'w Name) -> NameId {
        let next = self.0.len() as NameId;
        *self.0.entry(name).or_insert(next)
    }

    pub(super) fn get(&self, name: &Name) -> Option<NameId> {
        self.0.get(name).copied()
    }
}

/// Which files take the attributes of which others for their own.
pub(super) struct View {
    pub neighbours: Neighbours,
    /// Attributes of objects in so many files that the name says nothing.
    common: FxHashSet<NameId>,
}

impl View {
    fn build(world: &World, names: &mut Names<'_>) -> Self {
        let mut counts: FxHashMap<&Name, usize> = FxHashMap::default();
        for (_, file) in world.own_files() {
            let set = file.facts.flows.iter().filter(|flow| flow.reach != Reach::Local).map(|flow| &flow.target);
            for name in set.collect::<FxHashSet<_>>() {
                *counts.entry(name).or_default() += 1;
            }
        }
        let common = counts.into_iter().filter(|(_, count)| *count > COMMON);
        Self { neighbours: Neighbours::build(world), common: common.filter_map(|(name, _)| names.get(name)).collect() }
    }

    /// Whether `file` takes its attributes called `name` for those of `origin`. What very many files import shows them only
    /// the names that are not everywhere.
    pub(super) fn shows(&self, origin: FileId, file: FileId, name: NameId) -> bool {
        origin == file
            || self.neighbours.sees(file, origin) && (!self.neighbours.is_hub(origin) || !self.common.contains(&name))
    }
}

/// The names that libraries reach.
pub struct Reached<'w> {
    libraries: Libraries,
    names: Names<'w>,
    view: View,
    reached: FxHashMap<(Place, NameId), Set>,
    /// The files in which a name is reached as an attribute.
    members: FxHashMap<NameId, Vec<FileId>>,
}

impl<'w> Reached<'w> {
    #[must_use]
    pub fn build(types: &'w Types, catalogue: &Catalogue) -> Self {
        let world = types.world();
        let libraries = Libraries::build(world, catalogue);
        let mut names = Names::default();
        for (_, file) in world.own_files() {
            for flow in &file.facts.flows {
                names.number(&flow.target);
            }
        }
        let view = View::build(world, &mut names);
        let reached = spread(types, catalogue, &libraries, &mut names, &view);
        let mut members: FxHashMap<NameId, Vec<FileId>> = FxHashMap::default();
        for (place, name) in reached.keys() {
            if let Place::Member(file) = place {
                members.entry(*name).or_default().push(*file);
            }
        }
        members.values_mut().for_each(|files| files.sort_unstable());
        Self { libraries, names, view, reached, members }
    }

    /// Whether `call`, in `file`, may be of an api that comes from one of `origins`.
    #[must_use]
    pub fn leads(&self, file: FileId, call: &Call, origins: &[Origin<'_>]) -> bool {
        let wanted = self.libraries.wanted(origins);
        !wanted.is_empty() && self.may_be(file, call, &wanted)
    }

    /// Whether `call` may be of a library that has classes all of whose methods block.
    #[must_use]
    pub fn leads_to_wildcard(&self, file: FileId, call: &Call) -> bool {
        self.may_be(file, call, self.libraries.wildcards())
    }

    /// Whether what `call` calls may itself be an instance that comes from one of `origins`.
    #[must_use]
    pub fn leads_to_instance(&self, file: FileId, call: &Call, origins: &[Origin<'_>]) -> bool {
        if call.form != CallForm::Call {
            return false;
        }
        let is_plain = matches!(&*call.chain, [source] if !source.is_member && source.name == call.name);
        let callee = Source { name: call.name.clone(), is_member: !is_plain };
        self.holds(file, &callee, &self.libraries.wanted(origins))
    }

    fn may_be(&self, file: FileId, call: &Call, wanted: &Set) -> bool {
        // Without a chain the syntax does not say what it is called on.
        let whole = if call.chain.is_empty() { self.libraries.imported(file) } else { self.libraries.starred(file) };
        if whole.is_some_and(|whole| whole.meets(wanted)) {
            return true;
        }
        call.chain.iter().any(|source| self.holds(file, source, wanted))
    }

    /// Whether some of the wanted libraries reach a name that `file` reads.
    fn holds(&self, file: FileId, source: &Source, wanted: &Set) -> bool {
        let Some(name) = self.names.get(&source.name) else { return false };
        let meets = |place| self.reached.get(&(place, name)).is_some_and(|set| set.meets(wanted));
        if !source.is_member {
            return meets(Place::Plain(file));
        }
        let origins = self.members.get(&name).map_or(&[][..], Vec::as_slice);
        let mut seen = self.view.neighbours.seen_among(file, origins).into_iter();
        seen.any(|origin| self.view.shows(origin, file, name) && meets(Place::Member(origin)))
    }
}
