//! What calls read or change of what the whole process has, beside their arguments.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::{Catalogue, Condition};

/// Calls that read or change something that is neither an argument of theirs nor what they are called on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Touches {
    pub of: String,
    pub calls: Vec<String>,
    /// The names of what they read, …
    #[serde(default)]
    pub reads: Vec<String>,
    /// … and of what they change.
    #[serde(default)]
    pub changes: Vec<String>,
    /// The names of what they do something to that counts on what was asked of it before.
    #[serde(default)]
    pub acts: Vec<String>,
    /// They are decorators: the functions that they decorate do so, and not they themselves.
    #[serde(default)]
    pub decorated: bool,
    /// Methods of a library's classes: they read what these read in the classes of the program that derive from those.
    #[serde(default)]
    pub through: Vec<String>,
    /// They do only if all of these hold, …
    #[serde(default)]
    pub when: Vec<Condition>,
    /// … and not if one of these does.
    #[serde(default)]
    pub unless: Vec<Condition>,
}

#[derive(Debug, Default)]
pub(super) struct AllTouches {
    rules: Vec<Touches>,
    by_last: FxHashMap<String, Vec<usize>>,
    places: FxHashSet<String>,
}

impl AllTouches {
    pub(super) fn add(&mut self, rule: &Touches) {
        for call in &rule.calls {
            self.by_last.entry(call.clone()).or_default().push(self.rules.len());
        }
        self.places.extend([&rule.reads, &rule.changes, &rule.acts].into_iter().flatten().cloned());
        self.rules.push(rule.clone());
    }
}

impl Touches {
    /// Whether it is about a call, by its qualified name.
    #[must_use]
    pub fn is_about(&self, name: &str) -> bool {
        name.rsplit_once('.').is_some_and(|(of, call)| of == self.of && self.calls.iter().any(|own| own == call))
    }
}

impl Catalogue {
    /// What calls of this last name may touch beside their arguments.
    pub fn touches(&self, last_name: &str) -> impl Iterator<Item = &Touches> {
        let rules = self.touches.by_last.get(last_name).into_iter().flatten();
        rules.filter_map(|index| self.touches.rules.get(*index))
    }

    /// Whether calls are known that touch a place, or a change of it is for one thread.
    #[must_use]
    pub fn is_place(&self, name: &str) -> bool {
        self.touches.places.contains(name) || self.bound_place(name).is_some()
    }

    /// Whether decorators have functions touch a place.
    #[must_use]
    pub fn is_touched_by_decorators(&self, place: &str) -> bool {
        let touches =
            |rule: &&Touches| [&rule.reads, &rule.changes, &rule.acts].into_iter().flatten().any(|own| own == place);
        self.touches.rules.iter().filter(|rule| rule.decorated).any(|rule| touches(&rule))
    }
}
