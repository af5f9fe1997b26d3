//! What runs before there is another task, or when nobody waits for one any more.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};

use super::decide::Planner;
use super::scope::Scope;
use crate::analysis::{FnId, Lookup};
use crate::project::{FileId, RUNNERS, Target, last};

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
        !scope.pauses.iter().any(|pause| pause.start() < at.start() || comes_back(pause))
            && !before.any(|call| starts(call.range, &call.name))
            && self.runs_once(function)
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
        let (types, index) = (&self.resolver.types, self.resolver.index());
        let world = types.world();
        let Some(name) = world.function(function).map(|own| own.name.clone()) else { return false };
        // What is not known to be something else may be it.
        let may_be = |file: FileId, at: TextRange| {
            let ast = types.ast(file);
            let expr = ast.as_ref().and_then(|ast| ast.expression(at));
            let named = expr.map(|expr| expr.as_call_expr().map_or(expr, |call| &*call.func));
            named.is_none_or(|named| {
                let targets = self.resolver.targets(file, named);
                let is_it = |target: &Target| target.function.is_some_and(|def| world.fn_of(def) == Some(function));
                targets.is_empty() || targets.iter().any(is_it)
            })
        };
        let is_near = |file: FileId| file == function.file || self.resolver.sees(file, function.file);
        let is_handed_on = index.loads(&name).iter().any(|posting| {
            is_near(posting.0) && world.load_at(*posting).is_none_or(|load| may_be(posting.0, load.range))
        });
        let calls: Vec<(FileId, TextRange)> = index
            .calls(&name)
            .iter()
            .filter(|posting| is_near(posting.0))
            .filter_map(|posting| Some((posting.0, world.call_at(*posting)?.range)))
            .filter(|(file, at)| may_be(*file, *at))
            .collect();
        let [(file, at)] = calls[..] else { return false };
        let Some(ast) = types.ast(file).filter(|_| !is_handed_on) else { return false };
        let path = ast.path(at);
        let mut around = path.iter().rev().filter(|node| node.range() != at);
        let is_run = matches!((around.next(), around.next()), (Some(AnyNodeRef::Arguments(_)), Some(AnyNodeRef::ExprCall(call)))
            if last(&call.func).is_some_and(|name| RUNNERS.contains(&name)));
        let is_in_loop = path.iter().any(|node| matches!(node, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)));
        is_run && !is_in_loop
    }
}
