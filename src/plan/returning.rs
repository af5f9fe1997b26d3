//! What the functions of blocks return. A part of a coroutine that never comes to its end without a `return`, as `with open(path) as file:
//! return file.read()`, may stand anywhere: the coroutine returns what the function does. And where the last statement binds the one name
//! that the function gives back, it returns the value at once.

use ruff_python_ast::{AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::block::{Block, Coroutine, Form};
use super::decide::Planner;
use crate::analysis::FnId;
use crate::project::{Ast, Shape};
use crate::text::{has_word, slice};

/// Whether no way leads from a statement to what follows it, where `lets_on` says that a manager keeps no exception from going on.
pub(super) fn always_returns(stmt: AnyNodeRef<'_>, lets_on: &dyn Fn(&Expr) -> bool) -> bool {
    let ends = |body: &[Stmt]| body.last().is_some_and(|last| always_returns(last.into(), lets_on));
    match stmt {
        AnyNodeRef::StmtReturn(_) | AnyNodeRef::StmtRaise(_) => true,
        AnyNodeRef::StmtWith(with) => with.items.iter().all(|item| lets_on(&item.context_expr)) && ends(&with.body),
        AnyNodeRef::StmtIf(branch) => {
            let has_else = branch.elif_else_clauses.last().is_some_and(|clause| clause.test.is_none());
            has_else && ends(&branch.body) && branch.elif_else_clauses.iter().all(|clause| ends(&clause.body))
        }
        _ => false,
    }
}

impl Coroutine<'_> {
    /// Whether a part is the last that the coroutine does.
    fn is_last(&self, part: TextRange) -> bool {
        let is_own = self.def.body.iter().any(|stmt| stmt.start() == part.start());
        is_own && self.def.body.last().is_some_and(|last| last.end() == part.end())
    }
}

impl Planner<'_> {
    /// Whether a block is the last that its coroutine does, or always returns where it returns at all.
    pub(super) fn may_return(&self, function: FnId, coroutine: &Coroutine<'_>, block: &Block) -> bool {
        let lets_on = |manager: &Expr| self.lets_on(function, manager);
        !matches!(block.form, Form::Statements { returns: true, .. })
            || coroutine.is_last(block.range)
            || last_of(coroutine.ast, block.range).is_some_and(|last| always_returns(last, &lets_on))
    }

    /// Where the last statement of a block binds the only name that it gives back, up to the value: it returns that at once.
    pub(super) fn given_back(&self, function: FnId, block: &Block) -> Option<TextRange> {
        let Form::Statements { made, .. } = &block.form else { return None };
        let [name] = &made[..] else { return None };
        let types = &self.resolver.types;
        let (ast, text) = (types.ast(function.file)?, types.text(function.file));
        // A function inside may read it later.
        let part = slice(&text, block.range);
        if has_word(part, "def") || has_word(part, "lambda") {
            return None;
        }
        let mut last = last_of(&ast, block.range)?;
        while let AnyNodeRef::StmtWith(with) = last {
            let is_left = with.items.iter().all(|item| self.lets_on(function, &item.context_expr));
            last = with.body.last().filter(|_| is_left && !with.is_async)?.into();
        }
        match last {
            AnyNodeRef::StmtAssign(assign) => match &assign.targets[..] {
                [Expr::Name(target)] if target.id == *name => {
                    Some(TextRange::new(assign.start(), assign.value.start()))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a manager lets exceptions go on: what a library opens does. Of others that is not known.
    fn lets_on(&self, function: FnId, manager: &Expr) -> bool {
        let world = self.resolver.types.world();
        let mut sites = self.ground.analysis.findings.iter().map(|finding| &finding.site);
        let shapes = self.resolver.shapes(function.file, manager);
        sites.any(|site| (site.function, site.range) == (function, manager.range()))
            && !shapes.iter().any(|shape| matches!(shape, Shape::Instance(class) if world.is_own(class.file)))
    }
}

/// The last statement of a part.
fn last_of(ast: &Ast, part: TextRange) -> Option<AnyNodeRef<'_>> {
    let mut within = ast.path(TextRange::empty(part.end())).into_iter();
    within.find(|node| node.is_statement() && part.contains_range(node.range()))
}
