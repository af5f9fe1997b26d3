//! Objects that a `for` makes in order to go through them.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};

use super::{Draft, Refusal};
use crate::analysis::FnId;
use crate::project::Ast;

impl Draft<'_> {
    /// The loop whose header makes the object of `class` at `at` becomes an `async for` over one of the other class.
    pub(super) fn looped(&mut self, function: FnId, ast: &Ast, at: TextRange, class: &str) -> Result<(), Refusal> {
        let rule = self.target.class(class).filter(|rule| rule.loops);
        rule.ok_or_else(|| format!("going through `{class}` has no counterpart"))?;
        let path = ast.path(at);
        let for_ = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtFor(for_) => Some(*for_),
            _ => None,
        });
        let for_ = for_.filter(|for_| !for_.is_async && for_.iter.range() == at);
        let made = ast.call(at).filter(|call| self.is_made(function.file, call, class));
        let (for_, call) = for_.zip(made).ok_or("it is not made by the loop that goes through it")?;
        self.awaits(function, at)?;
        self.made(function, call, class)?;
        self.exchange.withs.push((function.file, for_.range()));
        self.exchange.awaited.push((function, at));
        Ok(())
    }
}
