//! The ladder: swap where an async function takes exactly the same arguments, else a thread, else leave.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rayon::prelude::*;
use ruff_python_ast::Expr;
use ruff_python_ast::name::Name;
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::atomic::{self, Part};
use super::blocks::{Blocks, Entry};
use super::breaks::Breaks;
use super::convert::conversion;
use super::doubles::Doubles;
use super::files::Files;
use super::locks::Locks;
use super::memo::{Callees, Memo, Survey};
use super::position;
use super::sequential;
use super::spelled;
use super::tests::Surroundings;
use super::{Action, Change, Hoist, Plan, Treatment};
use crate::analysis::{Analysis, Finding, FnId, Hop, Lookup, MOST_ABOVE, Resolver, Threaded, Untreated, Via};
use crate::catalogue::Api;
use crate::project::facts::FunctionKind;
use crate::project::{FileId, guarded};

/// What becomes of each entry, by function and call.
pub(super) type Decisions = FxHashMap<(FnId, TextRange), Result<Action, String>>;

/// What a plan has to keep to.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The oldest Python that the program runs on.
    pub minimum: Option<(u8, u8)>,
    /// Others call the public functions of the program's packages.
    pub keeps_public: bool,
    /// The program is made to be installed by others.
    pub is_library: bool,
    /// Endpoints that await nothing become plain functions.
    pub drops_async: bool,
    /// The libraries that take over, as `[target]` of the configuration has them.
    pub targets: BTreeMap<String, String>,
}

/// Decides about every finding.
#[must_use]
pub fn plan(resolver: &Resolver<'_>, analysis: &Analysis, terms: &Terms) -> Plan {
    let mut ground = Ground::new(resolver, analysis, terms.clone());
    ground.locks = guarded(|| ground.planner(resolver).locks());
    loop {
        let (plan, unfit) = plan_on(&ground, resolver);
        if unfit.is_empty() {
            return plan;
        }
        ground.locks.remove(&unfit);
    }
}

/// Decides about every finding on this ground, and says which of its locks cannot be.
fn plan_on(ground: &Ground<'_>, resolver: &Resolver<'_>) -> (Plan, BTreeSet<usize>) {
    let analysis = ground.analysis;
    let (endings, unfinished) = guarded(|| ground.planner(resolver).setups());
    let migrations = guarded(|| ground.planner(resolver).migrations());
    let (conversions, mut unexchanged) = guarded(|| ground.planner(resolver).conversions());
    let mut decisions = Decisions::default();
    for change in &migrations {
        for &finding in &change.findings {
            let entries = analysis.findings[finding].entries.iter();
            decisions.extend(entries.map(|hop| ((hop.function, hop.at), Ok(change.action.clone()))));
        }
    }
    for change in &conversions {
        let places = conversion(change).into_iter().flat_map(|conversion| conversion.places());
        decisions.extend(places.map(|place| (place, Ok(change.action.clone()))));
        if let Some(conversion) = conversion(change) {
            ground.planner(resolver).decide_answered(conversion, change, &mut decisions);
        }
    }
    let mut plain = Vec::new();
    if ground.terms.drops_async {
        let decided: Vec<Change> = conversions.iter().chain(&migrations).cloned().collect();
        plain = decided.clone();
        guarded(|| ground.planner(resolver).drop_async(&mut decisions, &mut plain));
        plain.drain(..decided.len());
    }
    let mut entries: BTreeMap<(FnId, TextSize, TextSize), (Hop, Vec<usize>)> = BTreeMap::new();
    let is_setup = |finding: &Finding| resolver.catalogue().setup(finding.site.api).is_some();
    let open =
        analysis.findings.iter().enumerate().filter(|(_, finding)| finding.untreated.is_none() && !is_setup(finding));
    for (index, finding) in open {
        for hop in &finding.entries {
            if decisions.contains_key(&(hop.function, hop.at)) {
                continue;
            }
            let key = (hop.function, hop.at.start(), hop.at.end());
            let (first, findings) = entries.entry(key).or_insert_with(|| (*hop, Vec::new()));
            // What a `with` makes and enters at once is more than the call that makes it. What a library makes is treated as its call.
            let is_own = || ground.callees_at(hop).next().is_some();
            if first.via == Via::Call && hop.via == Via::Implicit && is_own() {
                *first = *hop;
            }
            findings.push(index);
        }
    }
    let entries: Vec<(Hop, Vec<usize>)> = entries.into_values().collect();
    let decided: Vec<Result<Action, String>> = entries
        .par_iter()
        .map_with(Threaded::of(resolver), |threaded, (hop, findings)| {
            let resolver = threaded.resolver();
            let planner = ground.planner(&resolver);
            planner.decide_alone(hop, findings)
        })
        .collect();
    let mut changes = conversions;
    changes.extend(migrations);
    changes.extend(endings);
    changes.extend(plain);
    for (entries, decided) in by_function(entries, decided) {
        let planner = ground.planner(resolver);
        changes.extend(planner.settle(&entries, &decided, &mut decisions));
    }
    guarded(|| ground.planner(resolver).take_turns(&mut decisions, &mut changes, false));
    guarded(|| ground.planner(resolver).deepen(&mut decisions, &mut changes));
    guarded(|| ground.planner(resolver).take_turns(&mut decisions, &mut changes, true));
    unexchanged.extend(guarded(|| ground.planner(resolver).exchange_pieces(&mut decisions, &mut changes)));
    let planner = ground.planner(resolver);
    guarded(|| planner.close_in_threads(&mut changes));
    let unfit = planner.hold_locks(&mut changes);
    guarded(|| planner.copy_for_loops(&mut changes));
    changes.sort_by_key(|change| (change.function, change.call.start(), change.call.end()));
    let treatments = analysis.findings.iter().enumerate().map(|(index, finding)| match unfinished.get(&index) {
        Some(reason) => Treatment::Leave(reason.clone()),
        None if is_setup(finding) => Treatment::Thread,
        None => planner.treatment(index, finding, &decisions),
    });
    let treatments = treatments.collect();
    (Plan { treatments, changes, unexchanged, ..Plan::default() }, unfit)
}

pub(super) type Entries = Vec<(Hop, Vec<usize>)>;
pub(super) type Decided = Vec<Result<Action, String>>;

/// The entries of each function, which are in order, with what was decided about each.
fn by_function(entries: Entries, decided: Decided) -> Vec<(Entries, Decided)> {
    let mut functions: Vec<(Entries, Decided)> = Vec::new();
    for (entry, decision) in entries.into_iter().zip(decided) {
        match functions
            .last_mut()
            .filter(|(entries, _)| entries.last().is_some_and(|last| last.0.function == entry.0.function))
        {
            Some((entries, decided)) => {
                entries.push(entry);
                decided.push(decision);
            }
            None => functions.push((vec![entry], vec![decision])),
        }
    }
    functions
}

/// What all threads decide from.
pub(super) struct Ground<'a> {
    pub analysis: &'a Analysis,
    pub terms: Terms,
    pub files: Files<'a>,
    /// There is one task only.
    pub is_sequential: bool,
    memo: Memo,
    texts: OnceLock<FxHashMap<Name, Vec<FileId>>>,
    /// What tests put in the place of functions and objects of the program.
    pub doubles: OnceLock<Doubles>,
    /// Whether tests that are coroutine functions run.
    pub marked: OnceLock<bool>,
    pub surroundings: OnceLock<Surroundings>,
    /// Why the objects of some codemods stay on their threads, by number.
    pub pinned: OnceLock<FxHashMap<usize, String>>,
    /// What the program changes of what the whole process has while its loop runs, by number.
    pub upsets: OnceLock<Vec<usize>>,
    /// The functions that a call runs on the way to a site, by who calls and where.
    pub callees: Callees,
    /// The locks that calls may count on.
    pub locks: Locks,
    /// The functions that run when there are no threads any more.
    pub late: OnceLock<FxHashSet<FnId>>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(resolver: &Resolver<'a>, analysis: &'a Analysis, terms: Terms) -> Self {
        let mut callees = Callees::default();
        for (callee, callers) in &analysis.graph.callers {
            for edge in &callers.edges {
                callees.entry(edge.caller).or_default().entry(edge.at).or_default().push(*callee);
            }
        }
        for list in callees.values_mut().flat_map(FxHashMap::values_mut) {
            list.sort_unstable();
        }
        let is_sequential = sequential::is_sequential(resolver);
        let files = Files::new(resolver, analysis);
        Self {
            analysis,
            terms,
            files,
            is_sequential,
            memo: Memo::default(),
            texts: OnceLock::new(),
            doubles: OnceLock::new(),
            marked: OnceLock::new(),
            surroundings: OnceLock::new(),
            pinned: OnceLock::new(),
            upsets: OnceLock::new(),
            callees,
            locks: Locks::default(),
            late: OnceLock::new(),
        }
    }

    /// The last names in the program's strings.
    pub fn texts(&self, resolver: &Resolver<'_>) -> &FxHashMap<Name, Vec<FileId>> {
        self.texts.get_or_init(|| spelled::texts(&resolver.types))
    }

    /// The functions that a hop runs on the way to a site.
    pub fn callees_at(&self, hop: &Hop) -> impl Iterator<Item = &FnId> {
        self.callees.get(&hop.function).and_then(|calls| calls.get(&hop.at)).into_iter().flatten()
    }

    /// The functions that the decorators of a function run on the way to a site, whenever it is called.
    pub fn callees_by_decorator(&self, resolver: &Resolver<'_>, id: FnId) -> Vec<&FnId> {
        let Some(calls) = self.callees.get(&id) else { return Vec::new() };
        let facts = resolver.types.facts(id.file);
        let decorators = facts.functions.get(id.index as usize).map_or(&[][..], |function| &function.decorators);
        decorators.iter().filter_map(|range| calls.get(range)).flatten().collect()
    }

    pub(super) fn planner<'b>(&'b self, resolver: &'b Resolver<'b>) -> Planner<'b> {
        let is_sequential = self.is_sequential;
        let survey = Survey {
            resolver,
            memo: &self.memo,
            callees: &self.callees,
            locks: &self.locks,
            graph: &self.analysis.graph,
            terms: &self.terms,
            is_sequential,
        };
        Planner { ground: self, resolver, survey, takes_turns: false }
    }
}

/// Why managers on a stack are left where they are.
pub(super) const STACK: &str = "a `with` leaves all that is on its stack at its end, which may need the loop's thread";

/// Decides on one thread.
pub(super) struct Planner<'a> {
    pub ground: &'a Ground<'a>,
    pub resolver: &'a Resolver<'a>,
    pub survey: Survey<'a>,
    /// What threads share with each other is left to `turns`.
    pub takes_turns: bool,
}

impl<'a> Planner<'a> {
    /// One that leaves what threads share with each other to `turns`.
    pub(super) fn in_turn(&self) -> Self {
        Self { ground: self.ground, resolver: self.resolver, survey: self.survey, takes_turns: true }
    }

    /// What to do at an entry, as a call or as a statement of its own.
    pub(super) fn decide_alone(&self, hop: &Hop, findings: &[usize]) -> Result<Action, String> {
        self.decide(hop, findings).or_else(|reason| match self.step(hop, findings) {
            Some(step) => Ok(Action::Step(step)),
            None => match self.draw(hop, findings) {
                Some(draw) => Ok(Action::Draw(draw)),
                None => self.enter(hop, findings)?.map(Action::Enter).ok_or(reason),
            },
        })
    }

    /// The changes of one function: those of single calls, and the blocks that take in what cannot be treated on its own.
    fn settle(&self, entries: &Entries, decided: &Decided, decisions: &mut Decisions) -> Vec<Change> {
        let Some((first, _)) = entries.first() else { return Vec::new() };
        let function = first.function;
        // What becomes a coroutine function must not be called in a thread.
        let converted: Vec<TextRange> =
            decisions.keys().filter(|(caller, _)| *caller == function).map(|(_, at)| *at).collect();
        let parted = self.parted_of(entries, decided);
        let mut decided = decided.clone();
        let mut found = self.blocks_of(function, entries, &decided, &parted, &converted);
        let sharing = self.share(function, entries, &mut decided, &mut found, &parted, &converted);
        let halves = self.halves(function, entries, &decided, &found);
        let Blocks { chosen: blocks, refused } = found;
        let mut changes: Vec<Change> = Vec::new();
        for ((hop, findings), decision) in entries.iter().zip(&decided) {
            let block = blocks.iter().find(|block| block.range.contains_range(hop.at));
            // What is no call can only go to a thread with what is around it.
            let around = refused.get(&hop.at).filter(|_| !matches!(hop.via, Via::Call | Via::Handed | Via::Awaited));
            let alone = || match (parted.get(&hop.at).or_else(|| halves.get(&hop.at)), around) {
                (Some(reason), _) => Err(reason.clone()),
                (None, Some(reason)) if decision.is_err() => Err(reason.clone()),
                _ => decision.clone(),
            };
            let decision = block.map_or_else(alone, |block| Ok(self.block_action(function, block)));
            let call = block.map_or(hop.at, |block| block.range);
            if let Ok(action) = &decision {
                match changes.iter_mut().find(|change| change.call == call) {
                    Some(change) => change.findings.extend(findings),
                    None => {
                        let shares = sharing.contains(&call);
                        changes
                            .push(Change { shares, ..Change::new(function, call, action.clone(), findings.clone()) });
                    }
                }
            }
            decisions.insert((hop.function, hop.at), decision);
        }
        for change in &mut changes {
            change.findings.sort_unstable();
            change.findings.dedup();
        }
        changes
    }

    /// The blocks of a function that hold nothing of what is `converted`.
    pub(super) fn blocks_of(
        &self,
        function: FnId,
        entries: &Entries,
        decided: &Decided,
        parted: &FxHashMap<TextRange, String>,
        converted: &[TextRange],
    ) -> Blocks {
        if !converted.is_empty() && parted.is_empty() {
            return Blocks::default();
        }
        let entries: Vec<Entry<'_>> = entries
            .iter()
            .zip(decided)
            .map(|((hop, findings), decision)| Entry {
                hop: *hop,
                findings,
                is_treated: decision.is_ok(),
                is_thread: *decision == Ok(Action::Thread),
                is_parted: parted.contains_key(&hop.at),
            })
            .collect();
        let mut blocks = guarded(|| self.blocks(function, &entries));
        blocks.chosen.retain(|block| !converted.iter().any(|at| block.range.contains_range(*at)));
        blocks
    }

    /// The calls of a function that a thread could make, but only together with others; each with the reason.
    fn parted_of(&self, entries: &Entries, decided: &Decided) -> FxHashMap<TextRange, String> {
        let threads = entries
            .iter()
            .zip(decided)
            .filter(|(_, decision)| decision.as_ref().is_ok_and(|action| *action.core() == Action::Thread));
        threads.filter_map(|((hop, _), _)| Some((hop.at, guarded(|| self.may_part(hop).err())?))).collect()
    }

    fn treatment(&self, index: usize, finding: &Finding, decisions: &Decisions) -> Treatment {
        if let Some(untreated) = finding.untreated {
            return Treatment::Leave(self.why_untreated(finding, untreated));
        }
        let mut swap = true;
        let mut convert = true;
        for hop in &finding.entries {
            match decisions.get(&(hop.function, hop.at)) {
                Some(Ok(action)) => {
                    if let Action::Convert(conversion) = action
                        && let Some(reason) = conversion.left.get(&index)
                    {
                        return Treatment::Leave(self.located(finding, hop, reason));
                    }
                    let is_exchanged = matches!(action, Action::Convert(conversion)
                        if conversion.exchanges(hop.function, hop.at));
                    swap &= is_exchanged || matches!(action.core(), Action::Swap(_) | Action::Migrate(_));
                    convert &= matches!(action, Action::Convert(_));
                }
                Some(Err(reason)) => return Treatment::Leave(self.located(finding, hop, reason)),
                None => return Treatment::Leave("no call leads here".to_owned()),
            }
        }
        match (swap, convert) {
            (true, _) => Treatment::Swap,
            (_, true) => Treatment::Convert,
            _ => Treatment::Thread,
        }
    }

    fn why_untreated(&self, finding: &Finding, untreated: Untreated) -> String {
        let name = self.resolver.types.facts(finding.site.file).qualified(finding.site.function.index);
        match untreated {
            Untreated::Widespread => {
                format!("more than {MOST_ABOVE} functions lead to `{name}`: it is best changed by hand")
            }
            Untreated::Scattered => {
                format!(
                    "{} calls lead to `{name}`, and each would change: it is best changed itself",
                    finding.entries.len()
                )
            }
            Untreated::OfTests => "only tests do this, and each has its event loop to itself".to_owned(),
        }
    }

    /// Says which call a reason is about, where a finding has several.
    pub(super) fn located(&self, finding: &Finding, hop: &Hop, reason: &str) -> String {
        if finding.entries.len() < 2 {
            return reason.to_owned();
        }
        let types = &self.resolver.types;
        let file = types.world().file(hop.function.file).map(|file| file.display.clone()).unwrap_or_default();
        let line = types.position(hop.function.file, hop.at.start()).line;
        format!("{reason} ({file}:{line})")
    }

    fn decide(&self, hop: &Hop, findings: &[usize]) -> Result<Action, String> {
        self.may_await(hop)?;
        if let Some(action) = self.swap(hop, findings) {
            return self.pausing(hop, action);
        }
        // What others could undo takes turns with them: see `turns`.
        self.may_thread(hop, findings, true)?;
        self.pausing(hop, Action::Thread)
    }

    /// What to do at a hop of a function that becomes a coroutine function.
    pub(super) fn decide_within(&self, hop: &Hop, findings: &[usize], swaps_only: bool) -> Result<Action, String> {
        if let Some(reason) = self.foreign(hop.function) {
            return Err(reason);
        }
        self.may_stand(hop)?;
        if let Some(action) = self.swap(hop, findings) {
            return self.pausing(hop, action);
        }
        if swaps_only {
            return Err("it has no twin".to_owned());
        }
        self.may_thread(hop, findings, false)?;
        self.may_part(hop)?;
        self.pausing(hop, Action::Thread)
    }

    /// Whether a new await may give the loop back at the hop, and what goes in front of its statement then.
    pub(super) fn may_pause(&self, hop: &Hop) -> Result<Option<Hoist>, String> {
        self.may_pause_with(hop, None)
    }

    /// The same where what is called gives the loop back on the way.
    pub(super) fn may_pause_with(&self, hop: &Hop, breaks: Option<&Breaks>) -> Result<Option<Hoist>, String> {
        let Err(reason) = self.may_split_with(hop, Part::Call, breaks) else { return Ok(None) };
        let mut hoists = self.hoists(hop).into_iter();
        let hoist = hoists.find(|hoist| self.may_split_with(hop, Part::Hoisted(hoist), breaks).is_ok());
        hoist.map(Some).ok_or(reason)
    }

    /// The action, with an await where the call is or in front of its statement.
    pub(super) fn pausing(&self, hop: &Hop, action: Action) -> Result<Action, String> {
        self.pausing_with(hop, action, None)
    }

    /// The same where what is called gives the loop back on the way.
    pub(super) fn pausing_with(&self, hop: &Hop, action: Action, breaks: Option<&Breaks>) -> Result<Action, String> {
        Ok(match self.may_pause_with(hop, breaks)? {
            Some(hoist) => Action::Hoist(hoist, Box::new(action)),
            None => action,
        })
    }

    pub(super) fn may_split(&self, hop: &Hop, part: Part<'_>) -> Result<(), String> {
        self.may_split_with(hop, part, None)
    }

    pub(super) fn may_split_with(&self, hop: &Hop, part: Part<'_>, breaks: Option<&Breaks>) -> Result<(), String> {
        if self.ground.is_sequential {
            return Ok(());
        }
        self.is_waited_for(hop.function)?;
        atomic::split(self.survey, hop.function, hop.at, part, breaks)
            .or_else(|| self.ground.files.split(self.survey, hop, part))
            .or_else(|| self.reads_back(hop))
            .filter(|_| !self.is_early(hop.function, hop.at))
            .map_or(Ok(()), Err)?;
        self.may_split_above(&[(hop.function, hop.at)], breaks)
    }

    /// Whether the hop is a call that can be awaited where it stands.
    pub(super) fn may_await(&self, hop: &Hop) -> Result<(), String> {
        let world = self.resolver.types.world();
        let function = world.function(hop.function).ok_or("the function is gone")?;
        let name = world.facts(hop.function.file).qualified(hop.function.index);
        if !function.is_async {
            return Err(if function.kind == FunctionKind::Lambda {
                "the loop calls the lambda, which cannot await".to_owned()
            } else {
                format!("the loop calls `{name}`, which is no coroutine function and cannot await")
            });
        }
        if let Some(reason) = self.foreign(hop.function) {
            return Err(reason);
        }
        self.may_stand(hop)
    }

    /// Whether an `await` may stand at the hop, once its function is a coroutine function.
    pub(super) fn may_stand(&self, hop: &Hop) -> Result<(), String> {
        self.may_stand_in(hop, None)
    }

    /// The same, where a generator expression around it is made asynchronous.
    pub(super) fn may_stand_in(&self, hop: &Hop, gathered: Option<TextRange>) -> Result<(), String> {
        match hop.via {
            Via::Call | Via::Handed => {}
            Via::Awaited => return Err("its result is awaited, so it is made for the loop".to_owned()),
            Via::Property => return Err("it runs when a property is read, which is no call to await".to_owned()),
            Via::Left => return Err(STACK.to_owned()),
            Via::Missing => return Err("it runs when a table has no entry yet, which is no call to await".to_owned()),
            Via::Implicit | Via::Tested => {
                return Err("it runs in an operator, a `with`, a `for` or a test, which is no call to await".to_owned());
            }
        }
        let ast = self.resolver.types.ast(hop.function.file).ok_or("the file cannot be read")?;
        if ast.call(hop.at).is_none() {
            return Err("it is no call to await".to_owned());
        }
        match position::obstacle(self.survey, hop.function, hop.at, gathered, self.ground.terms.minimum) {
            Some(reason) => Err(reason),
            None => Ok(()),
        }
    }

    pub(super) fn foreign(&self, function: FnId) -> Option<String> {
        let facts = self.resolver.types.facts(function.file);
        facts
            .imports
            .iter()
            .filter(|import| import.level == 0)
            .find_map(|import| self.resolver.catalogue().foreign(import.module.split('.').next().unwrap_or_default()))
            .map(str::to_owned)
    }

    pub(super) fn api(&self, finding: usize) -> &'a Api {
        &self.resolver.catalogue().apis[self.ground.analysis.findings[finding].site.api as usize]
    }

    fn is_site(&self, hop: &Hop, finding: usize) -> bool {
        let site = &self.ground.analysis.findings[finding].site;
        site.function == hop.function && site.range == hop.at
    }

    pub(super) fn swap(&self, hop: &Hop, findings: &[usize]) -> Option<Action> {
        let [finding] = findings else { return None };
        let to = self.api(*finding).swap.as_ref()?;
        if !self.is_site(hop, *finding) || hop.via != Via::Call {
            return None;
        }
        // What fails when it is called must still fail.
        let ast = self.resolver.types.ast(hop.function.file)?;
        let call = ast.call(hop.at)?;
        let api = &self.api(*finding).name;
        if !self.names_api(hop.function, call, api) || self.is_replaced(api) {
            return None;
        }
        let is_negative = call.arguments.args.iter().any(Expr::is_unary_op_expr);
        (!is_negative).then(|| Action::Swap(to.clone()))
    }
}
