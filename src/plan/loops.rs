//! How many event loops a program runs: an object that belongs to one must not be kept between them.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use super::decide::Planner;
use crate::analysis::{Lookup, Posting};
use crate::project::RUNNERS;

impl Planner<'_> {
    /// Whether the program may run more than one loop.
    pub(super) fn has_more_loops(&self) -> bool {
        let index = self.resolver.index();
        let runs = index
            .calls(RUNNERS[0])
            .iter()
            .filter(|posting| self.may_call(**posting, &|name| name.starts_with("asyncio.")));
        let own = self.resolver.catalogue().loops.iter();
        let own = own.flat_map(|name| {
            let last = name.rsplit('.').next().unwrap_or(name);
            index.calls(last).iter().filter(move |posting| self.may_call(**posting, &|found| found == name))
        });
        let own: usize = own.map(|posting| if self.is_entered(*posting) { 1 } else { 2 }).sum();
        ["new_event_loop", "run_coroutine_threadsafe"].iter().any(|name| !index.calls(name).is_empty())
            || runs.count() + index.calls(RUNNERS[1]).len() + own > 1
    }

    /// Whether what a call calls has one of these names.
    fn may_call(&self, posting: Posting, is_it: &dyn Fn(&str) -> bool) -> bool {
        let types = &self.resolver.types;
        let (Some(call), Some(ast)) = (types.world().call_at(posting), types.ast(posting.0)) else { return true };
        let Some(node) = ast.call(call.range) else { return false };
        let targets = self.resolver.targets(posting.0, &node.func);
        let mut spelled = types.reference_names(posting.0, &node.func);
        if let Expr::Name(name) = &*node.func {
            // The library need not be there.
            let facts = types.facts(posting.0);
            let imports = facts.imports.iter().filter(|import| import.level == 0 && import.bound == name.id);
            spelled.extend(imports.filter_map(|import| Some(format!("{}.{}", import.module, import.name.as_ref()?))));
        }
        targets.iter().flat_map(|target| &target.names).chain(&spelled).any(|name| is_it(name))
    }

    /// Whether a `with` enters what a call makes.
    fn is_entered(&self, posting: Posting) -> bool {
        let types = &self.resolver.types;
        let (Some(call), Some(ast)) = (types.world().call_at(posting), types.ast(posting.0)) else { return false };
        let path = ast.path(call.range);
        path.iter().any(|node| matches!(node, AnyNodeRef::WithItem(item) if item.context_expr.range() == call.range))
    }
}
