//! Whether what a function waits for was given to it, or to its object, by who runs it: a framework hands on its own coroutines so.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::functions::argument_for;
use super::waits::{is_of_waiting, own_functions};
use crate::analysis::{FnId, Lookup};
use crate::plan::memo::Survey;
use crate::plan::scope::Scope;
use crate::project::facts::{Facts, FunctionIndex, MODULE};
use crate::project::{Ast, FileId};

/// How many attributes, functions and parameters are followed to what was given.
pub(super) const GIVEN: usize = 4;

/// Whether an expression gets what it gives from what a function was given, or from what an object has from there.
pub(super) fn is_given(survey: Survey<'_>, function: FnId, expr: &Expr, depth: usize) -> bool {
    let facts = survey.resolver.types.facts(function.file);
    let value = match expr {
        Expr::Name(name) => {
            let owner = owner_of(&facts, function, &name.id);
            let is_passed = |index| is_passed_given(survey, FnId { index, ..function }, &name.id, depth);
            return is_object(&facts, function, &name.id) || owner.is_some_and(is_passed);
        }
        Expr::If(branch) => {
            return [&branch.body, &branch.orelse].iter().any(|value| is_given(survey, function, value, depth));
        }
        Expr::Attribute(attribute) => match &*attribute.value {
            Expr::Name(object) if is_object(&facts, function, &object.id) => {
                return depth == 0 || may_have_given(survey, function.file, &attribute.attr.id, depth - 1);
            }
            value => value,
        },
        Expr::Call(call) => {
            let own = own_functions(survey, &survey.targets(function.file, call));
            if !own.is_empty() {
                return depth == 0 || own.into_iter().any(|id| gives_given(survey, id, depth - 1));
            }
            let owner = call.func.as_name_expr().and_then(|name| owner_of(&facts, function, &name.id));
            if owner.is_some_and(|index| is_decorator(survey, FnId { index, ..function }, depth)) {
                return false;
            }
            // `getattr(self, name)`, `asyncio.wait_for(call_next(request), 5)`
            let passes = call.func.is_name_expr() || is_of_waiting(survey, &survey.targets(function.file, call));
            if passes && call.arguments.args.iter().any(|given| is_given(survey, function, given, depth)) {
                return true;
            }
            &call.func
        }
        Expr::Starred(starred) => &starred.value,
        expr if expr.is_literal_expr() => return false,
        Expr::Subscript(subscript) => &subscript.value,
        Expr::Await(await_) => &await_.value,
        _ => return true,
    };
    is_given(survey, function, value, depth)
}

/// The same of what a plain function returns. What coroutine functions wait for is looked at for itself.
fn gives_given(survey: Survey<'_>, id: FnId, depth: usize) -> bool {
    let types = &survey.resolver.types;
    let Some((own, ast)) = types.world().function(id).filter(|own| !own.is_async).zip(types.ast(id.file)) else {
        return false;
    };
    let Some(def) = ast.def(own.range) else { return true };
    let mut returned = Scope::of(def).returns.into_iter().filter_map(|(_, value)| value);
    returned.any(|at| ast.expression(at).is_none_or(|value| is_given(survey, id, value, depth)))
}

/// Whether a function is named in decorators only, or returned by one that is: it is given functions of the program.
fn is_decorator(survey: Survey<'_>, id: FnId, depth: usize) -> bool {
    let types = &survey.resolver.types;
    let (index, world) = (survey.resolver.index(), types.world());
    let Some(own) = world.function(id).filter(|own| depth > 0 && own.class.is_none()) else { return false };
    let is_fine = |file: FileId, at: TextRange| {
        let Some(ast) = types.ast(file) else { return false };
        let path = ast.path(at);
        let is_returned =
            || matches!(path.iter().rev().find(|node| node.range() != at), Some(AnyNodeRef::StmtReturn(_)));
        path.iter().any(|node| matches!(node, AnyNodeRef::Decorator(_)))
            || file == id.file && is_returned() && is_decorator(survey, FnId { index: own.parent, ..id }, depth - 1)
    };
    let names = index.with_aliases(&own.name);
    let loads = names
        .iter()
        .flat_map(|name| index.loads(name))
        .map(|posting| (posting.0, world.load_at(*posting).map(|load| load.range)));
    let calls = names
        .iter()
        .flat_map(|name| index.calls(name))
        .map(|posting| (posting.0, world.call_at(*posting).map(|call| call.range)));
    let mut places = loads.chain(calls).peekable();
    places.peek().is_some() && places.all(|(file, at)| at.is_some_and(|at| is_fine(file, at)))
}

/// The function that has a name as a parameter: this one, or one around it.
fn owner_of(facts: &Facts, function: FnId, name: &str) -> Option<FunctionIndex> {
    let mut index = function.index;
    while let Some(own) = facts.functions.get(index as usize).filter(|_| index != MODULE) {
        if own.parameter(name).is_some() {
            return Some(index);
        }
        index = own.parent;
    }
    None
}

/// Whether others than calls in the program may give a function a parameter, or a call passes what its own function was given.
fn is_passed_given(survey: Survey<'_>, id: FnId, name: &str, depth: usize) -> bool {
    let types = &survey.resolver.types;
    let callers = survey.callers(id, survey.graph);
    let is_known = depth > 0 && !callers.edges.is_empty() && !callers.are_of_loop() && !callers.cached;
    let Some(own) = types.world().function(id).filter(|_| is_known) else { return true };
    callers.edges.iter().any(|edge| {
        let ast = types.ast(edge.caller.file);
        let call = ast.as_ref().and_then(|ast| ast.call(edge.at));
        match call.and_then(|call| argument_for(call, name, own)) {
            Some(Some(value)) => is_given(survey, edge.caller, value, depth - 1),
            Some(None) => false,
            None => true,
        }
    })
}

/// Whether a name is that of the object whose method runs.
fn is_object(facts: &Facts, function: FnId, name: &str) -> bool {
    let owner = owner_of(facts, function, name).and_then(|index| facts.functions.get(index as usize));
    owner.is_some_and(|own| {
        own.class.is_some() && own.receivers() == 1 && own.parameters.first().is_some_and(|first| first.name == name)
    })
}

/// Whether something that a function was given may be put into an attribute of this name.
fn may_have_given(survey: Survey<'_>, file: FileId, attribute: &str, depth: usize) -> bool {
    let (types, index) = (&survey.resolver.types, survey.resolver.index());
    let near = index.bindings_to(attribute).iter().filter(|(home, _)| survey.resolver.may_hold(file, *home));
    let bound = near.filter_map(|posting| {
        let (binding, ast) = types.world().binding_at(*posting).zip(types.ast(posting.0))?;
        let function = FnId { file: posting.0, index: binding.function };
        // A variable of a function is no attribute; one of a class is.
        let is_attribute = binding.function == MODULE || !is_put_into_name(&ast, binding.value);
        is_attribute.then_some((function, ast, binding.value))
    });
    let mut bound = bound.peekable();
    bound.peek().is_none()
        || bound.any(|(function, ast, value)| {
            ast.expression(value)
                .is_none_or(|value| !value.is_literal_expr() && is_given(survey, function, value, depth))
        })
}

/// Whether a statement gives the value at a place to variables only.
fn is_put_into_name(ast: &Ast, value: TextRange) -> bool {
    ast.path(value).iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtAssign(assign) => Some(assign.targets.iter().all(Expr::is_name_expr)),
        AnyNodeRef::StmtAnnAssign(assign) => Some(assign.target.is_name_expr()),
        node => node.is_statement().then_some(false),
    }) == Some(true)
}
