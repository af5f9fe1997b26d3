//! What works on files without a call of its own: it is handed to what calls it, as in `to_thread(path.write_text, text)`.

use ruff_python_ast::{Expr, ExprCall};

use super::files::{Files, Use, is_module};
use super::memo::Survey;
use crate::analysis::FnId;
use crate::catalogue::{Api, Kind};
use crate::project::{Ast, last};

/// As many of the arguments after it as may be paths.
const PATHS: usize = 2;

impl Files<'_> {
    /// The files that an api of a library works on which a call is given together with its arguments.
    pub(super) fn handed(&self, survey: Survey<'_>, ast: &Ast, function: FnId, call: &ExprCall) -> Vec<Use> {
        let mut args = call.arguments.args.iter().enumerate();
        let Some((position, given, api)) = args.find_map(|(position, given)| {
            let api = last(given).filter(|name| self.names.contains(name)).and_then(|_| api(survey, function, given));
            Some((position, given, api?))
        }) else {
            return Vec::new();
        };
        let object = given.as_attribute_expr().map(|method| &*method.value);
        let object = object.filter(|object| !is_module(survey, function.file, object));
        let paths = call.arguments.args.iter().skip(position + 1).take(PATHS);
        let writes = survey.resolver.changes(function.file, call, api, position + 1);
        let uses = object.into_iter().chain(paths).map(|subject| {
            let (path, bound) = self.path(survey, ast, function, subject);
            Use { tears: writes, ..Use::of_file(path, bound, !writes, writes) }
        });
        uses.collect()
    }
}

/// The api of files that an expression names.
fn api<'s>(survey: Survey<'s>, function: FnId, given: &Expr) -> Option<&'s Api> {
    let catalogue = survey.resolver.catalogue();
    let targets = survey.resolver.targets(function.file, given);
    let mut apis = targets.iter().flat_map(|target| &target.names).flat_map(|name| catalogue.apis_named(name));
    let api = apis.find(|api| catalogue.apis[**api as usize].kind == Kind::Disk)?;
    Some(&catalogue.apis[*api as usize]).filter(|api| !api.pure)
}
