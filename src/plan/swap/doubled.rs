//! What tests put in the place of a blocking library, or of what a module has of it: they count on the program calling that.

use ruff_python_ast::{self as ast, Expr};

use super::Draft;
use crate::catalogue::Target;
use crate::plan::decide::Planner;
use crate::project::FileId;
use crate::text::ends_in;

impl Planner<'_> {
    /// Whether tests of the program replace the blocking library, or parts of it.
    pub(super) fn has_doubles(&self, module: &str, target: &Target) -> bool {
        let types = &self.resolver.types;
        types.world().own_files().any(|(file, source)| {
            let imports = source.facts.imports.iter().any(|import| {
                let top = import.module.split('.').next().unwrap_or_default();
                target.doubles.iter().any(|double| double == top)
            });
            let is_patch = |name: &str| matches!(name, "patch" | "setattr" | "delattr" | "object" | "multiple" | "spy");
            let mut patches = source.facts.calls.iter().filter(|call| is_patch(call.name.as_str()));
            imports
                || !target.from_python
                    && patches.any(|call| {
                        let Some(ast) = types.ast(file) else { return true };
                        let call = ast.call(call.range);
                        call.is_some_and(|call| {
                            let mut given = call.arguments.args.iter().take(2);
                            given.any(|given| self.is_of_library(file, given, module))
                        })
                    })
        })
    }

    /// Whether what is replaced is a library, or something of it: `"app.requests.get"`, `requests.get`.
    fn is_of_library(&self, file: FileId, given: &Expr, module: &str) -> bool {
        if let Expr::StringLiteral(literal) = given {
            return literal.value.to_str().split('.').any(|part| part == module);
        }
        let names = self.resolver.types.reference_names(file, given);
        names.iter().any(|name| name.split('.').next() == Some(module))
            || matches!(given, Expr::Name(name) if name.id.as_str() == module)
    }
}

impl Draft<'_> {
    /// Whether tests replace the name by which a module calls the library: `patch("app.client.get")`, `setattr(client, "session", …)`.
    pub(super) fn is_doubled(&self, file: FileId, call: &ast::ExprCall) -> bool {
        let planner = self.planner;
        let replaced = &planner.doubles().replaced;
        if replaced.is_empty() {
            return false;
        }
        let module = planner.resolver.types.module_name(file);
        let stem = module.rsplit('.').next().unwrap_or(&module);
        let mut held: Vec<&str> = Vec::new();
        let mut root: Option<&str> = None;
        let mut at = match &*call.func {
            // The method is the library's own, what has it is the program's.
            Expr::Attribute(method) => &*method.value,
            other => other,
        };
        while let Expr::Attribute(attribute) = at {
            held.push(&attribute.attr);
            at = &attribute.value;
        }
        if let Expr::Name(name) = at {
            root = Some(&name.id);
        }
        let of_module = root.map(|root| format!("{stem}.{root}"));
        replaced.iter().any(|text| {
            let is_held = held.iter().any(|name| ends_in(text, name));
            // `client.get`, and what is of it: `client.session.get`.
            let is_of_module = of_module.as_ref().is_some_and(|of| {
                ends_in(text, of) || text.rsplit_once('.').is_some_and(|(owner, _)| ends_in(owner, of))
            });
            is_held || is_of_module || root == Some(text)
        })
    }
}
