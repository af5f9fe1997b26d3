//! The ladder: swap where an async function takes exactly the same arguments, else a thread, else leave.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::atomic::{self, Part};
use super::blocks::Entry;
use super::breaks::Breaks;
use super::colour;
use super::convert::conversion;
use super::files::Files;
use super::lazy::LATER;
use super::memo::{Callees, Memo, Survey};
use super::ownership;
use super::position;
use super::region::{self, Region, Start, Touched};
use super::sequential;
use super::touch::{Kind, Passed, Roots};
use super::{Action, Change, Hoist, Plan, Treatment};
use crate::analysis::{Analysis, Finding, FnId, Hop, Lookup, MOST_ABOVE, Resolver, Threaded, Via, argument};
use crate::catalogue::{Api, Pinned, Threading};
use crate::project::facts::{Facts, Function, FunctionKind, MODULE};
use crate::project::{FileId, Types, guarded};

/// What becomes of each entry, by function and call.
pub(super) type Decisions = FxHashMap<(FnId, TextRange), Result<Action, String>>;

/// What a plan has to keep to.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The oldest Python that the program runs on.
    pub minimum: Option<(u8, u8)>,
    /// Others call the public functions of the program's packages.
    pub keeps_public: bool,
    /// The libraries that take over, as `[target]` of the configuration has them.
    pub targets: BTreeMap<String, String>,
}

/// Decides about every finding.
#[must_use]
pub fn plan(resolver: &Resolver<'_>, analysis: &Analysis, terms: &Terms) -> Plan {
    let ground = Ground::new(resolver, analysis, terms.clone());
    let (endings, unfinished) = guarded(|| ground.planner(resolver).setups());
    let migrations = guarded(|| ground.planner(resolver).migrations());
    let (conversions, unexchanged) = guarded(|| ground.planner(resolver).conversions());
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
    }
    let mut entries: BTreeMap<(FnId, TextSize, TextSize), (Hop, Vec<usize>)> = BTreeMap::new();
    let is_setup = |finding: &Finding| resolver.catalogue().setup(finding.site.api).is_some();
    let open = analysis.findings.iter().enumerate().filter(|(_, finding)| !finding.widespread && !is_setup(finding));
    for (index, finding) in open {
        for hop in &finding.entries {
            if decisions.contains_key(&(hop.function, hop.at)) {
                continue;
            }
            let key = (hop.function, hop.at.start(), hop.at.end());
            entries.entry(key).or_insert_with(|| (*hop, Vec::new())).1.push(index);
        }
    }
    let entries: Vec<(Hop, Vec<usize>)> = entries.into_values().collect();
    let decided: Vec<Result<Action, String>> = entries
        .par_iter()
        .map_with(Threaded::of(resolver), |threaded, (hop, findings)| {
            let resolver = threaded.resolver();
            let planner = ground.planner(&resolver);
            planner.decide(hop, findings).or_else(|reason| {
                let step = planner.step(hop, findings).map(Action::Step);
                step.or_else(|| planner.enter(hop, findings).map(Action::Enter)).ok_or(reason)
            })
        })
        .collect();
    let mut changes = conversions;
    changes.extend(migrations);
    changes.extend(endings);
    for (entries, decided) in by_function(entries, decided) {
        let planner = ground.planner(resolver);
        changes.extend(planner.settle(&entries, &decided, &mut decisions));
    }
    guarded(|| ground.planner(resolver).take_turns(&mut decisions, &mut changes));
    guarded(|| ground.planner(resolver).deepen(&mut decisions, &mut changes));
    guarded(|| ground.planner(resolver).take_turns(&mut decisions, &mut changes));
    changes.sort_by_key(|change| (change.function, change.call.start(), change.call.end()));
    let planner = ground.planner(resolver);
    let treatments = analysis.findings.iter().enumerate().map(|(index, finding)| match unfinished.get(&index) {
        Some(reason) => Treatment::Leave(reason.clone()),
        None if is_setup(finding) => Treatment::Thread,
        None => planner.treatment(index, finding, &decisions),
    });
    let treatments = treatments.collect();
    Plan { treatments, changes, unexchanged }
}

/// What is named where something gets another value from outside: `patch("a.b")`, `setattr(a, "b", …)`, `patch.object(a, "b")`.
fn replaced(types: &Types) -> Vec<String> {
    let is_patch = |name: &str| matches!(name, "patch" | "setattr" | "delattr" | "object" | "spy");
    let mut names = Vec::new();
    for (file, source) in types.world().own_files() {
        for call in source.facts.calls.iter().filter(|call| is_patch(&call.name)) {
            let Some(ast) = types.ast(file) else { continue };
            let Some(call) = ast.call(call.range) else { continue };
            let texts = call.arguments.args.iter().take(2).filter_map(Expr::as_string_literal_expr);
            names.extend(texts.map(|text| text.value.to_str().to_owned()));
        }
    }
    names
}

type Entries = Vec<(Hop, Vec<usize>)>;
type Decided = Vec<Result<Action, String>>;

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
    texts: OnceLock<FxHashSet<String>>,
    /// The names of what the program replaces from outside.
    replaced: OnceLock<Vec<String>>,
    /// Why the objects of some codemods stay on their threads, by number.
    pinned: OnceLock<FxHashMap<usize, String>>,
    /// The functions that a call runs on the way to a site, by who calls and where.
    pub callees: Callees,
}

impl<'a> Ground<'a> {
    fn new(resolver: &Resolver<'_>, analysis: &'a Analysis, terms: Terms) -> Self {
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
            replaced: OnceLock::new(),
            pinned: OnceLock::new(),
            callees,
        }
    }

    /// The last names in the program's strings.
    pub fn texts(&self, resolver: &Resolver<'_>) -> &FxHashSet<String> {
        self.texts.get_or_init(|| colour::texts(&resolver.types))
    }

    /// The functions that a hop runs on the way to a site.
    pub fn callees_at(&self, hop: &Hop) -> impl Iterator<Item = &FnId> {
        self.callees.get(&hop.function).and_then(|calls| calls.get(&hop.at)).into_iter().flatten()
    }

    /// The functions that the decorators of a function run on the way to a site, whenever it is called.
    fn callees_by_decorator(&self, resolver: &Resolver<'_>, id: FnId) -> Vec<&FnId> {
        let Some(calls) = self.callees.get(&id) else { return Vec::new() };
        let facts = resolver.types.facts(id.file);
        let decorators = facts.functions.get(id.index as usize).map_or(&[][..], |function| &function.decorators);
        decorators.iter().filter_map(|range| calls.get(range)).flatten().collect()
    }

    fn planner<'b>(&'b self, resolver: &'b Resolver<'b>) -> Planner<'b> {
        Planner { ground: self, resolver, survey: Survey { resolver, memo: &self.memo, callees: &self.callees } }
    }
}

/// Decides on one thread.
pub(super) struct Planner<'a> {
    pub ground: &'a Ground<'a>,
    pub resolver: &'a Resolver<'a>,
    pub survey: Survey<'a>,
}

impl<'a> Planner<'a> {
    /// The changes of one function: those of single calls, and the blocks that take in what cannot be treated on its own.
    fn settle(&self, entries: &Entries, decided: &Decided, decisions: &mut Decisions) -> Vec<Change> {
        let Some((first, _)) = entries.first() else { return Vec::new() };
        let function = first.function;
        // What becomes a coroutine function must not be called in a thread.
        let is_converted = decisions.keys().any(|(caller, _)| *caller == function);
        let blocks = if is_converted {
            Vec::new()
        } else {
            let entries: Vec<Entry<'_>> = entries
                .iter()
                .zip(decided)
                .map(|((hop, findings), decision)| Entry {
                    hop: *hop,
                    findings,
                    is_treated: decision.is_ok(),
                    is_thread: *decision == Ok(Action::Thread),
                })
                .collect();
            guarded(|| self.blocks(function, &entries))
        };
        let mut changes: Vec<Change> = Vec::new();
        for ((hop, findings), decision) in entries.iter().zip(decided) {
            let block = blocks.iter().find(|block| block.range.contains_range(hop.at));
            let decision = block.map_or_else(|| decision.clone(), |block| Ok(Action::Block(block.form.clone())));
            let call = block.map_or(hop.at, |block| block.range);
            if let Ok(action) = &decision {
                match changes.iter_mut().find(|change| change.call == call) {
                    Some(change) => change.findings.extend(findings),
                    None => changes.push(Change::new(function, call, action.clone(), findings.clone())),
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

    fn treatment(&self, index: usize, finding: &Finding, decisions: &Decisions) -> Treatment {
        if finding.widespread {
            let world = self.resolver.types.world();
            let name = world.facts(finding.site.file).qualified(finding.site.function.index);
            return Treatment::Leave(format!(
                "more than {MOST_ABOVE} functions lead to `{name}`: it is best changed by hand"
            ));
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

    /// Says which call a reason is about, where a finding has several.
    fn located(&self, finding: &Finding, hop: &Hop, reason: &str) -> String {
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
        self.pausing(hop, Action::Thread)
    }

    /// Whether a new await may give the loop back at the hop, and what goes in front of its statement then.
    pub(super) fn may_pause(&self, hop: &Hop) -> Result<Option<Hoist>, String> {
        self.may_pause_with(hop, None)
    }

    fn may_pause_with(&self, hop: &Hop, breaks: Option<&Breaks>) -> Result<Option<Hoist>, String> {
        let Err(reason) = self.may_split_with(hop, Part::Call, breaks) else { return Ok(None) };
        let hoist = self.hoist(hop).filter(|hoist| self.may_split_with(hop, Part::Hoisted(hoist), breaks).is_ok());
        hoist.map(Some).ok_or(reason)
    }

    /// The action, with an await where the call is or in front of its statement.
    fn pausing(&self, hop: &Hop, action: Action) -> Result<Action, String> {
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
        atomic::split(self.survey, hop.function, hop.at, part, breaks)
            .or_else(|| self.ground.files.split(self.survey, hop))
            .map_or(Ok(()), Err)
    }

    /// Whether the hop is a call that can be awaited where it stands.
    fn may_await(&self, hop: &Hop) -> Result<(), String> {
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
            Via::Implicit => {
                return Err("it runs in an operator, a `with` or a `for`, which is no call to await".to_owned());
            }
        }
        let ast = self.resolver.types.ast(hop.function.file).ok_or("the file cannot be read")?;
        if ast.call(hop.at).is_none() {
            return Err("it is no call to await".to_owned());
        }
        match position::obstacle(self.resolver, hop.function, hop.at, gathered, self.ground.terms.minimum) {
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

    /// Whether something in the program puts another function in an api's place, as tests do: `patch("app.time.sleep")`.
    fn is_replaced(&self, api: &str) -> bool {
        let (types, name) = (&self.resolver.types, api.rsplit('.').next().unwrap_or(api));
        let is_it = |text: &str| text == name || text.strip_suffix(name).is_some_and(|before| before.ends_with('.'));
        self.ground.replaced.get_or_init(|| replaced(types)).iter().any(|text| is_it(text))
    }

    /// Whether what a call calls can be nothing but an api: it goes by the name of that, and by an imported one if it has no other
    /// part. A variable that holds the api may hold something else as well, and a method that it is bound to an object.
    pub(super) fn names_api(&self, function: FnId, call: &ExprCall, api: &str) -> bool {
        let facts = self.resolver.types.facts(function.file);
        match &*call.func {
            Expr::Attribute(attribute) => api.rsplit('.').next() == Some(attribute.attr.as_str()),
            Expr::Name(name) => {
                let is_parameter =
                    |of: &Function| of.range.contains_range(call.range()) && of.parameter(&name.id).is_some();
                facts.imports.iter().any(|import| import.bound == name.id)
                    && facts.bindings.iter().all(|binding| binding.target != name.id)
                    && !facts.functions.iter().any(is_parameter)
            }
            _ => false,
        }
    }

    fn may_thread(&self, hop: &Hop, findings: &[usize], takes_turns: bool) -> Result<(), String> {
        for &finding in findings {
            let finding = &self.ground.analysis.findings[finding];
            let api = &self.resolver.catalogue().apis[finding.site.api as usize];
            if api.lazy && self.is_gone_through_later(hop, &finding.site) {
                return Err(LATER.to_owned());
            }
            if finding.cached {
                return Err("it runs once: the result is kept".to_owned());
            }
        }
        if let Some(reason) = self.is_needless(findings) {
            return Err(reason);
        }
        if self.makes_lazily(hop.function, hop.at) || self.is_used_up(hop) {
            return Err(LATER.to_owned());
        }
        let starts = self.starts(hop)?;
        if !takes_turns {
            self.may_rewrite(hop, &starts)?;
        }
        self.callees_may_thread(hop, &starts)?;
        let explored = self.survey.region(&starts);
        let region = (*explored).as_ref().map_err(String::clone)?;
        if self.gives_out_lazily(region) {
            return Err(LATER.to_owned());
        }
        for &finding in findings {
            self.object_may_move(hop, finding, region)?;
        }
        if !region.functions.is_empty() && ownership::is_thread_bound(self.resolver, hop.function, hop.at) {
            return Err("it returns an object that only the thread that made it may use".to_owned());
        }
        self.may_share(hop, region)
    }

    /// Whether other tasks would not see a file that is half written.
    pub(super) fn may_rewrite(&self, hop: &Hop, starts: &[Start]) -> Result<(), String> {
        if self.ground.is_sequential {
            return Ok(());
        }
        self.ground.files.rewrites(self.survey, hop, starts).map_or(Ok(()), Err)
    }

    /// The same, for a part of a coroutine.
    pub(super) fn may_rewrite_in(&self, function: FnId, part: TextRange) -> Result<(), String> {
        if self.ground.is_sequential {
            return Ok(());
        }
        self.ground.files.rewrites_in(self.survey, function, part).map_or(Ok(()), Err)
    }

    /// Whether all that is won is not worth a thread.
    fn is_needless(&self, findings: &[usize]) -> Option<String> {
        let mut reasons = findings.iter().map(|finding| self.api(*finding));
        reasons.all(|api| api.thread == Threading::Needless).then(|| {
            let reason = findings.first().and_then(|finding| self.api(*finding).reason.clone());
            reason.unwrap_or_else(|| "it waits for so little that a thread costs more".to_owned())
        })
    }

    /// The functions that the call runs, with what their parameters stand for in the coroutine.
    pub(super) fn starts(&self, hop: &Hop) -> Result<Vec<Start>, String> {
        let outline = self.survey.outline(hop.function);
        let (index, call) = outline.call_at(hop.at).ok_or("the call stands where its arguments cannot be followed")?;
        let follow = self.survey.follow(hop.function, call);
        if let Some(reason) = &follow.bound {
            return Err(reason.clone());
        }
        let roots = Roots::default();
        let body = outline.body(&roots);
        let passed = body.calls.get(index).ok_or("the call stands where its arguments cannot be followed")?;
        let mut starts: Vec<Start> = Vec::new();
        for (id, target) in &follow.callees {
            let facts = self.resolver.types.facts(id.file);
            let (Some(function), Some(target)) = (region::function(&facts, *id), follow.targets.get(*target)) else {
                continue;
            };
            starts.push((*id, Arc::new(region::roots_of(function, call, passed, target, &roots))));
        }
        let on_the_way = self.ground.callees_at(hop);
        let decorators = starts.iter().flat_map(|(id, _)| self.ground.callees_by_decorator(self.resolver, *id));
        let decorators: Vec<&FnId> = decorators.collect();
        for &id in on_the_way.chain(decorators).chain(follow.callbacks.iter().map(|(id, _)| id)) {
            if starts.iter().all(|(start, _)| *start != id) {
                starts.push((id, Arc::default()));
            }
        }
        Ok(starts)
    }

    fn callees_may_thread(&self, hop: &Hop, starts: &[Start]) -> Result<(), String> {
        let world = self.resolver.types.world();
        let on_the_way = self.ground.callees_at(hop);
        for id in starts.iter().map(|(id, _)| id).chain(on_the_way) {
            let Some(function) = world.function(*id) else { continue };
            let name = world.facts(id.file).qualified(id.index);
            if function.is_async {
                return Err(format!("`{name}` is a coroutine function: what it makes belongs to the loop"));
            }
            if function.is_generator {
                return Err(format!("`{name}` is a generator: it blocks later, while it is gone through"));
            }
        }
        Ok(())
    }

    /// Which threads may use the object of an api, in this program.
    pub(super) fn threading(&self, api: &Api) -> Threading {
        let is_pinned = api.thread != Threading::Needless && self.pinned().contains_key(&api.codemod);
        if is_pinned { Threading::Never } else { api.thread }
    }

    /// Why the object of an api stays on its thread.
    pub(super) fn why_it_stays(&self, api: &Api) -> String {
        let pinned = self.pinned().get(&api.codemod).or(api.reason.as_ref());
        pinned.cloned().unwrap_or_else(|| "it must stay on the thread that it is on".to_owned())
    }

    fn pinned(&self) -> &FxHashMap<usize, String> {
        self.ground.pinned.get_or_init(|| {
            let codemods = self.resolver.catalogue().codemods.iter().enumerate();
            let rules = codemods.flat_map(|(number, codemod)| codemod.pinned.iter().map(move |rule| (number, rule)));
            rules.filter(|(_, rule)| self.is_pinned(rule)).map(|(number, rule)| (number, rule.reason.clone())).collect()
        })
    }

    /// Whether the program, and not only its tests, makes a call that a rule is about.
    fn is_pinned(&self, rule: &Pinned) -> bool {
        let types = &self.resolver.types;
        let world = types.world();
        let is_test = |file: FileId| {
            let path = world.file(file).map(|file| file.display.clone()).unwrap_or_default();
            path.split('/').any(|part| part.starts_with("test") || part.starts_with("conftest"))
        };
        rule.calls.iter().flat_map(|name| self.resolver.index().calls(name)).any(|posting| {
            let (Some(call), Some(ast)) = (world.call_at(*posting), types.ast(posting.0)) else { return false };
            let Some(node) = ast.call(call.range).filter(|_| !is_test(posting.0)) else { return false };
            let given = argument(node, &rule.argument, rule.at).and_then(|given| types.literal(posting.0, given));
            let fits = given.is_some_and(|given| {
                let given = given.trim_matches(['"', '\'']);
                rule.ends.iter().any(|end| given == end || end.starts_with(':') && given.ends_with(end.as_str()))
            });
            let is_it = |name: &String| {
                name.rsplit_once('.')
                    .is_some_and(|(of, call)| of == rule.of && rule.calls.iter().any(|one| one == call))
            };
            fits && self.resolver.targets(posting.0, &node.func).iter().flat_map(|target| &target.names).any(is_it)
        })
    }

    /// Whether the object that a site is called on may be used by another thread.
    pub(super) fn object_may_move(&self, hop: &Hop, finding: usize, region: &Region) -> Result<(), String> {
        let finding = &self.ground.analysis.findings[finding];
        let site = &finding.site;
        let api = &self.resolver.catalogue().apis[site.api as usize];
        let thread = self.threading(api);
        // One task awaits one call at a time.
        let is_one_at_a_time = self.ground.is_sequential && thread == Threading::Owned;
        let is_in_callee = site.function != hop.function && self.is_lock_in_with(api, site.form);
        if thread <= Threading::Needless || is_one_at_a_time || is_in_callee {
            return Ok(());
        }
        let reason = self.why_it_stays(api);
        let is_direct = site.function == hop.function && site.range == hop.at;
        if is_direct {
            let is_private = thread == Threading::Owned && ownership::is_private(self.survey, site, &Roots::default());
            return if is_private { Ok(()) } else { Err(reason) };
        }
        let is_private = match thread {
            Threading::Never => {
                let starts: Vec<FnId> = self.ground.callees_at(hop).copied().collect();
                ownership::is_private(self.survey, site, &Roots::default())
                    && ownership::stays(self.resolver, &self.ground.analysis.graph, site, region, &starts)
            }
            _ => region
                .functions
                .iter()
                .filter(|(id, _)| *id == site.function)
                .all(|(_, roots)| ownership::is_private(self.survey, site, roots)),
        };
        if is_private { Ok(()) } else { Err(reason) }
    }

    /// Whether what the call touches can be touched by a thread while the loop's tasks go on.
    fn may_share(&self, hop: &Hop, region: &Region) -> Result<(), String> {
        let mut touches = region.touches.clone();
        if region.functions.is_empty() {
            let outline = self.survey.outline(hop.function);
            let body = outline.body(&Roots::default());
            let passed = outline.call_at(hop.at).and_then(|(index, _)| body.calls.get(index));
            let places = passed.into_iter().flat_map(Passed::places);
            touches.extend(places.map(|place| (place.clone(), Kind::Scan)));
        }
        self.may_be_shared(&touches)
    }

    /// Whether a place is more than a name that may be a parameter's.
    fn is_known_place(&self, place: &str) -> bool {
        let is_global =
            |facts: &Facts| facts.bindings.iter().any(|binding| binding.function == MODULE && binding.target == place);
        place.contains('.') || self.resolver.types.world().own_files().any(|(_, file)| is_global(&file.facts))
    }

    /// Whether a thread may touch all this while the loop's tasks go on.
    pub(super) fn may_be_shared(&self, touches: &Touched) -> Result<(), String> {
        if self.ground.is_sequential {
            return Ok(());
        }
        let written: Vec<&(String, Kind)> = touches.iter().filter(|(_, kind)| kind.is_write()).collect();
        for (place, kind) in &written {
            if *kind == Kind::Augment {
                return Err(format!("it changes `{place}`, and two threads could do so at the same time"));
            }
            let within = format!("{place}.");
            let reads =
                touches.iter().any(|(read, kind)| kind.is_read() && (read == place || read.starts_with(&within)));
            if reads {
                return Err(format!("it reads and writes `{place}`, which other tasks can use meanwhile"));
            }
        }
        if let [(first, _), (second, _), ..] = &written[..] {
            return Err(if first == second {
                format!("it writes `{first}` more than once, and other tasks could see what is in between")
            } else {
                format!("it writes `{first}` and `{second}`, and other tasks could see one without the other")
            });
        }
        let scanned = touches.iter().find(|(place, kind)| {
            *kind == Kind::Scan && self.is_known_place(place) && atomic::changes(self.resolver, place)
        });
        match scanned {
            Some((place, _)) => Err(format!("it goes through `{place}`, which other tasks can change meanwhile")),
            None => Ok(()),
        }
    }
}
