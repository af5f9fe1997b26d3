//! Ways from the loop that no object can go.
//!
//! A method that calls another one of its own object runs what overrides that in the class of the object, and in no other. So what stands
//! above such a call is asked again which objects it may be about: `self.fetch()` in a base class runs the `fetch` of one of its
//! subclasses only for who calls it on an object of that.

use std::collections::hash_map::Entry;

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};

use super::callers::{Callers, Edge, Via};
use super::findings::Hop;
use super::index::{FnId, Lookup};
use super::resolve::Resolver;
use super::search::Graph;
use super::sites::Site;
use crate::project::{DefId, Shape};

/// A function, and the class that its object must be of, or derived from.
type State = (FnId, Option<DefId>);

/// The ways to a site that there are.
pub(super) struct Ways {
    /// The shortest one, from the loop on.
    pub chain: Option<Vec<Hop>>,
    pub entries: Vec<Hop>,
}

impl Resolver<'_> {
    /// The functions that some caller runs only on objects of their own class.
    pub(super) fn narrowing(&self, graph: &Graph) -> FxHashSet<FnId> {
        let is_narrowed = |(id, callers): &(&FnId, &Callers)| {
            callers.edges.iter().any(|edge| matches!(self.carried((**id, None), edge), Some(Some(_))))
        };
        graph.callers.iter().filter(is_narrowed).map(|(id, _)| *id).collect()
    }

    /// The ways from the loop to a site.
    pub(super) fn ways(&self, site: &Site, graph: &Graph, is_entry: &dyn Fn(FnId) -> bool) -> Ways {
        let own = Hop { function: site.function, at: site.range, via: site.via() };
        let start: State = (site.function, None);
        let mut came: FxHashMap<State, Option<(State, Hop)>> = FxHashMap::from_iter([(start, None)]);
        let mut entries: FxHashSet<Hop> = FxHashSet::default();
        let mut nearest = is_entry(site.function).then_some(start);
        entries.extend(nearest.map(|_| own));
        let mut layer = vec![start];
        while !layer.is_empty() {
            let mut above = Vec::new();
            for state in std::mem::take(&mut layer) {
                let edges = graph.callers.get(&state.0).into_iter().flat_map(|callers| &callers.edges);
                for edge in edges.filter(|edge| graph.distance.contains_key(&edge.caller)) {
                    let Some(wanted) = self.carried(state, edge) else { continue };
                    let next = (edge.caller, wanted);
                    let hop = Hop { function: edge.caller, at: edge.at, via: edge.via };
                    if is_entry(edge.caller) {
                        entries.insert(hop);
                    }
                    if let Entry::Vacant(new) = came.entry(next) {
                        new.insert(Some((state, hop)));
                        above.push(next);
                        if nearest.is_none() && is_entry(edge.caller) {
                            nearest = Some(next);
                        }
                    }
                }
            }
            layer = above;
        }
        let mut entries: Vec<Hop> = entries.into_iter().collect();
        entries.sort_unstable_by_key(|hop| (hop.function, hop.at.start(), hop.at.end()));
        let chain = nearest.map(|nearest| {
            let mut chain = Vec::new();
            let mut state = nearest;
            while let Some(Some((below, hop))) = came.get(&state) {
                chain.push(*hop);
                state = *below;
            }
            chain.push(own);
            chain
        });
        Ways { chain, entries }
    }

    /// The class that the object of the caller must be of where it calls what it calls on an object of a class; `None` where it cannot.
    fn carried(&self, (callee, wanted): State, edge: &Edge) -> Option<Option<DefId>> {
        let world = self.types.world();
        let caller_class = world.enclosing_class(edge.caller);
        let callee_class = world.enclosing_class(callee);
        let below = caller_class.zip(callee_class).is_some_and(|(up, down)| up != down && self.derives(down, up));
        let Some(class) = wanted.or(callee_class.filter(|_| below)) else { return Some(None) };
        if !matches!(edge.via, Via::Call | Via::Awaited | Via::Property) {
            return Some(None);
        }
        let Some(ast) = self.types.ast(edge.caller.file) else { return Some(None) };
        let path = ast.path(edge.at);
        let object = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::ExprCall(call) if call.range() == edge.at => call.func.as_attribute_expr(),
            AnyNodeRef::ExprAttribute(attribute) if attribute.range() == edge.at => Some(attribute),
            _ => None,
        });
        let Some(object) = object.map(|attribute| &*attribute.value) else { return Some(None) };
        if is_own_object(object) {
            let Some(around) = caller_class else { return Some(None) };
            return if self.derives(around, class) {
                Some(None)
            } else {
                (self.derives(class, around) || self.have_common_heir(class, around)).then_some(Some(class))
            };
        }
        if wanted.is_none() {
            return Some(None);
        }
        let shapes = self.shapes(edge.caller.file, object);
        let may_be = |shape: &Shape| match shape {
            Shape::Instance(found) | Shape::Class(found) => {
                self.derives(*found, class)
                    || self.derives(class, *found) && !self.is_exact(edge.caller.file, object, *found)
                    || self.is_protocol(*found)
                    || self.have_common_heir(class, *found)
            }
            _ => true,
        };
        (shapes.is_empty() || shapes.iter().any(may_be)).then_some(None)
    }

    /// Whether some class of the program derives from both.
    fn have_common_heir(&self, one: DefId, other: DefId) -> bool {
        let name = self.types.class_name(one);
        let names = self.index().with_subclasses(&Name::new(name.rsplit('.').next().unwrap_or(&name)));
        let mut heirs = names.iter().flat_map(|name| self.index().classes(name));
        one != other && heirs.any(|heir| self.derives(*heir, one) && self.derives(*heir, other))
    }
}

/// `self`, `cls` or `super()`
fn is_own_object(object: &Expr) -> bool {
    match object {
        Expr::Name(name) => matches!(name.id.as_str(), "self" | "cls"),
        Expr::Call(call) => call.func.as_name_expr().is_some_and(|name| name.id.as_str() == "super"),
        _ => false,
    }
}
