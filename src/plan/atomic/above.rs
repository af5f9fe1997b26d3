//! What a coroutine function that gets an await touches in one go with those who await it: what comes before its first await, with what they
//! did before, and what comes behind its last one, with what they do then.
//!
//! Only what the functions on the way touch themselves, and those that they call, counts: what is further down is seldom about the same.

use std::cell::OnceCell;
use std::sync::Arc;

use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{
    Clash, Order, Pauses, all_at, comes_before, is_argument, is_guarded, last_of, shown, starts_of, through_call,
};
use crate::analysis::{FnId, Lookup};
use crate::plan::breaks::{Breaks, Called, Side};
use crate::plan::memo::Survey;
use crate::plan::outline::{Call, Outline};
use crate::plan::region::{self, Start, touched_near};
use crate::plan::scope::is_of_module;
use crate::plan::touch::{Kind, Passed, Roots, Touch};

/// A coroutine function, and where it gets its await, or awaits the next one that does.
pub(in crate::plan) type Frame = (FnId, TextRange);

/// How many levels of calls below the functions that are called on the way are looked at …
const LEVELS: usize = 0;
/// … and below those that are awaited in the new place.
const LEVELS_OF_AWAITED: usize = 1;

/// What a function touches on either side of a place, up to where it gives the loop back anyway.
pub(in crate::plan) struct Sides {
    before: Vec<Touch>,
    after: Vec<Touch>,
}

/// What is touched below a frame in one go with the new await, before it and behind it.
#[derive(Default)]
struct Below {
    called: Called,
    /// Nothing gives the loop back, in any case, from where the first of the functions begins to the new await, …
    is_begin: bool,
    /// … or from there to where it ends.
    is_end: bool,
}

/// Whether one may come from the begin of the first frame to the new await, or from there to its end, without giving the loop back.
pub(in crate::plan) fn are_at_an_end(survey: Survey<'_>, frames: &[Frame]) -> bool {
    let ends: Vec<(bool, bool)> = frames.iter().map(|frame| *ends(survey, *frame)).collect();
    ends.iter().all(|(begin, _)| *begin) || ends.iter().all(|(_, end)| *end)
}

/// Whether nothing gives the loop back, in any case, between the begin of a function and a place, and between that and its end.
fn ends(survey: Survey<'_>, (function, at): Frame) -> Arc<(bool, bool)> {
    survey.memo.ways_out.get(&(function, at), || {
        let types = &survey.resolver.types;
        let ast = types.ast(function.file);
        let own = types.world().function(function);
        let Some((ast, own)) = ast.as_ref().zip(own) else { return Arc::new((true, true)) };
        let pauses = Pauses::all(survey, function, ast, at, at);
        let body = ast.def(own.range).and_then(|def| Some(def.body.first()?.start()));
        let begin = body.unwrap_or(own.range.start());
        Arc::new((!pauses.separate(begin, at.start()), !pauses.separate(at.end(), own.range.end())))
    })
}

/// What a new await tears apart between a coroutine function, the first of the frames, and what it awaits: the last of them gets the await,
/// at a call of functions that give the loop back at `breaks`, or in a thread.
pub(in crate::plan) fn torn_above(survey: Survey<'_>, frames: &[Frame], breaks: Option<&Breaks>) -> Option<String> {
    let (&(function, at), below) = frames.split_first()?;
    let types = &survey.resolver.types;
    let ast = types.ast(function.file)?;
    if is_guarded(survey.resolver, function, &ast, at) {
        return None;
    }
    let roots = Arc::default();
    let below = inside(survey, (function, at), below, &roots, breaks);
    if below.called.early.is_empty() && below.called.late.is_empty() || !below.is_begin && !below.is_end {
        return None;
    }
    let sides = sides(survey, (function, at), &roots);
    let before: Vec<&Touch> = sides.before.iter().filter(|_| below.is_begin).collect();
    let after: Vec<&Touch> = sides.after.iter().filter(|_| below.is_end).collect();
    // What a function gives that keeps it, and what only has the same name in both, is known too little of.
    let is_known = |place: &str| !place.contains('(') && (place.contains('.') || is_of_module(types, function, place));
    let clashes = torn_between(&before, &below.called, &after);
    let mut clashes = clashes.into_iter();
    let clash = clashes
        .find(|clash| is_known(&clash.place) && !survey.locks.keep(function, &clash.place, [at, clash.range]))?;
    Some(clash.reason())
}

/// What clashes between a function and what it awaits. What is written on one side, and read on the other, counts where it is set anew and read
/// as a whole: who makes an object uses it, and a count or a list may have grown.
fn torn_between(before: &[&Touch], called: &Called, after: &[&Touch]) -> Vec<Clash> {
    let is_set = |place: &str| {
        let written = before.iter().copied().chain(&called.early);
        let is_it = |touch: &Touch| touch.kind == Kind::Write && touch.place == place;
        written.into_iter().any(is_it)
    };
    let is_read = |place: &str| {
        let mut read = after.iter().copied().chain(&called.late);
        read.any(|touch| touch.kind.is_read() && touch.place == place)
    };
    let counts =
        |clash: &Clash| matches!(clash.order, Order::ReadFirst) || is_set(&clash.place) && is_read(&clash.place);
    through_call(before, called, after).into_iter().filter(counts).collect()
}

fn inside(
    survey: Survey<'_>,
    (function, at): Frame,
    below: &[Frame],
    roots: &Arc<Roots>,
    breaks: Option<&Breaks>,
) -> Below {
    let Some((&(next, place), further)) = below.split_first() else {
        return Below { called: at_await(survey, (function, at), roots, breaks), is_begin: true, is_end: true };
    };
    let mut found = Below::default();
    let (is_begin, is_end) = *ends(survey, (next, place));
    let is_free = |touch: &&Touch| !survey.locks.keep_named(next, last_of(&touch.place), [place, touch.range]);
    for (_, roots) in awaited_at(survey, (function, at), roots).into_iter().filter(|(id, _)| *id == next) {
        let inner = inside(survey, (next, place), further, &roots, breaks);
        let sides = sides(survey, (next, place), &roots);
        found.called.early.extend(inner.called.early);
        found.called.late.extend(inner.called.late);
        found.called.early.extend(sides.before.iter().filter(|_| inner.is_begin).filter(is_free).cloned());
        found.called.late.extend(sides.after.iter().filter(|_| inner.is_end).filter(is_free).cloned());
        found.is_begin |= inner.is_begin && is_begin;
        found.is_end |= inner.is_end && is_end;
    }
    let there = TextRange::empty(at.end());
    found.called.early.iter_mut().chain(&mut found.called.late).for_each(|touch| touch.range = there);
    found
}

/// What the call, or the block, that is awaited touches itself; what a thread does may be before or behind what other tasks do.
fn at_await(survey: Survey<'_>, (function, at): Frame, roots: &Roots, breaks: Option<&Breaks>) -> Called {
    let outline = survey.outline(function);
    let body = outline.body(roots);
    let Some((index, call)) = outline.call_at(at) else {
        let touched = touches(survey, function, &outline, roots, |range| at.contains_range(range));
        return Called { early: touched.clone(), late: touched };
    };
    let passed = body.calls.get(index);
    let starts = passed.map(|passed| starts_of(survey, function, call, passed)).unwrap_or_default();
    let on = |side: Side| {
        let side = breaks.map(|breaks| (breaks, side));
        all_at(&touched_near(survey, &starts, side, LEVELS_OF_AWAITED), at).collect()
    };
    Called { early: on(Side::Early), late: on(Side::Late) }
}

/// The coroutine functions that a frame awaits, with what their parameters stand for.
fn awaited_at(survey: Survey<'_>, (function, at): Frame, roots: &Roots) -> Vec<Start> {
    let outline = survey.outline(function);
    let body = outline.body(roots);
    let Some((index, call)) = outline.call_at(at) else { return Vec::new() };
    body.calls.get(index).map(|passed| awaited(survey, function, call, passed)).unwrap_or_default()
}

fn awaited(survey: Survey<'_>, function: FnId, call: &Call, passed: &Passed) -> Vec<Start> {
    region::awaited_starts(survey, call, passed, &survey.follow(function, call), &Roots::default())
}

fn sides(survey: Survey<'_>, frame: Frame, roots: &Arc<Roots>) -> Arc<Sides> {
    let (function, at) = frame;
    survey.memo.sides.get(&((function, Arc::clone(roots)), at), || {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        if let Some(ast) = &survey.resolver.types.ast(function.file) {
            let pauses = OnceCell::new();
            let pauses = || pauses.get_or_init(|| Pauses::all(survey, function, ast, at, at));
            let near = |range: TextRange| {
                let is_near = |from: TextSize, to: TextSize| from <= to && !pauses().are_apart(from, to);
                let work_out = || Arc::new((is_near(range.start(), at.start()), is_near(at.end(), range.end())));
                *survey.memo.near_to.get(&(frame, range), work_out)
            };
            let outline = survey.outline(function);
            for touch in touches(survey, function, &outline, roots, |range| range != at) {
                let (is_near_before, is_near_behind) = near(touch.range);
                let is_before = comes_before(&touch, at) && is_near_before;
                if (is_before || is_argument(&touch, at)) && !shown::is_only_shown(survey, function, ast, &touch) {
                    before.push(touch.clone());
                }
                if is_near_behind {
                    after.push(touch);
                }
            }
        }
        Arc::new(Sides { before, after })
    })
}

/// What a function touches in some of its parts, and what the functions touch themselves that these call, as if in one place.
fn touches(
    survey: Survey<'_>,
    function: FnId,
    outline: &Outline,
    roots: &Roots,
    is_wanted: impl Fn(TextRange) -> bool,
) -> Vec<Touch> {
    let body = outline.body(roots);
    let mut found: Vec<Touch> = body.touches.into_iter().filter(|touch| is_wanted(touch.range)).collect();
    for (range, start) in outline.implied(survey, roots, |implied| is_wanted(implied.range)) {
        found.extend(all_at(&touched_near(survey, &[start], None, LEVELS), range));
    }
    for (index, call) in outline.calls_in_order().filter(|(_, call)| is_wanted(call.range)) {
        let Some(passed) = body.calls.get(index) else { continue };
        let starts = starts_of(survey, function, call, passed);
        found.extend(all_at(&touched_near(survey, &starts, None, LEVELS), call.range));
        let Some(whole) = region::await_around(survey, function, call.range) else { continue };
        for (id, roots) in awaited(survey, function, call, passed) {
            found.extend(at_ends(survey, id, &roots, whole));
        }
    }
    found
}

/// What a coroutine function itself touches in one go with who awaits it.
fn at_ends(survey: Survey<'_>, function: FnId, roots: &Roots, at: TextRange) -> Vec<Touch> {
    let types = &survey.resolver.types;
    let (Some(ast), Some(own)) = (types.ast(function.file), types.world().function(function)) else {
        return Vec::new();
    };
    let Some(def) = ast.def(own.range) else { return Vec::new() };
    let pauses = Pauses::all(survey, function, &ast, TextRange::default(), TextRange::default());
    let begin = def.body.first().map_or(def.start(), Ranged::start);
    let mut found = Vec::new();
    for touch in survey.outline(function).body(roots).touches {
        if !pauses.separate(begin, touch.range.start()) {
            found.push(Touch { range: TextRange::empty(at.start()), ..touch.clone() });
        }
        if !pauses.separate(touch.range.end(), def.end()) {
            found.push(Touch { range: TextRange::empty(at.end()), ..touch });
        }
    }
    found
}
