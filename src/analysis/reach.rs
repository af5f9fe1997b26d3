//! Which names can hold what.
//!
//! Types are dear, so calls are narrowed down by names first. What a library's import or a class statement binds is *reached* by
//! that library or class; from there it goes on to what is assigned, returned, passed, inherited and imported, by name and
//! without types, until nothing is added. A call of `session.get` can only be of a library that reaches `session`. A variable is one of
//! the function that binds it; what a method sets on its own object, only methods of the same family of classes read from theirs. The
//! result is wide, never exact: types decide.

use rustc_hash::{FxHashMap, FxHashSet};

use super::kin::Kin;
use super::libraries::Set;
use super::neighbours::Neighbours;
use super::spread::Ground;
use crate::project::facts::{Facts, FunctionIndex, MODULE, Reach, Source};
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
    /// Written plainly in this file: in this function, or, where that is [`MODULE`], everywhere.
    Plain(FileId, FunctionIndex),
    /// As an attribute, in every file that sees this one.
    Member(FileId),
    /// The same; where a method reads it from its own object, that must be of a class of this file, or of one of the same family.
    Own(FileId),
    /// Imported from this file, or from one that sees it.
    Export(FileId),
}

impl Place {
    pub(super) fn file(self) -> FileId {
        match self {
            Self::Plain(file, _) | Self::Member(file) | Self::Own(file) | Self::Export(file) => file,
        }
    }
}

/// How a name is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Read {
    /// As a variable of a function, or of the file.
    Plain(FunctionIndex),
    /// As an attribute of some object …
    Member,
    /// … or of the one that the method around is called on.
    Own,
}

impl Read {
    pub(super) fn of(source: &Source) -> Self {
        match (source.is_member, source.is_own) {
            (false, _) => Self::Plain(source.scope),
            (true, false) => Self::Member,
            (true, true) => Self::Own,
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
    kin: Kin,
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
        let neighbours = Neighbours::build(world);
        let kin = Kin::build(world, &neighbours);
        Self { neighbours, kin, common: common.chain(of_containers).collect() }
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

    /// Whether what methods of `file` read from their own object may be what methods of `origin` set on theirs.
    pub(super) fn shares(&self, origin: FileId, file: FileId) -> bool {
        self.kin.may_share(origin, file)
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
    /// The files in which a name is reached as an attribute, whether that is as [`Place::Own`], and by what.
    members: FxHashMap<NameId, Vec<(FileId, bool, Set)>>,
}

impl Reached {
    pub(super) fn new(reached: FxHashMap<(Place, NameId), Set>) -> Self {
        let mut members: FxHashMap<NameId, Vec<(FileId, bool, Set)>> = FxHashMap::default();
        for ((place, name), set) in &reached {
            let is_own = matches!(place, Place::Own(_));
            if let Place::Member(file) | Place::Own(file) = place {
                members.entry(*name).or_default().push((*file, is_own, set.clone()));
            }
        }
        members.values_mut().for_each(|files| files.sort_unstable_by_key(|(file, is_own, _)| (*file, *is_own)));
        Self { reached, members }
    }

    /// Whether something that is wanted reaches a name in a place.
    pub(super) fn is_wanted(&self, place: Place, name: NameId, wanted: &Set) -> bool {
        self.reached.get(&(place, name)).is_some_and(|set| set.meets(wanted))
    }

    /// Whether something that is wanted reaches a name as an attribute in a file.
    pub(super) fn is_wanted_member(&self, file: FileId, name: NameId, wanted: &Set) -> bool {
        [Place::Member(file), Place::Own(file)].into_iter().any(|place| self.is_wanted(place, name, wanted))
    }

    /// The files in which a name is reached as an attribute.
    pub(super) fn set_in(&self, name: NameId) -> impl Iterator<Item = FileId> {
        self.members.get(&name).into_iter().flatten().map(|(file, ..)| *file)
    }

    /// Whether something that is wanted reaches a name that `file` reads.
    pub(super) fn holds(&self, ground: &Ground<'_>, file: FileId, source: &Source, wanted: &Set) -> bool {
        let Some(name) = ground.names.get(&source.name) else { return false };
        if !source.is_member {
            return self.is_wanted(Place::Plain(file, source.scope), name, wanted);
        }
        let mut origins = self.members.get(&name).into_iter().flatten();
        origins.any(|(origin, is_own, set)| {
            set.meets(wanted)
                && (!source.is_own || !is_own || ground.view.shares(*origin, file))
                && ground.view.shows(*origin, file, name)
        })
    }

    /// Whether something that is wanted reaches a name that a function reads, as whichever variable of those that it sees.
    pub(super) fn holds_in(
        &self,
        ground: &Ground<'_>,
        (file, facts): (FileId, &Facts),
        mut function: FunctionIndex,
        source: &Source,
        wanted: &Set,
    ) -> bool {
        loop {
            let here = Source { scope: function, ..source.clone() };
            if self.holds(ground, file, &here, wanted) {
                return true;
            }
            if source.is_member || function == MODULE {
                return false;
            }
            function = facts.functions.get(function as usize).map_or(MODULE, |around| around.parent);
        }
    }
}
