//! Calls whose answers leave something in the object that they are made on, for its next calls.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::{Catalogue, last};

/// Calls that leave something behind. Whether a program counts on it shows in what it asks their answers for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaves {
    pub of: String,
    pub calls: Vec<String>,
    /// The attribute that it is in.
    #[serde(rename = "in")]
    pub part: String,
    /// Who asks an answer for no more than these made the call for what it leaves behind.
    #[serde(default)]
    pub asks: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct Left {
    rules: Vec<Leaves>,
    by_name: FxHashMap<String, usize>,
    last_names: FxHashSet<String>,
}

impl Left {
    pub(super) fn add(&mut self, rule: &Leaves) {
        for call in &rule.calls {
            self.by_name.insert(format!("{}.{call}", rule.of), self.rules.len());
            self.last_names.insert(last(call).to_owned());
        }
        self.rules.push(rule.clone());
    }
}

impl Catalogue {
    /// Whether a call of this last name may be one that leaves something in its object.
    #[must_use]
    pub fn may_leave(&self, last_name: &str) -> bool {
        self.left.last_names.contains(last_name)
    }

    /// What a call leaves in its object, by its qualified name.
    #[must_use]
    pub fn leaves(&self, name: &str) -> Option<&Leaves> {
        self.left.rules.get(*self.left.by_name.get(name)?)
    }
}
