//! The code that would run in a thread: whether it may, and what it shares with the tasks of the loop.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::asked;
use super::breaks::{Breaks, Side};
use super::collect::root_in;
use super::follow::{Follow, STOPS, raises_stop_iteration};
use super::memo::Survey;
use super::outline::{Call, Outline};
use super::spawned;
use super::touch::{Body, Kind, Passed, Root, Roots, Touch};
use crate::analysis::{FnId, Lookup};
use crate::project::facts::{CallForm, Facts, Fallback, Function, MODULE, Parameter, ParameterKind};
use crate::project::{Ast, FileId, Shape, goes_round};

/// A call that runs more functions of the program than this cannot be checked.
const MOST_FUNCTIONS: usize = 150;
/// How many sets of what its parameters stand for are told apart of a function; behind that, they count as one.
const MOST_WAYS: usize = 8;

/// A function that is called, with what its parameters stand for.
pub(super) type Start = (FnId, Arc<Roots>);

/// What is touched, each place once a kind, in order.
pub(super) type Touched = Vec<(String, Kind)>;

/// What a call runs, seen from the function that makes the call.
#[derive(Debug, Default)]
pub(super) struct Region {
    /// The places are those of the caller. Repetitions are left out, save that two writes are always two.
    pub touches: Touched,
    /// Each function that runs, with what its parameters stand for.
    pub functions: Vec<Start>,
}

/// What runs when each of `starts` is called; the reason if it cannot run in a thread.
pub(super) fn explore(survey: Survey<'_>, starts: &[Start]) -> Result<Region, String> {
    let mut explorer = Explorer::new(survey, starts, true);
    let mut region = Region::default();
    while let Some((id, roots)) = explorer.next() {
        if explorer.seen.len() > MOST_FUNCTIONS {
            return Err("it runs too many functions to tell what they share with the loop".to_owned());
        }
        let ast = survey.resolver.types.ast(id.file);
        if ast.is_some_and(|ast| raises_stop_iteration(survey, id, &ast)) {
            return Err(STOPS.to_owned());
        }
        let outline = survey.outline(id);
        if let Some((_, reason)) = outline.bound.first() {
            return Err(reason.clone());
        }
        for (_, call) in outline.calls_in_order() {
            if let Some(reason) = &survey.follow(id, call).obstacle {
                return Err(reason.clone());
            }
        }
        explorer.function(id, &outline, &roots);
        explorer.implicit(id, &outline, &roots);
        region.functions.push((id, roots));
    }
    region.touches = explorer.touches;
    Ok(region)
}

/// What is touched when each of `starts` is called.
pub(super) fn touched(survey: Survey<'_>, starts: &[Start]) -> Touched {
    Explorer::new(survey, starts, false).explore()
}

/// The same, but for what methods of the program do that libraries call on the way.
pub(super) fn touched_unobserved(survey: Survey<'_>, starts: &[Start]) -> Touched {
    let mut explorer = Explorer::new(survey, starts, false);
    explorer.observes = false;
    explorer.explore()
}

/// What functions touch themselves when each of `starts` is called, and those do that they call, as far as some levels below.
pub(super) fn touched_near(
    survey: Survey<'_>,
    starts: &[Start],
    side: Option<(&Breaks, Side)>,
    levels: usize,
) -> Touched {
    let mut explorer = Explorer::new(survey, starts, false);
    explorer.side = side;
    explorer.levels = levels;
    explorer.explore()
}

/// What is touched on one side of the awaits when each of `starts` is called.
pub(super) fn touched_on(survey: Survey<'_>, starts: &[Start], breaks: &Breaks, side: Side) -> Touched {
    let mut explorer = Explorer::new(survey, starts, false);
    explorer.side = Some((breaks, side));
    explorer.explore()
}

/// What a function, or one that it calls, changes of what all tasks have, with the reason why that is so.
pub(super) fn shared_by_all(survey: Survey<'_>, function: FnId) -> Option<String> {
    let catalogue = survey.resolver.catalogue();
    let mut open = vec![function];
    let mut seen = FxHashSet::from_iter([function]);
    while let Some(id) = open.pop() {
        let outline = survey.outline(id);
        if let Some(reason) = &outline.shared {
            return Some(reason.clone());
        }
        for (_, call) in outline.calls_in_order() {
            let follow = survey.follow(id, call);
            let mut names = follow.targets.iter().flat_map(|target| &target.names);
            if let Some((name, reason)) = names.find_map(|name| {
                Some((name, catalogue.bound(name, survey.terms.minimum).filter(|_| catalogue.is_shared(name))?))
            }) {
                return Some(format!("`{name}` {reason}"));
            }
            let callees = follow.callees.iter().copied();
            open.extend(callees.filter(|callee| seen.len() < MOST_FUNCTIONS && seen.insert(*callee)));
        }
    }
    None
}

struct Explorer<'a> {
    survey: Survey<'a>,
    /// Only what is touched on one side of awaits counts.
    side: Option<(&'a Breaks, Side)>,
    /// What is touched under a thread lock is no other thread's business.
    is_for_thread: bool,
    /// What methods of the program read that libraries call on the way counts.
    observes: bool,
    open: Vec<Start>,
    /// How many levels of calls are followed.
    levels: usize,
    seen: FxHashSet<Start>,
    /// How often each function was met, and all that its parameters stood for.
    met: FxHashMap<FnId, (usize, Arc<Roots>)>,
    /// Functions that are called in loops.
    repeated: FxHashSet<Start>,
    touches: Touched,
    known: FxHashSet<(String, Kind)>,
    writes: usize,
}

impl<'a> Explorer<'a> {
    /// Goes through all that is called, as far as it is worth it.
    fn explore(mut self) -> Touched {
        let mut level = 0;
        while !self.open.is_empty() && level <= self.levels {
            // What is called here is one level further down.
            let mut below = Vec::new();
            while let Some((id, roots)) = self.next() {
                if self.seen.len() > MOST_FUNCTIONS {
                    return self.touches;
                }
                let known = self.open.len();
                let outline = self.survey.outline(id);
                self.function(id, &outline, &roots);
                self.implicit(id, &outline, &roots);
                if self.levels < usize::MAX {
                    below.extend(self.open.drain(known..));
                }
            }
            self.open = below;
            level += 1;
        }
        self.touches
    }

    fn new(survey: Survey<'a>, starts: &[Start], is_for_thread: bool) -> Self {
        Self {
            survey,
            side: None,
            is_for_thread,
            observes: true,
            open: starts.to_vec(),
            levels: usize::MAX,
            seen: FxHashSet::default(),
            met: FxHashMap::default(),
            repeated: FxHashSet::default(),
            touches: Vec::new(),
            known: FxHashSet::default(),
            writes: 0,
        }
    }

    /// The next function that was not looked at with the same roots.
    fn next(&mut self) -> Option<Start> {
        while let Some(start) = self.open.pop() {
            if self.seen.contains(&start) {
                continue;
            }
            let is_repeated = self.repeated.contains(&start);
            let start = self.widened(start);
            if is_repeated && self.repeated.insert(start.clone()) {
                self.seen.remove(&start);
            }
            if self.seen.insert(start.clone()) {
                return Some(start);
            }
        }
        None
    }

    /// A function that was met often, with all that its parameters have stood for: functions that call each other end at some time.
    fn widened(&mut self, (id, roots): Start) -> Start {
        let (times, all) = self.met.entry(id).or_insert_with(|| (0, Arc::clone(&roots)));
        let is_alike = all.keys().eq(roots.keys());
        if is_alike && *all != roots {
            let union = all.iter().map(|(name, root)| {
                let other = roots.get(name).cloned().unwrap_or_default();
                (name.clone(), other.or(root).outermost())
            });
            *all = Arc::new(union.collect());
        }
        *times += 1;
        if is_alike && *times > MOST_WAYS { (id, Arc::clone(all)) } else { (id, roots) }
    }

    fn touch(&mut self, place: String, kind: Kind) {
        self.writes += usize::from(kind.is_write());
        let is_needed = kind.is_write() && self.writes <= 2;
        let touch = (place, kind);
        if self.known.contains(&touch) {
            if is_needed {
                self.touches.push(touch);
            }
            return;
        }
        self.known.insert(touch.clone());
        self.touches.push(touch);
    }

    fn function(&mut self, id: FnId, outline: &Outline, roots: &Arc<Roots>) {
        let Body { touches, calls } = outline.body(roots);
        let is_for_thread = self.is_for_thread;
        let side = self.side;
        let is_on_side = |range| side.is_none_or(|(breaks, side)| breaks.is_on(side, id, range));
        let captured = outline.captured(roots);
        // What a method changes, it changes when its arguments are there.
        let at = |touch: &Touch| match touch.kind {
            Kind::Mutate | Kind::Act => TextRange::empty(touch.range.end()),
            _ => touch.range,
        };
        let is_touched_on_side = |touch: &Touch| match (touch.kind, side) {
            (Kind::Write, Some((breaks, side))) => breaks.is_bound_on(side, id, touch.range),
            _ => is_on_side(at(touch)),
        };
        let counts = |touch: &Touch| !(is_for_thread && touch.is_locked) && is_touched_on_side(touch);
        let is_repeated = self.repeated.contains(&(id, Arc::clone(roots)));
        let types = &self.survey.resolver.types;
        let body = types.world().function(id).map(|own| own.range).zip(types.ast(id.file)).filter(|_| is_for_thread);
        let is_in_loop =
            |at: TextRange| body.as_ref().is_some_and(|(whole, ast)| is_repeated || stands_in_loop(ast, *whole, at));
        for Touch { place, kind, range, .. } in touches.into_iter().filter(counts) {
            // Each round writes: others see what is in between.
            if is_change(kind) && is_in_loop(range) {
                self.touch(place.clone(), kind);
            }
            self.touch(place, kind);
        }
        let implied = outline.implied(self.survey, roots, |implied| is_on_side(implied.range));
        self.open.extend(implied.into_iter().map(|(_, start)| start));
        for (index, call) in outline.calls_in_order() {
            let follow = self.survey.follow(id, call);
            let is_split = side.is_some_and(|(breaks, side)| {
                !side.is_outer() && follow.callees.iter().any(|callee| breaks.has(*callee))
            });
            if !is_split && !is_on_side(call.range) {
                continue;
            }
            if let Some(passed) = calls.get(index) {
                let known = self.open.len();
                self.call(id, call, passed, &follow, &captured);
                self.callbacks(id, (call, passed), outline, &follow, (roots, &captured));
                if is_in_loop(call.range) {
                    self.repeat(known);
                }
            }
        }
    }

    /// Notes that the functions which are still to be looked at, but for the first ones, are called in a loop.
    fn repeat(&mut self, first: usize) {
        for start in self.open.iter().skip(first) {
            if self.repeated.insert(start.clone()) {
                self.seen.remove(start);
            }
        }
    }

    /// Properties, operators and the like that run functions on the way to a site.
    fn implicit(&mut self, id: FnId, outline: &Outline, roots: &Roots) {
        for (at, callees) in self.survey.callees.get(&id).into_iter().flatten() {
            // A call says itself what it runs, unless that is only known by its name: `getattr(self, f"do_{name}")`.
            if outline.call_at(*at).is_some_and(|(_, call)| {
                let follow = self.survey.follow(id, call);
                !follow.callees.is_empty() || !follow.callbacks.is_empty() || !follow.held.is_empty()
            }) {
                continue;
            }
            for callee in callees {
                let facts = self.survey.resolver.types.facts(callee.file);
                if function(&facts, *callee).is_some_and(|function| !function.is_async) {
                    self.open.push(implicit_start(self.survey, id, *at, *callee, roots));
                }
            }
        }
    }

    fn call(&mut self, id: FnId, call: &Call, passed: &Passed, follow: &Follow, roots: &Roots) {
        self.open.extend(starts_of(self.survey, call, passed, follow, roots));
        if self.side.is_some_and(|(_, side)| side.is_outer()) && await_around(self.survey, id, call.range).is_some() {
            self.open.extend(awaited_starts(self.survey, call, passed, follow, roots));
        }
        if self.observes {
            self.survey.observed(follow).into_iter().for_each(|place| self.touch(place, Kind::Read));
        }
        if self.survey.goes_through(id, call.range, follow) {
            // A library goes through what it is given.
            let is_safe = |place: &str| self.is_for_thread && call.is_locked && is_kept_under_lock(self.survey, place);
            let places: Vec<&String> = passed.places().filter(|place| !is_safe(place)).collect();
            for place in places {
                self.touch(place.clone(), Kind::Scan);
            }
        }
    }

    /// A function that is passed on may be called in the thread.
    fn callbacks(
        &mut self,
        id: FnId,
        (call, passed): (&Call, &Passed),
        outline: &Outline,
        follow: &Follow,
        (roots, captured): (&Arc<Roots>, &Arc<Roots>),
    ) {
        let passed_on = spawned::starts(self.survey, id, (call, passed), outline, follow, (roots, captured));
        self.open.extend(passed_on);
        let world = self.survey.resolver.types.world();
        let asked = follow.asked.iter().filter_map(|asked| asked::start(self.survey, id, *asked, roots));
        self.open.extend(asked);
        let held = follow.held.iter().filter(|id| world.function(**id).is_some_and(|function| !function.is_async));
        self.open.extend(held.map(|id| (*id, Arc::new(roots_alone(self.survey, *id)))));
    }
}

/// Whether a loop, or a comprehension, within a part of a function may run what stands at a place more than once.
pub(super) fn stands_in_loop(ast: &Ast, within: TextRange, at: TextRange) -> bool {
    let path = ast.path(at);
    let start = path.iter().rposition(|node| node.is_stmt_function_def() || node.is_expr_lambda());
    let inner = &path[start.map_or(0, |index| index + 1)..];
    inner.iter().filter(|node| within.contains_range(node.range())).any(|node| match node {
        AnyNodeRef::StmtFor(for_) => for_.body.iter().any(|stmt| stmt.range().contains_range(at)),
        node => goes_round(*node),
    })
}

/// Whether something is changed that others see change, and that more than one change leaves half done.
pub(super) fn is_change(kind: Kind) -> bool {
    kind.is_counted_on() && kind != Kind::Leave
}

/// The functions of the program that a call runs, with what their parameters stand for.
pub(super) fn starts_of(
    survey: Survey<'_>,
    call: &Call,
    passed: &Passed,
    follow: &Follow,
    outer: &Roots,
) -> Vec<Start> {
    let is_plain = |id: FnId| survey.resolver.types.world().function(id).is_some_and(|function| !function.is_async);
    let start = |id: FnId, passed: &Passed, outer: &Roots| start(survey, id, call, passed, outer);
    let callees = follow.callees.iter().filter(|id| is_plain(**id));
    let mut starts: Vec<Start> = callees.filter_map(|id| start(*id, passed, outer)).collect();
    for (wrapper, is_method) in follow.wrappers.iter().filter(|(id, _)| is_plain(*id)) {
        let mut given = passed.clone();
        let object = given.receiver.take().filter(|_| *is_method);
        given.positional.splice(0..0, object);
        starts.extend(start(*wrapper, &given, &Roots::default()));
    }
    starts
}

/// The coroutine functions of the program that a call runs whose result is awaited.
pub(super) fn awaited_starts(
    survey: Survey<'_>,
    call: &Call,
    passed: &Passed,
    follow: &Follow,
    outer: &Roots,
) -> Vec<Start> {
    let world = survey.resolver.types.world();
    let is_async =
        |id: &&FnId| world.function(**id).is_some_and(|function| function.is_async && !function.is_generator);
    let callees = follow.callees.iter().filter(is_async);
    callees.filter_map(|id| start(survey, *id, call, passed, outer)).collect()
}

/// A function that a call runs, with what its parameters stand for.
fn start(survey: Survey<'_>, id: FnId, call: &Call, passed: &Passed, outer: &Roots) -> Option<Start> {
    let facts = survey.resolver.types.facts(id.file);
    Some((id, Arc::new(roots_of(function(&facts, id)?, call, passed, outer))))
}

/// The `await` of what a call gives, where it is awaited at once.
pub(super) fn await_around(survey: Survey<'_>, function: FnId, call: TextRange) -> Option<TextRange> {
    let ast = survey.resolver.types.ast(function.file)?;
    let path = ast.path(call);
    path.iter().rev().find(|node| node.range() != call).filter(|node| node.is_expr_await()).map(Ranged::range)
}

/// Whether a function, or one that it calls, changes what others have.
pub(super) fn changes_something(survey: Survey<'_>, id: FnId) -> bool {
    let changes =
        |id: FnId, roots: &Roots| survey.outline(id).body(roots).touches.iter().any(|touch| touch.kind.is_write());
    let roots = roots_alone(survey, id);
    let outline = survey.outline(id);
    let body = outline.body(&roots);
    let callees = || {
        outline
            .calls_in_order()
            .filter_map(|(index, call)| body.calls.get(index).map(|passed| (call, passed)))
            .flat_map(|(call, passed)| {
                let targets = call_targets(survey, id, call);
                targets.into_iter().filter_map(|callee| {
                    let facts = survey.resolver.types.facts(callee.file);
                    Some((callee, roots_of(function(&facts, callee)?, call, passed, &roots)))
                })
            })
    };
    changes(id, &roots) || callees().any(|(callee, roots)| changes(callee, &roots))
}

/// The functions of the program that a call is of.
fn call_targets(survey: Survey<'_>, id: FnId, call: &Call) -> Vec<FnId> {
    let (types, world) = (&survey.resolver.types, survey.resolver.types.world());
    let ast = types.ast(id.file);
    let targets = ast.as_ref().and_then(|ast| ast.call(call.range)).map(|node| survey.targets(id.file, node));
    let functions =
        targets.iter().flat_map(|targets| targets.iter()).filter_map(|target| world.fn_of(target.function?));
    functions.filter(|callee| world.is_own(callee.file)).collect()
}

/// What the parameters of a function stand for of which it is not known what it is given: `*args` is a tuple of its own, and what a class
/// that is called by another name makes is new.
pub(super) fn roots_alone(survey: Survey<'_>, id: FnId) -> Roots {
    let facts = survey.resolver.types.facts(id.file);
    let Some(function) = function(&facts, id) else { return Roots::default() };
    let is_several = |kind| matches!(kind, ParameterKind::Variadic | ParameterKind::Keywords);
    let several = function.parameters.iter().filter(|parameter| is_several(parameter.kind));
    let made = function.parameters.first().filter(|_| function.class.is_some() && sets_up(function));
    several
        .map(|parameter| (parameter.name.clone(), Root::shared(parameter.name.as_str()).held()))
        .chain(made.map(|made| (made.name.clone(), Root::default())))
        .collect()
}

/// Whether Python calls a method for a new object, to set that up.
fn sets_up(function: &Function) -> bool {
    matches!(function.name.as_str(), "__init__" | "__post_init__")
}

/// What names stand for in a function inside another one that gives it to others.
pub(super) fn inner_roots(function: &Function, captured: &Roots) -> Roots {
    let is_own = |name: &Name| function.parameters.iter().any(|parameter| parameter.name == *name);
    captured.iter().filter(|(name, _)| !is_own(name)).map(|(name, root)| (name.clone(), root.clone())).collect()
}

/// A function that an expression calls on its way, with what its `self` stands for there.
pub(super) fn implicit_start(survey: Survey<'_>, caller: FnId, at: TextRange, callee: FnId, roots: &Roots) -> Start {
    let outline = survey.outline(caller);
    let known =
        outline.implied(survey, roots, |implied| implied.function == callee && at.contains_range(implied.range));
    if let Some((_, start)) = known.into_iter().next() {
        return start;
    }
    let types = &survey.resolver.types;
    let facts = types.facts(callee.file);
    let (Some(ast), Some(called)) = (types.ast(caller.file), function(&facts, callee)) else {
        return (callee, Arc::default());
    };
    let receiver = match ast.expression(at) {
        Some(Expr::Attribute(attribute)) if called.is_property || attribute.attr.id == called.name => {
            Some(&*attribute.value)
        }
        Some(Expr::Subscript(subscript)) if called.name.ends_with("item__") => Some(&*subscript.value),
        // A method of a library calls another one of the same object.
        Some(Expr::Call(call)) if has_method(survey, caller.file, call, callee, called) => {
            call.func.as_attribute_expr().map(|method| &*method.value)
        }
        Some(expr)
            if matches!(called.name.as_str(), "__iter__" | "__next__" | "__enter__" | "__exit__" | "__len__") =>
        {
            Some(expr)
        }
        None => assigned(&ast, at).filter(|target| target.attr.id == called.name).map(|target| &*target.value),
        _ => None,
    };
    let (Some(receiver), Some(own), Some(_)) = (receiver, called.parameters.first(), called.class) else {
        return (callee, Arc::default());
    };
    let root = root_in(survey, &ast, caller, roots, receiver);
    (callee, Arc::new(Roots::from([(own.name.clone(), root)])))
}

/// Whether a call is of a method of an object whose class in the program has this function.
fn has_method(survey: Survey<'_>, file: FileId, call: &ExprCall, callee: FnId, function: &Function) -> bool {
    let types = &survey.resolver.types;
    let Expr::Attribute(method) = &*call.func else { return false };
    let is_its_own = |shape: &Shape| match shape {
        Shape::Instance(class) => {
            let member = types.member(*class, &function.name);
            member.and_then(|target| types.world().fn_of(target.function?)) == Some(callee)
        }
        _ => false,
    };
    survey.resolver.shapes(file, &method.value).iter().any(is_its_own)
}

/// The attribute that the statement at `at` assigns to.
fn assigned(ast: &Ast, at: TextRange) -> Option<&ruff_python_ast::ExprAttribute> {
    let target = ast.path(at).into_iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtAssign(assign) if assign.range() == at => assign.targets.first(),
        AnyNodeRef::StmtAugAssign(assign) if assign.range() == at => Some(&*assign.target),
        AnyNodeRef::StmtAnnAssign(assign) if assign.range() == at => Some(&*assign.target),
        _ => None,
    });
    target?.as_attribute_expr()
}

/// Whether all that the program does with an attribute, after its object is made, it does under a thread lock of the same object.
fn is_kept_under_lock(survey: Survey<'_>, place: &str) -> bool {
    let Some((_, attribute)) = place.rsplit_once('.') else { return false };
    let (resolver, world, index) = (survey.resolver, survey.resolver.types.world(), survey.resolver.index());
    let catalogue = resolver.catalogue();
    let is_used_safely = |file: FileId, function: u32, at: TextRange, object: Option<&Name>| {
        let own = world.function(FnId { file, index: function });
        if own.is_some_and(|own| own.name == "__init__") {
            return true;
        }
        let Some(ast) = resolver.types.ast(file) else { return false };
        let is_lock = |manager: &Expr| {
            let of = manager.as_attribute_expr().and_then(|lock| lock.value.as_name_expr());
            (object.is_none() || of.is_some_and(|of| Some(&of.id) == object))
                && resolver.may_be_instance(file, manager, |class| catalogue.is_lock(class))
        };
        ast.path(at).iter().any(|node| match node {
            AnyNodeRef::StmtWith(with) if !with.is_async => {
                with.items.iter().any(|item| !item.range().contains_range(at) && is_lock(&item.context_expr))
            }
            _ => false,
        })
    };
    let loads = index.loads(attribute).iter().all(|posting| {
        let (Some(load), Some(ast)) = (world.load_at(*posting), resolver.types.ast(posting.0)) else { return false };
        if !load.attribute {
            return true;
        }
        let object = ast.expression(load.range).and_then(|expr| expr.as_attribute_expr()?.value.as_name_expr());
        object.is_some_and(|object| is_used_safely(posting.0, load.function, load.range, Some(&object.id)))
    });
    loads
        && index.bindings_to(attribute).iter().all(|posting| {
            let facts = world.facts(posting.0);
            let binding = facts.bindings.get(posting.1 as usize);
            binding.is_some_and(|binding| is_used_safely(posting.0, binding.function, binding.value, None))
        })
}

/// Whether something goes through the value of an expression.
pub(super) fn is_iterated(survey: Survey<'_>, function: FnId, at: TextRange) -> bool {
    let facts = survey.resolver.types.facts(function.file);
    facts.calls.iter().any(|call| call.range == at && call.form == CallForm::Iterate)
}

pub(super) fn function(facts: &Facts, id: FnId) -> Option<&Function> {
    facts.functions.get(id.index as usize)
}

/// What the parameters of a callee stand for, from what the call passes.
pub(super) fn roots_of(function: &Function, call: &Call, passed: &Passed, outer: &Roots) -> Roots {
    let mut roots = if function.parent == MODULE { Roots::default() } else { outer.clone() };
    if function.receivers() > 0
        && let Some(first) = function.parameters.first()
    {
        let root = if function.name.as_str() == "__new__" {
            // All instances have their class.
            Root::shared("cls")
        } else if sets_up(function) && !call.is_super {
            Root::default()
        } else if function.name.as_str() == "__call__" && !call.is_super {
            passed.called.clone().unwrap_or_else(|| Root::shared("self"))
        } else {
            // A bound method that a variable holds brings its object along, and that may be anybody's.
            passed.receiver.clone().unwrap_or_else(|| Root::shared("self"))
        };
        roots.insert(first.name.clone(), root);
    }
    let offset = function.receivers();
    let of_others = |kind: ParameterKind| function.parameters.iter().find(|one| one.kind == kind).map(|one| &one.name);
    for (position, root) in passed.positional.iter().enumerate() {
        let at_position =
            function.parameters.get(position + offset).filter(|one| one.kind == ParameterKind::Positional);
        match at_position {
            Some(parameter) => share(&mut roots, &parameter.name, root.clone()),
            None => of_others(ParameterKind::Variadic)
                .into_iter()
                .for_each(|name| share(&mut roots, name, root.clone().held())),
        }
    }
    for (name, root) in &passed.keywords {
        let is_one = function.parameter(name).is_some_and(|(_, one)| one.kind != ParameterKind::Keywords);
        match is_one {
            true => share(&mut roots, name, root.clone()),
            false => of_others(ParameterKind::Keywords)
                .into_iter()
                .for_each(|name| share(&mut roots, name, root.clone().held())),
        }
    }
    for parameter in function.parameters.iter().skip(offset) {
        let name = &parameter.name;
        if !roots.contains_key(name) {
            let spread = match parameter.kind {
                ParameterKind::Variadic | ParameterKind::Keywords => passed.spread.clone().held(),
                ParameterKind::Positional | ParameterKind::KeywordOnly => passed.spread.clone(),
            };
            roots.insert(name.clone(), spread.or(&of_default(function, parameter)));
        }
    }
    roots
}

/// Notes what a parameter stands for.
fn share(roots: &mut Roots, name: &Name, root: Root) {
    let known = roots.remove(name).unwrap_or_default();
    roots.insert(name.clone(), known.or(&root));
}

/// What a parameter stands for where its default is used.
pub(super) fn of_default(function: &Function, parameter: &Parameter) -> Root {
    match &parameter.default {
        Fallback::Plain => Root::default(),
        Fallback::Named(name) => Root::shared(name.to_string()),
        Fallback::Kept => Root::shared(format!("{}.{}", function.name, parameter.name)),
    }
}
