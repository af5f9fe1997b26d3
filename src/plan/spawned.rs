//! Functions that a call passes on, with what they get: `Thread(target=follow, args=(stream, lines))`.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::follow::Follow;
use super::memo::Survey;
use super::outline::{Call, Outline};
use super::region::{Start, inner_roots, of_default};
use super::touch::{Passed, Root, Roots};
use crate::analysis::{FnId, Lookup, argument};
use crate::catalogue::Handover;
use crate::project::facts::{Function, FunctionKind};

/// The functions that a call passes on, with what their parameters, and the variables around them, stand for.
pub(super) fn starts(
    survey: Survey<'_>,
    caller: FnId,
    (call, passed): (&Call, &Passed),
    outline: &Outline,
    follow: &Follow,
    (roots, captured): (&Roots, &Roots),
) -> Vec<Start> {
    let world = survey.resolver.types.world();
    let starts = follow.callbacks.iter().filter_map(|(callee, argument)| {
        let function = world.function(*callee).filter(|function| !function.is_async)?;
        let is_inside = (callee.file, function.parent) == (caller.file, caller.index);
        let mut inner = match function.kind {
            _ if is_inside => inner_roots(function, captured),
            FunctionKind::Lambda => roots.clone(),
            _ => Roots::default(),
        };
        inner.extend(given(survey, caller, call, passed, follow, (*argument, function)));
        if let (Some(owner), Some(first)) = (owner(call, *argument, outline, roots), function.parameters.first())
            && function.class.is_some()
        {
            inner.insert(first.name.clone(), owner);
        }
        Some((*callee, Arc::new(inner)))
    });
    starts.collect()
}

/// The object that an argument takes a method of.
fn owner(call: &Call, argument: TextRange, outline: &Outline, roots: &Roots) -> Option<Root> {
    let (_, owner) = call.owners.iter().find(|(range, _)| *range == argument)?;
    Some(outline.place(*owner, roots))
}

/// What the parameters stand for of a function that a call hands on by the argument at a place, where the call says by name all that
/// the function is given; nothing of them elsewhere.
fn given(
    survey: Survey<'_>,
    caller: FnId,
    call: &Call,
    passed: &Passed,
    follow: &Follow,
    (handed, function): (TextRange, &Function),
) -> Roots {
    let names = follow.targets.iter().flat_map(|target| &target.names);
    let handovers = names.flat_map(|name| survey.resolver.catalogue().handovers(name));
    let mut telling = handovers.filter(|handover| !handover.passes.is_empty()).peekable();
    if follow.targets.len() != 1 || telling.peek().is_none() {
        return Roots::default();
    }
    let ast = survey.resolver.types.ast(caller.file);
    let Some(node) = ast.as_ref().and_then(|ast| ast.call(call.range)) else { return Roots::default() };
    let is_it = |handover: &&Handover| {
        let target = handover.argument.as_deref().and_then(|name| argument(node, name, handover.at));
        target.is_some_and(|target| target.range() == handed) && says_all(node, handover)
    };
    let Some(handover) = telling.find(is_it) else { return Roots::default() };
    let of_function = passed.keywords.iter().filter(|(name, _)| handover.passes.iter().any(|one| one == name.as_str()));
    let all = of_function.fold(Root::default(), |all, (_, root)| all.or(&root.item()));
    let parameters = function.parameters.iter().skip(function.receivers());
    parameters.map(|parameter| (parameter.name.clone(), of_default(function, parameter).or(&all))).collect()
}

/// Whether a call gives nothing but by name, save what stands up to the function that it hands on.
fn says_all(call: &ExprCall, handover: &Handover) -> bool {
    let positional = handover.at.map_or(0, |at| at + 1);
    call.arguments.args.len() <= positional
        && !call.arguments.args.iter().any(Expr::is_starred_expr)
        && call.arguments.keywords.iter().all(|keyword| keyword.arg.is_some())
}
