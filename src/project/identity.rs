//! Decorators that give back the function that they are given.

use ruff_python_ast::{Expr, StmtFunctionDef};

use super::facts::{Facts, FunctionKind, MODULE};
use super::made::only_definition;
use super::types::{DefId, Shape, Types};

impl Types {
    /// Whether all decorators of a function say that they give back what they are given, so that it stays what its body says.
    pub(super) fn stays_itself(&self, function: DefId) -> bool {
        if let Some(known) = self.world.stays_itself(function) {
            return known;
        }
        let stays = self.with_def(function, |model, def| {
            let mut decorators = def.decorator_list.iter().map(|decorator| match &decorator.expression {
                Expr::Name(name) => self.bound_shapes(model, name, 1),
                Expr::Attribute(attribute) => self.module_member(model, attribute, 1),
                _ => None,
            });
            let gives_back = |shapes: Option<Vec<Shape>>| match shapes.as_deref() {
                Some([Shape::Function(decorator)]) => self.gives_back(*decorator),
                _ => false,
            };
            Some(decorators.all(gives_back))
        });
        self.world.set_stays_itself(function, stays == Some(true));
        stays == Some(true)
    }

    /// Whether a function returns what it is given: `def mark[F](function: F) -> F`.
    fn gives_back(&self, function: DefId) -> bool {
        let facts = self.facts(function.file);
        let is_plain = only_definition(&facts, function).is_some_and(|function| {
            let is_def = function.kind == FunctionKind::Def && function.class.is_none();
            is_def && function.decorators.is_empty() && !function.is_async && !function.is_generator
        });
        is_plain && self.with_def(function, |_, def| Some(returns_parameter(&facts, def))) == Some(true)
    }
}

fn returns_parameter(facts: &Facts, def: &StmtFunctionDef) -> bool {
    let [parameter] = &*def.parameters.args else { return false };
    let parameters = &def.parameters;
    let is_only = parameters.posonlyargs.is_empty()
        && parameters.kwonlyargs.is_empty()
        && parameters.vararg.is_none()
        && parameters.kwarg.is_none();
    let Some((Expr::Name(given), Expr::Name(returned))) = parameter.annotation().zip(def.returns.as_deref()) else {
        return false;
    };
    let is_own = || def.type_params.as_ref().is_some_and(|own| own.iter().any(|own| own.name().id == given.id));
    is_only && given.id == returned.id && (is_own() || is_type_variable(facts, &given.id))
}

/// Whether a name of a module is a type variable and nothing else.
fn is_type_variable(facts: &Facts, name: &str) -> bool {
    let mut bound = facts.bindings.iter().filter(|binding| binding.target == name).peekable();
    bound.peek().is_some()
        && bound.all(|binding| {
            binding.function == MODULE && binding.sources.first().is_some_and(|source| source.as_str() == "TypeVar")
        })
}
