//! What a call runs, whoever makes it and whatever it is passed.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::asked;
use super::memo::Survey;
use super::nonempty::has_first;
use super::scope::Scope;
use crate::analysis::{FnId, Held, Lookup};
use crate::project::{Ast, FileId, Shape, Target};
use crate::text::slice;

/// Why a thread cannot run it.
pub(super) const STOPS: &str = "`next` may raise StopIteration, which cannot come out of a thread";

/// What is known of a call from where it stands.
#[derive(Debug, Default)]
pub(super) struct Follow {
    pub targets: Arc<[Target]>,
    /// Why it must be made on the loop's thread.
    pub bound: Option<String>,
    /// Why a function that makes it cannot run in a thread.
    pub obstacle: Option<String>,
    /// The functions of the program that it calls.
    pub callees: Vec<FnId>,
    /// The functions that run in the place of those, because decorators put them there; and whether what they decorate is a method.
    pub wrappers: Vec<(FnId, bool)>,
    /// The functions of the program that it passes on, with the argument that names each.
    pub callbacks: Vec<(FnId, TextRange)>,
    /// The functions of the program that it may call: they were put where it takes what it calls from.
    pub held: Vec<FnId>,
    /// The methods that a library calls on objects of the program, with the expression for each object.
    pub asked: Vec<(FnId, TextRange)>,
}

/// Builtins that look at an object, and not at what it holds.
const SHALLOW: [&str; 10] =
    ["bool", "callable", "getattr", "hasattr", "id", "isinstance", "issubclass", "len", "super", "type"];

impl Follow {
    /// The functions of the program that it may run.
    pub(super) fn all(&self) -> impl Iterator<Item = FnId> {
        let wrappers = self.wrappers.iter().map(|(id, _)| id);
        let others = self.callbacks.iter().chain(&self.asked).map(|(id, _)| id).chain(&self.held).chain(wrappers);
        self.callees.iter().chain(others).copied()
    }

    /// Whether it is a call of a library, which goes through what it is given.
    pub(super) fn goes_through(&self) -> bool {
        let mut names = self.targets.iter().flat_map(|target| &target.names);
        let is_shallow = |name: &String| name.strip_prefix("builtins.").is_some_and(|name| SHALLOW.contains(&name));
        self.callees.is_empty() && self.held.is_empty() && !names.any(is_shallow)
    }
}

/// Follows the call at `range`, which `function` makes.
pub(super) fn follow(survey: Survey<'_>, function: FnId, range: TextRange) -> Follow {
    let file = function.file;
    let Some(ast) = survey.resolver.types.ast(file) else {
        return Follow::default();
    };
    let Some(call) = ast.call(range) else {
        return Follow::default();
    };
    let world = survey.resolver.types.world();
    let targets = survey.targets(file, call);
    let own = targets.iter().filter_map(|target| target.function);
    let callees: Vec<FnId> = own.filter_map(|function| world.fn_of(function)).collect();
    let is_own = |target: &Target| target.class.is_some_and(|class| world.is_own(class.file));
    // An object that no `__call__` is known of is something else.
    let is_named = |target: &Target| target.names.first().is_some_and(|name| !name.ends_with(".__call__"));
    let is_known = targets.iter().any(|target| target.function.is_some() || is_named(target) && !is_own(target));
    let is_told = is_known && !survey.resolver.may_hold_more(file, &call.func);
    let mut held = if is_told { Held::default() } else { survey.resolver.held(file, &call.func) };
    held.functions.extend(callees.iter().flat_map(|callee| survey.resolver.dispatched(*callee)));
    held.functions.extend(started(survey, file, call, &targets));
    let wrappers = callees.iter().flat_map(|callee| {
        let is_method = world.function(*callee).is_some_and(|function| function.class.is_some());
        survey.wrappers(*callee).iter().map(|wrapper| (*wrapper, is_method)).collect::<Vec<_>>()
    });
    let wrappers = wrappers.filter(|(wrapper, _)| !callees.contains(wrapper)).collect();
    let bound = bound(survey, file, call, &targets).or_else(|| bound_name(survey, &held.names));
    let is_unknown = held.functions.is_empty()
        && held.names.is_empty()
        && (held.is_given || held.may_be_given && survey.terms.keeps_public);
    let unknown = || is_unknown.then(|| unknown(survey, file, call));
    let obstacle = bound
        .clone()
        .or_else(unknown)
        .or_else(|| leaks_stop_iteration(survey, function, &ast, call, None).then(|| STOPS.to_owned()))
        .or_else(|| callees.iter().find_map(|callee| coroutine(survey, *callee)));
    let arguments = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|keyword| &keyword.value));
    let callbacks = arguments
        .flat_map(asked::parts)
        .flat_map(|argument| {
            functions_named(survey, file, argument).into_iter().map(|function| (function, argument.range()))
        })
        .collect();
    let asked = if callees.is_empty() { asked::asked(survey, file, call, &targets) } else { Vec::new() };
    Follow { targets, bound, obstacle, callees, wrappers, callbacks, held: held.functions, asked }
}

/// The methods of the program that a call of a library runs in a thread of their own, on the object that it is made on.
fn started(survey: Survey<'_>, file: FileId, call: &ast::ExprCall, targets: &[Target]) -> Vec<FnId> {
    let (catalogue, types) = (survey.resolver.catalogue(), &survey.resolver.types);
    let names = targets.iter().flat_map(|target| &target.names);
    let methods: Vec<&String> = names.flat_map(|name| catalogue.runs_in_thread(name)).collect();
    let Some(object) = call.func.as_attribute_expr().filter(|_| !methods.is_empty()) else { return Vec::new() };
    let shapes = survey.resolver.shapes(file, &object.value);
    let found = shapes.iter().flat_map(|shape| {
        let Shape::Instance(class) = shape else { return Vec::new() };
        let own = methods.iter().filter_map(|method| types.member(*class, method)?.function);
        own.filter_map(|function| types.world().fn_of(function)).collect()
    });
    let mut found: Vec<FnId> = found.collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Why what a call runs cannot be told.
fn unknown(survey: Survey<'_>, file: FileId, call: &ast::ExprCall) -> String {
    let text = survey.resolver.types.text(file);
    let callee = slice(&text, call.func.range());
    format!("what `{callee}` does is not known, and it may need the loop's thread")
}

fn coroutine(survey: Survey<'_>, function: FnId) -> Option<String> {
    let facts = survey.resolver.types.facts(function.file);
    facts.functions.get(function.index as usize)?.is_async.then(|| {
        let name = facts.qualified(function.index);
        format!("`{name}` is a coroutine function: what it makes belongs to the loop")
    })
}

/// The functions of the program that an expression names: a lambda, a function, a bound method.
fn functions_named(survey: Survey<'_>, file: FileId, expr: &Expr) -> Vec<FnId> {
    let types = &survey.resolver.types;
    let world = types.world();
    match expr {
        Expr::Lambda(lambda) => {
            let facts = types.facts(file);
            facts.function_at(lambda.start()).map(|index| FnId { file, index }).into_iter().collect()
        }
        Expr::Name(_) => types
            .shapes(file, expr)
            .iter()
            .filter_map(|shape| match shape {
                Shape::Function(def) => world.fn_of(*def),
                _ => None,
            })
            .collect(),
        Expr::Attribute(_) => {
            let named: Vec<FnId> = survey
                .resolver
                .targets(file, expr)
                .iter()
                .filter_map(|target| target.function.and_then(|function| world.fn_of(function)))
                .collect();
            // A property is read, not passed on.
            let is_reference = named.iter().all(|id| {
                types.facts(id.file).functions.get(id.index as usize).is_some_and(|function| !function.is_property)
            });
            if is_reference { named } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

/// Why one of these functions must be called on the loop's thread.
fn bound_name<'a>(survey: Survey<'_>, names: impl IntoIterator<Item = &'a String>) -> Option<String> {
    names
        .into_iter()
        .find_map(|name| Some(format!("`{name}` {}", survey.resolver.catalogue().bound(name, survey.terms.minimum)?)))
}

/// Why this call must be made on the loop's thread.
fn bound(survey: Survey<'_>, file: FileId, call: &ast::ExprCall, targets: &[Target]) -> Option<String> {
    let catalogue = survey.resolver.catalogue();
    if let Some(reason) = bound_name(survey, targets.iter().flat_map(|target| &target.names)) {
        return Some(reason);
    }
    let is_known = targets.iter().any(|target| target.function.is_some() || !target.names.is_empty());
    let Expr::Attribute(attribute) = &*call.func else {
        return None;
    };
    let closes = || attribute.attr.as_str() == "close" && is_own_generator(survey, file, &attribute.value);
    // What a module has under the name of a method is no method.
    let is_function =
        || !catalogue.is_bound_function(&attribute.attr) && is_imported_module(survey, file, &attribute.value);
    if is_known || !catalogue.is_bound_last_name(&attribute.attr) || closes() || is_function() {
        return None;
    }
    let text = survey.resolver.types.text(file);
    let callee = text.get(call.func.range().start().to_usize()..call.func.range().end().to_usize()).unwrap_or_default();
    Some(format!("`{callee}` may need the loop's thread, and its type is not known"))
}

/// Whether an expression is the name of a module that the file imports, and never that of anything else.
fn is_imported_module(survey: Survey<'_>, file: FileId, value: &Expr) -> bool {
    let (Expr::Name(name), facts) = (value, survey.resolver.types.facts(file)) else { return false };
    let is_import = facts.imports.iter().filter(|import| import.bound == name.id).map(|import| import.name.is_none());
    let imports: Vec<bool> = is_import.collect();
    let is_bound = || {
        facts.bindings.iter().any(|binding| binding.target == name.id)
            || facts.functions.iter().any(|function| function.parameter(&name.id).is_some())
    };
    !imports.is_empty() && imports.into_iter().all(|is_module| is_module) && !is_bound()
}

/// Whether a variable only ever holds what one call of a generator function of the program gives.
fn is_own_generator(survey: Survey<'_>, file: FileId, value: &Expr) -> bool {
    let types = &survey.resolver.types;
    let (Expr::Name(name), Some(ast)) = (value, types.ast(file)) else { return false };
    let path = ast.path(name.range());
    let def = path.iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtFunctionDef(def) => Some(*def),
        _ => None,
    });
    let Some(scope) = def.map(Scope::of) else { return false };
    let mut bound = scope.bound.iter().filter(|(bound, _)| *bound == name.id);
    let (Some((_, at)), None) = (bound.next(), bound.next()) else { return false };
    let path = ast.path(*at);
    let made = path.iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtAssign(assign) => Some((&assign.targets, &*assign.value)),
        _ => None,
    });
    let Some(([Expr::Name(target)], Expr::Call(call))) = made.map(|(targets, value)| (&targets[..], value)) else {
        return false;
    };
    let world = types.world();
    let targets = survey.targets(file, call);
    target.range() == *at
        && !targets.is_empty()
        && !scope.declared.contains(&name.id)
        && targets.iter().all(|target| {
            let function = target.function.and_then(|def| world.function(world.fn_of(def)?));
            function
                .is_some_and(|function| function.is_generator && !function.is_async && function.decorators.is_empty())
        })
}

/// Whether a call of `next` in `function` can end it with a StopIteration, which neither a thread nor a coroutine hands on. What
/// catches it must stand in `within`.
pub(super) fn leaks_stop_iteration(
    survey: Survey<'_>,
    function: FnId,
    ast: &Ast,
    call: &ast::ExprCall,
    within: Option<TextRange>,
) -> bool {
    let is_next = match &*call.func {
        Expr::Name(name) => {
            name.id.as_str() == "next" && call.arguments.args.len() == 1 && call.arguments.keywords.is_empty()
        }
        Expr::Attribute(method) => method.attr.as_str() == "__next__",
        _ => false,
    };
    if !is_next || call.arguments.args.first().is_some_and(|iterator| never_ends(survey, function.file, iterator)) {
        return false;
    }
    let facts = survey.resolver.types.facts(function.file);
    if facts.functions.get(function.index as usize).is_some_and(|function| function.is_generator) {
        return false;
    }
    !is_caught(ast, call.range(), within, "StopIteration") && !has_first(survey, function, ast, call)
}

/// Whether an iterator is one that does not come to an end.
fn never_ends(survey: Survey<'_>, file: FileId, iterator: &Expr) -> bool {
    let (catalogue, types) = (survey.resolver.catalogue(), &survey.resolver.types);
    let shapes = types.shapes(file, iterator);
    let is_endless = |shape: &Shape| matches!(shape, Shape::Instance(class) if types.mro(*class).iter().any(|base| catalogue.is_endless(&base.name)));
    !shapes.is_empty() && shapes.iter().all(is_endless)
}

/// Whether a function that is no iterator's raises StopIteration itself.
pub(super) fn raises_stop_iteration(survey: Survey<'_>, function: FnId, ast: &Ast) -> bool {
    let facts = survey.resolver.types.facts(function.file);
    let Some(own) = facts.functions.get(function.index as usize) else { return false };
    if own.is_generator || own.name == "__next__" {
        return false;
    }
    let is_it = |name: &Name, by: u32| name == "StopIteration" && by == function.index;
    let named = facts.loads.iter().filter(|load| is_it(&load.name, load.function)).map(|load| load.range);
    let made = facts.calls.iter().filter(|call| is_it(&call.name, call.function)).map(|call| call.range);
    named.chain(made).any(|at| {
        let is_raised = ast.path(at).iter().any(|node| matches!(node, AnyNodeRef::StmtRaise(_)));
        is_raised && !is_caught(ast, at, None, "StopIteration")
    })
}

/// Whether an `except` around `range`, in the same function and in `within`, names this exception or one that all derive from.
pub(super) fn is_caught(ast: &Ast, range: TextRange, within: Option<TextRange>, exception: &str) -> bool {
    let path = ast.path(range);
    let inner = path
        .iter()
        .rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_)))
        .unwrap_or(0);
    path[inner..].iter().filter(|node| within.is_none_or(|within| within.contains_range(node.range()))).any(|node| match node {
        AnyNodeRef::StmtTry(try_) => {
            try_.body.iter().any(|stmt| stmt.range().contains_range(range))
                && try_.handlers.iter().any(|handler| {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    let Some(type_) = &handler.type_ else { return true };
                    ast::helpers::any_over_expr(type_, |expr| {
                        matches!(expr, Expr::Name(name)
                            if matches!(name.id.as_str(), "Exception" | "BaseException") || name.id.as_str() == exception)
                    })
                })
        }
        _ => false,
    })
}
