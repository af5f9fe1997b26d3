//! What tasks share and threads work on: where one thread does all of it, in turn, each piece of work stays the one step that it was
//! between two awaits.
//!
//! That holds where every use of the places, but for those that make them, belongs to what that thread runs, or to what runs while
//! there is no loop, before there is another task, when all that uses the thread is over (see [`super::settled`]), or as the last thing of
//! all. A coroutine may look at a number that is only counted up: it sees a count of some moment, as ever.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::atomic;
use super::decide::Planner;
use super::locks::Home;
use super::observed::is_outside;
use super::ownership;
use super::region::{Region, Touched};
use super::touch::{Kind, Roots};
use crate::analysis::{FnId, Lookup, Posting};
use crate::catalogue::RunsOn;
use crate::project::facts::{Load, MODULE};
use crate::project::whose_class;

/// Variables of modules and attributes of classes, by who has them.
pub(super) type State = BTreeMap<Home, BTreeSet<String>>;

/// What one thread does.
pub(super) struct Turn<'a> {
    pub functions: &'a FxHashSet<FnId>,
    /// The calls and statements that it makes, each with the coroutine that has it made, and the functions that it runs.
    pub works: Vec<Work<'a>>,
}

/// A call, or statements, that a thread makes for a coroutine, and the functions that it runs.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub of: FnId,
    pub at: TextRange,
    /// It is a call, whose arguments are worked out before.
    pub is_call: bool,
    pub functions: &'a [FnId],
}

impl Work<'_> {
    fn holds(&self, function: FnId, at: TextRange) -> bool {
        if self.is_call { self.of == function && self.at == at } else { self.has(function, at) }
    }

    /// Whether a place is one of the statements, or of the expression, that it is.
    fn has(&self, function: FnId, at: TextRange) -> bool {
        !self.is_call && self.of == function && self.at.contains_range(at)
    }
}

impl<'a> Turn<'a> {
    /// What of it may use what some functions do.
    fn about(&self, users: &FxHashSet<FnId>) -> Self {
        let is_one = |work: &&Work<'_>| users.contains(&work.of) || work.functions.iter().any(|id| users.contains(id));
        Self { functions: self.functions, works: self.works.iter().filter(is_one).copied().collect() }
    }

    /// What of it does what users do, or is given what they use.
    fn of_users(&self, users: &[User]) -> Self {
        let is_one = |work: &&Work<'_>| {
            users.iter().any(|user| {
                work.of == user.function && work.at.contains_range(user.at) || work.functions.contains(&user.function)
            })
        };
        Self { functions: self.functions, works: self.works.iter().filter(is_one).copied().collect() }
    }
}

/// A use of what tasks share.
pub(super) struct User {
    pub function: FnId,
    pub at: TextRange,
    /// What it holds gets to where its uses are not seen.
    pub gets_out: bool,
    pub writes: bool,
}

/// Finds what attributes of a name are taken of.
struct Attributes<'a> {
    name: &'a str,
    objects: Vec<&'a Expr>,
}

impl<'a> Visitor<'a> for Attributes<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Attribute(attribute) = expr
            && attribute.attr.as_str() == self.name
        {
            self.objects.push(&attribute.value);
        }
        walk_expr(self, expr);
    }
}

impl Planner<'_> {
    /// The places which two threads must not work on at the same time, as the coroutine names them.
    pub(super) fn clashing(&self, touches: &Touched) -> BTreeSet<String> {
        let written = || touches.iter().filter(|(_, kind)| kind.is_write());
        let is_whole = written().filter(|(place, _)| !is_outside(place)).count() > 1;
        let is_read = |place: &String| {
            let within = format!("{place}.");
            touches.iter().any(|(read, kind)| kind.is_read() && (read == place || read.starts_with(&within)))
        };
        let scanned = touches.iter().filter(|(place, kind)| {
            kind.goes_through() && atomic::changes(self.survey, place) && self.is_known_place(place)
        });
        let clashing = written()
            .filter(|(place, kind)| is_whole && !is_outside(place) || *kind == Kind::Augment || is_read(place));
        clashing.chain(scanned).map(|(place, _)| place.clone()).collect()
    }

    /// Who has the places of a region, or of a part of the function around it, that two threads must not work on at the same time;
    /// nothing where that is not known of all.
    pub(super) fn state(&self, region: &Region, touches: &Touched, around: Option<FnId>) -> Option<State> {
        let mut state = State::new();
        for place in self.clashing(touches) {
            if let Some(crowd) = self.survey.crowd(&place) {
                state.entry(Home::Pool(crowd.file)).or_default().insert(place);
                continue;
            }
            if is_outside(&place) {
                let home = self.survey.uses_outside(&place).into_iter().map(|(user, _)| user.file).min()?;
                state.entry(Home::Outside(home)).or_default().insert(place);
                continue;
            }
            let name = place.rsplit('.').next().unwrap_or(&place);
            let mut is_known = false;
            for id in region.functions.iter().map(|(id, _)| id).chain(&around) {
                let outline = self.survey.outline(*id);
                let body = outline.body(&Roots::default());
                let own = body.touches.iter().filter(|touch| touch.place.rsplit('.').next() == Some(name));
                let own: Vec<_> = own.collect();
                for (home, name) in own.iter().filter_map(|touch| self.home_around(*id, &touch.place)) {
                    state.entry(home).or_default().insert(name);
                    is_known = true;
                }
                if own.iter().any(|touch| touch.place.contains('.')) {
                    for home in self.owners(*id, name) {
                        state.entry(home).or_default().insert(name.to_owned());
                        is_known = true;
                    }
                }
            }
            if !is_known {
                return None;
            }
        }
        Some(state)
    }

    /// The names of what threads would share that work on this, where they take turns.
    pub(super) fn names_in_turn(&self, touches: &Touched, region: &Region, around: FnId) -> Option<BTreeSet<String>> {
        let state = self.state(region, touches, Some(around)).filter(|_| self.takes_turns)?;
        Some(state.into_values().flatten().collect())
    }

    /// The classes that a function finds an attribute of this name on, by their objects or themselves.
    fn owners(&self, function: FnId, name: &str) -> Vec<Home> {
        let types = &self.resolver.types;
        let (Some(ast), Some(own)) = (types.ast(function.file), types.world().function(function)) else {
            return Vec::new();
        };
        let Some(def) = ast.def(own.range) else { return Vec::new() };
        let mut found = Attributes { name, objects: Vec::new() };
        found.visit_body(&def.body);
        let homes = found.objects.iter().flat_map(|object| {
            let asked = whose_class(object);
            let shapes = self.resolver.shapes(function.file, asked.unwrap_or(object));
            shapes.into_iter().filter_map(move |shape| match Home::of(&shape) {
                Some(Home::Class(file, start)) if asked.is_some() => Some(Home::Static(file, start)),
                home => home,
            })
        });
        homes.filter(|home| types.world().is_own(home.file())).collect()
    }

    /// Who has a place. What belongs to an object that keeps state between calls, like a connection, is had by who has the object.
    fn home_around(&self, function: FnId, place: &str) -> Option<(Home, String)> {
        let around = || {
            let (object, _) = place.rsplit_once('.')?;
            let (_, name) = object.rsplit_once('.')?;
            self.holds_keeper(function, name).then(|| self.home_of(function, object)).flatten()
        };
        self.home_of(function, place).or_else(around)
    }

    /// Whether a function finds an object that keeps state between calls under an attribute.
    fn holds_keeper(&self, function: FnId, name: &str) -> bool {
        let types = &self.resolver.types;
        let (Some(ast), facts) = (types.ast(function.file), types.facts(function.file)) else { return false };
        let is_it = |load: &&Load| load.attribute && load.function == function.index && load.name == name;
        facts.loads.iter().filter(is_it).any(|load| {
            let path = ast.path(load.range);
            let attribute = path.iter().rev().find(|node| matches!(node, AnyNodeRef::ExprAttribute(_)));
            let object = attribute.and_then(|attribute| ast.expression(attribute.range()));
            object.is_some_and(|object| ownership::keeps_state(self.resolver, function, object))
        })
    }

    /// Whether one thread does all that is done with a state while there is a loop.
    pub(super) fn is_kept_by(&self, state: &State, turn: &Turn<'_>) -> bool {
        state.iter().all(|(home, names)| {
            let of_others: Option<Vec<(FnId, TextRange)>> = match home {
                Home::Pool(_) => Some(names.iter().flat_map(|place| self.survey.uses_of_crowd(place)).collect()),
                Home::Outside(_) => Some(names.iter().flat_map(|place| self.survey.uses_outside(place)).collect()),
                _ => None,
            };
            if let Some(uses) = of_others {
                let is_part = |(of, call): &(FnId, TextRange)| turn.works.iter().any(|work| work.holds(*of, *call));
                let others = uses.into_iter().filter(|one| !is_part(one));
                let users = others.map(|(function, at)| User { function, at, gets_out: false, writes: true });
                return self.are_kept_by(&users.collect::<Vec<_>>(), turn);
            }
            names.iter().all(|name| {
                let users = self.users(home, &BTreeSet::from([name.clone()]));
                users.is_some_and(|users| self.are_kept_by(&users, turn))
            })
        })
    }

    /// Whether all that uses one place is done by the thread of a turn, or at another time than what that does with it.
    fn are_kept_by(&self, users: &[User], turn: &Turn<'_>) -> bool {
        let functions: FxHashSet<FnId> = users.iter().map(|user| user.function).collect();
        // Others only use what else tasks share.
        let gets_out = users.iter().any(|user| user.gets_out);
        let turn = &if gets_out { turn.about(&functions) } else { turn.of_users(users) };
        let mut seen = FxHashSet::default();
        users.iter().filter(|user| user.writes || !self.is_beside_loop(user.function)).all(|user| {
            let is_part = || turn.works.iter().any(|work| work.has(user.function, user.at));
            let is_kept = !user.gets_out && (is_part() || self.runs_in_turn(user.function, turn, &mut seen));
            is_kept
                || if user.gets_out {
                    self.is_calm_from(user.function, user.at, turn)
                } else {
                    self.is_apart(user.function, user.at, turn)
                }
        }) && !self.have_threads(&functions, turn)
    }

    /// Whether a function is run by the thread alone, or while there is no loop.
    fn runs_in_turn(&self, id: FnId, turn: &Turn<'_>, seen: &mut FxHashSet<FnId>) -> bool {
        if id.index == MODULE || self.resolver.is_beside_program(id.file) || !seen.insert(id) {
            return true;
        }
        let world = self.resolver.types.world();
        let Some(function) = world.function(id).filter(|function| !function.is_async) else { return false };
        let callers = self.survey.callers(id, &self.ground.analysis.graph);
        if callers.are_of_loop() || callers.cached {
            return false;
        }
        if callers.edges.is_empty() {
            return turn.functions.contains(&id)
                || function.decorators.is_empty() && self.is_called_without_loop(&function.name);
        }
        callers.edges.iter().all(|edge| {
            let at = self.runs_at(id, edge.caller, edge.at);
            turn.works.iter().any(|work| work.holds(edge.caller, edge.at))
                || self.is_early(edge.caller, at)
                || self.is_late(edge.caller, at)
                || self.is_apart(edge.caller, at, turn)
                || self.runs_in_turn(edge.caller, turn, seen)
        })
    }

    /// Whether all that names a function are calls that modules and tests make.
    fn is_called_without_loop(&self, name: &str) -> bool {
        let (world, index) = (self.resolver.types.world(), self.resolver.index());
        let is_of_module = |posting: &Posting| {
            let call = world.call_at(*posting);
            call.is_some_and(|call| call.function == MODULE) || self.resolver.is_beside_program(posting.0)
        };
        index.loads(name).is_empty() && index.calls(name).iter().all(is_of_module)
    }

    /// Whether only a framework runs a function, in threads: it may come to what is half done, as ever.
    fn is_beside_loop(&self, id: FnId) -> bool {
        let Some(function) = self.resolver.types.world().function(id) else { return false };
        let is_elsewhere = || self.resolver.decoration(id, function).elsewhere;
        !function.is_async
            && !function.decorators.is_empty()
            && is_elsewhere()
            && self.survey.callers(id, &self.ground.analysis.graph).edges.is_empty()
    }

    /// Whether the program has threads of its own that run one of these functions. Those that the thread of a turn starts come and go with
    /// what it does.
    fn have_threads(&self, users: &FxHashSet<FnId>, turn: &Turn<'_>) -> bool {
        let catalogue = self.resolver.catalogue();
        let world = self.resolver.types.world();
        let is_thread =
            |name: &str| catalogue.handovers_with_last_name(name).any(|handover| handover.on == RunsOn::Thread);
        let named = self.resolver.index().called_names().filter(|(name, _)| is_thread(name));
        named.flat_map(|(_, postings)| postings).any(|&posting| {
            // What it hands to a thread comes to it by its imports.
            let is_near = users.iter().any(|user| self.resolver.may_hold(posting.0, user.file));
            let Some(call) = world.call_at(posting).filter(|_| is_near && !self.resolver.is_beside_program(posting.0))
            else {
                return false;
            };
            let caller = FnId { file: posting.0, index: call.function };
            if turn.functions.contains(&caller) {
                return false;
            }
            let outline = self.survey.outline(caller);
            let Some((_, made)) = outline.call_at(call.range).filter(|_| self.may_start_thread(caller, call.range))
            else {
                return false;
            };
            let follow = self.survey.follow(caller, made);
            let starts: Vec<_> = follow.callbacks.iter().map(|(id, _)| (*id, Arc::default())).collect();
            match &*self.survey.region(&starts) {
                Ok(region) => region.functions.iter().any(|(id, _)| users.contains(id)),
                Err(_) => true,
            }
        })
    }

    /// Whether a call may be one that hands something to a thread, as far as it is known what it calls.
    pub(super) fn may_start_thread(&self, caller: FnId, call: TextRange) -> bool {
        let Some(ast) = self.resolver.types.ast(caller.file) else { return true };
        let Some(node) = ast.call(call) else { return true };
        let targets = self.survey.targets(caller.file, node);
        let mut names = targets.iter().flat_map(|target| &target.names);
        let is_thread = |name: &String| {
            self.resolver.catalogue().handovers(name).iter().any(|handover| handover.on == RunsOn::Thread)
        };
        targets.is_empty() || names.any(is_thread)
    }
}
