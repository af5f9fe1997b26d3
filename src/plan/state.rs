//! What tasks share and threads work on: where one thread does all of it, in turn, each piece of work stays the one step that it was
//! between two awaits.
//!
//! That holds where every use of the places, but for those that make them, belongs to what that thread runs, or to what runs while
//! there is no loop, before there is another task, or as the last thing of all. A coroutine may look at a number that is only counted up: it sees a count of some moment, as ever.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::atomic;
use super::decide::Planner;
use super::locks::Home;
use super::ownership;
use super::region::{Region, Touched};
use super::touch::{Kind, Roots};
use crate::analysis::{FnId, Lookup, Posting};
use crate::catalogue::RunsOn;
use crate::project::facts::{Load, MODULE};

/// Variables of modules and attributes of classes, by who has them.
pub(super) type State = BTreeMap<Home, BTreeSet<String>>;

/// What one thread does.
pub(super) struct Turn<'a> {
    pub functions: &'a FxHashSet<FnId>,
    /// The calls and statements that it makes, each with the coroutine that has it made.
    pub calls: &'a [(FnId, TextRange)],
}

impl Planner<'_> {
    /// The places which two threads must not work on at the same time, as the coroutine names them.
    pub(super) fn clashing(&self, touches: &Touched) -> BTreeSet<String> {
        let written = || touches.iter().filter(|(_, kind)| kind.is_write());
        let is_whole = written().count() > 1;
        let is_read = |place: &String| {
            let within = format!("{place}.");
            touches.iter().any(|(read, kind)| kind.is_read() && (read == place || read.starts_with(&within)))
        };
        let scanned = touches.iter().filter(|(place, kind)| {
            *kind == Kind::Scan && atomic::changes(self.resolver, place) && self.is_known_place(place)
        });
        let clashing = written().filter(|(place, kind)| is_whole || *kind == Kind::Augment || is_read(place));
        clashing.chain(scanned).map(|(place, _)| place.clone()).collect()
    }

    /// Who has the places of a region that two threads must not work on at the same time; nothing where that is not known of all.
    pub(super) fn state(&self, region: &Region, touches: &Touched) -> Option<State> {
        let mut state = State::new();
        for place in self.clashing(touches) {
            if let Some(crowd) = self.survey.crowd(&place) {
                state.entry(Home::Pool(crowd.file)).or_default().insert(place);
                continue;
            }
            let name = place.rsplit('.').next().unwrap_or(&place);
            let mut is_known = false;
            for (id, _) in &region.functions {
                let outline = self.survey.outline(*id);
                let body = outline.body(&Roots::default());
                let own = body.touches.iter().filter(|touch| touch.place.rsplit('.').next() == Some(name));
                for (home, name) in own.filter_map(|touch| self.home_around(*id, &touch.place)) {
                    state.entry(home).or_default().insert(name);
                    is_known = true;
                }
            }
            if !is_known {
                return None;
            }
        }
        Some(state)
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
        let mut users: FxHashSet<FnId> = FxHashSet::default();
        for (home, names) in state {
            if let Home::Pool(_) = home {
                let uses = names.iter().flat_map(|place| self.survey.uses_of_crowd(place));
                let is_part = |(of, call): &(FnId, TextRange)| {
                    turn.calls.iter().any(|(function, at)| function == of && at.contains_range(*call))
                };
                users.extend(uses.filter(|one| !is_part(one)).map(|(function, _)| function));
                continue;
            }
            let Some(found) = self.users(home, names) else { return false };
            users.extend(found);
        }
        let mut seen = FxHashSet::default();
        users.iter().all(|user| self.runs_in_turn(*user, turn, &mut seen)) && !self.have_threads(&users)
    }

    /// Whether a function is run by the thread alone, or while there is no loop.
    fn runs_in_turn(&self, id: FnId, turn: &Turn<'_>, seen: &mut FxHashSet<FnId>) -> bool {
        if id.index == MODULE || self.is_for_tests(id.file) || !seen.insert(id) {
            return true;
        }
        let world = self.resolver.types.world();
        let Some(function) = world.function(id).filter(|function| !function.is_async) else { return false };
        let callers = self.survey.callers(id, &self.ground.analysis.graph);
        if callers.on_loop || callers.cached {
            return false;
        }
        if callers.edges.is_empty() {
            return turn.functions.contains(&id)
                || function.decorators.is_empty() && self.is_called_without_loop(&function.name);
        }
        callers.edges.iter().all(|edge| {
            let is_part = |(of, at): &(FnId, TextRange)| *of == edge.caller && at.contains_range(edge.at);
            turn.calls.iter().any(is_part)
                || self.is_early(edge.caller, edge.at)
                || self.is_late(edge.caller, edge.at)
                || self.runs_in_turn(edge.caller, turn, seen)
        })
    }

    /// Whether all that names a function are calls that modules and tests make.
    fn is_called_without_loop(&self, name: &str) -> bool {
        let (world, index) = (self.resolver.types.world(), self.resolver.index());
        let is_of_module = |posting: &Posting| {
            let call = world.call_at(*posting);
            call.is_some_and(|call| call.function == MODULE) || self.is_for_tests(posting.0)
        };
        index.loads(name).is_empty() && index.calls(name).iter().all(is_of_module)
    }

    /// Whether the program has threads of its own that run one of these functions.
    fn have_threads(&self, users: &FxHashSet<FnId>) -> bool {
        let catalogue = self.resolver.catalogue();
        let world = self.resolver.types.world();
        let is_thread =
            |name: &str| catalogue.handovers_with_last_name(name).any(|handover| handover.on == RunsOn::Thread);
        let named = self.resolver.index().called_names().filter(|(name, _)| is_thread(name));
        named.flat_map(|(_, postings)| postings).any(|&posting| {
            // What it hands to a thread comes to it by its imports.
            let is_near = users.iter().any(|user| self.resolver.may_hold(posting.0, user.file));
            let Some(call) = world.call_at(posting).filter(|_| is_near && !self.is_for_tests(posting.0)) else {
                return false;
            };
            let caller = FnId { file: posting.0, index: call.function };
            let outline = self.survey.outline(caller);
            let Some((_, made)) = outline.call_at(call.range) else { return false };
            let follow = self.survey.follow(caller, made);
            let starts: Vec<_> = follow.callbacks.iter().map(|(id, _)| (*id, Arc::default())).collect();
            match &*self.survey.region(&starts) {
                Ok(region) => region.functions.iter().any(|(id, _)| users.contains(id)),
                Err(_) => true,
            }
        })
    }
}
