//! Whether a function of the program makes the object that it returns, and keeps no hold of it.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{AnyNodeRef, Expr, Stmt};
use ruff_text_size::Ranged;

use super::memo::Survey;
use super::names::{Definition, Names, definition};
use crate::analysis::{FnId, Lookup};
use crate::project::facts::is_accessor;
use crate::project::{Ast, DefId};

/// How many functions that return what others of them made are looked through.
const DEPTH: usize = 3;

/// Whether every call of the function returns an object that nothing else has.
pub(super) fn makes_new(survey: Survey<'_>, function: DefId) -> bool {
    survey.resolver.types.world().fn_of(function).is_some_and(|id| is_factory(survey, id, DEPTH))
}

fn is_factory(survey: Survey<'_>, id: FnId, depth: usize) -> bool {
    let types = &survey.resolver.types;
    let (Some(function), Some(ast)) = (types.world().function(id), types.ast(id.file)) else { return false };
    let Some(definition) = definition(survey, &ast, id) else { return false };
    let Definition::Def(def) = &definition else { return false };
    if depth == 0 || function.is_async || function.is_generator || !function.decorators.is_empty() {
        return false;
    }
    let mut returns = Returns::default();
    returns.visit_body(&def.body);
    let names = Names::of(Some(&definition));
    let factory = Factory { survey, id, ast: &ast, names, depth };
    !returns.0.is_empty() && returns.0.into_iter().all(|value| factory.is_new(value))
}

struct Factory<'a> {
    survey: Survey<'a>,
    id: FnId,
    ast: &'a Ast,
    names: Names,
    depth: usize,
}

impl Factory<'_> {
    fn is_new(&self, value: &Expr) -> bool {
        match value {
            Expr::Call(call) => {
                let is_inner = matches!(&*call.func, Expr::Attribute(attribute) if is_accessor(&attribute.attr));
                let targets = self.survey.targets(self.id.file, call);
                !is_inner
                    && !targets.is_empty()
                    && targets.iter().all(|target| match target.function.and_then(|def| self.own(def)) {
                        Some(id) => {
                            target.class.is_some() && self.is_constructor(id)
                                || is_factory(self.survey, id, self.depth - 1)
                        }
                        None => true,
                    })
            }
            Expr::Name(name) => {
                let facts = self.survey.resolver.types.facts(self.id.file);
                let mut bound = facts
                    .bindings
                    .iter()
                    .filter(|binding| binding.function == self.id.index && binding.target == name.id)
                    .peekable();
                let is_kept = facts.loads.iter().any(|load| {
                    load.name == name.id && load.function == self.id.index && !self.is_only_used(load.range)
                });
                self.names.is_local(&name.id)
                    && bound.peek().is_some()
                    && !is_kept
                    && bound.all(|binding| {
                        self.ast
                            .expression(binding.value)
                            .is_some_and(|value| value.is_call_expr() && self.is_new(value))
                    })
            }
            _ => false,
        }
    }

    fn own(&self, def: DefId) -> Option<FnId> {
        let world = self.survey.resolver.types.world();
        world.is_own(def.file).then(|| world.fn_of(def)).flatten()
    }

    fn is_constructor(&self, id: FnId) -> bool {
        let world = self.survey.resolver.types.world();
        world.function(id).is_some_and(|function| function.name.as_str() == "__init__")
    }

    /// Whether a name is returned where it is read, or something is asked of it.
    fn is_only_used(&self, range: ruff_text_size::TextRange) -> bool {
        let path = self.ast.path(range);
        matches!(
            path.iter().rev().find(|node| node.range() != range),
            Some(AnyNodeRef::StmtReturn(_) | AnyNodeRef::ExprAttribute(_))
        )
    }
}

/// The values that a function's own body returns; a bare `return` is none.
#[derive(Default)]
struct Returns<'a>(Vec<&'a Expr>);

impl<'a> Visitor<'a> for Returns<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Return(return_) => self.0.extend(return_.value.as_deref()),
            _ => visitor::walk_stmt(self, stmt),
        }
    }
}
