//! Which local variables of a coroutine other tasks have as well: it starts them with what is in the variable, and goes on.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, ExprContext, Stmt, StmtFunctionDef};
use rustc_hash::FxHashSet;

/// The names in `def` that a task has which runs beside it. `is_coroutine` tells whether a call makes a coroutine.
pub(super) fn escaping(def: &StmtFunctionDef, is_coroutine: &dyn Fn(&ExprCall) -> bool) -> FxHashSet<Name> {
    let mut finder = Finder { is_coroutine, awaited: 0, found: FxHashSet::default(), made: Vec::new() };
    if def.is_async {
        finder.visit_body(&def.body);
    }
    // What an object was made of, others have who have the object.
    loop {
        let known = finder.found.len();
        for (target, given) in &finder.made {
            if finder.found.contains(target) {
                finder.found.extend(given.iter().cloned());
            }
        }
        if finder.found.len() == known {
            return finder.found;
        }
    }
}

struct Finder<'a> {
    is_coroutine: &'a dyn Fn(&ExprCall) -> bool,
    /// How many `await`s are around.
    awaited: usize,
    found: FxHashSet<Name>,
    /// Variables that were bound to what a call made, with the names that it was given.
    made: Vec<(Name, Vec<Name>)>,
}

impl<'a> Visitor<'a> for Finder<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            // A coroutine function inside is there to run beside this one; what else is inside may be called by it.
            Stmt::FunctionDef(def) if def.is_async => {
                let mut names = Loaded::default();
                names.visit_body(&def.body);
                self.found.extend(names.0);
            }
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Assign(assign) => {
                if let ([Expr::Name(target)], Expr::Call(call)) = (&assign.targets[..], &*assign.value) {
                    self.made.push((target.id.clone(), names_in(call)));
                }
                walk_stmt(self, stmt);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Await(await_) => {
                self.awaited += 1;
                self.visit_expr(&await_.value);
                self.awaited -= 1;
            }
            Expr::Call(call) if self.awaited == 0 && (self.is_coroutine)(call) => {
                self.found.extend(names_in(call));
                walk_expr(self, expr);
            }
            Expr::Lambda(_) => {}
            _ => walk_expr(self, expr),
        }
    }
}

/// The names that an expression reads.
pub(super) fn names_in_expression(expr: &Expr) -> Vec<Name> {
    let mut names = Loaded::default();
    names.visit_expr(expr);
    names.0
}

/// The names in a call: what it is called on, and its arguments.
fn names_in(call: &ExprCall) -> Vec<Name> {
    let mut names = Loaded::default();
    if let Expr::Attribute(attribute) = &*call.func {
        names.visit_expr(&attribute.value);
    }
    names.visit_arguments(&call.arguments);
    names.0
}

#[derive(Default)]
struct Loaded(Vec<Name>);

impl<'a> Visitor<'a> for Loaded {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx == ExprContext::Load => self.0.push(name.id.clone()),
            _ => walk_expr(self, expr),
        }
    }
}
