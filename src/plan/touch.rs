//! What a function reads and writes of the state that it shares with other tasks.
//!
//! A *place* is a chain of attributes from something shared: `self.cache`, `registry.entries`. What a container holds counts
//! as the container. A local variable that was bound to a place stands for it; an object that the function itself made is
//! nobody else's and has no place.

use std::collections::BTreeMap;

use ruff_python_ast::name::Name;
use ruff_text_size::TextRange;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Read,
    /// All of it is gone through: iterated over, or given to a library.
    Scan,
    Write,
    /// `+=`
    Augment,
    /// `append`, `pop`, …
    Mutate,
}

impl Kind {
    pub(super) fn is_read(self) -> bool {
        matches!(self, Self::Read | Self::Scan)
    }

    pub(super) fn is_write(self) -> bool {
        !self.is_read()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Touch {
    pub place: String,
    pub kind: Kind,
    /// What the touch spans: a `+=` reads at its start and writes at its end.
    pub range: TextRange,
    /// A thread lock is held meanwhile, so that no other thread does the same.
    pub is_locked: bool,
}

/// What a name stands for: a shared place, or an object of the function's own.
pub(super) type Root = Option<String>;

/// What the parameters of a function stand for; those that are not here are shared objects known by their name.
pub(super) type Roots = BTreeMap<Name, Root>;

/// What a call passes, as places.
#[derive(Debug, Clone, Default)]
pub(super) struct Passed {
    pub receiver: Option<Root>,
    pub positional: Vec<Root>,
    pub keywords: Vec<(Name, Root)>,
}

impl Passed {
    /// The places of the arguments, where they have one.
    pub(super) fn places(&self) -> impl Iterator<Item = &String> {
        self.positional.iter().chain(self.keywords.iter().map(|(_, root)| root)).flatten()
    }
}

/// What a function touches and what it passes to each of its calls, once it is known what its parameters stand for.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub touches: Vec<Touch>,
    /// In the order of [`super::outline::Outline::calls`].
    pub calls: Vec<Passed>,
}
