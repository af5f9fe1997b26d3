//! Calls that change an object: what they are called on, or an argument.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::{Catalogue, last};

/// Calls that change an object which a program may look at before, or behind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutates {
    pub of: String,
    pub calls: Vec<String>,
    /// The position of the argument that is changed; without one it is what the call is made on.
    #[serde(default)]
    pub at: Option<usize>,
    /// The attribute of it that is changed, where the rest stays as it is.
    #[serde(default, rename = "in")]
    pub part: Option<String>,
    /// It only counts for what was asked of the object before.
    #[serde(default)]
    pub acts: bool,
}

/// What a call changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    pub at: Option<usize>,
    pub part: Option<String>,
    pub acts: bool,
}

#[derive(Debug, Default)]
pub(super) struct Mutations {
    by_name: FxHashMap<String, Mutation>,
    last_names: FxHashSet<String>,
}

impl Mutations {
    pub(super) fn add(&mut self, rule: &Mutates) {
        for call in &rule.calls {
            let mutation = Mutation { at: rule.at, part: rule.part.clone(), acts: rule.acts };
            self.by_name.insert(format!("{}.{call}", rule.of), mutation);
            self.last_names.insert(last(call).to_owned());
        }
    }
}

impl Catalogue {
    /// Whether a call of this last name may be one that changes an object.
    #[must_use]
    pub fn may_mutate(&self, last_name: &str) -> bool {
        self.mutations.last_names.contains(last_name)
    }

    /// What a call changes, by its qualified name.
    #[must_use]
    pub fn mutation(&self, name: &str) -> Option<&Mutation> {
        self.mutations.by_name.get(name)
    }
}
