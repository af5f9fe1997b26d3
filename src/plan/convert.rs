//! Which sync functions become `async def`, with all their callers: those below which every blocking call has an async twin.
//!
//! Functions that call each other on the way to a blocking call change together or not at all. Where one of them cannot, the
//! outermost call is handed to a thread instead, as if there were no twin.

use std::collections::BTreeSet;
use std::rc::Rc;

use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use super::decide::Planner;
use super::swap::Exchanges;
use super::{Action, Change, Exchange, Hoist};
use crate::analysis::{FnId, Hop, Lookup, Via};

/// A larger group than this is no change that a person can review.
const MOST_FUNCTIONS: usize = 25;

/// Functions that become `async def` together, and what follows from that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conversion {
    pub functions: Vec<FnId>,
    /// The calls of these functions, all of which are awaited: who makes them, and where.
    pub calls: Vec<(FnId, TextRange)>,
    /// The blocking calls in them, with the functions that are awaited instead.
    pub swaps: Vec<(FnId, TextRange, String)>,
    /// The calls that another library takes over, with all that touches their results.
    pub exchanges: Vec<Exchange>,
    /// The awaited calls whose value is worked out before the rest of their statement: the functions they stand in, and how.
    pub hoists: Vec<(FnId, Hoist)>,
    /// The findings that it is about.
    pub findings: BTreeSet<usize>,
}

/// Functions that lead to a blocking call, up to the coroutines that call them. `None` where they are too many.
type Above = Option<Rc<BTreeSet<FnId>>>;

impl Planner<'_> {
    /// The conversions of the program, as changes.
    pub(super) fn conversions(&self) -> Vec<Change> {
        let mut known: FxHashMap<FnId, Above> = FxHashMap::default();
        let findings = &self.ground.analysis.findings;
        let above: Vec<Above> = findings
            .iter()
            .map(|finding| {
                let function = finding.site.function;
                let is_open = !finding.widespread && !self.is_async(function);
                is_open.then(|| known.entry(function).or_insert_with(|| self.above(function)).clone()).flatten()
            })
            .collect();
        let exchanges = self.exchanges();
        let mut groups: Vec<BTreeSet<FnId>> = Vec::new();
        for (index, (finding, above)) in findings.iter().zip(&above).enumerate() {
            let Some(above) = above else { continue };
            let is_swapped = self.resolver.catalogue().apis[finding.site.api as usize].swap.is_some();
            if is_swapped || exchanges.of(index).is_some() {
                join(&mut groups, above);
            }
        }
        for exchange in &exchanges.list {
            let sync = exchange.functions.iter().filter(|id| !self.is_async(**id));
            let all: Option<BTreeSet<FnId>> = sync
                .map(|id| known.entry(*id).or_insert_with(|| self.above(*id)).clone())
                .try_fold(BTreeSet::new(), |mut all, above| {
                    all.extend(above?.iter().copied());
                    Some(all)
                });
            if let Some(all) = all.filter(|all| !all.is_empty()) {
                join(&mut groups, &all);
            }
        }
        let converted = groups.iter().filter_map(|group| self.conversion(group, &above, &exchanges));
        // Those whose calls are all in coroutine functions convert nothing.
        let plain = exchanges.list.iter().filter(|exchange| exchange.functions.iter().all(|id| self.is_async(*id)));
        let plain = plain.map(|exchange| Conversion {
            exchanges: vec![exchange.clone()],
            findings: exchange.findings.clone(),
            ..Conversion::default()
        });
        let found = exchanges.settle(self, converted.chain(plain).collect());
        found.into_iter().filter_map(|conversion| self.change(conversion)).collect()
    }

    fn change(&self, conversion: Conversion) -> Option<Change> {
        let calls = conversion.calls.iter().copied();
        let mut places: Vec<(FnId, TextRange)> =
            calls.chain(conversion.exchanges.iter().flat_map(Exchange::sites)).collect();
        places.sort_unstable_by_key(|(function, range)| (*function, range.start()));
        let (function, call) = *places.iter().find(|(caller, _)| self.is_async(*caller))?;
        let findings = conversion.findings.iter().copied().collect();
        Some(Change { function, call, action: Action::Convert(conversion), findings })
    }

    fn is_async(&self, id: FnId) -> bool {
        self.resolver.types.world().function(id).is_none_or(|function| function.is_async)
    }

    fn above(&self, function: FnId) -> Above {
        let mut seen = BTreeSet::from([function]);
        let mut open = vec![function];
        while let Some(id) = open.pop() {
            for edge in &self.ground.analysis.graph.callers.get(&id)?.edges {
                if !self.is_async(edge.caller) && seen.insert(edge.caller) {
                    open.push(edge.caller);
                }
            }
            if seen.len() > MOST_FUNCTIONS {
                return None;
            }
        }
        Some(Rc::new(seen))
    }

    fn conversion(&self, group: &BTreeSet<FnId>, above: &[Above], exchanges: &Exchanges) -> Option<Conversion> {
        let graph = &self.ground.analysis.graph;
        let mut swaps = Vec::new();
        let mut hoists = Vec::new();
        let mut findings = BTreeSet::new();
        let mut exchanged: BTreeSet<usize> = BTreeSet::new();
        for (index, above) in above.iter().enumerate() {
            let Some(above) = above.as_ref().filter(|above| !above.is_disjoint(group)) else { continue };
            if !above.is_subset(group) {
                return None;
            }
            findings.insert(index);
            if let Some(exchange) = exchanges.of(index) {
                exchanged.insert(exchange);
                continue;
            }
            let site = &self.ground.analysis.findings[index].site;
            let hop = Hop { function: site.function, at: site.range, via: site.via() };
            let Some(Action::Swap(to)) = self.swap(&hop, &[index]) else { return None };
            hoists.extend(self.await_at(&hop)?.map(|hoist| (hop.function, hoist)));
            swaps.push((hop.function, hop.at, to));
        }
        let mut calls = Vec::new();
        for id in group {
            if !graph.distance.contains_key(id) {
                return None;
            }
            for edge in &graph.callers.get(id)?.edges {
                let hop = Hop { function: edge.caller, at: edge.at, via: edge.via };
                if edge.via != Via::Call || !self.calls_only(&hop, group) {
                    return None;
                }
                hoists.extend(self.await_at(&hop)?.map(|hoist| (hop.function, hoist)));
                calls.push((edge.caller, edge.at));
            }
        }
        if !group.iter().all(|id| self.may_be_coroutine(*id)) {
            return None;
        }
        calls.sort_unstable_by_key(|(function, range)| (*function, range.start()));
        calls.dedup();
        let functions = group.iter().copied().collect();
        let exchanges: Vec<Exchange> = exchanged.iter().map(|index| exchanges.list[*index].clone()).collect();
        findings.extend(exchanges.iter().flat_map(|exchange| &exchange.findings));
        Some(Conversion { functions, calls, swaps, exchanges, hoists, findings })
    }

    /// What goes in front of the hop's statement, if an await may stand there at all.
    fn await_at(&self, hop: &Hop) -> Option<Option<Hoist>> {
        self.may_stand(hop).and_then(|()| self.may_pause(hop)).ok()
    }

    /// Whether what a call may call are functions of the group and nothing else.
    fn calls_only(&self, hop: &Hop, group: &BTreeSet<FnId>) -> bool {
        let types = &self.resolver.types;
        let file = hop.function.file;
        let Some(ast) = types.ast(file) else { return false };
        let Some(call) = ast.call(hop.at) else { return false };
        let targets = self.resolver.targets(file, &call.func);
        !targets.is_empty()
            && targets.iter().all(|target| {
                target.function.and_then(|def| types.world().fn_of(def)).is_some_and(|id| group.contains(&id))
            })
    }
}

/// Adds a set to disjoint ones, which it may join.
fn join(groups: &mut Vec<BTreeSet<FnId>>, set: &BTreeSet<FnId>) {
    let mut joined = set.clone();
    groups.retain(|group| {
        let is_apart = group.is_disjoint(&joined);
        if !is_apart {
            joined.extend(group);
        }
        is_apart
    });
    groups.push(joined);
}

impl Conversion {
    /// Whether a call is one of those that are awaited.
    #[must_use]
    pub fn awaits(&self, function: FnId, call: TextRange) -> bool {
        self.calls.contains(&(function, call)) || self.exchanges(function, call)
    }

    /// Whether another library takes a call over.
    #[must_use]
    pub fn exchanges(&self, function: FnId, call: TextRange) -> bool {
        self.exchanges.iter().flat_map(Exchange::sites).any(|site| site == (function, call))
    }

    /// Takes in another one.
    pub(super) fn join(&mut self, other: Self) {
        self.functions.extend(other.functions);
        self.calls.extend(other.calls);
        self.swaps.extend(other.swaps);
        self.exchanges.extend(other.exchanges);
        self.hoists.extend(other.hoists);
        self.findings.extend(other.findings);
    }
}
