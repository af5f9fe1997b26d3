//! How a file refers to a function of a module: by the import it already has, or by one to add.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, ModModule, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::imports::{ImportStyle, is_from};
use crate::project::generators;

/// How to write a name at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    pub text: String,
    /// What must be imported for it.
    pub import: Option<ImportStyle>,
}

/// How to write `module.name` at `at`; `None` when a name that is needed there means something else.
#[must_use]
pub fn refer(tree: &ModModule, module: &str, name: &str, at: TextRange) -> Option<Reference> {
    let shadowed = Shadows::around(tree, at);
    for (bound, is_member) in imported(tree, module, name) {
        let first = bound.split('.').next().unwrap_or(&bound);
        if shadowed.contains(first) {
            continue;
        }
        let text = if is_member { bound } else { format!("{bound}.{name}") };
        return Some(Reference { text, import: None });
    }
    let first = module.split('.').next().unwrap_or(module);
    if shadowed.contains(first) || is_rebound(tree, first) {
        return None;
    }
    Some(Reference { text: format!("{module}.{name}"), import: Some(ImportStyle::Module(module.to_owned())) })
}

/// What must be imported for code at `at` that writes `module` out; `None` when that name means something else there.
#[must_use]
pub fn refer_module(tree: &ModModule, module: &str, at: TextRange) -> Option<Vec<ImportStyle>> {
    let reference = refer(tree, module, "_", at)?;
    let is_named = reference.text == format!("{module}._");
    let own = (!is_named).then(|| ImportStyle::Module(module.to_owned()));
    Some(own.into_iter().chain(reference.import).collect())
}

/// Whether a name is that of a builtin at `at`.
#[must_use]
pub fn is_builtin(tree: &ModModule, name: &str, at: TextRange) -> bool {
    !Shadows::around(tree, at).contains(name) && !is_rebound(tree, name)
}

/// How to write an object that is imported from its module: `from module import name`.
#[must_use]
pub fn refer_member(tree: &ModModule, module: &str, name: &str, at: TextRange) -> Option<Reference> {
    let shadowed = Shadows::around(tree, at);
    for (bound, is_member) in imported(tree, module, name) {
        if is_member && !shadowed.contains(&bound) {
            return Some(Reference { text: bound, import: None });
        }
    }
    if shadowed.contains(name) || is_rebound(tree, name) {
        return None;
    }
    Some(Reference {
        text: name.to_owned(),
        import: Some(ImportStyle::Member { module: module.to_owned(), name: name.to_owned() }),
    })
}

/// The names that the module's own imports give to `module` (`false`) or to `name` of it (`true`).
fn imported(tree: &ModModule, module: &str, name: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for stmt in unconditional(&tree.body) {
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let bound = alias.asname.as_ref().map_or(alias.name.as_str(), |asname| asname.as_str());
                    let is_it = alias.name.as_str() == module;
                    // `import a.b` binds `a`, and `a` alone is then enough for `a.name`.
                    let leads_to_it = alias.asname.is_none() && alias.name.split('.').next() == Some(module);
                    if is_it {
                        found.push((bound.to_owned(), false));
                    } else if leads_to_it {
                        found.push((module.to_owned(), false));
                    }
                }
            }
            Stmt::ImportFrom(import) if is_from(import, module) => {
                for alias in import.names.iter().filter(|alias| alias.name.as_str() == name) {
                    let bound = alias.asname.as_ref().unwrap_or(&alias.name);
                    found.push((bound.to_string(), true));
                }
            }
            _ => {}
        }
    }
    // `import asyncio` before `from asyncio import to_thread`: the module is what most calls are written with.
    found.sort_by_key(|(_, is_member)| *is_member);
    found
}

/// The statements that run whenever the module is imported; the body of a `try` counts.
fn unconditional(body: &[Stmt]) -> Vec<&Stmt> {
    let mut all = Vec::new();
    for stmt in body {
        match stmt {
            Stmt::Try(try_) => all.extend(unconditional(&try_.body)),
            other => all.push(other),
        }
    }
    all
}

/// Whether the module binds `name` at its top level to anything but an import of a module of that name.
fn is_rebound(tree: &ModModule, name: &str) -> bool {
    let mut bindings = Bindings::default();
    bindings.visit_body(&tree.body);
    let is_plain_import = |stmt: &Stmt| match stmt {
        Stmt::Import(import) => {
            import.names.iter().any(|alias| alias.asname.is_none() && alias.name.split('.').next() == Some(name))
        }
        _ => false,
    };
    bindings.names.contains(name) && !unconditional(&tree.body).into_iter().any(is_plain_import)
}

/// The names that the functions around a place bind themselves.
struct Shadows {
    at: TextRange,
    names: FxHashSet<String>,
}

impl Shadows {
    fn around(tree: &ModModule, at: TextRange) -> FxHashSet<String> {
        let mut shadows = Self { at, names: FxHashSet::default() };
        shadows.visit_body(&tree.body);
        shadows.names
    }
}

/// Whether a place is in a part of a function that is worked out before the function runs: a decorator or a default.
fn is_outside(def: &ast::StmtFunctionDef, at: TextRange) -> bool {
    let holds = |range: TextRange| range.contains_range(at);
    let mut defaults = def.parameters.iter_non_variadic_params().filter_map(|parameter| parameter.default.as_deref());
    def.decorator_list.iter().any(|decorator| holds(decorator.range())) || defaults.any(|value| holds(value.range()))
}

impl<'a> Visitor<'a> for Shadows {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if !stmt.range().contains_range(self.at) {
            return;
        }
        if let Stmt::FunctionDef(def) = stmt
            && !is_outside(def, self.at)
        {
            self.names.extend(def.parameters.iter().map(|parameter| parameter.name().to_string()));
            let mut bindings = Bindings::default();
            bindings.visit_body(&def.body);
            self.names.extend(bindings.names);
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if !expr.range().contains_range(self.at) {
            return;
        }
        for generator in generators(expr.into()) {
            let mut bindings = Bindings::default();
            bindings.visit_expr(&generator.target);
            self.names.extend(bindings.names);
        }
        visitor::walk_expr(self, expr);
    }
}

/// The names that a scope binds, without the scopes in it.
#[derive(Default)]
struct Bindings {
    names: FxHashSet<String>,
}

impl<'a> Visitor<'a> for Bindings {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => {
                self.names.insert(def.name.to_string());
                return;
            }
            Stmt::ClassDef(def) => {
                self.names.insert(def.name.to_string());
                return;
            }
            Stmt::Import(ast::StmtImport { names, .. }) | Stmt::ImportFrom(ast::StmtImportFrom { names, .. }) => {
                for alias in names {
                    let bound = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.names.insert(bound.split('.').next().unwrap_or(bound).to_owned());
                }
            }
            Stmt::Try(try_) => {
                for handler in &try_.handlers {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    self.names.extend(handler.name.as_ref().map(ToString::to_string));
                }
            }
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx == ExprContext::Store => {
                self.names.insert(name.id.to_string());
            }
            Expr::Lambda(_) => {}
            _ => visitor::walk_expr(self, expr),
        }
    }
}
