//! Whether every way from one place of a function to a later one leads through a third.

use ruff_python_ast::{AnyNodeRef, Comprehension, Expr, Stmt, StmtIf, StmtTry};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::pauses::range_of;
use crate::plan::settled::handlers;
use crate::project::{Ast, blocks};

/// The ways to what stands at one place.
pub(super) struct Ways {
    pub(super) middle: TextRange,
    parts: Vec<Part>,
}

/// A part of a statement or an expression that is not run in any case.
struct Part {
    range: TextRange,
    leaves: Leaves,
}

/// How a part is left before its end, so that what is behind it runs.
enum Leaves {
    Never,
    /// By `break` and `continue`, which stand there.
    Loop(Vec<TextSize>),
    /// By an exception that a handler takes.
    Try(Body),
    /// By an exception that the manager of a `with` takes.
    Raised,
}

/// The body of a `try`.
struct Body {
    whole: TextRange,
    orelse: TextRange,
    finalbody: TextRange,
    /// Some handler goes on behind the `try`.
    goes_on: bool,
    /// Where statements leave the body.
    jumps: Vec<TextSize>,
}

impl Ways {
    /// `catches` tells whether the manager of a `with` takes exceptions.
    pub(super) fn of(ast: &Ast, middle: TextRange, catches: &dyn Fn(&Expr) -> bool) -> Self {
        let path = ast.path(middle);
        let start = path.iter().rposition(|node| node.is_stmt_function_def() || node.is_expr_lambda());
        let inner = &path[start.map_or(0, |index| index + 1)..];
        let parts = inner.iter().filter_map(|node| part_of(*node, middle, catches)).collect();
        Self { middle, parts }
    }

    /// Whether every way from one place to another one behind it leads through this one, in between.
    pub(super) fn lead_through(&self, from: TextSize, to: TextSize) -> bool {
        let is_between = |at: &TextSize| from <= *at && *at < self.middle.start();
        self.parts.iter().all(|part| {
            let is_inside = part.range.contains_inclusive(from);
            part.range.contains_inclusive(to)
                || match &part.leaves {
                    Leaves::Never => is_inside,
                    Leaves::Raised => false,
                    Leaves::Loop(jumps) => is_inside && !jumps.iter().any(is_between),
                    Leaves::Try(body) if body.orelse.contains_inclusive(to) => true,
                    // An exception that comes before ends what the function does.
                    Leaves::Try(body) if body.finalbody.contains_inclusive(to) => !body.jumps.iter().any(is_between),
                    Leaves::Try(body) => is_inside && !body.goes_on && !body.whole.contains_inclusive(to),
                }
        })
    }
}

/// The branches of `if` statements, from the first to the last, each of which comes by one of some places.
pub(super) fn forks(ast: &Ast, places: &[TextRange]) -> Vec<TextRange> {
    let mut found = Vec::new();
    for place in places {
        for node in ast.path(*place) {
            if let AnyNodeRef::StmtIf(if_) = node
                && is_fork(if_, places)
            {
                found.push(branches(if_));
            }
        }
    }
    found.dedup();
    found
}

fn branches(if_: &StmtIf) -> TextRange {
    TextRange::new(range_of(&if_.body).start(), if_.end())
}

fn is_fork(if_: &StmtIf, places: &[TextRange]) -> bool {
    let has_else = if_.elif_else_clauses.last().is_some_and(|clause| clause.test.is_none());
    has_else && comes_by(&if_.body, places) && if_.elif_else_clauses.iter().all(|clause| comes_by(&clause.body, places))
}

/// Whether a block comes by one of the places in any case.
fn comes_by(body: &[Stmt], places: &[TextRange]) -> bool {
    let holds = |range: TextRange| places.iter().any(|place| range.contains_range(*place));
    body.iter().any(|stmt| match stmt {
        Stmt::If(if_) => is_fork(if_, places) || holds(if_.test.range()),
        Stmt::With(with) => with.items.iter().any(|item| holds(item.range())) || comes_by(&with.body, places),
        // What is worked out in some cases only stands in a part of the value.
        Stmt::Expr(stmt) => places.contains(&stmt.value.range()),
        Stmt::Assign(assign) => places.contains(&assign.value.range()),
        Stmt::AnnAssign(assign) => assign.value.as_ref().is_some_and(|value| places.contains(&value.range())),
        Stmt::Return(return_) => return_.value.as_ref().is_some_and(|value| places.contains(&value.range())),
        _ => false,
    })
}

/// The part of a node with a place in it, where the part is not always run when the node is.
fn part_of(node: AnyNodeRef<'_>, place: TextRange, catches: &dyn Fn(&Expr) -> bool) -> Option<Part> {
    let part = |range: TextRange, leaves: Leaves| range.contains_range(place).then_some(Part { range, leaves });
    let plain = |range: TextRange| part(range, Leaves::Never);
    let around = |body: &[Stmt], orelse: &[Stmt]| {
        part(range_of(body), Leaves::Loop(jumps(body, false))).or_else(|| plain(range_of(orelse)))
    };
    let behind_first = |generators: &[Comprehension], whole: TextRange| {
        let first = generators.first()?.iter.range();
        (!first.contains_range(place)).then_some(Part { range: whole, leaves: Leaves::Never })
    };
    match node {
        AnyNodeRef::StmtIf(if_) => plain(range_of(&if_.body)),
        AnyNodeRef::ElifElseClause(clause) => plain(clause.range()),
        AnyNodeRef::MatchCase(case) => plain(case.range()),
        AnyNodeRef::StmtFor(for_) => around(&for_.body, &for_.orelse),
        AnyNodeRef::StmtWhile(while_) => around(&while_.body, &while_.orelse),
        AnyNodeRef::StmtTry(try_) => {
            part(range_of(&try_.body), Leaves::Try(Body::of(try_))).or_else(|| plain(range_of(&try_.orelse)))
        }
        AnyNodeRef::ExceptHandlerExceptHandler(handler) => plain(handler.range()),
        AnyNodeRef::StmtWith(with) if with.items.iter().any(|item| catches(&item.context_expr)) => {
            part(range_of(&with.body), Leaves::Raised)
        }
        AnyNodeRef::ExprIf(if_) => plain(if_.body.range()).or_else(|| plain(if_.orelse.range())),
        AnyNodeRef::ExprBoolOp(operation) => {
            let holder = operation.values.iter().skip(1).find(|value| value.range().contains_range(place))?;
            plain(TextRange::new(holder.start(), operation.end()))
        }
        AnyNodeRef::ExprListComp(comp) => behind_first(&comp.generators, comp.range),
        AnyNodeRef::ExprSetComp(comp) => behind_first(&comp.generators, comp.range),
        AnyNodeRef::ExprDictComp(comp) => behind_first(&comp.generators, comp.range),
        _ => None,
    }
}

impl Body {
    fn of(try_: &StmtTry) -> Self {
        let ends = |body: &[Stmt]| matches!(body.last(), Some(Stmt::Raise(_) | Stmt::Return(_)));
        Self {
            whole: try_.range(),
            orelse: range_of(&try_.orelse),
            finalbody: range_of(&try_.finalbody),
            goes_on: handlers(try_).any(|handler| !ends(&handler.body)),
            jumps: jumps(&try_.body, true),
        }
    }
}

/// Where statements of a block go on elsewhere: `break` and `continue` of a loop around it, and what leaves the function where that counts.
fn jumps(body: &[Stmt], counts_ends: bool) -> Vec<TextSize> {
    let jumps_of = |stmt: &Stmt| match stmt {
        Stmt::Break(_) | Stmt::Continue(_) => vec![stmt.start()],
        Stmt::Return(_) | Stmt::Raise(_) if counts_ends => vec![stmt.start()],
        Stmt::FunctionDef(_) | Stmt::ClassDef(_) => Vec::new(),
        Stmt::For(for_) if !counts_ends => jumps(&for_.orelse, counts_ends),
        Stmt::While(while_) if !counts_ends => jumps(&while_.orelse, counts_ends),
        other => blocks(other.into()).into_iter().flat_map(|suite| jumps(suite, counts_ends)).collect(),
    };
    body.iter().flat_map(jumps_of).collect()
}
