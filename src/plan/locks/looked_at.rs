//! What is only looked at when it comes out of a place: nobody can change it later, whoever gets it.

use std::collections::BTreeSet;

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{AnyNodeRef, Expr, ExprName};
use ruff_text_size::{Ranged, TextRange};

use super::doing::{LOOKERS, is_identity};
use super::uses::Names;
use crate::analysis::{FnId, Lookup};
use crate::plan::decide::Planner;
use crate::project::Ast;

/// Functions that make a text, a number or an answer of what they are given.
const SHOWING: [&str; 11] = ["print", "len", "str", "repr", "sum", "any", "all", "bool", "bytes", "int", "float"];

impl Planner<'_> {
    /// Whether nothing that can change comes out of the expression that an item is in.
    pub(super) fn is_kept_in(&self, function: FnId, item: TextRange) -> bool {
        let Some(ast) = self.resolver.types.ast(function.file) else { return false };
        ast.expression(item).is_some_and(|item| self.survey.is_immutable(function.file, item))
            || is_shown(&ast.path(item), item)
    }

    /// Whether an item is only returned, or looked at, or never changes.
    pub(super) fn is_harmless(&self, function: FnId, item: TextRange) -> bool {
        let types = &self.resolver.types;
        let Some(ast) = types.ast(function.file) else { return false };
        if self.is_kept_in(function, item) {
            return true;
        }
        let item = made_of(&ast.path(item), item);
        let path = ast.path(item);
        let mut around = path.iter().rev().filter(|node| node.range() != item);
        let variable = match around.next() {
            Some(AnyNodeRef::StmtReturn(_)) => return true,
            Some(AnyNodeRef::StmtAssign(assign)) if assign.targets.len() == 1 => assign.targets[0].as_name_expr(),
            Some(AnyNodeRef::ExprNamed(named)) => named.target.as_name_expr(),
            Some(AnyNodeRef::StmtFor(for_)) if for_.iter.range() == item => {
                return self.are_looked_at(function, &ast, &for_.target);
            }
            Some(AnyNodeRef::Comprehension(comprehension)) if comprehension.iter.range() == item => {
                return self.are_looked_at(function, &ast, &comprehension.target);
            }
            _ => None,
        };
        variable.is_some_and(|variable| {
            self.has_only_uses(function, &ast, variable, &|path, at| {
                matches!(path.iter().rev().find(|node| node.range() != at), Some(AnyNodeRef::StmtReturn(_)))
                    || is_looked_at(path, at)
                    || self.gives_steady(function, path, at)
            })
        })
    }

    /// Whether an item goes to a variable, and all that is done with that is to look at it and to change what is in it: `row["calls"] += 1`.
    pub(super) fn is_worked_on(&self, function: FnId, item: TextRange) -> bool {
        let Some(ast) = self.resolver.types.ast(function.file) else { return false };
        let path = ast.path(item);
        let Some(AnyNodeRef::StmtAssign(assign)) = path.iter().rev().find(|node| node.range() != item) else {
            return false;
        };
        let [Expr::Name(variable)] = &assign.targets[..] else { return false };
        let is_change = |path: &[AnyNodeRef<'_>], at: TextRange| {
            let around = path.iter().rev().find(|node| node.range() != at);
            matches!(around, Some(AnyNodeRef::ExprSubscript(part)) if part.value.range() == at && !part.ctx.is_load())
        };
        self.has_only_uses(function, &ast, variable, &|path, at| {
            is_change(path, at) || is_looked_at(path, at) || self.gives_steady(function, path, at)
        })
    }

    /// Whether nothing that a target binds can be changed by who has it, or gets out of the function.
    fn are_looked_at(&self, function: FnId, ast: &Ast, target: &Expr) -> bool {
        match target {
            Expr::Tuple(tuple) => tuple.elts.iter().all(|target| self.are_looked_at(function, ast, target)),
            Expr::List(list) => list.elts.iter().all(|target| self.are_looked_at(function, ast, target)),
            Expr::Name(variable) => {
                self.survey.is_immutable(function.file, target)
                    || self.has_only_uses(function, ast, variable, &|path, at| {
                        is_looked_at(path, at) || is_shown(path, at) || self.gives_steady(function, path, at)
                    })
            }
            _ => false,
        }
    }

    /// Whether all that a function does with a variable, but for binding it, is of some kind.
    fn has_only_uses(
        &self,
        function: FnId,
        ast: &Ast,
        variable: &ExprName,
        is_allowed: &dyn Fn(&[AnyNodeRef<'_>], TextRange) -> bool,
    ) -> bool {
        let info = self.resolver.types.world().function(function);
        let Some(def) = info.and_then(|info| ast.def(info.range)) else { return false };
        let mut names =
            Names { places: &BTreeSet::from([variable.id.to_string()]), found: Vec::new(), is_hidden: false };
        names.visit_body(&def.body);
        names.found.iter().all(|(_, at)| {
            let is_bound = ast.expression(*at).and_then(Expr::as_name_expr).is_some_and(|name| !name.ctx.is_load());
            is_bound || is_allowed(&ast.path(*at), *at)
        })
    }

    /// Whether something is read of the object at a place in the program that never changes: `job.name`, `row["id"]`.
    fn gives_steady(&self, function: FnId, path: &[AnyNodeRef<'_>], at: TextRange) -> bool {
        let part = match path.iter().rev().find(|node| node.range() != at) {
            Some(AnyNodeRef::ExprAttribute(attribute)) if attribute.ctx.is_load() => attribute.range(),
            Some(AnyNodeRef::ExprSubscript(subscript)) if subscript.ctx.is_load() && subscript.value.range() == at => {
                subscript.range()
            }
            _ => return false,
        };
        let ast = self.resolver.types.ast(function.file);
        let part = ast.as_ref().and_then(|ast| ast.expression(part));
        part.is_some_and(|part| self.survey.is_immutable(function.file, part))
    }
}

/// Whether a value is asked which one it is, or the like.
fn is_looked_at(path: &[AnyNodeRef<'_>], at: TextRange) -> bool {
    match path.iter().rev().find(|node| node.range() != at) {
        Some(AnyNodeRef::ExprCompare(compare)) => is_identity(compare),
        Some(AnyNodeRef::ExprNamed(named)) => named.target.range() == at,
        Some(AnyNodeRef::StmtAssign(assign)) => assign.value.range() != at,
        _ => false,
    }
}

/// What is made of an item where it stands, with all that is in it: `sorted(now.keys() - before.keys())`.
fn made_of(path: &[AnyNodeRef<'_>], item: TextRange) -> TextRange {
    let mut made = item;
    for node in path.iter().rev().skip_while(|node| node.range() == item) {
        match node {
            AnyNodeRef::Arguments(_) => {}
            AnyNodeRef::ExprBinOp(operation) => made = operation.range(),
            AnyNodeRef::ExprCall(call) => match &*call.func {
                Expr::Name(name) if LOOKERS.contains(&name.id.as_str()) => made = call.range(),
                _ => break,
            },
            _ => break,
        }
    }
    made
}

/// Whether all that becomes of a value, in the expression that it is in, is a text, a number or an answer.
fn is_shown(path: &[AnyNodeRef<'_>], item: TextRange) -> bool {
    let around = path.iter().rev().skip_while(|node| node.range() == item);
    for node in around {
        match node {
            AnyNodeRef::Arguments(_)
            | AnyNodeRef::ExprStarred(_)
            | AnyNodeRef::ExprTuple(_)
            | AnyNodeRef::ExprList(_)
            | AnyNodeRef::ExprDict(_)
            | AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
            | AnyNodeRef::ExprDictComp(_)
            | AnyNodeRef::ExprGenerator(_) => {}
            AnyNodeRef::ExprSubscript(part) if part.ctx.is_load() => {}
            AnyNodeRef::ExprCall(call) => match &*call.func {
                Expr::Name(name) if SHOWING.contains(&name.id.as_str()) => return true,
                Expr::Name(name) if LOOKERS.contains(&name.id.as_str()) => {}
                Expr::Attribute(method) if method.attr.as_str() == "join" => return true,
                _ => return false,
            },
            AnyNodeRef::InterpolatedElement(_) | AnyNodeRef::ExprCompare(_) => return true,
            _ => return false,
        }
    }
    false
}
