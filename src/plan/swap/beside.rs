//! Whether other libraries may raise the exceptions that an `except` clause names, beside the calls that another library takes over: they may
//! call the blocking one themselves.

use ruff_python_ast::{self as ast, AnyNodeRef};
use ruff_python_stdlib::sys::is_known_standard_library;
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::Clause;
use super::errors::Guards;
use super::handed_in::is_given;
use super::uses::Around;
use super::waits::{is_own_method, missing_library};
use crate::analysis::{FnId, Lookup};
use crate::catalogue::Target;
use crate::plan::decide::Planner;
use crate::project::{Ast, Target as Called};

/// In more functions than this, nothing is looked for.
const MOST_FUNCTIONS: usize = 100;
/// How many variables are followed to what a library gives.
const DEPTH: usize = 3;
/// Of the modules that Python brings, those of its newest version count.
const NEWEST: u8 = 14;

impl Planner<'_> {
    /// Whether calls of other libraries stand in what a clause guards, or in functions of the program that run there.
    pub(super) fn others_may_raise(&self, clause: &Clause, target: &Target) -> bool {
        let types = &self.resolver.types;
        let mut seen: FxHashSet<FnId> = FxHashSet::default();
        let mut open: Vec<(FnId, TextRange)> = vec![(clause.function, clause.body)];
        while let Some((id, within)) = open.pop() {
            let Some(tree) = types.ast(id.file) else { return true };
            let facts = types.facts(id.file);
            let calls =
                facts.calls.iter().filter(|call| call.function == id.index && within.contains_range(call.range));
            for call in calls.filter_map(|call| tree.call(call.range)) {
                let called = self.survey.targets(id.file, call);
                let is_unknown = called.is_empty() && {
                    let library = missing_library(self.survey, id.file, &call.func, DEPTH);
                    library.map_or_else(
                        || clause.guards == Guards::Elsewhere && self.is_unknown_object(id, &tree, call),
                        |top| is_other(&top, target),
                    )
                };
                if is_unknown || called.iter().any(|called| self.is_of_others(called, target)) {
                    return true;
                }
                let own = called.iter().filter_map(|called| types.world().fn_of(called.function?));
                for own in own.filter(|own| types.world().is_own(own.file)) {
                    if seen.insert(own) {
                        let range = types.world().function(own).map(|function| function.range);
                        open.extend(range.map(|range| (own, range)));
                    }
                }
            }
            if seen.len() > MOST_FUNCTIONS {
                return true;
            }
        }
        false
    }

    fn is_of_others(&self, called: &Called, target: &Target) -> bool {
        let is_own = called.function.is_some_and(|def| self.resolver.types.world().is_own(def.file));
        let is_remark = |name: &String| {
            name.rsplit_once('.').is_some_and(|(of, _)| target.remarks.iter().any(|remark| remark == of))
        };
        let top = called.names.first().and_then(|name| name.split('.').next());
        !is_own && !called.names.iter().any(is_remark) && top.is_some_and(|top| is_other(top, target))
    }

    /// Whether something of an object that the program was given, and of which nothing is known, is awaited.
    fn is_unknown_object(&self, id: FnId, tree: &Ast, call: &ast::ExprCall) -> bool {
        let is_awaited = matches!(Around::of(tree, call.range()).parent(), Some(AnyNodeRef::ExprAwait(_)));
        is_awaited
            && call.func.is_attribute_expr()
            && is_given(self.survey, id, &call.func, 0)
            && !is_own_method(self.survey, id.file, &call.func)
    }
}

/// Whether a library is another one than those that a target is about, and not Python's own.
fn is_other(top: &str, target: &Target) -> bool {
    let mut known = target.error.iter().flat_map(|error| error.of.iter().chain(&error.to)).chain(&target.remarks);
    !is_known_standard_library(NEWEST, top)
        && top != "builtins"
        && !known.any(|name| name.split('.').next() == Some(top))
}
