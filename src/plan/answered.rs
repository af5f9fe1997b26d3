//! Functions that the loop itself calls, and whose results it awaits where they have to be awaited: handlers of a server, callbacks
//! of a user interface. They become coroutine functions although no coroutine calls them. What it calls and does not await, as timers,
//! may start a task.

use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::convert::Conversion;
use super::decide::{Decisions, Planner};
use super::group::Group;
use super::{Change, Rearm};
use crate::analysis::{ByLoop, FnId, Lookup, Use};
use crate::catalogue::RunsOn;
use crate::project::facts::Function;
use crate::project::{ClassInfo, DefId, FileId, callee_of};

/// How far a function is followed that is handed on.
const DEPTH: usize = 4;
/// Where arguments start.
type Starts = BTreeSet<(FileId, TextSize)>;

/// Makes a function of another one and arguments for it.
const PARTIAL: &str = "functools.partial";

impl Planner<'_> {
    /// Whether the loop calls a function that is none of coroutines yet, and would await it.
    pub(super) fn is_answered(&self, id: FnId) -> bool {
        let is_def = self.resolver.types.world().function(id).is_some_and(|function| !function.is_async);
        is_def && matches!(self.by_loop(id), ByLoop::Awaited | ByLoop::Started)
    }

    fn by_loop(&self, id: FnId) -> ByLoop {
        self.survey.callers(id, &self.ground.analysis.graph).on_loop
    }

    /// Those of a few functions that the loop calls so.
    pub(super) fn answered<'b>(&self, functions: impl Iterator<Item = &'b FnId>) -> BTreeSet<FnId> {
        functions.copied().filter(|id| self.is_answered(*id)).collect()
    }

    /// The libraries, by their top-level modules, whose decorators have the loop call a function so: `@hub.on("saved")`. They know it by the
    /// names of events, if by any.
    pub(super) fn libraries_for_loop(&self, id: FnId, function: &Function) -> Vec<String> {
        let Some(ast) = self.resolver.types.ast(id.file) else { return Vec::new() };
        let decorators = function.decorators.iter().filter_map(|range| ast.expression(*range));
        let callees = decorators.map(callee_of);
        let names = callees
            .filter(|callee| self.is_for_loop(id.file, callee))
            .flat_map(|callee| self.names_of(id.file, callee));
        names.map(|name| top(&name).to_owned()).collect()
    }

    /// Whether a call is of one of a few libraries.
    pub(super) fn is_of_libraries(&self, file: FileId, call: &ExprCall, libraries: &[String]) -> bool {
        let is_one = |name: &String| libraries.iter().any(|library| library == top(name));
        !libraries.is_empty() && self.names_of(file, &call.func).iter().any(is_one)
    }

    /// The names that something which is called goes by.
    pub(super) fn names_of(&self, file: FileId, callee: &Expr) -> Vec<String> {
        let mut names = self.resolver.types.reference_names(file, callee);
        names.extend(self.resolver.targets(file, callee).into_iter().flat_map(|target| target.names));
        names
    }

    /// Whether a decorator does nothing but have the loop call a function so.
    pub(super) fn is_for_loop(&self, file: FileId, callee: &Expr) -> bool {
        let catalogue = self.resolver.catalogue();
        self.names_of(file, callee).iter().any(|name| catalogue.decorator(name) == Some(RunsOn::Awaited))
    }

    /// Whether a function is named at a place for nothing but that the loop calls it so.
    pub(super) fn is_given_to_loop(&self, file: FileId, at: TextRange) -> bool {
        let uses = self.resolver.uses(file, at, DEPTH);
        let all = |by: ByLoop| !uses.is_empty() && uses.iter().all(|use_| *use_ == Use::OnLoop(by));
        all(ByLoop::Awaited) || all(ByLoop::Started) && self.started_at(file, at).is_some()
    }

    /// The arguments by which functions of a group are given to the loop, to start tasks, with the timers that they set again; or why
    /// that cannot be.
    pub(super) fn started(&self, group: &Group, answered: &BTreeSet<FnId>) -> Result<(Starts, Vec<Rearm>), String> {
        let (world, index) = (self.resolver.types.world(), self.resolver.index());
        let (mut started, mut rearms) = (Starts::new(), Vec::new());
        for id in answered.iter().filter(|id| self.by_loop(**id) == ByLoop::Started) {
            let (Some(function), Some(def)) = (world.function(*id), world.def_of(*id)) else { continue };
            let mut given = Vec::new();
            for posting in index.with_aliases(&function.name).iter().flat_map(|name| index.loads(name)) {
                let Some(load) = world.load_at(*posting).filter(|_| self.is_load_of(*id, *posting, def)) else {
                    continue;
                };
                let Some(at) = self.started_at(posting.0, load.range) else { continue };
                if !self.names_only(posting.0, load.range, group) {
                    let place = self.place(posting.0, load.range);
                    return Err(format!("the loop may be given something else than `{}` ({place})", self.name(*id)));
                }
                started.insert((posting.0, at.start()));
                given.push((posting.0, at));
            }
            rearms.extend(self.rearms(*id, &given)?);
        }
        Ok((started, rearms))
    }

    /// Whether an expression names functions of a group, and nothing else.
    fn names_only(&self, file: FileId, at: TextRange, group: &Group) -> bool {
        let types = &self.resolver.types;
        let Some(ast) = types.ast(file) else { return false };
        let is_one = |def: DefId| types.world().fn_of(def).is_some_and(|id| group.contains(&id));
        match ast.expression(at) {
            Some(Expr::Name(name)) => {
                let definitions = types.name_definitions(file, name);
                !definitions.is_empty() && definitions.into_iter().all(is_one)
            }
            Some(expr) => {
                let targets = self.resolver.targets(file, expr);
                !targets.is_empty() && targets.iter().all(|target| target.function.is_some_and(is_one))
            }
            None => false,
        }
    }

    /// The argument that a function stands in, alone or with arguments of its own, where a call has the loop start it.
    fn started_at(&self, file: FileId, at: TextRange) -> Option<TextRange> {
        let ast = self.resolver.types.ast(file)?;
        let path = ast.path(at);
        let mut inner = at;
        let around = path.iter().rev().filter_map(|node| match node {
            AnyNodeRef::ExprCall(call) => Some(*call),
            _ => None,
        });
        for call in around {
            let position = call.arguments.args.iter().position(|argument| argument.range() == inner)?;
            if call.arguments.args.iter().take(position).any(Expr::is_starred_expr) {
                return None;
            }
            let names = self.names_of(file, &call.func);
            if position == 0 && names.iter().any(|name| name.trim_end_matches(".__new__") == PARTIAL) {
                inner = call.range();
                continue;
            }
            let mut handovers = names.iter().flat_map(|name| self.resolver.catalogue().handovers(name));
            return handovers.any(|by| by.on == RunsOn::Started && by.at == Some(position)).then_some(inner);
        }
        None
    }

    /// Whether a base is of a library of which it is known which methods its classes call, and that they await this one or do not call it.
    pub(super) fn answers(&self, mro: &[Arc<ClassInfo>], base: &ClassInfo, method: &str) -> bool {
        let catalogue = self.resolver.catalogue();
        let is_hook = |class: &ClassInfo| catalogue.hook(&class.name, method) == Some(RunsOn::Awaited);
        let types = &self.resolver.types;
        let is_near = |hook: &ClassInfo| {
            let is_above = || types.mro(hook.id).iter().any(|class| class.id == base.id);
            let is_below = || types.mro(base.id).iter().any(|class| class.id == hook.id);
            is_above() || is_below()
        };
        let has_hooks = |class: &ClassInfo| catalogue.awaits_hooks(&class.name);
        let is_called =
            || mro.iter().any(|class| catalogue.hook(&class.name, method).is_some_and(|on| on != RunsOn::Awaited));
        is_hook(base)
            || base.member(method).is_none()
                && mro.iter().any(|class| has_hooks(class) && is_near(class))
                && !is_called()
    }

    /// Decides what a conversion treats in the functions that the loop calls.
    pub(super) fn decide_answered(&self, conversion: &Conversion, change: &Change, decisions: &mut Decisions) {
        for &finding in conversion.findings.iter().chain(conversion.left.keys()) {
            let entries = self.ground.analysis.findings[finding].entries.iter();
            let own = entries.filter(|hop| conversion.answered.contains(&hop.function));
            for hop in own.filter(|hop| conversion.left.contains_key(&finding) || conversion.treats(hop)) {
                decisions.insert((hop.function, hop.at), Ok(change.action.clone()));
            }
        }
    }
}

fn top(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
