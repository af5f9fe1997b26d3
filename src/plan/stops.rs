//! Functions that end with a StopIteration, which comes out of a coroutine as another exception.

use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use super::decide::Planner;
use super::follow::{is_caught, leaks_stop_iteration, raises_stop_iteration};
use crate::analysis::FnId;

const STOP: &str = "StopIteration";
/// What it is out of a coroutine.
const BECOMES: &str = "RuntimeError";
/// How many calls up and down are followed.
const DEPTH: usize = 5;

impl Planner<'_> {
    /// Whether a StopIteration can leave a function, and something above it catches that, or would catch what it becomes.
    pub(super) fn may_stop_iteration(&self, function: FnId) -> bool {
        self.stops(function, &mut FxHashSet::default(), DEPTH)
            && self.stop_is_caught(function, &mut FxHashSet::default(), DEPTH)
    }

    /// Whether a StopIteration can leave a function, by itself or out of what it calls.
    fn stops(&self, id: FnId, seen: &mut FxHashSet<FnId>, depth: usize) -> bool {
        let types = &self.resolver.types;
        let Some(ast) = types.ast(id.file) else { return false };
        let facts = types.facts(id.file);
        let Some(own) = facts.functions.get(id.index as usize).filter(|own| !own.is_generator && !own.is_async) else {
            return false;
        };
        if raises_stop_iteration(self.survey, id, &ast) {
            return true;
        }
        let is_next = |name: &str| matches!(name, "next" | "__next__");
        let mut calls = facts.calls.iter().filter(|call| call.function == id.index && is_next(&call.name));
        let leaks =
            |at: TextRange| ast.call(at).is_some_and(|call| leaks_stop_iteration(self.survey, id, &ast, call, None));
        if own.name != "__next__" && calls.any(|call| leaks(call.range)) {
            return true;
        }
        let outline = self.survey.outline(id);
        depth > 0
            && outline.calls_in_order().filter(|(_, call)| !is_caught(&ast, call.range, None, STOP)).any(|(_, call)| {
                let follow = self.survey.follow(id, call);
                follow.callees.iter().any(|callee| seen.insert(*callee) && self.stops(*callee, seen, depth - 1))
            })
    }

    /// Whether something catches what comes out of a function, before it is in a coroutine, which would not hand it on either.
    fn stop_is_caught(&self, id: FnId, seen: &mut FxHashSet<FnId>, depth: usize) -> bool {
        let callers = self.survey.callers(id, &self.ground.analysis.graph);
        callers.edges.iter().any(|edge| {
            let Some(ast) = self.resolver.types.ast(edge.caller.file) else { return true };
            let goes_on = !self.is_async(edge.caller) && seen.insert(edge.caller);
            [STOP, BECOMES].into_iter().any(|name| is_caught(&ast, edge.at, None, name))
                || goes_on && (depth == 0 || self.stop_is_caught(edge.caller, seen, depth - 1))
        })
    }
}
