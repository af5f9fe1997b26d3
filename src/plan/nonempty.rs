//! What a test has found something in: `if names: first = next(iter(names))`.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{AnyNodeRef, BoolOp, CmpOp, Expr, ExprCall, ExprContext, Number, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::factory;
use super::memo::Survey;
use crate::analysis::FnId;
use crate::project::Ast;
use crate::project::facts::is_mutator;

/// Whether a call of `next` gets the first item of a container that a test around it has found something in: one that nobody else
/// has, and that is only read in between.
pub(super) fn has_first(survey: Survey<'_>, function: FnId, ast: &Ast, call: &ExprCall) -> bool {
    let Some((name, container)) = call.arguments.args.first().and_then(container) else { return false };
    let path = ast.path(call.range());
    let tested = path.iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtIf(branch) if finds(&branch.test, name) => {
            let body = branch.body.first()?.range().cover(branch.body.last()?.range());
            body.contains_range(call.range()).then_some(branch)
        }
        _ => None,
    });
    let is_in_function = |at: TextRange| {
        let facts = survey.resolver.types.facts(function.file);
        facts.enclosing(at.start()) == function.index
    };
    tested.is_some_and(|branch| {
        let mut uses = Uses { name, until: call.range(), are_reads: true };
        uses.visit_body(&branch.body);
        uses.are_reads && is_in_function(branch.range()) && is_own(survey, function, container)
    })
}

/// The variable whose first item is asked for: `iter(x)`, `iter(x.values())`.
fn container(iterator: &Expr) -> Option<(&Name, &Expr)> {
    let call = iterator.as_call_expr()?;
    let is_iter = call.func.as_name_expr().is_some_and(|func| func.id.as_str() == "iter");
    let [whole] = &*call.arguments.args else { return None };
    let object = match whole {
        Expr::Call(view) => {
            let view = view.func.as_attribute_expr().filter(|_| view.arguments.is_empty())?;
            matches!(view.attr.as_str(), "items" | "keys" | "values").then_some(&*view.value)?
        }
        whole => whole,
    };
    Some((&object.as_name_expr().filter(|_| is_iter)?.id, object))
}

/// Whether a test only holds where there is something in a variable: `x`, `len(x) == 1`, `x and y`.
fn finds(test: &Expr, name: &Name) -> bool {
    let is_it = |expr: &Expr| expr.as_name_expr().is_some_and(|own| own.id == *name);
    match test {
        Expr::BoolOp(operation) if operation.op == BoolOp::And => {
            operation.values.iter().any(|value| finds(value, name))
        }
        Expr::Compare(compare) => {
            let (Some(count), [op], [least]) = (compare.left.as_call_expr(), &*compare.ops, &*compare.comparators)
            else {
                return false;
            };
            let is_count = count.func.as_name_expr().is_some_and(|func| func.id.as_str() == "len")
                && matches!(&*count.arguments.args, [counted] if is_it(counted));
            let least = least.as_number_literal_expr().and_then(|least| match &least.value {
                Number::Int(least) => least.as_u64(),
                _ => None,
            });
            is_count
                && least.is_some_and(|least| match op {
                    CmpOp::Eq | CmpOp::GtE => least > 0,
                    CmpOp::Gt => true,
                    _ => false,
                })
        }
        test => is_it(test),
    }
}

/// Whether a variable holds what the function has for itself.
fn is_own(survey: Survey<'_>, function: FnId, container: &Expr) -> bool {
    survey.resolver.types.is_immutable(function.file, container) || factory::is_new_itself(survey, function, container)
}

/// Whether all that is done with a variable up to a place is to read it.
struct Uses<'a> {
    name: &'a Name,
    until: TextRange,
    are_reads: bool,
}

impl<'a> Visitor<'a> for Uses<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if stmt.start() < self.until.end() {
            walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let is_it = |expr: &Expr| expr.as_name_expr().is_some_and(|own| own.id == *self.name);
        let changes = match expr {
            Expr::Name(name) => name.id == *self.name && name.ctx != ExprContext::Load,
            Expr::Attribute(method) => is_it(&method.value) && is_mutator(&method.attr),
            Expr::Subscript(item) => is_it(&item.value) && item.ctx == ExprContext::Del,
            _ => false,
        };
        self.are_reads &= !changes;
        walk_expr(self, expr);
    }
}
