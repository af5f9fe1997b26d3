//! What objects hold whose class has no constructor of its own: a dataclass, a named tuple, a model.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::index::Lookup;
use super::parameters::Place;
use super::resolve::{Resolver, argument};
use crate::project::{CONSTRUCTORS, DefId, FileId, Shapes, Target, extend};

/// A class that is made in more places than this says nothing about what its objects hold.
const MOST_MADE: usize = 40;

impl Resolver<'_> {
    /// The field that an argument is kept in, if `target` is a class of the program which is made with its fields.
    pub(super) fn field_of(&self, target: &Target, place: &Place) -> Option<(DefId, Name)> {
        let class = self.types.made_class(target).filter(|class| self.types.world().is_own(class.file))?;
        if !self.is_made_with_fields(class) {
            return None;
        }
        let fields = self.fields(class);
        let field = match place {
            Place::Position(position) => fields.get(*position)?,
            Place::Keyword(name) => fields.iter().find(|field| field.as_str() == name)?,
        };
        Some((class, field.clone()))
    }

    /// The class of the program and the field of it that an argument of a call of `target` is kept in, where nothing but the fields
    /// says what the class is made with.
    #[must_use]
    pub fn field_given(&self, target: &Target, position: usize, keyword: Option<&str>) -> Option<(DefId, Name)> {
        let place = keyword.map_or(Place::Position(position), |name| Place::Keyword(name.to_owned()));
        self.field_of(target, &place)
    }

    /// Whether nothing of the program says what the objects of a class are made with, but its fields.
    #[must_use]
    pub fn is_made_with_fields(&self, class: DefId) -> bool {
        let own = self.types.mro(class).iter().find_map(|base| {
            let made = CONSTRUCTORS[..2].iter().find_map(|method| base.member(method));
            made.filter(|_| self.types.world().is_own(base.id.file))
        });
        own.is_none()
    }

    /// The fields of a class, those of its bases first.
    fn fields(&self, class: DefId) -> Vec<Name> {
        let mut fields: Vec<Name> = Vec::new();
        for base in self.types.mro(class).iter().rev().filter(|base| self.types.world().is_own(base.id.file)) {
            let facts = self.types.facts(base.id.file);
            let own = facts.class_at(base.id.start).and_then(|index| facts.classes.get(index as usize));
            for field in own.into_iter().flat_map(|class| &class.fields) {
                if !fields.contains(field) {
                    fields.push(field.clone());
                }
            }
        }
        fields
    }

    /// Where a field stands among the arguments that an object of a class is made with.
    pub(super) fn field_position(&self, class: DefId, field: &str) -> Option<usize> {
        self.fields(class).iter().position(|other| other.as_str() == field)
    }

    /// Whether the objects of a class are tuples or tables of its fields.
    pub(super) fn is_container_class(&self, class: DefId) -> bool {
        let facts = self.types.facts(class.file);
        let class = facts.class_at(class.start).and_then(|index| facts.classes.get(index as usize));
        class.is_some_and(|class| {
            let is_made = class.bases.is_empty() && class.members.is_empty() && !class.fields.is_empty();
            is_made || class.bases.iter().any(|base| matches!(base.as_str(), "NamedTuple" | "TypedDict"))
        })
    }

    /// The arguments that the program makes objects of a class with, for one of its fields.
    pub(super) fn field_values(&self, class: DefId, field: &str) -> Vec<(FileId, TextRange)> {
        let world = self.types.world();
        let mut found = Vec::new();
        if !world.is_own(class.file) || !self.is_made_with_fields(class) {
            return found;
        }
        let Some(position) = self.field_position(class, field) else { return found };
        let facts = self.types.facts(class.file);
        let Some(own) = facts.class_at(class.start).and_then(|index| facts.classes.get(index as usize)) else {
            return found;
        };
        let names = self.index().with_few_subclasses(&own.name, MOST_MADE).unwrap_or_default();
        let postings: Vec<_> = names.iter().flat_map(|name| self.index().calls(name)).collect();
        if postings.len() > MOST_MADE {
            return found;
        }
        for posting in postings {
            let Some(fact) = world.call_at(*posting) else { continue };
            let Some(ast) = self.types.ast(posting.0) else { continue };
            let Some(call) = ast.call(fact.range) else { continue };
            let targets = self.types.targets(posting.0, &call.func);
            let makes = |target: &Target| target.class.is_some_and(|made| self.derives(made, class));
            if targets.iter().any(makes)
                && let Some(value) = argument(call, field, Some(position))
            {
                found.push((posting.0, value.range()));
            }
        }
        found
    }

    /// What the program makes objects of a class with, for one of its fields.
    pub(super) fn field_shapes(&self, class: DefId, field: &str, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        for (file, value) in self.field_values(class, field) {
            let ast = self.types.ast(file);
            if let Some(value) = ast.as_ref().and_then(|ast| ast.expression(value)) {
                extend(&mut shapes, self.shapes_at(file, value, depth));
            }
        }
        shapes
    }

    /// Whether an expression reads a field of objects of `class`, or of what derives from it or it derives from.
    pub(super) fn is_field_of(&self, file: FileId, expr: &Expr, class: DefId, field: &str) -> bool {
        let attribute = expr.as_attribute_expr().filter(|attribute| attribute.attr.as_str() == field);
        attribute.is_some_and(|attribute| {
            self.is_object_of(file, &attribute.value, class) || self.class_by_field(file, attribute) == Some(class)
        })
    }

    /// The class of an item of a container, of which nothing is known but that a field of it is read that only objects of this class have.
    pub(super) fn class_by_field(&self, file: FileId, attribute: &ast::ExprAttribute) -> Option<DefId> {
        let item = attribute.value.as_name_expr()?;
        let class = *self.fields_of_one().get(&attribute.attr.id)?;
        let is_near = self.neighbours().knows(file, class.file);
        let is_item = is_near && self.may_be_item(file, item) && self.shapes(file, &attribute.value).is_empty();
        is_item.then_some(class)
    }

    fn fields_of_one(&self) -> &FxHashMap<Name, DefId> {
        self.shared.fields.get_or_init(|| {
            let mut owners: FxHashMap<&Name, Vec<DefId>> = FxHashMap::default();
            let mut members: FxHashSet<&Name> = FxHashSet::default();
            for (file, source) in self.types.world().own_files() {
                for class in &source.facts.classes {
                    for field in &class.fields {
                        owners.entry(field).or_default().push(DefId { file, start: class.start });
                    }
                    let others = class.members.iter().filter(|(name, _)| !class.fields.contains(name));
                    members.extend(others.map(|(name, _)| name));
                }
            }
            let of_one = owners.into_iter().filter(|(field, of)| of.len() == 1 && !members.contains(field));
            of_one.map(|(field, of)| (field.clone(), of[0])).collect()
        })
    }
}
