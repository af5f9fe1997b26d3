//! The body of a function as far as places go, without the syntax tree.
//!
//! A function is looked at from many calls, each of which passes it something else. What does not depend on that is
//! worked out once: which expressions stand for places, made of what, and which calls there are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use ruff_python_ast::name::Name;
use ruff_text_size::TextRange;

use super::follow::Follow;
use super::memo::Survey;
use super::region::Start;
use super::touch::{Body, Kind, Passed, Root, Roots, Touch};
use crate::analysis::{FnId, Lookup};

/// How deep aliases of aliases are followed.
const ALIASES: usize = 6;

/// An index into the places of an [`Outline`].
pub(super) type PlaceId = usize;

/// What an expression stands for, before it is known what the parameters stand for.
#[derive(Debug)]
pub(super) enum Place {
    /// An object of the function's own.
    Own,
    /// The same whatever is passed.
    Fixed(String),
    /// A parameter, or a name of a scope around.
    Name(Name),
    /// A local variable: an index into [`Outline::locals`].
    Local(usize),
    Attribute(PlaceId, Name),
    /// An attribute that is bound, which changes nothing that the object holds.
    Slot(PlaceId, Name),
    /// One of them.
    Either(Vec<PlaceId>),
    /// A container of the function's own, with what is in it.
    Holds(Vec<PlaceId>),
    /// An object or a dictionary of the function's own, with what an attribute of it is, or what is under a key: see [`key_of`].
    Object(Name, PlaceId),
    /// What is in something.
    Item(PlaceId),
    /// What is in something under a key.
    Keyed(PlaceId, Name),
}

/// How a key that is written out is told apart from attributes.
pub(super) fn key_of(key: &str) -> Name {
    Name::new(format!("[{key}]"))
}

/// What a body does, in the order in which it does it.
#[derive(Debug)]
pub(super) enum Step {
    /// Places are worked out in the order of evaluation.
    Look(PlaceId),
    Touch(PlaceId, Kind, TextRange),
    /// The same, while a thread lock is held.
    LockedTouch(PlaceId, Kind, TextRange),
    /// The receiver of a call is known.
    Receiver(usize, PlaceId),
    /// The object that is called itself is known.
    Called(usize, PlaceId),
    /// The arguments of a call are known.
    Arguments(usize),
}

/// A call in the body.
#[derive(Debug)]
pub(super) struct Call {
    pub range: TextRange,
    /// `super().method()`
    pub is_super: bool,
    /// A thread lock is held meanwhile.
    pub is_locked: bool,
    pub positional: Vec<PlaceId>,
    pub keywords: Vec<(Name, PlaceId)>,
    /// What is passed on whole: `*rest`, `**options`.
    pub spread: Vec<PlaceId>,
    /// The owners of those arguments that are attributes, by the arguments' ranges.
    pub owners: Vec<(TextRange, PlaceId)>,
    /// What it runs, once that has been asked.
    pub follow: OnceLock<Arc<Follow>>,
}

/// A function of the program that runs without a call: a property that is read, an operator.
#[derive(Debug)]
pub(super) struct Implied {
    pub range: TextRange,
    pub function: FnId,
    /// The object that it is a method of.
    pub object: PlaceId,
}

#[derive(Debug, Default)]
pub(super) struct Outline {
    pub places: Vec<Place>,
    /// What each local variable was bound to.
    pub locals: Vec<Vec<PlaceId>>,
    /// What it runs without a call.
    pub implied: Vec<Implied>,
    /// The variables that functions inside may use.
    pub captured: Vec<(Name, PlaceId)>,
    pub steps: Vec<Step>,
    pub calls: Vec<Call>,
    /// The indexes of the calls, in the order in which they are made.
    pub order: Vec<usize>,
    /// What in the body is not the same in another thread, and why.
    pub bound: Vec<(TextRange, String)>,
    /// It fills what each thread has for itself, where that is missing: see `own_values`.
    pub fills: bool,
    /// Why no other task may come in between.
    pub shared: Option<String>,
    /// The parameters that hold objects which one task has alone, with the attributes that belong to those: see `confined`.
    pub confined: BTreeMap<Name, Arc<BTreeSet<Name>>>,
}

impl Outline {
    /// The calls in the order in which they are made, with their indexes.
    pub(super) fn calls_in_order(&self) -> impl Iterator<Item = (usize, &Call)> {
        self.order.iter().filter_map(|&index| Some((index, self.calls.get(index)?)))
    }

    pub(super) fn call_at(&self, range: TextRange) -> Option<(usize, &Call)> {
        self.calls_in_order().find(|(_, call)| call.range == range)
    }

    /// What the body touches and passes on, with these roots.
    pub(super) fn body(&self, roots: &Roots) -> Body {
        let mut reader = Reader::new(self, roots);
        let mut body = Body { touches: Vec::new(), calls: vec![Passed::default(); self.calls.len()] };
        for step in &self.steps {
            match step {
                Step::Look(place) => {
                    reader.place(*place);
                }
                Step::Touch(place, kind, range) | Step::LockedTouch(place, kind, range) => {
                    let is_locked = matches!(step, Step::LockedTouch(..));
                    for place in reader.place(*place).places().cloned() {
                        body.touches.push(Touch { place, kind: *kind, range: *range, is_locked });
                    }
                }
                Step::Receiver(call, place) => {
                    if let Some(passed) = body.calls.get_mut(*call) {
                        passed.receiver = Some(reader.place(*place));
                    }
                }
                Step::Called(call, place) => {
                    if let Some(passed) = body.calls.get_mut(*call) {
                        passed.called = Some(reader.place(*place));
                    }
                }
                Step::Arguments(index) => {
                    if let (Some(passed), Some(call)) = (body.calls.get_mut(*index), self.calls.get(*index)) {
                        passed.positional = call.positional.iter().map(|place| reader.place(*place)).collect();
                        passed.keywords =
                            call.keywords.iter().map(|(name, place)| (name.clone(), reader.place(*place))).collect();
                        passed.spread = reader.either(&call.spread);
                    }
                }
            }
        }
        body
    }

    /// The functions that run without a call, as far as they are asked for, with what their object stands for, and where.
    pub(super) fn implied(
        &self,
        survey: Survey<'_>,
        roots: &Roots,
        is_asked: impl Fn(&Implied) -> bool,
    ) -> Vec<(TextRange, Start)> {
        let mut reader = Reader::new(self, roots);
        let world = survey.resolver.types.world();
        let starts = self.implied.iter().filter(|implied| is_asked(implied)).filter_map(|implied| {
            let object = world.function(implied.function)?.parameters.first()?.name.clone();
            let roots = Roots::from([(object, reader.place(implied.object))]);
            Some((implied.range, (implied.function, Arc::new(roots))))
        });
        starts.collect()
    }

    /// What names stand for in the functions inside, with these roots.
    pub(super) fn captured(&self, roots: &Arc<Roots>) -> Arc<Roots> {
        if self.captured.is_empty() {
            return Arc::clone(roots);
        }
        let mut reader = Reader::new(self, roots);
        let own: Vec<(Name, Root)> =
            self.captured.iter().map(|(name, place)| (name.clone(), reader.place(*place))).collect();
        let mut all = Roots::clone(roots);
        all.extend(own);
        Arc::new(all)
    }

    /// What one of the places is, with these roots.
    pub(super) fn place(&self, place: PlaceId, roots: &Roots) -> Root {
        Reader::new(self, roots).place(place)
    }
}

/// Works out places for given roots.
struct Reader<'a> {
    outline: &'a Outline,
    roots: &'a Roots,
    known: Vec<Option<Root>>,
    /// The places that were worked out, as far as they may depend on others.
    places: Vec<Option<Root>>,
    /// The local variables that are being worked out.
    open: Vec<usize>,
}

impl<'a> Reader<'a> {
    fn new(outline: &'a Outline, roots: &'a Roots) -> Self {
        let (known, places) = (vec![None; outline.locals.len()], vec![None; outline.places.len()]);
        Self { outline, roots, known, places, open: Vec::new() }
    }

    fn place(&mut self, place: PlaceId) -> Root {
        if let Some(Some(known)) = self.places.get(place) {
            return known.clone();
        }
        let root = self.work_out(place);
        // What is worked out on the way to a variable that it depends on is not all of it.
        if let Some(known) = self.places.get_mut(place).filter(|_| self.open.is_empty()) {
            *known = Some(root.clone());
        }
        root
    }

    fn work_out(&mut self, place: PlaceId) -> Root {
        match self.outline.places.get(place) {
            None | Some(Place::Own) => Root::default(),
            Some(Place::Fixed(place)) => Root::shared(place.clone()),
            // A nested function sees what the function around it was given.
            Some(Place::Name(name)) => match (self.roots.get(name), self.outline.confined.get(name)) {
                (Some(root), _) => root.clone(),
                (None, Some(own)) => Root::confined(name.as_str(), Arc::clone(own)),
                (None, None) => Root::shared(name.as_str()),
            },
            Some(Place::Local(local)) => self.local(*local),
            Some(Place::Attribute(object, name)) => self.place(*object).attribute(name),
            Some(Place::Slot(object, name)) => self.place(*object).own_attribute(name),
            Some(Place::Either(places)) => self.either(places),
            Some(Place::Holds(places)) => self.either(places).held(),
            Some(Place::Object(name, place)) => Root::with_field(name.clone(), self.place(*place)),
            Some(Place::Item(place)) => self.place(*place).item(),
            Some(Place::Keyed(place, key)) => self.place(*place).keyed(key),
        }
    }

    fn either(&mut self, places: &[PlaceId]) -> Root {
        places.iter().fold(Root::default(), |root, place| root.or(&self.place(*place)))
    }

    fn local(&mut self, local: usize) -> Root {
        if let Some(Some(root)) = self.known.get(local) {
            return root.clone();
        }
        if self.open.contains(&local) || self.open.len() > ALIASES {
            return Root::default();
        }
        self.open.push(local);
        let outline = self.outline;
        let root = self.either(outline.locals.get(local).map_or(&[], Vec::as_slice));
        self.open.pop();
        if let Some(known) = self.known.get_mut(local) {
            *known = Some(root.clone());
        }
        root
    }
}
