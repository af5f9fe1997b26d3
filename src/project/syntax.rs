//! Small questions about syntax trees.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};

/// The last name of a name or attribute.
#[must_use]
pub fn last(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

/// The values that a function's own body returns; a bare `return` is none.
#[must_use]
pub fn returned(def: &StmtFunctionDef) -> Vec<&Expr> {
    let mut outcomes = Outcomes::default();
    outcomes.visit_body(&def.body);
    outcomes.returned
}

/// The values that a function's own body yields; a bare `yield` is none.
#[must_use]
pub fn yielded(def: &StmtFunctionDef) -> Vec<&Expr> {
    let mut outcomes = Outcomes::default();
    outcomes.visit_body(&def.body);
    outcomes.yielded
}

/// Whether a function only says that there is one.
pub(super) fn is_stub(def: &StmtFunctionDef) -> bool {
    def.body.iter().all(|stmt| match stmt {
        Stmt::Pass(_) | Stmt::Raise(_) => true,
        Stmt::Expr(expr) => expr.value.is_literal_expr(),
        _ => false,
    })
}

#[derive(Default)]
struct Outcomes<'a> {
    returned: Vec<&'a Expr>,
    yielded: Vec<&'a Expr>,
}

impl<'a> Visitor<'a> for Outcomes<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::Return(return_) => self.returned.extend(return_.value.as_deref()),
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(_) => return,
            Expr::Yield(yield_) => self.yielded.extend(yield_.value.as_deref()),
            _ => {}
        }
        walk_expr(self, expr);
    }
}
