//! The remarks that a program writes about what failed: they may show another exception then.

use ruff_python_ast::{AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::errors::{ANY, KEPT};
use super::uses::Around;
use super::variables::reads;
use super::{Draft, Refusal};
use crate::analysis::{FnId, Lookup};
use crate::plan::scope::{Scope, stored};
use crate::project::{Ast, FileId, blocks};

impl Draft<'_> {
    /// Whether a value goes into a remark: an argument of a call that writes one, also in an f-string or as `str(e)`.
    pub(super) fn is_remark(&self, file: FileId, around: &[AnyNodeRef<'_>]) -> bool {
        let call = around.iter().take_while(|node| !node.is_statement()).find_map(|node| match node {
            AnyNodeRef::ExprCall(call) if !matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "str") => {
                Some(*call)
            }
            _ => None,
        });
        let Some(call) = call else { return false };
        let names = self.planner.resolver.targets(file, &call.func).into_iter().flat_map(|target| target.names);
        names.into_iter().any(|name| {
            name.rsplit_once('.').is_some_and(|(of, _)| self.target.remarks.iter().any(|remark| remark == of))
        })
    }

    /// Whether a text of the exception at `range` is kept in a variable that only remarks have.
    pub(super) fn is_noted(&self, function: FnId, around: &Around<'_>, range: TextRange) -> bool {
        let types = &self.planner.resolver.types;
        let statement = around.nodes.iter().find(|node| node.is_statement());
        let Some(AnyNodeRef::StmtAssign(assign)) = statement else { return false };
        let [Expr::Name(name)] = &assign.targets[..] else { return false };
        if !self.is_text(function.file, around, range) || !is_part_of_text(around, assign.value.range()) {
            return false;
        }
        let Some(ast) = types.ast(function.file) else { return false };
        let Some(whole) = types.world().function(function).map(|own| own.range) else { return false };
        let is_own = ast.def(whole).is_some_and(|def| {
            let scope = Scope::of(def);
            !scope.declared.contains(&name.id) && scope.bound.iter().any(|(bound, _)| *bound == name.id)
        });
        let Some(found) = reads(&ast, whole, &name.id).filter(|_| is_own) else { return false };
        found.into_iter().all(|at| {
            let is_here = self.function_at(function.file, at) == function;
            let around = Around::of(&ast, at);
            is_here
                && (self.is_remark(function.file, &around.nodes) || is_bound_before(&ast, at, &name.id, assign.range()))
        })
    }

    /// Follows what a module does with what it asks a task about.
    pub(super) fn asked_tasks(&mut self, file: FileId, asks: &[TextRange]) -> Result<(), Refusal> {
        for at in asks {
            let function = self.function_at(file, *at);
            let outer = std::mem::replace(&mut self.is_far, true);
            let found = self.value(function, *at, ANY);
            self.is_far = outer;
            found.map_err(|_| KEPT.to_owned())?;
        }
        Ok(())
    }
}

/// Whether all between a value and what is assigned makes one text of it.
fn is_part_of_text(around: &Around<'_>, value: TextRange) -> bool {
    let mut within = around.nodes.iter().filter(|node| value.contains_range(node.range()));
    within.all(|node| match node {
        AnyNodeRef::ExprCall(call) => match &*call.func {
            Expr::Name(name) => matches!(name.id.as_str(), "str" | "repr" | "type"),
            Expr::Attribute(method) => method.attr.as_str() == "format",
            _ => false,
        },
        AnyNodeRef::ExprAttribute(attribute) => {
            matches!(attribute.attr.as_str(), "__name__" | "__qualname__" | "format")
        }
        _ => !node.is_expression() || matches!(node, AnyNodeRef::ExprFString(_) | AnyNodeRef::ExprBinOp(_)),
    })
}

/// Whether a name is given another value in front of the statement at `at`, or of one around it, in the same block; `other` gives it none.
fn is_bound_before(ast: &Ast, at: TextRange, name: &str, other: TextRange) -> bool {
    let binds = |stmt: &&Stmt| match stmt {
        Stmt::Assign(assign) => {
            let mut names = Vec::new();
            assign.targets.iter().for_each(|target| stored(target, &mut names));
            names.iter().any(|bound| bound.as_str() == name)
        }
        _ => false,
    };
    for node in ast.path(at).iter().rev() {
        let here = blocks(*node).into_iter().find(|block| block.iter().any(|stmt| stmt.range().contains_range(at)));
        let Some(block) = here else { continue };
        let before = block.iter().take_while(|stmt| stmt.end() <= at.start());
        let before: Vec<&Stmt> = before.collect();
        if let Some(last) = before.iter().rposition(&binds) {
            // Behind that, nothing may have come from the other one.
            return !before[last..].iter().any(|stmt| stmt.range().contains_range(other));
        }
        // Another turn, or another part of the statement, may have come from there.
        if block.iter().any(|stmt| stmt.range().contains_range(other) && stmt.start() <= at.start()) {
            return false;
        }
        if node.is_stmt_function_def() {
            break;
        }
    }
    false
}
