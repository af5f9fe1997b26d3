//! Where functions that become coroutine functions give the loop back: what they touch before may no longer hold after.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::touch::Touch;
use crate::analysis::FnId;
use crate::project::{Ast, goes_round};

/// The first and the last await of each function.
#[derive(Debug, Default)]
pub(super) struct Breaks(FxHashMap<FnId, (TextRange, TextRange)>);

/// What a function touches, seen from its awaits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What is touched before some await.
    Early,
    /// What is touched after some await.
    Late,
}

impl Breaks {
    /// Notes an await in `function`. One in a loop is before and after all of the loop.
    pub(super) fn add(&mut self, function: FnId, ast: &Ast, at: TextRange) {
        let path = ast.path(at);
        let inner = path.iter().rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_))).unwrap_or(0);
        let around = path[inner..].iter().find(|node| goes_round(**node));
        let (first, last) = match around.map(Ranged::range) {
            Some(around) => (TextRange::empty(around.start()), TextRange::empty(around.end())),
            None => (at, at),
        };
        let breaks = self.0.entry(function).or_insert((first, last));
        if first.end() < breaks.0.end() {
            breaks.0 = first;
        }
        if last.start() > breaks.1.start() {
            breaks.1 = last;
        }
    }

    /// Whether `function` gives the loop back by itself.
    pub(super) fn has(&self, function: FnId) -> bool {
        self.0.contains_key(&function)
    }

    /// Whether what is touched at `range` of a function is on one side of an await.
    pub(super) fn is_on(&self, side: Side, function: FnId, range: TextRange) -> bool {
        self.0.get(&function).is_none_or(|(first, last)| match side {
            Side::Early => range.start() < last.start(),
            Side::Late => range.end() > first.end(),
        })
    }
}

/// What the functions at a call touch on either side of their awaits, all as if at the call.
#[derive(Debug, Default)]
pub(super) struct Called {
    pub early: Vec<Touch>,
    pub late: Vec<Touch>,
}
