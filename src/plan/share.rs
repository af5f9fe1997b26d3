//! What is left only for what threads would share with each other goes to threads that take turns, as far as `turns` lets it.

use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use super::Action;
use super::block::Block;
use super::blocks::Blocks;
use super::decide::{Decided, Entries, Planner};
use super::thread::is_about_sharing;
use crate::analysis::{FnId, Hop};
use crate::project::guarded;

impl Planner<'_> {
    /// Treats in turn what is open only for what threads would share, and says what it has treated.
    pub(super) fn share(
        &self,
        function: FnId,
        entries: &Entries,
        decided: &mut Decided,
        found: &mut Blocks,
        parted: &FxHashMap<TextRange, String>,
        converted: &[TextRange],
    ) -> Vec<TextRange> {
        let mut sharing: Vec<TextRange> = Vec::new();
        let mut obstacles: Vec<(TextRange, String)> = Vec::new();
        let later = self.in_turn();
        for ((hop, findings), decision) in entries.iter().zip(&mut *decided) {
            if !self.wants_turn(hop, findings, decision, found) {
                continue;
            }
            match guarded(|| Some(later.decide_alone(hop, findings))) {
                Some(Ok(action)) => {
                    *decision = Ok(action);
                    sharing.push(hop.at);
                }
                Some(Err(reason)) => obstacles.push((hop.at, reason)),
                None => {}
            }
        }
        let is_left = |hop: &Hop, findings: &[usize], decision: &Result<Action, String>| {
            // What is treated now is no longer in the way of blocks beside it.
            let is_beside = !sharing.is_empty() && decision.is_err() && !found.have(hop.at);
            is_beside || self.wants_turn(hop, findings, decision, found)
        };
        if !entries.iter().zip(&*decided).any(|((hop, findings), decision)| is_left(hop, findings, decision)) {
            return sharing;
        }
        let more = later.blocks_of(function, entries, decided, parted, converted);
        let more: Vec<Block> =
            more.chosen.into_iter().filter(|block| self.takes_over(block, entries, decided, found)).collect();
        found.chosen.retain(|other| !more.iter().any(|block| block.range.contains_range(other.range)));
        sharing.extend(more.iter().map(|block| block.range));
        found.chosen.extend(more);
        // What keeps it from taking turns is why it is left.
        for ((hop, _), decision) in entries.iter().zip(decided) {
            let obstacle = obstacles.iter().find(|(at, _)| *at == hop.at && !found.have(*at));
            if let Some((_, reason)) = obstacle {
                *decision = Err(reason.clone());
            }
        }
        sharing
    }

    /// Whether an entry is open only for what threads would share.
    fn wants_turn(&self, hop: &Hop, findings: &[usize], decision: &Result<Action, String>, blocks: &Blocks) -> bool {
        let mut reasons = decision.as_ref().err().into_iter().chain(blocks.refused.get(&hop.at));
        decision.is_err()
            && !blocks.have(hop.at)
            && (reasons.any(|reason| is_about_sharing(reason))
                || findings.iter().any(|finding| self.handle(*finding).is_some()))
    }

    /// Whether a block that takes turns goes in the place of what was chosen without it: it takes that in, and what it holds is open.
    fn takes_over(&self, block: &Block, entries: &Entries, decided: &Decided, found: &Blocks) -> bool {
        let mut others = found.chosen.iter().filter(|other| other.range.intersect(block.range).is_some());
        let is_larger = others.all(|other| block.range.contains_range(other.range) && block.range != other.range);
        let mut inside = entries.iter().zip(decided).filter(|((hop, _), _)| block.range.contains_range(hop.at));
        let mut is_wanted = || {
            inside.clone().any(|((hop, findings), decision)| self.wants_turn(hop, findings, decision, found))
                // Without that, what has a thread of its own keeps it.
                || inside.all(|(_, decision)| decision.is_err())
        };
        is_larger && is_wanted()
    }
}
