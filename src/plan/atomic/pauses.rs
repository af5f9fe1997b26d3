//! Where a coroutine gives the loop back, and between which of its places.

use std::cell::OnceCell;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::ways::{Ways, forks};
use super::{is_guarded, tries};
use crate::analysis::{FnId, Lookup};
use crate::plan::memo::Survey;
use crate::project::{Ast, blocks, goes_round};

/// Where a coroutine gives the loop back already, seen from one of its calls.
pub(in crate::plan) struct Pauses<'a> {
    pub(super) list: Vec<TextRange>,
    pub(super) call: TextRange,
    pub(super) ast: &'a Ast,
    survey: Survey<'a>,
    function: FnId,
    /// Those that come first in a `try`, before anything that its handlers catch; see [`Self::first`].
    first: OnceCell<Vec<TextRange>>,
    /// The ways to each of them, and to `if` statements that come by one in any case.
    ways: OnceCell<Vec<Ways>>,
}

impl<'a> Pauses<'a> {
    /// `None` where nothing has to run in one go: only one task at a time comes to the call.
    pub(in crate::plan) fn of(survey: Survey<'a>, function: FnId, ast: &'a Ast, call: TextRange) -> Option<Self> {
        if is_guarded(survey.resolver, function, ast, call) {
            return None;
        }
        Some(Self::all(survey, function, ast, call, call))
    }

    /// All of a function but those around a place, as they are seen from a part of it.
    pub(super) fn all(survey: Survey<'a>, function: FnId, ast: &'a Ast, except: TextRange, part: TextRange) -> Self {
        let list = pauses(survey, function, except);
        Self { list, call: part, ast, survey, function, first: OnceCell::new(), ways: OnceCell::new() }
    }

    fn first(&self) -> &[TextRange] {
        let comes_first = |pause: &TextRange| tries::comes_first(self.survey, self.function, self.ast, *pause);
        self.first.get_or_init(|| self.list.iter().copied().filter(comes_first).collect())
    }

    fn ways(&self) -> &[Ways] {
        let catches = |manager: &Expr| self.catches(manager);
        self.ways.get_or_init(|| {
            let forks = forks(self.ast, &self.list);
            self.list.iter().chain(&forks).map(|pause| Ways::of(self.ast, *pause, &catches)).collect()
        })
    }

    /// Whether nothing in a part of the coroutine gives the loop back.
    pub(in crate::plan) fn are_outside(&self, part: TextRange) -> bool {
        !self.list.iter().any(|pause| part.contains_range(*pause))
    }

    /// Whether the loop runs other tasks between two places before, or behind, the call in any case, or no way leads from the one to
    /// the other.
    pub(in crate::plan) fn separate(&self, from: TextSize, to: TextSize) -> bool {
        if from < to && (never_meet(self.ast, from, to) || tries::never_meet(self.ast, || self.first(), from, to)) {
            return true;
        }
        self.ways().iter().any(|ways| {
            let pause = ways.middle;
            let is_passed = || tries::is_passed(self.ast, pause, (from, to), || self.first().contains(&pause));
            from <= pause.start() && pause.end() <= to && (ways.lead_through(from, to) || is_passed())
        })
    }

    /// Whether the manager of a `with` takes exceptions that are raised within.
    fn catches(&self, manager: &Expr) -> bool {
        let catalogue = self.survey.resolver.catalogue();
        let Expr::Call(call) = manager else { return false };
        let targets = self.survey.targets(self.function.file, call);
        let mut names = targets.iter().flat_map(|target| &target.names);
        names.any(|name| catalogue.catches(name).is_some_and(|catches| catches.manager))
    }

    /// The same, or whether one of the places stands where the other one is not run.
    pub(super) fn are_apart(&self, from: TextSize, to: TextSize) -> bool {
        self.separate(from, to) || from < to && are_alternatives(self.ast, from, to)
    }
}

/// Where the coroutine already gives the loop back.
pub(in crate::plan) fn pauses(survey: Survey<'_>, function: FnId, except: TextRange) -> Vec<TextRange> {
    let mut found = pauses_in(survey, function, DEPTH);
    // An await around the call happens after it.
    found.retain(|pause| !pause.contains_range(except));
    found
}

/// Whether a coroutine function gives the loop back nowhere.
pub(in crate::plan) fn runs_through(survey: Survey<'_>, function: FnId) -> bool {
    let is_async = survey.resolver.types.world().function(function).is_some_and(|function| function.is_async);
    is_async && pauses_in(survey, function, DEPTH).is_empty()
}

/// How many coroutines are looked into that await each other.
const DEPTH: usize = 4;

/// Where a function gives the loop back; to await a coroutine of the program that never does so is no such place.
pub(super) fn pauses_in(survey: Survey<'_>, function: FnId, depth: usize) -> Vec<TextRange> {
    let types = &survey.resolver.types;
    let is_async = types.world().function(function).is_some_and(|function| function.is_async);
    // What goes through a plain generator may give the loop back at a `yield`, or not.
    let Some(ast) = types.ast(function.file).filter(|_| is_async) else { return Vec::new() };
    let mut pauses = awaits(survey, function);
    let goes_on = |at: &TextRange| {
        let awaited = ast.expression(*at).and_then(Expr::as_await_expr);
        awaited
            .and_then(|await_| await_.value.as_call_expr())
            .is_some_and(|call| never_pauses(survey, function, call, depth))
    };
    pauses.retain(|at| !goes_on(at));
    pauses
}

/// Where a function awaits or yields, whether or not that gives the loop back.
pub(in crate::plan) fn awaits(survey: Survey<'_>, function: FnId) -> Vec<TextRange> {
    let types = &survey.resolver.types;
    let (Some(ast), Some(own)) = (types.ast(function.file), types.world().function(function)) else {
        return Vec::new();
    };
    let Some(def) = ast.def(own.range) else { return Vec::new() };
    let mut found = Finder::default();
    found.visit_body(&def.body);
    found.0
}

/// Whether the coroutine that a call makes is one of the program that runs to its end once it is awaited.
fn never_pauses(survey: Survey<'_>, function: FnId, call: &ExprCall, depth: usize) -> bool {
    let world = survey.resolver.types.world();
    let targets = survey.targets(function.file, call);
    depth > 0
        && !targets.is_empty()
        && targets.iter().all(|target| {
            let own = target.function.filter(|def| world.is_own(def.file)).and_then(|def| world.fn_of(def));
            own.is_some_and(|id| {
                // What overrides one that only says that there is one is not known.
                let is_plain = world
                    .function(id)
                    .is_some_and(|function| function.is_async && !function.is_stub && function.decorators.is_empty());
                is_plain && pauses_in(survey, id, depth - 1).is_empty()
            })
        })
}

#[derive(Default)]
struct Finder(Vec<TextRange>);

impl<'a> Visitor<'a> for Finder {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::With(with) if with.is_async => {
                self.0.extend(with.items.iter().map(Ranged::range));
            }
            Stmt::For(for_) if for_.is_async => self.0.push(for_.iter.range()),
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(_) => return,
            Expr::Await(_) | Expr::Yield(_) => self.0.push(expr.range()),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// Whether the function ends behind `from` without coming to `to`: the branch that it stands in returns or raises.
fn never_meet(ast: &Ast, from: TextSize, to: TextSize) -> bool {
    let path = ast.path(TextRange::empty(from));
    let start = path.iter().rposition(|node| node.is_stmt_function_def()).map_or(0, |index| index + 1);
    let inner = &path[start..];
    if inner.iter().any(|node| matches!(node, AnyNodeRef::StmtTry(_) | AnyNodeRef::StmtWith(_))) {
        return false;
    }
    inner.iter().flat_map(|node| blocks(*node)).any(|suite| {
        let (Some(first), Some(last)) = (suite.first(), suite.last()) else { return false };
        let range = first.range().cover(last.range());
        range.contains_inclusive(from)
            && !range.contains_inclusive(to)
            && matches!(last, Stmt::Return(_) | Stmt::Raise(_))
            && !suite.iter().any(goes_elsewhere)
    })
}

/// Whether two places stand in different branches, one of which runs at most, and only once.
fn are_alternatives(ast: &Ast, from: TextSize, to: TextSize) -> bool {
    let path = ast.path(TextRange::new(from, to));
    let start = path.iter().rposition(|node| node.is_stmt_function_def() || node.is_expr_lambda()).unwrap_or(0);
    let Some(fork) = path.last().filter(|_| !path[start..].iter().any(|node| goes_round(*node))) else { return false };
    let branches: Vec<TextRange> = match fork {
        AnyNodeRef::ExprIf(if_) => vec![if_.body.range(), if_.orelse.range()],
        AnyNodeRef::StmtIf(if_) => {
            let others = if_.elif_else_clauses.iter().map(|clause| range_of(&clause.body));
            std::iter::once(range_of(&if_.body)).chain(others).collect()
        }
        AnyNodeRef::StmtMatch(match_) => match_.cases.iter().map(|case| range_of(&case.body)).collect(),
        AnyNodeRef::StmtTry(try_) => try_.handlers.iter().map(Ranged::range).chain([range_of(&try_.orelse)]).collect(),
        _ => return false,
    };
    let branch_of = |place| branches.iter().position(|branch| branch.contains_inclusive(place));
    branch_of(from).zip(branch_of(to)).is_some_and(|(one, other)| one != other)
}

pub(super) fn range_of(body: &[Stmt]) -> TextRange {
    body.iter().map(Ranged::range).reduce(TextRange::cover).unwrap_or_default()
}

/// Whether a statement may go on at the end, or at the start, of a loop around it.
fn goes_elsewhere(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Break(_) | Stmt::Continue(_) => true,
        Stmt::FunctionDef(_) | Stmt::ClassDef(_) => false,
        other => blocks(other.into()).into_iter().flatten().any(goes_elsewhere),
    }
}
