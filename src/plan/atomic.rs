//! Whether an `await` would split code that other tasks count on running in one go.
//!
//! Between two awaits a coroutine is alone on its loop. A new await lets other tasks run, so what was read before it may no
//! longer hold after it. Places that are read on one side and written on the other make the difference.

mod above;
mod alias;
mod clash;
mod conditions;
mod ends;
mod pauses;
mod rounds;
mod set_up;
mod shown;
mod tested;
mod tries;
mod ways;

use std::collections::BTreeSet;

use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

pub(super) use above::{Frame, Sides, are_at_an_end, torn_above};
pub(super) use alias::Alias;
pub(super) use clash::Clash;
use clash::{Order, affects, is_part, lost, overtaken, overwritten, torn};
pub(super) use ends::Ends;
pub(super) use pauses::{Pauses, awaits, pauses, runs_through};
pub(super) use set_up::set_up;

use super::Hoist;
use super::asked;
use super::breaks::{Breaks, Called, Side};
use super::memo::Survey;
use super::observed::is_outside;
use super::outline::Call;
use super::region::{self, Start, Touched};
use super::snapshot;
use super::touch::{Kind, Passed, Roots, Touch};
use crate::analysis::{FnId, Lookup, Resolver};
use crate::project::Ast;

/// What gives the loop back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// A call; its arguments run with what is before it.
    Call,
    /// A block: what is in it runs neither with what is before it nor with what is after it.
    Block,
    /// The same, where all that works on places of these names takes turns with it.
    Turn(&'a BTreeSet<String>),
    /// A call in a value that is worked out before the rest of its statement.
    Hoisted(&'a Hoist),
}

impl Part<'_> {
    fn is_block(self) -> bool {
        matches!(self, Self::Block | Self::Turn(_))
    }

    /// Whether nobody else works on a place while what is in a block does.
    fn keeps(self, place: &str) -> bool {
        matches!(self, Self::Turn(names) if names.contains(last_of(place)))
    }

    /// Whether a touch before the call is put off until after it.
    fn puts_off(self, touch: &Touch) -> bool {
        match self {
            Self::Hoisted(hoist) => {
                hoist.statement.contains_range(touch.range) && !hoist.value.contains_range(touch.range)
            }
            Self::Call | Self::Block | Self::Turn(_) => false,
        }
    }
}

/// Why a new await at `call` could change what the coroutine computes, if so.
pub(super) fn split(
    survey: Survey<'_>,
    function: FnId,
    call: TextRange,
    part: Part<'_>,
    breaks: Option<&Breaks>,
) -> Option<String> {
    let resolver = survey.resolver;
    let ast = resolver.types.ast(function.file)?;
    if is_guarded(resolver, function, &ast, call) {
        return None;
    }
    let touches = touches(survey, function, call);
    let is_kept = |place: &str, parts: [TextRange; 2]| survey.locks.keep(function, place, parts);
    let called = breaks.map(|breaks| called(survey, function, call, breaks)).unwrap_or_default();
    let pauses = Pauses::all(survey, function, &ast, call, call);
    let path = ast.path(call);
    let separated = |from: TextSize, to: TextSize| pauses.are_apart(from, to);
    let first = gone_through_first(&path, call);
    let is_first = |touch: &Touch| first.is_some_and(|value| value.contains_range(touch.range));
    let before: Vec<&Touch> = touches
        .iter()
        .filter(|touch| {
            let is_before = comes_before(touch, call) && !separated(touch.range.start(), call.start());
            is_first(touch) || is_before || !part.is_block() && is_argument(touch, call)
        })
        .filter(|touch| !part.puts_off(touch) && !shown::is_only_shown(survey, function, &ast, touch))
        .collect();
    let is_inside = |touch: &Touch| part.is_block() && call.contains_range(touch.range);
    let after: Vec<&Touch> = touches
        .iter()
        .filter(|touch| !is_inside(touch))
        .filter(|touch| {
            // What is awaited begins at once: `await lock.acquire()`.
            let at = if touch.kind == Kind::Act { touch.range.start() } else { touch.range.end() };
            let follows = touch.range.end() >= call.end() && !separated(call.end(), at);
            part.puts_off(touch) || follows && !is_first(touch)
        })
        .collect();
    let inside: Vec<&Touch> = touches.iter().filter(|touch| is_inside(touch)).collect();
    let all_after: Vec<&Touch> = inside.iter().chain(&after).copied().collect();
    let conflict = |before: &[&Touch], after: &[&Touch]| {
        let clashes = torn(before, after, call);
        clashes.into_iter().find(|clash| !is_kept(&clash.place, [call, clash.range])).map(|clash| clash.reason())
    };
    let of_rounds = || {
        let clashes = rounds::torn(survey, function, &pauses, &touches).into_iter();
        let mut clashes = clashes.chain(tested::torn(survey, function, &pauses, &touches, part));
        clashes.find(|clash| !is_kept(&clash.place, [call, clash.range])).map(|clash| clash.reason())
    };
    let by_call = || {
        let clashes = through_call(&before, &called, &after);
        clashes.into_iter().find(|clash| !is_kept(&clash.place, [call, clash.range])).map(|clash| clash.reason())
    };
    conflict(&before, &all_after)
        .or_else(|| conflict(&inside, &after))
        .or_else(of_rounds)
        .or_else(by_call)
        .or_else(|| matches!(part, Part::Hoisted(_)).then(|| put_off(survey, function, call, part, &touches)).flatten())
        .or_else(|| snapshot::obstacle(survey, function, call))
        .or_else(|| set_up::disturbed(survey, function, &pauses))
}

/// Why a thread must not make a call: what it reads is written behind it, or what it writes is read there, or it works on what a test
/// before it has asked about, and other tasks could come in between.
pub(super) fn torn_by_thread(
    survey: Survey<'_>,
    function: FnId,
    call: TextRange,
    part: Part<'_>,
    touched: &Touched,
) -> Option<String> {
    let ast = survey.resolver.types.ast(function.file)?;
    let pauses = Pauses::of(survey, function, &ast, call)?;
    let is_near = |at: TextSize| !pauses.are_apart(call.end(), at);
    let tests = tested::looked_at(survey, function, &pauses, Part::Call);
    let is_needed = |range: TextRange, end: TextSize| {
        let places = [range.start(), end, range.end()];
        call.contains_range(range)
            || range.end() >= call.end() && places.into_iter().any(is_near)
            || tests.iter().any(|within| places.into_iter().any(|at| within.contains_inclusive(at)))
    };
    let own = touches_where(survey, function, call, is_needed);
    let is_left =
        |touch: &&Touch| (touch.kind == Kind::Leave || is_outside(&touch.place)) && call.contains_range(touch.range);
    let inside: Vec<Touch> = all_at(touched, call).chain(own.iter().filter(is_left).cloned()).collect();
    let is_behind = |touch: &&Touch| {
        let at = if touch.kind == Kind::Act { touch.range.start() } else { touch.range.end() };
        let is_inside = part.is_block() && call.contains_range(touch.range);
        !is_inside && touch.range.end() >= call.end() && !pauses.are_apart(call.end(), at)
    };
    let behind: Vec<&Touch> = own.iter().filter(is_behind).collect();
    let is_kept = |place: &str, range: TextRange| survey.locks.keep(function, place, [call, range]);
    let asked = || {
        let used = inside.iter().map(|touch| Touch { kind: Kind::Read, ..touch.clone() });
        let all: Vec<Touch> = own.iter().cloned().chain(used).collect();
        tested::torn(survey, function, &pauses, &all, Part::Call)
    };
    let of_call: Vec<&Touch> = inside.iter().collect();
    let of_call = lost(&of_call, &behind).chain(overwritten(&of_call, &behind));
    let mut clashes = of_call.chain(asked());
    clashes.find(|clash| !is_kept(&clash.place, clash.range)).map(|clash| clash.reason())
}

/// What clashes on the way through a call of functions which give the loop back.
fn through_call(before: &[&Touch], called: &Called, after: &[&Touch]) -> Vec<Clash> {
    let (early, late): (Vec<&Touch>, Vec<&Touch>) = (called.early.iter().collect(), called.late.iter().collect());
    let clashes = lost(before, &late).chain(lost(&early, after)).chain(overwritten(&early, after));
    clashes.chain(overtaken(before, &late)).collect()
}

/// What the comprehension around a call goes through, which is worked out once and before all else, although it stands behind.
fn gone_through_first(path: &[AnyNodeRef<'_>], call: TextRange) -> Option<TextRange> {
    let mut generators = path.iter().filter_map(|node| match node {
        AnyNodeRef::ExprListComp(comp) => Some(&comp.generators),
        AnyNodeRef::ExprSetComp(comp) => Some(&comp.generators),
        AnyNodeRef::ExprDictComp(comp) => Some(&comp.generators),
        _ => None,
    });
    generators.find_map(|generators| {
        let first = generators.first()?.iter.range();
        (!first.contains_range(call)).then_some(first)
    })
}

/// What a new await at a call would tear apart, whatever keeps other tasks out, where what is called gives the loop back at `breaks`.
pub(super) fn clashes(survey: Survey<'_>, function: FnId, call: TextRange, breaks: &Breaks) -> Vec<Clash> {
    let Some(ast) = survey.resolver.types.ast(function.file) else { return Vec::new() };
    if is_guarded(survey.resolver, function, &ast, call) {
        return Vec::new();
    }
    let pauses = Pauses::all(survey, function, &ast, call, call);
    let touches = touches(survey, function, call);
    let is_before = |touch: &&Touch| {
        let is_before = comes_before(touch, call) && !pauses.are_apart(touch.range.start(), call.start());
        (is_argument(touch, call) || is_before) && !shown::is_only_shown(survey, function, &ast, touch)
    };
    let is_after = |touch: &&Touch| touch.range.end() >= call.end() && !pauses.are_apart(call.end(), touch.range.end());
    let (before, after): (Vec<&Touch>, Vec<&Touch>) =
        (touches.iter().filter(is_before).collect(), touches.iter().filter(is_after).collect());
    let mut clashes = torn(&before, &after, call);
    clashes.extend(rounds::torn(survey, function, &pauses, &touches));
    clashes.extend(tested::torn(survey, function, &pauses, &touches, Part::Call));
    clashes.extend(through_call(&before, &called(survey, function, call, breaks), &after));
    clashes
}

/// Whether a touch is made before a part of a function: what a method changes, it changes when its arguments are there.
fn comes_before(touch: &Touch, part: TextRange) -> bool {
    match touch.kind {
        Kind::Mutate | Kind::Act | Kind::Leave => touch.range.end() <= part.start(),
        _ => touch.range.start() < part.start(),
    }
}

/// Whether a touch is made for the arguments of a call, which are worked out before it.
fn is_argument(touch: &Touch, call: TextRange) -> bool {
    call.contains_range(touch.range) && touch.range.end() < call.end()
}

/// What a new await in front of some statements would tear apart.
pub(super) fn entering(survey: Survey<'_>, function: FnId, statements: TextRange) -> Vec<Clash> {
    let Some(ast) = survey.resolver.types.ast(function.file) else { return Vec::new() };
    let at = TextRange::empty(statements.start());
    let pauses = Pauses::all(survey, function, &ast, at, statements);
    let touches = touches(survey, function, at);
    let is_before =
        |touch: &&Touch| touch.range.end() <= at.start() && !pauses.are_apart(touch.range.start(), at.start());
    let is_after =
        |touch: &&Touch| touch.range.start() >= at.start() && !pauses.are_apart(at.start(), touch.range.end());
    let (before, after): (Vec<&Touch>, Vec<&Touch>) =
        (touches.iter().filter(is_before).collect(), touches.iter().filter(is_after).collect());
    torn(&before, &after, at)
}

/// A place that the call writes and that was read before it, but would be read after it.
fn put_off(survey: Survey<'_>, function: FnId, call: TextRange, part: Part<'_>, touches: &[Touch]) -> Option<String> {
    let outline = survey.outline(function);
    let body = outline.body(&Roots::default());
    let (index, made) = outline.call_at(call)?;
    let starts = starts_of(survey, function, made, body.calls.get(index)?);
    let written = survey.touched(&starts);
    touches.iter().filter(|touch| part.puts_off(touch)).find_map(|touch| {
        let reads = touch.kind.is_read() || touch.kind == Kind::Augment;
        let (place, _) = written.iter().find(|(place, kind)| {
            let read = Touch { kind: Kind::Read, ..touch.clone() };
            reads && kind.is_write() && affects(place, &read)
        })?;
        Some(format!("`{place}` is read before the call, which writes it"))
    })
}

/// What the coroutine itself touches, and what the functions touch that it calls, as if in one place.
pub(super) fn touches(survey: Survey<'_>, function: FnId, except: TextRange) -> Vec<Touch> {
    touches_where(survey, function, except, |_, _| true)
}

/// The same, but of what the functions touch only that for which it is needed: of a call or what awaits it, and of where the call ends.
fn touches_where(
    survey: Survey<'_>,
    function: FnId,
    except: TextRange,
    is_needed: impl Fn(TextRange, TextSize) -> bool,
) -> Vec<Touch> {
    let is_needed = |call: TextRange| {
        let whole = region::await_around(survey, function, call).unwrap_or(call);
        call != except && is_needed(whole, call.end())
    };
    let roots = Roots::default();
    let outline = survey.outline(function);
    let body = outline.body(&roots);
    let mut touches = body.touches;
    let calls = body.calls;
    for (range, start) in outline.implied(survey, &roots, |implied| is_needed(implied.range)) {
        touches.extend(all_at(&survey.touched(&vec![start]), range));
    }
    for (index, call) in outline.calls_in_order() {
        let Some(passed) = calls.get(index).filter(|_| is_needed(call.range)) else { continue };
        touches.extend(at_ends(survey, function, call, passed));
        let observed = survey.observed(&survey.follow(function, call)).into_iter().map(|place| (place, Kind::Read));
        touches.extend(all_at(&observed.collect(), call.range));
        let starts = starts_of(survey, function, call, passed);
        if starts.is_empty() {
            continue;
        }
        // A function that both reads and writes a place does so in one go.
        touches.extend(all_at(&survey.touched(&starts), call.range));
    }
    alias::add(survey, function, &mut touches);
    touches
}

/// What a coroutine that a call makes touches in one go with who awaits it.
fn at_ends(survey: Survey<'_>, function: FnId, call: &Call, passed: &Passed) -> Vec<Touch> {
    let follow = survey.follow(function, call);
    let starts = region::awaited_starts(survey, call, passed, &follow, &Roots::default());
    if starts.is_empty() {
        return Vec::new();
    }
    let Some(awaited) = region::await_around(survey, function, call.range) else { return Vec::new() };
    let ends = survey.ends(&starts);
    if !ends.has_pause {
        return all_at(&ends.begin, awaited).collect();
    }
    all_at(&ends.begin, TextRange::empty(awaited.start())).chain(all_at(&ends.end, awaited)).collect()
}

/// What a call of functions touches that give the loop back on the way.
fn called(survey: Survey<'_>, function: FnId, at: TextRange, breaks: &Breaks) -> Called {
    let outline = survey.outline(function);
    let body = outline.body(&Roots::default());
    let Some((index, call)) = outline.call_at(at) else { return Called::default() };
    let starts = body.calls.get(index).map(|passed| starts_of(survey, function, call, passed)).unwrap_or_default();
    let on = |side| all_at(&region::touched_on(survey, &starts, breaks, side), at).collect();
    Called { early: on(Side::Early), late: on(Side::Late) }
}

fn all_at(touched: &Touched, call: TextRange) -> impl Iterator<Item = Touch> {
    let range = TextRange::empty(call.end());
    touched.iter().map(move |(place, kind)| Touch { place: place.clone(), kind: *kind, range, is_locked: false })
}

/// The functions that a call at a place runs.
pub(super) fn starts_at(survey: Survey<'_>, function: FnId, at: TextRange) -> Vec<Start> {
    let outline = survey.outline(function);
    let body = outline.body(&Roots::default());
    let Some((index, call)) = outline.call_at(at) else { return Vec::new() };
    body.calls.get(index).map(|passed| starts_of(survey, function, call, passed)).unwrap_or_default()
}

/// The functions that a call runs, with what their parameters stand for.
fn starts_of(survey: Survey<'_>, function: FnId, call: &Call, passed: &Passed) -> Vec<Start> {
    let roots = Roots::default();
    let follow = survey.follow(function, call);
    let mut starts = region::starts_of(survey, call, passed, &follow, &roots);
    starts.extend(follow.asked.iter().filter_map(|asked| asked::start(survey, function, *asked, &roots)));
    let world = survey.resolver.types.world();
    let held = follow.held.iter().filter(|id| world.function(**id).is_some_and(|function| !function.is_async));
    starts.extend(held.map(|id| (*id, Arc::new(region::roots_alone(survey, *id)))));
    if starts.is_empty() {
        // A library calls methods of the program on the same object.
        let implied = survey.callees.get(&function).and_then(|callees| callees.get(&call.range)).into_iter().flatten();
        starts.extend(implied.map(|callee| region::implicit_start(survey, function, call.range, *callee, &roots)));
    }
    starts
}

/// The innermost block around a place that is not run in any case, or more than once.
pub(super) fn block_around(path: &[AnyNodeRef<'_>], inner: TextRange) -> Option<TextRange> {
    let is_block = |node: &&AnyNodeRef<'_>| {
        matches!(
            node,
            AnyNodeRef::StmtIf(_)
                | AnyNodeRef::ElifElseClause(_)
                | AnyNodeRef::StmtFor(_)
                | AnyNodeRef::StmtWhile(_)
                | AnyNodeRef::StmtTry(_)
                | AnyNodeRef::ExceptHandlerExceptHandler(_)
                | AnyNodeRef::MatchCase(_)
                | AnyNodeRef::ExprIf(_)
                | AnyNodeRef::ExprBoolOp(_)
                | AnyNodeRef::StmtFunctionDef(_)
        ) && node.range() != inner
    };
    path.iter().rev().find(is_block).map(Ranged::range)
}

/// Whether the call is made under a manager that lets one task in at a time.
pub(super) fn is_guarded(resolver: &Resolver<'_>, function: FnId, ast: &Ast, call: TextRange) -> bool {
    let catalogue = resolver.catalogue();
    let is_guard = |manager: &Expr| resolver.may_be_instance(function.file, manager, |class| catalogue.guards(class));
    ast.path(call).iter().any(|node| match node {
        AnyNodeRef::StmtWith(with) if with.is_async => {
            with.items.iter().any(|item| !item.range().contains_range(call) && is_guard(&item.context_expr))
        }
        AnyNodeRef::StmtTry(try_) => {
            let is_last = try_.finalbody.iter().any(|stmt| stmt.range().contains_range(call));
            !is_last && try_.finalbody.iter().filter_map(released).any(is_guard)
        }
        _ => false,
    })
}

/// What a statement releases.
fn released(stmt: &Stmt) -> Option<&Expr> {
    let Expr::Call(call) = &*stmt.as_expr_stmt()?.value else { return None };
    match &*call.func {
        Expr::Attribute(attribute) if attribute.attr.as_str() == "release" => Some(&attribute.value),
        _ => None,
    }
}

/// Whether some function of the program changes what `place` holds while tasks run.
pub(super) fn changes(survey: Survey<'_>, place: &str) -> bool {
    is_ever_changed(survey.resolver, place) && !survey.is_set_at_start(last_of(place))
}

/// Whether some function of the program changes what `place` holds.
pub(super) fn is_ever_changed(resolver: &Resolver<'_>, place: &str) -> bool {
    resolver.index().is_mutated(last_of(place))
}

/// Whether some function of the program takes away what `place` holds, or something out of it.
fn empties(resolver: &Resolver<'_>, place: &str) -> bool {
    resolver.index().is_emptied(last_of(place))
}

fn last_of(place: &str) -> &str {
    place.rsplit('.').next().unwrap_or(place)
}
