//! What a `setup.py` says, as far as it stands there literally.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, ExprCall, ModModule, Stmt};

/// What a `setup.py` gives for a keyword of `setup`: an expression, or what the module binds its name to, if it does so once.
pub(crate) fn given<'a>(module: &'a ModModule, keyword: &str) -> Option<&'a Expr> {
    let mut finder = Finder { keyword, found: None };
    finder.visit_body(&module.body);
    match finder.found? {
        Expr::Name(name) => bound(&module.body, &name.id),
        value => Some(value),
    }
}

/// What the statements of a module bind a name to, if they do so once.
fn bound<'a>(body: &'a [Stmt], name: &str) -> Option<&'a Expr> {
    let is_it = |target: &Expr| target.as_name_expr().is_some_and(|target| target.id == name);
    let mut values = body.iter().filter_map(|stmt| match stmt {
        Stmt::Assign(assign) if assign.targets.iter().any(is_it) => Some(Some(&*assign.value)),
        Stmt::AnnAssign(assign) if is_it(&assign.target) => Some(assign.value.as_deref()),
        Stmt::AugAssign(assign) if is_it(&assign.target) => Some(None),
        _ => None,
    });
    match (values.next(), values.next()) {
        (Some(value), None) => value,
        _ => None,
    }
}

struct Finder<'a, 'k> {
    keyword: &'k str,
    found: Option<&'a Expr>,
}

impl<'a> Visitor<'a> for Finder<'a, '_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr
            && is_setup(call)
            && let Some(keyword) = call.arguments.find_keyword(self.keyword)
        {
            self.found = Some(&keyword.value);
        }
        walk_expr(self, expr);
    }
}

/// `setup(…)`, `setuptools.setup(…)`.
fn is_setup(call: &ExprCall) -> bool {
    match &*call.func {
        Expr::Name(name) => name.id.as_str() == "setup",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "setup",
        _ => false,
    }
}
