//! Whether a rule of a target is for a call, and whether a module can have what the rule writes.

use ruff_python_ast::{self as ast, Expr};

use super::calls::argument;
use super::values::accepts;
use super::{Draft, Refusal};
use crate::catalogue::CallRule;
use crate::project::{FileId, Shape};
use crate::text::has_word;

impl Draft<'_> {
    /// Whether the arguments of a call are of the kinds that a rule is for.
    pub(super) fn is_of_kinds(&self, file: FileId, call: &ast::ExprCall, rule: &CallRule) -> bool {
        rule.kinds.iter().all(|(name, patterns)| {
            let given = argument(call, rule, name);
            given.is_none_or(|(_, value)| self.accepts(file, value, patterns))
        })
    }

    /// Whether a module can have a helper: nothing else has its name there.
    pub(super) fn may_have(&self, file: FileId, helper: &str) -> Result<(), Refusal> {
        let helper = self.target.helper(helper).ok_or("there is no such helper")?;
        helper.needs.iter().try_for_each(|other| self.may_have(file, other))?;
        let text = self.planner.resolver.types.text(file);
        if text.replace("\r\n", "\n").contains(helper.code.trim()) {
            return Ok(());
        }
        let taken = helper.names().find(|name| has_word(&text, name));
        taken.map_or(Ok(()), |name| Err(format!("the module has a `{name}` of its own")))
    }

    fn accepts(&self, file: FileId, value: &Expr, patterns: &[String]) -> bool {
        !patterns.is_empty()
            && (accepts(patterns, &self.kinds(file, value, 2)) || self.is_one_of(file, value, patterns))
    }

    /// Whether a value is one of the literals and qualified names among the kinds, or an object of a class that they name.
    pub(super) fn is_one_of(&self, file: FileId, value: &Expr, patterns: &[String]) -> bool {
        let wanted: Vec<&String> = patterns.iter().filter(|pattern| pattern.contains(['.', '"'])).collect();
        if wanted.is_empty() {
            return false;
        }
        let types = &self.planner.resolver.types;
        let named = types.reference_names(file, value).into_iter().chain(types.literal(file, value));
        if named.into_iter().any(|name| wanted.contains(&&name)) {
            return true;
        }
        let shapes = self.planner.resolver.shapes(file, value);
        let is_of_one = |shape: &Shape| match shape {
            Shape::Instance(class) => types.mro(*class).first().is_some_and(|class| wanted.contains(&&class.name)),
            _ => false,
        };
        !shapes.is_empty() && shapes.iter().all(is_of_one)
    }
}
