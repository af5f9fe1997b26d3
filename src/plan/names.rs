//! The names of a function's scope.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, ExprContext, Stmt};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::memo::Survey;
use crate::analysis::FnId;
use crate::project::Ast;

/// Where a function's body is.
pub(super) enum Definition<'a> {
    Def(&'a ast::StmtFunctionDef),
    Lambda(&'a ast::ExprLambda),
}

/// Finds the body of a function.
pub(super) fn definition<'a>(survey: Survey<'_>, ast: &'a Ast, function: FnId) -> Option<Definition<'a>> {
    let facts = survey.resolver.types.facts(function.file);
    let range = facts.functions.get(function.index as usize)?.range;
    ast.path(range).into_iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtFunctionDef(def) if def.range() == range => Some(Definition::Def(def)),
        AnyNodeRef::ExprLambda(lambda) if lambda.range() == range => Some(Definition::Lambda(lambda)),
        _ => None,
    })
}

/// The names that a function binds, and those that it declares to be others'.
#[derive(Default)]
pub(super) struct Names {
    pub bound: FxHashSet<Name>,
    pub parameters: FxHashSet<Name>,
    pub outer: FxHashSet<Name>,
}

impl<'a> Visitor<'a> for Names {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Global(global) => self.outer.extend(global.names.iter().map(|name| name.id.clone())),
            Stmt::Nonlocal(nonlocal) => self.outer.extend(nonlocal.names.iter().map(|name| name.id.clone())),
            Stmt::FunctionDef(def) => {
                self.bound.insert(def.name.id.clone());
                return;
            }
            Stmt::ClassDef(def) => {
                self.bound.insert(def.name.id.clone());
                return;
            }
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(inner) = handler;
        self.bound.extend(inner.name.iter().map(|name| name.id.clone()));
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a ast::Pattern) {
        let name = match pattern {
            ast::Pattern::MatchAs(pattern) => pattern.name.as_ref(),
            ast::Pattern::MatchStar(pattern) => pattern.name.as_ref(),
            ast::Pattern::MatchMapping(pattern) => pattern.rest.as_ref(),
            _ => None,
        };
        self.bound.extend(name.map(|name| name.id.clone()));
        visitor::walk_pattern(self, pattern);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr
            && name.ctx == ExprContext::Store
        {
            self.bound.insert(name.id.clone());
        }
        if !expr.is_lambda_expr() {
            visitor::walk_expr(self, expr);
        }
    }
}

impl Names {
    pub(super) fn of(definition: Option<&Definition<'_>>) -> Self {
        let mut names = Self::default();
        if let Some(Definition::Def(def)) = definition {
            names.visit_body(&def.body);
            for parameter in &def.parameters {
                names.bound.insert(parameter.name().id.clone());
                names.parameters.insert(parameter.name().id.clone());
            }
        }
        names
    }

    /// Whether a name is a variable of the function's own, and no parameter.
    pub(super) fn is_local(&self, name: &Name) -> bool {
        self.bound.contains(name) && !self.outer.contains(name) && !self.parameters.contains(name)
    }
}
