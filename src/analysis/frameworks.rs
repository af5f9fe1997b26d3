//! What frameworks hand to functions of the program, where nothing else says it: `async def index(request)`, `request.app.state.cache`.

use ruff_python_ast::{Expr, ExprAttribute};

use super::resolve::Resolver;
use super::{FnId, Lookup};
use crate::project::{Shape, Shapes};

/// An attribute that is set in more places than this is not looked through.
const MOST_BINDINGS: usize = 20;

impl Resolver<'_> {
    /// The class of what a framework that a module imports gives for a parameter without annotation, by the parameter's name.
    pub(super) fn given_by_framework(&self, function: FnId, position: usize) -> Shapes {
        let Some(own) = self.types.world().function(function).filter(|own| own.is_async) else { return Vec::new() };
        let Some(parameter) = own.parameters.get(position).filter(|parameter| !parameter.annotated) else {
            return Vec::new();
        };
        let rules = self.catalogue().parameters.iter().filter(|rule| rule.name == parameter.name.as_str());
        let facts = self.types.facts(function.file);
        let mut of_imports = rules.filter(|rule| {
            facts.imports.iter().any(|import| import.module.split('.').next() == rule.class.split('.').next())
        });
        let class = of_imports.find_map(|rule| {
            let (module, name) = rule.class.rsplit_once('.')?;
            self.types.class_in(function.file, module, name)
        });
        class.map(Shape::Instance).into_iter().collect()
    }

    /// What the program keeps under an attribute of an application's state, where the types do not say what that is.
    pub(super) fn kept_in_state(&self, attribute: &ExprAttribute, depth: usize) -> Shapes {
        let is_state = |object: &Expr| {
            object.as_attribute_expr().is_some_and(|object| self.catalogue().states.contains(object.attr.as_str()))
        };
        let is_common = self.index().bindings_to(&attribute.attr).len() > MOST_BINDINGS;
        match is_state(&attribute.value) && !is_common {
            true => self.set_where(&attribute.attr.id, depth, None, &|_, object| is_state(object)),
            false => Vec::new(),
        }
    }
}
