//! Which names can hold what.
//!
//! Types are dear, so calls are narrowed down by names first. What a library's import or a class statement binds is *reached* by
//! that library or class; from there it goes on to what is assigned, returned, passed, inherited and imported, by name and
//! without types, until nothing is added. A call of `session.get` can only be of a library that reaches `session`. The result is
//! wide, never exact: types decide.

use rustc_hash::{FxHashMap, FxHashSet};

use super::libraries::Set;
use super::neighbours::Neighbours;
use super::spread::Ground;
use crate::project::facts::{Reach, Source};
use crate::project::{FileId, World};
use ruff_python_ast::name::Name;

/// A name that is set in more files than this says nothing about what it holds.
const COMMON: usize = 25;
/// A name that is read in more files than this is followed only to those that import where it is set.
const MOST_READERS: usize = 40;

/// Methods that containers and texts have: names that are everywhere, whoever sets them.
const OF_CONTAINERS: &[&str] = &[
    "add",
    "append",
    "clear",
    "copy",
    "count",
    "extend",
    "format",
    "get",
    "index",
    "insert",
    "items",
    "join",
    "keys",
    "pop",
    "remove",
    "replace",
    "setdefault",
    "sort",
    "split",
    "strip",
    "update",
    "values",
];

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
    pub(super) fn build(world: &World, names: &Names<'_>) -> Self {
        let mut counts: FxHashMap<&Name, usize> = FxHashMap::default();
        for (_, file) in world.own_files() {
            let set = file.facts.flows.iter().filter(|flow| flow.reach != Reach::Local).map(|flow| &flow.target);
            for name in set.collect::<FxHashSet<_>>() {
                *counts.entry(name).or_default() += 1;
            }
        }
        let common = counts.into_iter().filter(|(_, count)| *count > COMMON).filter_map(|(name, _)| names.get(name));
        let of_containers = OF_CONTAINERS.iter().filter_map(|name| names.get(&Name::new_static(name)));
        Self { neighbours: Neighbours::build(world), common: common.chain(of_containers).collect() }
    }

    /// Whether `file` takes its attributes called `name` for those of `origin`. What very many files import shows them only
    /// the names that are not everywhere; so does a file to those that do not import it, but may be handed its objects.
    pub(super) fn shows(&self, origin: FileId, file: FileId, name: NameId) -> bool {
        if origin == file {
            return true;
        }
        let is_rare = !self.common.contains(&name);
        if self.neighbours.sees(file, origin) {
            return is_rare || !self.neighbours.is_hub(origin);
        }
        is_rare && self.neighbours.knows(file, origin)
    }

    /// Among `readers`, a sorted list, the files that take attributes called `name` for those of `origin`.
    pub(super) fn shown_to(&self, origin: FileId, readers: &[FileId], name: NameId) -> Vec<FileId> {
        let near = match readers.len() {
            0..=MOST_READERS if !self.common.contains(&name) => readers.to_vec(),
            _ => self.neighbours.seers_among(origin, readers),
        };
        near.into_iter().filter(|file| self.shows(origin, *file, name)).collect()
    }
}

/// The names that something reaches.
pub(super) struct Reached {
    reached: FxHashMap<(Place, NameId), Set>,
    /// The files in which a name is reached as an attribute, and by what.
    members: FxHashMap<NameId, Vec<(FileId, Set)>>,
}

impl Reached {
    pub(super) fn new(reached: FxHashMap<(Place, NameId), Set>) -> Self {
        let mut members: FxHashMap<NameId, Vec<(FileId, Set)>> = FxHashMap::default();
        for ((place, name), set) in &reached {
            if let Place::Member(file) = place {
                members.entry(*name).or_default().push((*file, set.clone()));
            }
        }
        members.values_mut().for_each(|files| files.sort_unstable_by_key(|(file, _)| *file));
        Self { reached, members }
    }

    /// Whether something that is wanted reaches a name in a place.
    pub(super) fn is_wanted(&self, place: Place, name: NameId, wanted: &Set) -> bool {
        self.reached.get(&(place, name)).is_some_and(|set| set.meets(wanted))
    }

    /// The files in which a name is reached as an attribute.
    pub(super) fn set_in(&self, name: NameId) -> impl Iterator<Item = FileId> {
        self.members.get(&name).into_iter().flatten().map(|(file, _)| *file)
    }

    /// Whether something that is wanted reaches a name that `file` reads.
    pub(super) fn holds(&self, ground: &Ground<'_>, file: FileId, source: &Source, wanted: &Set) -> bool {
        let Some(name) = ground.names.get(&source.name) else { return false };
        if !source.is_member {
            return self.is_wanted(Place::Plain(file), name, wanted);
        }
        let mut origins = self.members.get(&name).into_iter().flatten();
        origins.any(|(origin, set)| set.meets(wanted) && ground.view.shows(*origin, file, name))
    }
}
