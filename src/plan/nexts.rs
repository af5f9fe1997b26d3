//! Calls of `next` that may come to an end in a thread, which cannot hand on StopIteration.

use ruff_text_size::{Ranged, TextRange};

use super::Action;
use super::block::{Block, Form};
use super::decide::Planner;
use super::follow::leaks_stop_iteration;
use crate::analysis::FnId;
use crate::project::{Ast, FileId};
use crate::text::has_word;

/// What is called in place of `next`.
pub const NEXT: &str = "_next";

/// The calls of `next` in a part that goes to a thread, by the range of the name, which fail in another way there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nexts {
    pub calls: Vec<TextRange>,
    /// The module has the helper already.
    pub has_helper: bool,
}

impl Planner<'_> {
    pub(super) fn block_action(&self, function: FnId, block: &Block) -> Action {
        let nexts = self.resolver.types.ast(function.file).map(|ast| Nexts {
            calls: self.leaking(function, &ast, block.range).filter_map(|call| name_of(&ast, call)).collect(),
            has_helper: has_helper(&ast),
        });
        let mut form = block.form.clone();
        if let Form::Statements { given_back, .. } = &mut form {
            *given_back = self.given_back(function, block);
        }
        Action::Block(form, nexts.unwrap_or_default())
    }

    /// Whether a part of a coroutine can end with a StopIteration that must come out of it: the coroutine catches it, or no helper
    /// can be there.
    pub(super) fn leaks_stop_iteration(&self, function: FnId, ast: &Ast, part: TextRange) -> bool {
        self.leaking(function, ast, part).any(|call| {
            let is_caught =
                ast.call(call).is_some_and(|call| !leaks_stop_iteration(self.survey, function, ast, call, None));
            is_caught || name_of(ast, call).is_none() || !self.may_have_helper(function.file, ast)
        })
    }

    fn leaking(&self, function: FnId, ast: &Ast, part: TextRange) -> impl Iterator<Item = TextRange> {
        let facts = self.resolver.types.facts(function.file);
        let calls = facts.calls.iter().map(|call| call.range).filter(|call| part.contains_range(*call));
        let mut leaking: Vec<TextRange> = calls
            .filter(|call| {
                let call = ast.call(*call);
                call.is_some_and(|call| leaks_stop_iteration(self.survey, function, ast, call, Some(part)))
            })
            .collect();
        leaking.dedup();
        leaking.into_iter()
    }

    fn may_have_helper(&self, file: FileId, ast: &Ast) -> bool {
        has_helper(ast) || !has_word(&self.resolver.types.text(file), NEXT)
    }
}

/// The name `next` in a call of it.
fn name_of(ast: &Ast, call: TextRange) -> Option<TextRange> {
    ast.call(call)?.func.as_name_expr().map(Ranged::range)
}

fn has_helper(ast: &Ast) -> bool {
    ast.module().body.iter().filter_map(|stmt| stmt.as_function_def_stmt()).any(|def| def.name.as_str() == NEXT)
}
