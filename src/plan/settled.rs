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
        let is_repeated = ast.path(at).iter().any(|node| goes_round(*node) && own.range.contains_range(node.range()));
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
        let place_in =
            |function: FnId| frames.iter().find(|(frame, _)| *frame == function).map(|(_, at)| When::At(*at));
        if let Some(when) = place_in(of) {
            return !when.is_in(call) && !self.is_left_behind(of, call, when);
        }
        let Some(mentions) = self.ways_to(of).filter(|mentions| depth > 0 && !mentions.is_empty()) else {
            return false;
        };
        mentions.iter().all(|mention| {
            let Mention { caller, at } = *mention;
            // What does not come from one of the coroutines goes on beside them.
            if caller.index == MODULE {
                return false;
            }
            match place_in(caller) {
                Some(when) => {
                    let is_left = self.comes_again(caller, DEPTH) && !self.is_settled(mention, of, When::End);
                    !is_left && self.is_settled(mention, of, when)
                }
                None => self.is_settled(mention, of, When::End) && self.is_over(frames, caller, at, depth - 1),
            }
        })
    }

    /// Whether there is never more than one of a coroutine at a time.
    pub(super) fn is_alone(&self, function: FnId, depth: usize) -> bool {
        let Some(mentions) = self.ways_to(function).filter(|_| depth > 0) else { return false };
        if mentions.iter().all(|mention| self.is_run(mention)) {
            return !mentions.is_empty();
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

    /// Whether what comes of a mention of a coroutine function is over by then.
    fn is_settled(&self, mention: &Mention, of: FnId, when: When) -> bool {
        let types = &self.resolver.types;
        let file = mention.caller.file;
        let (Some(ast), Some(own)) = (types.ast(file), types.world().function(mention.caller)) else { return false };
        let path = ast.path(mention.at);
        let Some(start) = path.iter().rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_))) else {
            return false;
        };
        if path[start].range() != own.range || path.iter().skip(start).any(|node| node.is_expr_lambda()) {
            return false;
        }
        let path = &path[start + 1..];
        if let When::At(at) = when
            && at.end() <= mention.at.start()
            && !path.iter().any(|node| goes_round(*node) && node.range().contains_range(at))
        {
            return true;
        }
        let tasks = &self.resolver.catalogue().tasks;
        if path.iter().any(|node| cuts(tasks, node) && !when.is_in(node.range())) {
            return false;
        }
        let called = types.world().function(of).filter(|of| !of.is_async && !of.is_generator);
        let is_put_off = || path.iter().any(|node| node.is_expr_generator());
        if called.is_some() && ast.call(mention.at).is_some() && !is_put_off() {
            // What is called so far is awaited where it becomes a coroutine function.
            return !when.is_in(mention.at);
        }
        let awaited = path.iter().find_map(|node| match node {
            AnyNodeRef::ExprAwait(await_) => Some(*await_),
            _ => None,
        });
        if let Some(await_) = awaited {
            return !when.is_in(await_.range()) && waits_for(tasks, &ast, await_, mention.at, path, when);
        }
        let task = task_of(tasks, path, mention.at);
        if let Some(group) = task.and_then(|task| group_of(tasks, path, task)) {
            return !when.is_in(group.range()) && leaves_by_end(path, group.range(), when);
        }
        let Some(AnyNodeRef::StmtFunctionDef(def)) =
            ast.path(mention.at).into_iter().rev().find(|node| node.is_stmt_function_def())
        else {
            return false;
        };
        let mut awaits = Vec::new();
        Awaits(&mut awaits).visit_body(&def.body);
        let Some(name) = variable_of(tasks, path, mention.at) else { return false };
        // What is no task yet runs where somebody takes it.
        let facts = types.facts(file);
        let reads = facts
            .loads
            .iter()
            .filter(|load| !load.attribute && load.name == name && own.range.contains_range(load.range));
        if task.is_none() && reads.count() != 1 {
            return false;
        }
        let counts = |await_: &&&ExprAwait| {
            await_.start() >= mention.at.end()
                && when.is_behind(await_.range())
                && dominates(&ast, await_.range(), when)
        };
        awaits.iter().filter(counts).any(|await_| {
            let path = ast.path(await_.range());
            let start = path.iter().rposition(|node| node.range() == own.range).map_or(0, |index| index + 1);
            takes_all(await_, name, &path[start..], when) || self.empties_queue(await_, mention, of, file, when)
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

/// Whether a statement goes on although what is in it may have been cut off.
pub(super) fn cuts(tasks: &Tasks, node: &AnyNodeRef<'_>) -> bool {
    let AnyNodeRef::StmtWith(with) = node else { return false };
    with.items.iter().any(|item| {
        let manager = callee_of(&item.context_expr);
        last(manager).is_some_and(|name| tasks.cuts.iter().any(|cuts| cuts == name))
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

/// Whether an await is one of the coroutine itself, or of all that something is given.
fn waits_for(tasks: &Tasks, ast: &Ast, await_: &ExprAwait, at: TextRange, path: &[AnyNodeRef<'_>], when: When) -> bool {
    let Some(call) = ast.expression(await_.value.range()).and_then(Expr::as_call_expr) else { return false };
    if call.range() == at {
        return true;
    }
    last(&call.func) == Some(ALL)
        && is_passed_on(tasks, path, call.range(), at)
        && comes_behind(call, path, await_.range(), when)
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

/// Whether all that `gather` is given is over: where one of them fails it goes on at once, and the others do so as well.
fn comes_behind(call: &ExprCall, path: &[AnyNodeRef<'_>], await_: TextRange, when: When) -> bool {
    let keeps = argument(call, "return_exceptions", None);
    keeps.is_some_and(|value| matches!(value, Expr::BooleanLiteral(literal) if literal.value))
        || leaves_by_end(path, await_, when)
}

/// Whether the code comes to a place only where what stands at `from` has not failed.
fn leaves_by_end(path: &[AnyNodeRef<'_>], from: TextRange, when: When) -> bool {
    path.iter().all(|node| {
        let AnyNodeRef::StmtTry(try_) = node else { return true };
        if !holds(&try_.body, from) {
            return true;
        }
        match when {
            When::At(at) if holds(&try_.body, at) => true,
            When::At(at) if try_.range().contains_range(at) => false,
            _ => handlers(try_).all(|handler| matches!(handler.body.last(), Some(Stmt::Raise(_) | Stmt::Return(_)))),
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

/// Whether an await is one of all tasks of a variable.
fn takes_all(await_: &ExprAwait, name: &str, path: &[AnyNodeRef<'_>], when: When) -> bool {
    let is_it = |expr: &Expr| match expr {
        Expr::Name(read) => read.id.as_str() == name,
        Expr::Starred(starred) => matches!(&*starred.value, Expr::Name(read) if read.id.as_str() == name),
        _ => false,
    };
    match &*await_.value {
        Expr::Call(call) if last(&call.func) == Some(ALL) => {
            call.arguments.args.iter().any(is_it) && comes_behind(call, path, await_.range(), when)
        }
        Expr::Call(call) if last(&call.func) == Some(WAIT) => {
            call.arguments.keywords.is_empty() && call.arguments.args.first().is_some_and(is_it)
        }
        value => is_it(value),
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
