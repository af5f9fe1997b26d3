//! Objects that stand for others: proxies, and classes that decorators and base classes collect.

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;

use super::index::{FnId, Lookup};
use super::resolve::Resolver;
use crate::project::facts::MODULE;
use crate::project::{DefId, FileId, Shape, Shapes, Target, callee_of, extend};

/// A table of more classes than this says nothing about what is taken from it.
const MOST_CLASSES: usize = 60;

impl Resolver<'_> {
    /// `targets`, with those of what an object forwards to in place of what its own class does not have.
    pub(super) fn forwarded(&self, targets: Vec<Target>, func: &Expr, depth: usize) -> Vec<Target> {
        let Some(attribute) = func.as_attribute_expr().filter(|_| depth > 0) else { return targets };
        let mut found = Vec::new();
        for target in targets {
            let class = target.class.filter(|_| target.function.is_none());
            let inner = class.map(|class| self.forwards_to(class, &attribute.attr, depth - 1)).unwrap_or_default();
            let of_inner = inner.iter().filter_map(|shape| match shape {
                Shape::Instance(class) | Shape::Class(class) => self.types.member(*class, &attribute.attr),
                Shape::Module(module) => {
                    let names = vec![self.types.world().public(module, &attribute.attr)];
                    Some(Target { names, function: None, class: None })
                }
                Shape::Function(_) | Shape::Other => None,
            });
            let before = found.len();
            found.extend(of_inner);
            if found.len() == before {
                found.push(target);
            }
        }
        found
    }

    /// What objects of a class of the program forward to, whoever asks them for an attribute that they do not have:
    /// `return getattr(self._inner, name)`.
    pub(super) fn forwards_to(&self, class: DefId, name: &str, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        if depth == 0 || !self.types.world().is_own(class.file) || name.starts_with("__") {
            return shapes;
        }
        let getter = self.types.member(class, "__getattr__").and_then(|target| target.function);
        let Some(getter) = getter.and_then(|function| self.types.world().fn_of(function)) else { return shapes };
        let Some(ast) = self.types.ast(getter.file) else { return shapes };
        if !self.types.world().is_own(getter.file) || self.has_attribute(class, name) {
            return shapes;
        }
        let asked = self.types.world().function(getter).and_then(|function| function.parameters.get(1));
        let Some(asked) = asked.map(|parameter| &parameter.name) else { return shapes };
        for value in self.returned_values(&ast, getter) {
            // All that it gives is what another object has.
            let Some(object) = value.as_call_expr().and_then(|call| match (&*call.func, &*call.arguments.args) {
                (Expr::Name(function), [object, Expr::Name(name), ..])
                    if function.id.as_str() == "getattr" && name.id == *asked =>
                {
                    Some(object)
                }
                _ => None,
            }) else {
                return Vec::new();
            };
            extend(&mut shapes, self.shapes_at(getter.file, object, depth));
        }
        shapes.retain(|shape| *shape != Shape::Instance(class));
        shapes
    }

    /// Whether a class of the program, or something that sets attributes of its objects, gives them one of this name.
    pub(super) fn has_attribute(&self, class: DefId, name: &str) -> bool {
        self.types.mro(class).iter().any(|base| {
            base.member(name).is_some()
                || self.types.world().is_own(base.id.file) && {
                    let facts = self.types.facts(base.id.file);
                    let own = facts.class_at(base.id.start).and_then(|index| facts.classes.get(index as usize));
                    own.is_some_and(|own| {
                        let mut bindings = facts.bindings.iter().filter(|binding| binding.target == name);
                        own.fields.iter().any(|field| field.as_str() == name)
                            || bindings.any(|binding| own.range.contains_range(binding.value))
                    })
                }
        })
    }

    /// The classes that a function decorates, or that what returns it as a decorator does.
    pub(super) fn decorated_classes(&self, id: FnId) -> Shapes {
        let world = self.types.world();
        let Some(function) = world.function(id) else { return Vec::new() };
        let is_made = function.parent != MODULE && function.class.is_none();
        let decorator = if is_made { FnId { index: function.parent, ..id } } else { id };
        let (Some(own), Some(def)) = (world.function(decorator), world.def_of(decorator)) else { return Vec::new() };
        let names = self.index().with_aliases(&own.name);
        let postings = || names.iter().flat_map(|name| self.index().decorated(name));
        let is_class = |file: FileId, below| world.facts(file).class_at(below).is_some();
        let mut shapes = Vec::new();
        for &posting in postings() {
            let Some(decorated) = world.decorated_at(posting).filter(|decorated| decorated.is_made == is_made) else {
                continue;
            };
            let (file, below) = (posting.0, decorated.below);
            if !is_class(file, below) {
                continue;
            }
            if shapes.len() > MOST_CLASSES {
                return Vec::new();
            }
            let Some(ast) = self.types.ast(file) else { continue };
            let Some(expr) = ast.expression(decorated.range) else { continue };
            if self.types.targets(file, callee_of(expr)).iter().any(|target| target.function == Some(def)) {
                shapes.push(Shape::Class(DefId { file, start: below }));
            }
        }
        if is_made && !shapes.is_empty() && !self.returns_function(id) {
            return Vec::new();
        }
        shapes
    }

    /// The classes that derive from the one whose `__init_subclass__` has `value` for each of them.
    pub(super) fn subclass_shapes(&self, file: FileId, value: &Expr) -> Shapes {
        let Expr::Name(name) = value else { return Vec::new() };
        let facts = self.types.facts(file);
        let Some(function) = facts.functions.get(facts.enclosing(value.start()) as usize) else { return Vec::new() };
        let is_hook = function.name.as_str() == "__init_subclass__";
        let is_class = function.parameters.first().is_some_and(|first| first.name == name.id);
        let own = function.class.filter(|_| is_hook && is_class);
        let Some(own) = own.and_then(|class| facts.classes.get(class as usize)) else { return Vec::new() };
        let heirs = self.heirs(DefId { file, start: own.start });
        heirs.iter().map(|class| Shape::Class(*class)).collect()
    }
}
