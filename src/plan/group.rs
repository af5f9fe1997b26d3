//! Functions that change colour together.
//!
//! Who they are is worked out from a few of them: upwards to the coroutines that call them, sideways to what overrides them, and
//! downwards to where an async twin or a thread can take over. All of them change, or none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ruff_text_size::{TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::blocks::Entry;
use super::breaks::Breaks;
use super::consume::{Cleanup, Consume};
use super::convert::{Conversion, Recolour};
use super::decide::Planner;
use super::swap::Exchanges;
use super::{Action, Adaption, Change, Exchange};
use crate::analysis::{Callers, FnId, Hop, Lookup, Via};
use crate::catalogue::Threading;
use crate::project::FileId;

/// A larger group than this is no change that a person can review.
const MOST_FUNCTIONS: usize = 25;
/// The tests that change with them are looked at less closely.
const MOST_TESTS: usize = 200;

/// What may take over below the functions that change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rung {
    /// Async twins only: where there are others, a thread further up is better.
    Swaps,
    /// Threads as well.
    Threads,
}

/// Why functions cannot change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// One of them cannot become a coroutine function, or a call of one cannot be awaited.
    Colour(String),
    /// What is in them cannot be treated, or what uses them cannot wait for it.
    Other,
}

/// The functions of a group.
pub(super) type Group = BTreeSet<FnId>;

/// Finds groups.
pub(super) struct Solver<'a> {
    planner: &'a Planner<'a>,
    exchanges: &'a Exchanges,
    /// Findings by the functions that make them.
    findings: FxHashMap<FnId, Vec<usize>>,
}

/// What is in the functions of a group.
#[derive(Default)]
struct Inside {
    parts: Vec<Change>,
    left: BTreeMap<usize, String>,
    /// Exchanges, by number.
    exchanged: BTreeSet<usize>,
    /// Functions that must change as well.
    more: Vec<FnId>,
}

/// The hops of a function with the findings they lead to, in the order of the source.
type Hops = BTreeMap<(TextSize, TextSize), (Hop, Vec<usize>)>;

impl<'a> Solver<'a> {
    pub(super) fn new(planner: &'a Planner<'a>, exchanges: &'a Exchanges) -> Self {
        let mut findings: FxHashMap<FnId, Vec<usize>> = FxHashMap::default();
        for (index, finding) in planner.ground.analysis.findings.iter().enumerate() {
            if finding.untreated.is_none() {
                findings.entry(finding.site.function).or_default().push(index);
            }
        }
        Self { planner, exchanges, findings }
    }

    /// What it takes that `seeds` become coroutine functions.
    pub(super) fn solve(&mut self, seeds: impl IntoIterator<Item = FnId>, rung: Rung) -> Result<Conversion, Refusal> {
        let mut group = Group::new();
        let mut open: Vec<FnId> = seeds.into_iter().collect();
        let inside = loop {
            self.close(&mut group, open)?;
            let inside = self.inside(&group, rung)?;
            if inside.more.is_empty() {
                break inside;
            }
            open = inside.more;
        };
        let Inside { mut parts, left, exchanged, .. } = inside;
        let exchanges: Vec<Exchange> = exchanged.iter().map(|index| self.exchanges.list[*index].clone()).collect();
        let mut findings: BTreeSet<usize> = parts.iter().flat_map(|part| part.findings.iter().copied()).collect();
        findings.extend(exchanges.iter().flat_map(|exchange| &exchange.findings));
        let mut awaits: Vec<(FnId, TextRange)> = parts.iter().map(|part| (part.function, part.call)).collect();
        awaits.extend(exchanges.iter().flat_map(Exchange::sites));
        let calls = self.calls(&group, awaits)?;
        parts.extend(calls);
        parts.sort_by_key(|part| (part.function, part.call.start(), part.call.end()));
        let is_worth_it = findings.len() >= left.len() && !findings.is_empty();
        if !is_worth_it {
            let of_loop = left.values().next().filter(|_| findings.is_empty());
            return Err(of_loop.map_or(Refusal::Other, |reason| Refusal::Colour(reason.clone())));
        }
        let functions = group.iter().map(|id| Some((*id, self.planner.recolour(*id)?))).collect::<Option<_>>();
        let functions = functions.ok_or(Refusal::Other)?;
        let roles = group.iter().filter_map(|id| Some((*id, self.planner.role(*id)?)));
        let tests = roles.map(|(id, role)| Some((id, self.planner.adaptions(id, role)?))).collect::<Option<_>>();
        let tests: BTreeMap<FnId, Vec<Adaption>> = tests.ok_or(Refusal::Other)?;
        if let Some(test) = tests.keys().next().filter(|_| exchanges.iter().any(|exchange| self.has_object(exchange))) {
            let test = self.planner.name(*test);
            return Err(Refusal::Colour(format!(
                "`{test}` has a loop of its own, on which no object of another one can be used"
            )));
        }
        let renames = self.renames(&group, &parts);
        let answered = self.planner.answered(group.iter());
        let (started, rearms) = self.planner.started(&group, &answered).map_err(Refusal::Colour)?;
        Ok(Conversion {
            functions,
            tests,
            parts,
            renames,
            declared: BTreeMap::new(),
            promises: Vec::new(),
            left,
            exchanges,
            findings,
            answered,
            started,
            rearms,
        })
    }

    /// The names in calls of methods that Python calls by itself as well.
    fn renames(&self, group: &Group, parts: &[Change]) -> Vec<(FileId, TextRange, &'static str)> {
        if !group.iter().any(|id| self.planner.is_special(*id)) {
            return Vec::new();
        }
        let awaited = parts.iter().filter(|part| *part.action.core() == Action::Await);
        let hops = awaited.map(|part| Hop { function: part.function, at: part.call, via: Via::Call });
        let named = hops.filter_map(|hop| Some((hop.function.file, self.planner.spelled_specially(&hop)?)));
        named.map(|(file, (at, name))| (file, at, name)).collect()
    }

    /// Whether all that blocks where Python calls functions of a group by itself is in the group.
    fn is_all_of(&self, hop: &Hop, group: &Group) -> bool {
        let planner = self.planner;
        hop.via != Via::Implicit || planner.ground.callees_at(hop).all(|callee| group.contains(callee))
    }

    /// Whether an exchange is of the calls of an object, which may be kept from one loop to the next.
    fn has_object(&self, exchange: &Exchange) -> bool {
        exchange.findings.iter().any(|finding| {
            let mut parts = self.planner.api(*finding).name.rsplit('.').skip(1);
            parts.next().is_some_and(|of| of.starts_with(char::is_uppercase))
        })
    }

    /// Adds functions, with those that call them and those of the same family.
    fn close(&mut self, group: &mut Group, mut open: Vec<FnId>) -> Result<(), Refusal> {
        let planner = self.planner;
        while let Some(id) = open.pop() {
            if !group.insert(id) {
                continue;
            }
            let tests = group.iter().filter(|id| planner.role(**id).is_some()).count();
            if group.len() - tests > MOST_FUNCTIONS || tests > MOST_TESTS {
                return Err(Refusal::Other);
            }
            let callers = self.callers(id);
            if let Some(role) = planner.role(id) {
                planner.may_follow(id, role, &callers).map_err(Refusal::Colour)?;
                continue;
            }
            planner.may_be_changed(id).map_err(Refusal::Colour)?;
            let family = planner.family(id).map_err(Refusal::Colour)?;
            planner.may_change_colour(id, &callers).map_err(Refusal::Colour)?;
            self.runs_on_loop(id, &callers, family.len() > 1).map_err(Refusal::Colour)?;
            open.extend(family);
            open.extend(planner.partners(id).map_err(Refusal::Colour)?);
            open.extend(callers.edges.iter().map(|edge| edge.caller).filter(|caller| !planner.is_async(*caller)));
            let dispatch = planner.dispatch(id);
            let calls = (*dispatch).as_ref().into_iter().flatten().map(|(caller, ..)| *caller);
            open.extend(calls.filter(|caller| !planner.is_async(*caller)));
        }
        Ok(())
    }

    fn callers(&self, id: FnId) -> Arc<Callers> {
        self.planner.survey.callers(id, &self.planner.ground.analysis.graph)
    }

    /// Whether a loop is all that runs a function, which every one of its callers is asked as well.
    fn runs_on_loop(&self, id: FnId, callers: &Callers, is_in_family: bool) -> Result<(), String> {
        let graph = &self.planner.ground.analysis.graph;
        let is_reached =
            graph.distance.contains_key(&id) || !graph.callers.contains_key(&id) && !callers.edges.is_empty();
        let is_of_tests = self.planner.is_for_tests(id.file) && !callers.edges.is_empty();
        if is_reached || is_of_tests || is_in_family && callers.edges.is_empty() {
            return Ok(());
        }
        Err(format!("`{}` also runs where there is no loop", self.planner.name(id)))
    }

    /// What becomes of the blocking calls in the functions of a group, and of the calls that lead to others.
    fn inside(&mut self, group: &Group, rung: Rung) -> Result<Inside, Refusal> {
        let mut inside = Inside::default();
        for id in group {
            if self.planner.role(*id).is_some() {
                self.blocks_alone(*id, group).map_err(Refusal::Colour)?;
            }
            let (mut hops, calls) = self.hops(*id, group);
            inside.more.extend(self.beside(*id, group));
            self.exchange(&mut hops, group, &mut inside);
            self.treat(*id, hops, &calls, rung, &mut inside)?;
        }
        Ok(inside)
    }

    /// The hops in a function that lead to findings; and where it calls functions of the group.
    fn hops(&mut self, id: FnId, group: &Group) -> (Hops, Vec<TextRange>) {
        let planner = self.planner;
        let mut hops = Hops::new();
        let mut add = |hop: Hop, findings: Vec<usize>| {
            let key = (hop.at.start(), hop.at.end());
            hops.entry(key).or_insert_with(|| (hop, Vec::new())).1.extend(findings);
        };
        for &finding in self.findings.get(&id).into_iter().flatten() {
            let site = &planner.ground.analysis.findings[finding].site;
            add(Hop { function: id, at: site.range, via: site.via() }, vec![finding]);
        }
        let mut calls = Vec::new();
        for (at, callees) in planner.ground.callees.get(&id).into_iter().flatten() {
            if callees.iter().any(|callee| group.contains(callee)) {
                calls.push(*at);
                continue;
            }
            let findings = self.below(callees);
            let edge = callees.iter().find_map(|callee| {
                let edges = &planner.ground.analysis.graph.callers.get(callee)?.edges;
                edges.iter().find(|edge| edge.caller == id && edge.at == *at)
            });
            if let Some(edge) = edge.filter(|_| !findings.is_empty()) {
                add(Hop { function: id, at: *at, via: edge.via }, findings);
            }
        }
        (hops, calls)
    }

    /// What blocks and is called where functions of a group are, by the same calls.
    fn beside(&self, id: FnId, group: &Group) -> Vec<FnId> {
        let calls = self.planner.ground.callees.get(&id).into_iter().flat_map(|calls| calls.values());
        let shared = calls.filter(|callees| callees.iter().any(|callee| group.contains(callee)));
        let others =
            shared.flatten().copied().filter(|callee| !group.contains(callee) && !self.planner.is_async(*callee));
        others.filter(|callee| !self.below(&[*callee]).is_empty()).collect()
    }

    /// Whether a test calls nothing that blocks but what is of the group, or may be.
    fn blocks_alone(&self, id: FnId, group: &Group) -> Result<(), String> {
        let planner = self.planner;
        let calls = planner.ground.callees.get(&id).into_iter().flatten();
        let mut others = calls.filter(|(_, callees)| {
            let is_known = callees.iter().any(|callee| group.contains(callee) || planner.is_async(*callee));
            !is_known && self.below(callees).is_empty()
        });
        others.next().map_or(Ok(()), |(at, _)| {
            let place = planner.place(id.file, *at);
            Err(format!("`{}` is a test that blocks in another way as well ({place})", planner.name(id)))
        })
    }

    /// The findings that functions lead to.
    fn below(&self, functions: &[FnId]) -> Vec<usize> {
        let mut seen: FxHashSet<FnId> = functions.iter().copied().collect();
        let mut open = functions.to_vec();
        let mut found = Vec::new();
        while let Some(id) = open.pop() {
            found.extend(self.findings.get(&id).into_iter().flatten().copied());
            for callee in self.planner.ground.callees.get(&id).into_iter().flat_map(|calls| calls.values().flatten()) {
                if !self.planner.is_async(*callee) && seen.insert(*callee) {
                    open.push(*callee);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Leaves out the hops that are calls which another library takes over; its functions change as well.
    fn exchange(&self, hops: &mut Hops, group: &Group, inside: &mut Inside) {
        hops.retain(|_, (hop, findings)| {
            let [finding] = findings[..] else { return true };
            let site = &self.planner.ground.analysis.findings[finding].site;
            let is_site = (site.function, site.range) == (hop.function, hop.at);
            let Some(number) = self.exchanges.of(finding).filter(|_| is_site) else { return true };
            let Some(exchange) = self.exchanges.list.get(number) else { return true };
            inside.exchanged.insert(number);
            let sync = exchange.functions.iter().filter(|id| !self.planner.is_async(**id) && !group.contains(id));
            inside.more.extend(sync);
            false
        });
    }

    /// Treats the hops of one function.
    fn treat(&self, id: FnId, hops: Hops, calls: &[TextRange], rung: Rung, inside: &mut Inside) -> Result<(), Refusal> {
        let planner = self.planner;
        let decided: Vec<(Hop, Vec<usize>, Result<Action, String>)> = hops
            .into_values()
            .map(|(hop, findings)| {
                let decision = planner.decide_within(&hop, &findings, rung == Rung::Swaps);
                (hop, findings, decision)
            })
            .collect();
        let blocks = if rung == Rung::Swaps || decided.iter().all(|(.., decision)| decision.is_ok()) {
            Vec::new()
        } else {
            let entries: Vec<Entry<'_>> = decided
                .iter()
                .map(|(hop, findings, decision)| Entry {
                    hop: *hop,
                    findings,
                    is_treated: decision.is_ok(),
                    is_thread: *decision == Ok(Action::Thread),
                    is_parted: false,
                })
                .collect();
            planner.blocks_within(id, &entries, calls).chosen
        };
        for (hop, findings, decision) in decided {
            let block = blocks.iter().find(|block| block.range.contains_range(hop.at));
            let decision = block.map_or(decision, |block| Ok(planner.block_action(id, block)));
            let call = block.map_or(hop.at, |block| block.range);
            match decision {
                Ok(action) => match inside.parts.iter_mut().find(|part| part.function == id && part.call == call) {
                    Some(part) => part.findings.extend(findings),
                    None => inside.parts.push(Change::new(id, call, action, findings)),
                },
                Err(reason) => {
                    let callees: Vec<FnId> =
                        planner.ground.callees_at(&hop).copied().filter(|callee| !planner.is_async(*callee)).collect();
                    let is_small = findings.iter().all(|finding| planner.api(*finding).thread == Threading::Needless);
                    // What the loop calls is treated as far as it can be, as a coroutine function is.
                    let is_own = callees.is_empty() && planner.is_answered(id);
                    if (is_small || is_own) && rung == Rung::Threads {
                        inside.left.extend(findings.into_iter().map(|finding| (finding, reason.clone())));
                    } else if callees.is_empty() {
                        return Err(Refusal::Other);
                    } else {
                        inside.more.extend(callees);
                    }
                }
            }
        }
        Ok(())
    }

    /// What becomes of the calls of the functions of a group.
    fn calls(&mut self, group: &Group, awaits: Vec<(FnId, TextRange)>) -> Result<Vec<Change>, Refusal> {
        let mut hops: BTreeMap<(FnId, TextSize, TextSize), Hop> = BTreeMap::new();
        for id in group {
            for edge in &self.callers(*id).edges {
                let via = if edge.via == Via::Handed { Via::Call } else { edge.via };
                let hop = Hop { function: edge.caller, at: edge.at, via };
                let known = *hops.entry((edge.caller, edge.at.start(), edge.at.end())).or_insert(hop);
                // What is made and entered at one place is two things to treat.
                if known.via != hop.via || !self.is_all_of(&hop, group) {
                    return Err(Refusal::Other);
                }
            }
            for (function, start, end) in (*self.planner.dispatch(*id)).as_ref().into_iter().flatten() {
                let hop = Hop { function: *function, at: TextRange::new(*start, *end), via: Via::Call };
                hops.entry((*function, *start, *end)).or_insert(hop);
            }
        }
        let planner = self.planner;
        let mut breaks = Breaks::default();
        for (function, at) in awaits.into_iter().chain(hops.values().map(|hop| (hop.function, hop.at))) {
            let ast = planner.resolver.types.ast(function.file).ok_or(Refusal::Other)?;
            breaks.add(function, &ast, at);
        }
        for id in group {
            let ast = planner.resolver.types.ast(id.file).ok_or(Refusal::Other)?;
            planner.survey.locks.waits(*id).for_each(|at| breaks.add(*id, &ast, TextRange::empty(at.start())));
        }
        let made: FxHashSet<(FnId, TextRange)> = hops.values().map(|hop| (hop.function, hop.at)).collect();
        let generators = group.iter().filter(|id| planner.recolour(**id) == Some(Recolour::Generator));
        let cleanups = generators.map(|id| planner.cleanup(*id, |iterable| made.contains(&(*id, iterable))));
        let cleanup = cleanups.max().unwrap_or(Cleanup::Nothing);
        let mut calls = Vec::new();
        for hop in hops.values() {
            let specially = planner.used_specially(hop, group);
            let called = specially.or_else(|| planner.called(hop, group));
            let is_dispatch = called.is_none() && planner.is_dispatch(group.iter(), (hop.function, hop.at));
            let recolour = called.or(is_dispatch.then_some(Recolour::Coroutine)).ok_or(Refusal::Other)?;
            let await_ = if is_dispatch { Action::Settle } else { Action::Await };
            let action = match recolour {
                Recolour::Coroutine | Recolour::Special => {
                    Some(planner.await_call(hop, await_, &breaks).map_err(Refusal::Colour)?)
                }
                Recolour::Iterator => None,
                Recolour::Generator => planner.consume(hop, cleanup, &breaks),
                Recolour::Manager => planner.enter_with(hop, |item| made.contains(&(hop.function, item)), &breaks),
            };
            let action = action.filter(|action| specially.is_none() || !closes(action)).ok_or(Refusal::Other)?;
            calls.push(Change::new(hop.function, hop.at, action, Vec::new()));
        }
        for id in group.iter().filter(|id| is_generator(planner.recolour(**id))) {
            let is_treated = |value| calls.iter().any(|call| call.function == *id && call.call == value);
            let more = planner.delegations(*id, is_treated).ok_or(Refusal::Other)?;
            calls.extend(more);
        }
        Ok(calls)
    }
}

/// Whether something closes what it goes through, which must be a generator then.
fn closes(action: &Action) -> bool {
    matches!(
        action.core(),
        Action::Consume(Consume::Loop { steps: Some(_), .. } | Consume::Delegate { steps: Some(_), .. })
    )
}

fn is_generator(recolour: Option<Recolour>) -> bool {
    matches!(recolour, Some(Recolour::Generator | Recolour::Manager))
}

impl Planner<'_> {
    /// The name of a function for people.
    pub(super) fn name(&self, id: FnId) -> String {
        self.resolver.types.facts(id.file).qualified(id.index)
    }

    /// How the call of a function that becomes a coroutine function is awaited, if it can be.
    fn await_call(&self, hop: &Hop, await_: Action, breaks: &Breaks) -> Result<Action, String> {
        let gather = self.gather(hop, false);
        self.may_stand_in(hop, gather.as_ref().map(|gather| gather.generator))?;
        let action = match gather {
            Some(gather) => Action::Gather(gather, Box::new(await_)),
            None => await_,
        };
        self.may_part(hop)?;
        self.pausing_with(hop, action, Some(breaks))
    }

    /// What becomes of the functions that a hop calls, if they are of the group and all become the same.
    fn called(&self, hop: &Hop, group: &Group) -> Option<Recolour> {
        let types = &self.resolver.types;
        let file = hop.function.file;
        if hop.via != Via::Call || self.foreign(hop.function).is_some() {
            return None;
        }
        let ast = types.ast(file)?;
        let callee = &ast.call(hop.at)?.func;
        let targets = self.resolver.targets(file, callee);
        let mut found = None;
        for target in &targets {
            let id = types.world().fn_of(target.function?).filter(|id| group.contains(id))?;
            let recolour = self.recolour(id)?;
            if found.is_some_and(|other| other != recolour) {
                return None;
            }
            found = Some(recolour);
        }
        found.filter(|_| self.calls_only(file, callee, &targets, group))
    }
}
