//! A `with` goes to threads with all that is done in it, or not at all: a file that a thread opens is not written, and closed, on the loop.

use ruff_python_ast::{AnyNodeRef, StmtWith};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::atomic::Part;
use super::block::Coroutine;
use super::blocks::Blocks;
use super::decide::Planner;
use super::{Action, Change, Enter};
use crate::analysis::{FnId, Hop, Lookup, Via};
use crate::catalogue::{Kind, Threading};
use crate::project::Ast;

impl Planner<'_> {
    /// The calls of a function that would open a file in a thread for what stays on the loop, each with the reason of that.
    pub(super) fn halves(
        &self,
        function: FnId,
        entries: &[(Hop, Vec<usize>)],
        decided: &[Result<Action, String>],
        blocks: &Blocks,
    ) -> FxHashMap<TextRange, String> {
        let Some(ast) = self.resolver.types.ast(function.file) else { return FxHashMap::default() };
        let alone = || entries.iter().zip(decided).filter(|((hop, _), _)| !blocks.have(hop.at));
        let is_on_file = |findings: &[usize]| {
            let mut apis = findings.iter().map(|finding| self.api(*finding));
            apis.all(|api| api.thread == Threading::Owned && api.kind == Kind::Disk)
        };
        let stays = |with: TextRange| {
            let mut left = alone().filter(|((hop, findings), _)| with.contains_range(hop.at) && is_on_file(findings));
            left.find_map(|(_, decision)| decision.as_ref().err())
        };
        let opened = alone().filter(|(_, decision)| **decision == Ok(Action::Thread));
        let halves = opened.filter_map(|((hop, _), _)| {
            let reason = stays(entered_by(&ast, hop.at)?.range())?;
            Some((hop.at, format!("what is done with it stays: {reason}")))
        });
        halves.collect()
    }

    /// Has threads leave the `with` around code that awaits whose file one of them opens: what was written last is written when it is closed.
    pub(super) fn close_in_threads(&self, changes: &mut [Change]) {
        for change in changes.iter_mut().filter(|change| change.action == Action::Thread) {
            let hop = Hop { function: change.function, at: change.call, via: Via::Call };
            if let Some(enter) = self.closed_in_threads(&hop, &change.findings) {
                change.action = Action::Enter(enter);
            }
        }
    }

    fn closed_in_threads(&self, hop: &Hop, findings: &[usize]) -> Option<Enter> {
        let types = &self.resolver.types;
        let (ast, own) = (types.ast(hop.function.file)?, types.world().function(hop.function)?);
        let with = entered_by(&ast, hop.at)?;
        let mut pauses = Coroutine::at(&ast, own.range)?.scope.pauses.into_iter();
        let writes = |finding: &usize| {
            let site = &self.ground.analysis.findings[*finding].site;
            let uses = self.ground.files.uses_at(self.survey, site.function, site.range);
            (site.function, site.range) == (hop.function, hop.at) && uses.iter().any(|using| using.writes)
        };
        let end = Hop { at: TextRange::empty(with.end()), via: Via::Implicit, ..*hop };
        let may_close = with.items.len() == 1
            && pauses.any(|pause| with.range().contains_range(pause))
            && findings.iter().any(writes)
            && self.may_split(&end, Part::Call).is_ok();
        may_close.then(|| self.entering(hop, &ast, with))?
    }
}

/// The `with` that enters what is made at a place.
fn entered_by(ast: &Ast, at: TextRange) -> Option<&StmtWith> {
    let path = ast.path(at);
    match path.into_iter().rev().filter(|node| node.range() != at).collect::<Vec<_>>()[..] {
        [AnyNodeRef::WithItem(_), AnyNodeRef::StmtWith(with), ..] if !with.is_async => Some(with),
        _ => None,
    }
}
