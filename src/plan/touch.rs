//! What a function reads and writes of the state that it shares with other tasks.
//!
//! A *place* is a chain of attributes from something shared: `self.cache`, `registry.entries`. What a container holds counts
//! as the container. A local variable that was bound to a place stands for it; an object that the function itself made is
//! nobody else's and has no place.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::name::Name;
use ruff_text_size::TextRange;

/// How many objects and containers inside one another are told apart.
const MOST_LEVELS: usize = 4;

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

/// What a value stands for: shared places, or an object or container of the function's own with something shared inside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Root {
    /// The places that it may be.
    places: BTreeSet<String>,
    /// What is in it, where it is a container of the function's own.
    items: Option<Box<Root>>,
    /// What attributes are, and what is under keys, where it is an object or a dictionary of the function's own.
    fields: BTreeMap<Name, Root>,
}

impl Root {
    pub(super) fn shared(place: impl Into<String>) -> Self {
        Self { places: BTreeSet::from([place.into()]), ..Self::default() }
    }

    /// An object of the function's own that has this as an attribute.
    pub(super) fn with_field(name: Name, value: Self) -> Self {
        Self { fields: BTreeMap::from([(name, value)]), ..Self::default() }.flat()
    }

    /// The places that it may be, where it is shared itself.
    pub(super) fn places(&self) -> impl Iterator<Item = &String> {
        self.places.iter()
    }

    /// One of them.
    pub(super) fn place(&self) -> Option<&String> {
        self.places.first()
    }

    /// Whether nothing shared is in it.
    pub(super) fn is_own(&self) -> bool {
        self.places.is_empty() && self.items.is_none() && self.fields.values().all(Self::is_own)
    }

    /// What stands for a new container of this.
    pub(super) fn held(self) -> Self {
        if self.is_own() { self } else { Self { items: Some(Box::new(self)), ..Self::default() }.flat() }
    }

    /// What stands for what is in it: what a shared container holds counts as the container.
    pub(super) fn item(self) -> Self {
        let shared = Self { places: self.places, ..Self::default() };
        let items = self.items.map(|items| *items);
        items.into_iter().chain(self.fields.into_values()).fold(shared, Self::or)
    }

    /// What stands for what is in it under a key.
    pub(super) fn keyed(mut self, key: &str) -> Self {
        let keyed = self.fields.remove(key).unwrap_or_default();
        self.fields.clear();
        keyed.or(self.item())
    }

    pub(super) fn attribute(mut self, name: &str) -> Self {
        let field = self.fields.remove(name).unwrap_or_default();
        field.or(self.own_attribute(name))
    }

    /// The attribute itself, and not what it holds.
    pub(super) fn own_attribute(&self, name: &str) -> Self {
        Self { places: self.places.iter().map(|place| format!("{place}.{name}")).collect(), ..Self::default() }
    }

    /// What may be one or the other.
    pub(super) fn or(mut self, other: Self) -> Self {
        self.places.extend(other.places);
        self.items = match (self.items, other.items) {
            (Some(one), Some(other)) => Some(Box::new(one.or(*other))),
            (one, other) => one.or(other),
        };
        for (name, field) in other.fields {
            let known = self.fields.remove(&name).unwrap_or_default();
            self.fields.insert(name, known.or(field));
        }
        self
    }

    fn levels(&self) -> usize {
        let inside = self.items.iter().map(|items| &**items).chain(self.fields.values());
        inside.map(|root| root.levels() + 1).max().unwrap_or(0)
    }

    /// What is further inside than can be told apart counts as the whole.
    fn flat(self) -> Self {
        if self.levels() > MOST_LEVELS { self.item() } else { self }
    }
}

/// What the parameters of a function stand for; those that are not here are shared objects known by their name.
pub(super) type Roots = BTreeMap<Name, Root>;

/// What a call passes, as places.
#[derive(Debug, Clone, Default)]
pub(super) struct Passed {
    pub receiver: Option<Root>,
    /// The object that is called, where classes of the program have `__call__`.
    pub called: Option<Root>,
    pub positional: Vec<Root>,
    pub keywords: Vec<(Name, Root)>,
    /// What `*rest` and `**options` hold.
    pub spread: Root,
}

impl Passed {
    /// The places of the arguments, where they have one.
    pub(super) fn places(&self) -> impl Iterator<Item = &String> {
        let named = self.keywords.iter().map(|(_, root)| root);
        self.positional.iter().chain(named).chain(std::iter::once(&self.spread)).flat_map(Root::places)
    }
}

/// What a function touches and what it passes to each of its calls, once it is known what its parameters stand for.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub touches: Vec<Touch>,
    /// In the order of [`super::outline::Outline::calls`].
    pub calls: Vec<Passed>,
}
