//! Methods of the program that a library calls on objects that it has: those that its own methods call on the same object, and
//! `__call__` of what it is given.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::collect::root_in;
use super::memo::Survey;
use super::region::Start;
use super::touch::Roots;
use crate::analysis::{FnId, Lookup};
use crate::project::{DefId, FileId, Shape, Target};

/// What is called when an object is.
const CALL: &str = "__call__";

/// The methods that a call of a library calls, each with the expression for its object.
pub(super) fn asked(survey: Survey<'_>, file: FileId, call: &ExprCall, targets: &[Target]) -> Vec<(FnId, TextRange)> {
    let world = survey.resolver.types.world();
    let mut found = Vec::new();
    if let Expr::Attribute(method) = &*call.func
        && targets.iter().filter_map(|target| target.class).any(|class| world.is_own(class.file))
    {
        let classes = own_classes(survey, file, &method.value);
        let methods = classes.into_iter().flat_map(|class| called_through(survey, class, &method.attr));
        found.extend(methods.map(|id| (id, method.value.range())));
    }
    if survey.special_methods().contains(CALL) {
        for given in call.arguments.iter_source_order().flat_map(|argument| parts(argument.value())) {
            let types = &survey.resolver.types;
            let member = |class| types.member(class, CALL).and_then(|target| world.fn_of(target.function?));
            let callables = own_classes(survey, file, given).into_iter().filter_map(member);
            found.extend(callables.map(|id| (id, given.range())));
        }
    }
    found.retain(|(id, _)| world.is_own(id.file) && world.function(*id).is_some_and(|function| !function.is_async));
    found.dedup();
    found
}

/// What runs when a library calls a method, with what its object stands for.
pub(super) fn start(
    survey: Survey<'_>,
    caller: FnId,
    (method, object): (FnId, TextRange),
    roots: &Roots,
) -> Option<Start> {
    let types = &survey.resolver.types;
    let ast = types.ast(caller.file)?;
    let own = types.world().function(method)?.parameters.first()?.name.clone();
    let root = root_in(survey, &ast, caller, roots, ast.expression(object)?);
    Some((method, Arc::new(Roots::from([(own, root)]))))
}

/// An argument, or what is in one that is written out: `hooks={"response": hook}`.
pub(super) fn parts(argument: &Expr) -> Vec<&Expr> {
    match argument {
        Expr::Dict(dict) => dict.items.iter().flat_map(|item| parts(&item.value)).collect(),
        Expr::List(list) => list.elts.iter().flat_map(parts).collect(),
        Expr::Tuple(tuple) => tuple.elts.iter().flat_map(parts).collect(),
        argument => vec![argument],
    }
}

/// The classes of the program that an object may be of.
fn own_classes(survey: Survey<'_>, file: FileId, object: &Expr) -> Vec<DefId> {
    if !matches!(object, Expr::Name(_) | Expr::Attribute(_) | Expr::Call(_)) {
        return Vec::new();
    }
    let world = survey.resolver.types.world();
    let shapes = survey.resolver.shapes(file, object);
    let classes = shapes.iter().filter_map(|shape| match shape {
        Shape::Instance(class) if world.is_own(class.file) => Some(*class),
        _ => None,
    });
    classes.collect()
}

/// The methods of a class that an inherited one of this name calls.
fn called_through(survey: Survey<'_>, class: DefId, name: &str) -> Vec<FnId> {
    let types = &survey.resolver.types;
    let (world, catalogue) = (types.world(), survey.resolver.catalogue());
    let mro = types.mro(class);
    let libraries: Vec<&str> = mro.iter().filter(|base| !world.is_own(base.id.file)).map(|base| &*base.name).collect();
    let own = mro.iter().filter(|base| world.is_own(base.id.file));
    let methods = own.flat_map(|base| base.methods());
    let is_called = |method: &Name| {
        let mut templates = libraries.iter().flat_map(|base| catalogue.templates(base, method));
        templates.any(|template| !template.lazy && template.through.iter().any(|through| through == name))
    };
    methods.filter(|(method, _)| is_called(method)).filter_map(|(_, function)| world.fn_of(function)).collect()
}
