//! What becomes of an exception behind the `except` clause that catches it: whether it ends there, and where it is raised again.

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::errors::{GENERAL, Raises};
use super::{Draft, Refusal};
use crate::analysis::FnId;

/// What fails while a body is gone through.
const BODY: &str = "body";
/// What stands for the calls themselves where a rule says what somebody has caught all of.
const CALLS: &str = "calls";

impl Draft<'_> {
    /// Whether a class of exceptions has all that is raised.
    pub(super) fn takes_all(&self, names: &[String], raises: &Raises) -> bool {
        let what = match raises {
            Raises::Anything => CALLS,
            Raises::Method(method) => method.as_str(),
        };
        let has = |all: &[String]| all.iter().any(|one| one == what);
        names.iter().any(|name| GENERAL[..2].contains(&name.as_str()))
            || names.iter().filter_map(|name| self.target.error(name)).any(|rule| has(&rule.all))
            || self.target.base(names).is_some_and(|rule| has(&rule.all))
    }

    /// Refuses where a class has a part of what fails in a body: there, the parts are others.
    pub(super) fn is_told_apart(&self, names: &[String], raises: &Raises) -> Result<(), Refusal> {
        let is_of_body = matches!(raises, Raises::Method(method) if method == BODY);
        if is_of_body && !self.takes_all(names, raises) {
            return Err("what fails while the body is gone through is told apart".to_owned());
        }
        Ok(())
    }

    /// What must stand beside a class that is a base of the library's exceptions, if anything.
    pub(super) fn beside(&self, names: &[String], raises: &Raises) -> Result<Option<Vec<String>>, Refusal> {
        let Some(rule) = self.target.base(names) else { return Ok(None) };
        let mut to = rule.beside.clone();
        if let Raises::Method(method) = raises {
            if rule.same.contains(method) {
                return Ok(None);
            }
            to.extend(rule.raised.get(method).cloned());
        }
        if to.is_empty() {
            let name = rule.of.trim_start_matches("builtins.");
            return Err(format!("an `except {name}` around it would no longer catch what it raises"));
        }
        Ok(Some(to))
    }

    /// What an `except` clause has caught is raised again in it.
    pub(super) fn goes_on(&mut self, function: FnId, handler: &ast::ExceptHandlerExceptHandler, raises: &Raises) {
        if self.is_apart && !self.is_far {
            return;
        }
        let mut again = Again { name: handler.name.as_ref().map(ast::Identifier::as_str), found: Vec::new() };
        again.visit_body(&handler.body);
        if self.is_far {
            self.far_again.extend(again.found.into_iter().map(|at| (function, at)));
        } else {
            self.raises.extend(again.found.into_iter().map(|at| (function, at, raises.clone())));
        }
    }

    /// What was caught is raised again at a place, by another name: each way in which something fails.
    pub(super) fn raised_again(&mut self, function: FnId, at: TextRange) {
        if self.is_far {
            self.far_again.insert((function, at));
        } else if !self.is_apart {
            self.again.insert((function, at));
        }
    }

    /// Where what was caught is raised again, for each of the ways in which something fails.
    pub(super) fn outlets(&self, seen: &FxHashSet<(FnId, TextRange, Raises)>) -> Vec<(FnId, TextRange, Raises)> {
        let ways: FxHashSet<&Raises> = seen.iter().map(|(.., raises)| raises).collect();
        let each = self
            .again
            .iter()
            .flat_map(|(function, at)| ways.iter().map(|raises| (*function, *at, Raises::clone(raises))));
        let mut found: Vec<_> = each.filter(|outlet| !seen.contains(outlet)).collect();
        found.sort_by_key(|(function, at, _)| (*function, at.start()));
        found
    }
}

/// The `raise` statements of an `except` clause that raise what it has caught.
struct Again<'a> {
    name: Option<&'a str>,
    found: Vec<TextRange>,
}

impl<'a> Visitor<'a> for Again<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Raise(raise) => {
                if raise.exc.as_deref().is_none_or(|exc| self.is_caught(exc)) {
                    self.found.push(raise.range());
                }
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

impl Again<'_> {
    /// `e`, `e.with_traceback(…)`
    fn is_caught(&self, exc: &Expr) -> bool {
        match exc {
            Expr::Name(name) => self.name == Some(name.id.as_str()),
            Expr::Call(call) => call.func.as_attribute_expr().is_some_and(|method| self.is_caught(&method.value)),
            _ => false,
        }
    }
}
