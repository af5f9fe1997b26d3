//! By what name a call calls its api, and whether that is nothing but the api.

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use super::decide::Planner;
use crate::analysis::FnId;
use crate::project::Types;
use crate::project::facts::Function;

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
pub(super) fn is_patch(name: &str) -> bool {
    matches!(name, "patch" | "setattr" | "delattr" | "object" | "spy")
}

/// What is named where something gets another value from outside: `patch("a.b")`, `setattr(a, "b", …)`, `patch.object(a, "b")`.
pub(super) fn replaced(types: &Types) -> Vec<String> {
    let mut names = Vec::new();
    for (file, source) in types.world().own_files() {
        for call in source.facts.calls.iter().filter(|call| is_patch(&call.name)) {
            let Some(ast) = types.ast(file) else { continue };
            let Some(call) = ast.call(call.range) else { continue };
            let texts = call.arguments.args.iter().take(2).filter_map(Expr::as_string_literal_expr);
            names.extend(texts.map(|text| text.value.to_str().to_owned()));
        }
    }
    names
}
