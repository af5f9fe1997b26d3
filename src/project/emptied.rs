//! What is taken out of a place, or taken away: what a test has found there is there no longer.

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, ExprCall, Number};

use super::collect::last_name;

/// Whether a method takes something out of what it is called on.
pub(super) fn is_remover(method: &str) -> bool {
    matches!(
        method,
        "clear"
            | "difference_update"
            | "discard"
            | "intersection_update"
            | "pop"
            | "popitem"
            | "popleft"
            | "remove"
            | "subtract"
            | "symmetric_difference_update"
    )
}

/// The last names of what is deleted.
pub(super) fn deleted(target: &Expr, names: &mut Vec<Name>) {
    match target {
        Expr::Subscript(subscript) => names.extend(last_name(&subscript.value)),
        Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| deleted(target, names)),
        target => names.extend(last_name(target)),
    }
}

/// The last names of what is bound to a value that may be nothing.
pub(super) fn bound_to_nothing(target: &Expr, value: &Expr, names: &mut Vec<Name>) {
    match (target, value) {
        (Expr::Tuple(targets), Expr::Tuple(values)) if targets.len() == values.len() => {
            targets.iter().zip(values).for_each(|(target, value)| bound_to_nothing(target, value, names));
        }
        (Expr::Tuple(targets), _) => names.extend(targets.iter().filter_map(last_name)),
        (Expr::Attribute(_) | Expr::Name(_), value) if may_be_nothing(value) => names.extend(last_name(target)),
        _ => {}
    }
}

/// Whether a value may be `None`, false or empty: what is made by a call is something.
fn may_be_nothing(value: &Expr) -> bool {
    match value {
        Expr::NoneLiteral(_) | Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => true,
        Expr::BooleanLiteral(literal) => !literal.value,
        Expr::NumberLiteral(literal) => matches!(&literal.value, Number::Int(number) if *number == 0),
        Expr::StringLiteral(literal) => literal.value.is_empty(),
        Expr::List(list) => list.is_empty(),
        Expr::Tuple(tuple) => tuple.is_empty(),
        Expr::Dict(dict) => dict.is_empty(),
        Expr::ListComp(_) | Expr::DictComp(_) | Expr::SetComp(_) | Expr::Compare(_) | Expr::UnaryOp(_) => true,
        Expr::If(branch) => may_be_nothing(&branch.body) || may_be_nothing(&branch.orelse),
        Expr::BoolOp(operation) => operation.values.iter().any(may_be_nothing),
        Expr::Call(call) => may_give_nothing(call),
        _ => false,
    }
}

fn may_give_nothing(call: &ExprCall) -> bool {
    match &*call.func {
        Expr::Name(name) => {
            call.arguments.is_empty() && matches!(name.id.as_str(), "set" | "dict" | "list" | "deque" | "tuple")
        }
        Expr::Attribute(method) => matches!(method.attr.as_str(), "get" | "pop"),
        _ => false,
    }
}
