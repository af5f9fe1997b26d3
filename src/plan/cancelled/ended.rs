//! Tasks that end with the coroutine that makes them: its runner cancels what is left of them, and waits for that. Who is cancelled before it
//! has cancelled them itself leaves nothing running.

use ruff_python_ast::{AnyNodeRef, Expr, Stmt, StmtFunctionDef};
use ruff_text_size::TextRange;

use super::{holds, orphaned::ALL};
use crate::analysis::FnId;
use crate::catalogue::Tasks;
use crate::plan::memo::Survey;
use crate::plan::scope::Scope;
use crate::project::last;

/// What a task is told to end by.
const CANCEL: &str = "cancel";
/// A manager that goes on when what stands in it has been cancelled.
const SUPPRESS: &str = "suppress";

/// Variables that hold tasks, or several of them.
#[derive(Default)]
pub(super) struct Ended<'a>(Vec<&'a str>);

impl<'a> Ended<'a> {
    /// The tasks that a function makes, where it ends if it is cancelled at a place, and its loop with it.
    pub(super) fn of(survey: Survey<'_>, function: FnId, path: &[AnyNodeRef<'a>], at: TextRange) -> Option<Self> {
        let (first, inside) = path.split_first()?;
        let def: &StmtFunctionDef = first.as_stmt_function_def()?;
        let goes_on = |node: &AnyNodeRef<'_>| match node {
            AnyNodeRef::StmtTry(try_) => !holds(&try_.finalbody, at),
            AnyNodeRef::StmtWith(_) | AnyNodeRef::StmtFunctionDef(_) => true,
            _ => false,
        };
        if inside.iter().any(goes_on) || !survey.is_last(function) {
            return None;
        }
        let tasks = &survey.resolver.catalogue().tasks;
        let scope = Scope::of(def);
        let is_own = |name: &str| {
            scope.bound.iter().filter(|(bound, _)| bound == name).count() == 1
                && !scope.declared.iter().any(|declared| declared == name)
        };
        let made = def.body.iter().filter_map(|stmt| match stmt {
            Stmt::Assign(assign) if makes(tasks, &assign.value) => assign.targets.first()?.as_name_expr(),
            Stmt::AnnAssign(assign) if makes(tasks, assign.value.as_deref()?) => assign.target.as_name_expr(),
            _ => None,
        });
        Some(Self(made.map(|name| name.id.as_str()).filter(|name| is_own(name)).collect()))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }

    /// Whether a statement only cancels such tasks, or waits for them.
    pub(super) fn is_about(&self, stmt: &Stmt) -> bool {
        let all = |body: &[Stmt]| body.iter().all(|stmt| self.is_about(stmt));
        match stmt {
            Stmt::Expr(expr) => match &*expr.value {
                Expr::Await(await_) => self.holds(&await_.value),
                value => self.is_cancelled(value, None),
            },
            Stmt::For(for_) => {
                let each = for_.target.as_name_expr().map(|name| name.id.as_str());
                let is_cancelled =
                    |stmt: &Stmt| stmt.as_expr_stmt().is_some_and(|stmt| self.is_cancelled(&stmt.value, each));
                self.holds(&for_.iter) && for_.body.iter().all(is_cancelled) && all(&for_.orelse)
            }
            Stmt::With(with) => {
                let is_open =
                    |manager: &Expr| manager.as_call_expr().is_some_and(|call| last(&call.func) == Some(SUPPRESS));
                with.items.iter().all(|item| is_open(&item.context_expr)) && all(&with.body)
            }
            _ => false,
        }
    }

    /// Whether a call cancels one of the tasks, or what the variable of a loop through them holds.
    fn is_cancelled(&self, value: &Expr, each: Option<&str>) -> bool {
        let method = value.as_call_expr().and_then(|call| call.func.as_attribute_expr());
        let method = method.filter(|method| method.attr.as_str() == CANCEL);
        let name = method.and_then(|method| method.value.as_name_expr()).map(|name| name.id.as_str());
        name.is_some_and(|name| self.has(name) || each == Some(name))
    }

    /// Whether an expression is one of the variables, or what waits for all that they hold.
    fn holds(&self, value: &Expr) -> bool {
        match value {
            Expr::Name(name) => self.has(&name.id),
            Expr::Starred(starred) => self.holds(&starred.value),
            Expr::Call(call) if last(&call.func) == Some(ALL) => {
                call.arguments.args.iter().all(|given| self.holds(given))
                    && call.arguments.keywords.iter().all(|keyword| keyword.value.is_literal_expr())
            }
            _ => false,
        }
    }
}

/// Whether a value is a task that is made there, or a list of such.
fn makes(tasks: &Tasks, value: &Expr) -> bool {
    match value {
        Expr::Call(call) => last(&call.func).is_some_and(|name| tasks.may_make(name)),
        Expr::ListComp(comp) => makes(tasks, &comp.elt),
        Expr::List(list) => list.elts.iter().all(|item| makes(tasks, item)),
        _ => false,
    }
}
