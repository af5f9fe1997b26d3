//! Whether a thread that works for a coroutine, and other uses of what it works on, never come together; and what goes on while a thread
//! still works, because its coroutine was cancelled or cut off.

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::{AnyNodeRef, ExceptHandlerExceptHandler, Expr, Stmt, WithItem};
use ruff_text_size::{Ranged, TextRange};

use super::decide::Planner;
use super::references::Mention;
use super::settled::{DEPTH, When, cuts, handlers, holds};
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
                && !frames.iter().any(|(frame, at)| *frame == function || self.may_go_on(*frame, *at))
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
        let goes_on = |node: &AnyNodeRef<'_>| cuts(tasks, node) || survives(node, mention.at);
        let is_put_off = |node: &AnyNodeRef<'_>| node.is_expr_lambda() || node.is_expr_generator();
        is_awaited && !path.iter().any(|node| goes_on(node) || is_put_off(node))
    }

    /// Whether a function may go on, or be over, while a thread still works for it at a call, because it was cut off or cancelled there.
    pub(super) fn is_left_behind(&self, function: FnId, call: TextRange, when: When) -> bool {
        let tasks = &self.resolver.catalogue().tasks;
        let goes_on = |node: &AnyNodeRef<'_>| cuts_waits(tasks, node) || survives(node, call);
        self.is_around(function, call, &|node| goes_on(node) && !when.is_in(node.range()) || ends_at(node, call, when))
    }

    /// Whether a function does anything more when it was cut off or cancelled at a call.
    fn may_go_on(&self, function: FnId, call: TextRange) -> bool {
        let tasks = &self.resolver.catalogue().tasks;
        let is_ended = |node: &AnyNodeRef<'_>| {
            let try_ = node.as_stmt_try().filter(|try_| !holds(&try_.finalbody, call));
            try_.is_some_and(|try_| {
                !try_.finalbody.is_empty() || holds(&try_.body, call) && handlers(try_).any(takes_cancelled)
            })
        };
        self.is_around(function, call, &|node| cuts_waits(tasks, node) || is_ended(node))
    }

    /// Whether a function has such a statement around a call.
    fn is_around(&self, function: FnId, call: TextRange, is_it: &dyn Fn(&AnyNodeRef<'_>) -> bool) -> bool {
        let types = &self.resolver.types;
        let (Some(ast), Some(own)) = (types.ast(function.file), types.world().function(function)) else { return true };
        ast.path(call).iter().any(|node| own.range.contains_range(node.range()) && is_it(node))
    }
}

/// Whether a statement goes on although what it waits for may have been cut off: more than one that passes over other exceptions.
fn cuts_waits(tasks: &Tasks, node: &AnyNodeRef<'_>) -> bool {
    let AnyNodeRef::StmtWith(with) = node else { return false };
    let passes_over = |item: &WithItem| {
        let given = item.context_expr.as_call_expr().filter(|call| last(&call.func) == Some(SUPPRESS));
        given.is_some_and(|call| !call.arguments.args.iter().any(|one| any_over_expr(one, is_cancelled)))
    };
    cuts(tasks, node) && !with.items.iter().all(passes_over)
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
