//! What a program does with an exception that it has caught.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Operator};
use ruff_text_size::{Ranged, TextRange};

use super::errors::ANY;
use super::uses::Around;
use super::{Draft, Refusal};
use crate::analysis::{FnId, Lookup};
use crate::catalogue::ClassRule;
use crate::project::{FileId, Shape};

/// What asks an object for an attribute by its name.
const ASKS: [&str; 2] = ["hasattr", "getattr"];
/// What makes a text of an object, or shows it as one.
const TEXTS: [&str; 3] = ["str", "repr", "print"];

impl Draft<'_> {
    /// What is done with the exception at `range`, where that is nothing that may be done with other values as well.
    pub(super) fn caught(
        &mut self,
        function: FnId,
        range: TextRange,
        around: &Around<'_>,
        rule: &ClassRule,
    ) -> Option<Result<(), Refusal>> {
        if self.is_remark(function.file, &around.nodes) || self.asks_for_nothing(around, range, rule) {
            return Some(Ok(()));
        }
        // Where others run the coroutine, it is not known that its exceptions come here: their texts may differ then.
        if self.is_far && rule.lacks_others() && self.is_text(function.file, around, range) {
            return Some(Ok(()));
        }
        if self.is_noted(function, around, range) {
            return Some(Ok(()));
        }
        match around.parent()? {
            AnyNodeRef::StmtRaise(raise) => {
                if raise.exc.as_deref().is_some_and(|exc| exc.range() == range) {
                    self.raised_again(function, raise.range());
                }
                Some(Ok(()))
            }
            AnyNodeRef::ExprCall(_) | AnyNodeRef::Arguments(_) => self.tested(function, around.call()?, range),
            _ => None,
        }
    }

    /// Follows what the functions that a decorator is given do with an exception that it asks them about.
    pub(super) fn asked(&mut self, file: FileId, decorator: &Expr) -> Result<(), Refusal> {
        let Expr::Call(call) = decorator else { return Ok(()) };
        let types = &self.planner.resolver.types;
        let mut given = Given::default();
        given.visit_arguments(&call.arguments);
        if given.lambdas.iter().any(|lambda| self.minds(lambda)) {
            return Err("a function that a decorator is given looks at what is raised".to_owned());
        }
        for name in given.names {
            for shape in self.planner.resolver.shapes(file, name) {
                let Shape::Function(def) = shape else { continue };
                let Some(id) = types.world().fn_of(def).filter(|id| types.world().is_own(id.file)) else { continue };
                let Some(own) = types.world().function(id) else { continue };
                let [only] = &own.parameters[..] else { continue };
                let (range, only) = (own.range, only.name.clone());
                let ast = types.ast(id.file).ok_or("the file cannot be read")?;
                self.loads(id, &ast, range, &only, ANY)?;
            }
        }
        Ok(())
    }

    /// Whether a lambda asks for what the exceptions of the libraries have.
    fn minds(&self, lambda: &ast::ExprLambda) -> bool {
        let has = self.target.class(ANY).map(|rule| &rule.has[..]).unwrap_or_default();
        let mut named = Given::default();
        named.visit_expr(&lambda.body);
        let is_known = |expr: &&Expr| match expr {
            Expr::Attribute(attribute) => has.iter().any(|name| name == attribute.attr.as_str()),
            _ => false,
        };
        named.names.iter().any(is_known)
    }

    /// Whether it is asked for an attribute that no exception of either library has.
    fn asks_for_nothing(&self, around: &Around<'_>, range: TextRange, rule: &ClassRule) -> bool {
        let is_nothing =
            |name: &str| rule.lacks_others() && !rule.has.iter().any(|has| has == name) && !is_special(name);
        match around.parent() {
            Some(AnyNodeRef::ExprAttribute(attribute)) => attribute.ctx.is_load() && is_nothing(&attribute.attr),
            Some(AnyNodeRef::ExprCall(_) | AnyNodeRef::Arguments(_)) => around.call().is_some_and(|call| {
                let is_asked = call.func.as_name_expr().is_some_and(|name| ASKS.contains(&name.id.as_str()));
                let name = call.arguments.args.get(1).and_then(Expr::as_string_literal_expr);
                is_asked
                    && call.arguments.args.first().is_some_and(|first| first.range() == range)
                    && name.is_some_and(|name| is_nothing(name.value.to_str()))
            }),
            _ => false,
        }
    }

    /// Whether only the text of an exception is asked for, or it becomes a part of another one that is raised.
    pub(super) fn is_text(&self, file: FileId, around: &Around<'_>, range: TextRange) -> bool {
        let is_format = |expr: &Expr| expr.is_string_literal_expr() || expr.is_f_string_expr();
        let mut nodes = around.nodes.iter().skip_while(|node| matches!(node, AnyNodeRef::ExprTuple(_)));
        match nodes.next() {
            Some(AnyNodeRef::InterpolatedElement(_)) => true,
            Some(AnyNodeRef::ExprBinOp(operation)) => {
                operation.op == Operator::Mod
                    && is_format(&operation.left)
                    && !operation.left.range().contains_range(range)
            }
            Some(AnyNodeRef::ExprCall(_) | AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_)) => {
                let Some(call) = around.call() else { return false };
                let is_raised = || {
                    around.nodes.iter().take(4).any(|node| match node {
                        AnyNodeRef::StmtRaise(raise) => {
                            raise.exc.as_deref().is_some_and(|exc| exc.range() == call.range())
                        }
                        _ => false,
                    })
                };
                match &*call.func {
                    Expr::Name(name) if TEXTS.contains(&name.id.as_str()) => true,
                    Expr::Name(name) if name.id.as_str() == "type" => self.is_class_name(file, call),
                    Expr::Attribute(method) if method.attr.as_str() == "format" => {
                        is_format(&method.value) || is_raised()
                    }
                    _ => is_raised(),
                }
            }
            _ => false,
        }
    }

    /// `type(e).__name__`
    fn is_class_name(&self, file: FileId, call: &ast::ExprCall) -> bool {
        let Some(ast) = self.planner.resolver.types.ast(file) else { return false };
        matches!(Around::of(&ast, call.range()).parent(), Some(AnyNodeRef::ExprAttribute(attribute))
            if matches!(attribute.attr.as_str(), "__name__" | "__qualname__"))
    }
}

/// What is named in the arguments of a call.
#[derive(Default)]
struct Given<'a> {
    names: Vec<&'a Expr>,
    lambdas: Vec<&'a ast::ExprLambda>,
}

impl<'a> Visitor<'a> for Given<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(lambda) => self.lambdas.push(lambda),
            Expr::Name(_) | Expr::Attribute(_) => self.names.push(expr),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

fn is_special(name: &str) -> bool {
    name.starts_with("__") || matches!(name, "with_traceback" | "add_note" | "args")
}
