//! Who calls a function: directly, through its class, as a property or an operator, or because it was handed over.
//!
//! Asked for many functions at once: what mentions the name of any of them is looked up, narrowed down by what a file can see,
//! and only then asked for its type, file by file.

mod aliases;
mod awaitable;
mod callees;
mod decorated;
mod descriptors;
mod fields;
mod holders;
mod implied;
mod mentions;
mod overrides;
mod spelled;
mod stores;
mod subject;

use rayon::prelude::*;
use ruff_python_ast::AnyNodeRef;
use ruff_python_ast::name::Name;
use ruff_text_size::{Ranged, TextRange};

use super::decoration::ByLoop;
use super::handover::Use;
use super::index::{FnId, Lookup};
use super::resolve::{Resolver, Threaded};
use crate::project::facts::{Load, MODULE};
use crate::project::{FileId, guarded};
use mentions::{Found, Mentions};
pub(crate) use spelled::Spelling;
pub(super) use spelled::Taken;
use subject::Subject;

/// Through how many variables and results a function is followed that is handed on.
const HOPS: usize = 2;
/// How deep the way of a function is followed that is handed on: two for each function that hands it on.
const HANDED_ON: usize = 7;
/// What is called in more places than this says nothing about what becomes of its result.
const MOST_MADE: usize = 40;

type Place = (FileId, TextRange);

/// A call that one function makes towards another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Edge {
    pub caller: FnId,
    /// The call, or the expression that calls implicitly, in the caller's file.
    pub at: TextRange,
    pub via: Via,
}

/// How an expression makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Via {
    /// It is a call that names what it calls.
    Call,
    /// Its result is awaited.
    Awaited,
    /// It is a call that was given the function, or that calls what a variable or table holds.
    Handed,
    /// A property is read.
    Property,
    /// An operator, a `with`, an iteration or a decorator.
    Implicit,
    /// A statement asks whether its value is true.
    Tested,
    /// An entry is read from a table that makes those it does not have.
    Missing,
    /// A `with` leaves what was put on its stack of managers.
    Left,
}

/// Where a function's body runs, one step up.
#[derive(Debug, Clone, Default)]
pub struct Callers {
    pub edges: Vec<Edge>,
    /// The loop itself calls it: a callback.
    pub on_loop: ByLoop,
    /// Its result is computed once and kept.
    pub cached: bool,
}

impl Callers {
    /// Whether the loop itself calls it.
    #[must_use]
    pub fn are_of_loop(&self) -> bool {
        self.on_loop != ByLoop::Never
    }
}

/// Who calls each of `functions` on the same thread.
pub(super) fn callers(resolver: &Resolver<'_>, functions: &[FnId]) -> Vec<Callers> {
    let subjects: Vec<Option<Subject>> = functions
        .par_iter()
        .map_with(Threaded::of(resolver), |threaded, id| guarded(|| Subject::of(&threaded.resolver(), *id)))
        .collect();
    let mut callers: Vec<Callers> = subjects.iter().map(Subject::start).collect();
    let mut references: Vec<(usize, FileId, TextRange)> = Vec::new();
    for (number, subject) in subjects.iter().enumerate() {
        if let Some(subject) = subject.as_ref().filter(|subject| subject.is_lambda()) {
            references.push((number, subject.id.file, subject.range));
        }
    }
    let objects = resolver.passed_objects(&subjects);
    let mentions = Mentions::collect(resolver, &subjects);
    let found: Vec<(usize, Found)> = mentions
        .by_file
        .par_iter()
        .map_with(Threaded::of(resolver), |threaded, (file, list)| {
            let resolver = threaded.resolver();
            let resolve = |mention| guarded(|| mentions.resolve(&resolver, *file, mention));
            let found = list.iter().flat_map(resolve).collect::<Vec<_>>();
            resolver.leave(*file);
            found
        })
        .flatten_iter()
        .collect();
    for (number, found) in found {
        match found {
            Found::Edge(edge) => callers[number].edges.push(edge),
            Found::Reference(file, range) => references.push((number, file, range)),
        }
    }
    let followed = follow(resolver, &subjects, &references);
    let registered = implied(resolver, &subjects);
    let followed_objects = follow(resolver, &subjects, &objects);
    // What the types say of a call goes first.
    for (number, mut more) in followed_objects {
        let known = &callers[number].edges;
        more.edges.retain(|edge| !known.iter().any(|other| (other.caller, other.at) == (edge.caller, edge.at)));
        callers[number].on_loop = callers[number].on_loop.max(more.on_loop);
        callers[number].edges.extend(more.edges);
    }
    for (number, more) in followed.into_iter().chain(registered) {
        callers[number].on_loop = callers[number].on_loop.max(more.on_loop);
        callers[number].edges.extend(more.edges);
    }
    for (subject, callers) in subjects.iter().zip(&mut callers) {
        settle(resolver, subject.as_ref(), callers);
    }
    callers
}

/// Who calls subjects without naming them in a call: decorators, properties, operators, look-ups by name.
fn implied(resolver: &Resolver<'_>, subjects: &[Option<Subject>]) -> Vec<(usize, Callers)> {
    subjects
        .par_iter()
        .enumerate()
        .filter_map(|(number, subject)| Some((number, subject.as_ref()?)))
        .map_with(Threaded::of(resolver), |threaded, (number, subject)| {
            let mut callers = Callers::default();
            guarded(|| {
                let resolver = threaded.resolver();
                resolver.follow_decorators(subject, &mut callers);
                resolver.store_calls(subject, &mut callers);
                let accessors = resolver.accessors(subject);
                resolver.read_calls(&accessors, &mut callers);
                resolver.accessor_stores(subject, &accessors, &mut callers);
                resolver.managed_calls(subject, &mut callers);
                if subject.name.as_str() == "__getattr__" {
                    resolver.any_calls(subject.id, Via::Property, &mut callers);
                }
                resolver.object_calls(subject, &mut callers);
                resolver.implied_calls(subject, &mut callers);
                resolver.looked_up_by_name(subject, &mut callers);
                resolver.read_by_name(subject, &accessors, &mut callers);
            });
            (number, callers)
        })
        .collect()
}

/// Puts the callers of a subject in order, each once.
fn settle(resolver: &Resolver<'_>, subject: Option<&Subject>, callers: &mut Callers) {
    let is_awaited = callers.edges.iter().any(|edge| edge.via == Via::Awaited);
    // What is awaited is something else then.
    if is_awaited && subject.is_some_and(|subject| !resolver.may_give_awaitable(subject.id)) {
        callers.edges.retain(|edge| edge.via != Via::Awaited);
    }
    callers.edges.sort_unstable_by_key(|edge| (edge.caller, edge.at.start(), edge.at.end()));
    callers.edges.dedup_by_key(|edge| (edge.caller, edge.at));
}

/// Who calls subjects by way of places where these, by their numbers, are handed over.
fn follow(
    resolver: &Resolver<'_>,
    subjects: &[Option<Subject>],
    places: &[(usize, FileId, TextRange)],
) -> Vec<(usize, Callers)> {
    places
        .par_iter()
        .map_with(Threaded::of(resolver), |threaded, (number, file, range)| {
            let mut callers = Callers::default();
            if let Some(subject) = &subjects[*number] {
                guarded(|| threaded.resolver().follow_uses(subject, (*file, *range), HOPS, &mut callers));
            }
            (*number, callers)
        })
        .collect()
}

impl Resolver<'_> {
    /// Where objects are made, and handed over at once, that run one of the subjects when they are called: `bus.on(topic, Handler(1))`.
    fn passed_objects(&self, subjects: &[Option<Subject>]) -> Vec<(usize, FileId, TextRange)> {
        let world = self.types.world();
        let mut found = Vec::new();
        for (number, subject) in subjects.iter().enumerate() {
            let callable = subject.as_ref().filter(|subject| subject.name.as_str() == "__call__");
            let Some((subject, class)) = callable.and_then(|subject| Some((subject, subject.class?))) else { continue };
            let name = self.types.class_name(class);
            let names = self.index().with_subclasses(&Name::new(name.rsplit('.').next().unwrap_or(&name)));
            for &posting in names.iter().flat_map(|name| self.index().calls(name)) {
                let file = posting.0;
                let (Some(call), Some(ast)) = (world.call_at(posting), self.types.ast(file)) else { continue };
                let is_passed = || {
                    let path = ast.path(call.range);
                    let around = path.iter().rev().find(|node| node.range() != call.range);
                    matches!(around, Some(AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_)))
                };
                if subject.may_be_known(self, file)
                    && is_passed()
                    && ast.expression(call.range).is_some_and(|made| self.is_object_of(file, made, class))
                {
                    found.push((number, file, call.range));
                }
            }
        }
        found
    }

    /// Who calls a function that the search had no reason to look at.
    #[must_use]
    pub fn callers_of(&self, function: FnId) -> Callers {
        callers(self, &[function]).pop().unwrap_or_default()
    }

    /// Adds what the decorators of the subject do with it.
    fn follow_decorators(&self, subject: &Subject, callers: &mut Callers) {
        let Some(function) = self.types.world().function(subject.id) else { return };
        for dispatcher in self.dispatchers(subject.id, function) {
            let edges = self.callers_of(dispatcher).edges.into_iter();
            callers.edges.extend(edges.map(|edge| Edge { via: Via::Handed, ..edge }));
        }
        for use_ in self.registrations(subject.id, function) {
            match use_ {
                Use::OnLoop(by) => callers.on_loop = callers.on_loop.max(by),
                Use::Named(home, names) => self.alias_calls(subject, home, &names, callers),
                Use::Field(class, field) => self.field_calls(subject, class, &field, callers),
                Use::Called { .. } | Use::Elsewhere | Use::Returned(_) | Use::Default(..) | Use::Missing(..) => {}
            }
        }
    }

    /// Adds what becomes of the subject where what returns it is called for the default of a parameter: `def __init__(self, load=loader(4))`.
    fn follow_defaults(&self, subject: &Subject, maker: FnId, callers: &mut Callers) {
        let (world, maker_def) = (self.types.world(), self.types.world().def_of(maker));
        let Some(name) = world.function(maker).map(|function| &function.name) else { return };
        for &(file, position) in
            self.index().calls(name).iter().filter(|(file, _)| self.neighbours().sees(*file, maker.file))
        {
            let Some((call, ast)) = world.call_at((file, position)).zip(self.types.ast(file)) else { continue };
            let path = ast.path(call.range);
            let is_default = path.iter().rev().any(|node| {
                matches!(node, AnyNodeRef::ParameterWithDefault(parameter)
                if parameter.default.as_ref().is_some_and(|default| default.range() == call.range))
            });
            let makes = || ast.call(call.range).map(|node| self.types.targets(file, &node.func)).unwrap_or_default();
            if !is_default || !makes().iter().any(|target| target.function == maker_def) {
                continue;
            }
            for use_ in self.uses(file, call.range, HANDED_ON) {
                self.follow_use(subject, use_, callers);
            }
        }
    }

    /// Adds what becomes of a reference to the subject at `range`, or of a call there that gives it.
    fn follow_uses(&self, subject: &Subject, (file, range): Place, depth: usize, callers: &mut Callers) {
        for use_ in self.uses(file, range, HANDED_ON) {
            match use_ {
                // What holds a class is known by its type.
                Use::Field(..) | Use::Returned(_) if subject.is_constructor() => {}
                Use::Named(home, names) if subject.is_constructor() => {
                    self.alias_calls(subject, home, &names, callers);
                }
                Use::Returned(function) => {
                    self.follow_result(subject, FnId { file, index: function }, depth, callers);
                }
                Use::Named(home, names) => {
                    for at in self.reads_of_locals(file, range, &names).into_iter().filter(|_| depth > 0) {
                        self.follow_uses(subject, (file, at), depth - 1, callers);
                    }
                    self.alias_calls(subject, home, &names, callers);
                }
                other => self.follow_use(subject, other, callers),
            }
        }
    }

    /// Where the function around a place reads variables of its own that are bound there.
    fn reads_of_locals(&self, file: FileId, at: TextRange, names: &[Name]) -> Vec<TextRange> {
        let facts = self.types.facts(file);
        let scope = facts.enclosing(at.start());
        let is_bound = |name: &Name| {
            let bound = facts.bindings.iter().filter(|bound| bound.function == scope && bound.target == *name);
            bound.map(|bound| bound.value).any(|value| value.contains_range(at))
        };
        let is_read = |load: &&Load| {
            load.function == scope && !load.attribute && names.contains(&load.name) && load.range.start() > at.end()
        };
        if scope == MODULE || !names.iter().any(is_bound) {
            return Vec::new();
        }
        facts.loads.iter().filter(is_read).map(|load| load.range).collect()
    }

    fn follow_use(&self, subject: &Subject, use_: Use, callers: &mut Callers) {
        match use_ {
            Use::Called { file, at, function, is_call } => callers.edges.push(Edge {
                caller: FnId { file, index: function },
                at,
                via: if is_call { Via::Handed } else { Via::Implicit },
            }),
            Use::OnLoop(by) => callers.on_loop = callers.on_loop.max(by),
            Use::Field(class, field) => self.field_calls(subject, class, &field, callers),
            Use::Default(home, default) => self.default_calls(home, default, callers),
            Use::Missing(home, made, names) => self.missing_calls(home, made, &names, callers),
            Use::Named(home, names) => self.alias_calls(subject, home, &names, callers),
            Use::Elsewhere | Use::Returned(_) => {}
        }
    }

    /// Adds what becomes of the subject where `maker`, the function around a reference to it, returns it.
    fn follow_result(&self, subject: &Subject, maker: FnId, depth: usize, callers: &mut Callers) {
        callers.edges.extend(self.decorated_by(maker.file, maker.index));
        let Some(owner) = self.types.world().function(maker) else { return };
        if owner.name.as_str() == "__getattr__" {
            self.any_calls(maker, Via::Handed, callers);
        }
        let mut names = Vec::new();
        for &posting in self.index().bindings_from(&owner.name) {
            if self.neighbours().sees(posting.0, maker.file) {
                names.extend(self.types.world().binding_at(posting).map(|binding| binding.target.clone()));
            }
        }
        names.push(owner.name.clone());
        self.alias_calls(subject, maker.file, &names, callers);
        self.follow_defaults(subject, maker, callers);
        for place in self.calls_of_maker(maker, &owner.name).into_iter().filter(|_| depth > 0) {
            self.follow_uses(subject, place, depth - 1, callers);
        }
    }

    /// Where a function is called for what it returns; nowhere where those are too many to look at.
    fn calls_of_maker(&self, maker: FnId, name: &Name) -> Vec<Place> {
        let world = self.types.world();
        let (def, postings) = (world.def_of(maker), self.index().calls(name));
        if postings.len() > MOST_MADE {
            return Vec::new();
        }
        let near = postings.iter().filter(|posting| self.neighbours().knows(posting.0, maker.file));
        let calls = near.filter_map(|posting| {
            let (call, ast) = world.call_at(*posting).zip(self.types.ast(posting.0))?;
            let targets = self.targets(posting.0, &ast.call(call.range)?.func);
            targets.iter().any(|target| target.function == def).then_some((posting.0, call.range))
        });
        calls.collect()
    }
}
