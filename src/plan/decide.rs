//! The ladder: swap where an async function takes exactly the same arguments, else a thread, else leave.

use std::collections::BTreeMap;

use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;

use super::atomic;
use super::files::Files;
use super::ownership;
use super::position;
use super::region::{self, Region, explore};
use super::touch::{self, Kind, Roots, Touch};
use super::{Action, Change, Plan, Treatment};
use crate::analysis::{Analysis, Finding, FnId, Hop, Lookup, Resolver, Via};
use crate::catalogue::{Api, Threading};
use crate::project::facts::FunctionKind;

/// Decides about every finding. `minimum` is the oldest Python that the program runs on.
#[must_use]
pub fn plan(resolver: &Resolver<'_>, analysis: &Analysis, minimum: Option<(u8, u8)>) -> Plan {
    let planner = Planner::new(resolver, analysis, minimum);
    let mut entries: BTreeMap<(FnId, TextSize, TextSize), (Hop, Vec<usize>)> = BTreeMap::new();
    for (index, finding) in analysis.findings.iter().enumerate() {
        for hop in &finding.entries {
            let key = (hop.function, hop.at.start(), hop.at.end());
            entries.entry(key).or_insert_with(|| (*hop, Vec::new())).1.push(index);
        }
    }
    let mut decisions: FxHashMap<(FnId, TextRange), Result<Action, String>> = FxHashMap::default();
    let mut changes = Vec::new();
    for (hop, findings) in entries.into_values() {
        let decision = planner.decide(&hop, &findings);
        if let Ok(action) = &decision {
            changes.push(Change { function: hop.function, call: hop.at, action: action.clone(), findings });
        }
        decisions.insert((hop.function, hop.at), decision);
    }
    let treatments = analysis.findings.iter().map(|finding| planner.treatment(finding, &decisions)).collect();
    Plan { treatments, changes }
}

struct Planner<'a, 'b> {
    resolver: &'a Resolver<'b>,
    analysis: &'a Analysis,
    minimum: Option<(u8, u8)>,
    files: Files<'a, 'b>,
    /// The functions that a call runs on the way to a site, by the call.
    callees: FxHashMap<(FnId, TextRange), Vec<FnId>>,
}

impl<'a, 'b> Planner<'a, 'b> {
    fn new(resolver: &'a Resolver<'b>, analysis: &'a Analysis, minimum: Option<(u8, u8)>) -> Self {
        let mut callees: FxHashMap<(FnId, TextRange), Vec<FnId>> = FxHashMap::default();
        for (callee, callers) in &analysis.graph.callers {
            for edge in &callers.edges {
                callees.entry((edge.caller, edge.at)).or_default().push(*callee);
            }
        }
        for list in callees.values_mut() {
            list.sort_unstable();
        }
        Self { resolver, analysis, minimum, files: Files::new(resolver, analysis), callees }
    }

    fn treatment(
        &self,
        finding: &Finding,
        decisions: &FxHashMap<(FnId, TextRange), Result<Action, String>>,
    ) -> Treatment {
        let mut swap = true;
        for hop in &finding.entries {
            match decisions.get(&(hop.function, hop.at)) {
                Some(Ok(action)) => swap &= matches!(action, Action::Swap(_)),
                Some(Err(reason)) => return Treatment::Leave(self.located(finding, hop, reason)),
                None => return Treatment::Leave("no call leads here".to_owned()),
            }
        }
        if swap { Treatment::Swap } else { Treatment::Thread }
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
            self.may_split(hop)?;
            return Ok(action);
        }
        self.may_thread(hop, findings)?;
        self.may_split(hop)?;
        Ok(Action::Thread)
    }

    fn may_split(&self, hop: &Hop) -> Result<(), String> {
        atomic::split(self.resolver, hop.function, hop.at).or_else(|| self.files.split(hop)).map_or(Ok(()), Err)
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
        match position::obstacle(self.resolver, hop.function, hop.at, self.minimum) {
            Some(reason) => Err(reason),
            None => Ok(()),
        }
    }

    fn foreign(&self, function: FnId) -> Option<String> {
        let facts = self.resolver.types.facts(function.file);
        facts
            .imports
            .iter()
            .filter(|import| import.level == 0)
            .find_map(|import| self.resolver.catalogue().foreign(import.module.split('.').next().unwrap_or_default()))
            .map(str::to_owned)
    }

    fn api(&self, finding: usize) -> &'a Api {
        &self.resolver.catalogue().apis[self.analysis.findings[finding].site.api as usize]
    }

    fn is_site(&self, hop: &Hop, finding: usize) -> bool {
        let site = &self.analysis.findings[finding].site;
        site.function == hop.function && site.range == hop.at
    }

    fn swap(&self, hop: &Hop, findings: &[usize]) -> Option<Action> {
        let [finding] = findings else { return None };
        let to = self.api(*finding).swap.as_ref()?;
        if !self.is_site(hop, *finding) || hop.via != Via::Call {
            return None;
        }
        // What fails when it is called must still fail.
        let ast = self.resolver.types.ast(hop.function.file)?;
        let call = ast.call(hop.at)?;
        let is_negative = call.arguments.args.iter().any(Expr::is_unary_op_expr);
        (!is_negative).then(|| Action::Swap(to.clone()))
    }

    fn may_thread(&self, hop: &Hop, findings: &[usize]) -> Result<(), String> {
        for &finding in findings {
            let finding = &self.analysis.findings[finding];
            let api = &self.resolver.catalogue().apis[finding.site.api as usize];
            if api.lazy {
                return Err("it returns at once and blocks later, while its result is gone through".to_owned());
            }
            if finding.cached {
                return Err("it runs once: the result is kept".to_owned());
            }
        }
        if let Some(reason) = self.is_needless(findings) {
            return Err(reason);
        }
        let starts = self.starts(hop)?;
        if let Some(reason) = self.files.rewrites(hop, &starts) {
            return Err(reason);
        }
        self.callees_may_thread(hop, &starts)?;
        let region = explore(self.resolver, starts);
        if let Some(reason) = &region.obstacle {
            return Err(reason.clone());
        }
        for &finding in findings {
            self.object_may_move(hop, finding, &region)?;
        }
        if !region.functions.is_empty() && ownership::is_thread_bound(self.resolver, hop.function, hop.at) {
            return Err("it returns an object that only the thread that made it may use".to_owned());
        }
        self.may_share(hop, &region)
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
    fn starts(&self, hop: &Hop) -> Result<Vec<(FnId, Roots)>, String> {
        let file = hop.function.file;
        let ast = self.resolver.types.ast(file).ok_or("the file cannot be read")?;
        let body = touch::body(self.resolver, &ast, hop.function, &Roots::default());
        let inner = body
            .calls
            .iter()
            .find(|inner| inner.call.range() == hop.at)
            .ok_or("the call stands where its arguments cannot be followed")?;
        let targets = self.resolver.targets(file, &inner.call.func);
        if let Some(reason) = region::bound(self.resolver, file, inner.call, &targets) {
            return Err(reason);
        }
        let world = self.resolver.types.world();
        let mut starts: Vec<(FnId, Roots)> = Vec::new();
        for target in &targets {
            let Some(id) = target.function.and_then(|function| world.fn_of(function)) else { continue };
            let Some(function) = world.function(id) else { continue };
            starts.push((id, region::roots_of(&function, inner, target, &Roots::default())));
        }
        for &id in self.callees.get(&(hop.function, hop.at)).into_iter().flatten() {
            if starts.iter().all(|(start, _)| *start != id) {
                starts.push((id, Roots::default()));
            }
        }
        for argument in inner.call.arguments.args.iter().chain(inner.call.arguments.keywords.iter().map(|k| &k.value)) {
            for id in region::functions_named(self.resolver, file, argument) {
                if starts.iter().all(|(start, _)| *start != id) {
                    starts.push((id, Roots::default()));
                }
            }
        }
        Ok(starts)
    }

    fn callees_may_thread(&self, hop: &Hop, starts: &[(FnId, Roots)]) -> Result<(), String> {
        let world = self.resolver.types.world();
        let on_the_way = self.callees.get(&(hop.function, hop.at)).into_iter().flatten();
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

    /// Whether the object that a site is called on may be used by another thread.
    fn object_may_move(&self, hop: &Hop, finding: usize, region: &Region) -> Result<(), String> {
        let finding = &self.analysis.findings[finding];
        let site = &finding.site;
        let api = &self.resolver.catalogue().apis[site.api as usize];
        if api.thread <= Threading::Needless {
            return Ok(());
        }
        let reason = api.reason.clone().unwrap_or_else(|| "it must stay on the thread that it is on".to_owned());
        let is_direct = site.function == hop.function && site.range == hop.at;
        if is_direct {
            let is_private =
                api.thread == Threading::Owned && ownership::is_private(self.resolver, site, &Roots::default());
            return if is_private { Ok(()) } else { Err(reason) };
        }
        let is_private = match api.thread {
            Threading::Never => {
                ownership::is_private(self.resolver, site, &Roots::default()) && ownership::stays(self.resolver, site)
            }
            _ => region
                .functions
                .iter()
                .filter(|(id, _)| *id == site.function)
                .all(|(_, roots)| ownership::is_private(self.resolver, site, roots)),
        };
        if is_private { Ok(()) } else { Err(reason) }
    }

    /// Whether what the call touches can be touched by a thread while the loop's tasks go on.
    fn may_share(&self, hop: &Hop, region: &Region) -> Result<(), String> {
        let ast = self.resolver.types.ast(hop.function.file).ok_or("the file cannot be read")?;
        let direct = touch::body(self.resolver, &ast, hop.function, &Roots::default());
        let mut touches = region.touches.clone();
        if region.functions.is_empty()
            && let Some(inner) = direct.calls.iter().find(|inner| inner.call.range() == hop.at)
        {
            let places = inner.positional.iter().chain(inner.keywords.iter().map(|(_, root)| root));
            touches.extend(places.flatten().map(|place| Touch {
                place: place.clone(),
                kind: Kind::Scan,
                range: hop.at,
            }));
        }
        let written: Vec<&Touch> = touches.iter().filter(|touch| touch.kind.is_write()).collect();
        for write in &written {
            if write.kind == Kind::Augment {
                return Err(format!("it changes `{}`, and two threads could do so at the same time", write.place));
            }
            let reads = touches.iter().any(|touch| {
                touch.kind.is_read()
                    && (touch.place == write.place || touch.place.starts_with(&format!("{}.", write.place)))
            });
            if reads {
                return Err(format!("it reads and writes `{}`, which other tasks can use meanwhile", write.place));
            }
        }
        if let [first, second, ..] = &written[..] {
            return Err(if first.place == second.place {
                format!("it writes `{}` more than once, and other tasks could see what is in between", first.place)
            } else {
                format!(
                    "it writes `{}` and `{}`, and other tasks could see one without the other",
                    first.place, second.place
                )
            });
        }
        let scanned = touches.iter().find(|touch| {
            touch.kind == Kind::Scan && touch.place.contains('.') && atomic::changes(self.resolver, &touch.place)
        });
        match scanned {
            Some(touch) => Err(format!("it goes through `{}`, which other tasks can change meanwhile", touch.place)),
            None => Ok(()),
        }
    }
}
