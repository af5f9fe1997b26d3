//! Where a function waits for the coroutines and tasks that it keeps in variables of its own.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::Draft;
use super::uses::Around;
use super::variables::reads;
use super::waits::is_waiting;
use crate::analysis::{FnId, Lookup};
use crate::plan::scope::Scope;
use crate::project::{Ast, FileId, last};

/// What puts something into a list or a set.
const PUTS: [&str; 2] = ["append", "add"];
/// What does nothing with what a task gives.
const MINDS_NOT: [&str; 3] = ["cancel", "done", "cancelled"];
/// What makes a task of a coroutine, or waits for it.
const PASSES: [&str; 5] = ["create_task", "ensure_future", "gather", "shield", "wait_for"];
/// What raises the exceptions of tasks elsewhere as well.
const GROUP: &str = "TaskGroup";
/// How many variables are followed, from one to the next.
const DEPTH: usize = 3;

impl Draft<'_> {
    /// Where a function waits for the coroutine that the call at `at` makes, if it keeps that to itself.
    pub(super) fn own_waits(&self, function: FnId, at: TextRange) -> Option<Vec<TextRange>> {
        let ast = self.planner.resolver.types.ast(function.file)?;
        let around = Around::of(&ast, at);
        let name = around.nodes.iter().enumerate().find_map(|(index, node)| match node {
            AnyNodeRef::Arguments(_)
            | AnyNodeRef::ExprStarred(_)
            | AnyNodeRef::ExprList(_)
            | AnyNodeRef::ExprListComp(_) => None,
            AnyNodeRef::ExprCall(call) if self.passes(function.file, call) => None,
            AnyNodeRef::ExprCall(call) => {
                let is_alone = matches!(around.nodes.get(index + 1), Some(AnyNodeRef::StmtExpr(_)));
                Some(put_into(call).filter(|_| is_alone))
            }
            AnyNodeRef::StmtAssign(assign) => Some(match &assign.targets[..] {
                [Expr::Name(name)] => Some(&name.id),
                _ => None,
            }),
            _ => Some(None),
        })??;
        let mut found = Vec::new();
        self.waits_for(function, &ast, name, DEPTH, &mut found).then_some(found)
    }

    /// Whether a function does nothing with a variable of its own but to wait for what that has, which it does at the places that are added.
    fn waits_for(&self, function: FnId, ast: &Ast, name: &Name, depth: usize, found: &mut Vec<TextRange>) -> bool {
        let world = self.planner.resolver.types.world();
        let Some(range) = world.function(function).map(|own| own.range) else { return false };
        let is_own = ast.def(range).is_some_and(|def| {
            let scope = Scope::of(def);
            let is_bound = scope.bound.iter().any(|(bound, at)| bound == name && !at.is_empty());
            is_bound && !scope.declared.contains(name) && !scope.shows_names
        });
        let Some(reads) = reads(ast, range, name).filter(|_| is_own && depth > 0) else { return false };
        reads
            .into_iter()
            .all(|at| self.function_at(function.file, at) == function && self.is_wait(function, ast, at, depth, found))
    }

    fn is_wait(&self, function: FnId, ast: &Ast, at: TextRange, depth: usize, found: &mut Vec<TextRange>) -> bool {
        let around = Around::of(ast, at);
        match around.parent() {
            Some(AnyNodeRef::ExprAttribute(attribute)) => {
                let method = attribute.attr.as_str();
                PUTS.contains(&method) || MINDS_NOT.contains(&method)
            }
            Some(
                AnyNodeRef::StmtIf(_)
                | AnyNodeRef::StmtWhile(_)
                | AnyNodeRef::ElifElseClause(_)
                | AnyNodeRef::ExprUnaryOp(_),
            ) => true,
            Some(AnyNodeRef::StmtFor(for_)) if for_.iter.range() == at && !for_.is_async => match &*for_.target {
                Expr::Name(item) => self.waits_for(function, ast, &item.id, depth - 1, found),
                _ => false,
            },
            _ => {
                let end = around.nodes.iter().find(|node| match node {
                    AnyNodeRef::ExprStarred(_) | AnyNodeRef::Arguments(_) => false,
                    AnyNodeRef::ExprCall(call) => !self.passes(function.file, call),
                    _ => true,
                });
                let Some(AnyNodeRef::ExprAwait(await_)) = end else { return false };
                found.push(await_.range());
                true
            }
        }
    }

    /// Whether a call gives a task for what it is given, or waits for it.
    fn passes(&self, file: FileId, call: &ast::ExprCall) -> bool {
        let targets = self.planner.survey.targets(file, call);
        let mut names = targets.iter().flat_map(|target| &target.names);
        last(&call.func).is_some_and(|name| PASSES.contains(&name))
            && !targets.is_empty()
            && names.all(|name| is_waiting(&self.planner.resolver.catalogue().tasks, name) && !name.contains(GROUP))
    }
}

/// The variable with the list that a call puts something into.
fn put_into(call: &ast::ExprCall) -> Option<&Name> {
    let method = call.func.as_attribute_expr().filter(|method| PUTS.contains(&method.attr.as_str()))?;
    method.value.as_name_expr().map(|name| &name.id)
}
