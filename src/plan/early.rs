//! What runs before there is another task, or when nobody waits for one any more.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};

use super::decide::Planner;
use super::memo::Survey;
use super::references::{Mention, Mentions};
use super::scope::Scope;
use crate::analysis::{FnId, Lookup};
use crate::project::{Ast, RUNNERS, last};

impl Planner<'_> {
    /// Whether there is no other task yet when a coroutine comes to a place: a runner runs it, and nothing before the place gives the
    /// loop back or may start one.
    pub(super) fn is_early(&self, function: FnId, at: TextRange) -> bool {
        let types = &self.resolver.types;
        let (Some(ast), facts) = (types.ast(function.file), types.facts(function.file)) else { return false };
        let own = facts.functions.get(function.index as usize);
        let Some(def) = own.and_then(|own| ast.def(own.range)) else { return false };
        let scope = Scope::of(def);
        let comes_back = |pause: &TextRange| {
            scope.loops.iter().any(|around| around.contains_range(at) && around.contains_range(*pause))
        };
        let mut before = facts.calls.iter().filter(|call| {
            call.function == function.index && call.range.start() < at.start() && !call.range.contains_range(at)
        });
        let outline = self.survey.outline(function);
        let starts = |range: TextRange, name: &str| {
            let is_own =
                outline.call_at(range).is_none_or(|(_, call)| !self.survey.follow(function, call).callees.is_empty());
            is_own || self.resolver.catalogue().handovers_with_last_name(name).next().is_some()
        };
        let mut is_first = || {
            !scope.pauses.iter().any(|pause| pause.start() < at.start() || comes_back(pause))
                && !before.any(|call| starts(call.range, &call.name))
                && self.runs_once(function)
        };
        self.survey.is_starting(function, at) || is_first()
    }

    /// Whether a coroutine that a runner runs comes to its end at a place: nothing behind it gives the loop back, so that all other tasks
    /// are cancelled when the loop runs next.
    pub(super) fn is_late(&self, function: FnId, at: TextRange) -> bool {
        let types = &self.resolver.types;
        let own = types.world().function(function).map(|own| own.range);
        let Some((ast, own)) = types.ast(function.file).zip(own) else { return false };
        let Some(def) = ast.def(own) else { return false };
        let scope = Scope::of(def);
        let path = ast.path(at);
        let is_within = |node: &&AnyNodeRef<'_>| own.contains_range(node.range()) && node.range() != own;
        let comes_back = path.iter().filter(is_within).any(|node| match node {
            AnyNodeRef::StmtWith(with) => with.is_async,
            AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_) | AnyNodeRef::StmtFunctionDef(_) => true,
            node => node.is_expression() && node.range() != at && !node.is_expr_call(),
        });
        !comes_back && !scope.pauses.iter().any(|pause| pause.start() >= at.start()) && self.runs_once(function)
    }

    /// Whether all that calls a coroutine function is a runner, at one place.
    pub(super) fn runs_once(&self, function: FnId) -> bool {
        self.survey.run_of(function).is_some()
    }
}

impl Survey<'_> {
    /// Where a runner is given what a coroutine function makes, if nothing else calls that, and only once.
    fn run_of(self, function: FnId) -> Option<Mention> {
        let Mentions { given, called } = self.may_mention(function)?;
        let [mention] = called[..] else { return None };
        let ast = self.resolver.types.ast(mention.caller.file).filter(|_| given.is_empty())?;
        let is_loop = |node: &AnyNodeRef<'_>| matches!(node, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_));
        let is_once = is_run(&ast, mention.at) && !ast.path(mention.at).iter().any(is_loop);
        is_once.then_some(mention)
    }

    /// Whether the runner of a coroutine function cancels all tasks that are left when it ends, and waits for them.
    pub(super) fn is_last(self, function: FnId) -> bool {
        let Some(Mention { caller, at }) = self.run_of(function) else { return false };
        let Some(ast) = self.resolver.types.ast(caller.file) else { return false };
        let path = ast.path(at);
        path.iter().filter_map(|node| node.as_expr_call()).filter(|call| call.range() != at).any(|call| {
            let targets = self.resolver.targets(caller.file, &call.func);
            targets.iter().flat_map(|target| &target.names).any(|name| name == RUNNER)
        })
    }
}

/// Runs a coroutine, then cancels all other tasks, and closes its loop before it returns.
pub(super) const RUNNER: &str = "asyncio.run";
/// What awaits the coroutine that it is given first, and does no more than that but to end it.
const LIMITER: &str = "wait_for";

/// Whether a call that makes a coroutine stands where a runner is given it.
pub(super) fn is_run(ast: &Ast, made: TextRange) -> bool {
    let path = ast.path(made);
    let mut around = path.iter().rev().filter(|node| node.range() != made);
    match (around.next(), around.next()) {
        (Some(AnyNodeRef::Arguments(_)), Some(AnyNodeRef::ExprCall(call))) => {
            let is_first = || call.arguments.args.first().is_some_and(|first| first.range() == made);
            match last(&call.func) {
                Some(LIMITER) => is_first() && is_run(ast, call.range()),
                name => name.is_some_and(|name| RUNNERS.contains(&name)),
            }
        }
        _ => false,
    }
}
