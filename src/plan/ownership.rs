//! Whether an object that keeps state between its calls is in use by one function only.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::collect::place_in;
use super::memo::Survey;
use super::touch::Roots;
use crate::analysis::{FnId, Resolver, Site};
use crate::catalogue::Threading;
use crate::project::Shape;

/// Whether what the site is called on was made by the function that makes the call (or by one that passed it on and has
/// no other use for it, going by `roots`).
pub(super) fn is_private(survey: Survey<'_>, site: &Site, roots: &Roots) -> bool {
    let Some(ast) = survey.resolver.types.ast(site.file) else {
        return false;
    };
    let receiver = match ast.expression(site.range) {
        Some(Expr::Call(call)) if site.via() == crate::analysis::Via::Call => match &*call.func {
            Expr::Attribute(attribute) => &*attribute.value,
            _ => return true,
        },
        Some(expr) => expr,
        None => return false,
    };
    is_private_object(survey, &ast, site.function, receiver, roots, 4)
}

fn is_private_object(
    survey: Survey<'_>,
    ast: &crate::project::Ast,
    function: FnId,
    object: &Expr,
    roots: &Roots,
    depth: usize,
) -> bool {
    let resolver = survey.resolver;
    let is_module =
        |expr: &Expr| resolver.types.shapes(function.file, expr).iter().any(|shape| matches!(shape, Shape::Module(_)));
    if depth == 0 {
        return false;
    }
    if is_module(object) {
        return true;
    }
    if place_in(survey, ast, function, roots, object).is_some() {
        return false;
    }
    // What an object with state made shares that state: the cursor of a connection.
    let values: Vec<&Expr> = match object {
        Expr::Name(name) => {
            let facts = resolver.types.facts(function.file);
            facts
                .bindings
                .iter()
                .filter(|binding| binding.function == function.index && binding.target == name.id)
                .filter_map(|binding| ast.expression(binding.value))
                .collect()
        }
        other => vec![other],
    };
    values.iter().all(|value| {
        let value = match value {
            Expr::Await(await_) => &await_.value,
            value => *value,
        };
        match value {
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(attribute) if keeps_state(resolver, function, &attribute.value) => {
                    is_private_object(survey, ast, function, &attribute.value, roots, depth - 1)
                }
                _ => true,
            },
            Expr::Name(_) => is_private_object(survey, ast, function, value, roots, depth - 1),
            _ => true,
        }
    })
}

/// Whether the object is of a class with calls that only its owner may make.
pub(super) fn keeps_state(resolver: &Resolver<'_>, function: FnId, object: &Expr) -> bool {
    resolver.may_be_instance(function.file, object, |class| resolver.catalogue().threading(class) > Threading::Needless)
}

/// Whether the value of the expression at `range` is an object that no other thread may use.
pub(super) fn is_thread_bound(resolver: &Resolver<'_>, function: FnId, range: TextRange) -> bool {
    let Some(ast) = resolver.types.ast(function.file) else {
        return false;
    };
    ast.expression(range).is_some_and(|value| {
        resolver
            .may_be_instance(function.file, value, |class| resolver.catalogue().threading(class) == Threading::Never)
    })
}

/// Whether the object that a call makes stays in the function: it is entered or bound to a local name that is not
/// returned, yielded or stored elsewhere.
pub(super) fn stays(resolver: &Resolver<'_>, site: &Site) -> bool {
    let Some(ast) = resolver.types.ast(site.file) else {
        return false;
    };
    let path = ast.path(site.range);
    let parent = path.iter().rev().find(|node| node.range() != site.range);
    let target = match parent {
        Some(AnyNodeRef::WithItem(item)) => item.optional_vars.as_deref(),
        Some(AnyNodeRef::StmtAssign(assign)) => match &*assign.targets {
            [target] => Some(target),
            _ => return false,
        },
        Some(AnyNodeRef::ExprCall(_) | AnyNodeRef::ExprAttribute(_) | AnyNodeRef::Arguments(_)) => None,
        Some(AnyNodeRef::StmtExpr(_)) => return true,
        _ => return false,
    };
    let Some(target) = target else { return true };
    let Expr::Name(name) = target else {
        return false;
    };
    let facts = resolver.types.facts(site.file);
    !facts
        .loads
        .iter()
        .filter(|load| load.function == site.function.index && load.name == name.id && !load.attribute)
        .any(|load| {
            let path = ast.path(load.range);
            let parent = path.iter().rev().find(|node| node.range() != load.range);
            matches!(
                parent,
                Some(
                    AnyNodeRef::StmtReturn(_)
                        | AnyNodeRef::ExprYield(_)
                        | AnyNodeRef::StmtAssign(_)
                        | AnyNodeRef::ExprTuple(_)
                        | AnyNodeRef::ExprList(_)
                        | AnyNodeRef::ExprDict(_)
                )
            )
        })
}
