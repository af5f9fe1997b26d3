//! What an expression around a place does with it.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, ExprContext, ExprSubscript, ExprTuple, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::plan::scope::Scope;
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
    let mut around = path.iter().rev().filter(|node| node.range() != range);
    let is_fresh = match around.next() {
        Some(AnyNodeRef::StmtAssign(assign)) => assign.targets.len() == 1 && is_fresh(path, &assign.value),
        Some(AnyNodeRef::ExprTuple(targets)) => match around.next() {
            Some(AnyNodeRef::StmtAssign(assign)) => {
                let value = assign.value.as_tuple_expr().and_then(|values| paired(targets, values, range));
                assign.targets.len() == 1 && value.is_some_and(|value| is_fresh(path, value))
            }
            _ => false,
        },
        Some(AnyNodeRef::StmtAnnAssign(assign)) => assign.value.as_deref().is_none_or(|value| is_fresh(path, value)),
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

/// What the target at a place gets of as many values.
fn paired<'a>(targets: &ExprTuple, values: &'a ExprTuple, at: TextRange) -> Option<&'a Expr> {
    let is_starred = targets.elts.iter().chain(&values.elts).any(Expr::is_starred_expr);
    let index = targets.elts.iter().position(|target| target.range() == at)?;
    (!is_starred && targets.elts.len() == values.elts.len()).then(|| &values.elts[index])
}

/// Whether a value is new, in a statement with these nodes around it: nobody else has it.
fn is_fresh(path: &[AnyNodeRef<'_>], value: &Expr) -> bool {
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
        Expr::Subscript(item) => is_taken_out(path, item),
        other => other.is_literal_expr(),
    }
}

/// Whether an item is taken, once, out of what the function has got from a call and does nothing else with: `state = loads(text)`,
/// `self.done = state["done"]`.
fn is_taken_out(path: &[AnyNodeRef<'_>], item: &ExprSubscript) -> bool {
    let def = path.iter().rev().find_map(|node| node.as_stmt_function_def());
    let statement = path.iter().rev().find(|node| node.is_statement());
    let (Some(def), Some(statement), Some(name)) = (def, statement, item.value.as_name_expr()) else { return false };
    let mut taken = Taken { name: &name.id, keys: Vec::new(), others: 0, is_made: false };
    taken.visit_body(&def.body);
    let mut keys = taken.keys.iter();
    let is_once = keys.all(|(key, at)| {
        let is_other = |other: &(&str, TextRange)| other.1 == *at || other.0 != *key;
        statement.range().contains_range(*at) && taken.keys.iter().all(is_other)
    });
    let bound = Scope::of(def).bound;
    is_once && taken.others == 0 && taken.is_made && bound.iter().filter(|(bound, _)| *bound == name.id).count() == 1
}

/// What a function does with a variable.
struct Taken<'a> {
    name: &'a str,
    /// The items that it takes out, by their keys.
    keys: Vec<(&'a str, TextRange)>,
    /// How often it reads the variable otherwise.
    others: usize,
    /// It has got it from a call.
    is_made: bool,
}

impl<'a> Visitor<'a> for Taken<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::Assign(assign) = stmt
            && let [Expr::Name(target)] = &assign.targets[..]
        {
            self.is_made |= target.id.as_str() == self.name && assign.value.is_call_expr();
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let is_it =
            |value: &Expr| value.as_name_expr().is_some_and(|name| name.ctx.is_load() && name.id.as_str() == self.name);
        match expr {
            Expr::Subscript(item)
                if is_it(&item.value) && item.ctx.is_load() && item.slice.is_string_literal_expr() =>
            {
                let key = item.slice.as_string_literal_expr().map(|key| key.value.to_str());
                self.keys.extend(key.map(|key| (key, item.range())));
            }
            other => {
                self.others += usize::from(is_it(other));
                walk_expr(self, other);
            }
        }
    }
}
