//! The backward search from sites to loop entries.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::callers::{Callers, Edge};
use super::findings::{Analysis, assemble};
use super::index::{FnId, Lookup};
use super::resolve::{Resolver, Shared};
use super::sites::{self, Site};
use crate::project::facts::MODULE;
use crate::project::{World, guarded};

/// The call graph around the blocking calls: who calls the functions that (may) block.
#[derive(Debug, Default)]
pub struct Graph {
    pub callers: FxHashMap<FnId, Callers>,
    /// How many calls the loop is away: 0 for what the loop itself runs.
    pub distance: FxHashMap<FnId, u32>,
}

/// Called with a stage's name, what is done and what is to do.
pub type Progress<'a> = &'a (dyn Fn(&str, usize, usize) + Sync);

/// Finds what blocks a loop in the program.
#[must_use]
pub fn analyse(resolver: &Resolver<'_>, progress: Progress<'_>) -> Analysis {
    let sites = find_sites(resolver, progress);
    let graph = search(resolver, &sites, progress);
    assemble(resolver, sites, graph)
}

fn find_sites(resolver: &Resolver<'_>, progress: Progress<'_>) -> Vec<Site> {
    let candidates = sites::candidates(&resolver.types, resolver.index(), resolver.catalogue());
    let total = candidates.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let mut sites: Vec<Site> = candidates
        .par_iter()
        .map_with(Threaded(resolver.types.clone(), resolver.shared), |threaded, (file, calls)| {
            let resolver = threaded.resolver();
            let found = guarded(|| resolver.sites(*file, calls));
            let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            progress("calls", done, total);
            found
        })
        .flatten_iter()
        .collect();
    sites.sort_by_key(|site| (site.file, site.range.start(), site.range.end()));
    sites.dedup_by_key(|site| (site.file, site.range));
    sites
}

/// A clone of the engine for a thread.
#[derive(Clone)]
struct Threaded<'a>(crate::project::Types, &'a Shared<'a>);

impl<'a> Threaded<'a> {
    fn resolver(&self) -> Resolver<'a> {
        Resolver::new(self.0.clone(), self.1)
    }
}

fn search(resolver: &Resolver<'_>, sites: &[Site], progress: Progress<'_>) -> Graph {
    let world = resolver.types.world().clone();
    let is_open = |id: &FnId| world.function(*id).is_some_and(|function| !function.is_async) && id.index != MODULE;
    let mut graph = Graph::default();
    let mut next: Vec<FnId> = sites.iter().map(|site| site.function).filter(is_open).collect();
    let mut seen: FxHashSet<FnId> = FxHashSet::default();
    loop {
        next.retain(|id| seen.insert(*id));
        next.sort_unstable();
        if next.is_empty() {
            break;
        }
        let total = next.len();
        let found: Vec<(FnId, Callers)> = next
            .par_iter()
            .map_with(Threaded(resolver.types.clone(), resolver.shared), |threaded, id| {
                let resolver = threaded.resolver();
                (*id, guarded(|| resolver.callers(*id)))
            })
            .collect();
        progress("callers", total, total);
        next.clear();
        for (id, callers) in found {
            next.extend(callers.edges.iter().map(|edge| edge.caller).filter(is_open));
            graph.callers.insert(id, callers);
        }
    }
    graph.distance = distances(&graph, &world, sites);
    graph
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
        if callers.on_loop {
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
