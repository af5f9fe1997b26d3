//! The backward search from sites to loop entries.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::callers::{Callers, Edge, callers};
use super::findings::{Analysis, assemble};
use super::index::{FnId, Lookup};
use super::resolve::{Resolver, Threaded};
use super::sites::{self, Site};
use crate::project::facts::MODULE;
use crate::project::{FileId, World, guarded};

/// The call graph around the blocking calls: who calls the functions that (may) block.
#[derive(Debug, Default)]
pub struct Graph {
    pub callers: FxHashMap<FnId, Callers>,
    /// How many calls the loop is away: 0 for what the loop itself runs.
    pub distance: FxHashMap<FnId, u32>,
    /// The functions that [`MOST_ABOVE`] and more functions lead to; not all of those are in the graph.
    pub widespread: FxHashSet<FnId>,
}

/// Called with a stage's name, what is done and what is to do.
pub type Progress<'a> = &'a (dyn Fn(&str, usize, usize) + Sync);

/// Finds what blocks a loop in the program.
#[must_use]
pub fn analyse(resolver: &Resolver<'_>, progress: Progress<'_>) -> Analysis {
    let sites = find_sites(resolver, progress);
    let graph = search(resolver, &sites, progress);
    let sites = resolver.settled(sites, &graph);
    assemble(resolver, sites, graph)
}

fn find_sites(resolver: &Resolver<'_>, progress: Progress<'_>) -> Vec<Site> {
    let candidates = sites::candidates(resolver.types.world(), resolver.shared);
    let total = candidates.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let mut sites: Vec<Site> = candidates
        .par_iter()
        .map_with(Threaded::of(resolver), |threaded, (file, calls)| {
            let resolver = threaded.resolver();
            let found = guarded(|| resolver.sites(*file, calls));
            resolver.leave(*file);
            let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            progress("calls", done, total);
            found
        })
        .flatten_iter()
        .collect();
    resolver.types.forget_trees();
    sites.extend(find_reads(resolver));
    sites.sort_by_key(|site| (site.file, site.range.start(), site.range.end()));
    sites.dedup_by_key(|site| (site.file, site.range));
    resolver.without_idle(sites)
}

fn find_reads(resolver: &Resolver<'_>) -> Vec<Site> {
    let world = resolver.types.world();
    let names = sites::read_names(world, resolver.catalogue());
    if names.is_empty() {
        return Vec::new();
    }
    let files: Vec<FileId> = world.own_files().map(|(file, _)| file).collect();
    files
        .par_iter()
        .map_with(Threaded::of(resolver), |threaded, file| guarded(|| threaded.resolver().reads(*file, &names)))
        .flatten_iter()
        .collect()
}

/// A site that more functions than this lead to is a part of what the whole program stands on. Nobody would want all of them
/// changed for it, so they are not all looked for.
pub const MOST_ABOVE: usize = 500;

/// What is looked for above the sites of one function.
struct Climb {
    root: FnId,
    seen: FxHashSet<FnId>,
    frontier: Vec<FnId>,
}

impl Climb {
    fn new(root: FnId) -> Self {
        Self { root, seen: FxHashSet::from_iter([root]), frontier: vec![root] }
    }

    /// Goes on to the callers, which are known, of the functions it is at.
    fn rise(&mut self, graph: &mut Graph, is_open: impl Fn(&FnId) -> bool) {
        for id in std::mem::take(&mut self.frontier) {
            let callers = graph.callers.get(&id).into_iter().flat_map(|callers| &callers.edges);
            for caller in callers.map(|edge| edge.caller).filter(&is_open) {
                if self.seen.insert(caller) {
                    self.frontier.push(caller);
                }
            }
        }
        if self.seen.len() > MOST_ABOVE && !self.frontier.is_empty() {
            self.frontier.clear();
            graph.widespread.insert(self.root);
        }
    }
}

pub(super) fn search(resolver: &Resolver<'_>, sites: &[Site], progress: Progress<'_>) -> Graph {
    let world = resolver.types.world().clone();
    let is_open = |id: &FnId| world.function(*id).is_some_and(|function| !function.is_async) && id.index != MODULE;
    let roots: BTreeSet<FnId> = sites.iter().map(|site| site.function).filter(is_open).collect();
    let mut climbs: Vec<Climb> = roots.into_iter().map(Climb::new).collect();
    let mut graph = Graph::default();
    while !climbs.is_empty() {
        let layer: BTreeSet<FnId> = climbs.iter().flat_map(|climb| &climb.frontier).copied().collect();
        let layer: Vec<FnId> = layer.into_iter().filter(|id| !graph.callers.contains_key(id)).collect();
        progress("callers", graph.callers.len(), graph.callers.len() + layer.len());
        let found = callers(resolver, &layer);
        resolver.types.forget_trees();
        graph.callers.extend(layer.into_iter().zip(found));
        climbs.retain_mut(|climb| {
            climb.rise(&mut graph, is_open);
            !climb.frontier.is_empty()
        });
    }
    graph.distance = distances(&graph, &world, sites);
    graph
}

/// Who calls these functions, and who calls those, through coroutine functions as well; of functions that more than [`MOST_ABOVE`]
/// lead to, not all.
#[must_use]
pub fn above(resolver: &Resolver<'_>, functions: &BTreeSet<FnId>) -> FxHashMap<FnId, Callers> {
    let mut found: FxHashMap<FnId, Callers> = FxHashMap::default();
    let mut layer: Vec<FnId> = functions.iter().copied().filter(|id| id.index != MODULE).collect();
    while !layer.is_empty() && found.len() < MOST_ABOVE {
        let callers = callers(resolver, &layer);
        let next: BTreeSet<FnId> = callers.iter().flat_map(|callers| &callers.edges).map(|edge| edge.caller).collect();
        found.extend(layer.into_iter().zip(callers));
        layer = next.into_iter().filter(|id| id.index != MODULE && !found.contains_key(id)).collect();
    }
    found
}

/// Breadth first from everything that a loop runs, down the calls.
fn distances(graph: &Graph, world: &World, sites: &[Site]) -> FxHashMap<FnId, u32> {
    let mut callees: FxHashMap<FnId, Vec<FnId>> = FxHashMap::default();
    let mut distance: FxHashMap<FnId, u32> = FxHashMap::default();
    let mut layer: Vec<FnId> = Vec::new();
    let enter = |id: FnId, distance: &mut FxHashMap<FnId, u32>, layer: &mut Vec<FnId>| {
        if distance.insert(id, 0).is_none() {
            layer.push(id);
        }
    };
    for (id, callers) in &graph.callers {
        if callers.are_of_loop() {
            enter(*id, &mut distance, &mut layer);
        }
        for Edge { caller, .. } in &callers.edges {
            callees.entry(*caller).or_default().push(*id);
            if world.function(*caller).is_some_and(|function| function.is_async) {
                enter(*caller, &mut distance, &mut layer);
            }
        }
    }
    for site in sites {
        if world.function(site.function).is_some_and(|function| function.is_async) {
            enter(site.function, &mut distance, &mut layer);
        }
    }
    let mut depth = 0;
    while !layer.is_empty() {
        depth += 1;
        let mut below = Vec::new();
        for id in layer {
            for callee in callees.get(&id).into_iter().flatten() {
                if !distance.contains_key(callee) {
                    distance.insert(*callee, depth);
                    below.push(*callee);
                }
            }
        }
        layer = below;
    }
    distance
}
