//! What Ctrl-C interrupts: Python raises a KeyboardInterrupt on the main thread only. A thread never has one, and where a coroutine
//! awaits, it is raised in the loop instead.

use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr, StmtTry};
use ruff_text_size::{Ranged, TextRange};

use super::decide::Planner;
use crate::analysis::Hop;
use crate::catalogue::Kind;
use crate::project::{Ast, last};

/// Why what is handled so stays on the main thread.
pub(super) const REASON: &str =
    "an `except KeyboardInterrupt` waits for a Ctrl-C in it, which comes neither in a thread nor at an await";
const ON_INPUT: &str = "an `except` around it waits for a Ctrl-C as well, which never comes in a thread";

/// The names of the exceptions that a handler catches; a bare one catches all.
pub(super) fn caught(handler: &ExceptHandler) -> Vec<&str> {
    let ExceptHandler::ExceptHandler(handler) = handler;
    match handler.type_.as_deref() {
        None => vec!["BaseException"],
        Some(Expr::Tuple(tuple)) => tuple.elts.iter().filter_map(last).collect(),
        Some(other) => last(other).into_iter().collect(),
    }
}

/// Whether a statement names what Ctrl-C raises, to handle it.
pub(super) fn expects(try_: &StmtTry) -> bool {
    try_.handlers.iter().any(|handler| caught(handler).contains(&"KeyboardInterrupt"))
}

/// Whether all that Ctrl-C raises is caught around a place of a function.
fn is_caught(ast: &Ast, at: TextRange) -> bool {
    let path = ast.path(at);
    let is_function =
        |node: &AnyNodeRef<'_>| matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_));
    let inner = path.iter().rposition(is_function).unwrap_or(0);
    let catches = |handler: &ExceptHandler| {
        caught(handler).iter().any(|name| matches!(*name, "KeyboardInterrupt" | "BaseException"))
    };
    path[inner..].iter().any(|node| match node {
        AnyNodeRef::StmtTry(try_) => {
            try_.body.iter().any(|stmt| stmt.range().contains_range(at)) && try_.handlers.iter().any(catches)
        }
        _ => false,
    })
}

impl Planner<'_> {
    /// Whether nobody would miss the Ctrl-C of a user who is asked for something.
    pub(super) fn may_miss_interrupt(&self, hop: &Hop, findings: &[usize]) -> Result<(), String> {
        let is_caught_at = |file, at| self.resolver.types.ast(file).is_some_and(|ast| is_caught(&ast, at));
        let mut asks = findings.iter().filter(|finding| self.api(**finding).kind == Kind::Input);
        let is_expected = |finding: &usize| {
            let site = &self.ground.analysis.findings[*finding].site;
            is_caught_at(site.file, site.range) || is_caught_at(hop.function.file, hop.at)
        };
        if asks.any(is_expected) { Err(ON_INPUT.to_owned()) } else { Ok(()) }
    }
}
