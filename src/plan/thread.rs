//! Whether another thread may make a call: what it runs, the objects that it works on, and what it shares with the tasks of the loop.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use super::asked;
use super::atomic::{self, Part};
use super::cancelled;
use super::decide::Planner;
use super::follow::{Follow, STOPS};
use super::lazy::LATER;
use super::observed::is_outside;
use super::ownership;
use super::region::{self, Region, Start, Touched};
use super::touch::{Kind, Passed, Roots, Touch};
use crate::analysis::{FnId, Hop, Lookup, Site, argument};
use crate::catalogue::{self, Api, Pinned, Threading};
use crate::project::Shape;
use crate::project::facts::{Facts, MODULE};

/// Whether a reason is one of those why threads must not share what they touch with others.
pub(super) fn is_about_sharing(reason: &str) -> bool {
    ["it changes `", "it reads and writes `", "it writes `", "it goes through `", "what it leaves in `"]
        .iter()
        .any(|start| reason.starts_with(start))
}

impl Planner<'_> {
    /// Whether a thread may make the call at a hop. What works on files may take turns with others (see `turns`), or must be alone.
    pub(super) fn may_thread(&self, hop: &Hop, findings: &[usize], takes_turns: bool) -> Result<(), String> {
        for &finding in findings {
            let finding = &self.ground.analysis.findings[finding];
            let api = &self.resolver.catalogue().apis[finding.site.api as usize];
            if api.lazy && self.is_gone_through_later(hop, &finding.site) {
                return Err(LATER.to_owned());
            }
        }
        self.may_have_threads(hop.function)?;
        if let Some(reason) = self.is_needless(findings) {
            return Err(reason);
        }
        self.may_miss_interrupt(hop, findings)?;
        // What waits for a server does so in a thread, whoever goes through what it gives.
        let asks = findings.iter().any(|finding| self.api(*finding).kind == catalogue::Kind::Network);
        if self.makes_lazily(hop.function, hop.at) || !asks && self.is_used_up(hop) {
            return Err(LATER.to_owned());
        }
        let ast = self.resolver.types.ast(hop.function.file).ok_or("the file cannot be read")?;
        let is_next =
            |call: &ExprCall| matches!(&*call.func, Expr::Attribute(method) if method.attr.as_str() == "__next__");
        if ast.call(hop.at).is_some_and(is_next) {
            return Err(STOPS.to_owned());
        }
        let starts = self.starts(hop)?;
        if !takes_turns {
            self.may_rewrite(hop, &starts)?;
        }
        self.callees_may_thread(hop, &starts)?;
        self.may_be_overridden(hop.function, hop.at)?;
        self.may_look(hop.function, hop.at, &starts)?;
        self.may_leave_thread(hop.function, hop.at, None)?;
        let explored = self.survey.region(&starts);
        let region = (*explored).as_ref().map_err(String::clone)?;
        if self.gives_out_lazily(region) {
            return Err(LATER.to_owned());
        }
        // One thread may do all that is done with an object: see `turns`.
        let has_thread = |finding: &usize| {
            let is_used = |codemod| self.is_on_handle(hop, codemod) || self.is_used_here(hop, *finding);
            takes_turns && self.own_thread(*finding).is_some_and(|codemod| !is_used(codemod))
        };
        let may_move = |finding: &usize| has_thread(finding) || self.may_hand_on(hop, *finding);
        for &finding in findings.iter().filter(|finding| !may_move(finding)) {
            self.object_may_move(hop, finding, region)?;
        }
        let is_bound = !region.functions.is_empty() && ownership::is_thread_bound(self.resolver, hop.function, hop.at);
        if is_bound && !findings.iter().any(has_thread) {
            return Err("it returns an object that only the thread that made it may use".to_owned());
        }
        self.must_not_be_lost(hop, hop.at, &starts)?;
        let touches = self.call_touches(hop, region);
        self.is_not_torn(hop.function, hop.at, Part::Call, &touches)?;
        self.is_not_set_up(hop.function, hop.at, &touches)?;
        self.may_be_shared(&touches, region, None)
    }

    /// Whether nothing that a thread reads, as it makes a part of a coroutine, is written behind it, or was asked about before.
    pub(super) fn is_not_torn(
        &self,
        function: FnId,
        at: TextRange,
        part: Part<'_>,
        touched: &Touched,
    ) -> Result<(), String> {
        if self.ground.is_sequential || self.is_early(function, at) {
            return Ok(());
        }
        atomic::torn_by_thread(self.survey, function, at, part, touched).map_or(Ok(()), Err)
    }

    /// Whether nothing that a thread uses, as it makes a part of a coroutine, is written before: it comes to it when others have run.
    pub(super) fn is_not_set_up(&self, function: FnId, part: TextRange, touched: &Touched) -> Result<(), String> {
        if self.ground.is_sequential {
            return Ok(());
        }
        let place = atomic::set_up(self.survey, function, part, touched);
        place.filter(|_| !self.is_early(function, part)).map_or(Ok(()), |place| {
            Err(format!("`{place}` is written before the call, which uses it: another task could change it in between"))
        })
    }

    /// Whether nothing is lost where the task is cancelled while a thread takes something out of what others have, in a part of a
    /// function: a `try` behind the call would give it back.
    pub(super) fn must_not_be_lost(&self, hop: &Hop, part: TextRange, starts: &[Start]) -> Result<(), String> {
        let ast = self.resolver.types.ast(hop.function.file).ok_or("the file cannot be read")?;
        let guard = cancelled::kept_by_try(&ast.path(hop.at), hop.at);
        let takes = || region::touched(self.survey, starts).iter().any(|(_, kind)| kind.is_write());
        if guard.is_some_and(|guard| !part.contains_range(guard)) && takes() {
            return Err("the `try` behind it gives back what it takes: a task that is cancelled in between would not"
                .to_owned());
        }
        Ok(())
    }

    /// Whether other tasks would not see a file that is half written.
    pub(super) fn may_rewrite(&self, hop: &Hop, starts: &[Start]) -> Result<(), String> {
        if self.ground.is_sequential {
            return Ok(());
        }
        self.ground.files.rewrites(self.survey, hop, starts).map_or(Ok(()), |found| Err(found.reason))
    }

    /// The same, for a part of a coroutine.
    pub(super) fn may_rewrite_in(&self, function: FnId, part: TextRange) -> Result<(), String> {
        if self.ground.is_sequential {
            return Ok(());
        }
        self.ground.files.rewrites_in(self.survey, function, part).map_or(Ok(()), |found| Err(found.reason))
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
        let captured = outline.captured(&Arc::new(roots));
        let roots_inside = |id: FnId| {
            let facts = self.resolver.types.facts(id.file);
            let inside = region::function(&facts, id)
                .filter(|function| (id.file, function.parent) == (hop.function.file, hop.function.index));
            let inside = inside.map(|function| region::inner_roots(function, &captured));
            Arc::new(inside.unwrap_or_else(|| region::roots_alone(self.survey, id)))
        };
        let mut starts = region::starts_of(self.survey, call, passed, &follow, &captured);
        let is_new = |id: &&FnId| starts.iter().all(|(start, _)| start != *id);
        let coroutines: Vec<Start> = follow.callees.iter().filter(is_new).map(|id| (*id, Arc::default())).collect();
        starts.extend(coroutines);
        let asked = follow.asked.iter().filter_map(|asked| asked::start(self.survey, hop.function, *asked, &captured));
        starts.extend(asked);
        let on_the_way = self.ground.callees_at(hop);
        let decorators = starts.iter().flat_map(|(id, _)| self.ground.callees_by_decorator(self.resolver, *id));
        let decorators: Vec<&FnId> = decorators.collect();
        for &id in on_the_way.chain(decorators).chain(follow.callbacks.iter().map(|(id, _)| id).chain(&follow.held)) {
            if starts.iter().all(|(start, _)| *start != id) {
                // A method of a library calls some on its object.
                let (_, implied) = region::implicit_start(self.survey, hop.function, hop.at, id, &Roots::default());
                starts.push((id, if implied.is_empty() { roots_inside(id) } else { implied }));
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
        if self.upset(api.kind).is_some() {
            return Threading::Loop;
        }
        let is_pinned = api.thread != Threading::Needless && self.pinned().contains_key(&api.codemod);
        if is_pinned { api.thread.max(Threading::Never) } else { api.thread }
    }

    /// Why the object of an api stays on its thread.
    pub(super) fn why_it_stays(&self, api: &Api) -> String {
        let pinned = || self.pinned().get(&api.codemod).or(api.reason.as_ref()).cloned();
        self.upset(api.kind).or_else(pinned).unwrap_or_else(|| "it must stay on the thread that it is on".to_owned())
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
        rule.calls.iter().flat_map(|name| self.resolver.index().calls(name)).any(|posting| {
            let (Some(call), Some(ast)) = (world.call_at(*posting), types.ast(posting.0)) else { return false };
            let Some(node) = ast.call(call.range).filter(|_| !self.resolver.is_beside_program(posting.0)) else {
                return false;
            };
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
            Threading::Loop => false,
            Threading::Never => {
                let starts: Vec<FnId> = self.ground.callees_at(hop).copied().collect();
                self.is_made_below(site, self.starts(hop).unwrap_or_default())
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

    /// Whether what a site is called on is made by the functions that a thread runs from `starts`, and nobody else has it. What these are
    /// given comes from the loop.
    pub(super) fn is_made_below(&self, site: &Site, starts: Vec<Start>) -> bool {
        let sealed: Vec<Start> = starts.into_iter().map(|(id, _)| (id, Arc::default())).collect();
        let explored = self.survey.region(&sealed);
        let functions = (*explored).as_ref().map_or(&[][..], |region| &region.functions);
        let mut below = functions.iter().filter(|(id, _)| *id == site.function).peekable();
        match below.peek() {
            Some(_) => below.all(|(_, roots)| ownership::is_private(self.survey, site, roots)),
            None => ownership::is_private(self.survey, site, &Roots::default()),
        }
    }

    /// What a call touches, with what it runs.
    pub(super) fn call_touches(&self, hop: &Hop, region: &Region) -> Touched {
        let mut touches = region.touches.clone();
        let outline = self.survey.outline(hop.function);
        let made = outline.call_at(hop.at);
        let follow = made.map(|(_, call)| self.survey.follow(hop.function, call));
        let goes_through = |follow: &Follow| self.survey.goes_through(hop.function, hop.at, follow);
        if follow.is_some_and(|follow| !follow.callees.is_empty() || !goes_through(&follow)) {
            return touches;
        }
        let body = outline.body(&Roots::default());
        let passed = made.and_then(|(index, _)| body.calls.get(index));
        let places = passed.into_iter().flat_map(Passed::places).filter(|place| self.may_change_meanwhile(hop, place));
        touches.extend(places.map(|place| (place.clone(), Kind::Scan)));
        let own = body.touches.iter().filter(|touch| touch.range == hop.at);
        let is_of_pool = |touch: &Touch| self.survey.crowd(&touch.place).is_some();
        touches.extend(own.clone().filter(|touch| is_of_pool(touch)).map(|touch| (touch.place.clone(), touch.kind)));
        if !region.functions.is_empty() {
            // What a library changes while it calls functions of the program, as `sort` does, is not changed at one go.
            let changed = own.filter(|touch| touch.kind.is_write());
            touches.extend(changed.flat_map(|touch| [touch.kind, Kind::Scan].map(|kind| (touch.place.clone(), kind))));
        }
        touches
    }

    /// Whether what a call is given from a place may change while a thread makes the call. What only takes its place later does not matter:
    /// arguments are worked out before.
    fn may_change_meanwhile(&self, hop: &Hop, place: &str) -> bool {
        let last = place.rsplit('.').next().unwrap_or(place);
        let ast = self.resolver.types.ast(hop.function.file);
        let call = ast.as_ref().and_then(|ast| ast.call(hop.at));
        let mut given = call.into_iter().flat_map(|call| call.arguments.iter_source_order());
        let file = hop.function.file;
        self.resolver.index().is_mutated_in_place(last)
            || given.any(|given| {
                let shapes = self.resolver.shapes(file, given.value());
                let is_kept = |shape: &Shape| matches!(shape, Shape::Instance(class) if !self.resolver.types.is_immutable_class(*class));
                shapes.iter().any(is_kept)
            })
    }

    /// Whether a place is more than a name that may be a parameter's.
    pub(super) fn is_known_place(&self, place: &str) -> bool {
        let is_global =
            |facts: &Facts| facts.bindings.iter().any(|binding| binding.function == MODULE && binding.target == place);
        place.contains('.') || self.resolver.types.world().own_files().any(|(_, file)| is_global(&file.facts))
    }

    /// Whether a thread may touch all this, which a region does, while the loop's tasks go on.
    pub(super) fn may_be_shared(&self, touches: &Touched, region: &Region, around: Option<FnId>) -> Result<(), String> {
        let state = || self.state(region, touches, around).filter(|_| self.takes_turns);
        let has_turns = || state().is_some_and(|state| !state.is_empty());
        if let Some(reason) = sets_up(touches).filter(|_| !self.ground.is_sequential && !has_turns()) {
            return Err(reason);
        }
        if let Some(reason) = self.upset_use(touches) {
            return Err(reason);
        }
        match self.unshared(touches) {
            // See `turns`: the change is undone where others would work on it meanwhile.
            Some(_) if state().is_some() => Ok(()),
            Some(reason) => Err(reason),
            None => Ok(()),
        }
    }

    /// Why a thread must not touch all this while the loop's tasks go on.
    pub(super) fn unshared(&self, touches: &Touched) -> Option<String> {
        if self.ground.is_sequential { None } else { self.shared_by_threads(touches).err() }
    }

    fn shared_by_threads(&self, touches: &Touched) -> Result<(), String> {
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
        if let Some(place) = left_and_found(touches) {
            return Err(format!(
                "what it leaves in `{place}` it finds there again, and other tasks can change it meanwhile"
            ));
        }
        let of_program: Vec<_> = written.into_iter().filter(|(place, _)| !is_outside(place)).collect();
        if let [(first, _), (second, _), ..] = &of_program[..] {
            return Err(if first == second {
                format!("it writes `{first}` more than once, and other tasks could see what is in between")
            } else {
                format!("it writes `{first}` and `{second}`, and other tasks could see one without the other")
            });
        }
        let scanned = touches.iter().find(|(place, kind)| {
            kind.goes_through() && atomic::changes(self.survey, place) && self.is_known_place(place)
        });
        match scanned {
            Some((place, _)) => Err(format!("it goes through `{place}`, which other tasks can change meanwhile")),
            None => Ok(()),
        }
    }
}

/// A place in which one call leaves something for the next one.
fn left_and_found(touches: &Touched) -> Option<&String> {
    let left = touches.iter().enumerate().filter(|(_, (_, kind))| *kind == Kind::Leave);
    let is_found = |at: usize, place: &str| touches[at..].iter().any(|(read, kind)| read == place && kind.is_read());
    left.map(|(at, (place, _))| (at, place)).find(|(at, place)| is_found(*at, place)).map(|(_, place)| place)
}

/// Why no two threads may run what writes a part of an object and then uses that.
fn sets_up(touches: &Touched) -> Option<String> {
    let written = touches.iter().filter(|(_, kind)| *kind == Kind::Write);
    written.filter_map(|(place, _)| Some((place, place.rsplit_once('.')?.0))).find_map(|(place, whole)| {
        let is_used = whole.contains('.') && touches.iter().any(|(read, kind)| kind.is_read() && read == whole);
        is_used.then(|| format!("it writes `{place}` and uses `{whole}`, which other tasks can change meanwhile"))
    })
}
