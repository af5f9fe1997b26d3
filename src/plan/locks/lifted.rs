//! Uses of places, seen from the calls that lead to them: what a method does with its object, its caller does with what it calls it on.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::Held;
use super::doing::{Doing, doing_at};
use super::uses::{Owner, Use};
use crate::analysis::{Edge, FnId, Lookup};
use crate::plan::decide::Planner;
use crate::plan::state::{Turn, Work};
use crate::project::dotted;
use crate::project::facts::{Function, FunctionKind, MODULE};

/// More uses than this are not looked at.
const MOST: usize = 400;

impl Planner<'_> {
    /// The uses where coroutines, the module or regions make them; those that nobody is seen to call stay where they are. `None` where
    /// there are too many.
    pub(super) fn lifted(&self, uses: Vec<Use>, regions: &[Held]) -> Option<Vec<Use>> {
        let (mut open, mut lifted) = (uses, Vec::new());
        let mut seen = FxHashSet::default();
        while let Some(one) = open.pop() {
            let is_there = one.is_start || regions.iter().any(|held| one.is_in(held));
            let above = if is_there { None } else { self.lift(&one) };
            let Some(above) = above else {
                lifted.push(one);
                continue;
            };
            open.extend(above.into_iter().filter(|one| seen.insert(one.clone())));
            if seen.len() > MOST {
                return None;
            }
        }
        Some(lifted)
    }

    /// A use one step up; `None` where it stays.
    fn lift(&self, one: &Use) -> Option<Vec<Use>> {
        let world = self.resolver.types.world();
        let function = world.function(one.function).filter(|_| one.function.index != MODULE)?;
        let is_plain = function.kind == FunctionKind::Def && !function.is_async && !function.is_generator;
        // To read a property is to call it.
        let is_named_only = function.is_property || self.resolver.index().loads(&function.name).is_empty();
        let callers = self.survey.callers(one.function, &self.ground.analysis.graph);
        if !is_plain || !is_named_only || callers.are_of_loop() || callers.cached || callers.edges.is_empty() {
            return None;
        }
        callers.edges.iter().map(|edge| self.lifted_to(one, function, *edge)).collect()
    }

    fn lifted_to(&self, one: &Use, function: &Function, edge: Edge) -> Option<Use> {
        let ast = self.resolver.types.ast(edge.caller.file)?;
        let path = ast.path(edge.at);
        let called_on = called_on(&path, edge.at);
        let owner = match &one.owner {
            Owner::Module if edge.caller.file == one.function.file => Owner::Module,
            Owner::Named(owner) => self.owner_above(one.function, function, owner, edge, called_on),
            Owner::Static(Some(owner)) => match self.owner_above(one.function, function, owner, edge, called_on) {
                Owner::Named(owner) => Owner::Static(Some(owner)),
                _ => Owner::Static(None),
            },
            Owner::Static(None) => Owner::Static(None),
            _ => Owner::Unknown,
        };
        let doing = match one.doing {
            Doing::Return => doing_at(&path, edge.at),
            Doing::Item(item) if self.is_kept_in(one.function, item) => Doing::Content,
            Doing::Item(item) if self.is_harmless(one.function, item) => Doing::Item(edge.at),
            Doing::Item(_) => Doing::Other,
            doing => doing,
        };
        Some(Use { function: edge.caller, range: edge.at, owner, doing, is_start: false, ..one.clone() })
    }

    /// What a caller names by what the function names so.
    fn owner_above(&self, id: FnId, function: &Function, owner: &str, edge: Edge, called_on: Option<&Expr>) -> Owner {
        let (root, rest) = owner.split_once('.').map_or((owner, None), |(root, rest)| (root, Some(rest)));
        let is_receiver = function.class.is_some()
            && (function.is_property || function.decorators.is_empty())
            && function.parameters.first().is_some_and(|first| first.name == root);
        let above = if is_receiver {
            called_on.and_then(dotted)
        } else {
            let is_same =
                edge.caller.file == id.file && self.is_variable_in(id, root) && self.is_variable_in(edge.caller, root);
            is_same.then(|| root.to_owned())
        };
        let with_rest = |root: String| rest.map_or_else(|| root.clone(), |rest| format!("{root}.{rest}"));
        above.map_or(Owner::Unknown, |root| Owner::Named(with_rest(root)))
    }

    /// Whether no other task runs when a use is made, or none that comes to a region.
    pub(super) fn is_beside(&self, one: &Use, regions: &[Held]) -> bool {
        let (function, at) = (one.function, one.range);
        let held = |held: &Held| Work { of: held.function, at: held.range, is_call: false, functions: &[] };
        let works = regions.iter().map(held);
        let turn = Turn { functions: &FxHashSet::default(), works: works.collect() };
        if one.gets_out() {
            return self.is_late(function, at) || self.is_calm_from(function, at, &turn);
        }
        function.index == MODULE
            || self.resolver.is_beside_program(function.file)
            || self.is_early(function, at)
            || self.is_late(function, at)
            || self.is_calm(function, at, &turn)
    }
}

/// What a method is called on, by a call, an operator or an attribute.
fn called_on<'a>(path: &[AnyNodeRef<'a>], at: TextRange) -> Option<&'a Expr> {
    path.iter().rev().filter(|node| node.range() == at).find_map(|node| match node {
        AnyNodeRef::ExprCall(call) => call.func.as_attribute_expr().map(|method| &*method.value),
        AnyNodeRef::ExprAttribute(attribute) => Some(&*attribute.value),
        AnyNodeRef::ExprSubscript(subscript) => Some(&*subscript.value),
        AnyNodeRef::ExprCompare(compare) => match (&*compare.ops, &*compare.comparators) {
            ([ast::CmpOp::In | ast::CmpOp::NotIn], [container]) => Some(container),
            _ => None,
        },
        _ => None,
    })
}
