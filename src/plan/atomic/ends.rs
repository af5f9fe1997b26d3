//! What a coroutine that is awaited does in one go with who awaits it: all that comes before it first gives the loop back, and all that
//! comes after it last did.

use rustc_hash::FxHashSet;

use super::pauses::pauses_in;
use crate::analysis::FnId;
use crate::plan::breaks::{Breaks, Side};
use crate::plan::memo::Survey;
use crate::plan::region::{self, Start, Touched};

/// How far coroutines are followed that await each other.
const DEPTH: usize = 4;

/// What coroutine functions touch at either end.
#[derive(Debug, Default)]
pub(in crate::plan) struct Ends {
    pub begin: Touched,
    pub end: Touched,
    /// They give the loop back in between.
    pub has_pause: bool,
}

impl Ends {
    pub(in crate::plan) fn of(survey: Survey<'_>, starts: &[Start]) -> Self {
        let mut breaks = Breaks::default();
        let mut has_pause = false;
        let (mut open, mut seen) = (Vec::new(), FxHashSet::default());
        open.extend(starts.iter().map(|(id, _)| (*id, DEPTH)));
        while let Some((id, depth)) = open.pop() {
            let Some(ast) = survey.resolver.types.ast(id.file).filter(|_| seen.insert(id)) else { continue };
            for at in pauses_in(survey, id, depth) {
                has_pause |= starts.iter().any(|(start, _)| *start == id);
                breaks.add(id, &ast, at);
            }
            if depth > 0 {
                open.extend(awaited(survey, id).into_iter().map(|callee| (callee, depth - 1)));
            }
        }
        let on = |side| region::touched_on(survey, starts, &breaks, side);
        Self { begin: on(Side::Begin), end: if has_pause { on(Side::End) } else { Touched::new() }, has_pause }
    }
}

/// The coroutine functions of the program that a function awaits.
fn awaited(survey: Survey<'_>, function: FnId) -> Vec<FnId> {
    let outline = survey.outline(function);
    let calls = outline.calls_in_order().map(|(_, call)| call);
    let awaited = calls.filter(|call| region::await_around(survey, function, call.range).is_some());
    awaited.flat_map(|call| survey.follow(function, call).callees.clone()).collect()
}
