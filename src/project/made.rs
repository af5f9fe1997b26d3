//! What calls make and attributes of instances are, where signatures and class bodies say it.
//!
//! As with names (see [`super::bound`]), nothing but the definitions in question is inferred. What is not plain, such as a class that makes
//! something else than its instances, is left to the engine.

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, Operator, StmtClassDef, StmtFunctionDef};
use ruff_text_size::TextRange;
use ty_python_semantic::SemanticModel;

use super::bound::{BUILTINS, DEPTH};
use super::facts::{Facts, Function, FunctionKind};
use super::syntax::{callee_of, last};
use super::types::{DefId, Shape, Shapes, Types};

/// Modules whose classes are more than what their bodies say.
const SPECIAL_MODULES: &[&str] = &["builtins", "enum", "functools", "types", "typing", "typing_extensions"];

/// What makes a context manager of a generator function, and the module and name of the class of those.
const MANAGER: (&str, &str, &str) = ("contextlib.contextmanager", "contextlib", "_GeneratorContextManager");

/// Builtin classes that make nothing else than their instances.
const PLAIN_BUILTINS: &[&str] = &[
    "builtins.bytes",
    "builtins.dict",
    "builtins.enumerate",
    "builtins.float",
    "builtins.frozenset",
    "builtins.int",
    "builtins.list",
    "builtins.range",
    "builtins.set",
    "builtins.str",
    "builtins.tuple",
    "builtins.zip",
];

/// How a class makes its instances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Making {
    /// Calling it makes an instance of it, as far as its own body says.
    pub is_plain: bool,
    /// What its instances have may depend on what it is a class of: `class Box[T]`, `class Box(Generic[T])`.
    pub is_generic: bool,
}

impl Making {
    pub(super) fn of(def: &StmtClassDef) -> Self {
        let has_metaclass = def.keywords().iter().any(|keyword| {
            keyword.arg.as_ref().is_some_and(|name| name == "metaclass") && last(&keyword.value) != Some("ABCMeta")
        });
        let makes_itself = |stmt: &ruff_python_ast::Stmt| match stmt {
            ruff_python_ast::Stmt::FunctionDef(def) => {
                def.name.as_str() == "__new__" && def.returns.as_deref().and_then(last) != Some("Self")
            }
            _ => false,
        };
        Self {
            is_plain: !has_metaclass
                && def.decorator_list.iter().all(is_dataclass)
                && !def.body.iter().any(makes_itself),
            is_generic: def.type_params.is_some() || def.bases().iter().any(Expr::is_subscript_expr),
        }
    }
}

fn is_dataclass(decorator: &ruff_python_ast::Decorator) -> bool {
    last(callee_of(&decorator.expression)) == Some("dataclass")
}

impl Types {
    /// What an expression evaluates to, if definitions say it.
    pub(super) fn value_shapes(&self, model: &SemanticModel<'_>, expr: &Expr, depth: usize) -> Option<Shapes> {
        if depth == 0 {
            return None;
        }
        match expr {
            Expr::Name(name) => {
                let file = self.id_of(model.file());
                let receiver = self.receiver_class(file, name).map(|class| vec![class]);
                receiver.or_else(|| self.bound_shapes(model, name, depth))
            }
            Expr::Attribute(attribute) => {
                let member = self.module_member(model, attribute, depth);
                member.or_else(|| self.instance_member(model, attribute, depth - 1))
            }
            Expr::Call(call) => self.made_shapes(model, &call.func, false, depth - 1),
            Expr::List(_) | Expr::ListComp(_) => self.builtin_instance(model, "list"),
            Expr::Set(_) | Expr::SetComp(_) => self.builtin_instance(model, "set"),
            Expr::DictComp(_) => self.builtin_instance(model, "dict"),
            Expr::Tuple(_) => self.builtin_instance(model, "tuple"),
            Expr::StringLiteral(_) | Expr::FString(_) => self.builtin_instance(model, "str"),
            Expr::BooleanLiteral(_) => self.builtin_instance(model, "bool"),
            Expr::NumberLiteral(number) if number.value.is_int() => self.builtin_instance(model, "int"),
            Expr::NoneLiteral(_) => Some(Vec::new()),
            Expr::Generator(generator) => {
                let is_async =
                    generator.generators.iter().any(|part| part.is_async) || any_over_expr(expr, Expr::is_await_expr);
                let class = self.class_in(self.id_of(model.file()), "types", "GeneratorType").filter(|_| !is_async)?;
                Some(vec![Shape::Instance(class)])
            }
            Expr::Await(awaited) => {
                let call = awaited.value.as_call_expr()?;
                self.made_shapes(model, &call.func, true, depth - 1)
            }
            _ => None,
        }
    }

    fn builtin_instance(&self, model: &SemanticModel<'_>, class: &str) -> Option<Shapes> {
        let class = self.class_in(self.id_of(model.file()), BUILTINS, class)?;
        Some(vec![Shape::Instance(class)])
    }

    fn made_shapes(&self, model: &SemanticModel<'_>, func: &Expr, is_awaited: bool, depth: usize) -> Option<Shapes> {
        match self.value_shapes(model, func, depth)?.as_slice() {
            [Shape::Class(class)] if !is_awaited && self.makes_instances(*class) => Some(vec![Shape::Instance(*class)]),
            [Shape::Function(function)] => self.promised_shapes(*function, is_awaited, depth),
            _ => None,
        }
    }

    /// Whether calling a class makes an instance of it.
    fn makes_instances(&self, class: DefId) -> bool {
        if PLAIN_BUILTINS.contains(&self.class_name(class).as_str()) {
            return true;
        }
        self.mro(class).iter().all(|base| {
            let module = base.name.rsplit_once('.').map_or("", |(module, _)| module);
            base.name == "builtins.object" || base.making.is_plain && !SPECIAL_MODULES.contains(&module)
        })
    }

    /// A method that a class around has, or what a property says that it gives.
    fn instance_member(&self, model: &SemanticModel<'_>, attribute: &ExprAttribute, depth: usize) -> Option<Shapes> {
        let shapes = self.value_shapes(model, &attribute.value, depth)?;
        let [Shape::Instance(class)] = shapes.as_slice() else { return None };
        let mro = self.mro(*class);
        let Some(Some(method)) = mro.iter().find_map(|base| base.member(&attribute.attr)) else {
            let is_known = self.is_untouched(model, attribute);
            let known = || {
                let known = self.world.attribute(*class, &attribute.attr);
                let is_generic = mro.first().is_none_or(|class| class.making.is_generic);
                let assigned = || self.assigned_attribute(*class, &attribute.attr, depth).filter(|_| !is_generic);
                known.or_else(|| {
                    let shapes = assigned()?;
                    self.world.set_attribute(*class, &attribute.attr, shapes.clone());
                    Some(shapes)
                })
            };
            return if is_known { known() } else { None };
        };
        if !self.is_untouched(model, attribute) {
            return None;
        }
        let facts = self.facts(method.file);
        let function = only_definition(&facts, method)?;
        match function.decorators.as_slice() {
            [] => Some(vec![Shape::Function(method)]),
            [_] if function.is_property => {
                self.with_def(method, |model, def| self.annotated_shapes(model, def.returns.as_deref()?, depth))
            }
            _ => self.stays_itself(method).then(|| vec![Shape::Function(method)]),
        }
    }

    /// What the engine infers for an attribute. What instances of a class have under a name is found out once.
    pub(super) fn noted_attribute(&self, model: &SemanticModel<'_>, attribute: &ExprAttribute) -> Shapes {
        let receiver = self.value_shapes(model, &attribute.value, DEPTH);
        let class = match receiver.as_deref() {
            Some([Shape::Instance(class)]) if !self.class(*class).making.is_generic => Some(*class),
            _ => None,
        };
        let Some(class) = class.filter(|_| self.is_untouched(model, attribute)) else {
            return self.inferred_shapes(model, attribute);
        };
        if let Some(shapes) = self.world.attribute(class, &attribute.attr) {
            return shapes;
        }
        let shapes = self.inferred_shapes(model, attribute);
        self.world.set_attribute(class, &attribute.attr, shapes.clone());
        shapes
    }

    /// What a function's annotation says that a call of it gives, or gives when it is awaited.
    fn promised_shapes(&self, id: DefId, is_awaited: bool, depth: usize) -> Option<Shapes> {
        let facts = self.facts(id.file);
        let function = only_definition(&facts, id)?;
        // The annotation of a generator function says what a call of it makes.
        let is_plain = !(function.is_async && function.is_generator) && function.kind == FunctionKind::Def;
        if !is_plain || function.is_async != is_awaited {
            return None;
        }
        if !function.decorators.is_empty() && !self.stays_itself(id) {
            return self.managed_shapes(id, function);
        }
        self.with_def(id, |model, def| self.annotated_shapes(model, def.returns.as_deref()?, depth))
    }

    /// What a call of a function makes that `contextmanager` stands around.
    fn managed_shapes(&self, id: DefId, function: &Function) -> Option<Shapes> {
        let [decorator] = function.decorators.as_slice() else { return None };
        let (tree, model) = (self.ast(id.file)?, self.model(id.file)?);
        let [Shape::Function(decorator)] = *self.value_shapes(&model, tree.expression(*decorator)?, DEPTH)? else {
            return None;
        };
        let is_it = self.qualified_names(decorator).iter().any(|name| name == MANAGER.0);
        let class = self.class_in(decorator.file, MANAGER.1, MANAGER.2).filter(|_| is_it && !function.is_async)?;
        Some(vec![Shape::Instance(class)])
    }

    pub(super) fn with_def<T>(
        &self,
        id: DefId,
        ask: impl Fn(&SemanticModel<'_>, &StmtFunctionDef) -> Option<T>,
    ) -> Option<T> {
        let (tree, model) = (self.ast(id.file)?, self.model(id.file)?);
        let path = tree.path(TextRange::empty(id.start));
        let def = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtFunctionDef(def) => Some(*def),
            _ => None,
        })?;
        ask(&model, def)
    }

    /// What an annotation stands for, if it is made of names of classes.
    pub(super) fn annotated_shapes(
        &self,
        model: &SemanticModel<'_>,
        annotation: &Expr,
        depth: usize,
    ) -> Option<Shapes> {
        match annotation {
            Expr::NoneLiteral(_) => Some(Vec::new()),
            Expr::BinOp(union) if union.op == Operator::BitOr => {
                let mut shapes = self.annotated_shapes(model, &union.left, depth)?;
                let right = self.annotated_shapes(model, &union.right, depth)?;
                shapes.extend(right.into_iter().filter(|shape| !shapes.contains(shape)).collect::<Vec<_>>());
                Some(shapes)
            }
            // Of what its items are does not show in the shape of a container.
            Expr::Subscript(generic) if generic.value.is_name_expr() => {
                let shapes = self.value_shapes(model, &generic.value, depth)?;
                let [Shape::Class(class)] = shapes.as_slice() else { return None };
                (self.class_name(*class) != "builtins.type").then(|| vec![Shape::Instance(*class)])
            }
            Expr::Name(_) | Expr::Attribute(_) => {
                let shapes = self.value_shapes(model, annotation, depth)?;
                let [Shape::Class(class)] = shapes.as_slice() else { return None };
                let name = self.class_name(*class);
                let is_special = matches!(name.as_str(), "builtins.float" | "builtins.complex" | "builtins.type");
                (!is_special).then(|| vec![Shape::Instance(*class)])
            }
            _ => None,
        }
    }
}

/// The function that starts there, if nothing else of its name is defined around it.
pub(super) fn only_definition(facts: &Facts, id: DefId) -> Option<&Function> {
    let function = facts.functions.get(facts.function_at(id.start)? as usize)?;
    let is_other = |other: &&Function| {
        other.name == function.name && other.class == function.class && other.parent == function.parent
    };
    (facts.functions.iter().filter(is_other).count() == 1).then_some(function)
}
