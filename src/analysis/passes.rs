//! What the calls of a file pass to the functions that they call, by name.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr};

use crate::project::facts::Source;
use crate::project::{FileId, Types, chain, is_alias};

/// An argument that can carry an object.
#[derive(Debug, Clone)]
pub(super) struct Pass {
    /// The last name of what is called.
    pub callee: Name,
    pub slot: Slot,
    pub is_alias: bool,
    pub sources: Vec<Source>,
}

/// Which parameter an argument is for.
#[derive(Debug, Clone)]
pub(super) enum Slot {
    Position(usize),
    Keyword(Name),
}

/// The arguments of all calls of a file, without those that name nothing.
pub(super) fn passes(types: &Types, file: FileId) -> Vec<Pass> {
    let mut collector = Collector(Vec::new());
    if let Some(ast) = types.ast(file) {
        collector.visit_body(&ast.module().body);
    }
    collector.0
}

struct Collector(Vec<Pass>);

impl Collector {
    fn call(&mut self, call: &ast::ExprCall) {
        let callee = match &*call.func {
            Expr::Name(name) => &name.id,
            Expr::Attribute(attribute) => &attribute.attr.id,
            _ => return,
        };
        for (position, argument) in call.arguments.args.iter().enumerate() {
            self.argument(callee, Slot::Position(position), argument);
        }
        for keyword in &call.arguments.keywords {
            if let Some(name) = &keyword.arg {
                self.argument(callee, Slot::Keyword(name.id.clone()), &keyword.value);
            }
        }
    }

    fn argument(&mut self, callee: &Name, slot: Slot, argument: &Expr) {
        let sources = chain(argument);
        if !sources.is_empty() {
            self.0.push(Pass { callee: callee.clone(), slot, is_alias: is_alias(argument), sources });
        }
    }
}

impl<'a> Visitor<'a> for Collector {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            self.call(call);
        }
        walk_expr(self, expr);
    }
}
