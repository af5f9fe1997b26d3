//! Coroutines that are made in one place and run in another: whatever awaits what may be one of them sees what it raises.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::TextRange;

use super::errors::{KEPT, Raises};
use super::uses::Around;
use super::waits::{MADE, Wait, is_async, missing_library};
use super::watch::callee;
use super::{Draft, Refusal};
use crate::analysis::{Callers, Edge, FnId, Lookup, Via};
use crate::plan::decide::Planner;
use crate::project::facts::MODULE;
use crate::project::{FileId, RUNNERS, Target, last};

/// Which files are looked at where nobody knows who awaits a coroutine.
const SEES: &str = "that may see what it raises";

/// A place at which something may be raised.
pub(in crate::plan) type Spot = (FnId, TextRange);

/// Who makes a coroutine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Made {
    /// The program.
    Here,
    /// Nothing in the program that is known, but what calls something by its name, and libraries: what waits for those was given them.
    Outside,
}

impl Draft<'_> {
    /// Whether what a function raises comes out elsewhere than where an edge says that it is called: its coroutine is made there and run
    /// by somebody else.
    pub(super) fn gets_away(&self, callee: FnId, edge: &Edge) -> bool {
        let (planner, file) = (self.planner, edge.caller.file);
        let types = &planner.resolver.types;
        let is_generator = types.world().function(callee).is_some_and(|function| function.is_generator);
        if !is_async(planner.survey, callee) || is_generator || edge.via == Via::Awaited {
            return false;
        }
        let Some(ast) = types.ast(file) else { return true };
        let is_made = ast.call(edge.at).is_some_and(|call| self.own_functions(file, call).contains(&callee));
        if !is_made {
            return edge.via != Via::Implicit;
        }
        let around = Around::of(&ast, edge.at);
        for node in around.nodes.iter().take_while(|node| !node.is_statement()) {
            match node {
                AnyNodeRef::ExprAwait(_) => return false,
                AnyNodeRef::ExprCall(call) if last(&call.func).is_some_and(|name| RUNNERS.contains(&name)) => {
                    return false;
                }
                // Who is given it may keep it.
                AnyNodeRef::ExprCall(call) if !self.own_functions(file, call).is_empty() => return true,
                _ => {}
            }
        }
        !matches!(around.nodes.first(), Some(AnyNodeRef::StmtReturn(_) | AnyNodeRef::ExprLambda(_)))
    }

    /// Where what a function raises comes out of the call of it that an edge says: there, or where the caller waits for it. What may see it
    /// elsewhere is looked at.
    pub(super) fn places_of(
        &mut self,
        function: FnId,
        edge: &Edge,
        raises: &Raises,
    ) -> Result<Vec<TextRange>, Refusal> {
        if !self.gets_away(function, edge) {
            return Ok(vec![edge.at]);
        }
        if self.is_kept(edge.caller, edge.at) {
            return Err(KEPT.to_owned());
        }
        if let Some(waits) = self.own_waits(edge.caller, edge.at) {
            return Ok(waits);
        }
        self.far_away(edge.caller.file, function, Made::Here, raises)?;
        Ok(vec![edge.at])
    }

    /// What may see what a coroutine raises that is made in a module and run by somebody else.
    pub(super) fn far_away(&mut self, home: FileId, coroutine: FnId, by: Made, raises: &Raises) -> Result<(), Refusal> {
        if !self.far.insert((home, coroutine, by, raises.clone())) {
            return Ok(());
        }
        if by == Made::Outside {
            self.called_by_name(coroutine, raises)?;
        }
        let survey = self.planner.survey;
        for &file in &*survey.near(home) {
            self.has_no_stray(file, SEES)?;
            let watchers = survey.watchers(file);
            self.asked_tasks(file, &watchers.asks)?;
            let may_be_it = |wait: &&Wait| match by {
                Made::Here => wait.made.as_ref().is_none_or(|made| made.contains(&coroutine)),
                Made::Outside => wait.made.is_none() && wait.is_given,
            };
            for Wait { spot, .. } in watchers.waits.iter().filter(may_be_it) {
                self.comes_out(*spot, raises)?;
            }
        }
        Ok(())
    }

    /// What may see what a coroutine raises where something is called that has the name of its function.
    fn called_by_name(&mut self, coroutine: FnId, raises: &Raises) -> Result<(), Refusal> {
        let types = &self.planner.resolver.types;
        let Some(name) = types.world().function(coroutine).map(|function| function.name.clone()) else { return Ok(()) };
        for (file, at) in self.planner.spelled_calls(coroutine, &name) {
            let ast = types.ast(file).ok_or("the file cannot be read")?;
            let caller = self.function_at(file, at);
            if matches!(Around::of(&ast, at).parent(), Some(AnyNodeRef::ExprAwait(_))) {
                self.comes_out((caller, at), raises)?;
            } else {
                self.far_away(file, coroutine, Made::Here, raises)?;
            }
        }
        Ok(())
    }

    /// What may see what is raised where it is waited for such a coroutine, there and on its way out.
    fn comes_out(&mut self, spot: Spot, raises: &Raises) -> Result<(), Refusal> {
        let mut open = vec![spot];
        while let Some((function, at)) = open.pop() {
            if !self.far_spots.insert((function, at, raises.clone())) {
                continue;
            }
            self.has_no_stray(function.file, SEES)?;
            let outer = std::mem::replace(&mut self.is_far, true);
            let gets_out = self.watched_apart(function, at, raises);
            let found =
                gets_out.and_then(|out| if out { self.decorators(function, raises).map(|()| true) } else { Ok(false) });
            self.is_far = outer;
            let gets_out = found.map_err(|reason| format!("{reason} ({})", self.planner.place(function.file, at)))?;
            // What a handler raises again goes on from there.
            open.extend(
                self.far_again
                    .iter()
                    .copied()
                    .filter(|(function, at)| !self.far_spots.contains(&(*function, *at, raises.clone()))),
            );
            if !gets_out {
                continue;
            }
            let callers = self.callers(function);
            for edge in &callers.edges {
                let places = self.places_of(function, edge, raises)?;
                open.extend(places.into_iter().map(|at| (edge.caller, at)));
            }
        }
        Ok(())
    }
}

impl Planner<'_> {
    /// Who makes the coroutines of a function that others than the program's own functions run.
    pub(super) fn made_outside(&self, id: FnId) -> Made {
        let types = &self.resolver.types;
        let Some((function, ast)) = types.world().function(id).zip(types.ast(id.file)) else { return Made::Here };
        let is_foreign = |at: &TextRange| {
            let called = ast.expression(*at).map(callee);
            called.is_some_and(|called| {
                let targets = self.resolver.targets(id.file, called);
                let is_own = |target: &Target| target.function.is_some_and(|def| types.world().is_own(def.file));
                let is_missing = || missing_library(self.survey, id.file, called, MADE).is_some();
                if targets.is_empty() { is_missing() } else { !targets.iter().any(is_own) }
            })
        };
        let is_plain = function.decorators.iter().all(is_foreign);
        if is_plain && self.named(id).is_empty() { Made::Outside } else { Made::Here }
    }
}

impl Planner<'_> {
    /// Whether others than the program's own functions run a function.
    pub(super) fn is_run_by_others(&self, id: FnId, callers: Option<&Callers>) -> bool {
        id.index != MODULE && callers.is_none_or(|callers| callers.are_of_loop() || callers.edges.is_empty())
    }
}
