//! What a coroutine function that gets an await touches in one go with those who await it: what comes before its first await, with what they
//! did before, and what comes behind its last one, with what they do then.

use ruff_python_ast::StmtFunctionDef;
use ruff_text_size::{Ranged, TextRange};

use super::{
    Pauses, all_at, called, comes_before, is_argument, is_guarded, last_of, shown, starts_of, through_call,
    touches_where,
};
use crate::analysis::{FnId, Lookup};
use crate::plan::breaks::{Breaks, Called};
use crate::plan::memo::Survey;
use crate::plan::region::{self, Start};
use crate::plan::touch::{Roots, Touch};

/// A coroutine function, and where it gets its await, or awaits the next one that does.
pub(in crate::plan) type Frame = (FnId, TextRange);

/// What a function touches on either side of a place, up to where it gives the loop back anyway.
#[derive(Default)]
struct Sides {
    before: Vec<Touch>,
    after: Vec<Touch>,
    /// Nothing gives the loop back, in any case, between its begin and the place, …
    is_begin: bool,
    /// … or between the place and its end.
    is_end: bool,
}

/// Whether a function may come from its begin to a place, or from there to its end, without giving the loop back.
pub(in crate::plan) fn is_at_an_end(survey: Survey<'_>, (function, at): Frame) -> bool {
    let types = &survey.resolver.types;
    let (Some(ast), Some(own)) = (types.ast(function.file), types.world().function(function)) else { return false };
    let Some(def) = ast.def(own.range) else { return false };
    let ends = ends(def, &Pauses::all(survey, function, &ast, at, at));
    ends.0 || ends.1
}

fn ends(def: &StmtFunctionDef, pauses: &Pauses<'_>) -> (bool, bool) {
    let begin = def.body.first().map_or(def.start(), Ranged::start);
    (!pauses.separate(begin, pauses.call.start()), !pauses.separate(pauses.call.end(), def.end()))
}

/// What a new await tears apart between a coroutine function, the first of the frames, and what it awaits: the last of them gets the await,
/// at a call of functions that give the loop back at `breaks`, or in a thread.
pub(in crate::plan) fn torn_above(survey: Survey<'_>, frames: &[Frame], breaks: Option<&Breaks>) -> Option<String> {
    let (&(function, at), below) = frames.split_first()?;
    let ast = survey.resolver.types.ast(function.file)?;
    if is_guarded(survey.resolver, function, &ast, at) {
        return None;
    }
    let roots = Roots::default();
    let sides = sides(survey, function, at, &roots)?;
    let inner = inside(survey, (function, at), below, &roots, breaks);
    let (before, after): (Vec<&Touch>, Vec<&Touch>) = (sides.before.iter().collect(), sides.after.iter().collect());
    let mut clashes = through_call(&before, &inner, &after).into_iter();
    clashes.find(|clash| !survey.locks.keep(function, &clash.place, [at, clash.range])).map(|clash| clash.reason())
}

/// What is touched below a frame in one go with what comes behind it (early), or before it (late).
fn inside(
    survey: Survey<'_>,
    (function, at): Frame,
    below: &[Frame],
    roots: &Roots,
    breaks: Option<&Breaks>,
) -> Called {
    let Some((&(next, place), further)) = below.split_first() else {
        return at_await(survey, (function, at), roots, breaks);
    };
    let mut found = Called::default();
    for (_, roots) in awaited(survey, (function, at), roots).into_iter().filter(|(id, _)| *id == next) {
        let Some(sides) = sides(survey, next, place, &roots) else { continue };
        let inner = inside(survey, (next, place), further, &roots, breaks);
        if sides.is_end {
            found.early.extend(sides.before.into_iter().chain(inner.early));
        }
        if sides.is_begin {
            found.late.extend(sides.after.into_iter().chain(inner.late));
        }
    }
    let there = TextRange::empty(at.end());
    found.early.iter_mut().chain(&mut found.late).for_each(|touch| touch.range = there);
    found
}

/// What the call, or the block, that is awaited touches itself; what a thread does may be before or behind what other tasks do.
fn at_await(survey: Survey<'_>, (function, at): Frame, roots: &Roots, breaks: Option<&Breaks>) -> Called {
    if let Some(breaks) = breaks {
        return called(survey, function, at, roots, breaks);
    }
    let outline = survey.outline(function);
    let body = outline.body(roots);
    let touched: Vec<Touch> = match outline.call_at(at) {
        Some((index, call)) => {
            let passed = body.calls.get(index);
            let starts = passed.map(|passed| starts_of(survey, function, call, passed)).unwrap_or_default();
            all_at(&survey.touched(&starts), at).collect()
        }
        None => {
            let inside = |range: TextRange, _| at.contains_range(range);
            let touches = touches_where(survey, function, roots, TextRange::default(), inside);
            touches.into_iter().filter(|touch| at.contains_range(touch.range)).collect()
        }
    };
    Called { early: touched.clone(), late: touched }
}

/// The coroutine functions that a frame awaits, with what their parameters stand for.
fn awaited(survey: Survey<'_>, (function, at): Frame, roots: &Roots) -> Vec<Start> {
    let outline = survey.outline(function);
    let body = outline.body(roots);
    let Some((index, call)) = outline.call_at(at) else { return Vec::new() };
    let passed = body.calls.get(index);
    passed
        .map(|passed| region::awaited_starts(survey, call, passed, &survey.follow(function, call), roots))
        .unwrap_or_default()
}

fn sides(survey: Survey<'_>, function: FnId, at: TextRange, roots: &Roots) -> Option<Sides> {
    let types = &survey.resolver.types;
    let (ast, own) = (types.ast(function.file)?, types.world().function(function)?);
    let def = ast.def(own.range)?;
    let pauses = Pauses::all(survey, function, &ast, at, at);
    let is_kept = |touch: &Touch| survey.locks.keep_named(function, last_of(&touch.place), [at, touch.range]);
    let (is_begin, is_end) = ends(def, &pauses);
    let mut sides = Sides { is_begin, is_end, ..Sides::default() };
    for touch in touches_where(survey, function, roots, at, |_, _| true).into_iter().filter(|touch| !is_kept(touch)) {
        let is_before = comes_before(&touch, at) && !pauses.are_apart(touch.range.start(), at.start());
        if (is_before || is_argument(&touch, at)) && !shown::is_only_shown(survey, function, &ast, &touch) {
            sides.before.push(touch.clone());
        }
        if touch.range.end() >= at.end() && !pauses.are_apart(at.end(), touch.range.end()) {
            sides.after.push(touch);
        }
    }
    Some(sides)
}
