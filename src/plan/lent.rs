//! What the whole process has and a function changes for a while: `os.chdir(folder)`, and back again in a `finally`. Where nothing
//! gives the loop back meanwhile, no other task notices.

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, Stmt, StmtTry};
use ruff_text_size::{Ranged, TextRange};

use super::memo::Survey;
use crate::project::FileId;

/// Why no await may stand at a place that `path` leads to.
pub(super) fn lent(survey: Survey<'_>, file: FileId, path: &[AnyNodeRef<'_>], at: TextRange) -> Option<String> {
    let mut tries = path.iter().filter_map(|node| match node {
        AnyNodeRef::StmtTry(try_) if !try_.finalbody.is_empty() => Some(*try_),
        _ => None,
    });
    let is_in = |try_: &StmtTry| try_.body.iter().any(|stmt| stmt.range().contains_range(at));
    tries.find(|try_| {
        is_in(try_) && !any_over_body(&try_.body, Expr::is_await_expr) && gives_back(survey, file, &try_.finalbody)
    })?;
    Some("what the whole process has is changed here until the `finally`: other tasks would run with it too".to_owned())
}

/// Whether statements change what the whole process has.
fn gives_back(survey: Survey<'_>, file: FileId, body: &[Stmt]) -> bool {
    let mut changes = Changes { survey, file, found: false };
    changes.visit_body(body);
    changes.found
}

struct Changes<'s> {
    survey: Survey<'s>,
    file: FileId,
    found: bool,
}

impl Changes<'_> {
    fn is_shared(&self, names: impl IntoIterator<Item = String>) -> bool {
        names.into_iter().any(|name| self.survey.resolver.catalogue().is_shared(&name))
    }

    /// Whether something is stored in an expression that all tasks have.
    fn stores(&self, target: &Expr) -> bool {
        let stored = if let Expr::Subscript(item) = target { &item.value } else { target };
        stored.is_attribute_expr() && self.is_shared(self.survey.resolver.types.reference_names(self.file, stored))
    }
}

impl<'a> Visitor<'a> for Changes<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let targets = match stmt {
            Stmt::Assign(assign) => assign.targets.as_slice(),
            Stmt::Delete(delete) => delete.targets.as_slice(),
            _ => &[],
        };
        self.found |= targets.iter().any(|target| self.stores(target));
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            let targets = self.survey.targets(self.file, call);
            let names = targets.iter().flat_map(|target| target.names.clone());
            let object = call.func.as_attribute_expr().map(|method| &*method.value);
            self.found |= self.is_shared(names) || object.is_some_and(|object| self.stores(object));
        }
        walk_expr(self, expr);
    }
}
