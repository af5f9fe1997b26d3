//! Where functions that become coroutine functions give the loop back: what they touch before may no longer hold after.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;

use super::touch::Touch;
use crate::analysis::FnId;
use crate::project::{Ast, goes_round};

/// The awaits of each function.
#[derive(Debug, Default)]
pub(super) struct Breaks(FxHashMap<FnId, Awaits>);

/// Where a function gives the loop back.
#[derive(Debug, Clone, Copy)]
struct Awaits {
    /// The first and the last time, or the start and the end of a loop around it.
    first: TextRange,
    last: TextRange,
    /// Nothing behind this runs before the function first gives the loop back.
    begun: TextSize,
    /// Nothing before this runs once it has done so for the last time.
    ended: TextSize,
}

/// What a function touches, seen from its awaits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What is touched before some await.
    Early,
    /// What is touched after some await.
    Late,
    /// What is touched before there was any await.
    Begin,
    /// What is touched once all awaits are over.
    End,
}

impl Side {
    /// Whether the functions that are called count where they are called.
    pub(super) fn is_outer(self) -> bool {
        matches!(self, Self::Begin | Self::End)
    }
}

impl Breaks {
    /// Notes an await in `function`. One in a loop is before and after all of the loop.
    pub(super) fn add(&mut self, function: FnId, ast: &Ast, at: TextRange) {
        let path = ast.path(at);
        let inner = path.iter().rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_))).unwrap_or(0);
        let around = path[inner..].iter().find(|node| goes_round(**node));
        let (first, last, ended) = match around.map(Ranged::range) {
            Some(around) => (TextRange::empty(around.start()), TextRange::empty(around.end()), around.start()),
            None => (at, at, at.end()),
        };
        let one = Awaits { first, last, begun: at.end(), ended };
        let known = self.0.entry(function).or_insert(one);
        if one.first.end() < known.first.end() {
            known.first = one.first;
        }
        if one.last.start() > known.last.start() {
            known.last = one.last;
            known.ended = one.ended;
        }
        known.begun = known.begun.min(one.begun);
    }

    /// Whether `function` gives the loop back by itself.
    pub(super) fn has(&self, function: FnId) -> bool {
        self.0.contains_key(&function)
    }

    /// Whether what is touched at `range` of a function, or at the end of a call, is on one side of an await. What the awaited call itself
    /// touches is on both.
    pub(super) fn is_on(&self, side: Side, function: FnId, range: TextRange) -> bool {
        self.0.get(&function).is_none_or(|awaits| match side {
            Side::Early => range.start() < awaits.last.start() || is_of(range, awaits.last),
            Side::Late => range.end() > awaits.first.end() || is_of(range, awaits.first),
            Side::Begin => range.start() < awaits.begun,
            Side::End => range.end() >= awaits.ended,
        })
    }

    /// The same of a place that is bound at the end of a statement: what an awaited call gives is there when it is over.
    pub(super) fn is_bound_on(&self, side: Side, function: FnId, range: TextRange) -> bool {
        let is_given = |awaits: &Awaits| !awaits.last.is_empty() && range == TextRange::empty(awaits.last.end());
        let is_too_late = side == Side::Early && self.0.get(&function).is_some_and(is_given);
        !is_too_late && self.is_on(side, function, range)
    }
}

/// Whether something is touched by an awaited call.
fn is_of(range: TextRange, awaited: TextRange) -> bool {
    range == awaited || range == TextRange::empty(awaited.end())
}

/// What the functions at a call touch on either side of their awaits, all as if at the call.
#[derive(Debug, Default)]
pub(super) struct Called {
    pub early: Vec<Touch>,
    pub late: Vec<Touch>,
}
