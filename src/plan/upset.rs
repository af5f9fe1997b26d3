//! What the whole process has and the program changes while its loop runs, like the working folder: a thread would come to it half way.

use std::collections::BTreeMap;

use super::decide::Planner;
use crate::analysis::FnId;
use crate::catalogue::{Kind, Upset};
use crate::project::facts::MODULE;

/// How many callers above a call are looked at.
const DEPTH: usize = 5;

impl Planner<'_> {
    /// Why calls of a kind must not be made by threads in this program, if so.
    pub(super) fn upset(&self, kind: Kind) -> Option<&String> {
        let find = || {
            let mut reasons = BTreeMap::new();
            let upsets = self.resolver.catalogue().upsets.iter().filter(|_| !self.ground.is_sequential);
            for Upset { name, kinds, reason } in upsets.filter(|upset| self.is_made_on_loop(&upset.name)) {
                for kind in kinds {
                    reasons.entry(*kind).or_insert_with(|| format!("`{name}` {reason}"));
                }
            }
            reasons
        };
        self.ground.upset.get_or_init(find).get(&kind)
    }

    /// Whether the program, and not only its tests, makes a call while a loop may run.
    fn is_made_on_loop(&self, name: &str) -> bool {
        let calls =
            self.calls_of(name).into_iter().filter(|(function, _)| !self.resolver.is_beside_program(function.file));
        calls.into_iter().any(|(function, at)| !self.is_early(function, at) && self.may_run_on_loop(function, DEPTH))
    }

    /// Whether a coroutine or the loop may come to a function, as far as the graph of calls says. [`super::obstacles`] asks more strictly
    /// that none can.
    fn may_run_on_loop(&self, function: FnId, depth: usize) -> bool {
        if function.index == MODULE {
            return false;
        }
        let callers = self.survey.callers(function, &self.ground.analysis.graph);
        let mut edges = callers.edges.iter().filter(|edge| !self.is_early(edge.caller, edge.at));
        depth == 0
            || self.is_async(function)
            || callers.are_of_loop()
            || edges.any(|edge| self.may_run_on_loop(edge.caller, depth - 1))
    }
}
