//! What a function reads and writes of the state that it shares with other tasks.
//!
//! A *place* is a chain of attributes from something shared: `self.cache`, `registry.entries`. What a container holds counts
//! as the container. A local variable that was bound to a place stands for it; an object that the function itself made is
//! nobody else's and has no place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_text_size::TextRange;

/// How many objects and containers inside one another are told apart.
const MOST_LEVELS: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Read,
    /// It is only bound to a variable, or given to a function of the program: what is asked of it is seen there.
    Hand,
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
    /// A call leaves something in it for the next one, and was made for that. What was read before does not matter.
    Leave,
}

impl Kind {
    pub(super) fn is_read(self) -> bool {
        matches!(self, Self::Read | Self::Hand | Self::Walk | Self::Scan)
    }

    /// Whether it goes wrong where what it goes through changes meanwhile.
    pub(super) fn goes_through(self) -> bool {
        matches!(self, Self::Walk | Self::Scan)
    }

    /// Whether what is read behind it counts on it.
    pub(super) fn is_counted_on(self) -> bool {
        matches!(self, Self::Write | Self::Augment | Self::Mutate | Self::Leave)
    }

    pub(super) fn is_write(self) -> bool {
        matches!(self, Self::Write | Self::Augment | Self::Mutate | Self::Act)
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

/// What a value stands for: shared places, or an object or container of the function's own with something shared inside. Nothing where
/// nobody else has any of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Root(Option<Arc<Content>>);

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Content {
    /// The places that it may be, each with the attributes that are no place of their own: what belongs to one task is not shared.
    places: BTreeMap<String, Option<Arc<BTreeSet<Name>>>>,
    /// What is in it, where it is a container of the function's own.
    items: Root,
    /// What attributes are, and what is under keys, where it is an object or a dictionary of the function's own.
    fields: BTreeMap<Name, Root>,
}

impl Root {
    pub(super) fn shared(place: impl Into<String>) -> Self {
        Content { places: BTreeMap::from([(place.into(), None)]), ..Content::default() }.into_root()
    }

    /// An object that one task has alone, with the attributes that belong to it; others may have what the rest of them hold.
    pub(super) fn confined(place: impl Into<String>, own: Arc<BTreeSet<Name>>) -> Self {
        Content { places: BTreeMap::from([(place.into(), Some(own))]), ..Content::default() }.into_root()
    }

    /// An object of the function's own that has this as an attribute.
    pub(super) fn with_field(name: Name, value: Self) -> Self {
        if value.is_own() {
            return value;
        }
        Content { fields: BTreeMap::from([(name, value)]), ..Content::default() }.into_root()
    }

    /// The places that it may be, where it is shared itself.
    pub(super) fn places(&self) -> impl Iterator<Item = &String> {
        self.0.iter().flat_map(|content| content.places.keys())
    }

    /// One of them.
    pub(super) fn place(&self) -> Option<&String> {
        self.places().next()
    }

    /// Whether nothing shared is in it.
    pub(super) fn is_own(&self) -> bool {
        self.0.is_none()
    }

    /// What stands for a new container of this.
    pub(super) fn held(self) -> Self {
        if self.is_own() { self } else { Content { items: self, ..Content::default() }.into_root() }
    }

    /// What stands for what is in it: what a shared container holds counts as the container.
    pub(super) fn item(&self) -> Self {
        let Some(content) = &self.0 else { return Self::default() };
        if content.items.is_own() && content.fields.is_empty() {
            return self.clone();
        }
        let shared = Content { places: content.places.clone(), ..Content::default() }.into_root();
        std::iter::once(&content.items).chain(content.fields.values()).fold(shared, Self::or)
    }

    /// What stands for what is in it under a key.
    pub(super) fn keyed(&self, key: &str) -> Self {
        let Some(content) = &self.0 else { return Self::default() };
        match content.fields.get(key) {
            // What is under other keys is something else.
            Some(keyed) => Content { fields: BTreeMap::new(), ..Content::clone(content) }.into_root().item().or(keyed),
            None => self.item(),
        }
    }

    pub(super) fn attribute(&self, name: &str) -> Self {
        let field = self.0.as_ref().and_then(|content| content.fields.get(name));
        // What it holds under a name that is not known may be this.
        let items = self.0.as_ref().map(|content| &content.items);
        let shared = self.attributes(|own| own.is_some_and(|own| own.contains(name)), name);
        field.into_iter().chain(items).fold(shared, Self::or)
    }

    /// The attribute itself, and not what it holds.
    pub(super) fn own_attribute(&self, name: &str) -> Self {
        self.attributes(|own| own.is_some(), name)
    }

    /// An attribute of the places where it is shared.
    fn attributes(&self, is_own: impl Fn(Option<&BTreeSet<Name>>) -> bool, name: &str) -> Self {
        let Some(content) = &self.0 else { return Self::default() };
        let shared = content.places.iter().filter(|(_, own)| !is_own(own.as_deref()));
        let places = shared.map(|(place, _)| (attribute_of(place, name), None)).collect();
        Content { places, ..Content::default() }.into_root()
    }

    /// The same, where nothing of it belongs to one task.
    pub(super) fn of_anybody(&self) -> Self {
        let Some(content) = &self.0 else { return Self::default() };
        let places = content.places.keys().map(|place| (place.clone(), None)).collect();
        let fields = content.fields.iter().map(|(name, field)| (name.clone(), field.of_anybody())).collect();
        Content { places, items: content.items.of_anybody(), fields }.into_root()
    }

    /// What may be one or the other.
    pub(super) fn or(self, other: &Self) -> Self {
        let (mut content, other) = match (self.0, &other.0) {
            (None, _) => return other.clone(),
            (Some(own), None) => return Self(Some(own)),
            (Some(own), Some(other)) if own == *other => return Self(Some(own)),
            (Some(own), Some(other)) => (Arc::unwrap_or_clone(own), other),
        };
        for (place, own) in &other.places {
            let known = content.places.entry(place.clone()).or_insert_with(|| own.clone());
            if known != own {
                *known = None;
            }
        }
        content.items = content.items.or(&other.items);
        for (name, field) in &other.fields {
            let known = content.fields.remove(name).unwrap_or_default();
            content.fields.insert(name.clone(), known.or(field));
        }
        content.into_root()
    }

    /// The same, where what is inside one of the places, like a node of a tree in another one, counts as that place.
    pub(super) fn outermost(self) -> Self {
        let Some(content) = self.0 else { return self };
        let mut content = Arc::unwrap_or_clone(content);
        let is_inside = |place: &String, other: &String| {
            place.strip_prefix(other.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        let inner: Vec<String> = content
            .places
            .keys()
            .filter(|place| content.places.keys().any(|other| is_inside(place, other)))
            .cloned()
            .collect();
        content.places.retain(|place, _| !inner.contains(place));
        Self(Some(Arc::new(content)))
    }

    fn levels(&self) -> usize {
        let Some(content) = &self.0 else { return 0 };
        let inside = std::iter::once(&content.items).chain(content.fields.values());
        inside.filter(|root| !root.is_own()).map(|root| root.levels() + 1).max().unwrap_or(0)
    }
}

impl Content {
    /// What is further inside than can be told apart counts as the whole.
    fn into_root(self) -> Root {
        if self.places.is_empty() && self.items.is_own() && self.fields.values().all(Root::is_own) {
            return Root::default();
        }
        let root = Root(Some(Arc::new(self)));
        if root.levels() > MOST_LEVELS { root.item() } else { root }
    }
}

/// The place of an attribute. What objects that are alike have inside one another, like the nodes of a tree, is one place:
/// `node.next.next` is `node.next`.
fn attribute_of(place: &str, name: &str) -> String {
    let mut end = 0;
    for (position, part) in place.split('.').enumerate() {
        end += part.len() + usize::from(position > 0);
        if position > 0 && part == name {
            return place.get(..end).unwrap_or(place).to_owned();
        }
    }
    format!("{place}.{name}")
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
