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
    /// Its items are gone through, not what they hold.
    Walk,
    /// It is given to a library, which goes through all of it.
    Scan,
    Write,
    /// `+=`
    Augment,
    /// `append`, `pop`, …
    Mutate,
    /// Something is done to it that counts on what was asked before: `future.set_result(…)`.
    Act,
}

impl Kind {
    pub(super) fn is_read(self) -> bool {
        matches!(self, Self::Read | Self::Walk | Self::Scan)
    }

    /// Whether it goes wrong where what it goes through changes meanwhile.
    pub(super) fn goes_through(self) -> bool {
        matches!(self, Self::Walk | Self::Scan)
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

/// What a name stands for: a shared place, an object of the function's own, or containers of its own with something shared inside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Root {
    place: Option<String>,
    /// How many containers of the function's own the place is in.
    depth: u8,
}

impl Root {
    pub(super) fn shared(place: impl Into<String>) -> Self {
        Self { place: Some(place.into()), depth: 0 }
    }

    /// The place, where it is shared itself.
    pub(super) fn place(&self) -> Option<&String> {
        self.place.as_ref().filter(|_| self.depth == 0)
    }

    pub(super) fn is_own(&self) -> bool {
        self.place.is_none()
    }

    /// What stands for a new container of this.
    pub(super) fn held(self) -> Self {
        let depth = if self.is_own() { 0 } else { self.depth.saturating_add(1) };
        Self { depth, ..self }
    }

    /// What stands for what is in it: what a shared container holds counts as the container.
    pub(super) fn item(self) -> Self {
        Self { depth: self.depth.saturating_sub(1), ..self }
    }

    pub(super) fn attribute(self, name: &str) -> Self {
        match self.place {
            Some(place) if self.depth == 0 => Self::shared(format!("{place}.{name}")),
            _ => Self::default(),
        }
    }

    /// The one of two that others can reach by the shorter way.
    pub(super) fn or(self, other: Self) -> Self {
        let is_nearer = self.is_own() || !other.is_own() && other.depth < self.depth;
        if is_nearer { other } else { self }
    }
}

/// What the parameters of a function stand for; those that are not here are shared objects known by their name.
pub(super) type Roots = BTreeMap<Name, Root>;

/// What a call passes, as places.
#[derive(Debug, Clone, Default)]
pub(super) struct Passed {
    pub receiver: Option<Root>,
    pub positional: Vec<Root>,
    pub keywords: Vec<(Name, Root)>,
    /// What `*rest` and `**options` hold.
    pub spread: Root,
}

impl Passed {
    /// The places of the arguments, where they have one.
    pub(super) fn places(&self) -> impl Iterator<Item = &String> {
        let named = self.keywords.iter().map(|(_, root)| root);
        self.positional.iter().chain(named).chain(std::iter::once(&self.spread)).filter_map(Root::place)
    }
}

/// What a function touches and what it passes to each of its calls, once it is known what its parameters stand for.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub touches: Vec<Touch>,
    /// In the order of [`super::outline::Outline::calls`].
    pub calls: Vec<Passed>,
}
