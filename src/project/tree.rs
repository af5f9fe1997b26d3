//! The syntax tree of a file, and what is at a place in it.

use ruff_db::parsed::ParsedModuleRef;
use ruff_python_ast::find_node::covering_node;
use ruff_python_ast::token::Tokens;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, ModModule, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// A file's syntax tree, kept alive.
pub struct Ast(pub(super) ParsedModuleRef);

impl Ast {
    #[must_use]
    pub fn module(&self) -> &ModModule {
        self.0.syntax()
    }

    #[must_use]
    pub fn tokens(&self) -> &Tokens {
        self.0.tokens()
    }

    /// The nodes that hold `range`, outermost first.
    #[must_use]
    pub fn path(&self, range: TextRange) -> Vec<AnyNodeRef<'_>> {
        let root: AnyNodeRef<'_> = self.module().into();
        if !root.range().contains_range(range) {
            return Vec::new();
        }
        let around = self.around(range);
        let mut path: Vec<AnyNodeRef<'_>> =
            std::iter::once(root).chain(around.iter().map(|stmt| (*stmt).into())).collect();
        let inner = path.pop().unwrap_or(root);
        let mut below: Vec<AnyNodeRef<'_>> = covering_node(inner, range).ancestors().collect();
        below.reverse();
        path.extend(below);
        path
    }

    /// The statements that hold `range`, as far as they are found by going through functions and classes alone, outermost first.
    fn around(&self, range: TextRange) -> Vec<&Stmt> {
        let mut found: Vec<&Stmt> = Vec::new();
        let mut body: &[Stmt] = &self.module().body;
        loop {
            let next = body.partition_point(|stmt| stmt.end() < range.end());
            let Some(stmt) = body.get(next).filter(|stmt| stmt.range().contains_range(range)) else { return found };
            found.push(stmt);
            body = match stmt {
                Stmt::FunctionDef(def) => &def.body,
                Stmt::ClassDef(class) => &class.body,
                _ => return found,
            };
        }
    }

    /// The expression with exactly this range; the outermost one if several share it.
    #[must_use]
    pub fn expression(&self, range: TextRange) -> Option<&Expr> {
        let mut finder = Finder { range, found: None };
        finder.visit_stmt(self.around(range).last()?);
        finder.found
    }

    /// The `def` with exactly this range, which is that of a function's facts.
    #[must_use]
    pub fn def(&self, range: TextRange) -> Option<&ast::StmtFunctionDef> {
        self.path(range).into_iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtFunctionDef(def) if def.range() == range => Some(def),
            _ => None,
        })
    }

    /// The class around a place, such as where its name starts.
    #[must_use]
    pub fn class(&self, start: TextSize) -> Option<&ast::StmtClassDef> {
        self.path(TextRange::empty(start)).into_iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtClassDef(class) => Some(class),
            _ => None,
        })
    }

    #[must_use]
    pub fn call(&self, range: TextRange) -> Option<&ast::ExprCall> {
        self.path(range).into_iter().rev().find_map(|node| match node {
            AnyNodeRef::ExprCall(call) if call.range() == range => Some(call),
            _ => None,
        })
    }
}

/// `AnyNodeRef` cannot be turned back into `&Expr`, so an expression is looked for from its statement down.
struct Finder<'a> {
    range: TextRange,
    found: Option<&'a Expr>,
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.found.is_none() && stmt.range().contains_range(self.range) {
            walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.found.is_some() || !expr.range().contains_range(self.range) {
            return;
        }
        if expr.range() == self.range {
            self.found = Some(expr);
        } else {
            walk_expr(self, expr);
        }
    }
}
