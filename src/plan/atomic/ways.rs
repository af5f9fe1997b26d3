//! Whether every way from one place of a function to a later one leads through a third.

use ruff_python_ast::{AnyNodeRef, Comprehension, Expr, Stmt, StmtTry};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::pauses::range_of;
use crate::plan::settled::handlers;
use crate::project::{Ast, blocks};

/// A part of a statement or an expression that is not run in any case.
struct Part<'a> {
    range: TextRange,
    leaves: Leaves<'a>,
}

/// How a part is left before its end, so that what is behind it runs.
enum Leaves<'a> {
    Never,
    /// By `break` and `continue`.
    Loop(&'a [Stmt]),
    /// By an exception that a handler takes.
    Try(&'a StmtTry),
    /// By an exception that the manager of a `with` takes.
    Raised,
}

/// Whether every way from one place to another one behind it leads through what stands at `middle`, in between; `catches` tells whether the
/// manager of a `with` takes exceptions.
pub(super) fn lead_through(
    ast: &Ast,
    middle: TextRange,
    (from, to): (TextSize, TextSize),
    catches: &dyn Fn(&Expr) -> bool,
) -> bool {
    let path = ast.path(middle);
    let start = path.iter().rposition(|node| node.is_stmt_function_def() || node.is_expr_lambda());
    let parts = path[start.map_or(0, |index| index + 1)..].iter().filter_map(|node| part_of(*node, middle, catches));
    parts.into_iter().all(|part| {
        part.range.contains_inclusive(to)
            || match part.leaves {
                Leaves::Try(try_) if range_of(&try_.orelse).contains_inclusive(to) => true,
                Leaves::Try(try_) => part.range.contains_inclusive(from) && !goes_on_behind(try_, to),
                _ if !part.range.contains_inclusive(from) => false,
                Leaves::Raised => false,
                Leaves::Never => true,
                Leaves::Loop(body) => !leaves_between(body, from, middle.start()),
            }
    })
}

/// The part of a node with a place in it, where the part is not always run when the node is.
fn part_of<'a>(node: AnyNodeRef<'a>, place: TextRange, catches: &dyn Fn(&Expr) -> bool) -> Option<Part<'a>> {
    let around = |body: &'a [Stmt], leaves: Leaves<'a>| {
        let range = range_of(body);
        range.contains_range(place).then_some(Part { range, leaves })
    };
    let value = |range: TextRange| range.contains_range(place).then_some(Part { range, leaves: Leaves::Never });
    let behind_first = |generators: &[Comprehension], whole: TextRange| {
        let first = generators.first()?.iter.range();
        (!first.contains_range(place)).then_some(Part { range: whole, leaves: Leaves::Never })
    };
    match node {
        AnyNodeRef::StmtIf(if_) => around(&if_.body, Leaves::Never),
        AnyNodeRef::ElifElseClause(clause) => value(clause.range()),
        AnyNodeRef::MatchCase(case) => value(case.range()),
        AnyNodeRef::StmtFor(for_) => {
            around(&for_.body, Leaves::Loop(&for_.body)).or_else(|| around(&for_.orelse, Leaves::Never))
        }
        AnyNodeRef::StmtWhile(while_) => {
            around(&while_.body, Leaves::Loop(&while_.body)).or_else(|| around(&while_.orelse, Leaves::Never))
        }
        AnyNodeRef::StmtTry(try_) => {
            around(&try_.body, Leaves::Try(try_)).or_else(|| around(&try_.orelse, Leaves::Never))
        }
        AnyNodeRef::ExceptHandlerExceptHandler(handler) => value(handler.range()),
        AnyNodeRef::StmtWith(with) if with.items.iter().any(|item| catches(&item.context_expr)) => {
            around(&with.body, Leaves::Raised)
        }
        AnyNodeRef::ExprIf(if_) => value(if_.body.range()).or_else(|| value(if_.orelse.range())),
        AnyNodeRef::ExprBoolOp(operation) => {
            let holder = operation.values.iter().skip(1).find(|value| value.range().contains_range(place))?;
            value(TextRange::new(holder.start(), operation.end()))
        }
        AnyNodeRef::ExprListComp(comp) => behind_first(&comp.generators, comp.range),
        AnyNodeRef::ExprSetComp(comp) => behind_first(&comp.generators, comp.range),
        AnyNodeRef::ExprDictComp(comp) => behind_first(&comp.generators, comp.range),
        _ => None,
    }
}

/// Whether a place behind the body of a `try`, and not in its `else`, may be come to though the body was not run to its end.
fn goes_on_behind(try_: &StmtTry, to: TextSize) -> bool {
    let ends = |body: &[Stmt]| matches!(body.last(), Some(Stmt::Raise(_) | Stmt::Return(_)));
    try_.range().contains_inclusive(to) || handlers(try_).any(|handler| !ends(&handler.body))
}

/// Whether a loop may be left, or go on with its next round, between two places of its body.
fn leaves_between(body: &[Stmt], from: TextSize, to: TextSize) -> bool {
    let mut between = body.iter().filter(|stmt| stmt.end() > from && stmt.start() < to);
    between.any(|stmt| match stmt {
        Stmt::Break(_) | Stmt::Continue(_) => true,
        Stmt::FunctionDef(_) | Stmt::ClassDef(_) => false,
        Stmt::For(for_) => leaves_between(&for_.orelse, from, to),
        Stmt::While(while_) => leaves_between(&while_.orelse, from, to),
        other => blocks(other.into()).into_iter().any(|suite| leaves_between(suite, from, to)),
    })
}
