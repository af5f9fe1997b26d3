//! Which files have classes that one object may be of at once: what a method sets on its own object only methods of those read from theirs.

use ruff_python_ast::name::Name;
use rustc_hash::{FxHashMap, FxHashSet};

use super::neighbours::{Neighbours, meet};
use crate::project::facts::{Class, Facts, Import, MODULE};
use crate::project::{FileId, World};

/// How many modules a class may be imported through.
const HOPS: usize = 4;

/// Methods that make up attributes.
const MAKERS: [&str; 2] = ["__getattr__", "__getattribute__"];

/// The families of classes, by their files.
pub(super) struct Kin {
    /// For each file, the files of classes that derive from its own, with itself, sorted.
    below: Vec<Vec<FileId>>,
    /// The files of which more may derive than is known, or with what objects take from elsewhere.
    open: Vec<bool>,
}

impl Kin {
    pub(super) fn build(world: &World, neighbours: &Neighbours) -> Self {
        let classes = Classes::new(world, neighbours);
        let bases: Vec<Option<Vec<FileId>>> =
            world.own_files().map(|(id, file)| classes.bases_of(id, &file.facts)).collect();
        let mut kin = Self { below: vec![Vec::new(); bases.len()], open: vec![false; bases.len()] };
        for start in (0..bases.len() as u32).map(FileId) {
            let above = closure(start, &bases);
            let is_open = above.iter().any(|file| bases[file.0 as usize].is_none());
            for file in above {
                kin.below[file.0 as usize].push(start);
                kin.open[file.0 as usize] |= is_open;
            }
        }
        kin
    }

    /// Whether an object may be of classes of both files at once.
    pub(super) fn may_share(&self, one: FileId, other: FileId) -> bool {
        let is_open = |file: FileId| self.open.get(file.0 as usize).is_none_or(|is_open| *is_open);
        let below = |file: FileId| self.below.get(file.0 as usize).map_or(&[][..], Vec::as_slice);
        one == other || is_open(one) || is_open(other) || meet(below(one), below(other))
    }
}

/// The files of all that the classes of a file derive from, with the file itself.
fn closure(start: FileId, bases: &[Option<Vec<FileId>>]) -> FxHashSet<FileId> {
    let mut found = FxHashSet::from_iter([start]);
    let mut open = vec![start];
    while let Some(file) = open.pop() {
        for base in bases[file.0 as usize].iter().flatten() {
            if found.insert(*base) {
                open.push(*base);
            }
        }
    }
    found
}

struct Classes<'w> {
    world: &'w World,
    neighbours: &'w Neighbours,
    /// The files that have a class of a name.
    by_name: FxHashMap<&'w Name, Vec<FileId>>,
    /// What modules bind to other things than functions, classes and imports.
    variables: FxHashSet<&'w Name>,
}

impl<'w> Classes<'w> {
    fn new(world: &'w World, neighbours: &'w Neighbours) -> Self {
        let mut by_name: FxHashMap<&Name, Vec<FileId>> = FxHashMap::default();
        let mut variables = FxHashSet::default();
        for (id, file) in world.own_files() {
            for class in &file.facts.classes {
                by_name.entry(&class.name).or_default().push(id);
            }
            let bound = file.facts.bindings.iter().filter(|bound| bound.function == MODULE);
            variables.extend(bound.map(|bound| &bound.target));
        }
        Self { world, neighbours, by_name, variables }
    }

    /// The files of the bases of a file's classes; `None` where some class may derive from more, or makes up attributes.
    fn bases_of(&self, id: FileId, facts: &Facts) -> Option<Vec<FileId>> {
        let mut found = Vec::new();
        for class in &facts.classes {
            if class.has_made_base || MAKERS.iter().any(|maker| class.members.contains_key(*maker)) {
                return None;
            }
            for base in &class.bases {
                found.extend(self.homes(id, facts, class, base)?);
            }
        }
        Some(found)
    }

    /// The files that may define a base of a class.
    fn homes(&self, id: FileId, facts: &Facts, class: &Class, base: &Name) -> Option<Vec<FileId>> {
        let mut found = Vec::new();
        let mut is_bound = facts.classes.iter().any(|other| other.name == *base && other.start != class.start);
        for (position, import) in facts.imports.iter().enumerate().filter(|(_, import)| import.bound == *base) {
            is_bound = true;
            found.extend(self.imported(id, position, import.name.as_ref(), HOPS)?);
        }
        let is_variable = || {
            let is_parameter = |name: &Name| {
                facts.functions.iter().flat_map(|function| &function.parameters).any(|given| given.name == *name)
            };
            facts.bindings.iter().any(|bound| bound.target == *base) || is_parameter(base)
        };
        if is_bound {
            return if is_variable() { None } else { Some(found) };
        }
        // `module.Base`, or a name that a star import brings.
        let files = self.by_name.get(base).into_iter().flatten();
        found.extend(files.filter(|file| self.neighbours.sees(id, **file)));
        let is_unknown = found.is_empty() && (is_variable() || self.variables.contains(base));
        (!is_unknown).then_some(found)
    }

    /// The files that may define the class that an import brings; none where it is not of the program.
    fn imported(&self, id: FileId, position: usize, name: Option<&Name>, hops: usize) -> Option<Vec<FileId>> {
        let Some(name) = name else { return Some(Vec::new()) };
        let mut found = Vec::new();
        for &home in self.neighbours.homes(id, position) {
            let facts = &self.world.file(home)?.facts;
            if facts.classes.iter().any(|class| class.name == *name) {
                found.push(home);
                continue;
            }
            let brings = |import: &&Import| import.bound == *name || import.bound.as_str() == "*";
            let further = facts.imports.iter().enumerate().filter(|(_, import)| brings(import));
            let mut is_brought = false;
            for (position, further) in further {
                is_brought = true;
                let is_star = further.bound.as_str() == "*";
                let next = if is_star { Some(name) } else { further.name.as_ref() };
                found.extend(self.imported(home, position, next, hops.checked_sub(1)?)?);
            }
            if !is_brought && facts.bindings.iter().any(|bound| bound.target == *name) {
                return None;
            }
        }
        Some(found)
    }
}
