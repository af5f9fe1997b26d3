//! What values are made of that is not new, and what it is in.

use std::collections::BTreeSet;

use ruff_python_ast::name::Name;

/// How many objects and containers inside one another are told apart.
const MOST_LEVELS: usize = 4;

/// What a value is, or holds.
pub(in crate::plan) type Parts = BTreeSet<(Part, Vec<Level>)>;

/// A part of a value that is not new.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::plan) enum Part {
    /// What others may have as well.
    Shared,
    /// A variable of the module.
    Variable(Name),
    /// What the function is given for a parameter.
    Given(Name),
    /// An attribute of another part.
    Attribute(Box<Part>, Name),
}

impl Part {
    /// The part that it is an attribute of, and the attributes on the way.
    pub(in crate::plan) fn origin(&self) -> (&Self, Vec<&Name>) {
        match self {
            Self::Attribute(of, name) => {
                let (origin, mut path) = of.origin();
                path.push(name);
                (origin, path)
            }
            part => (part, Vec::new()),
        }
    }

    fn attribute(self, name: &Name) -> Self {
        match self {
            Self::Shared => Self::Shared,
            part => Self::Attribute(Box::new(part), name.clone()),
        }
    }
}

/// What a part is in; of several, the outermost stands first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::plan) enum Level {
    /// A new container.
    Item,
    /// An attribute of a new object.
    Field(Name),
}

/// What others may have.
pub(super) fn shared() -> Parts {
    Parts::from([(Part::Shared, Vec::new())])
}

/// Whether they are all held by attributes of new objects.
pub(super) fn are_new(parts: &Parts) -> bool {
    parts.iter().all(|(_, levels)| levels.iter().any(|level| matches!(level, Level::Field(_))))
}

/// All of both.
pub(super) fn merged(mut all: Parts, others: Parts) -> Parts {
    all.extend(others);
    all
}

/// The same in objects and containers. What is further inside than can be told apart counts as less far inside.
pub(super) fn within(parts: Parts, outer: &[Level]) -> Parts {
    let parts = parts.into_iter().map(|(part, inner)| {
        let levels = outer.iter().cloned().chain(inner).take(MOST_LEVELS).collect();
        (part, levels)
    });
    parts.collect()
}

/// An attribute of them.
pub(super) fn attribute_of(parts: Parts, name: &Name) -> Parts {
    let attributes = parts.into_iter().filter_map(|(part, mut levels)| match levels.first() {
        None => Some((part.attribute(name), levels)),
        Some(Level::Field(field)) if field == name => Some((part, levels.split_off(1))),
        // What it holds under a name that is not known may be this.
        Some(Level::Item) => Some((part, levels.split_off(1))),
        Some(Level::Field(_)) => None,
    });
    attributes.collect()
}

/// Those of which it is known where they come from.
pub(super) fn known(mut parts: Parts) -> Parts {
    parts.retain(|(part, _)| *part != Part::Shared);
    parts
}

/// The same in an attribute of a new object, as far as it is known where it comes from.
pub(super) fn in_field(parts: Parts, field: &Name) -> Parts {
    within(known(parts), &[Level::Field(field.clone())])
}

/// The same in so many more containers.
pub(super) fn put_in(parts: Parts, levels: u8) -> Parts {
    within(parts, &vec![Level::Item; levels.into()])
}

/// The same out of so many containers.
pub(super) fn taken_out(parts: Parts, levels: u8) -> Parts {
    let parts = parts.into_iter().map(|(part, inside)| (part, inside.into_iter().skip(levels.into()).collect()));
    parts.collect()
}
