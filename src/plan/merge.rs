//! Parts of a coroutine in which several threads would do one thing each: one thread does all of it.
//!
//! `exists(path) and getsize(path) > limit` looks at one file, and `[getsize(path) for path in paths]` at many; a thread for each costs more
//! than what it does, and lets other tasks in between. So does one for what an argument of a call is, and one for the call.

use ruff_python_ast::{AnyNodeRef, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::block::{Block, Coroutine, Form};
use super::blocks::Entry;
use super::decide::Planner;
use crate::analysis::{FnId, Via};
use crate::catalogue::Kind;
use crate::project::facts::CallForm;

/// Statements that follow each other are worth a function of their own from this many threads on.
const MANY: usize = 3;

impl Planner<'_> {
    /// The parts of a function that one thread had better do, the larger first.
    pub(super) fn merged(&self, function: FnId, coroutine: &Coroutine<'_>, entries: &[Entry<'_>]) -> Vec<Block> {
        let is_quick = |entry: &&Entry<'_>| {
            let is_disk = entry.findings.iter().all(|finding| self.api(*finding).kind == Kind::Disk);
            entry.is_thread && entry.hop.via == Via::Call && is_disk
        };
        let places: Vec<TextRange> = entries.iter().filter(is_quick).map(|entry| entry.hop.at).collect();
        let mut parts: Vec<Block> = places.iter().flat_map(|at| coroutine.parts_with(*at, &places)).collect();
        parts.extend(places.iter().filter_map(|at| coroutine.call_with(*at, &places)));
        parts.retain(|part| self.does_nothing_else(function, part.range, &places));
        parts
    }

    /// Whether a part calls nothing of the program but what is at these places, and in them.
    fn does_nothing_else(&self, function: FnId, part: TextRange, places: &[TextRange]) -> bool {
        let facts = self.resolver.types.facts(function.file);
        let outline = self.survey.outline(function);
        let mut calls = facts.calls.iter().filter(|call| {
            call.function == function.index && call.form == CallForm::Call && part.contains_range(call.range)
        });
        calls.all(|call| {
            let follow = || outline.call_at(call.range).map(|(_, made)| self.survey.follow(function, made));
            places.contains(&call.range)
                || follow().is_some_and(|follow| !follow.targets.is_empty() && follow.callees.is_empty())
        })
    }
}

impl Coroutine<'_> {
    fn parts_with(&self, at: TextRange, places: &[TextRange]) -> Vec<Block> {
        let path = self.ast.path(at);
        let start = path.iter().position(|node| node.range() == self.def.range()).map_or(path.len(), |index| index + 1);
        let inner = &path[start.min(path.len())..];
        let is_scope = |node: &AnyNodeRef<'_>| {
            matches!(
                node,
                AnyNodeRef::StmtFunctionDef(_)
                    | AnyNodeRef::StmtClassDef(_)
                    | AnyNodeRef::ExprLambda(_)
                    | AnyNodeRef::ExprGenerator(_)
            )
        };
        let Some(innermost) = inner.iter().rposition(|node| node.is_statement()) else { return Vec::new() };
        if inner.iter().any(is_scope) {
            return Vec::new();
        }
        let mut parts: Vec<Block> = Vec::new();
        parts.extend(self.loop_of(at));
        parts.extend(self.expression_of(&inner[innermost + 1..], places));
        let lists = std::iter::once(&self.def.body[..]).chain(inner.iter().flat_map(|node| super::block::lists(*node)));
        parts.extend(lists.filter_map(|list| self.run_with(list, at, places)));
        parts
    }

    /// The call at a place whose arguments have others of the places.
    fn call_with(&self, at: TextRange, places: &[TextRange]) -> Option<Block> {
        let arguments = self.ast.call(at)?.arguments.range();
        let is_free = self.scope.is_closed(at) && self.scope.bound_in(at).is_empty();
        let has_others = places.iter().any(|place| arguments.contains_range(*place));
        (is_free && has_others).then_some(Block { range: at, form: Form::Expression })
    }

    /// The outermost comprehension around a place, or else the smallest expression that has another one of the places.
    fn expression_of(&self, path: &[AnyNodeRef<'_>], places: &[TextRange]) -> Option<Block> {
        let is_free = |range: TextRange| self.scope.is_closed(range) && self.scope.bound_in(range).is_empty();
        let is_repeated = |node: &&AnyNodeRef<'_>| {
            matches!(node, AnyNodeRef::ExprListComp(_) | AnyNodeRef::ExprSetComp(_) | AnyNodeRef::ExprDictComp(_))
        };
        let has_many =
            |node: &&AnyNodeRef<'_>| places.iter().filter(|at| node.range().contains_range(**at)).count() > 1;
        let is_plain = |node: &AnyNodeRef<'_>| {
            matches!(
                node,
                AnyNodeRef::ExprBoolOp(_)
                    | AnyNodeRef::ExprCompare(_)
                    | AnyNodeRef::ExprBinOp(_)
                    | AnyNodeRef::ExprIf(_)
                    | AnyNodeRef::ExprDict(_)
                    | AnyNodeRef::ExprList(_)
            )
        };
        let repeated = path.iter().find(is_repeated);
        let node = match repeated {
            Some(node) => node,
            None => path.iter().rev().find(has_many).filter(|node| is_plain(node))?,
        };
        is_free(node.range()).then(|| Block { range: node.range(), form: Form::Expression })
    }

    /// The statements of a list around one of the places that each have some of them, where they are many together, or one of them is a
    /// `with`, which gets a function anyway. They may return where they always do.
    fn run_with(&self, list: &[Stmt], at: TextRange, places: &[TextRange]) -> Option<Block> {
        self.run_that(list, at, places, true).or_else(|| self.run_that(list, at, places, false))
    }

    fn run_that(&self, list: &[Stmt], at: TextRange, places: &[TextRange], may_return: bool) -> Option<Block> {
        let count = |stmt: &Stmt| places.iter().filter(|place| stmt.range().contains_range(**place)).count();
        let returns = |stmt: &Stmt| self.scope.returns.iter().any(|(at, _)| stmt.range().contains_range(*at));
        let opens = |stmt: &Stmt| {
            let items = stmt.as_with_stmt().map_or(&[][..], |with| &with.items);
            items.iter().any(|item| places.contains(&item.context_expr.range()))
        };
        let is_part = |stmt: &Stmt| {
            let is_one = matches!(stmt, Stmt::Expr(_) | Stmt::Assign(_) | Stmt::AnnAssign(_) | Stmt::If(_));
            let may_be = may_return || !returns(stmt);
            (is_one || opens(stmt)) && count(stmt) > 0 && may_be && self.scope.is_closed(stmt.range())
        };
        let position = list.iter().position(|stmt| stmt.range().contains_range(at))?;
        is_part(&list[position]).then_some(())?;
        let first = list[..position].iter().rposition(|stmt| !is_part(stmt)).map_or(0, |index| index + 1);
        let last = list[position..].iter().position(|stmt| !is_part(stmt)).map_or(list.len(), |index| position + index);
        let run = &list[first..last];
        let is_test_and_more = |stmt: &Stmt| stmt.is_if_stmt() && count(stmt) > 1;
        let many = run.iter().map(count).sum::<usize>() >= MANY || run.iter().any(opens);
        if many && run.len() > 1 {
            return self.run_of(run);
        }
        run.iter().find(|stmt| is_test_and_more(stmt) && stmt.range().contains_range(at)).and_then(|stmt| {
            let branch = stmt.as_if_stmt()?;
            // What only one of its branches does needs no function.
            let asks = places.iter().any(|place| branch.test.range().contains_range(*place));
            let acts = places
                .iter()
                .any(|place| !branch.test.range().contains_range(*place) && branch.range().contains_range(*place));
            (asks && acts).then(|| self.run_of(std::slice::from_ref(stmt)))?
        })
    }
}
