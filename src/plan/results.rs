//! What calls of libraries give: whether that is new, or may be, or hold, something that the call is made with.
//!
//! New is only what is known to be: an object of a class, what comes from outside, what a function works out of values. What else a call
//! gives may be anything that it could get at.

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::Ranged;

use super::collect::is_camel_case;
use super::holds::may_hold_given;
use super::memo::Survey;
use super::ownership;
use crate::analysis::FnId;
use crate::catalogue::Kind;
use crate::project::{FileId, Shape, Target, last};

/// What a call gives that no function of the program answers.
pub(super) enum Results<'a> {
    /// Nothing that others have.
    New,
    /// What this call gives to all who ask for it.
    Kept(&'a str),
    /// A new object, with what it is made with: attributes or keys, where they have names.
    Holding(Vec<(Option<&'a Name>, &'a Expr)>),
    /// It may be one of these, or something in them.
    OneOf(Vec<&'a Expr>),
}

/// What a call of a library, or one of which nothing is known, gives.
pub(super) fn results<'a>(survey: Survey<'a>, function: FnId, call: &'a ExprCall) -> Results<'a> {
    let (file, makers) = (function.file, &survey.resolver.catalogue().makers);
    let targets = survey.targets(file, call);
    if let Some(registry) = registry(survey, &targets) {
        return Results::Kept(registry);
    }
    let may_hold = targets.iter().flat_map(|target| &target.names).any(|name| may_hold_given(name));
    let is_maker = call.func.as_attribute_expr().is_some_and(|method| makers.contains(method.attr.as_str()));
    if is_maker || !may_hold && is_made_outside(survey, &targets) || comes_from_task(survey, function, &call.func) {
        return Results::New;
    }
    let keywords = call.arguments.keywords.iter();
    if !may_hold && makes_object(survey, file, call) {
        let positional = call.arguments.args.iter().map(|given| (None, given));
        let named = keywords.map(|keyword| (keyword.arg.as_ref().map(|name| &name.id), &keyword.value));
        return Results::Holding(positional.chain(named).collect());
    }
    let given = call.arguments.args.iter().chain(keywords.map(|keyword| &keyword.value));
    let called = called_on(survey, function, call);
    Results::OneOf(called.into_iter().chain(given).collect())
}

/// The registry that a call looks something up in.
fn registry<'a>(survey: Survey<'a>, targets: &[Target]) -> Option<&'a str> {
    let registries = &survey.resolver.catalogue().registries;
    targets.iter().flat_map(|target| &target.names).find_map(|name| registries.get(name)).map(String::as_str)
}

/// Whether what calls give comes from elsewhere each time, or is worked out.
fn is_made_outside(survey: Survey<'_>, targets: &[Target]) -> bool {
    let catalogue = survey.resolver.catalogue();
    // Who waits for something gets what others have put there.
    let is_fetched = |name: &String| {
        let mut kinds = catalogue.apis_named(name).iter().map(|api| catalogue.apis[*api as usize].kind).peekable();
        kinds.peek().is_some() && kinds.all(|kind| kind != Kind::Wait)
    };
    let is_one = |name: &String| is_fetched(name) || catalogue.is_pure(name) || catalogue.makers.contains(name);
    let is_new = |target: &Target| target.names.iter().any(is_one);
    !targets.is_empty() && targets.iter().all(is_new)
}

/// Whether a call makes an object of a class of a library: it is of the class, or of a method of that.
fn makes_object(survey: Survey<'_>, file: FileId, call: &ExprCall) -> bool {
    let of = call.func.as_attribute_expr().map(|method| &*method.value);
    std::iter::once(&*call.func).chain(of).any(|expr| is_class(survey, file, expr))
}

/// Whether an expression stands for a class, as far as its name says where nothing else does.
fn is_class(survey: Survey<'_>, file: FileId, expr: &Expr) -> bool {
    let shapes = survey.resolver.shapes(file, expr);
    match shapes.is_empty() {
        true => !expr.is_call_expr() && last(expr).is_some_and(is_camel_case),
        false => shapes.iter().all(|shape| matches!(shape, Shape::Class(_))),
    }
}

/// The object that a call is made on, or that is called itself.
fn called_on<'a>(survey: Survey<'_>, function: FnId, call: &'a ExprCall) -> Option<&'a Expr> {
    let object = match &*call.func {
        Expr::Attribute(method) => &*method.value,
        func => func,
    };
    (!is_code(survey, function.file, object)).then_some(object)
}

/// Whether an expression stands for a module, a class or a function, as far as its type says, or the module that it stands in.
pub(super) fn is_code(survey: Survey<'_>, file: FileId, expr: &Expr) -> bool {
    let shapes = survey.resolver.types.shapes(file, expr);
    let facts = survey.resolver.types.facts(file);
    let is_code = |shape: &Shape| matches!(shape, Shape::Function(_) | Shape::Class(_) | Shape::Module(_));
    let is_imported = |name: &Name| {
        facts.imports.iter().any(|import| import.bound == *name)
            && !facts.bindings.iter().any(|binding| binding.target == *name)
    };
    match expr {
        _ if !shapes.is_empty() => shapes.iter().all(is_code),
        Expr::Name(name) => is_imported(&name.id),
        _ => false,
    }
}

/// Whether a chain of calls begins with an object that one task uses at a time, like a session, or with one that gets what it gives from
/// elsewhere: `session.scalars(query).first()`.
pub(super) fn comes_from_task(survey: Survey<'_>, function: FnId, expr: &Expr) -> bool {
    let makers = &survey.resolver.catalogue().makers;
    let is_maker =
        |object: &Expr| survey.resolver.may_be_instance(function.file, object, |class| makers.contains(class));
    match expr {
        Expr::Call(call) => comes_from_task(survey, function, &call.func),
        Expr::Attribute(attribute) => {
            let object = &attribute.value;
            ownership::keeps_state(survey.resolver, function, object)
                || is_maker(object)
                || comes_from_task(survey, function, object)
        }
        _ => false,
    }
}

/// Whether a call is of an object that one task uses at a time.
pub(super) fn belongs_to_task(survey: Survey<'_>, function: FnId, call: &ExprCall) -> bool {
    let object = call.func.as_attribute_expr().map(|callee| &*callee.value);
    object.is_some_and(|object| ownership::keeps_state(survey.resolver, function, object))
}

/// Whether a call looks something up that others get as well.
pub(super) fn looks_up(survey: Survey<'_>, file: FileId, call: &ExprCall) -> bool {
    let mut registries = survey.resolver.catalogue().registries.iter();
    let name = last(&call.func).unwrap_or_default();
    let is_named = |one: &String| one.rsplit_once('.').is_some_and(|(_, last)| last == name);
    registries.any(is_named) && registry(survey, &survey.targets(file, call)).is_some()
}

/// Whether what is given to a method goes to one of the program, whatever it is called: `account.put(amount)`.
pub(super) fn goes_to_own(survey: Survey<'_>, file: FileId, given: &Expr) -> bool {
    let (types, world) = (&survey.resolver.types, survey.resolver.types.world());
    let Some(ast) = types.ast(file) else { return false };
    let path = ast.path(given.range());
    let mut around = path.iter().rev().filter(|node| node.range() != given.range());
    let (Some(AnyNodeRef::Arguments(_)), Some(AnyNodeRef::ExprCall(call))) = (around.next(), around.next()) else {
        return false;
    };
    let targets = survey.targets(file, call);
    targets.iter().any(|target| target.function.is_some_and(|function| world.is_own(function.file)))
}
