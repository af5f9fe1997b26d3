//! What calls leave in the objects that they are made on, for the next ones: the cookies of a session.

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::memo::Survey;
use super::swap;
use crate::analysis::FnId;
use crate::catalogue::Leaves;
use crate::project::{Ast, FileId};

/// What a call leaves behind.
pub(super) struct LeftBehind<'a> {
    /// The method that does, of the object that has it then.
    pub method: &'a ExprAttribute,
    /// The attribute that it is in.
    pub part: Name,
    /// The program makes the call for that.
    pub is_wanted: bool,
}

impl Survey<'_> {
    /// What a call leaves in an object, or a call that it has somebody make: `to_thread(session.get, url)`.
    pub(super) fn left_behind<'e>(&self, function: FnId, call: &'e ExprCall) -> Option<LeftBehind<'e>> {
        let given = call.arguments.args.iter().filter_map(Expr::as_attribute_expr);
        let mut methods = call.func.as_attribute_expr().into_iter().chain(given);
        methods.find_map(|method| {
            let leaves = self.leaves(function.file, method)?;
            let ast = self.resolver.types.ast(function.file)?;
            let is_wanted = is_for_that(&ast, call, leaves);
            Some(LeftBehind { method, part: Name::new(&leaves.part), is_wanted })
        })
    }

    fn leaves(&self, file: FileId, method: &ExprAttribute) -> Option<&Leaves> {
        let catalogue = self.resolver.catalogue();
        if !catalogue.may_leave(&method.attr) {
            return None;
        }
        let ast = self.resolver.types.ast(file)?;
        let targets = self.resolver.targets(file, ast.expression(method.range())?);
        targets.iter().flat_map(|target| &target.names).find_map(|name| catalogue.leaves(name))
    }
}

/// Whether the program asks the answer of a call for no more than how it went.
fn is_for_that(ast: &Ast, call: &ExprCall, leaves: &Leaves) -> bool {
    let is_asked = |at: TextRange| match around(ast, at) {
        Some(AnyNodeRef::ExprAttribute(asked)) => leaves.asks.iter().any(|one| *one == *asked.attr),
        _ => false,
    };
    let at = call.range();
    let at = match around(ast, at) {
        Some(AnyNodeRef::ExprAwait(await_)) => await_.range(),
        _ => at,
    };
    match around(ast, at) {
        Some(AnyNodeRef::StmtExpr(_)) => true,
        Some(AnyNodeRef::StmtAssign(assign)) => {
            let [Expr::Name(name)] = &assign.targets[..] else { return false };
            let path = ast.path(at);
            let def = path.iter().rev().find(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_)));
            let reads = def.and_then(|def| swap::reads(ast, def.range(), &name.id));
            reads.is_some_and(|reads| reads.into_iter().all(is_asked))
        }
        _ => is_asked(at),
    }
}

/// What an expression is a part of.
fn around(ast: &Ast, at: TextRange) -> Option<AnyNodeRef<'_>> {
    let path = ast.path(at);
    let own = path.iter().rposition(|node| node.range() == at && node.is_expression())?;
    path[..own].iter().rev().find(|node| node.range() != at || node.is_statement()).copied()
}
