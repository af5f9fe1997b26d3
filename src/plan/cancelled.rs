//! What must still be done when a task is cancelled: an await in it can be cancelled as well.
//!
//! `Task.cancel` cancels once: what cleans up behind it may await. A cancel scope, as some libraries have, cancels again, at each await,
//! until its task has left it: what would become an await there is not done at all, nor is what follows it. Between what is taken and the
//! `try` that gives it back, any await is one too many.

mod ended;
mod orphaned;
mod taken;

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr, Stmt, StmtTry};
use ruff_text_size::{Ranged, TextRange};

use self::ended::Ended;
use super::interrupts::caught;
use super::memo::Survey;
use crate::analysis::{FnId, Lookup, Via};
use crate::project::facts::Function;
use crate::project::{FileId, dotted};

/// How many coroutines that await each other are asked whether a scope is around one of them.
const DEPTH: usize = 4;

/// How many statements behind one are looked at for a `try`.
const NEAR: usize = 3;

/// The files of the program with what may be cancelled again and again, each with whether that is only what it streams.
pub(super) type Scopes = Vec<(FileId, bool)>;

/// Why what stands at `call`, with these nodes around it, must not become an await.
pub(super) fn obstacle(survey: Survey<'_>, function: FnId, path: &[AnyNodeRef<'_>], call: TextRange) -> Option<String> {
    if let Some(reason) = left_behind(survey, path, call, None)
        && let ended = Ended::of(survey, function, path, call)
        && (ended.is_none() || left_behind(survey, path, call, ended.as_ref()).is_some())
    {
        return Some(reason);
    }
    let own = survey.resolver.types.facts(function.file);
    let own = own.functions.get(function.index as usize)?;
    let cleans_up = own.name == "__aexit__" || path.iter().any(|node| cleans_up(node, call));
    (cleans_up && may_be_cancelled_again(survey, function)).then(|| {
        "it cleans up, also when the task is cancelled: a cancel scope would cancel an await there again, before it is done"
            .to_owned()
    })
}

/// Why a task that is cancelled at a place would leave something that nobody else ends.
fn left_behind(
    survey: Survey<'_>,
    path: &[AnyNodeRef<'_>],
    at: TextRange,
    ended: Option<&Ended<'_>>,
) -> Option<String> {
    let reason = path.iter().find_map(|node| unbalanced(node, at).or_else(|| taken::unfinished(node, at, ended)));
    let reason = reason.or_else(|| taken::taken_before(path, at, ended));
    reason.or_else(|| if ended.is_some() { None } else { orphaned::orphaned(survey.resolver, path, at) })
}

/// Whether a node is a statement that has a place where it cleans up behind an exception which cancels.
fn cleans_up(node: &AnyNodeRef<'_>, at: TextRange) -> bool {
    let AnyNodeRef::StmtTry(try_) = node else { return false };
    holds(&try_.finalbody, at)
        || try_.handlers.iter().any(|handler| handler.range().contains_range(at) && is_wide(handler))
}

/// Whether a handler is also for what cancels.
fn is_wide(handler: &ExceptHandler) -> bool {
    caught(handler).iter().any(|name| matches!(*name, "BaseException" | "CancelledError"))
}

/// Whether a cancel scope may be around what a coroutine function does.
fn may_be_cancelled_again(survey: Survey<'_>, function: FnId) -> bool {
    let resolver = survey.resolver;
    let is_near = |other: FileId| resolver.may_hold(function.file, other) || resolver.may_hold(other, function.file);
    let mut near = scopes(survey).iter().filter(|(file, _)| is_near(*file)).map(|(_, is_streamed)| *is_streamed);
    let Some(first) = near.next() else { return false };
    if first && near.all(|is_streamed| is_streamed) {
        return is_streamed(survey, function, DEPTH);
    }
    !is_lifespan(survey, function)
}

/// Where the program makes what may cancel its tasks again and again.
fn scopes(survey: Survey<'_>) -> &Scopes {
    survey.memo.scopes.get_or_init(|| {
        let catalogue = survey.resolver.catalogue();
        let mut found = Scopes::new();
        if catalogue.scopes.is_empty() {
            return found;
        }
        for (file, source) in survey.resolver.types.world().own_files() {
            let tops = source.facts.imports.iter().filter(|import| import.level == 0);
            let tops: Vec<&str> = tops.filter_map(|import| import.module.split('.').next()).collect();
            let rules =
                catalogue.scopes.iter().filter(|rule| rule.modules.iter().any(|of| tops.contains(&of.as_str())));
            let makes = |calls: &[String]| {
                calls.is_empty()
                    || source.facts.calls.iter().any(|call| calls.iter().any(|name| call.name == name.as_str()))
            };
            let made = rules.filter(|rule| makes(&rule.calls)).map(|rule| rule.streams);
            found.extend(made.min().map(|streams| (file, streams)));
        }
        found
    })
}

/// Whether a response sends what an asynchronous generator gives, and it is that generator, or awaited by it.
fn is_streamed(survey: Survey<'_>, function: FnId, depth: usize) -> bool {
    let world = survey.resolver.types.world();
    let Some(own) = world.function(function).filter(|_| depth > 0) else { return false };
    if own.is_async && own.is_generator {
        // A framework enters and leaves what only it calls outside of all scopes.
        return own.decorators.is_empty() && !survey.resolver.index().calls(&own.name).is_empty();
    }
    let callers = survey.callers(function, survey.graph);
    // What is no coroutine function yet is called by those that will await it.
    let mut awaiting = callers.edges.iter().filter(|edge| !own.is_async || edge.via == Via::Awaited);
    awaiting.any(|edge| is_streamed(survey, edge.caller, depth - 1))
}

/// Whether a function is what a server enters when it starts, and leaves when it ends, outside of all scopes.
fn is_lifespan(survey: Survey<'_>, function: FnId) -> bool {
    let resolver = survey.resolver;
    let world = resolver.types.world();
    let Some(own) = world.function(function) else { return false };
    let lifespans = &resolver.catalogue().lifespans;
    let is_given = |own: &Function| {
        resolver.index().loads(&own.name).iter().any(|posting| {
            let (Some(load), Some(ast)) = (world.load_at(*posting), resolver.types.ast(posting.0)) else {
                return false;
            };
            let path = ast.path(load.range);
            path.iter().any(|node| match node {
                AnyNodeRef::Keyword(keyword) => {
                    keyword.arg.as_ref().is_some_and(|name| lifespans.contains(name.as_str()))
                        && keyword.value.range() == load.range
                }
                _ => false,
            })
        })
    };
    own.is_generator && (lifespans.iter().any(|name| own.name.contains(name.as_str())) || is_given(own))
}

/// Why a `try` whose `finally` takes back what its body adds behind a place must not be left before that.
fn unbalanced(node: &AnyNodeRef<'_>, at: TextRange) -> Option<String> {
    let AnyNodeRef::StmtTry(try_) = node else { return None };
    if !holds(&try_.body, at) {
        return None;
    }
    let here = try_.body.iter().position(|stmt| stmt.end() > at.start())?;
    let before = try_.body.get(..here)?;
    if ruff_python_ast::helpers::any_over_body(before, Expr::is_await_expr) {
        return None;
    }
    let mut behind = try_.body.iter().filter(|stmt| stmt.start() >= at.end()).filter_map(counted);
    let undone: Vec<(String, bool)> = try_.finalbody.iter().filter_map(counted).collect();
    behind.find_map(|(place, is_up)| {
        undone.contains(&(place.clone(), !is_up)).then(|| {
            format!("`{place}` is changed behind it and changed back in `finally`: a task that is cancelled in between would only do the second")
        })
    })
}

/// The place that a statement counts up or down.
fn counted(stmt: &Stmt) -> Option<(String, bool)> {
    let Stmt::AugAssign(assign) = stmt else { return None };
    let is_up = match assign.op {
        ruff_python_ast::Operator::Add => true,
        ruff_python_ast::Operator::Sub => false,
        _ => return None,
    };
    Some((dotted(&assign.target)?, is_up))
}

/// The `try` behind the statement around a place that gives back what the statement binds, whatever happens.
pub(super) fn kept_by_try(path: &[AnyNodeRef<'_>], at: TextRange) -> Option<TextRange> {
    let names = path.iter().rev().find(|node| node.is_statement()).map(|node| match node {
        AnyNodeRef::StmtAssign(assign) => assign.targets.iter().filter_map(Expr::as_name_expr).collect(),
        _ => Vec::new(),
    })?;
    let suite = path.iter().rev().find_map(|node| suite_of(*node, at))?;
    let behind = suite.iter().filter(|stmt| stmt.start() >= at.end());
    let guard = behind.take(NEAR).find_map(Stmt::as_try_stmt)?;
    names.iter().any(|name| gives_back(guard, &name.id)).then(|| guard.range())
}

/// Whether a `try` uses a name where it cleans up.
fn gives_back(try_: &StmtTry, name: &str) -> bool {
    let mut reader = Reader { name, is_found: false };
    taken::cleaning(try_).for_each(|stmt| reader.visit_stmt(stmt));
    reader.is_found
}

struct Reader<'n> {
    name: &'n str,
    is_found: bool,
}

impl<'a> Visitor<'a> for Reader<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        self.is_found |= matches!(expr, Expr::Name(name) if name.id.as_str() == self.name);
        walk_expr(self, expr);
    }
}

/// The statements of a node among which a place is.
fn suite_of(node: AnyNodeRef<'_>, at: TextRange) -> Option<&[Stmt]> {
    let holds = |suite: &&[Stmt]| holds(suite, at);
    match node {
        AnyNodeRef::StmtFunctionDef(def) => Some(&def.body[..]).filter(holds),
        AnyNodeRef::StmtIf(branch) => Some(&branch.body[..]).filter(holds),
        AnyNodeRef::ElifElseClause(clause) => Some(&clause.body[..]).filter(holds),
        AnyNodeRef::StmtFor(for_) => Some(&for_.body[..]).filter(holds),
        AnyNodeRef::StmtWhile(while_) => Some(&while_.body[..]).filter(holds),
        AnyNodeRef::StmtWith(with) => Some(&with.body[..]).filter(holds),
        AnyNodeRef::StmtTry(try_) => [&try_.body[..], &try_.orelse[..]].into_iter().find(holds),
        AnyNodeRef::ExceptHandlerExceptHandler(handler) => Some(&handler.body[..]).filter(holds),
        _ => None,
    }
}

/// Whether a place, which may be several statements, stands in a suite.
pub(super) fn holds(suite: &[Stmt], at: TextRange) -> bool {
    suite.first().zip(suite.last()).is_some_and(|(first, last)| first.range().cover(last.range()).contains_range(at))
}
