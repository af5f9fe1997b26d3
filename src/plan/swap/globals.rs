//! Exchanged objects that a module keeps in a variable.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::{Draft, Refusal};
use crate::analysis::FnId;
use crate::project::facts::MODULE;
use crate::project::{FileId, Shape};

/// Where a module reads a name, and whether one of its functions binds it for the module.
struct Uses<'a> {
    name: &'a str,
    reads: Vec<TextRange>,
    is_rebound: bool,
}

impl<'a> Visitor<'a> for Uses<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.is_rebound |= match stmt {
            Stmt::Global(global) => global.names.iter().any(|name| name.as_str() == self.name),
            Stmt::Delete(delete) => {
                delete.targets.iter().any(|target| matches!(target, Expr::Name(name) if name.id.as_str() == self.name))
            }
            _ => false,
        };
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.id.as_str() == self.name && name.ctx == ExprContext::Load => {
                self.reads.push(name.range());
            }
            _ => walk_expr(self, expr),
        }
    }
}

impl Draft<'_> {
    /// Follows a variable of a module: what makes the object, and every use of it.
    pub(super) fn global(&mut self, file: FileId, name: &str, class: &str) -> Result<(), Refusal> {
        self.may_leave(class)?;
        let module = FnId { file, index: MODULE };
        if !self.variables.insert((module, name.to_owned())) {
            return Ok(());
        }
        if self.planner.has_more_loops() {
            return Err("it belongs to one loop, and the program may run more".to_owned());
        }
        let types = &self.planner.resolver.types;
        let ast = types.ast(file).ok_or("the file cannot be read")?;
        let mut uses = Uses { name, reads: Vec::new(), is_rebound: false };
        uses.visit_body(&ast.module().body);
        let facts = types.facts(file);
        let bound: Vec<TextRange> = facts
            .bindings
            .iter()
            .filter(|binding| binding.function == MODULE && binding.target == name)
            .map(|binding| binding.value)
            .collect();
        let [value] = bound[..] else { return Err(format!("`{name}` is bound in more than one way")) };
        if uses.is_rebound || self.is_seen_elsewhere(file, name) {
            return Err(format!("not all uses of `{name}` are known"));
        }
        let value = ast.expression(value).ok_or("the file cannot be read")?;
        match value {
            Expr::Call(call) if self.is_made(file, call, class) => self.made(module, call, class)?,
            _ => return Err(format!("`{name}` is made in a way that cannot be followed")),
        }
        self.values.insert((file, value.range()));
        for at in uses.reads {
            let function = self.function_at(file, at);
            if self.planner.is_variable_in(function, name) {
                self.value(function, at, class)?;
            }
        }
        Ok(())
    }

    /// Whether another module may have the variable of this one.
    fn is_seen_elsewhere(&self, home: FileId, name: &str) -> bool {
        let resolver = self.planner.resolver;
        let types = &resolver.types;
        types.world().own_files().filter(|(file, _)| *file != home).any(|(file, source)| {
            let is_near = || resolver.may_hold(file, home) || resolver.sees(file, home);
            let is_imported = |bound: &str| bound == name || bound == "*";
            let mut imports = source.facts.imports.iter().filter_map(|import| import.name.as_ref());
            let mut loads = source.facts.loads.iter().filter(|load| load.attribute && load.name == name);
            let is_of_module = |at: TextRange| {
                let ast = types.ast(file);
                let attribute = ast.as_ref().and_then(|ast| ast.expression(at)?.as_attribute_expr());
                attribute.is_none_or(|attribute| {
                    let shapes = resolver.shapes(file, &attribute.value);
                    shapes.is_empty() || shapes.iter().any(|shape| matches!(shape, Shape::Module(_)))
                })
            };
            (imports.any(|import| is_imported(import)) || loads.any(|load| is_of_module(load.range))) && is_near()
        })
    }
}
