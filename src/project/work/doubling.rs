//! Functions that call themselves more than once, each time with a bit less.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Operator, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

/// The lists of statements in a function.
struct Suites<'a>(Vec<&'a [Stmt]>);

impl<'a> Visitor<'a> for Suites<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::If(branch) => {
                self.0.push(&branch.body);
                self.0.extend(branch.elif_else_clauses.iter().map(|clause| &clause.body[..]));
            }
            Stmt::For(for_) => self.0.push(&for_.body),
            Stmt::While(while_) => self.0.push(&while_.body),
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

/// The calls of a function of itself with a number less, in plain statements.
struct Calls<'n> {
    name: &'n Name,
    found: Vec<TextRange>,
}

impl<'a> Visitor<'a> for Calls<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if matches!(stmt, Stmt::Expr(_) | Stmt::Assign(_) | Stmt::AugAssign(_) | Stmt::Return(_) | Stmt::AnnAssign(_)) {
            walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            // One branch, not both.
            Expr::If(branch) => {
                let before = self.found.len();
                self.visit_expr(&branch.body);
                if self.found.len() < before + 2 {
                    self.found.truncate(before);
                    self.visit_expr(&branch.orelse);
                }
                return;
            }
            Expr::Lambda(_) => return,
            Expr::Call(call) => {
                let is_own = match &*call.func {
                    Expr::Name(name) => name.id == *self.name,
                    Expr::Attribute(method) => {
                        let is_self =
                            matches!(&*method.value, Expr::Name(name) if matches!(name.id.as_str(), "self" | "cls"));
                        is_self && method.attr.id == *self.name
                    }
                    _ => false,
                };
                let is_less = |argument: &Expr| {
                    matches!(argument, Expr::BinOp(operation)
                        if operation.op == Operator::Sub && operation.right.is_number_literal_expr() && operation.left.is_name_expr())
                };
                if is_own && call.arguments.args.iter().any(is_less) {
                    self.found.push(call.range());
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// The first of the calls with which a function calls itself at least twice in a row, each time with a number less.
pub(super) fn doubling(def: &StmtFunctionDef) -> Option<TextRange> {
    if !def.decorator_list.is_empty() {
        return None;
    }
    let own = |suite: &[Stmt]| {
        let mut calls = Calls { name: &def.name.id, found: Vec::new() };
        suite.iter().for_each(|stmt| calls.visit_stmt(stmt));
        (calls.found.len() > 1).then(|| calls.found[0])
    };
    let mut suites = Suites(Vec::new());
    suites.0.push(&def.body);
    suites.visit_body(&def.body);
    suites.0.into_iter().find_map(own)
}
