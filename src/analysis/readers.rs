//! What reads the names of a program: flows, imports, and parameters that calls pass something for.

use ruff_python_ast::name::Name;
use rustc_hash::FxHashMap;

use super::neighbours::Neighbours;
use super::reach::{NameId, Names, Read};
use crate::project::facts::{Facts, Flow, Function, FunctionIndex, Part, Pass, Reach, Source};
use crate::project::{FileId, World};

/// A name that holds more functions than this says nothing about what is called by it.
const MOST_HELD: usize = 40;

/// A flow, by numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Channel {
    pub target: NameId,
    /// The function whose variable the target is.
    pub home: FunctionIndex,
    pub reach: Reach,
    pub is_alias: bool,
    pub part: Part,
    pub gate: Gate,
}

/// The attributes that are taken from a value before it goes on, by their position in [`Readers::gates`].
pub(super) type Gate = u32;

/// What the names of files have, in one list: very many have little.
#[derive(Default)]
pub(super) struct ByName {
    /// Where what each file has begins.
    starts: Vec<usize>,
    /// Sorted by name within a file.
    entries: Vec<(NameId, Read, u32)>,
}

impl ByName {
    /// What is added from here on is of the next file.
    fn begin(&mut self) {
        self.sort();
        self.starts.push(self.entries.len());
    }

    fn add(&mut self, name: NameId, read: Read, entry: u32) {
        self.entries.push((name, read, entry));
    }

    /// To be called when all files were added.
    fn end(&mut self) {
        self.sort();
        self.entries.shrink_to_fit();
    }

    fn sort(&mut self) {
        let start = self.starts.last().copied().unwrap_or_default();
        self.entries[start..].sort_by_key(|(name, read, _)| (*name, *read));
    }

    /// What a name of a file has, in the order in which it was added.
    pub(super) fn of(&self, file: FileId, name: NameId, read: Read) -> impl Iterator<Item = u32> {
        let start = self.starts.get(file.0 as usize).copied().unwrap_or(self.entries.len());
        let end = self.starts.get(file.0 as usize + 1).copied().unwrap_or(self.entries.len());
        let own = &self.entries[start..end];
        let first = own.partition_point(|(other, how, _)| (*other, *how) < (name, read));
        let those = own[first..].iter().take_while(move |(other, how, _)| (*other, *how) == (name, read));
        those.map(|(.., entry)| *entry)
    }
}

/// What reads names.
pub(super) struct Readers<'w> {
    /// Flows of a file by the name of a source, and by how that is read.
    pub flows: ByName,
    pub member_files: FxHashMap<NameId, Vec<FileId>>,
    pub channels: Vec<Channel>,
    pub gates: Vec<Vec<NameId>>,
    /// Imports from the program's own modules, by the name that is imported: what it is bound to, and the position of the import.
    pub imports: FxHashMap<(FileId, NameId), Vec<(NameId, usize)>>,
    pub importers: FxHashMap<NameId, Vec<FileId>>,
    /// Files that import all names of some module of the program.
    pub stars: Vec<FileId>,
    /// Functions that have a parameter without annotation, by their name and those of tables and variables that hold them; those that
    /// make an instance by that of its class.
    pub functions: FxHashMap<&'w Name, Vec<(FileId, FunctionIndex, &'w Function)>>,
    /// What a file passes to functions, by the name of the argument and how that is read.
    pub passes: FxHashMap<(FileId, NameId, Read), Vec<Passed<'w>>>,
    /// The files that pass an attribute of this name.
    pub passing_files: FxHashMap<NameId, Vec<FileId>>,
}

/// What a call passes, as which part of a value, and what is taken from it.
pub(super) struct Passed<'w> {
    pub pass: &'w Pass,
    pub part: Part,
    pub gate: Gate,
}

/// Numbers lists of attributes.
#[derive(Default)]
struct Gates(FxHashMap<Vec<NameId>, Gate>);

impl Gates {
    /// The sources of a value, each with the attributes that the value takes from it.
    fn of<'w, 's>(&mut self, sources: &'w [Source], names: &'s mut Names<'w>) -> Vec<(&'w Source, Gate)> {
        let mut through: Vec<NameId> = Vec::new();
        let mut before: Option<&Source> = None;
        let gate = |source: &'w Source| {
            match before.replace(source) {
                Some(attribute) if source.is_receiver => through.push(names.number(&attribute.name)),
                _ => through.clear(),
            }
            let next = self.0.len() as Gate + 1;
            let gate = if through.is_empty() { 0 } else { *self.0.entry(through.clone()).or_insert(next) };
            (source, gate)
        };
        sources.iter().map(gate).collect()
    }

    fn list(self) -> Vec<Vec<NameId>> {
        let mut list = vec![Vec::new(); self.0.len() + 1];
        for (names, gate) in self.0 {
            list[gate as usize] = names;
        }
        list
    }
}

impl<'w> Readers<'w> {
    pub(super) fn build(world: &'w World, names: &mut Names<'w>, neighbours: &Neighbours) -> Self {
        let mut readers = Self {
            flows: ByName::default(),
            member_files: FxHashMap::default(),
            channels: Vec::new(),
            gates: Vec::new(),
            imports: FxHashMap::default(),
            importers: FxHashMap::default(),
            stars: Vec::new(),
            functions: FxHashMap::default(),
            passes: FxHashMap::default(),
            passing_files: FxHashMap::default(),
        };
        let mut gates = Gates::default();
        for (id, file) in world.own_files() {
            readers.flows.begin();
            file.facts.flows.iter().for_each(|flow| readers.add_flow(id, flow, &mut gates, names));
            for (position, import) in file.facts.imports.iter().enumerate() {
                if neighbours.homes(id, position).is_empty() {
                    continue;
                }
                match &import.name {
                    Some(_) if import.bound.as_str() == "*" => readers.stars.push(id),
                    Some(name) => {
                        let bound = names.number(&import.bound);
                        let name = names.number(name);
                        readers.imports.entry((id, name)).or_default().push((bound, position));
                        note(&mut readers.importers, name, id);
                    }
                    None => {}
                }
            }
            for (name, index, function) in file.facts.open_functions() {
                for parameter in &function.parameters {
                    names.number(&parameter.name);
                }
                readers.functions.entry(name).or_default().push((id, index, function));
            }
            for pass in &file.facts.passes {
                for (source, gate) in gates.of(&pass.sources, names) {
                    let name = names.number(&source.name);
                    if source.is_member {
                        note(&mut readers.passing_files, name, id);
                    }
                    let key = (id, name, Read::of(source));
                    readers.passes.entry(key).or_default().push(Passed { pass, part: source.part, gate });
                }
            }
        }
        readers.flows.end();
        readers.channels.shrink_to_fit();
        readers.stars.dedup();
        readers.gates = gates.list();
        readers.add_held(world);
        readers
    }

    /// Adds how the values of a file get from names to another one.
    fn add_flow(&mut self, id: FileId, flow: &'w Flow, gates: &mut Gates, names: &mut Names<'w>) {
        let target = names.number(&flow.target);
        let mut last: Option<(Part, Gate, u32)> = None;
        for (source, gate) in gates.of(&flow.sources, names) {
            let part = source.part;
            let channel = last.filter(|(same, through, _)| *same == part && *through == gate).map_or_else(
                || {
                    let (home, reach, is_alias) = (flow.home, flow.reach, flow.is_alias);
                    let channel = Channel { target, home, reach, is_alias, part, gate };
                    self.channels.push(channel);
                    self.channels.len() as u32 - 1
                },
                |(_, _, channel)| channel,
            );
            last = Some((part, gate, channel));
            let name = names.number(&source.name);
            self.flows.add(name, Read::of(source), channel);
            if source.is_member {
                note(&mut self.member_files, name, id);
            }
        }
    }
}

impl<'w> Readers<'w> {
    /// Adds functions under the names of what holds them: `TABLE = {"a": function}`, and then `act = TABLE[key]`.
    fn add_held(&mut self, world: &'w World) {
        let mut tables: FxHashMap<&Name, Vec<&'w Name>> = FxHashMap::default();
        let bound = || world.own_files().flat_map(|(_, file)| bound_names(&file.facts));
        for (target, source) in bound() {
            if target != source && self.functions.contains_key(source) {
                tables.entry(target).or_default().push(source);
            }
        }
        let mut holders = tables.clone();
        for (target, source) in bound().filter(|(target, source)| target != source) {
            if let Some(held) = tables.get(source) {
                holders.entry(target).or_default().extend(held);
            }
        }
        let mut added = Vec::new();
        for (holder, mut held) in holders {
            held.sort_unstable();
            held.dedup();
            let functions = || held.iter().filter_map(|name| self.functions.get(*name)).flatten();
            if functions().nth(MOST_HELD).is_none() {
                added.push((holder, functions().copied().collect::<Vec<_>>()));
            }
        }
        for (holder, functions) in added {
            self.functions.entry(holder).or_default().extend(functions);
        }
    }
}

/// What each name of a file is bound to, or to a part of, by names.
fn bound_names(facts: &Facts) -> impl Iterator<Item = (&Name, &Name)> {
    let bound = facts.bindings.iter().flat_map(|bound| bound.sources.iter().map(|source| (&bound.target, source)));
    let parts = facts.parts.iter().flat_map(|part| part.sources.iter().map(|source| (&part.target, source)));
    bound.chain(parts)
}

/// Adds a file, which comes after those that were added before, once.
fn note(files: &mut FxHashMap<NameId, Vec<FileId>>, name: NameId, file: FileId) {
    let files = files.entry(name).or_default();
    if files.last() != Some(&file) {
        files.push(file);
    }
}
