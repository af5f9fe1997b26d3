//! Tasks that are made, and awaited together behind: who is cancelled in between has nothing that would cancel them.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use crate::analysis::Resolver;
use crate::project::{goes_round, last};

/// What cancels all that it is given when it is cancelled itself
/// (<https://docs.python.org/3/library/asyncio-task.html#asyncio.gather>).
const ALL: &str = "gather";

/// Why nothing may give the loop back between tasks that are made and what waits for all of them.
pub(super) fn orphaned(resolver: &Resolver<'_>, path: &[AnyNodeRef<'_>], at: TextRange) -> Option<String> {
    let def: &StmtFunctionDef = path.iter().rev().find_map(|node| node.as_stmt_function_def())?;
    let mut tasks = Tasks { makers: &resolver.catalogue().tasks.makes, made: Vec::new(), awaits: Vec::new() };
    tasks.visit_body(&def.body);
    let (_, joined) = *tasks.awaits.iter().find(|(awaited, _)| awaited.start() >= at.end())?;
    let is_around = |made: &TextRange| {
        let mut around = path.iter().filter(|node| def.range().contains_range(node.range()) && goes_round(**node));
        around.any(|node| node.range().contains_range(*made))
    };
    let mut made = tasks.made.iter().filter(|made| made.end() <= at.start() || is_around(made));
    let is_in_one_go = |made: &&TextRange| {
        let whole = made.cover(at);
        !tasks.awaits.iter().any(|(awaited, _)| whole.contains_range(*awaited))
    };
    (joined && made.any(|made| is_in_one_go(&made))).then(|| {
        "tasks are made before it and awaited behind it: a task that is cancelled in between would leave them running".to_owned()
    })
}

/// The calls in a function that make tasks, and its awaits, each with whether it is one of all that it is given.
struct Tasks<'c> {
    makers: &'c [String],
    made: Vec<TextRange>,
    awaits: Vec<(TextRange, bool)>,
}

impl<'a> Visitor<'a> for Tasks<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Await(await_) => {
                let joined = await_.value.as_call_expr().and_then(|call| last(&call.func)) == Some(ALL);
                self.awaits.push((await_.range(), joined));
            }
            Expr::Call(call) if last(&call.func).is_some_and(|name| self.makers.iter().any(|maker| maker == name)) => {
                self.made.push(call.range());
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}
