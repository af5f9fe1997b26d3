//! The special methods that operators and builtins call, and what the methods of containers do.

use ruff_python_ast::{self as ast, Operator};

/// The methods that change builtin and standard containers in place.
#[must_use]
pub fn is_mutator(method: &str) -> bool {
    matches!(
        method,
        "add"
            | "append"
            | "appendleft"
            | "clear"
            | "discard"
            | "extend"
            | "extendleft"
            | "insert"
            | "move_to_end"
            | "pop"
            | "popitem"
            | "popleft"
            | "remove"
            | "reverse"
            | "rotate"
            | "setdefault"
            | "sort"
            | "subtract"
            | "update"
            | "difference_update"
            | "intersection_update"
            | "symmetric_difference_update"
    )
}

/// The builtins that only pass their argument on to a special method.
#[must_use]
pub fn protocol_of(builtin: &str) -> Option<&'static str> {
    Some(match builtin {
        "iter" | "list" | "tuple" | "set" | "sorted" | "sum" | "min" | "max" | "any" | "all" | "dict" | "enumerate"
        | "frozenset" => "__iter__",
        "next" => "__next__",
        "len" => "__len__",
        _ => return None,
    })
}

/// The special method that an operator calls of what is left of it.
#[must_use]
pub fn operator_method(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "__add__",
        Operator::Sub => "__sub__",
        Operator::Mult => "__mul__",
        Operator::MatMult => "__matmul__",
        Operator::Div => "__truediv__",
        Operator::Mod => "__mod__",
        Operator::Pow => "__pow__",
        Operator::LShift => "__lshift__",
        Operator::RShift => "__rshift__",
        Operator::BitOr => "__or__",
        Operator::BitXor => "__xor__",
        Operator::BitAnd => "__and__",
        Operator::FloorDiv => "__floordiv__",
    }
}

/// The special method that a comparison calls, if it calls one.
#[must_use]
pub fn compare_method(operator: ast::CmpOp) -> Option<&'static str> {
    Some(match operator {
        ast::CmpOp::Eq | ast::CmpOp::NotEq => "__eq__",
        ast::CmpOp::Lt => "__lt__",
        ast::CmpOp::LtE => "__le__",
        ast::CmpOp::Gt => "__gt__",
        ast::CmpOp::GtE => "__ge__",
        ast::CmpOp::In | ast::CmpOp::NotIn => "__contains__",
        ast::CmpOp::Is | ast::CmpOp::IsNot => return None,
    })
}

/// Methods of containers and queues that put their last argument inside.
#[must_use]
pub fn is_adder(method: &str) -> bool {
    matches!(method, "append" | "appendleft" | "add" | "insert" | "setdefault" | "put" | "put_nowait")
}

/// Methods of containers that return what is inside.
#[must_use]
pub fn is_accessor(method: &str) -> bool {
    matches!(method, "get" | "setdefault" | "pop" | "popleft" | "popitem" | "values" | "items" | "keys")
}
