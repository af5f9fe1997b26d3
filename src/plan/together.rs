//! What a coroutine does to one file in one go stays together.
//!
//! Between two awaits nothing comes in between the lines that a coroutine writes to a file. Each of them in a thread of its own lets
//! those of other tasks in, even where the threads take turns. So they go to one thread together, or all stay. Where the coroutine
//! waits for something else in between, that lets other tasks in anyway.

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, Stmt, StmtWith};
use ruff_text_size::{Ranged, TextRange};

use super::atomic::Pauses;
use super::decide::Planner;
use super::files::{Seen, Use};
use super::names::Names as Bound;
use super::paths::{Names, is_fresh};
use crate::analysis::Hop;
use crate::project::{Ast, last};
use crate::text::has_word;

impl Planner<'_> {
    /// Whether a thread of its own for what stands at a hop, a call or a part of its function, would let other tasks in where one file
    /// is written.
    pub(super) fn may_part(&self, hop: &Hop) -> Result<(), String> {
        if self.ground.is_sequential {
            return Ok(());
        }
        self.parted(hop).map_or(Ok(()), Err)
    }

    fn parted(&self, hop: &Hop) -> Option<String> {
        let files = &self.ground.files;
        let mut uses: Vec<(TextRange, Use)> = Vec::new();
        for (at, stage) in files.all_stages(self.survey, hop.function).iter() {
            let mut found = Vec::new();
            files.trace_stage(self.survey, stage, &Names::new(), &mut Seen::default(), &mut found);
            uses.extend(found.into_iter().map(|using| (*at, using)));
        }
        // What a transaction writes, others see when it ends.
        uses.retain(|(_, using)| !using.is_of_data());
        if !uses.iter().any(|(_, using)| using.writes) {
            return None;
        }
        let ast = self.resolver.types.ast(hop.function.file)?;
        let pauses = Pauses::of(self.survey, hop.function, &ast, hop.at)?;
        let is_call = uses.iter().any(|(at, _)| *at == hop.at);
        let is_hop = |at: TextRange| if is_call { at == hop.at } else { hop.at.contains_range(at) };
        let works = self.ground.files.works(hop.function);
        let is_work = |at: TextRange| works.contains(&at);
        let waits = |from: TextRange, to: TextRange| {
            let is_between = |work: &TextRange| from.end() < work.end() && work.end() < to.end();
            works.iter().any(is_between) || pauses.separate(from.end(), to.end())
        };
        // What stays open while other tasks run is written by and by in any case, and through its own handle.
        let of_hop =
            || uses.iter().filter(|(at, _)| is_hop(*at) && !is_work(*at) && !is_of_long_open(&ast, *at, &pauses));
        let others = || uses.iter().filter(|(at, _)| !is_hop(*at) && !is_work(*at));
        of_hop().find_map(|(at, own)| {
            let again = own.writes && is_written_again(&ast, *at, hop.at, own, works, &pauses);
            let other = others().find(|(other_at, other)| {
                let (first, second) = if other_at.end() < at.end() { (*other_at, *at) } else { (*at, *other_at) };
                (own.writes && other.writes)
                    && own.is_same(other)
                    && !waits(first, second)
                    && !are_alternatives(&ast, first, second)
                    && !is_opened_for_long(&ast, first, &pauses)
            });
            let path = &own.path;
            if (again || other.is_some()) && is_fresh(self.survey, hop.function, path) {
                return None;
            }
            match (again, other) {
                (_, Some(_)) => Some(format!(
                    "the file `{path}` is written more than once in one go: other tasks could write it in between"
                )),
                (true, None) => Some(format!(
                    "the loop around it writes the file `{path}` in one go: other tasks could write it in between"
                )),
                _ => None,
            }
        })
    }
}

/// Whether a loop around a call that waits for nothing writes the same file again.
fn is_written_again(
    ast: &Ast,
    at: TextRange,
    part: TextRange,
    using: &Use,
    works: &[TextRange],
    pauses: &Pauses<'_>,
) -> bool {
    let path = ast.path(at);
    let inner = path.iter().rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_))).unwrap_or(0);
    let waits = |around: TextRange| {
        works.iter().any(|work| *work != at && around.contains_range(*work)) || !pauses.are_outside(around)
    };
    path[inner..].iter().any(|node| {
        let around = match node {
            AnyNodeRef::StmtFor(for_) if !for_.is_async => for_.range(),
            AnyNodeRef::StmtWhile(while_) => while_.range(),
            AnyNodeRef::ExprListComp(_) | AnyNodeRef::ExprSetComp(_) | AnyNodeRef::ExprDictComp(_) => node.range(),
            _ => return false,
        };
        !part.contains_range(around)
            && !waits(around)
            && !leaves(&path, around)
            && !bound_in(*node).bound.iter().any(|name| has_word(&using.path, name))
    })
}

/// The names that a loop binds, which may be others each time.
fn bound_in(node: AnyNodeRef<'_>) -> Bound {
    let mut names = Bound::default();
    match node {
        AnyNodeRef::StmtFor(for_) => {
            names.visit_expr(&for_.target);
            names.visit_body(&for_.body);
        }
        AnyNodeRef::StmtWhile(while_) => {
            names.visit_expr(&while_.test);
            names.visit_body(&while_.body);
        }
        node => {
            if let Some(expr) = node.as_expr_ref() {
                match expr {
                    ExprRef::ListComp(comp) => comp.generators.iter().for_each(|one| names.visit_expr(&one.target)),
                    ExprRef::SetComp(comp) => comp.generators.iter().for_each(|one| names.visit_expr(&one.target)),
                    ExprRef::DictComp(comp) => comp.generators.iter().for_each(|one| names.visit_expr(&one.target)),
                    _ => {}
                }
            }
        }
    }
    names
}

/// Whether what follows in the innermost block around a place leaves what stands around that.
fn leaves(path: &[AnyNodeRef<'_>], around: TextRange) -> bool {
    let inside = path.iter().rev().take_while(|node| node.range() != around);
    inside
        .filter_map(|node| suite_of(*node, path))
        .any(|suite| matches!(suite.last(), Some(Stmt::Return(_) | Stmt::Raise(_) | Stmt::Break(_))))
}

/// The block of a branch that the innermost node of a path stands in.
fn suite_of<'a>(node: AnyNodeRef<'a>, path: &[AnyNodeRef<'a>]) -> Option<&'a [Stmt]> {
    let at = path.last()?.range();
    let holds = |suite: &&'a [Stmt]| suite.iter().any(|stmt| stmt.range().contains_range(at));
    match node {
        AnyNodeRef::StmtIf(branch) => Some(&branch.body[..]).filter(holds),
        AnyNodeRef::ElifElseClause(clause) => Some(&clause.body[..]).filter(holds),
        AnyNodeRef::MatchCase(case) => Some(&case.body[..]).filter(holds),
        AnyNodeRef::ExceptHandlerExceptHandler(handler) => Some(&handler.body[..]).filter(holds),
        AnyNodeRef::StmtTry(try_) => [&try_.body[..], &try_.orelse[..]].into_iter().find(holds),
        AnyNodeRef::StmtFor(for_) => Some(&for_.body[..]).filter(holds),
        AnyNodeRef::StmtWhile(while_) => Some(&while_.body[..]).filter(holds),
        AnyNodeRef::StmtWith(with) => Some(&with.body[..]).filter(holds),
        _ => None,
    }
}

/// Whether a run that comes to the first of two places does not come to the second one after it.
pub(super) fn are_alternatives(ast: &Ast, first: TextRange, second: TextRange) -> bool {
    let path = ast.path(first);
    let is_caught = path.iter().any(|node| match node {
        AnyNodeRef::StmtTry(try_) => {
            let handlers = try_.handlers.iter().map(Ranged::range);
            let mut behind = handlers.chain(try_.finalbody.iter().map(Ranged::range));
            behind.any(|range| range.contains_range(second) && !range.contains_range(first))
        }
        _ => false,
    });
    path.iter().any(|node| match node {
        AnyNodeRef::StmtIf(branch) if node.range().contains_range(second) => {
            let clauses = || branch.elif_else_clauses.iter();
            let of = |range: TextRange| clauses().position(|clause| clause.range().contains_range(range));
            let is_in_body = match of(first) {
                Some(_) => clauses().flat_map(|clause| &clause.body).any(|stmt| stmt.range().contains_range(first)),
                None => !branch.test.range().contains_range(first),
            };
            is_in_body && of(first) != of(second)
        }
        AnyNodeRef::ExprIf(branch) if node.range().contains_range(second) => {
            branch.body.range().contains_range(first) && branch.orelse.range().contains_range(second)
        }
        AnyNodeRef::StmtMatch(match_) if node.range().contains_range(second) => {
            let of = |range: TextRange| match_.cases.iter().position(|case| case.range().contains_range(range));
            of(first).is_some() && of(first) != of(second)
        }
        AnyNodeRef::StmtReturn(_) | AnyNodeRef::StmtRaise(_) => !is_caught && !node.range().contains_range(second),
        node => {
            let ends = suite_of(*node, &path)
                .is_some_and(|suite| matches!(suite.last(), Some(Stmt::Return(_) | Stmt::Raise(_))));
            ends && !is_caught && !node.range().contains_range(second)
        }
    })
}

/// Whether a place opens a file that stays open while other tasks run.
fn is_opened_for_long(ast: &Ast, at: TextRange, pauses: &Pauses<'_>) -> bool {
    let path = ast.path(at);
    let mut around = path.iter().rev().skip_while(|node| node.range() == at && !node.is_with_item());
    match (around.next(), around.next()) {
        (Some(AnyNodeRef::WithItem(_)), Some(AnyNodeRef::StmtWith(with))) => !pauses.are_outside(with.range()),
        (Some(AnyNodeRef::StmtAssign(_)), _) => true,
        _ => false,
    }
}

/// Whether a call is one of a file that stays open while other tasks run.
fn is_of_long_open(ast: &Ast, at: TextRange, pauses: &Pauses<'_>) -> bool {
    let callee = ast.call(at).and_then(|call| call.func.as_attribute_expr());
    let Some(handle) = callee.and_then(|callee| callee.value.as_name_expr()) else { return false };
    let path = ast.path(at);
    let binds = |with: &StmtWith| {
        let mut names = with.items.iter().filter_map(|item| item.optional_vars.as_deref()?.as_name_expr());
        names.any(|name| name.id == handle.id)
    };
    let managed = path.iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtWith(with) if binds(with) => Some(with.range()),
        _ => None,
    });
    let function = path.iter().rev().find(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_)));
    let assigned = || function.map(Ranged::range).filter(|around| opens(ast, *around, &handle.id));
    managed.or_else(assigned).is_some_and(|around| !pauses.are_outside(around))
}

/// Whether a function binds a name to what `open` gives.
fn opens(ast: &Ast, function: TextRange, name: &str) -> bool {
    let Some(def) = ast.def(function) else { return false };
    let mut found = Openings { name, is_found: false };
    found.visit_body(&def.body);
    found.is_found
}

struct Openings<'a> {
    name: &'a str,
    is_found: bool,
}

impl<'a> Visitor<'a> for Openings<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let (target, value) = match stmt {
            Stmt::Assign(assign) => (assign.targets.first(), Some(&*assign.value)),
            Stmt::AnnAssign(assign) => (Some(&*assign.target), assign.value.as_deref()),
            _ => (None, None),
        };
        let is_name = target.and_then(Expr::as_name_expr).is_some_and(|target| target.id == self.name);
        let call = value.and_then(Expr::as_call_expr);
        self.is_found |= is_name && call.and_then(|call| last(&call.func)).is_some_and(|callee| callee == "open");
        walk_stmt(self, stmt);
    }
}
