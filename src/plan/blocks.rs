//! Which parts of a coroutine go to a thread as a whole, where single calls cannot.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::atomic::Part;
use super::block::{Block, Coroutine, Form};
use super::decide::Planner;
use super::ownership;
use super::position;
use super::region::{self, Region, Start, Touched};
use super::touch::{Kind, Roots};
use crate::analysis::{FnId, Hop, Lookup, Site, Via};
use crate::catalogue::{Api, Threading};
use crate::project::Shape;
use crate::project::facts::CallForm;

/// How many variables something lazy is followed through.
const DEPTH: usize = 3;
/// What goes through its argument.
const CONSUMERS: [&str; 15] = [
    "all",
    "any",
    "bytearray",
    "bytes",
    "dict",
    "frozenset",
    "list",
    "max",
    "min",
    "next",
    "set",
    "sorted",
    "str.join",
    "sum",
    "tuple",
];

/// An entry: a hop with the findings that it is about, and whether it can be treated on its own.
pub(super) struct Entry<'a> {
    pub hop: Hop,
    pub findings: &'a [usize],
    pub is_treated: bool,
}

impl Planner<'_> {
    /// The blocks of `function` that treat what cannot be treated on its own; they do not overlap.
    pub(super) fn blocks(&self, function: FnId, entries: &[Entry<'_>]) -> Vec<Block> {
        if self.is_async(function) { self.blocks_within(function, entries, &[]) } else { Vec::new() }
    }

    /// The blocks of what is, or becomes, a coroutine function; none of them holds one of the calls in `kept`.
    pub(super) fn blocks_within(&self, function: FnId, entries: &[Entry<'_>], kept: &[TextRange]) -> Vec<Block> {
        let mut chosen: Vec<Block> = Vec::new();
        let world = self.resolver.types.world();
        let Some(facts) = world.function(function).filter(|facts| !facts.is_generator) else {
            return chosen;
        };
        let Some(ast) = self.resolver.types.ast(function.file).filter(|_| self.foreign(function).is_none()) else {
            return chosen;
        };
        let Some(coroutine) = Coroutine::at(&ast, facts.range) else { return chosen };
        let untreated = || entries.iter().filter(|entry| !entry.is_treated && self.wants_block(entry));
        let is_alone = untreated().count() == 1;
        for entry in untreated() {
            let at = entry.hop.at;
            if chosen.iter().any(|block| block.range.contains_range(at)) {
                continue;
            }
            let is_part = entries.iter().any(|other| other.hop.at != at && other.hop.at.contains_range(at));
            let found = coroutine.blocks_around(entry.hop, is_alone, is_part).into_iter().find(|block| {
                let keeps = kept.iter().all(|call| !block.range.contains_range(*call));
                // A function that is handed to a thread as a whole need not become a coroutine function.
                if !keeps || !facts.is_async && coroutine.is_all(block) {
                    return false;
                }
                let inside: Vec<&Entry<'_>> =
                    entries.iter().filter(|entry| block.range.contains_range(entry.hop.at)).collect();
                self.may_thread_block(function, &coroutine, block, &inside).is_ok()
            });
            if let Some(block) = found {
                chosen.retain(|other| !block.range.contains_range(other.range));
                chosen.push(block);
            }
        }
        coroutine.keep_bound(&mut chosen);
        coroutine.name(&mut chosen);
        chosen
    }

    /// Whether a thread would be worth it for the entry.
    fn wants_block(&self, entry: &Entry<'_>) -> bool {
        let is_kept = |finding: &usize| self.ground.analysis.findings[*finding].cached;
        let is_call = matches!(entry.hop.via, Via::Call | Via::Handed);
        entry.hop.via != Via::Awaited
            && entry.findings.iter().any(|finding| self.api(*finding).thread != Threading::Needless)
            && if is_call { !entry.findings.iter().any(is_kept) } else { !entry.findings.iter().all(is_kept) }
    }

    fn may_thread_block(
        &self,
        function: FnId,
        coroutine: &Coroutine<'_>,
        block: &Block,
        inside: &[&Entry<'_>],
    ) -> Result<(), String> {
        if let Some(reason) = position::obstacle(self.resolver, function, block.range, None, self.ground.terms.minimum)
        {
            return Err(reason);
        }
        let starts = self.block_starts(function, block.range)?;
        if inside.iter().any(|entry| self.blocks_later(function, block, entry)) {
            self.must_stay(function, coroutine, block)?;
        }
        for entry in inside {
            self.may_rewrite(&entry.hop, &starts)?;
        }
        self.may_rewrite_in(function, block.range)?;
        let explored = self.survey.region(&starts);
        let region = (*explored).as_ref().map_err(String::clone)?;
        for finding in inside.iter().flat_map(|entry| entry.findings) {
            self.object_may_go(function, coroutine, block, *finding, region)?;
        }
        if self.gives_thread_bound(function, coroutine, block) {
            return Err("it makes an object that only the thread that made it may use".to_owned());
        }
        self.may_be_shared(&self.block_touches(function, block.range, region))?;
        let hop = Hop { function, at: block.range, via: Via::Call };
        self.may_split(&hop, Part::Block)
    }

    /// The functions that the calls in a block run.
    fn block_starts(&self, function: FnId, range: TextRange) -> Result<Vec<Start>, String> {
        let outline = self.survey.outline(function);
        let roots = Roots::default();
        let body = outline.body(&roots);
        let mut starts: Vec<Start> = Vec::new();
        let mut add = |id: FnId, roots: Arc<Roots>| {
            if starts.iter().all(|(start, _)| *start != id) {
                starts.push((id, roots));
            }
        };
        for (index, call) in outline.calls_in_order().filter(|(_, call)| range.contains_range(call.range)) {
            let follow = self.survey.follow(function, call);
            if let Some(reason) = &follow.obstacle {
                return Err(reason.clone());
            }
            for (id, target) in &follow.callees {
                let facts = self.resolver.types.facts(id.file);
                if let (Some(callee), Some(passed), Some(target)) =
                    (region::function(&facts, *id), body.calls.get(index), follow.targets.get(*target))
                {
                    add(*id, Arc::new(region::roots_of(callee, call, passed, target, &roots)));
                }
            }
            follow.callbacks.iter().for_each(|(id, _)| add(*id, Arc::default()));
        }
        let edges = self.ground.callees.get(&function).into_iter().flatten();
        let implicit = edges.filter(|(at, _)| range.contains_range(**at));
        implicit.flat_map(|(_, callees)| callees).for_each(|id| add(*id, Arc::default()));
        starts.sort();
        Ok(starts)
    }

    /// What the block itself and all that it calls touch.
    fn block_touches(&self, function: FnId, range: TextRange, region: &Region) -> Touched {
        let outline = self.survey.outline(function);
        let body = outline.body(&Roots::default());
        let mut touches = region.touches.clone();
        let own = body.touches.iter().filter(|touch| range.contains_range(touch.range));
        touches.extend(own.map(|touch| (touch.place.clone(), touch.kind)));
        for (index, call) in outline.calls_in_order().filter(|(_, call)| range.contains_range(call.range)) {
            if self.survey.follow(function, call).callees.is_empty() {
                let places = body.calls.get(index).into_iter().flat_map(super::touch::Passed::places);
                touches.extend(places.map(|place| (place.clone(), Kind::Scan)));
            }
        }
        touches
    }

    /// Whether an entry only makes something that blocks while it is gone through, and the block does not do that where it stands.
    fn blocks_later(&self, function: FnId, block: &Block, entry: &Entry<'_>) -> bool {
        let Some(ast) = self.resolver.types.ast(function.file) else { return true };
        let path = ast.path(entry.hop.at);
        let inside =
            path.iter().rposition(|node| node.range().contains_range(block.range) && node.range() != block.range);
        let path = &path[inside.map_or(0, |index| index + 1)..];
        let is_generator =
            |id: &FnId| self.resolver.types.world().function(*id).is_some_and(|function| function.is_generator);
        let mut callees = self.ground.callees_at(&entry.hop);
        let makes_lazy = |finding: &usize| {
            let site = &self.ground.analysis.findings[*finding].site;
            self.api(*finding).lazy && self.is_gone_through_later(&entry.hop, site)
        };
        let is_lazy = entry.findings.iter().any(makes_lazy) || callees.any(is_generator);
        let is_in_generator = path.iter().any(|node| matches!(node, AnyNodeRef::ExprGenerator(_)));
        let is_loop = entry.hop.via == Via::Implicit && block.form == Form::Expression && entry.hop.at == block.range;
        (is_lazy || is_in_generator || is_loop) && !self.is_consumed(function, path, is_lazy)
    }

    /// Whether what a site makes, which is gone through piece by piece, comes out of the function that makes it, or of the hop.
    pub(super) fn is_gone_through_later(&self, hop: &Hop, site: &Site) -> bool {
        let Some(ast) = self.resolver.types.ast(site.file) else { return true };
        let is_hop = site.function == hop.function && site.range == hop.at;
        is_hop || !self.is_consumed(site.function, &ast.path(site.range), true)
    }

    /// Whether something on the way up from the end of `path` goes through what is made there.
    fn is_consumed(&self, function: FnId, path: &[AnyNodeRef<'_>], is_lazy: bool) -> bool {
        self.is_consumed_within(function, path, is_lazy, DEPTH)
    }

    fn is_consumed_within(&self, function: FnId, path: &[AnyNodeRef<'_>], mut is_lazy: bool, depth: usize) -> bool {
        let mut inner: Option<TextRange> = None;
        for node in path.iter().rev() {
            let from = |part: TextRange| inner.is_some_and(|inner| part.contains_range(inner));
            match node {
                AnyNodeRef::ExprGenerator(_) => is_lazy = true,
                AnyNodeRef::ExprListComp(_) | AnyNodeRef::ExprSetComp(_) | AnyNodeRef::ExprDictComp(_) if is_lazy => {
                    let generators = match node {
                        AnyNodeRef::ExprListComp(comp) => &comp.generators,
                        AnyNodeRef::ExprSetComp(comp) => &comp.generators,
                        AnyNodeRef::ExprDictComp(comp) => &comp.generators,
                        _ => return false,
                    };
                    return generators.iter().any(|generator| from(generator.iter.range()));
                }
                AnyNodeRef::StmtFor(for_) if is_lazy => return from(for_.iter.range()),
                AnyNodeRef::StmtAssign(assign) if is_lazy && depth > 0 => {
                    let [Expr::Name(name)] = &assign.targets[..] else { return false };
                    let within = path.first().map_or(assign.range(), Ranged::range);
                    return self.is_consumed_by_name(function, &name.id, within, depth - 1);
                }
                AnyNodeRef::ExprStarred(_) if is_lazy => return true,
                AnyNodeRef::ExprCompare(compare) if is_lazy => {
                    return compare.comparators.iter().any(|part| from(part.range()));
                }
                AnyNodeRef::ExprCall(call)
                    if is_lazy && from(call.arguments.range()) && self.goes_through(function, call) =>
                {
                    return true;
                }
                _ => {}
            }
            // What it iterates over is known by its own range.
            if !matches!(node, AnyNodeRef::Comprehension(_)) {
                inner = Some(node.range());
            }
        }
        !is_lazy
    }

    /// Whether all that is done with a local variable, within a part of the function, goes through what it holds.
    fn is_consumed_by_name(&self, function: FnId, name: &Name, within: TextRange, depth: usize) -> bool {
        let Some(ast) = self.resolver.types.ast(function.file) else { return false };
        let facts = self.resolver.types.facts(function.file);
        let is_inside = |index: u32| facts.functions.get(index as usize).is_some_and(|f| f.parent == function.index);
        let loads = facts.loads.iter().filter(|load| load.name == *name && !load.attribute);
        let mut own = loads.filter(|load| load.function == function.index || is_inside(load.function)).peekable();
        own.peek().is_some()
            && own.all(|load| {
                load.function == function.index
                    && within.contains_range(load.range)
                    && self.is_consumed_within(function, &ast.path(load.range), true, depth)
            })
    }

    /// Whether a call goes through what it is given before it returns.
    fn goes_through(&self, function: FnId, call: &ast::ExprCall) -> bool {
        let targets = self.survey.targets(function.file, call);
        let is_consumer = targets.iter().flat_map(|target| &target.names).any(|name| {
            let name = name.strip_prefix("builtins.");
            name.is_some_and(|name| {
                CONSUMERS.contains(&name.trim_end_matches(".__init__").trim_end_matches(".__new__"))
            })
        });
        is_consumer || self.is_plain_data(function, &Expr::Call(call.clone()))
    }

    /// Whether a value holds nothing that is yet to be gone through.
    fn is_plain_data(&self, function: FnId, value: &Expr) -> bool {
        if value.is_literal_expr() || value.is_f_string_expr() {
            return true;
        }
        if self.resolver.types.literal(function.file, value).is_some() {
            return true;
        }
        let shapes = self.resolver.types.shapes(function.file, value);
        !shapes.is_empty()
            && shapes.iter().all(|shape| match shape {
                Shape::Instance(class) => {
                    let name = self.resolver.types.class_name(*class);
                    let plain = [
                        "str",
                        "bytes",
                        "int",
                        "float",
                        "bool",
                        "complex",
                        "list",
                        "tuple",
                        "set",
                        "frozenset",
                        "dict",
                    ];
                    name.strip_prefix("builtins.").is_some_and(|name| plain.contains(&name))
                }
                _ => false,
            })
    }

    /// Whether nothing that is yet to be gone through comes out of the block.
    fn must_stay(&self, function: FnId, coroutine: &Coroutine<'_>, block: &Block) -> Result<(), String> {
        let reason = || Err("it returns at once and blocks later, while its result is gone through".to_owned());
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
        if api.thread <= Threading::Needless {
            return Ok(());
        }
        let is_private = if site.function != function {
            let roots = region.functions.iter().filter(|(id, _)| *id == site.function);
            self.is_lock_in_with(api, site.form)
                || match api.thread {
                    Threading::Never => {
                        ownership::is_private(self.survey, site, &Roots::default())
                            && ownership::stays(self.resolver, site)
                    }
                    _ => roots.clone().all(|(_, roots)| ownership::is_private(self.survey, site, roots)),
                }
        } else {
            self.is_lock_in_with(api, site.form)
                || ownership::is_private(self.survey, site, &Roots::default())
                    && self.stays_inside(function, coroutine, block, site.range)
        };
        let reason = || api.reason.clone().unwrap_or_else(|| "it must stay on the thread that it is on".to_owned());
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
