//! What an expression around a place does with it.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, ExprContext};
use ruff_text_size::{Ranged, TextRange};

use crate::project::facts::is_mutator;

/// Methods of containers that change nothing.
const READERS: [&str; 8] = ["get", "keys", "values", "items", "copy", "index", "count", "most_common"];
/// Functions that go through what they are given, and keep nothing of it but the items.
pub(super) const LOOKERS: [&str; 13] =
    ["len", "sorted", "list", "dict", "set", "tuple", "frozenset", "sum", "any", "all", "min", "max", "bool"];

/// What is done with a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Doing {
    /// It is asked whether it is something.
    Look,
    /// It is bound, or deleted; to something that nobody else has.
    Bind { is_fresh: bool },
    /// What it holds is changed.
    Change,
    /// What it holds is read.
    Content,
    /// An item, or all of them, come out of it as this expression.
    Item(TextRange),
    /// It is returned.
    Return,
    /// Something else, which may change it or let others do so.
    Other,
}

pub(super) fn is_identity(compare: &ast::ExprCompare) -> bool {
    compare.ops.iter().all(|op| matches!(op, ast::CmpOp::Is | ast::CmpOp::IsNot))
}

pub(super) fn is_called(path: &[AnyNodeRef<'_>], range: TextRange) -> bool {
    let parent = path.iter().rev().find(|node| node.range() != range);
    matches!(parent, Some(AnyNodeRef::ExprCall(call)) if call.func.range() == range)
}

/// What is done with the place that an expression is.
pub(super) fn doing(path: &[AnyNodeRef<'_>], expr: &Expr) -> Doing {
    let range = expr.range();
    let context = match expr {
        Expr::Attribute(attribute) => attribute.ctx,
        Expr::Name(name) => name.ctx,
        _ => return Doing::Other,
    };
    if context == ExprContext::Load {
        return doing_at(path, range);
    }
    let is_fresh = match path.iter().rev().find(|node| node.range() != range) {
        Some(AnyNodeRef::StmtAssign(assign)) => assign.targets.len() == 1 && is_fresh(&assign.value),
        Some(AnyNodeRef::StmtAnnAssign(assign)) => assign.value.as_deref().is_none_or(is_fresh),
        Some(AnyNodeRef::StmtAugAssign(_) | AnyNodeRef::StmtDelete(_)) => true,
        _ => false,
    };
    Doing::Bind { is_fresh }
}

/// What is done with the value of an expression.
pub(super) fn doing_at(path: &[AnyNodeRef<'_>], range: TextRange) -> Doing {
    let mut around = path.iter().rev().filter(|node| node.range() != range);
    match around.next() {
        Some(AnyNodeRef::ExprCompare(compare)) if is_identity(compare) => Doing::Look,
        Some(AnyNodeRef::ExprSubscript(subscript)) if subscript.value.range() == range => match subscript.ctx {
            ExprContext::Load => item(path, subscript.range()),
            _ => Doing::Change,
        },
        Some(AnyNodeRef::ExprAttribute(attribute)) => match around.next() {
            Some(AnyNodeRef::ExprCall(call)) if call.func.range() == attribute.range() => {
                let name = attribute.attr.as_str();
                if is_mutator(name) {
                    Doing::Change
                } else if READERS.contains(&name) {
                    item(path, call.range())
                } else {
                    Doing::Other
                }
            }
            _ => Doing::Other,
        },
        Some(AnyNodeRef::Arguments(_)) => match around.next() {
            Some(AnyNodeRef::ExprCall(call)) => match &*call.func {
                Expr::Name(name) if matches!(name.id.as_str(), "len" | "bool" | "print" | "str" | "repr") => {
                    Doing::Content
                }
                Expr::Name(name) if LOOKERS.contains(&name.id.as_str()) => item(path, call.range()),
                _ => Doing::Other,
            },
            _ => Doing::Other,
        },
        Some(AnyNodeRef::StmtReturn(_)) => Doing::Return,
        Some(AnyNodeRef::StmtFor(for_)) if for_.iter.range() == range => Doing::Item(range),
        Some(AnyNodeRef::Comprehension(comprehension)) if comprehension.iter.range() == range => Doing::Item(range),
        Some(
            AnyNodeRef::ExprCompare(_)
            | AnyNodeRef::ExprBinOp(_)
            | AnyNodeRef::ExprUnaryOp(_)
            | AnyNodeRef::InterpolatedElement(_)
            | AnyNodeRef::StmtIf(_)
            | AnyNodeRef::ElifElseClause(_)
            | AnyNodeRef::StmtWhile(_)
            | AnyNodeRef::StmtAssert(_)
            | AnyNodeRef::StmtExpr(_),
        ) => Doing::Content,
        _ => Doing::Other,
    }
}

/// What comes out of a place: it may be changed right there.
fn item(path: &[AnyNodeRef<'_>], range: TextRange) -> Doing {
    let mut inner = range;
    for node in path.iter().rev().filter(|node| node.range().contains_range(range) && node.range() != range) {
        match node {
            AnyNodeRef::ExprSubscript(subscript) if subscript.value.range() == inner => {
                if subscript.ctx != ExprContext::Load {
                    return Doing::Change;
                }
                inner = subscript.range();
            }
            AnyNodeRef::ExprAttribute(attribute) if attribute.value.range() == inner => {
                if attribute.ctx != ExprContext::Load {
                    return Doing::Change;
                }
                if is_mutator(&attribute.attr) {
                    return Doing::Change;
                }
                inner = attribute.range();
            }
            _ => break,
        }
    }
    Doing::Item(range)
}

/// Whether a value is new: nobody else has it.
fn is_fresh(value: &Expr) -> bool {
    match value {
        Expr::Call(_)
        | Expr::Dict(_)
        | Expr::List(_)
        | Expr::Set(_)
        | Expr::Tuple(_)
        | Expr::ListComp(_)
        | Expr::SetComp(_)
        | Expr::DictComp(_)
        | Expr::BinOp(_) => true,
        other => other.is_literal_expr(),
    }
}
