//! Whether a function of the program may give something to await.

use ruff_python_ast::{self as ast, Expr, Operator};
use ruff_text_size::TextRange;

use crate::analysis::index::{FnId, Lookup};
use crate::analysis::resolve::Resolver;
use crate::project::{DefId, FileId, Shape, last, returned};

/// What makes an object something to await.
const METHOD: &str = "__await__";
/// Decorators that leave a function what it is.
const PLAIN_DECORATORS: [&str; 4] = ["staticmethod", "classmethod", "abstractmethod", "override"];
/// What an annotation says nothing by, or the opposite of what its class does.
const WIDE: [&str; 4] = ["builtins.object", "typing.Any", "typing.Generic", "typing.Protocol"];

/// What annotations call the containers of the language by, which are no classes themselves.
const CONTAINERS: [&str; 10] = [
    "typing.ChainMap",
    "typing.Counter",
    "typing.DefaultDict",
    "typing.Deque",
    "typing.Dict",
    "typing.FrozenSet",
    "typing.List",
    "typing.OrderedDict",
    "typing.Set",
    "typing.Tuple",
];

impl Resolver<'_> {
    /// Whether what a function returns may be something to await. It may, where neither its annotation nor its body say otherwise.
    pub(super) fn may_give_awaitable(&self, id: FnId) -> bool {
        let Some((function, ast)) = self.types.world().function(id).zip(self.types.ast(id.file)) else { return true };
        let Some(def) = ast.def(function.range) else { return true };
        let is_plain =
            |at: &TextRange| ast.expression(*at).and_then(last).is_some_and(|name| PLAIN_DECORATORS.contains(&name));
        if function.is_async || !function.decorators.iter().all(is_plain) {
            return true;
        }
        match &def.returns {
            Some(annotation) => self.may_stand_for_awaitable(id.file, annotation),
            None => {
                !function.is_generator && returned(def).into_iter().any(|value| self.may_be_awaitable(id.file, value))
            }
        }
    }

    fn may_stand_for_awaitable(&self, file: FileId, annotation: &Expr) -> bool {
        let any = |parts: &[Expr]| parts.iter().any(|part| self.may_stand_for_awaitable(file, part));
        match annotation {
            Expr::NoneLiteral(_) => false,
            Expr::BinOp(ast::ExprBinOp { left, op: Operator::BitOr, right, .. }) => {
                self.may_stand_for_awaitable(file, left) || self.may_stand_for_awaitable(file, right)
            }
            Expr::Subscript(subscript) => match (last(&subscript.value), &*subscript.slice) {
                (Some("Union"), Expr::Tuple(tuple)) => any(&tuple.elts),
                (Some("Optional"), inner) => self.may_stand_for_awaitable(file, inner),
                _ => self.may_stand_for_awaitable(file, &subscript.value),
            },
            Expr::Name(_) | Expr::Attribute(_) => {
                let shapes = self.types.shapes(file, annotation);
                let may_be = |shape: &Shape| match shape {
                    Shape::Instance(class) | Shape::Class(class) => self.is_awaitable_class(*class),
                    _ => true,
                };
                let is_container = || {
                    let names = self.types.reference_names(file, annotation);
                    names.iter().any(|name| CONTAINERS.contains(&name.as_str()))
                };
                (shapes.is_empty() || shapes.iter().any(may_be)) && !is_container()
            }
            _ => true,
        }
    }

    fn may_be_awaitable(&self, file: FileId, value: &Expr) -> bool {
        match value {
            Expr::Compare(_)
            | Expr::FString(_)
            | Expr::Tuple(_)
            | Expr::List(_)
            | Expr::Dict(_)
            | Expr::Set(_)
            | Expr::ListComp(_)
            | Expr::DictComp(_)
            | Expr::SetComp(_) => false,
            value if value.is_literal_expr() => false,
            Expr::If(branch) => {
                self.may_be_awaitable(file, &branch.body) || self.may_be_awaitable(file, &branch.orelse)
            }
            value => {
                let shapes = self.shapes(file, value);
                let may_be = |shape: &Shape| match shape {
                    Shape::Instance(class) => self.is_awaitable_class(*class),
                    _ => true,
                };
                shapes.is_empty() || shapes.iter().any(may_be)
            }
        }
    }

    fn is_awaitable_class(&self, class: DefId) -> bool {
        let mro = self.types.mro(class);
        let is_wide = |name: &str| WIDE.contains(&name);
        mro.first().is_none_or(|own| is_wide(&own.name)) || mro.iter().any(|base| base.member(METHOD).is_some())
    }
}
