//! Calls of what objects were made with, and what makes parts of objects and entries of tables where they are missing.

use ruff_python_ast::Expr;
use ruff_python_ast::name::Name;
use ruff_text_size::{Ranged, TextRange};

use super::subject::Subject;
use super::{Callers, Edge, Via};
use crate::analysis::index::{FnId, Lookup};
use crate::analysis::libraries::Set;
use crate::analysis::reach::Place;
use crate::analysis::resolve::{Resolver, argument};
use crate::analysis::spread::Rules;
use crate::project::facts::{Call, CallForm, MODULE, Part, Source};
use crate::project::{DefId, FileId, Shape};

/// An object that is called in more ways than this says nothing about what it makes up.
const MOST_MADE_UP: usize = 2000;

impl Resolver<'_> {
    /// Whether an expression may be an object of `class`, of what derives from it or of what it derives from.
    pub(in crate::analysis) fn is_object_of(&self, file: FileId, expr: &Expr, class: DefId) -> bool {
        self.shapes(file, expr).iter().any(|shape| match shape {
            Shape::Instance(found) => {
                self.derives(*found, class) || self.types.world().is_own(found.file) && self.derives(class, *found)
            }
            _ => false,
        })
    }

    /// Adds the calls of a field of objects that were made with the subject.
    pub(super) fn field_calls(&self, subject: &Subject, class: DefId, field: &Name, callers: &mut Callers) {
        let world = self.types.world();
        let mut names = vec![field.clone()];
        for &posting in self.index().bindings_to_names_from(field) {
            names.extend(world.binding_at(posting).map(|binding| binding.target.clone()));
        }
        names.sort_unstable();
        names.dedup();
        for &posting in names.iter().flat_map(|name| self.index().calls(name)) {
            let (file, Some(call)) = (posting.0, world.call_at(posting)) else { continue };
            if call.function == MODULE || !self.neighbours().knows(file, class.file) {
                continue;
            }
            let Some(ast) = self.types.ast(file) else { continue };
            let Some(node) = ast.call(call.range) else { continue };
            let is_it = match &*node.func {
                // `run = command.run`
                Expr::Name(name) => self.bindings_of(file, &node.func).into_iter().any(|(home, value)| {
                    name.id != subject.name
                        && self
                            .types
                            .ast(home)
                            .as_ref()
                            .and_then(|ast| ast.expression(value))
                            .is_some_and(|value| self.is_field_of(home, value, class, field))
                }),
                func => self.is_field_of(file, func, class, field),
            };
            if is_it {
                let via = if call.form == CallForm::Awaited { Via::Awaited } else { Via::Handed };
                callers.edges.push(Edge { caller: FnId { file, index: call.function }, at: call.range, via });
            }
        }
    }

    /// Adds the calls of attributes that the objects of a class do not have, which its `__getattr__` makes up.
    pub(super) fn any_calls(&self, getter: FnId, via: Via, callers: &mut Callers) {
        let Some(class) = self.types.world().enclosing_class(getter) else { return };
        let candidates = self
            .calls_near(class, |call, holds| call.chain.iter().any(holds) && !self.has_attribute(class, &call.name));
        for (file, call) in candidates {
            let Some(ast) = self.types.ast(file) else { continue };
            let func = ast.call(call.range).and_then(|node| node.func.as_attribute_expr());
            let Some(attribute) = func else { continue };
            let is_it = self.shapes(file, &attribute.value).into_iter().any(|shape| {
                matches!(shape, Shape::Instance(found)
                    if self.derives(found, class) && !self.has_attribute(found, &attribute.attr))
            });
            if is_it {
                let at = if via == Via::Property { attribute.range() } else { call.range };
                let via = if call.form == CallForm::Awaited && via != Via::Property { Via::Awaited } else { via };
                callers.edges.push(Edge { caller: FnId { file, index: call.function }, at, via });
            }
        }
    }

    /// Adds the calls of what holds objects of a class, which run its `__call__`: `for handler in self.handlers: handler(event)`.
    pub(super) fn object_calls(&self, subject: &Subject, callers: &mut Callers) {
        let Some(class) = subject.class.filter(|_| subject.name.as_str() == "__call__") else { return };
        let candidates = self.calls_near(class, |call, holds| {
            let plain = call.chain.first().filter(|first| first.name == call.name && !first.is_member);
            plain.map_or_else(
                || holds(&Source { is_member: true, ..Source::plain(call.name.clone(), Part::Own) }),
                holds,
            )
        });
        for (file, call) in candidates {
            let Some(ast) = self.types.ast(file) else { continue };
            let Some(node) = ast.call(call.range) else { continue };
            let runs_it = |found: DefId| {
                let own = self.types.member(found, &subject.name);
                self.derives(class, found) || own.is_some_and(|target| target.function == Some(subject.def))
            };
            let may_be_it = |shape: &Shape| matches!(shape, Shape::Instance(found) if runs_it(*found));
            if self.shapes(file, &node.func).iter().any(may_be_it) {
                let via = if call.form == CallForm::Awaited { Via::Awaited } else { Via::Call };
                callers.edges.push(Edge { caller: FnId { file, index: call.function }, at: call.range, via });
            }
        }
    }

    /// The calls in functions that fit, being told which names may hold objects of a class; none where they are too many.
    fn calls_near(&self, class: DefId, fits: impl Fn(&Call, &dyn Fn(&Source) -> bool) -> bool) -> Vec<(FileId, &Call)> {
        let (world, ground) = (self.types.world(), &self.shared.ground);
        let own = self.types.class_name(class);
        let names = self.index().with_subclasses(&Name::new(own.rsplit('.').next().unwrap_or(&own)));
        let names = names.iter().filter_map(|name| ground.names.get(name));
        let set = Set::of(0);
        let places = [Place::Plain(class.file, MODULE), Place::Own(class.file), Place::Export(class.file)];
        let seeds: Vec<_> = names.flat_map(|name| places.map(|place| (place, name, set.clone()))).collect();
        let none = Set::default();
        let reached = ground.spread(&Rules { objects: &set, closed: &none, makers: &none, attributes: None }, seeds);
        let files = world.own_files().filter(|(file, _)| self.neighbours().knows(*file, class.file));
        let called = files.flat_map(|(file, source)| source.facts.calls.iter().map(move |call| (file, call)));
        let candidates = called.filter(|(file, call)| {
            matches!(call.form, CallForm::Call | CallForm::Awaited | CallForm::Indexed)
                && call.function != MODULE
                && fits(call, &|source| reached.holds(ground, *file, source, &set))
        });
        let candidates: Vec<_> = candidates.take(MOST_MADE_UP + 1).collect();
        if candidates.len() > MOST_MADE_UP { Vec::new() } else { candidates }
    }

    /// Adds the calls that make objects of the class whose field gets what the subject makes, where it is given nothing else.
    pub(super) fn default_calls(&self, file: FileId, default: TextRange, callers: &mut Callers) {
        let (world, facts) = (self.types.world(), self.types.facts(file));
        let within = facts.classes.iter().filter(|class| class.range.contains_range(default));
        let Some(class) = within.max_by_key(|class| class.range.start()) else { return };
        let id = DefId { file, start: class.start };
        let bound = facts.bindings.iter().find(|binding| binding.value == default);
        let field = bound.map(|binding| binding.target.clone());
        for &posting in self.index().with_subclasses(&class.name).iter().flat_map(|name| self.index().calls(name)) {
            let (home, Some(fact)) = (posting.0, world.call_at(posting)) else { continue };
            if fact.function == MODULE || !self.neighbours().knows(home, file) {
                continue;
            }
            let Some(ast) = self.types.ast(home) else { continue };
            let Some(call) = ast.call(fact.range) else { continue };
            let position = field.as_ref().and_then(|field| self.field_position(id, field));
            let is_given = field.as_ref().is_some_and(|field| argument(call, field, position).is_some());
            let targets = self.types.targets(home, &call.func);
            let mut makes = targets.iter().filter_map(|target| self.types.made_class(target));
            if !is_given && makes.any(|made| self.derives(made, id)) {
                let caller = FnId { file: home, index: fact.function };
                callers.edges.push(Edge { caller, at: fact.range, via: Via::Handed });
            }
        }
    }

    /// Adds the reads of entries of what the call at `made` makes, which calls the subject where there is none.
    pub(super) fn missing_calls(&self, file: FileId, made: TextRange, names: &[Name], callers: &mut Callers) {
        for &posting in self.index().calls("__getitem__") {
            let (home, Some(fact)) = (posting.0, self.types.world().call_at(posting)) else { continue };
            let is_named = fact.chain.iter().any(|source| names.contains(&source.name));
            if fact.function == MODULE || home != file && !(is_named && self.neighbours().knows(home, file)) {
                continue;
            }
            let Some(ast) = self.types.ast(home) else { continue };
            let Some(Expr::Subscript(item)) = ast.expression(fact.range) else { continue };
            if self.bindings_of(home, &item.value).contains(&(file, made)) {
                let caller = FnId { file: home, index: fact.function };
                callers.edges.push(Edge { caller, at: item.range(), via: Via::Missing });
            }
        }
    }
}
