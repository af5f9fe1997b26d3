//! Whether a program has one task only, so that nothing runs while a thread works for it.
//!
//! A script that is one `asyncio.run(main())`, and awaits each coroutine where it makes it, waits for every thread before it goes on.
//! What a thread shares with "other tasks" is no question then.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::colour::TRANSPARENT;
use super::swap::argument_for;
use crate::analysis::{Lookup, Resolver};
use crate::catalogue::RunsOn;
use crate::project::facts::{Call, CallForm, Facts, Function, Load};
use crate::project::{Ast, DefId, FileId, FileKind, RUNNERS, Shape, last};

/// Bases outside the program that call no methods.
const PLAIN_BASES: [&str; 6] = ["object", "ABC", "Protocol", "Generic", "NamedTuple", "Exception"];

/// Whether every coroutine of the program is awaited where it is made, below one that a runner runs.
pub(super) fn is_sequential(resolver: &Resolver<'_>) -> bool {
    let world = resolver.types.world();
    let mut program = Program { resolver, coroutines: FxHashSet::default(), classes: FxHashSet::default() };
    for (_, file) in world.own_files() {
        let functions = file.facts.functions.iter().filter(|function| function.is_async);
        program.coroutines.extend(functions.map(|function| &function.name));
        program.classes.extend(file.facts.classes.iter().map(|class| &class.name));
    }
    let mut has_runner = false;
    for (id, file) in world.own_files() {
        if file.kind == FileKind::Notebook || !program.is_plain(id, &file.facts, &mut has_runner) {
            return false;
        }
    }
    has_runner
}

struct Program<'a> {
    resolver: &'a Resolver<'a>,
    coroutines: FxHashSet<&'a Name>,
    classes: FxHashSet<&'a Name>,
}

impl Program<'_> {
    fn is_plain(&self, id: FileId, facts: &Facts, has_runner: &mut bool) -> bool {
        let Some(ast) = self.resolver.types.ast(id) else { return false };
        let mut coroutines = facts.functions.iter().filter(|function| function.is_async);
        coroutines.all(|function| self.stays(id, facts, &ast, function))
            && facts.loads.iter().all(|load| self.is_no_coroutine(id, &ast, load))
            && facts.calls.iter().all(|call| self.waits(id, &ast, call, has_runner))
    }

    /// Whether only the program itself can call a coroutine function.
    fn stays(&self, id: FileId, facts: &Facts, ast: &Ast, function: &Function) -> bool {
        let is_plain = |range: &TextRange| {
            let Some(decorator) = ast.expression(*range) else { return false };
            last(decorator).is_some_and(|name| TRANSPARENT.contains(&name)) || self.runs_at_once(id, decorator)
        };
        let bases = function.class.and_then(|class| facts.classes.get(class as usize)).map(|class| &class.bases);
        function.decorators.iter().all(is_plain)
            && bases.into_iter().flatten().all(|base| {
                self.classes.contains(base) || PLAIN_BASES.contains(&base.as_str()) || base.ends_with("Error")
            })
    }

    /// Whether what is under a decorator runs where it is called, and is gone through or entered there.
    fn runs_at_once(&self, id: FileId, decorator: &Expr) -> bool {
        let targets = self.resolver.targets(id, decorator);
        let mut names = targets.iter().flat_map(|target| &target.names);
        names.any(|name| self.resolver.catalogue().decorator(name) == Some(RunsOn::Now))
    }

    /// Whether a name that is read is none of a coroutine function that is passed on.
    fn is_no_coroutine(&self, id: FileId, ast: &Ast, load: &Load) -> bool {
        if !self.coroutines.contains(&load.name) {
            return true;
        }
        let Some(expr) = ast.expression(load.range) else { return false };
        let targets = self.resolver.targets(id, expr);
        !targets.is_empty()
            && targets.iter().all(|target| target.function.is_none_or(|function| !self.is_async(function)))
            || self.is_only_awaited(id, ast, load.range)
    }

    /// Whether a coroutine function is given to a function of the program that does nothing with it but to await what it makes.
    fn is_only_awaited(&self, id: FileId, ast: &Ast, load: TextRange) -> bool {
        let path = ast.path(load);
        let mut around = path.iter().rev().filter(|node| node.range() != load);
        let call = around.find_map(|node| match node {
            AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_) => None,
            AnyNodeRef::ExprCall(call) => Some(Some(call)),
            _ => Some(None),
        });
        let Some(Some(call)) = call else { return false };
        let types = &self.resolver.types;
        let targets = self.resolver.targets(id, &call.func);
        !targets.is_empty()
            && targets.iter().all(|target| {
                let own = target.function.filter(|def| types.world().is_own(def.file));
                let Some(callee) = own.and_then(|def| types.world().fn_of(def)) else { return false };
                let (Some(home), Some(function)) = (types.ast(callee.file), types.world().function(callee)) else {
                    return false;
                };
                let is_it = |name: &Name| {
                    let given = argument_for(call, name, function).flatten();
                    given.is_some_and(|given| given.range() == load)
                };
                let Some(parameter) = function.parameters.iter().find(|parameter| is_it(&parameter.name)) else {
                    return false;
                };
                let facts = types.facts(callee.file);
                let is_read = |load: &&Load| {
                    load.name == parameter.name && !load.attribute && function.range.contains_range(load.range)
                };
                let is_called = |call: &&Call| call.name == parameter.name && function.range.contains_range(call.range);
                let mut calls = facts.calls.iter().filter(is_called);
                facts.loads.iter().filter(is_read).all(|load| is_awaited_callee(&home, load.range))
                    && calls.all(|call| call.form == CallForm::Awaited || is_waited_for(&home, call.range))
            })
    }

    /// Whether a call leaves nothing running when it is done.
    fn waits(&self, id: FileId, ast: &Ast, call: &Call, has_runner: &mut bool) -> bool {
        if !matches!(call.form, CallForm::Call | CallForm::Indexed) {
            return true;
        }
        let catalogue = self.resolver.catalogue();
        // What makes an object, or is asked when an entry is missing, or runs at exit, is no task.
        let starts = |on: RunsOn| on.is_loop() || matches!(on, RunsOn::Thread | RunsOn::Process);
        let may_start = catalogue.handovers_with_last_name(&call.name).any(|handover| starts(handover.on));
        let is_runner = RUNNERS.contains(&call.name.as_str());
        if !may_start && !is_runner && !self.coroutines.contains(&call.name) {
            return true;
        }
        let Some(node) = ast.call(call.range) else { return false };
        let targets = self.resolver.targets(id, &node.func);
        let names = || targets.iter().flat_map(|target| &target.names);
        if is_runner && names().any(|name| name == "asyncio.run" || name.ends_with("EventLoop.run_until_complete")) {
            *has_runner = true;
            return true;
        }
        if targets.is_empty() && self.hands_over(id, node)
            || names().any(|name| catalogue.handovers(name).iter().any(|handover| starts(handover.on)))
        {
            return false;
        }
        let is_async = targets.iter().any(|target| target.function.is_some_and(|function| self.is_async(function)));
        !is_async || is_waited_for(ast, call.range) || self.is_taken_at_once(id, ast, call.range)
    }

    /// Whether the coroutine, or what goes through one, that a call makes is given to what lets it run when it is asked itself.
    fn is_taken_at_once(&self, id: FileId, ast: &Ast, call: TextRange) -> bool {
        let path = ast.path(call);
        let mut parents = path.iter().rev().skip_while(|node| node.range() == call);
        let (Some(AnyNodeRef::Arguments(arguments)), Some(AnyNodeRef::ExprCall(outer))) =
            (parents.next(), parents.next())
        else {
            return false;
        };
        let position = arguments.args.iter().position(|argument| argument.range() == call);
        let targets = self.resolver.targets(id, &outer.func);
        let mut handovers =
            targets.iter().flat_map(|target| &target.names).flat_map(|name| self.resolver.catalogue().handovers(name));
        position.is_some() && handovers.any(|handover| handover.on == RunsOn::Now && handover.at == position)
    }

    /// Whether something that may be a function is among the arguments of a call.
    fn hands_over(&self, id: FileId, call: &ast::ExprCall) -> bool {
        let arguments = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|keyword| &keyword.value));
        arguments.into_iter().any(|argument| {
            let shapes = self.resolver.shapes(id, argument);
            let is_data = !shapes.is_empty() && shapes.iter().all(|shape| matches!(shape, Shape::Instance(_)));
            !argument.is_literal_expr() && !argument.is_f_string_expr() && !is_data
        })
    }

    fn is_async(&self, function: DefId) -> bool {
        let facts = self.resolver.types.facts(function.file);
        facts
            .function_at(function.start)
            .and_then(|index| facts.functions.get(index as usize))
            .is_none_or(|f| f.is_async)
    }
}

/// Whether a name is called where it stands, and what that gives is awaited.
fn is_awaited_callee(ast: &Ast, name: TextRange) -> bool {
    let path = ast.path(name);
    let mut around = path.iter().rev().filter(|node| node.range() != name);
    matches!((around.next(), around.next()), (Some(AnyNodeRef::ExprCall(call)), Some(AnyNodeRef::ExprAwait(_)))
        if call.func.range() == name)
}

/// Whether the coroutine that a call makes is given to a runner, entered, or gone through where it stands.
fn is_waited_for(ast: &Ast, call: TextRange) -> bool {
    let path = ast.path(call);
    let mut parents = path.iter().rev().skip_while(|node| node.range() == call && !node.is_with_item());
    match parents.next() {
        Some(AnyNodeRef::Arguments(arguments)) => matches!(parents.next(), Some(AnyNodeRef::ExprCall(outer))
            if arguments.args.first().is_some_and(|first| first.range() == call)
                && last(&outer.func).is_some_and(|name| RUNNERS.contains(&name))),
        Some(AnyNodeRef::WithItem(_)) => {
            matches!(parents.next(), Some(AnyNodeRef::StmtWith(with)) if with.is_async)
        }
        Some(AnyNodeRef::StmtFor(for_)) => for_.is_async && for_.iter.range() == call,
        Some(AnyNodeRef::Comprehension(comprehension)) => comprehension.is_async && comprehension.iter.range() == call,
        _ => false,
    }
}
