//! Classes and the order in which their attributes are looked up.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use rustc_hash::FxHashMap;

use super::facts::Facts;
use super::types::{DefId, Types};

/// What is known of a class.
#[derive(Debug)]
pub struct ClassInfo {
    pub id: DefId,
    /// Qualified, under the name people import it by.
    pub name: String,
    pub bases: Vec<DefId>,
    members: FxHashMap<Name, Option<DefId>>,
}

impl ClassInfo {
    pub(super) fn new(id: DefId, name: String, facts: &Facts, bases: Vec<DefId>) -> Self {
        let mut members = FxHashMap::default();
        if let Some(class) = facts.class_at(id.start).and_then(|index| facts.classes.get(index as usize)) {
            for (member, function) in &class.members {
                let function = function
                    .and_then(|index| facts.functions.get(index as usize))
                    .map(|function| DefId { file: id.file, start: function.start });
                members.insert(member.clone(), function);
            }
        }
        Self { id, name, bases, members }
    }

    /// What its own body binds `name` to: `Some(None)` is something that is not a function.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<Option<DefId>> {
        self.members.get(name).copied()
    }
}

/// A class and its bases, in the order of attribute lookup.
pub type Mro = Arc<Vec<Arc<ClassInfo>>>;

impl Types {
    /// The method resolution order of `class` (C3, see the Python 2.3 release's description of it). A hierarchy that
    /// has no such order is listed depth first.
    #[must_use]
    pub fn mro(&self, class: DefId) -> Mro {
        if let Some(mro) = self.world.mro(class) {
            return mro;
        }
        let order = self.linearize(class, &mut Vec::new());
        let mro: Mro = Arc::new(order.into_iter().map(|id| self.class(id)).collect());
        self.world.set_mro(class, Arc::clone(&mro));
        mro
    }

    fn linearize(&self, class: DefId, open: &mut Vec<DefId>) -> Vec<DefId> {
        if open.contains(&class) {
            return Vec::new();
        }
        open.push(class);
        let bases = self.class(class).bases.clone();
        let mut lists: Vec<Vec<DefId>> = bases.iter().map(|base| self.linearize(*base, open)).collect();
        lists.push(bases);
        open.pop();
        let mut order = vec![class];
        order.extend(merge(lists));
        order
    }
}

fn merge(mut lists: Vec<Vec<DefId>>) -> Vec<DefId> {
    let mut order = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return order;
        }
        let free = lists.iter().map(|list| list[0]).find(|head| !lists.iter().any(|list| list[1..].contains(head)));
        let next = free.unwrap_or(lists[0][0]);
        order.push(next);
        for list in &mut lists {
            list.retain(|id| *id != next);
        }
    }
}
