//! Parameters that a framework fills with an object made for the call: `session: Session = Depends(get_session)`.

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, ExprCall, Parameter, ParameterWithDefault};

use super::factory;
use super::memo::Survey;
use super::names::{Definition, definition};
use crate::analysis::{FnId, Lookup};
use crate::catalogue::Threading;
use crate::project::facts::CallForm;
use crate::project::{FileId, Shape};

/// Dependencies of dependencies are looked at as far as this; what refers to itself ends here too.
const DEPTH: usize = 6;

/// Whether what a function is given for a parameter was made for this call by what the parameter depends on, and the program does not
/// call the function itself with something else.
pub(super) fn is_made_for_call(survey: Survey<'_>, function: FnId, parameter: &Name) -> bool {
    let is_injected = is_injected(survey, function, parameter, DEPTH);
    is_injected && !is_called_by_program(survey, function)
}

fn is_called_by_program(survey: Survey<'_>, function: FnId) -> bool {
    let world = survey.resolver.types.world();
    let (Some(facts), Some(def)) = (world.function(function), world.def_of(function)) else { return true };
    survey.resolver.index().calls(&facts.name).iter().any(|&posting| {
        let call = world.call_at(posting).filter(|call| matches!(call.form, CallForm::Call | CallForm::Awaited));
        let Some((call, ast)) = call.zip(survey.resolver.types.ast(posting.0)) else { return false };
        let func = ast.call(call.range).map(|call| &*call.func);
        let targets = func.map(|func| survey.resolver.targets(posting.0, func)).unwrap_or_default();
        targets.iter().any(|target| target.function == Some(def))
    })
}

fn is_injected(survey: Survey<'_>, function: FnId, parameter: &Name, depth: usize) -> bool {
    let Some(ast) = survey.resolver.types.ast(function.file).filter(|_| depth > 0) else { return false };
    let Some(Definition::Def(def)) = definition(survey, &ast, function) else { return false };
    let mut parameters = def.parameters.iter_non_variadic_params();
    let Some(ParameterWithDefault { parameter, default, .. }) =
        parameters.find(|other| other.parameter.name.id == *parameter)
    else {
        return false;
    };
    let dependency = Dependency { survey, file: function.file, depth };
    match default.as_deref() {
        Some(Expr::Call(call)) => dependency.makes_new(call, parameter.annotation()),
        Some(_) => false,
        None => dependency.is_annotated(parameter),
    }
}

struct Dependency<'a> {
    survey: Survey<'a>,
    file: FileId,
    depth: usize,
}

impl Dependency<'_> {
    /// `Annotated[Session, Depends(get_session)]`, written there or under a name of its own.
    fn is_annotated(&self, parameter: &Parameter) -> bool {
        let Some(annotation) = parameter.annotation() else { return false };
        self.is_annotation(annotation)
            || self.survey.resolver.written_values(self.file, annotation).into_iter().any(|(file, value)| {
                let ast = self.survey.resolver.types.ast(file);
                let other = Dependency { survey: self.survey, file, depth: self.depth };
                ast.as_ref().and_then(|ast| ast.expression(value)).is_some_and(|value| other.is_annotation(value))
            })
    }

    fn is_annotation(&self, annotation: &Expr) -> bool {
        let Expr::Subscript(subscript) = annotation else { return false };
        let Expr::Tuple(parts) = &*subscript.slice else { return false };
        let Some((kind, marks)) = parts.elts.split_first() else { return false };
        marks.iter().filter_map(Expr::as_call_expr).any(|call| self.makes_new(call, Some(kind)))
    }

    /// Whether a call says what makes the object, and that makes a new one each time.
    fn makes_new(&self, call: &ExprCall, annotation: Option<&Expr>) -> bool {
        let resolver = self.survey.resolver;
        let targets = resolver.targets(self.file, &call.func);
        let mut names = targets.iter().flat_map(|target| &target.names);
        let Some(argument) = names.find_map(|name| resolver.catalogue().injects(name)) else { return false };
        let given = call.arguments.find_argument_value(argument, 0);
        let Some(maker) = given.or(annotation) else { return false };
        let made: Vec<FnId> = resolver
            .targets(self.file, maker)
            .into_iter()
            .filter_map(|target| resolver.types.world().fn_of(target.function?))
            .collect();
        let is_class = resolver.types.shapes(self.file, maker).iter().any(|shape| matches!(shape, Shape::Class(_)));
        match &made[..] {
            [] => false,
            // An object holds what it was made with.
            made if is_class => made.iter().all(|id| self.has_new_parameters(*id, true)),
            made => {
                made.iter().all(|id| factory::hands_out_new(self.survey, *id) && self.has_new_parameters(*id, false))
            }
        }
    }

    /// Whether all that a dependency is given is made for the call as well, or can be shared.
    fn has_new_parameters(&self, id: FnId, is_method: bool) -> bool {
        let types = &self.survey.resolver.types;
        let (Some(function), Some(ast)) = (types.world().function(id), types.ast(id.file)) else { return false };
        let Some(Definition::Def(def)) = definition(self.survey, &ast, id) else { return false };
        function.parameters.iter().skip(usize::from(is_method)).all(|parameter| {
            is_injected(self.survey, id, &parameter.name, self.depth - 1) || {
                let mut parameters = def.parameters.iter_non_variadic_params();
                let own = parameters.find(|other| other.parameter.name.id == parameter.name);
                own.is_some_and(|own| self.is_plain(id.file, own))
            }
        })
    }

    /// Whether a parameter is for something that keeps no state: a number, a text, the request.
    fn is_plain(&self, file: FileId, parameter: &ParameterWithDefault) -> bool {
        let resolver = self.survey.resolver;
        let Some(annotation) = parameter.parameter.annotation() else { return false };
        let shapes = resolver.types.shapes(file, annotation);
        let keeps_state = |class| {
            let mro = resolver.types.mro(class);
            mro.iter().any(|base| {
                resolver.catalogue().threading(&base.name) > Threading::Needless
                    || resolver.types.world().is_own(base.id.file)
            })
        };
        !shapes.iter().any(|shape| matches!(shape, Shape::Class(class) if keeps_state(*class)))
    }
}
