//! What the whole process has and the program changes while its loop runs, like the working folder: a thread would come to it half way.

use super::decide::Planner;
use super::region::Touched;
use crate::analysis::FnId;
use crate::catalogue::{Kind, Upset};
use crate::project::facts::MODULE;

/// How many callers above a call are looked at.
const DEPTH: usize = 5;

impl Planner<'_> {
    /// Why calls of a kind must not be made by threads in this program, if so.
    pub(super) fn upset(&self, kind: Kind) -> Option<String> {
        self.upsets().find(|upset| upset.kinds.contains(&kind)).map(reason)
    }

    /// Why threads must not use one of these places in this program, if so.
    pub(super) fn upset_use(&self, touches: &Touched) -> Option<String> {
        let is_used = |used: &String| touches.iter().any(|(place, _)| place == used);
        self.upsets().find(|upset| upset.uses.iter().any(is_used)).map(reason)
    }

    fn upsets(&self) -> impl Iterator<Item = &Upset> {
        let all = &self.resolver.catalogue().upsets;
        let made = self.ground.upsets.get_or_init(|| {
            let upsets = all.iter().enumerate().filter(|_| !self.ground.is_sequential);
            upsets.filter(|(_, upset)| self.is_made_on_loop(&upset.name)).map(|(number, _)| number).collect()
        });
        made.iter().filter_map(|number| all.get(*number))
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

fn reason(upset: &Upset) -> String {
    format!("`{}` {}", upset.name, upset.reason)
}
