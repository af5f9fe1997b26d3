//! Sites that a loop reaches, with how it gets there.

use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use super::callers::Via;
use super::index::{FnId, Lookup};
use super::resolve::Resolver;
use super::search::Graph;
use super::sites::Site;
use super::suppress::{Suppressions, UnusedIgnore};
use crate::catalogue::Severity;
use crate::project::{FileId, World};

/// A call on the way from the loop to a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hop {
    /// The function that makes the call; its file is the call's.
    pub function: FnId,
    pub at: TextRange,
    pub via: Via,
}

/// A site that some chain reaches on a loop's thread.
#[derive(Debug, Clone)]
pub struct Finding {
    pub site: Site,
    /// The shortest chain: the first hop stands in what the loop runs, the last is the site.
    pub chain: Vec<Hop>,
    /// The first hop of every chain, in order of place.
    pub entries: Vec<Hop>,
    /// Those of the first hops that stay as they are because they are of tests.
    pub of_tests: Vec<Hop>,
    /// Reached only through functions whose result is computed once and kept.
    pub cached: bool,
    /// Why it is not looked at how it could be treated.
    pub untreated: Option<Untreated>,
    pub severity: Severity,
}

/// What stays as it is whatever could be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untreated {
    /// So many functions lead to it that not all of its entries are known.
    Widespread,
    /// So many calls lead to it, and it waits for so little, or so many reads of properties do, that it is best changed itself.
    Scattered,
    /// Only tests lead to it.
    OfTests,
}

/// What the analysis of a program found.
#[derive(Debug, Default)]
pub struct Analysis {
    pub findings: Vec<Finding>,
    /// Findings that a comment keeps as they are.
    pub suppressed: Vec<Finding>,
    pub unused: Vec<UnusedIgnore>,
    /// All blocking calls, whether or not a loop reaches them.
    pub sites: Vec<Site>,
    pub graph: Graph,
}

/// What waits for little changes no more calls than these.
const MOST_CALLS: usize = 50;
/// What a property does changes no more places that read it than these.
const MOST_READS: usize = 20;

impl Analysis {
    /// Leaves what waits for little where many calls lead to it, as to a log that writes a file, and what many places read by a property:
    /// it is best changed itself.
    pub fn leave_scattered(&mut self) {
        for finding in &mut self.findings {
            let reads = finding.entries.iter().filter(|entry| entry.via == Via::Property).count();
            if finding.severity == Severity::Low && finding.entries.len() > MOST_CALLS || reads > MOST_READS {
                finding.untreated.get_or_insert(Untreated::Scattered);
            }
        }
    }

    /// Leaves what tests do by themselves: each has a loop of its own, on which nothing else runs.
    pub fn leave_tests(&mut self, is_for_tests: impl Fn(FileId) -> bool) {
        for finding in &mut self.findings {
            let is_of_tests = |entry: &Hop| is_for_tests(entry.function.file);
            if finding.entries.iter().all(is_of_tests) {
                finding.untreated.get_or_insert(Untreated::OfTests);
            } else {
                (finding.of_tests, finding.entries) =
                    std::mem::take(&mut finding.entries).into_iter().partition(is_of_tests);
            }
        }
    }
}

/// Puts the findings together from the sites and the call graph above them.
pub(super) fn assemble(resolver: &Resolver<'_>, sites: Vec<Site>, graph: Graph) -> Analysis {
    let narrowing = resolver.narrowing(&graph);
    let mut suppressions = Suppressions::new(resolver);
    let mut findings = Vec::new();
    let mut suppressed = Vec::new();
    for site in sites.iter().cloned() {
        let api = &resolver.catalogue().apis[site.api as usize];
        let own = Hop { function: site.function, at: site.range, via: site.via() };
        let (chain, entries) = match ways(resolver, &site, &graph, &narrowing) {
            Some(ways) => ways,
            // What is set up before a loop runs blocks it then.
            None if api.sets_up && resolver.is_near_coroutines(site.file) => (vec![own], vec![own]),
            None => continue,
        };
        let cached = chain.iter().any(|hop| graph.callers.get(&hop.function).is_some_and(|callers| callers.cached));
        let severity = if cached { lower(api.severity) } else { api.severity };
        let untreated = graph.widespread.contains(&site.function).then_some(Untreated::Widespread);
        let mut finding = Finding { site, chain, entries, of_tests: Vec::new(), cached, untreated, severity };
        if suppressions.covers(&finding.site) {
            suppressed.push(finding);
            continue;
        }
        finding.entries.retain(|entry| !suppressions.covers_entry(&finding.site, entry));
        if finding.entries.is_empty() {
            suppressed.push(finding);
            continue;
        }
        findings.push(finding);
    }
    Analysis { findings, suppressed, unused: suppressions.unused(), sites, graph }
}

fn lower(severity: Severity) -> Severity {
    match severity {
        Severity::High => Severity::Medium,
        Severity::Medium | Severity::Low => Severity::Low,
    }
}

/// The shortest way from the loop to a site, and the first hop of each. `narrowing` are the functions that not all who call them by name
/// can run.
fn ways(
    resolver: &Resolver<'_>,
    site: &Site,
    graph: &Graph,
    narrowing: &FxHashSet<FnId>,
) -> Option<(Vec<Hop>, Vec<Hop>)> {
    let world = resolver.types.world();
    let chain = shortest(site, graph)?;
    let (entries, above) = entries(world, site, graph);
    if above.is_disjoint(narrowing) {
        return Some((chain, entries));
    }
    let ways = resolver.ways(site, graph, &|id| is_entry(world, graph, id));
    ways.chain.map(|chain| (chain, ways.entries))
}

fn is_entry(world: &World, graph: &Graph, id: FnId) -> bool {
    world.function(id).is_some_and(|function| function.is_async)
        || graph.callers.get(&id).is_some_and(|callers| callers.are_of_loop())
}

fn shortest(site: &Site, graph: &Graph) -> Option<Vec<Hop>> {
    let mut chain = vec![Hop { function: site.function, at: site.range, via: site.via() }];
    let mut current = site.function;
    let mut distance = *graph.distance.get(&current)?;
    while distance > 0 {
        let callers = graph.callers.get(&current)?;
        let edge = callers.edges.iter().find(|edge| graph.distance.get(&edge.caller) == Some(&(distance - 1)))?;
        chain.push(Hop { function: edge.caller, at: edge.at, via: edge.via });
        current = edge.caller;
        distance -= 1;
    }
    chain.reverse();
    Some(chain)
}

/// The first hop of every way, and all functions on them.
fn entries(world: &World, site: &Site, graph: &Graph) -> (Vec<Hop>, FxHashSet<FnId>) {
    let is_entry = |id: FnId| is_entry(world, graph, id);
    let mut entries = FxHashSet::default();
    let mut seen = FxHashSet::default();
    if is_entry(site.function) {
        entries.insert(Hop { function: site.function, at: site.range, via: site.via() });
    }
    let mut open = vec![site.function];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        for edge in graph.callers.get(&id).into_iter().flat_map(|callers| &callers.edges) {
            if !graph.distance.contains_key(&edge.caller) {
                continue;
            }
            if is_entry(edge.caller) {
                entries.insert(Hop { function: edge.caller, at: edge.at, via: edge.via });
            }
            open.push(edge.caller);
        }
    }
    let mut entries: Vec<Hop> = entries.into_iter().collect();
    entries.sort_unstable_by_key(|hop| (hop.function, hop.at.start(), hop.at.end()));
    (entries, seen)
}
