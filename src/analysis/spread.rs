//! Spreads libraries from the names that imports bind to the names that values go to.

use ruff_python_ast::name::Name;
use rustc_hash::FxHashMap;

use super::libraries::{Libraries, Set};
use super::passes::{Pass, Slot, passes};
use super::reach::{NameId, Names, Place, View};
use crate::catalogue::Catalogue;
use crate::project::facts::{Function, FunctionKind, Reach};
use crate::project::{FileId, Types, World};

/// How often a value is followed into another file.
const HOPS: usize = 2;

/// The libraries that reach each name.
pub(super) fn spread<'w>(
    types: &'w Types,
    catalogue: &Catalogue,
    libraries: &Libraries,
    names: &mut Names<'w>,
    view: &View,
) -> FxHashMap<(Place, NameId), Set> {
    let world = types.world();
    let readers = Readers::build(world, names);
    let mut spread = Spread {
        types,
        libraries,
        view,
        readers,
        passes: FxHashMap::default(),
        reached: FxHashMap::default(),
        open: Vec::new(),
        next: Vec::new(),
        is_last: false,
    };
    spread.seed(world, catalogue, names);
    for hop in 0..=HOPS {
        spread.is_last = hop == HOPS;
        while let Some((place, name, set)) = spread.open.pop() {
            spread.follow(names, place, name, &set);
        }
        for (place, name, set) in std::mem::take(&mut spread.next) {
            spread.reach(place, name, &set);
        }
    }
    spread.reached
}

/// A flow, by numbers.
struct Channel {
    target: NameId,
    reach: Reach,
    is_alias: bool,
}

/// What reads names.
struct Readers<'w> {
    /// Flows of a file by the name of a source: plain ones, and those of attributes.
    plain: FxHashMap<(FileId, NameId), Vec<u32>>,
    members: FxHashMap<(FileId, NameId), Vec<u32>>,
    member_files: FxHashMap<NameId, Vec<FileId>>,
    channels: Vec<Channel>,
    /// Imports from the program's own modules, by the name that is imported.
    imports: FxHashMap<(FileId, NameId), Vec<NameId>>,
    importers: FxHashMap<NameId, Vec<FileId>>,
    /// Files that import all names of some module of the program.
    stars: Vec<FileId>,
    /// Functions that have a parameter without annotation, by their name; those that make an instance by that of its class.
    functions: FxHashMap<&'w Name, Vec<(FileId, &'w Function)>>,
}

struct Spread<'w, 'r> {
    types: &'w Types,
    libraries: &'r Libraries,
    view: &'r View,
    readers: Readers<'w>,
    /// What each file passes to functions, by the name of the argument; read when the first name of the file is reached.
    passes: FxHashMap<FileId, FxHashMap<(NameId, bool), Vec<Pass>>>,
    reached: FxHashMap<(Place, NameId), Set>,
    open: Vec<(Place, NameId, Set)>,
    /// What is reached one file further.
    next: Vec<(Place, NameId, Set)>,
    is_last: bool,
}

impl<'w> Spread<'w, '_> {
    /// What a file imports is the library itself, and may be what makes its objects.
    fn seed(&mut self, world: &'w World, catalogue: &Catalogue, names: &mut Names<'w>) {
        let builtins: Vec<(Set, &str)> =
            catalogue.ambient_functions().map(|(top, name)| (self.libraries.of(top), name)).collect();
        for (id, file) in world.own_files() {
            for (set, builtin) in &builtins {
                if let Some(call) = file.facts.calls.iter().find(|call| call.name == *builtin) {
                    let name = names.number(&call.name);
                    self.reach(Place::Plain(id), name, set);
                    self.reach(Place::Member(id), name, set);
                }
            }
            for import in file.facts.imports.iter().filter(|import| import.bound.as_str() != "*") {
                let set = self.libraries.of_import(catalogue, import);
                if set.is_empty() {
                    continue;
                }
                let name = names.number(&import.bound);
                self.reach(Place::Plain(id), name, &set);
                self.reach(Place::Export(id), name, &set);
                if import.name.is_none() {
                    self.reach(Place::Member(id), name, &set);
                }
            }
        }
    }

    fn reach(&mut self, place: Place, name: NameId, set: &Set) {
        let new = self.reached.entry((place, name)).or_default().add(set);
        if !new.is_empty() {
            self.open.push((place, name, new));
        }
    }

    /// From `file` it goes on to `name` in `place`.
    fn lead(&mut self, file: FileId, place: Place, name: NameId, set: &Set) {
        if place.file() == file {
            self.reach(place, name, set);
        } else if !self.is_last {
            self.next.push((place, name, set.clone()));
        }
    }

    fn follow(&mut self, names: &mut Names<'w>, place: Place, name: NameId, set: &Set) {
        // What a call makes is no longer the library itself.
        let made = set.intersection(self.libraries.objects());
        match place {
            Place::Plain(file) => {
                for channel in self.readers.plain.get(&(file, name)).cloned().unwrap_or_default() {
                    self.pour(file, file, channel, set, &made);
                }
                self.follow_passes(names, file, name, false, set, &made);
            }
            Place::Member(origin) => {
                let readers = self.readers.member_files.get(&name).map_or(&[][..], Vec::as_slice);
                for file in self.view.neighbours.seers_among(origin, readers) {
                    if self.view.shows(origin, file, name) {
                        for channel in self.readers.members.get(&(file, name)).cloned().unwrap_or_default() {
                            self.pour(origin, file, channel, set, &made);
                        }
                    }
                }
                self.follow_passes(names, origin, name, true, set, &made);
            }
            Place::Export(origin) => self.follow_imports(origin, name, set),
        }
    }

    fn pour(&mut self, origin: FileId, file: FileId, channel: u32, set: &Set, made: &Set) {
        let Channel { target, reach, is_alias } = self.readers.channels[channel as usize];
        let set = if is_alias { set } else { made };
        if set.is_empty() {
            return;
        }
        if reach != Reach::Member {
            self.lead(origin, Place::Plain(file), target, set);
        }
        if reach != Reach::Local {
            self.lead(origin, Place::Member(file), target, set);
        }
        if reach == Reach::Both {
            self.lead(origin, Place::Export(file), target, set);
        }
    }

    fn follow_imports(&mut self, origin: FileId, name: NameId, set: &Set) {
        let importers = self.readers.importers.get(&name).map_or(&[][..], Vec::as_slice);
        for file in self.view.neighbours.seers_among(origin, importers).into_iter().filter(|file| *file != origin) {
            for bound in self.readers.imports.get(&(file, name)).cloned().unwrap_or_default() {
                self.lead(origin, Place::Plain(file), bound, set);
                self.lead(origin, Place::Export(file), bound, set);
            }
        }
        for file in self.view.neighbours.seers_among(origin, &self.readers.stars) {
            self.lead(origin, Place::Plain(file), name, set);
        }
    }

    /// Parameters without annotation hold what the program passes for them.
    fn follow_passes(
        &mut self,
        names: &mut Names<'w>,
        file: FileId,
        name: NameId,
        is_member: bool,
        set: &Set,
        made: &Set,
    ) {
        let types = self.types;
        let passes = self.passes.entry(file).or_insert_with(|| self.readers.passes(types, file, names));
        let mut found = Vec::new();
        for pass in passes.get(&(name, is_member)).into_iter().flatten() {
            for &(owner, function) in self.readers.functions.get(&pass.callee).into_iter().flatten() {
                if self.view.neighbours.sees(file, owner)
                    && let Some(parameter) = parameter(function, &pass.slot)
                {
                    found.push((owner, names.number(parameter), pass.is_alias));
                }
            }
        }
        for (owner, parameter, is_alias) in found {
            let set = if is_alias { set } else { made };
            if !set.is_empty() {
                self.lead(file, Place::Plain(owner), parameter, set);
            }
        }
    }
}

/// Adds a file, which comes after those that were added before, once.
fn note(files: &mut FxHashMap<NameId, Vec<FileId>>, name: NameId, file: FileId) {
    let files = files.entry(name).or_default();
    if files.last() != Some(&file) {
        files.push(file);
    }
}

/// The parameter that an argument is for, if it has no annotation.
fn parameter<'w>(function: &'w Function, slot: &Slot) -> Option<&'w Name> {
    let parameter = match slot {
        Slot::Position(position) => function.parameters.get(position + usize::from(function.class.is_some()))?,
        Slot::Keyword(name) => function.parameter(name)?.1,
    };
    (!parameter.annotated).then_some(&parameter.name)
}

impl<'w> Readers<'w> {
    fn build(world: &'w World, names: &mut Names<'w>) -> Self {
        let mut readers = Self {
            plain: FxHashMap::default(),
            members: FxHashMap::default(),
            member_files: FxHashMap::default(),
            channels: Vec::new(),
            imports: FxHashMap::default(),
            importers: FxHashMap::default(),
            stars: Vec::new(),
            functions: FxHashMap::default(),
        };
        for (id, file) in world.own_files() {
            for flow in &file.facts.flows {
                let channel = readers.channels.len() as u32;
                let target = names.number(&flow.target);
                readers.channels.push(Channel { target, reach: flow.reach, is_alias: flow.is_alias });
                for source in &flow.sources {
                    let name = names.number(&source.name);
                    if source.is_member {
                        readers.members.entry((id, name)).or_default().push(channel);
                        note(&mut readers.member_files, name, id);
                    } else {
                        readers.plain.entry((id, name)).or_default().push(channel);
                    }
                }
            }
            for import in &file.facts.imports {
                match &import.name {
                    Some(_) if import.bound.as_str() == "*" => readers.stars.push(id),
                    Some(name) => {
                        let bound = names.number(&import.bound);
                        let name = names.number(name);
                        readers.imports.entry((id, name)).or_default().push(bound);
                        note(&mut readers.importers, name, id);
                    }
                    None => {}
                }
            }
            for function in &file.facts.functions {
                let own = function.parameters.iter().skip(usize::from(function.class.is_some()));
                if function.kind != FunctionKind::Def || own.filter(|parameter| !parameter.annotated).count() == 0 {
                    continue;
                }
                let is_maker = matches!(function.name.as_str(), "__init__" | "__new__");
                let class = function.class.and_then(|class| file.facts.classes.get(class as usize));
                if let Some(name) = if is_maker { class.map(|class| &class.name) } else { Some(&function.name) } {
                    readers.functions.entry(name).or_default().push((id, function));
                }
            }
        }
        readers.stars.dedup();
        readers
    }

    /// What a file passes to these functions.
    fn passes(&self, types: &Types, file: FileId, names: &Names<'_>) -> FxHashMap<(NameId, bool), Vec<Pass>> {
        let mut by_source: FxHashMap<(NameId, bool), Vec<Pass>> = FxHashMap::default();
        let facts = types.facts(file);
        if !facts.calls.iter().any(|call| self.functions.contains_key(&call.name)) {
            return by_source;
        }
        for pass in passes(types, file).into_iter().filter(|pass| self.functions.contains_key(&pass.callee)) {
            for source in &pass.sources {
                if let Some(name) = names.get(&source.name) {
                    by_source.entry((name, source.is_member)).or_default().push(pass.clone());
                }
            }
        }
        by_source
    }
}
