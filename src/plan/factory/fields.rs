//! What the fields of an object hold that is made with nothing but those: what a call gives to them, or the class by default.

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, ExprCall};

use super::parts::{in_field, merged, shared};
use super::{Parts, ask, parts_of_results};
use crate::analysis::{FnId, Lookup};
use crate::plan::memo::Survey;
use crate::project::facts::MODULE;
use crate::project::{DefId, Target};

/// The fields that a call gives to an object of a class of the program which is made with nothing but those.
pub(in crate::plan) fn fields_given<'c>(
    survey: Survey<'_>,
    call: &'c ExprCall,
    target: &Target,
) -> Vec<(Name, &'c Expr)> {
    let resolver = survey.resolver;
    let keywords = call.arguments.keywords.iter().map(|keyword| (keyword.arg.as_deref(), &keyword.value));
    let positional = call.arguments.args.iter().map(|value| (None, value));
    let given = positional.enumerate().chain(keywords.map(|given| (usize::MAX, given)));
    let fields = given
        .filter_map(|(position, (keyword, value))| Some((resolver.field_given(target, position, keyword)?.1, value)));
    fields.collect()
}

/// What the fields have by default which a call gives nothing to, as far as it is not new: `rows: list = field(default_factory=lambda: ROWS)`.
pub(in crate::plan) fn fields_by_default(survey: Survey<'_>, call: &ExprCall, target: &Target, depth: usize) -> Parts {
    let (resolver, types) = (survey.resolver, &survey.resolver.types);
    let is_own = |class: &DefId| types.world().is_own(class.file) && resolver.is_made_with_fields(*class);
    let Some(class) = target.class.filter(is_own).filter(|_| depth > 0) else { return Parts::default() };
    let given: Vec<Name> = fields_given(survey, call, target).into_iter().map(|(field, _)| field).collect();
    let mro = types.mro(class);
    let bases = mro.iter().filter(|base| types.world().is_own(base.id.file));
    let parts = bases.flat_map(|base| {
        let (facts, ast) = (types.facts(base.id.file), types.ast(base.id.file));
        let own = facts.class_at(base.id.start).and_then(|index| facts.classes.get(index as usize));
        let Some((own, ast)) = own.zip(ast) else { return Vec::new() };
        let module = FnId { file: base.id.file, index: MODULE };
        let is_field = |name: &Name| own.fields.contains(name) && !given.contains(name);
        let bound =
            facts.bindings.iter().filter(|bound| own.range.contains_range(bound.value) && is_field(&bound.target));
        let parts = bound.filter(|bound| bound.function == own.function).filter_map(|bound| {
            let value = ast.expression(bound.value)?;
            Some(in_field(default_parts(survey, module, value, depth), &bound.target))
        });
        parts.collect::<Vec<_>>()
    });
    parts.fold(Parts::default(), merged)
}

/// What the value of a field is made of that a class gives it, where it says so.
fn default_parts(survey: Survey<'_>, module: FnId, value: &Expr, depth: usize) -> Parts {
    let given = |name: &str| value.as_call_expr().and_then(|call| call.arguments.find_keyword(name));
    let parts = |value: &Expr| ask(survey, module, depth - 1, |factory| factory.parts(value)).unwrap_or_default();
    match (given("default_factory"), given("default")) {
        (Some(maker), _) => match &maker.value {
            Expr::Lambda(lambda) => parts(&lambda.body),
            maker => {
                let types = &survey.resolver.types;
                let targets = survey.resolver.targets(module.file, maker);
                let made = targets.iter().filter(|target| target.class.is_none());
                let made = made.filter_map(|target| types.world().fn_of(target.function?));
                made.map(|id| parts_of_results(survey, id, depth - 1).unwrap_or_else(shared))
                    .fold(Parts::default(), merged)
            }
        },
        (None, Some(value)) => parts(&value.value),
        (None, None) if value.is_name_expr() || value.is_attribute_expr() => parts(value),
        (None, None) => Parts::default(),
    }
}
