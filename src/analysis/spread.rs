//! Spreads what names hold to the names that values go to.

use std::borrow::Cow;
use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::libraries::Set;
use super::neighbours::Neighbours;
use super::reach::{NameId, Names, Place, Reached, Read, View};
use super::readers::{Channel, Gate, Passed, Readers};
use crate::project::facts::{Function, MODULE, Parameter, Part, Reach, Slot};
use crate::project::{FileId, SELF, World};

/// How often a value is followed into another file, not counting what calls pass.
const HOPS: usize = 2;

/// What values are followed over: the names of a program with all that reads them.
pub struct Ground<'w> {
    pub(super) names: Names<'w>,
    pub(super) view: View,
    readers: Readers<'w>,
    /// The number of [`SELF`].
    own: Option<NameId>,
}

impl<'w> Ground<'w> {
    #[must_use]
    pub fn build(world: &'w World) -> Self {
        let mut names = Names::default();
        for (_, file) in world.own_files() {
            for flow in &file.facts.flows {
                names.number(&flow.target);
            }
            for import in &file.facts.imports {
                names.number(&import.bound);
            }
            for class in &file.facts.classes {
                names.number(&class.name);
            }
            for call in &file.facts.calls {
                names.number(&call.name);
                call.chain.iter().for_each(|source| {
                    names.number(&source.name);
                });
            }
        }
        let view = View::build(world, &names);
        let readers = Readers::build(world, &mut names, &view.neighbours);
        let own = names.get(&SELF);
        Self { names, view, readers, own }
    }

    pub(super) fn neighbours(&self) -> &Neighbours {
        &self.view.neighbours
    }

    /// Follows the seeds.
    pub(super) fn spread(&self, rules: &Rules<'_>, seeds: impl IntoIterator<Item = (Place, NameId, Set)>) -> Reached {
        let mut spread = Spread {
            ground: self,
            rules,
            reached: FxHashMap::default(),
            open: VecDeque::new(),
            next: FxHashMap::default(),
            is_last: false,
        };
        for (place, name, set) in seeds {
            spread.reach(place, name, &set);
        }
        for hop in 0..=HOPS {
            spread.is_last = hop == HOPS;
            while let Some((place, name)) = spread.open.pop_front() {
                let new = spread.reached.get_mut(&(place, name)).map(|held| std::mem::take(&mut held.new));
                spread.follow(place, name, &new.unwrap_or_default());
            }
            for ((place, name), set) in std::mem::take(&mut spread.next) {
                spread.reach(place, name, &set);
            }
        }
        Reached::new(spread.reached.into_iter().map(|(key, held)| (key, held.all)).collect())
    }
}

/// How elements go on.
pub(super) struct Rules<'a> {
    /// Those that are still there in what a call makes from a value.
    pub objects: &'a Set,
    /// Those that are not in what a call makes of its arguments …
    pub closed: &'a Set,
    /// … unless an argument has one of these, which make them when they are called.
    pub makers: &'a Set,
    /// What may have which attributes. Without it, everything may have all.
    pub attributes: Option<&'a Attributes>,
}

/// Which attributes elements may have, as far as that is known.
#[derive(Default)]
pub(super) struct Attributes {
    /// Those of which it is not known.
    pub open: Set,
    pub by_name: FxHashMap<NameId, Set>,
}

impl Attributes {
    /// What of `set` may have an attribute; a name that the program does not number is of nothing that is known.
    pub(super) fn with(&self, name: Option<NameId>, set: &Set) -> Set {
        let mut may = self.open.clone();
        if let Some(having) = name.and_then(|name| self.by_name.get(&name)) {
            may.add(having);
        }
        set.intersection(&may)
    }
}

struct Spread<'w, 'r> {
    ground: &'r Ground<'w>,
    rules: &'r Rules<'r>,
    reached: FxHashMap<(Place, NameId), Held>,
    /// What holds something that has not been followed.
    open: VecDeque<(Place, NameId)>,
    /// What is reached one file further.
    next: FxHashMap<(Place, NameId), Set>,
    is_last: bool,
}

/// What a name holds in a place.
#[derive(Default)]
struct Held {
    all: Set,
    /// What of it has not been followed.
    new: Set,
}

impl Spread<'_, '_> {
    fn reach(&mut self, place: Place, name: NameId, set: &Set) {
        // Where everything may have all attributes, `self` would pass on whatever is taken from it.
        if self.rules.attributes.is_none() && Some(name) == self.ground.own {
            return;
        }
        let held = self.reached.entry((place, name)).or_default();
        let new = held.all.add(set);
        if new.is_empty() {
            return;
        }
        if held.new.is_empty() {
            self.open.push_back((place, name));
        }
        held.new.add(&new);
    }

    /// From `file` it goes on to `name` in `place`.
    fn lead(&mut self, file: FileId, place: Place, name: NameId, set: &Set) {
        if place.file() == file {
            self.reach(place, name, set);
        } else if !self.is_last {
            self.next.entry((place, name)).or_default().add(set);
        }
    }

    fn follow(&mut self, place: Place, name: NameId, set: &Set) {
        let ground = self.ground;
        // What a call makes is no longer the library itself.
        let made = set.intersection(self.rules.objects);
        match place {
            Place::Plain(file, function) => {
                let read = Read::Plain(function);
                for channel in ground.readers.flows.of(file, name, read) {
                    self.pour(file, file, channel, set, &made);
                }
                self.follow_passes(file, name, read, set, &made);
            }
            Place::Member(origin) | Place::Own(origin) => {
                let readers = ground.readers.member_files.get(&name).map_or(&[][..], Vec::as_slice);
                for file in ground.view.shown_to(origin, readers, name) {
                    for channel in ground.readers.flows.of(file, name, Read::Member) {
                        self.pour(origin, file, channel, set, &made);
                    }
                    if matches!(place, Place::Member(_)) || ground.view.shares(origin, file) {
                        for channel in ground.readers.flows.of(file, name, Read::Own) {
                            self.pour(origin, file, channel, set, &made);
                        }
                    }
                }
                let passing = ground.readers.passing_files.get(&name).map_or(&[][..], Vec::as_slice);
                for file in ground.view.shown_to(origin, passing, name) {
                    self.follow_passes(file, name, Read::Member, set, &made);
                    if matches!(place, Place::Member(_)) || ground.view.shares(origin, file) {
                        self.follow_passes(file, name, Read::Own, set, &made);
                    }
                }
            }
            Place::Export(origin) => self.follow_imports(origin, name, set),
        }
    }

    /// What is left of `gone`, which `held` becomes, where that is some part of a value.
    fn passed_on<'s>(&self, part: Part, held: &Set, gone: &'s Set) -> Cow<'s, Set> {
        let Rules { closed, makers, .. } = self.rules;
        let is_whole = part == Part::Own || part == Part::Given && held.meets(makers) || !gone.meets(closed);
        if is_whole { Cow::Borrowed(gone) } else { Cow::Owned(gone.without(closed)) }
    }

    /// What is left of `set` where attributes are taken from it.
    fn through<'s>(&self, gate: Gate, set: &'s Set) -> Cow<'s, Set> {
        let Some(attributes) = self.rules.attributes else { return Cow::Borrowed(set) };
        let names = self.ground.readers.gates[gate as usize].iter();
        names.fold(Cow::Borrowed(set), |set, name| Cow::Owned(attributes.with(Some(*name), &set)))
    }

    fn pour(&mut self, origin: FileId, file: FileId, channel: u32, set: &Set, made: &Set) {
        let Channel { target, home, reach, is_alias, part, gate } = self.ground.readers.channels[channel as usize];
        let gone = self.through(gate, if is_alias { set } else { made });
        let set = self.passed_on(part, set, &gone);
        if set.is_empty() {
            return;
        }
        if matches!(reach, Reach::Local | Reach::Both) {
            self.lead(origin, Place::Plain(file, home), target, &set);
        }
        match reach {
            Reach::Local => {}
            Reach::Member => self.lead(origin, Place::Member(file), target, &set),
            Reach::Own | Reach::Both => self.lead(origin, Place::Own(file), target, &set),
        }
        if reach == Reach::Both {
            self.lead(origin, Place::Export(file), target, &set);
        }
    }

    fn follow_imports(&mut self, origin: FileId, name: NameId, set: &Set) {
        let ground = self.ground;
        let importers = ground.readers.importers.get(&name).map_or(&[][..], Vec::as_slice);
        let neighbours = ground.neighbours();
        for file in neighbours.seers_among(origin, importers).into_iter().filter(|file| *file != origin) {
            for &(bound, import) in ground.readers.imports.get(&(file, name)).into_iter().flatten() {
                let homes = neighbours.homes(file, import);
                if !homes.iter().any(|home| neighbours.sees(*home, origin)) {
                    continue;
                }
                self.lead(origin, Place::Plain(file, MODULE), bound, set);
                self.lead(origin, Place::Export(file), bound, set);
            }
        }
        for file in neighbours.seers_among(origin, &ground.readers.stars) {
            self.lead(origin, Place::Plain(file, MODULE), name, set);
        }
    }

    /// Parameters without annotation hold what the program passes for them.
    fn follow_passes(&mut self, file: FileId, name: NameId, read: Read, set: &Set, made: &Set) {
        let mut found = Vec::new();
        for Passed { pass, part, gate } in self.ground.readers.passes.get(&(file, name, read)).into_iter().flatten() {
            for &(owner, index, function) in self.ground.readers.functions.get(&pass.callee).into_iter().flatten() {
                if self.ground.view.neighbours.sees(file, owner)
                    && let Some(parameter) = parameter(function, &pass.slot)
                    && let Some(name) = self.ground.names.get(&parameter.name)
                {
                    let home = if parameter.is_shared { MODULE } else { index };
                    found.push((Place::Plain(owner, home), name, pass.is_alias, *part, *gate));
                }
            }
        }
        for (place, parameter, is_alias, part, gate) in found {
            let gone = self.through(gate, if is_alias { set } else { made });
            let set = self.passed_on(part, set, &gone);
            if !set.is_empty() {
                self.reach(place, parameter, &set);
            }
        }
    }
}

/// The parameter that an argument is for, if it has no annotation.
fn parameter<'w>(function: &'w Function, slot: &Slot) -> Option<&'w Parameter> {
    let position = match slot {
        Slot::Position(position) => function.parameter_at(*position),
        Slot::Keyword(name) => function.parameter_called(name),
    };
    let parameter = function.parameters.get(position?)?;
    (!parameter.annotated).then_some(parameter)
}
