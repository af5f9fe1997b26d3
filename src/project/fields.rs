//! What the instances of a class are made with, where no function of it says so.

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, Stmt};

use super::syntax::last;

/// The annotated names of a class body, but for those that are the class's own and those that calls do not set.
pub(super) fn annotated(body: &[Stmt]) -> Vec<Name> {
    let fields = body.iter().filter_map(|stmt| {
        let assign = stmt.as_ann_assign_stmt()?;
        let is_shared = assign.annotation.as_subscript_expr().is_some_and(|of| last(&of.value) == Some("ClassVar"));
        (!is_shared && !assign.value.as_deref().is_some_and(is_made_later)).then(|| assign.target.as_name_expr())?
    });
    fields.map(|name| name.id.clone()).collect()
}

/// `field(init=False)`
fn is_made_later(value: &Expr) -> bool {
    value
        .as_call_expr()
        .and_then(|call| call.arguments.find_keyword("init"))
        .is_some_and(|init| matches!(&init.value, Expr::BooleanLiteral(literal) if !literal.value))
}

/// The fields of `namedtuple("Point", "x y")`, `namedtuple("Point", ["x", "y"])` and `NamedTuple("Point", [("x", int)])`.
pub(super) fn of_tuple(value: &Expr) -> Option<Vec<Name>> {
    let call = value.as_call_expr()?;
    if !matches!(last(&call.func), Some("namedtuple" | "NamedTuple")) {
        return None;
    }
    let elements = match call.arguments.find_argument_value("field_names", 1)? {
        Expr::StringLiteral(names) => {
            let names = names.value.to_str().split([',', ' ']).filter(|name| !name.is_empty());
            return Some(names.map(Name::new).collect());
        }
        Expr::List(list) => &list.elts,
        Expr::Tuple(tuple) => &tuple.elts,
        _ => return None,
    };
    let name = |element: &Expr| match element {
        Expr::StringLiteral(name) => Some(Name::new(name.value.to_str())),
        Expr::Tuple(pair) => Some(Name::new(pair.elts.first()?.as_string_literal_expr()?.value.to_str())),
        _ => None,
    };
    elements.iter().map(name).collect()
}
