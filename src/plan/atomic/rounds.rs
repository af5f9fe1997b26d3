//! Loops whose rounds other tasks count on running in one go: what one round leaves, the next one finds.

use ruff_python_ast::{AnyNodeRef, Comprehension};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::clash::is_counted_on;
use super::{Clash, Order, Pauses, affects, all_at, starts_at};
use crate::analysis::FnId;
use crate::plan::memo::Survey;
use crate::plan::touch::{Kind, Touch};

/// The places that one round of a loop around a call writes and the next one reads, with the loop.
pub(super) fn torn(survey: Survey<'_>, function: FnId, pauses: &Pauses<'_>, touches: &[Touch]) -> Vec<Clash> {
    let call = pauses.call;
    let path = pauses.ast.path(call);
    let inner = path.iter().rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_))).unwrap_or(0);
    let in_one_go = |repeated: &TextRange| {
        !pauses.separate(repeated.start(), call.start()) && !pauses.separate(call.end(), repeated.end())
    };
    let loops = path[inner..].iter().filter_map(|node| Some((node.range(), repeated(node, call)?)));
    let Some((whole, repeated)) = loops.into_iter().find(|(_, repeated)| in_one_go(repeated)) else {
        return Vec::new();
    };
    let own = own(survey, function, call);
    let within: Vec<&Touch> = touches.iter().filter(|touch| repeated.contains_range(touch.range)).chain(&own).collect();
    let is_changed = |touch: &&&Touch| matches!(touch.kind, Kind::Write | Kind::Augment);
    let is_next = |written: &Touch, read: &Touch| {
        let is_left = |from: TextSize| !pauses.separate(from, repeated.end());
        let is_come_to = |to: TextSize| !pauses.separate(repeated.start(), to);
        let is_behind = !pauses.separate(call.end(), read.range.end()) && read.range.end() >= call.end();
        let is_before = written.range.start() <= call.end() && !pauses.separate(written.range.start(), call.start());
        let is_after = written.range.end() >= call.end() && is_left(written.range.start());
        is_before && is_left(call.end()) && (is_come_to(read.range.end()) || is_come_to(call.start()) && is_behind)
            || is_after && is_come_to(call.start()) && is_behind
    };
    let is_found = |written: &Touch| {
        let mut read = within.iter().filter(|read| read.kind.is_read() && affects(&written.place, read));
        read.any(|read| !whole.contains_range(written.range) || is_next(written, read))
    };
    // What was done before the loop is looked for in each of its rounds.
    let all: Vec<&Touch> = touches.iter().collect();
    let is_waited_for = |touch: &&&Touch| {
        let is_before = touch.range.end() <= whole.start() && !pauses.separate(touch.range.start(), call.start());
        touch.kind == Kind::Act && is_before && is_counted_on(touch, &all)
    };
    let written = within.iter().filter(is_changed).chain(all.iter().filter(is_waited_for));
    let written = written.filter(|written| is_found(written));
    written.map(|touch| Clash { place: touch.place.clone(), range: whole, order: Order::InRounds }).collect()
}

/// What the functions touch that a call runs.
fn own(survey: Survey<'_>, function: FnId, call: TextRange) -> Vec<Touch> {
    all_at(&survey.touched(&starts_at(survey, function, call)), call).collect()
}

/// The part of a loop that each round runs, where a call stands in it.
fn repeated(node: &AnyNodeRef<'_>, call: TextRange) -> Option<TextRange> {
    let part = match node {
        AnyNodeRef::StmtFor(for_) => for_.body.first()?.range().cover(for_.body.last()?.range()),
        AnyNodeRef::StmtWhile(while_) => while_.test.range().cover(while_.body.last()?.range()),
        AnyNodeRef::ExprListComp(comp) => behind_first(&comp.generators, comp.range, call)?,
        AnyNodeRef::ExprSetComp(comp) => behind_first(&comp.generators, comp.range, call)?,
        AnyNodeRef::ExprDictComp(comp) => behind_first(&comp.generators, comp.range, call)?,
        AnyNodeRef::ExprGenerator(comp) => behind_first(&comp.generators, comp.range, call)?,
        _ => return None,
    };
    part.contains_range(call).then_some(part)
}

/// The whole comprehension, unless a call stands in what it goes through first.
fn behind_first(generators: &[Comprehension], whole: TextRange, call: TextRange) -> Option<TextRange> {
    (!generators.first()?.iter.range().contains_range(call)).then_some(whole)
}
