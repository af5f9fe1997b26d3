//! What the types say about values: how a type is written, and what a value cannot do.

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;
use ty_python_semantic::types::{Type, TypeDefinition};
use ty_python_semantic::{HasType, SemanticModel};

use super::guard::guarded;
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
    "datetime.timedelta",
    "decimal.Decimal",
    "fractions.Fraction",
    "uuid.UUID",
    "re.Pattern",
    "re.Match",
];

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

    /// Whether objects of a class never change.
    #[must_use]
    pub fn is_immutable_class(&self, class: DefId) -> bool {
        IMMUTABLE.contains(&self.class_name(class).as_str())
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
                Some(TypeDefinition::StaticClass(definition)) => self.is_immutable_class(self.def_id(definition)),
                _ => false,
            },
            _ => false,
        }
    }
}
