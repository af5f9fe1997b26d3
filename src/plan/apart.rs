//! Whether a thread that works for a coroutine, and other uses of what it works on, never come together; and what goes on while a thread
//! still works, because its coroutine was cancelled or cut off.

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::{AnyNodeRef, ExceptHandlerExceptHandler, Expr, Stmt, WithItem};
use ruff_text_size::{Ranged, TextRange};

use super::decide::Planner;
use super::references::Mention;
use super::settled::{DEPTH, When, handlers, holds, leaves_by_end, limits, passes_over};
use super::state::{Turn, Work};
use crate::analysis::{FnId, Lookup};
use crate::catalogue::Tasks;
use crate::project::last;

/// What stands for a task that is cancelled, where it is caught.
const CANCELLED: [&str; 2] = ["BaseException", "CancelledError"];
/// What passes over exceptions that it is given.
const SUPPRESS: &str = "suppress";

impl Planner<'_> {
    /// Whether no thread of a turn is at work while a function does something at a place: each is over by then, or all that the function
    /// does there is over when a coroutine has the thread work.
    pub(super) fn is_apart(&self, function: FnId, at: TextRange, turn: &Turn<'_>) -> bool {
        let is_async = |id: FnId| self.resolver.types.world().function(id).is_some_and(|own| own.is_async);
        let is_over_by = |work: &Work<'_>| {
            let frames = self.frames(work.of, work.at);
            is_async(work.of)
                && self.is_alone(work.of, DEPTH)
                && !frames.iter().any(|(frame, _)| *frame == function)
                && !self.may_go_on(&frames)
                && self.is_over(&frames, function, at, DEPTH)
        };
        let is_calm =
            |work: Work<'_>| self.is_calm(function, at, &Turn { functions: turn.functions, works: vec![work] });
        turn.works.iter().all(|work| is_calm(*work) || is_over_by(work))
    }

    /// Whether a coroutine is awaited where it is made, and nothing there goes on where that was cut off: the next one begins when it is over.
    pub(super) fn is_awaited_each_time(&self, mention: &Mention) -> bool {
        let types = &self.resolver.types;
        let (Some(ast), Some(own)) = (types.ast(mention.caller.file), types.world().function(mention.caller)) else {
            return false;
        };
        let path = ast.path(mention.at);
        let Some(start) = path.iter().rposition(|node| node.range() == own.range) else { return false };
        let path = &path[start + 1..];
        let is_awaited =
            path.iter().rev().find(|node| node.range() != mention.at).is_some_and(|node| node.is_expr_await());
        let tasks = &self.resolver.catalogue().tasks;
        let goes_on =
            |node: &AnyNodeRef<'_>| passes_over(tasks, node) || limits(tasks, node) || survives(node, mention.at);
        let is_put_off = |node: &AnyNodeRef<'_>| node.is_expr_lambda() || node.is_expr_generator();
        is_awaited && !path.iter().any(|node| goes_on(node) || is_put_off(node))
    }

    /// Whether the first of some frames may go on, or be over, while a thread still works for it at a call, because it was cut off or
    /// cancelled there.
    pub(super) fn is_left_behind(&self, frames: &[(FnId, TextRange)], call: TextRange, when: When) -> bool {
        let tasks = &self.resolver.catalogue().tasks;
        let Some((function, _)) = frames.first() else { return true };
        let goes_on = |path: &[AnyNodeRef<'_>], node: &AnyNodeRef<'_>| {
            let is_limited = || limits(tasks, node) && !self.end_by_failure(path, node.range(), when, frames);
            cuts_waits(tasks, node) || survives(node, call) || is_limited()
        };
        self.is_around(*function, call, &|path, node| {
            goes_on(path, node) && !when.is_in(node.range()) || ends_at(node, call, when)
        })
    }

    /// Whether one of some frames does anything more when it was cut off or cancelled at its call.
    fn may_go_on(&self, frames: &[(FnId, TextRange)]) -> bool {
        let tasks = &self.resolver.catalogue().tasks;
        let is_ended = |node: &AnyNodeRef<'_>, call: TextRange| {
            let try_ = node.as_stmt_try().filter(|try_| !holds(&try_.finalbody, call));
            try_.is_some_and(|try_| {
                !try_.finalbody.is_empty() || holds(&try_.body, call) && handlers(try_).any(takes_cancelled)
            })
        };
        frames.iter().enumerate().any(|(index, (function, call))| {
            let frames = &frames[index..];
            self.is_around(*function, *call, &|path, node| {
                let is_limited = || limits(tasks, node) && !self.end_by_failure(path, node.range(), When::End, frames);
                cuts_waits(tasks, node) || is_ended(node, *call) || is_limited()
            })
        })
    }

    /// Whether a failure at a place in the first of some frames keeps the code from coming to another one, and ends all of them.
    fn end_by_failure(
        &self,
        path: &[AnyNodeRef<'_>],
        from: TextRange,
        when: When,
        frames: &[(FnId, TextRange)],
    ) -> bool {
        let is_whole = frames.last().is_some_and(|(function, _)| self.is_run_first(*function));
        let fails = |(function, at): &(FnId, TextRange)| {
            !self.is_around(*function, *at, &|path, node| node.is_stmt_try() && !leaves_by_end(path, *at, When::End))
        };
        is_whole && leaves_by_end(path, from, when) && frames.iter().skip(1).all(fails)
    }

    /// Whether a function has such a statement around a call.
    pub(super) fn is_around(
        &self,
        function: FnId,
        call: TextRange,
        is_it: &dyn Fn(&[AnyNodeRef<'_>], &AnyNodeRef<'_>) -> bool,
    ) -> bool {
        let types = &self.resolver.types;
        let (Some(ast), Some(own)) = (types.ast(function.file), types.world().function(function)) else { return true };
        let path = ast.path(call);
        let start = path.iter().position(|node| own.range.contains_range(node.range())).unwrap_or(path.len());
        path[start..].iter().any(|node| is_it(&path[start..], node))
    }
}

/// Whether a statement goes on although what it waits for may have been cut off: more than one that passes over other exceptions.
fn cuts_waits(tasks: &Tasks, node: &AnyNodeRef<'_>) -> bool {
    let AnyNodeRef::StmtWith(with) = node else { return false };
    let passes_over_others = |item: &WithItem| {
        let given = item.context_expr.as_call_expr().filter(|call| last(&call.func) == Some(SUPPRESS));
        given.is_some_and(|call| !call.arguments.args.iter().any(|one| any_over_expr(one, is_cancelled)))
    };
    passes_over(tasks, node) && !with.items.iter().all(passes_over_others)
}

fn is_cancelled(expr: &Expr) -> bool {
    last(expr).is_some_and(|name| CANCELLED.contains(&name))
}

/// Whether a `try` goes on although what is in it was cancelled.
fn survives(node: &AnyNodeRef<'_>, at: TextRange) -> bool {
    let AnyNodeRef::StmtTry(try_) = node else { return false };
    let mut handlers = handlers(try_).filter(|handler| takes_cancelled(handler));
    holds(&try_.body, at) && handlers.any(|handler| !matches!(handler.body.last(), Some(Stmt::Raise(_))))
}

/// Whether a place is where a `try` comes to when what is in it was cancelled.
fn ends_at(node: &AnyNodeRef<'_>, call: TextRange, when: When) -> bool {
    let (AnyNodeRef::StmtTry(try_), When::At(at)) = (node, when) else { return false };
    let is_handled = || handlers(try_).any(|handler| takes_cancelled(handler) && holds(&handler.body, at));
    !holds(&try_.finalbody, call) && holds(&try_.finalbody, at) || holds(&try_.body, call) && is_handled()
}

fn takes_cancelled(handler: &ExceptHandlerExceptHandler) -> bool {
    handler.type_.as_deref().is_none_or(|type_| any_over_expr(type_, is_cancelled))
}
