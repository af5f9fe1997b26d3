//! Where a coroutine finds no thread at work on what tasks share: all that has one work is over, whenever it comes there.
//!
//! `await asyncio.gather(*(load(store, path) for path in paths))` goes on when all of them are done, and so do a task group, and a task
//! that is awaited. What the coroutine does with the store behind that, it does alone. It must be the only one of its kind, and all ways
//! to the threads must go through it, or through what it waits for.

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{
    AnyNodeRef, ExceptHandler, ExceptHandlerExceptHandler, Expr, ExprAwait, ExprCall, Stmt, StmtTry, StmtWith,
};
use ruff_text_size::{Ranged, TextRange};

use super::atomic;
use super::decide::Planner;
use super::early::is_run;
use super::references::{Mention, Mentions};
use super::state::Turn;
use crate::analysis::{FnId, Lookup, argument};
use crate::catalogue::Tasks;
use crate::project::facts::{FunctionKind, MODULE};
use crate::project::{Ast, FileId, callee_of, goes_round, last};

/// How far what starts tasks is followed up.
pub(super) const DEPTH: usize = 5;
/// What waits for all that it is given.
const ALL: &str = "gather";
/// The same, of tasks.
const WAIT: &str = "wait";
/// What only passes on what it is given.
const PASSING: [&str; 4] = ["map", "list", "tuple", "create_task"];

/// When something is over.
#[derive(Clone, Copy)]
pub(super) enum When {
    /// When the function comes to this place.
    At(TextRange),
    /// When it ends.
    End,
}

/// How far what somebody waited for is over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    /// All of it is, also where it has failed.
    Always,
    /// All of it is, unless it has failed: then threads that work for it may go on.
    Unfailed,
}

impl Over {
    /// How far two are over.
    fn at_once(self, other: Self) -> Self {
        if self == Self::Always { other } else { self }
    }

    /// The same where the code has come to a place by way of what waits for it, if it is over there.
    fn behind(self, path: &[AnyNodeRef<'_>], from: TextRange, when: When) -> Option<Self> {
        let is_over = !when.is_in(from) && (self == Self::Always || leaves_by_end(path, from, when));
        is_over.then_some(self)
    }
}

impl When {
    pub(super) fn is_in(self, range: TextRange) -> bool {
        matches!(self, Self::At(at) if range.contains_range(at))
    }

    fn is_behind(self, range: TextRange) -> bool {
        match self {
            Self::At(at) => range.end() <= at.start(),
            Self::End => true,
        }
    }
}

impl Planner<'_> {
    /// Whether no thread of a turn is at work when a coroutine comes to a place.
    pub(super) fn is_calm(&self, function: FnId, at: TextRange, turn: &Turn<'_>) -> bool {
        let is_async = self.resolver.types.world().function(function).is_some_and(|own| own.is_async);
        if !is_async || !self.is_alone(function, DEPTH) {
            return false;
        }
        let frames = self.frames(function, at);
        turn.works.iter().all(|work| self.is_over(&frames, work.of, work.at, DEPTH))
    }

    /// The same, where none will be at work behind the place either.
    pub(super) fn is_calm_from(&self, function: FnId, at: TextRange, turn: &Turn<'_>) -> bool {
        let types = &self.resolver.types;
        let (Some(ast), Some(own)) = (types.ast(function.file), types.world().function(function)) else { return false };
        // What a loop goes through is worked out once.
        let is_round = |node: &AnyNodeRef<'_>| {
            goes_round(*node) && !node.as_stmt_for().is_some_and(|for_| for_.iter.range().contains_range(at))
        };
        let is_repeated = ast.path(at).iter().any(|node| is_round(node) && own.range.contains_range(node.range()));
        let is_before = |of: FnId, call: TextRange| {
            let mut hops = Vec::new();
            self.hops_in(function, of, call, DEPTH, &mut hops).is_some()
                && hops.iter().all(|hop| hop.end() <= at.start())
        };
        !is_repeated
            && self.is_calm(function, at, turn)
            && self.runs_once(function)
            && turn.works.iter().all(|work| is_before(work.of, work.at))
    }

    /// Where a function starts what leads to a call in another one.
    fn hops_in(&self, here: FnId, of: FnId, call: TextRange, depth: usize, hops: &mut Vec<TextRange>) -> Option<()> {
        if of == here {
            hops.push(call);
            return Some(());
        }
        for mention in self.ways_to(of).filter(|_| depth > 0)? {
            self.hops_in(here, mention.caller, mention.at, depth - 1, hops)?;
        }
        Some(())
    }

    /// A place of a coroutine, and the places of those that await it there, one after the other.
    pub(super) fn frames(&self, function: FnId, at: TextRange) -> Vec<(FnId, TextRange)> {
        let mut frames = vec![(function, at)];
        while let Some((function, _)) = frames.last().filter(|_| frames.len() < DEPTH) {
            let Some([mention]) = self.ways_to(*function).and_then(|ways| <[Mention; 1]>::try_from(ways).ok()) else {
                break;
            };
            let Some(ast) = self.resolver.types.ast(mention.caller.file) else { break };
            let path = ast.path(mention.at);
            let around = path.iter().rev().find(|node| node.range() != mention.at);
            if !matches!(around, Some(AnyNodeRef::ExprAwait(_))) {
                break;
            }
            frames.push((mention.caller, mention.at));
        }
        frames
    }

    /// Whether what a function has going on at a call is over when a coroutine comes to its place, while others await it at theirs.
    pub(super) fn is_over(&self, frames: &[(FnId, TextRange)], of: FnId, call: TextRange, depth: usize) -> bool {
        let tasks = &self.resolver.catalogue().tasks;
        if let Some(index) = frames.iter().position(|(frame, _)| *frame == of) {
            let when = When::At(frames[index].1);
            return !when.is_in(call) && !self.is_left_behind(&frames[index..], call, when);
        }
        let is_limited = self.is_around(of, call, &|_, node| limits(tasks, node));
        let over = if is_limited { Over::Unfailed } else { Over::Always };
        self.is_over_above(frames, of, over, depth)
    }

    /// The same of all that a function which is none of the frames has going on, as far as that is over at its end.
    fn is_over_above(&self, frames: &[(FnId, TextRange)], of: FnId, over: Over, depth: usize) -> bool {
        let place_in =
            |function: FnId| frames.iter().find(|(frame, _)| *frame == function).map(|(_, at)| When::At(*at));
        let Some(mentions) = self.ways_to(of).filter(|mentions| depth > 0 && !mentions.is_empty()) else {
            return false;
        };
        mentions.iter().all(|mention| {
            let caller = mention.caller;
            // What does not come from one of the coroutines goes on beside them.
            if caller.index == MODULE {
                return false;
            }
            match place_in(caller) {
                Some(when) => {
                    let is_left = || self.settled(mention, of, When::End, over).is_none();
                    let is_settled = self.settled(mention, of, when, over).is_some();
                    is_settled && !(self.comes_again(caller, DEPTH) && is_left())
                }
                None => {
                    let over = self.settled(mention, of, When::End, over);
                    over.is_some_and(|over| self.is_over_above(frames, caller, over, depth - 1))
                }
            }
        })
    }

    /// Whether there is never more than one of a coroutine at a time.
    pub(super) fn is_alone(&self, function: FnId, depth: usize) -> bool {
        let Some(mentions) = self.ways_to(function).filter(|_| depth > 0) else { return false };
        if self.is_run_first(function) {
            return true;
        }
        let [mention] = mentions[..] else { return false };
        let Some(ast) = self.resolver.types.ast(mention.caller.file) else { return false };
        let is_once = || !self.is_repeated(&mention) && !self.comes_again(mention.caller, depth - 1);
        ast.call(mention.at).is_some()
            && (is_once() || self.is_awaited_each_time(&mention))
            && self.is_alone(mention.caller, depth - 1)
    }

    /// Whether a function may come to a mention more than once.
    fn is_repeated(&self, mention: &Mention) -> bool {
        let types = &self.resolver.types;
        let own = types.world().function(mention.caller).map(|own| own.range);
        types.ast(mention.caller.file).is_none_or(|ast| {
            ast.path(mention.at).iter().any(|node| {
                (goes_round(*node) || node.is_expr_lambda()) && own.is_some_and(|own| own.contains_range(node.range()))
            })
        })
    }

    /// Whether there may be one of a coroutine after another, where there is never more than one at a time.
    fn comes_again(&self, function: FnId, depth: usize) -> bool {
        let Some(mentions) = self.ways_to(function).filter(|_| depth > 0) else { return true };
        mentions.iter().any(|mention| {
            let is_of_loop = self.resolver.types.world().function(mention.caller).is_some_and(|own| own.is_async);
            is_of_loop && (self.is_repeated(mention) || self.comes_again(mention.caller, depth - 1))
        })
    }

    /// Whether a runner is given the coroutine by code that has no loop, and waits for its end.
    fn is_run(&self, mention: &Mention) -> bool {
        let types = &self.resolver.types;
        let Some(ast) = types.ast(mention.caller.file) else { return false };
        let is_async = types.world().function(mention.caller).is_some_and(|own| own.is_async);
        !is_async && is_run(&ast, mention.at)
    }

    /// Whether only such runners are given the coroutine.
    pub(super) fn is_run_first(&self, function: FnId) -> bool {
        let ways = self.ways_to(function).unwrap_or_default();
        !ways.is_empty() && ways.iter().all(|mention| self.is_run(mention))
    }

    /// All that may call a coroutine function, or hand it on; nothing where that is not told by its name.
    pub(super) fn ways_to(&self, function: FnId) -> Option<Vec<Mention>> {
        let own = self.resolver.types.world().function(function)?;
        let is_named = own.kind == FunctionKind::Def && !own.name.starts_with("__") && own.decorators.is_empty();
        if !is_named || self.survey.callers(function, &self.ground.analysis.graph).are_of_loop() {
            return None;
        }
        let Mentions { given, called } = self.survey.may_mention(function)?;
        Some(given.into_iter().chain(called).collect())
    }

    /// How far what comes of a mention of a coroutine function, which is over so far itself, is over by then.
    fn settled(&self, mention: &Mention, of: FnId, when: When, over: Over) -> Option<Over> {
        let types = &self.resolver.types;
        let (ast, own) = (types.ast(mention.caller.file)?, types.world().function(mention.caller)?);
        let path = ast.path(mention.at);
        let start = path.iter().rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_)))?;
        if path[start].range() != own.range || path.iter().skip(start).any(|node| node.is_expr_lambda()) {
            return None;
        }
        let path = &path[start + 1..];
        if let When::At(at) = when
            && at.end() <= mention.at.start()
            && !path.iter().any(|node| goes_round(*node) && node.range().contains_range(at))
        {
            return Some(over);
        }
        let tasks = &self.resolver.catalogue().tasks;
        let mut outside = path.iter().filter(|node| !when.is_in(node.range()));
        if outside.clone().any(|node| passes_over(tasks, node)) {
            return None;
        }
        let over = match outside.find(|node| limits(tasks, node)) {
            Some(limit) => leaves_by_end(path, limit.range(), when).then_some(Over::Unfailed)?,
            None => over,
        };
        let called = types.world().function(of).filter(|of| !of.is_async && !of.is_generator);
        let is_put_off = || path.iter().any(|node| node.is_expr_generator());
        if called.is_some() && ast.call(mention.at).is_some() && !is_put_off() {
            // What is called so far is awaited where it becomes a coroutine function.
            return over.behind(path, mention.at, when);
        }
        let awaited = path.iter().find_map(|node| match node {
            AnyNodeRef::ExprAwait(await_) => Some(*await_),
            _ => None,
        });
        if let Some(await_) = awaited {
            return over.at_once(waits_for(tasks, &ast, await_, mention.at, path)?).behind(path, await_.range(), when);
        }
        let task = task_of(tasks, path, mention.at);
        if let Some(group) = task.and_then(|task| group_of(tasks, path, task)) {
            return Over::Unfailed.behind(path, group.range(), when);
        }
        self.taken_later(mention, of, when, over)
    }

    /// The same of what goes to a variable, by the awaits of that.
    fn taken_later(&self, mention: &Mention, of: FnId, when: When, over: Over) -> Option<Over> {
        let types = &self.resolver.types;
        let tasks = &self.resolver.catalogue().tasks;
        let file = mention.caller.file;
        let (ast, own) = (types.ast(file)?, types.world().function(mention.caller)?);
        let path_to = |range: TextRange| {
            let path = ast.path(range);
            let start = path.iter().rposition(|node| node.range() == own.range).map_or(0, |index| index + 1);
            path[start..].to_vec()
        };
        let path = path_to(mention.at);
        let name = variable_of(tasks, &path, mention.at)?;
        // What is no task yet runs where somebody takes it.
        let facts = types.facts(file);
        let reads = facts
            .loads
            .iter()
            .filter(|load| !load.attribute && load.name == name && own.range.contains_range(load.range));
        if task_of(tasks, &path, mention.at).is_none() && reads.count() != 1 {
            return None;
        }
        let mut awaits = Vec::new();
        Awaits(&mut awaits).visit_body(&ast.def(own.range)?.body);
        let counts = |await_: &&&ExprAwait| {
            await_.start() >= mention.at.end()
                && when.is_behind(await_.range())
                && dominates(&ast, await_.range(), when)
        };
        awaits.iter().filter(counts).find_map(|await_| {
            let empties_queue = || self.empties_queue(await_, mention, of, file, when).then_some(Over::Always);
            let waited = takes_all(await_, name).or_else(empties_queue)?;
            over.at_once(waited).behind(&path_to(await_.range()), await_.range(), when)
        })
    }

    /// Whether an await waits until a worker, which a task was made of, has done all that is in its queue.
    fn empties_queue(&self, await_: &ExprAwait, mention: &Mention, worker: FnId, file: FileId, when: When) -> bool {
        let types = &self.resolver.types;
        let Some(join) = await_.value.as_call_expr().and_then(|call| called(call, "join")) else { return false };
        let is_queue = |file: FileId, expr: &Expr| {
            self.resolver.may_be_instance(file, expr, |class| class.starts_with("asyncio.") && class.ends_with("Queue"))
        };
        let (Some(ast), Some(own)) = (types.ast(worker.file), types.world().function(worker)) else { return false };
        let Some(def) = ast.def(own.range).filter(|_| is_queue(file, join)) else { return false };
        let is_kept = |stmt: &Stmt| match stmt {
            Stmt::While(while_) => is_round(&while_.body),
            Stmt::AnnAssign(_) | Stmt::Assign(_) => !any_over_body(std::slice::from_ref(stmt), &Expr::is_await_expr),
            Stmt::Expr(expr) => expr.value.is_string_literal_expr(),
            _ => false,
        };
        let (world, index) = (types.world(), self.resolver.index());
        let mut puts = index.calls("put").iter().chain(index.calls("put_nowait"));
        let is_in_time = |caller: FnId, at: TextRange| {
            let is_before = caller == mention.caller && (at.end() <= await_.start() || !when.is_behind(at));
            caller == worker || caller.index == MODULE || is_before
        };
        def.body.iter().all(is_kept)
            && puts.all(|posting| {
                let (Some(call), Some(ast)) = (world.call_at(*posting), types.ast(posting.0)) else { return false };
                let caller = FnId { file: posting.0, index: call.function };
                let on = ast.call(call.range).and_then(|call| call.func.as_attribute_expr());
                on.is_none_or(|on| !is_queue(posting.0, &on.value)) || is_in_time(caller, call.range)
            })
    }
}

/// What a method of this name is called on.
fn called<'a>(call: &'a ExprCall, name: &str) -> Option<&'a Expr> {
    let method = call.func.as_attribute_expr()?;
    (method.attr.as_str() == name).then_some(&*method.value)
}

/// Whether a round of a worker's loop begins with an item of its queue, and ends with saying that it is done, come what may.
fn is_round(body: &[Stmt]) -> bool {
    let takes = |stmt: &Stmt| {
        let value = match stmt {
            Stmt::Assign(assign) => Some(&*assign.value),
            Stmt::AnnAssign(assign) => assign.value.as_deref(),
            _ => None,
        };
        let taken = value.and_then(|value| value.as_await_expr()?.value.as_call_expr());
        taken.and_then(|call| called(call, "get")).is_some()
    };
    let is_done = |stmt: &Stmt| {
        let call = stmt.as_expr_stmt().and_then(|stmt| stmt.value.as_call_expr());
        call.and_then(|call| called(call, "task_done")).is_some()
    };
    let [first, rest @ ..] = body else { return false };
    match (takes(first), rest) {
        (true, [Stmt::Try(try_)]) => try_.finalbody.last().is_some_and(is_done),
        (true, [.., last]) => is_done(last),
        _ => false,
    }
}

/// Whether a statement passes over that what is in it was cut off, or may have been.
pub(super) fn passes_over(tasks: &Tasks, node: &AnyNodeRef<'_>) -> bool {
    is_managed_by(node, &tasks.cuts)
}

/// Whether a statement fails where it has cut off what is in it.
pub(super) fn limits(tasks: &Tasks, node: &AnyNodeRef<'_>) -> bool {
    is_managed_by(node, &tasks.limits)
}

fn is_managed_by(node: &AnyNodeRef<'_>, names: &[String]) -> bool {
    let AnyNodeRef::StmtWith(with) = node else { return false };
    with.items.iter().any(|item| {
        let manager = callee_of(&item.context_expr);
        last(manager).is_some_and(|name| names.iter().any(|one| one == name))
    })
}

/// The handlers of a `try`.
pub(super) fn handlers(try_: &StmtTry) -> impl Iterator<Item = &ExceptHandlerExceptHandler> {
    try_.handlers.iter().filter_map(ExceptHandler::as_except_handler)
}

/// Whether one of some statements has a place.
pub(super) fn holds(body: &[Stmt], at: TextRange) -> bool {
    body.iter().any(|stmt| stmt.range().contains_range(at))
}

/// How far an await waits for the coroutine that stands at a place, if it does.
fn waits_for(tasks: &Tasks, ast: &Ast, await_: &ExprAwait, at: TextRange, path: &[AnyNodeRef<'_>]) -> Option<Over> {
    let call = ast.expression(await_.value.range())?.as_call_expr()?;
    if call.range() == at {
        return Some(Over::Always);
    }
    let is_given = last(&call.func) == Some(ALL) && is_passed_on(tasks, path, call.range(), at);
    is_given.then(|| gathers(call))
}

/// Whether what stands at a place does nothing on its way to the call around it but to be given to it.
fn is_passed_on(tasks: &Tasks, path: &[AnyNodeRef<'_>], call: TextRange, at: TextRange) -> bool {
    let is_plain = |node: &AnyNodeRef<'_>| match node {
        AnyNodeRef::ExprCall(call) => {
            last(&call.func).is_some_and(|name| PASSING.contains(&name) || tasks.may_make(name))
        }
        AnyNodeRef::Arguments(_)
        | AnyNodeRef::ExprStarred(_)
        | AnyNodeRef::ExprGenerator(_)
        | AnyNodeRef::ExprListComp(_)
        | AnyNodeRef::ExprList(_)
        | AnyNodeRef::ExprTuple(_) => true,
        _ => false,
    };
    path.iter()
        .filter(|node| call.contains_range(node.range()) && node.range() != call && node.range() != at)
        .all(is_plain)
}

/// How far all that `gather` is given is over behind it: where one of them fails it goes on at once, and the others do so as well.
fn gathers(call: &ExprCall) -> Over {
    let keeps = argument(call, "return_exceptions", None);
    let is_kept = keeps.is_some_and(|value| matches!(value, Expr::BooleanLiteral(literal) if literal.value));
    if is_kept { Over::Always } else { Over::Unfailed }
}

/// Whether the code comes to a place only where what stands at `from` has not failed.
pub(super) fn leaves_by_end(path: &[AnyNodeRef<'_>], from: TextRange, when: When) -> bool {
    path.iter().all(|node| {
        let AnyNodeRef::StmtTry(try_) = node else { return true };
        if !holds(&try_.body, from) {
            return true;
        }
        match when {
            When::At(at) if holds(&try_.body, at) => true,
            When::At(at) if try_.range().contains_range(at) => false,
            When::At(_) => {
                handlers(try_).all(|handler| matches!(handler.body.last(), Some(Stmt::Raise(_) | Stmt::Return(_))))
            }
            // What fails comes to the callers.
            When::End => handlers(try_).all(|handler| matches!(handler.body.last(), Some(Stmt::Raise(_)))),
        }
    })
}

/// The call that makes a task of what stands at a place.
pub(super) fn task_of<'a>(tasks: &Tasks, path: &[AnyNodeRef<'a>], at: TextRange) -> Option<&'a ExprCall> {
    let mut around = path.iter().rev().filter(|node| node.range() != at);
    match (around.next()?, around.next()?) {
        (AnyNodeRef::Arguments(_), AnyNodeRef::ExprCall(call)) => {
            last(&call.func).is_some_and(|name| tasks.may_make(name)).then_some(*call)
        }
        _ => None,
    }
}

/// The task group around a call that is one of its own.
fn group_of<'a>(tasks: &Tasks, path: &[AnyNodeRef<'a>], task: &ExprCall) -> Option<&'a StmtWith> {
    let group = task.func.as_attribute_expr()?.value.as_name_expr()?;
    path.iter().rev().find_map(|node| {
        let AnyNodeRef::StmtWith(with) = node else { return None };
        let is_it = with.items.iter().any(|item| {
            let made = item.context_expr.as_call_expr().and_then(|call| last(&call.func));
            made.is_some_and(|name| tasks.may_group(name))
                && matches!(item.optional_vars.as_deref(), Some(Expr::Name(name)) if name.id == group.id)
        });
        (with.is_async && is_it).then_some(*with)
    })
}

/// The variable that the tasks go to which a statement makes.
fn variable_of<'a>(tasks: &Tasks, path: &[AnyNodeRef<'a>], at: TextRange) -> Option<&'a str> {
    let statement = path.iter().rev().find(|node| node.is_statement())?;
    let name = |target: &'a Expr| target.as_name_expr().map(|name| name.id.as_str());
    let (value, name) = match statement {
        AnyNodeRef::StmtAssign(assign) if assign.targets.len() == 1 => (&*assign.value, name(&assign.targets[0])?),
        AnyNodeRef::StmtAnnAssign(assign) => (assign.value.as_deref()?, name(&assign.target)?),
        AnyNodeRef::StmtExpr(stmt) => {
            let call = stmt.value.as_call_expr()?;
            let list = called(call, "append").or_else(|| called(call, "add"))?;
            (call.arguments.args.first()?, name(list)?)
        }
        _ => return None,
    };
    let is_made = value.as_call_expr().is_some_and(|call| last(&call.func).is_some_and(|name| tasks.may_make(name)));
    (is_made || value.is_list_comp_expr() || value.is_list_expr())
        .then(|| is_passed_on(tasks, path, value.range(), at))?
        .then_some(name)
}

/// How far an await waits for all tasks of a variable, if it does.
fn takes_all(await_: &ExprAwait, name: &str) -> Option<Over> {
    let is_it = |expr: &Expr| match expr {
        Expr::Name(read) => read.id.as_str() == name,
        Expr::Starred(starred) => matches!(&*starred.value, Expr::Name(read) if read.id.as_str() == name),
        _ => false,
    };
    match &*await_.value {
        Expr::Call(call) if last(&call.func) == Some(ALL) => {
            call.arguments.args.iter().any(is_it).then(|| gathers(call))
        }
        Expr::Call(call) if last(&call.func) == Some(WAIT) => {
            let is_all = call.arguments.keywords.is_empty() && call.arguments.args.first().is_some_and(is_it);
            is_all.then_some(Over::Always)
        }
        value => is_it(value).then_some(Over::Always),
    }
}

/// Whether the code comes to a place only by way of an await.
fn dominates(ast: &Ast, await_: TextRange, when: When) -> bool {
    let around = atomic::block_around(&ast.path(await_), await_);
    let is_function = |around: TextRange| ast.def(around).is_some();
    match when {
        When::At(at) => around.is_none_or(|around| around.contains_range(at)),
        When::End => around.is_none_or(is_function),
    }
}

/// Finds the awaits of a function.
struct Awaits<'a, 'b>(&'b mut Vec<&'a ExprAwait>);

impl<'a> Visitor<'a> for Awaits<'a, '_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Await(await_) = expr {
            self.0.push(await_);
        }
        if !expr.is_lambda_expr() {
            walk_expr(self, expr);
        }
    }
}
