//! What is taken before a place and given back by a `try` behind it, and what is given back one after the other: a task that is cancelled
//! in between would keep the rest.

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr, Stmt, StmtTry};
use ruff_text_size::{Ranged, TextRange};

use super::ended::Ended;
use super::{NEAR, holds, is_wide, suite_of};
use crate::plan::spelled::SHOWN;
use crate::project::{dotted, last};

/// Why what cleans up must not be left half way: more of it stands behind a place, and no await in front of it.
pub(super) fn unfinished(node: &AnyNodeRef<'_>, at: TextRange, ended: Option<&Ended<'_>>) -> Option<String> {
    let AnyNodeRef::StmtTry(try_) = node else { return None };
    let wide = try_.handlers.iter().filter(|handler| is_wide(handler));
    let wide = wide.map(|ExceptHandler::ExceptHandler(handler)| &handler.body[..]);
    let suite = std::iter::once(&try_.finalbody[..]).chain(wide).find(|suite| holds(suite, at))?;
    let here = suite.iter().position(|stmt| stmt.end() > at.start())?;
    let mut behind = suite.iter().filter(|stmt| stmt.start() >= at.end());
    let is_first = !any_over_body(suite.get(..here)?, Expr::is_await_expr);
    let is_missed = |stmt: &Stmt| does_something(stmt) && !ended.is_some_and(|ended| ended.is_about(stmt));
    (is_first && behind.any(is_missed))
        .then(|| "more is cleaned up behind it, which a task that is cancelled in it would not do".to_owned())
}

/// Whether a statement does more than to show something, to bind a variable, to end the function, or to go on with an exception.
fn does_something(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Return(return_) => return_.value.as_ref().is_some_and(|value| value.is_call_expr()),
        Stmt::Raise(_) | Stmt::Pass(_) | Stmt::Continue(_) | Stmt::Break(_) => false,
        Stmt::Assign(assign) => !assign.targets.iter().all(Expr::is_name_expr) || assign.value.is_call_expr(),
        Stmt::Expr(expr) => {
            let called = expr.value.as_call_expr().and_then(|call| last(&call.func));
            !called.is_some_and(|name| SHOWN.contains(&name))
        }
        _ => true,
    }
}

/// Why nothing may come between what a statement before a place takes, or changes, and the `try` behind the place that gives it back.
pub(super) fn taken_before(path: &[AnyNodeRef<'_>], at: TextRange, ended: Option<&Ended<'_>>) -> Option<String> {
    let suite = path.iter().rev().find_map(|node| suite_of(*node, at))?;
    let here = suite.iter().position(|stmt| stmt.end() > at.start())?;
    let behind = suite.iter().filter(|stmt| stmt.start() >= at.end());
    let guard = behind.take(NEAR).find_map(Stmt::as_try_stmt)?;
    let cleaning: Vec<&Stmt> = cleaning(guard).collect();
    let is_awaited = |stmt: &Stmt| any_over_body(std::slice::from_ref(stmt), Expr::is_await_expr);
    for stmt in suite.get(..here)?.iter().rev().take(NEAR) {
        let given_back = |place: &String| {
            let is_ended = ended.is_some_and(|ended| ended.has(place));
            !is_ended && cleaning.iter().any(|cleaning| gives_place_back(cleaning, place))
        };
        if let Some(place) = taken(stmt).filter(given_back) {
            return Some(format!(
                "the `try` behind it gives back `{place}`, which is taken before it: a task that is cancelled in between would not"
            ));
        }
        if is_awaited(stmt) {
            return None;
        }
    }
    None
}

/// The statements of a `try` that run also when its task is cancelled.
pub(super) fn cleaning(try_: &StmtTry) -> impl Iterator<Item = &Stmt> {
    let handlers = try_.handlers.iter().filter(|handler| is_wide(handler));
    let bodies = handlers.flat_map(|ExceptHandler::ExceptHandler(handler)| &handler.body);
    try_.finalbody.iter().chain(bodies)
}

/// What a statement binds, counts, or asks something of: a variable, an attribute, the object that a method is called on, the container
/// that an item is set in.
fn taken(stmt: &Stmt) -> Option<String> {
    match stmt {
        Stmt::Assign(assign) => match &assign.targets[..] {
            [Expr::Subscript(item)] => dotted(&item.value),
            [target] => dotted(target),
            _ => None,
        },
        Stmt::AnnAssign(assign) => assign.value.as_ref().and_then(|_| dotted(&assign.target)),
        Stmt::AugAssign(assign) => dotted(&assign.target),
        Stmt::Expr(expr) => {
            let value = expr.value.as_await_expr().map_or(&*expr.value, |await_| &*await_.value);
            dotted(&value.as_call_expr()?.func.as_attribute_expr()?.value)
        }
        _ => None,
    }
}

/// Whether a statement that cleans up binds, counts or deletes a place, hands it on, or calls something on it.
fn gives_place_back(stmt: &Stmt, place: &str) -> bool {
    let mut finder = Returns { place, is_found: false };
    finder.visit_stmt(stmt);
    finder.is_found
}

struct Returns<'p> {
    place: &'p str,
    is_found: bool,
}

impl<'a> Visitor<'a> for Returns<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.is_found |= taken(stmt).is_some_and(|taken| taken == self.place);
        if let Stmt::Delete(delete) = stmt {
            self.is_found |= delete.targets.iter().any(|target| match target {
                Expr::Subscript(item) => dotted(&item.value).is_some_and(|name| name == self.place),
                target => dotted(target).is_some_and(|name| name == self.place),
            });
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            let is_it = |value: &Expr| {
                let names = dotted(value);
                names.is_some_and(|names| {
                    names == self.place || names.strip_prefix(self.place).is_some_and(|rest| rest.starts_with('.'))
                })
            };
            self.is_found |= call.func.as_attribute_expr().is_some_and(|method| is_it(&method.value))
                || call.arguments.iter_source_order().any(|argument| is_it(argument.value()));
        }
        walk_expr(self, expr);
    }
}
