//! Of what kind the values are that calls are given, by what is written elsewhere.

use ruff_python_ast::{AnyNodeRef, Expr, ExprName};
use ruff_text_size::{Ranged, TextRange};

use super::Draft;
use super::functions::argument_for;
use super::values::{Kind, kinds};
use super::variables::reads;
use crate::analysis::{FnId, Lookup};
use crate::plan::scope::Scope;
use crate::project::facts::ParameterKind;
use crate::project::{Ast, FileId};

impl Draft<'_> {
    /// The kinds of a value. A parameter without annotation is of those that the calls of its function pass, where all are known.
    pub(super) fn kinds(&self, file: FileId, value: &Expr, depth: usize) -> Vec<Kind> {
        let names = |name: &ExprName| {
            let function = self.function_at(file, name.range());
            (depth > 0).then(|| self.parameter_kinds(function, &name.id, depth - 1)).flatten()
        };
        if let Expr::Name(name) = value
            && let Some((ast, at)) = self.written_out(file, name)
            && let Some(value) = ast.expression(at)
        {
            return kinds(self.planner.resolver, file, value, &names);
        }
        kinds(self.planner.resolver, file, value, &names)
    }

    /// Where a dictionary, list or tuple is written out that a variable of a function is bound to, and that is read nowhere else.
    fn written_out(&self, file: FileId, name: &ExprName) -> Option<(Ast, TextRange)> {
        let types = &self.planner.resolver.types;
        let fact = types.world().function(self.function_at(file, name.range()))?;
        let ast = types.ast(file)?;
        let scope = Scope::of(ast.def(fact.range)?);
        let mut bound = scope.bound.iter().filter(|(bound, _)| *bound == name.id).map(|(_, at)| *at);
        let (Some(at), None) = (bound.next(), bound.next()) else { return None };
        let is_declared = scope.declared.contains(&name.id);
        if is_declared || scope.shows_names || reads(&ast, fact.range, &name.id)? != [name.range()] {
            return None;
        }
        let value = ast.path(at).iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtAssign(assign) => match &assign.targets[..] {
                [target] if target.range() == at => Some(&*assign.value),
                _ => None,
            },
            AnyNodeRef::StmtAnnAssign(assign) => assign.value.as_deref(),
            _ => None,
        })?;
        let is_display = matches!(value, Expr::Dict(_) | Expr::List(_) | Expr::Tuple(_));
        let value = is_display.then(|| value.range());
        value.map(|value| (ast, value))
    }

    fn parameter_kinds(&self, function: FnId, name: &str, depth: usize) -> Option<Vec<Kind>> {
        let types = &self.planner.resolver.types;
        let fact = types.world().function(function)?;
        let (_, parameter) = fact.parameter(name).filter(|(_, parameter)| !parameter.annotated)?;
        let is_plain = matches!(parameter.kind, ParameterKind::Positional | ParameterKind::KeywordOnly);
        let ast = types.ast(function.file)?;
        let def = ast.def(fact.range)?;
        let scope = Scope::of(def);
        let is_bound_once = scope.bound.iter().filter(|(bound, _)| bound.as_str() == name).count() == 1;
        let callers = self.callers(function);
        if !is_plain || !is_bound_once || !self.planner.is_closed(function, &callers) {
            return None;
        }
        let written = def.parameters.iter_non_variadic_params().find(|written| written.name().as_str() == name)?;
        let default = written.default.as_deref().map(|value| self.kinds(function.file, value, depth));
        let mut found = Vec::new();
        for edge in &callers.edges {
            let file = edge.caller.file;
            let ast = types.ast(file)?;
            match (argument_for(ast.call(edge.at)?, name, fact)?, &default) {
                (Some(value), _) => found.extend(self.kinds(file, value, depth)),
                (None, Some(default)) => found.extend(default.iter().cloned()),
                (None, None) => return None,
            }
        }
        (!found.is_empty()).then_some(found)
    }
}
