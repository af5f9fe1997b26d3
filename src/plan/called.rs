//! By what name a call calls its api, and whether that is nothing but the api.

use ruff_python_ast::{self as ast, Expr, ExprCall, InterpolatedStringElement};
use ruff_text_size::Ranged;

use super::decide::Planner;
use crate::analysis::FnId;
use crate::catalogue::Catalogue;
use crate::project::facts::{Facts, Function};
use crate::project::{FileId, Types};

impl Planner<'_> {
    /// Whether something in the program puts another function in an api's place, as tests do: `patch("app.time.sleep")`.
    pub(super) fn is_replaced(&self, api: &str) -> bool {
        self.doubles().replaces(api)
    }

    /// Whether what a call calls can be nothing but an api: it goes by the name of that, and by an imported one if it has no other
    /// part. A variable that holds the api may hold something else as well, and a method that it is bound to an object.
    pub(super) fn names_api(&self, function: FnId, call: &ExprCall, api: &str) -> bool {
        let facts = self.resolver.types.facts(function.file);
        match &*call.func {
            Expr::Attribute(attribute) => api.rsplit('.').next() == Some(attribute.attr.as_str()),
            Expr::Name(name) => {
                let is_parameter =
                    |of: &Function| of.range.contains_range(call.range()) && of.parameter(&name.id).is_some();
                let is_imported = facts.imports.iter().any(|import| import.bound == name.id);
                let is_builtin = api.strip_prefix("builtins.") == Some(name.id.as_str())
                    && !facts.functions.iter().any(|function| function.class.is_none() && function.name == name.id);
                (is_imported != is_builtin)
                    && facts.bindings.iter().all(|binding| binding.target != name.id)
                    && !facts.functions.iter().any(is_parameter)
            }
            _ => false,
        }
    }
}

/// Whether what is called so gives something another value from outside.
pub(super) fn is_patch(catalogue: &Catalogue, name: &str) -> bool {
    catalogue.doubles.iter().any(|doubles| doubles.sets.iter().any(|other| other == name))
}

/// The same of a name in a file, which may have it from an import: `from unittest.mock import patch as replace`.
pub(super) fn is_patch_in(catalogue: &Catalogue, facts: &Facts, name: &str) -> bool {
    let mut imports = facts.imports.iter().filter(|import| import.bound == *name);
    is_patch(catalogue, name)
        || imports.any(|import| import.name.as_ref().is_some_and(|name| is_patch(catalogue, name)))
}

/// What is named where something gets another value from outside: `patch("a.b")`, `setattr(a, "b", …)`, `patch.object(a, "b")`.
pub(super) fn replaced(types: &Types, catalogue: &Catalogue) -> Vec<String> {
    let names_it = |name: &ast::Identifier| {
        catalogue.doubles.iter().any(|doubles| doubles.names.iter().any(|other| other == name.as_str()))
    };
    let mut names = Vec::new();
    for (file, source) in types.world().own_files() {
        for call in source.facts.calls.iter().filter(|call| is_patch_in(catalogue, &source.facts, &call.name)) {
            let Some(ast) = types.ast(file) else { continue };
            let Some(call) = ast.call(call.range) else { continue };
            let named = call.arguments.keywords.iter().filter(|keyword| keyword.arg.as_ref().is_some_and(names_it));
            let values = call.arguments.args.iter().take(2).chain(named.map(|keyword| &keyword.value));
            names.extend(values.filter_map(|value| spelled(types, file, value)));
        }
    }
    names
}

/// The text of an expression, or how it ends: `"a.b"`, `f"{module}.b"`, `MODULE + ".b"`, a constant.
fn spelled(types: &Types, file: FileId, expr: &Expr) -> Option<String> {
    match expr {
        Expr::StringLiteral(text) => Some(text.value.to_str().to_owned()),
        Expr::FString(text) => match text.value.elements().last()? {
            InterpolatedStringElement::Literal(text) => Some(text.value.to_string()),
            InterpolatedStringElement::Interpolation(_) => None,
        },
        Expr::BinOp(sum) => spelled(types, file, &sum.right),
        Expr::Name(_) | Expr::Attribute(_) => {
            let text = types.literal(file, expr)?;
            text.strip_prefix('"')?.strip_suffix('"').map(str::to_owned)
        }
        _ => None,
    }
}
