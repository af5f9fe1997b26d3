//! Whether a coroutine function may give the loop back in a new place, for those that await it or enter what it makes.

use super::atomic::{self, Frame, Part};
use super::breaks::Breaks;
use super::decide::Planner;
use super::meanwhile;
use super::snapshot;
use crate::analysis::{Hop, Via};

/// How many coroutines that await each other are asked whether one of them may give the loop back.
const DEPTH: usize = 3;

impl Planner<'_> {
    /// Whether a coroutine function may give the loop back in a new place, for those that await it: the first of the frames is the outermost
    /// one that may, the last the one with the new await.
    pub(super) fn may_split_above(&self, frames: &[Frame], breaks: Option<&Breaks>) -> Result<(), String> {
        let Some(&(function, _)) = frames.first().filter(|_| frames.len() <= DEPTH) else { return Ok(()) };
        if !atomic::are_at_an_end(self.survey, frames) {
            return Ok(());
        }
        let runs_through = atomic::runs_through(self.survey, function);
        let callers = self.survey.callers(function, &self.ground.analysis.graph);
        if frames.len() == 1 {
            let mut entered = callers.edges.iter().filter(|edge| edge.via != Via::Awaited);
            let reason = entered.find_map(|edge| meanwhile::entered(self.survey, edge.caller, edge.at));
            let reason = reason.or_else(|| meanwhile::shared_by_managers(self.survey, function));
            reason.map_or(Ok(()), Err)?;
        }
        for edge in callers.edges.iter().filter(|edge| edge.via == Via::Awaited) {
            let hop = Hop { function: edge.caller, at: edge.at, via: Via::Awaited };
            let frames: Vec<Frame> = std::iter::once((edge.caller, edge.at)).chain(frames.iter().copied()).collect();
            if !self.is_early(edge.caller, edge.at) {
                atomic::torn_above(self.survey, &frames, breaks).map_or(Ok(()), Err)?;
            }
            if runs_through {
                atomic::split(self.survey, hop.function, hop.at, Part::Call, None)
                    .or_else(|| self.ground.files.split(self.survey, &hop, Part::Call))
                    .or_else(|| self.reads_back(&hop))
                    .or_else(|| snapshot::needed(self.survey, hop.function, hop.at))
                    .map_or(Ok(()), Err)?;
            }
            self.may_split_above(&frames, breaks)?;
        }
        Ok(())
    }
}
