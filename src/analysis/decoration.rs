//! Where a function runs by what decorates it, and by the class that it is a method of.

use super::handover::Use;
use super::index::{FnId, Lookup};
use super::resolve::Resolver;
use crate::catalogue::RunsOn;
use crate::project::callee_of;
use crate::project::facts::{Function, ParameterKind};

/// Whether the loop itself calls a function; what comes later weighs more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ByLoop {
    #[default]
    Never,
    /// It does, and awaits what the function gives where that has to be awaited.
    Awaited,
    /// It does, with the arguments that stand behind it, and nobody minds what it gives.
    Started,
    /// It does, and takes no coroutine function for it.
    Called,
}

impl ByLoop {
    pub(super) fn of(on: RunsOn) -> Self {
        match on {
            RunsOn::Loop => Self::Called,
            RunsOn::Awaited => Self::Awaited,
            RunsOn::Started => Self::Started,
            _ => Self::Never,
        }
    }
}

/// What a function's decorators make of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Decoration {
    /// Calls by its name do not run it on the caller's thread.
    pub elsewhere: bool,
    /// But a call by its name does, although what the decorator makes of it can be called in other ways.
    pub direct: bool,
    pub on_loop: ByLoop,
    /// Its result is computed once in a program and kept.
    pub cached: bool,
    /// Its results are kept, one for each set of arguments.
    pub kept: bool,
}

impl Resolver<'_> {
    #[must_use]
    pub fn decoration(&self, id: FnId, function: &Function) -> Decoration {
        let mut decoration = Decoration { on_loop: self.hook_of_loop(id, function), ..Decoration::default() };
        let Some(ast) = self.types.ast(id.file) else {
            return decoration;
        };
        for range in &function.decorators {
            let Some(expr) = ast.expression(*range) else { continue };
            let (callee, is_factory) = (callee_of(expr), expr.is_call_expr());
            let mut names = self.types.reference_names(id.file, callee);
            let targets = self.targets(id.file, callee);
            names.extend(targets.iter().flat_map(|target| target.names.clone()));
            for name in &names {
                decoration.direct |= self.catalogue().is_direct(name);
                match self.catalogue().decorator(name) {
                    Some(on) if on.is_loop() => {
                        decoration.on_loop = decoration.on_loop.max(ByLoop::of(on));
                    }
                    Some(RunsOn::Thread | RunsOn::Process | RunsOn::Later) => decoration.elsewhere = true,
                    Some(_) | None => {}
                }
                if matches!(name.as_str(), "functools.cache" | "functools.lru_cache" | "functools.cached_property") {
                    decoration.kept = true;
                    // What takes `self` is worked out for each object.
                    decoration.cached |= function.parameters.iter().all(|p| p.kind == ParameterKind::Variadic);
                }
            }
            if decoration.elsewhere {
                continue;
            }
            for target in targets {
                if let Some(decorator) = target.function.and_then(|f| self.types.world().fn_of(f)) {
                    decoration.elsewhere |= self.runs_argument_elsewhere(decorator, is_factory);
                }
            }
        }
        decoration
    }

    /// Whether a library calls the method on the loop, because its class derives from one of the library's.
    fn hook_of_loop(&self, id: FnId, function: &Function) -> ByLoop {
        let Some(class) = self.types.world().enclosing_class(id) else { return ByLoop::Never };
        let mro = self.types.mro(class);
        let hooks = mro.iter().skip(1).filter_map(|base| self.catalogue().hook(&base.name, &function.name));
        hooks.map(ByLoop::of).max().unwrap_or_default()
    }

    /// Whether a decorator of the program runs what it decorates in a thread, and in no other way.
    fn runs_argument_elsewhere(&self, decorator: FnId, is_factory: bool) -> bool {
        let facts = self.types.facts(decorator.file);
        self.applied(&facts, decorator, is_factory).is_some_and(|applied| self.hands_on_elsewhere(applied))
    }

    /// Whether all that a function does with its first parameter, behind that for its object, is to have it run elsewhere.
    pub(super) fn hands_on_elsewhere(&self, id: FnId) -> bool {
        let has_object = self.types.world().function(id).is_some_and(|function| {
            let first = function.parameters.first();
            function.class.is_some() && first.is_some_and(|first| first.name == "self" || first.name == "cls")
        });
        is_elsewhere(&self.parameter_uses(id, usize::from(has_object), 4))
    }
}

/// Whether these uses are all that there are, and none of them is on the thread.
pub(super) fn is_elsewhere(uses: &[Use]) -> bool {
    !uses.is_empty() && uses.iter().all(|use_| matches!(use_, Use::Elsewhere))
}
