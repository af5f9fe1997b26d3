//! What a function makes, works on, and then gives away for good: `found = read(folder)`, …, `self.found = found`.

use ruff_python_ast::ExprName;
use ruff_text_size::Ranged;

use super::{DEPTH, Factory, ask};
use crate::analysis::{FnId, Lookup};
use crate::plan::memo::Survey;
use crate::project::goes_round;

/// Whether a name stands for a container or an object that the function has made, and that only who gets it here has from now on.
pub(in crate::plan) fn is_given_away(survey: Survey<'_>, id: FnId, name: &ExprName) -> bool {
    ask(survey, id, DEPTH, |factory| factory.is_given_away(name)).unwrap_or(false)
}

impl Factory<'_> {
    fn is_given_away(&self, name: &ExprName) -> bool {
        let types = &self.survey.resolver.types;
        let facts = types.facts(self.id.file);
        let Some(own) = types.world().function(self.id) else { return false };
        let mut loads = facts
            .loads
            .iter()
            .filter(|load| load.name == name.id && own.range.contains_range(load.range) && load.range != name.range());
        let is_over = |range| self.is_only_used(range) && !self.is_returned(range) && range.end() <= name.start();
        let path = self.ast.path(name.range());
        let is_once = !path.iter().any(|node| goes_round(*node) && own.range.contains_range(node.range()));
        is_once
            && self.names.is_local(&name.id)
            && !self.is_parameter(&name.id)
            && loads.all(|load| load.function == self.id.index && is_over(load.range))
            && self.bound_to(&name.id).iter().all(|(_, levels)| !levels.is_empty())
    }
}
