//! Stores to an attribute, and deletions of it, that run a property's setter or deleter.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, ExprContext};
use ruff_text_size::{Ranged, TextRange};

use super::descriptors::Accessor;
use super::subject::Subject;
use super::{Callers, Edge, Via};
use crate::analysis::index::FnId;
use crate::analysis::resolve::Resolver;
use crate::project::facts::MODULE;
use crate::project::{DefId, FileId, Shape};
use crate::text::has_word;

impl Resolver<'_> {
    /// Adds the stores that run the subject, if it is a setter or deleter.
    pub(super) fn store_calls(&self, subject: &Subject, callers: &mut Callers) {
        let (Some(context), Some(class)) = (self.accessed(subject), subject.class) else { return };
        self.stores_to(subject, &subject.name, context, &|file, object| self.is_of(file, object, class), callers);
    }

    /// Adds the stores to attributes that run the subject as an object's `__set__`, or as what was given to `property`.
    pub(super) fn accessor_stores(&self, subject: &Subject, accessors: &[Accessor], callers: &mut Callers) {
        for accessor in accessors.iter().filter(|accessor| accessor.context != ExprContext::Load) {
            let is_it = |file, object: &Expr| self.has_accessor(file, object, accessor);
            self.stores_to(subject, &accessor.name, accessor.context, &is_it, callers);
        }
    }

    fn stores_to(
        &self,
        subject: &Subject,
        name: &str,
        context: ExprContext,
        is_it: &dyn Fn(FileId, &Expr) -> bool,
        callers: &mut Callers,
    ) {
        for (file, source) in self.types.world().own_files() {
            if !subject.may_be_known(self, file) || !has_word(&self.types.text_once(file), name) {
                continue;
            }
            let Some(ast) = self.types.ast(file) else { continue };
            let mut stores = Stores { name, context, found: Vec::new() };
            stores.visit_body(&ast.module().body);
            for (at, object) in stores.found {
                let index = source.facts.enclosing(at.start());
                if index != MODULE && is_it(file, object) {
                    callers.edges.push(Edge { caller: FnId { file, index }, at, via: Via::Implicit });
                }
            }
        }
    }

    /// What is done with the attribute when the subject runs.
    fn accessed(&self, subject: &Subject) -> Option<ExprContext> {
        let ast = self.types.ast(subject.id.file)?;
        ast.def(subject.range)?.decorator_list.iter().find_map(|decorator| match &decorator.expression {
            Expr::Attribute(attribute) => match attribute.attr.as_str() {
                "setter" => Some(ExprContext::Store),
                "deleter" => Some(ExprContext::Del),
                _ => None,
            },
            _ => None,
        })
    }

    /// Whether an expression may be an instance of a class or of one that derives from it.
    fn is_of(&self, file: FileId, expr: &Expr, class: DefId) -> bool {
        let shapes = self.shapes(file, expr);
        shapes.iter().any(|shape| matches!(shape, Shape::Instance(found) if self.derives(*found, class)))
    }
}

struct Stores<'a> {
    name: &'a str,
    context: ExprContext,
    /// Where they are, and the objects whose attribute it is.
    found: Vec<(TextRange, &'a Expr)>,
}

impl Stores<'_> {
    /// The builtin that does it to an attribute by its name.
    fn builtin(&self) -> &'static str {
        if self.context == ExprContext::Store { "setattr" } else { "delattr" }
    }
}

impl<'a> Visitor<'a> for Stores<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Attribute(attribute) = expr
            && attribute.ctx == self.context
            && attribute.attr.as_str() == self.name
        {
            self.found.push((attribute.range(), &attribute.value));
        }
        if let Expr::Call(call) = expr
            && call.func.as_name_expr().is_some_and(|name| name.id.as_str() == self.builtin())
            && let [object, Expr::StringLiteral(name), ..] = &*call.arguments.args
            && name.value == *self.name
        {
            self.found.push((call.range(), object));
        }
        walk_expr(self, expr);
    }
}
