//! Which parts of a coroutine go to a thread as a whole, where single calls cannot.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::asked;
use super::atomic::{self, Part};
use super::block::{Block, Coroutine, Form};
use super::collect::place_in;
use super::decide::{Planner, STACK};
use super::follow::STOPS;
use super::lazy::LATER;
use super::ownership;
use super::position;
use super::region::{self, Region, Start, Touched, is_change, stands_in_loop};
use super::spawned;
use super::touch::{Kind, Roots};
use crate::analysis::{FnId, Hop, Lookup, Via};
use crate::catalogue::{self, Api, Threading};
use crate::project::Ast;
use crate::project::facts::CallForm;

/// An entry: a hop with the findings that it is about, and whether it can be treated on its own.
pub(super) struct Entry<'a> {
    pub hop: Hop,
    pub findings: &'a [usize],
    pub is_treated: bool,
    /// By a thread of its own.
    pub is_thread: bool,
    /// Only together with others: see `together`.
    pub is_parted: bool,
}

/// The blocks of a function.
#[derive(Default)]
pub(super) struct Blocks {
    pub chosen: Vec<Block>,
    /// Why the first block around an entry cannot be one, by the entry's place.
    pub refused: FxHashMap<TextRange, String>,
}

impl Blocks {
    pub(super) fn have(&self, at: TextRange) -> bool {
        self.chosen.iter().any(|block| block.range.contains_range(at))
    }
}

impl Planner<'_> {
    /// The blocks of `function` that treat what cannot be treated on its own; they do not overlap.
    pub(super) fn blocks(&self, function: FnId, entries: &[Entry<'_>]) -> Blocks {
        if self.is_async(function) { self.blocks_within(function, entries, &[]) } else { Blocks::default() }
    }

    /// The blocks of what is, or becomes, a coroutine function; none of them holds one of the calls in `kept`.
    pub(super) fn blocks_within(&self, function: FnId, entries: &[Entry<'_>], kept: &[TextRange]) -> Blocks {
        let Blocks { mut chosen, mut refused } = Blocks::default();
        let world = self.resolver.types.world();
        let Some(facts) = world.function(function).filter(|facts| !facts.is_generator) else {
            return Blocks::default();
        };
        let Some(ast) = self.resolver.types.ast(function.file).filter(|_| self.foreign(function).is_none()) else {
            return Blocks::default();
        };
        let Some(coroutine) = Coroutine::at(&ast, facts.range) else { return Blocks::default() };
        if facts.is_async {
            self.gather_parts(function, &coroutine, entries, &mut chosen);
        }
        let is_open = |entry: &Entry<'_>| !entry.is_treated || entry.is_parted;
        let untreated = || entries.iter().filter(|entry| is_open(entry) && self.wants_block(entry));
        let is_alone = untreated().filter(|entry| !entry.is_parted).count() == 1;
        for entry in untreated() {
            let at = entry.hop.at;
            if chosen.iter().any(|block| block.range.contains_range(at)) {
                continue;
            }
            let with_it = |other: &&Entry<'_>| is_open(other) || other.hop.at.contains_range(at);
            let others: Vec<TextRange> = entries.iter().filter(with_it).map(|other| other.hop.at).collect();
            // What a `with` around it enters in a thread is used, and left, in the same thread.
            let entered = entries.iter().filter(|other| other.is_thread && facts.is_async);
            let withs = entered.filter_map(|other| coroutine.with_of(other.hop.at));
            let withs = withs.filter(|with| with.range.contains_range(at));
            let around = coroutine.blocks_around(entry.hop, is_alone || entry.is_parted, &others);
            let found = withs.chain(around).find(|block| {
                let keeps = kept.iter().all(|call| !block.range.contains_range(*call));
                // A function that is handed to a thread as a whole need not become a coroutine function.
                if !keeps || !facts.is_async && coroutine.is_all(block) {
                    return false;
                }
                let inside: Vec<&Entry<'_>> =
                    entries.iter().filter(|entry| block.range.contains_range(entry.hop.at)).collect();
                let refusal = self.may_thread_block(function, &coroutine, block, &inside).err();
                let is_possible = refusal.is_none();
                if let Some(reason) = refusal {
                    refused.entry(at).or_insert(reason);
                }
                is_possible
            });
            if let Some(block) = found {
                chosen.retain(|other| !block.range.contains_range(other.range));
                chosen.push(block);
            }
        }
        coroutine.keep_bound(&mut chosen);
        coroutine.name(&mut chosen);
        Blocks { chosen, refused }
    }

    /// Chooses parts that several threads would share: a `with` that one enters and others use, a call on what another call gives,
    /// and loops that read or write a little of an open file each time, for which a thread costs more than what it does. One thread
    /// does it all then, also what the `with` does at its end.
    fn gather_parts(&self, function: FnId, coroutine: &Coroutine<'_>, entries: &[Entry<'_>], chosen: &mut Vec<Block>) {
        let treated = || entries.iter().filter(|entry| entry.is_treated).map(|entry| entry.hop.at);
        let withs: Vec<Block> = treated().filter_map(|at| coroutine.with_of(at)).collect();
        let mut parts = withs.clone();
        parts.extend(
            treated().filter_map(|at| {
                coroutine.call_on(at, &|receiver| treated().any(|other| receiver.contains_range(other)))
            }),
        );
        let is_small = |entry: &&Entry<'_>| {
            let is_quick = |api: &Api| api.thread == Threading::Owned && api.kind == catalogue::Kind::Disk;
            entry.is_treated && entry.findings.iter().all(|finding| is_quick(self.api(*finding)))
        };
        // A file that is opened in the loop has a thread each time, for all that is done with it.
        let is_opened_in = |part: &Block, at: TextRange| {
            withs.iter().any(|with| part.range.contains_range(with.range) && with.range.contains_range(at))
        };
        let of_loop = |at: TextRange| coroutine.loop_of(at).filter(|part| !is_opened_in(part, at));
        parts.extend(entries.iter().filter(is_small).filter_map(|entry| of_loop(entry.hop.at)));
        let merged = self.merged(function, coroutine, entries);
        parts.extend(merged.iter().cloned());
        parts.sort_by_key(|part| (part.range.start(), std::cmp::Reverse(part.range.end())));
        parts.dedup();
        for part in parts {
            if chosen.iter().any(|block| block.range.contains_range(part.range)) {
                continue;
            }
            let inside: Vec<&Entry<'_>> =
                entries.iter().filter(|entry| part.range.contains_range(entry.hop.at)).collect();
            let threads = inside.iter().filter(|entry| entry.is_thread).count();
            // What is opened is used in the `with`, whether or not that is known to block, and closed at its end.
            let is_with = part.form != Form::Expression || merged.contains(&part);
            if (threads > 1 || is_with)
                && threads == inside.len()
                && self.may_thread_block(function, coroutine, &part, &inside).is_ok()
            {
                chosen.push(part);
            }
        }
    }

    /// Whether a thread would be worth it for the entry.
    fn wants_block(&self, entry: &Entry<'_>) -> bool {
        !matches!(entry.hop.via, Via::Awaited | Via::Left)
            && entry.findings.iter().any(|finding| self.api(*finding).thread != Threading::Needless)
            // A lock alone is held for a moment.
            && !entry.findings.iter().all(|finding| {
                let site = &self.ground.analysis.findings[*finding].site;
                site.function == entry.hop.function && self.is_lock_in_with(self.api(*finding), site.form)
            })
    }

    fn may_thread_block(
        &self,
        function: FnId,
        coroutine: &Coroutine<'_>,
        block: &Block,
        inside: &[&Entry<'_>],
    ) -> Result<(), String> {
        if let Some(reason) = position::obstacle(self.survey, function, block.range, None, self.ground.terms.minimum) {
            return Err(reason);
        }
        if !self.may_return(function, coroutine, block) {
            return Err("it returns, and may come to its end without".to_owned());
        }
        self.may_have_threads(function)?;
        if inside.iter().any(|entry| entry.hop.via == Via::Left) {
            return Err(STACK.to_owned());
        }
        for entry in inside {
            self.may_miss_interrupt(&entry.hop, entry.findings)?;
        }
        let outline = self.survey.outline(function);
        if let Some((_, reason)) = outline.bound.iter().find(|(at, _)| block.range.contains_range(*at)) {
            return Err(reason.clone());
        }
        self.may_be_overridden(function, block.range)?;
        let starts = self.block_starts(function, block.range)?;
        self.may_look_within(function, block.range, &starts)?;
        for entry in inside {
            self.must_not_be_lost(&entry.hop, block.range, &starts)?;
        }
        if self.leaks_stop_iteration(function, coroutine.ast, block.range) {
            return Err(STOPS.to_owned());
        }
        if let Some(name) = self.unknown_call(function, block.range) {
            return Err(format!("what `{name}` does is not known, and it may need the loop's thread"));
        }
        if inside.iter().any(|entry| self.blocks_later(function, block, entry)) {
            self.must_stay(function, coroutine, block)?;
        }
        // What others could undo takes turns with them, where it is in a coroutine already: see `turns`.
        if !self.is_async(function) {
            for entry in inside {
                self.may_rewrite(&entry.hop, &starts)?;
            }
            self.may_rewrite_in(function, block.range)?;
        }
        let explored = self.survey.region(&starts);
        let region = (*explored).as_ref().map_err(String::clone)?;
        // One thread may do all that is done with an object: see `turns`.
        let has_thread = |finding: &usize| self.is_async(function) && self.may_have_thread(*finding);
        let findings = || inside.iter().flat_map(|entry| entry.findings);
        let may_go = |finding: &usize| has_thread(finding) || self.takes_turns && self.handle(*finding).is_some();
        for finding in findings().filter(|finding| !may_go(finding)) {
            self.object_may_go(function, coroutine, block, *finding, region)?;
        }
        if self.gives_thread_bound(function, coroutine, block) && !findings().any(has_thread) {
            return Err("it makes an object that only the thread that made it may use".to_owned());
        }
        let outcomes = coroutine.outcomes(block, &self.resolver.types.facts(function.file));
        self.may_leave_thread(function, block.range, Some(&outcomes))?;
        let touches = self.block_touches(function, block.range, region);
        let turn = self.names_in_turn(&touches, region, function);
        // What is filled as it is read takes no turns.
        let filled = inside.iter().filter_map(|entry| self.filled(coroutine.ast, &entry.hop, region)).collect();
        self.unshared(&filled).map_or(Ok(()), Err)?;
        self.may_be_shared(&touches, region, Some(function))?;
        self.is_not_torn(function, block.range, Part::Block, &region.touches)?;
        self.is_not_set_up(function, block.range, &region.touches)?;
        let hop = Hop { function, at: block.range, via: Via::Call };
        self.may_split(&hop, turn.as_ref().map_or(Part::Block, Part::Turn))?;
        self.may_part(&hop)
    }

    /// The parameter that a block calls, where nothing says what is given for it.
    fn unknown_call(&self, function: FnId, range: TextRange) -> Option<Name> {
        let types = &self.resolver.types;
        let (ast, facts) = (types.ast(function.file)?, types.facts(function.file));
        let own = facts.functions.get(function.index as usize)?;
        let mut calls = facts.calls.iter().filter(|call| {
            call.function == function.index && call.form == CallForm::Call && range.contains_range(call.range)
        });
        calls.find_map(|call| {
            let name = ast.call(call.range)?.func.as_name_expr()?;
            own.parameter(&name.id)?;
            let follow = self.survey.follow(function, self.survey.outline(function).call_at(call.range)?.1);
            (follow.targets.is_empty() && follow.held.is_empty()).then(|| name.id.clone())
        })
    }

    /// The functions that the calls in a block run.
    pub(super) fn block_starts(&self, function: FnId, range: TextRange) -> Result<Vec<Start>, String> {
        let outline = self.survey.outline(function);
        let roots = Roots::default();
        let body = outline.body(&roots);
        let captured = outline.captured(&Arc::new(roots.clone()));
        let mut starts: Vec<Start> = Vec::new();
        let mut add = |id: FnId, roots: Arc<Roots>| {
            if starts.iter().all(|(start, _)| *start != id) {
                starts.push((id, roots));
            }
        };
        for (index, call) in outline.calls_in_order().filter(|(_, call)| range.contains_range(call.range)) {
            let follow = self.survey.follow(function, call);
            // What a block's own calls of `next` do is asked of the block: see `nexts`.
            if let Some(reason) = follow.obstacle.as_ref().filter(|reason| *reason != STOPS) {
                return Err(reason.clone());
            }
            let own = body.calls.get(index).into_iter();
            let own = own.flat_map(|passed| region::starts_of(self.survey, call, passed, &follow, &roots));
            own.for_each(|(id, roots)| add(id, roots));
            let passed_on = body.calls.get(index).into_iter().flat_map(|passed| {
                spawned::starts(self.survey, function, (call, passed), &outline, &follow, (&roots, &captured))
            });
            passed_on.for_each(|(id, roots)| add(id, roots));
            let asked = follow.asked.iter().filter_map(|asked| asked::start(self.survey, function, *asked, &roots));
            asked.for_each(|(id, roots)| add(id, roots));
            follow.all().for_each(|id| add(id, Arc::default()));
        }
        let implied = outline.implied(self.survey, &roots, |implied| range.contains_range(implied.range));
        implied.into_iter().for_each(|(_, (id, roots))| add(id, roots));
        let edges = self.ground.callees.get(&function).into_iter().flatten();
        for (at, callees) in edges.filter(|(at, _)| range.contains_range(**at)) {
            for id in callees {
                let (id, roots) = region::implicit_start(self.survey, function, *at, *id, &roots);
                add(id, roots);
            }
        }
        starts.sort();
        Ok(starts)
    }

    /// What the block itself and all that it calls touch.
    pub(super) fn block_touches(&self, function: FnId, range: TextRange, region: &Region) -> Touched {
        let outline = self.survey.outline(function);
        let body = outline.body(&Roots::default());
        let mut touches = region.touches.clone();
        let ast = self.resolver.types.ast(function.file);
        let is_in_loop = |at: TextRange| ast.as_ref().is_some_and(|ast| stands_in_loop(ast, range, at));
        for touch in body.touches.iter().filter(|touch| range.contains_range(touch.range)) {
            let times = if is_change(touch.kind) && is_in_loop(touch.range) { 2 } else { 1 };
            touches.extend(std::iter::repeat_n((touch.place.clone(), touch.kind), times));
        }
        for (index, call) in outline.calls_in_order().filter(|(_, call)| range.contains_range(call.range)) {
            if is_in_loop(call.range) {
                let starts = atomic::starts_at(self.survey, function, call.range);
                let changed = self.survey.touched(&starts);
                touches.extend(changed.iter().filter(|(_, kind)| is_change(*kind)).cloned());
            }
            if self.survey.goes_through(function, call.range, &self.survey.follow(function, call)) {
                let places = body.calls.get(index).into_iter().flat_map(super::touch::Passed::places);
                touches.extend(places.map(|place| (place.clone(), Kind::Scan)));
            }
        }
        touches
    }

    /// What an entry puts what it makes into, unless it has that already: a table, or an object whose attribute is worked out once.
    fn filled(&self, ast: &Ast, hop: &Hop, region: &Region) -> Option<(String, Kind)> {
        let object = match (hop.via, ast.expression(hop.at)?) {
            (Via::Missing, Expr::Subscript(item)) => &item.value,
            (Via::Property, Expr::Attribute(attribute)) => {
                let world = self.resolver.types.world();
                let is_getter = |id: &FnId| world.function(*id).is_some_and(|it| it.name.as_str() == "__get__");
                let keeps = region.touches.iter().any(|(_, kind)| kind.is_write());
                (keeps && self.ground.callees_at(hop).any(is_getter)).then_some(&attribute.value)?
            }
            _ => return None,
        };
        Some((place_in(self.survey, ast, hop.function, &Roots::default(), object)?, Kind::Augment))
    }

    /// Whether an entry only makes something that blocks while it is gone through, and the block does not do that where it stands.
    fn blocks_later(&self, function: FnId, block: &Block, entry: &Entry<'_>) -> bool {
        let Some(ast) = self.resolver.types.ast(function.file) else { return true };
        let path = ast.path(entry.hop.at);
        let inside =
            path.iter().rposition(|node| node.range().contains_range(block.range) && node.range() != block.range);
        let path = &path[inside.map_or(0, |index| index + 1)..];
        let makes_lazy = |finding: &usize| {
            let site = &self.ground.analysis.findings[*finding].site;
            self.api(*finding).lazy && self.is_gone_through_later(&entry.hop, site)
        };
        // A property that has read what is gone through has done so by then.
        let is_read = || {
            let value = ast.expression(entry.hop.at).filter(|_| entry.hop.via == Via::Property);
            value.is_some_and(|value| self.is_plain_data(function, value))
        };
        let is_lazy = entry.findings.iter().any(makes_lazy)
            || self.makes_lazily(function, entry.hop.at)
            || self.is_iterated(function, entry.hop.at) && !is_read()
            || self.is_used_up(&entry.hop)
            // An operator, a test or an unpacking goes through the generator itself.
            || entry.hop.via != Via::Implicit && self.ground.callees_at(&entry.hop).any(|id| self.is_generator(*id));
        let is_in_generator = path.iter().any(|node| matches!(node, AnyNodeRef::ExprGenerator(_)));
        (is_lazy || is_in_generator) && !self.is_consumed(function, path, is_lazy)
    }

    /// Whether nothing that is yet to be gone through comes out of the block.
    fn must_stay(&self, function: FnId, coroutine: &Coroutine<'_>, block: &Block) -> Result<(), String> {
        let reason = || Err(LATER.to_owned());
        let (Some(ast), Form::Statements { shared, made, .. }) = (self.resolver.types.ast(function.file), &block.form)
        else {
            return reason();
        };
        let facts = self.resolver.types.facts(function.file);
        let known = |name: &Name| {
            let mut values = facts.bindings.iter().filter(|binding| block.range.contains_range(binding.value));
            values.any(|binding| binding.target == *name)
        };
        if !shared.iter().chain(made).all(known) {
            return reason();
        }
        let outcomes = coroutine.outcomes(block, &facts);
        let mut values = outcomes.iter().map(|range| ast.expression(*range));
        let is_plain = |value: Option<&Expr>| value.is_some_and(|value| self.is_plain_data(function, value));
        if values.all(is_plain) { Ok(()) } else { reason() }
    }

    /// Whether the object of a finding may be used by any thread that runs a block.
    pub(super) fn object_may_go_in(&self, function: FnId, block: &Block, finding: usize, region: &Region) -> bool {
        let types = &self.resolver.types;
        let (Some(ast), Some(own)) = (types.ast(function.file), types.world().function(function)) else { return false };
        let coroutine = Coroutine::at(&ast, own.range);
        coroutine.is_some_and(|coroutine| self.object_may_go(function, &coroutine, block, finding, region).is_ok())
    }

    /// Whether the object that a site is called on may be used by the thread that runs the block.
    fn object_may_go(
        &self,
        function: FnId,
        coroutine: &Coroutine<'_>,
        block: &Block,
        finding: usize,
        region: &Region,
    ) -> Result<(), String> {
        let site = &self.ground.analysis.findings[finding].site;
        let api = self.api(finding);
        let thread = self.threading(api);
        // One task does one thing at a time.
        if thread <= Threading::Needless || self.ground.is_sequential && thread == Threading::Owned {
            return Ok(());
        }
        let is_private = if site.function != function {
            let roots = region.functions.iter().filter(|(id, _)| *id == site.function);
            self.is_lock_in_with(api, site.form)
                || match thread {
                    Threading::Loop => false,
                    Threading::Never => {
                        let edges = self.ground.callees.get(&function).into_iter().flatten();
                        let inside = edges.filter(|(at, _)| block.range.contains_range(**at));
                        let starts: Vec<FnId> = inside.flat_map(|(_, callees)| callees).copied().collect();
                        let below = self.block_starts(function, block.range).unwrap_or_default();
                        self.is_made_below(site, below)
                            && ownership::stays(self.resolver, &self.ground.analysis.graph, site, region, &starts)
                    }
                    _ => roots.clone().all(|(_, roots)| ownership::is_private(self.survey, site, roots)),
                }
        } else {
            self.is_lock_in_with(api, site.form)
                || thread < Threading::Loop
                    && ownership::is_private(self.survey, site, &Roots::default())
                    && (thread < Threading::Never || self.stays_inside(function, coroutine, block, site.range))
        };
        let reason = || self.why_it_stays(api);
        if is_private { Ok(()) } else { Err(reason()) }
    }

    /// A lock that a `with` takes is given back by the thread that took it.
    pub(super) fn is_lock_in_with(&self, api: &Api, form: CallForm) -> bool {
        let class = api.name.rsplit_once('.').map_or("", |(class, _)| class);
        form == CallForm::With && self.resolver.catalogue().is_lock(class)
    }

    /// Whether what a site is called on is made in the block, and used nowhere else.
    fn stays_inside(&self, function: FnId, coroutine: &Coroutine<'_>, block: &Block, site: TextRange) -> bool {
        let Some(ast) = self.resolver.types.ast(function.file) else { return false };
        let Some(expr) = ast.expression(site) else { return false };
        let mut object = match expr {
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(attribute) => &*attribute.value,
                _ => return true,
            },
            other => other,
        };
        loop {
            object = match object {
                Expr::Attribute(attribute) => &attribute.value,
                Expr::Call(call) => &call.func,
                Expr::Subscript(subscript) => &subscript.value,
                Expr::Name(name) => {
                    let scope = &coroutine.scope;
                    return !scope.is_bound_outside(&name.id, block.range)
                        && !scope.is_read_outside(&name.id, block.range);
                }
                _ => return false,
            };
        }
    }

    /// Whether something that belongs to the thread comes out of the block.
    fn gives_thread_bound(&self, function: FnId, coroutine: &Coroutine<'_>, block: &Block) -> bool {
        let outcomes = coroutine.outcomes(block, &self.resolver.types.facts(function.file));
        outcomes.iter().any(|value| ownership::is_thread_bound(self.resolver, function, *value))
    }
}
