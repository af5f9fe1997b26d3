//! What the types say about values: how a type is written, and what a value cannot do.

use ruff_python_ast::{Decorator, Expr};
use ruff_text_size::Ranged;
use ty_python_semantic::types::{Type, TypeDefinition};
use ty_python_semantic::{HasType, SemanticModel};

use super::guard::guarded;
use super::last;
use super::types::DefId;
use super::types::{Shape, Shapes, Types};
use super::world::FileId;

/// Classes of Python whose objects never change.
const IMMUTABLE: &[&str] = &[
    "builtins.str",
    "builtins.bytes",
    "builtins.int",
    "builtins.float",
    "builtins.complex",
    "builtins.bool",
    "types.NoneType",
    "_typeshed.NoneType",
    "pathlib.Path",
    "pathlib.PurePath",
    "datetime.date",
    "datetime.datetime",
    "datetime.time",
    "datetime.timedelta",
    "decimal.Decimal",
    "fractions.Fraction",
    "uuid.UUID",
    "re.Pattern",
    "re.Match",
];

/// Bases of classes that add nothing that changes to their objects.
const PLAIN_BASES: &[&str] =
    &["builtins.object", "builtins.tuple", "abc.ABC", "typing.Generic", "typing.NamedTuple", "typing.Protocol"];
/// What the type of a tuple of values that never change is written with.
const IMMUTABLE_WORDS: &[&str] = &["tuple", "int", "str", "bytes", "float", "bool", "complex", "None"];
/// How deep fields of objects are looked into.
const DEPTH: usize = 4;

impl Types {
    /// The type of an expression as a checker writes it: `str | None`, `dict[str, int]`.
    #[must_use]
    pub fn written_type(&self, file: FileId, expr: &Expr) -> Option<String> {
        let model = self.model_at(file, expr.start())?;
        guarded(|| {
            let ty = expr.inferred_type(&model)?;
            Some(ty.display(&self.db, &model.program_environment()).to_string())
        })
    }

    /// The value of a literal expression's type: `True`, `0`, `'r'`, `None`.
    #[must_use]
    pub fn literal(&self, file: FileId, expr: &Expr) -> Option<String> {
        let shown = self.written_type(file, expr)?;
        match shown.strip_prefix("Literal[").and_then(|rest| rest.strip_suffix(']')) {
            Some(value) => Some(value.to_owned()),
            None => (shown == "None").then_some(shown),
        }
    }

    /// Whether the type of `expr` is `class` (a qualified name) or one of its subclasses, in every case.
    #[must_use]
    pub fn is_instance(&self, file: FileId, expr: &Expr, class: &str) -> bool {
        let shapes = self.shapes(file, expr);
        !shapes.is_empty()
            && shapes.iter().all(|shape| match shape {
                Shape::Instance(id) => self.mro(*id).iter().any(|base| base.name == class),
                _ => false,
            })
    }

    /// What an expression evaluates to, where the engine knows all of it; `None` where it may be something else as well.
    #[must_use]
    pub fn whole_shapes(&self, file: FileId, expr: &Expr) -> Option<Shapes> {
        let model = self.model_at(file, expr.start())?;
        let shapes = guarded(|| {
            let mut shapes = Vec::new();
            let is_whole = self.push_whole(&model, expr.inferred_type(&model)?, &mut shapes);
            is_whole.then_some(shapes)
        })?;
        (!shapes.is_empty() && !shapes.contains(&Shape::Other)).then_some(shapes)
    }

    fn push_whole<'db>(&'db self, model: &SemanticModel<'db>, ty: Type<'db>, shapes: &mut Shapes) -> bool {
        match ty {
            Type::Union(union) => {
                union.elements(&self.db).iter().all(|element| self.push_whole(model, *element, shapes))
            }
            Type::FunctionLiteral(_) | Type::BoundMethod(_) | Type::ClassLiteral(_) | Type::NominalInstance(_) => {
                self.push(model, ty, shapes, 0);
                true
            }
            _ => false,
        }
    }

    /// Whether objects of a class never change: those of Python that are values, members of enumerations, and frozen objects whose fields
    /// hold only such.
    #[must_use]
    pub fn is_immutable_class(&self, class: DefId) -> bool {
        self.never_changes(class, DEPTH)
    }

    fn never_changes(&self, class: DefId, depth: usize) -> bool {
        if IMMUTABLE.contains(&self.class_name(class).as_str()) {
            return true;
        }
        let mro = self.mro(class);
        let is_plain = |name: &str| PLAIN_BASES.contains(&name);
        depth > 0
            && self.world.is_own(class.file)
            && (mro.iter().any(|base| base.name == "enum.Enum")
                || mro.iter().all(|base| is_plain(&base.name) || self.is_frozen(base.id, depth)))
    }

    /// Whether a class of the program says that its objects never change, and its own fields hold nothing else.
    fn is_frozen(&self, class: DefId, depth: usize) -> bool {
        let Some(tree) = self.ast(class.file).filter(|_| self.world.is_own(class.file)) else { return false };
        let Some(def) = tree.class(class.start) else { return false };
        let is_said = |decorator: &Decorator| {
            let frozen = decorator.expression.as_call_expr().and_then(|call| call.arguments.find_keyword("frozen"));
            matches!(frozen.map(|frozen| &frozen.value), Some(Expr::BooleanLiteral(literal)) if literal.value)
        };
        let is_tuple = || def.bases().iter().any(|base| last(base) == Some("NamedTuple"));
        let never_changes = |shape: &Shape| match shape {
            Shape::Class(class) | Shape::Instance(class) => self.never_changes(*class, depth - 1),
            _ => false,
        };
        let mut fields = def.body.iter().filter_map(|stmt| stmt.as_ann_assign_stmt());
        (def.decorator_list.iter().any(is_said) || is_tuple())
            && fields.all(|field| {
                let annotation = &*field.annotation;
                let is_code = matches!(annotation, Expr::Subscript(kind) if last(&kind.value) == Some("Callable"))
                    || last(annotation) == Some("Callable");
                let shapes = self.shapes(class.file, annotation);
                is_code || !shapes.is_empty() && shapes.iter().all(never_changes)
            })
    }

    /// Whether whatever `expr` evaluates to can never change. `false` where the types do not say.
    #[must_use]
    pub fn is_immutable(&self, file: FileId, expr: &Expr) -> bool {
        let Some(model) = self.model_at(file, expr.start()) else { return false };
        guarded(|| Some(self.is_immutable_type(&model, expr.inferred_type(&model)?, 0))).unwrap_or(false)
    }

    fn is_immutable_type<'db>(&'db self, model: &SemanticModel<'db>, ty: Type<'db>, depth: usize) -> bool {
        if depth > 4 {
            return false;
        }
        match ty {
            Type::LiteralValue(_) => true,
            Type::Union(union) => {
                union.elements(&self.db).iter().all(|element| self.is_immutable_type(model, *element, depth + 1))
            }
            // What a condition rules out leaves the rest as it is.
            Type::Intersection(intersection) => {
                intersection.iter_positive(&self.db).any(|part| self.is_immutable_type(model, part, depth + 1))
            }
            Type::NominalInstance(_) => match ty.definition(&self.db, &model.program_environment()) {
                Some(TypeDefinition::StaticClass(definition)) => {
                    let class = self.def_id(definition);
                    let is_tuple = || self.class_name(class) == "builtins.tuple";
                    self.is_immutable_class(class)
                        || is_tuple() && is_of_values(&ty.display(&self.db, &model.program_environment()).to_string())
                }
                _ => false,
            },
            _ => false,
        }
    }
}

/// Whether a type is written as one of tuples of values that never change.
fn is_of_values(written: &str) -> bool {
    let mut words =
        written.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty());
    words.all(|word| IMMUTABLE_WORDS.contains(&word))
}
