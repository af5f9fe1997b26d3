//! Libraries that take the place of threads which would make the calls of an object one by one, once it is known where those are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use super::doubled::Doubled;
use super::{Draft, Exchange, Known, Mentions};
use crate::analysis::FnId;
use crate::catalogue::{CallRule, Target};
use crate::plan::convert::Conversion;
use crate::plan::decide::{Decisions, Planner};
use crate::plan::{Action, Change, TurnHome};

/// Where a thread is: the number of its change, and of the part of that, if it is a conversion.
type Slot = (usize, Option<usize>);

impl Planner<'_> {
    /// Puts exchanges in the place of threads that make the calls of an object one by one. Says why not, by finding.
    pub(in crate::plan) fn exchange_pieces(
        &self,
        decisions: &mut Decisions,
        changes: &mut Vec<Change>,
    ) -> BTreeMap<usize, String> {
        let mut refused = BTreeMap::new();
        let sites = self.sites_by_place();
        let (above, mentions, doubled) = (FxHashMap::default(), Mentions::default(), Doubled::default());
        let known = Known { above: &above, mentions: &mentions, doubled: &doubled, sites: &sites };
        for (number, codemod) in self.resolver.catalogue().codemods.iter().enumerate() {
            let Some((index, target)) = self.wanted(codemod).filter(|(_, target)| target.piecewise) else { continue };
            let makers = self.makers(target);
            if makers.is_empty() || self.doubled(codemod.name.as_str(), target).whole.is_some() {
                continue;
            }
            for (finding, function, at) in makers {
                if slot(changes, function, at).is_none() {
                    continue;
                }
                let mut draft = Draft::new(self, (number, index), target, known);
                let outcome = draft.site(function, at);
                match outcome.and_then(|()| self.slots(target, draft.exchange, changes, known)) {
                    Ok((exchange, slots)) => self.put(exchange, slots, decisions, changes),
                    Err(reason) => _ = refused.insert(finding, reason),
                }
            }
        }
        refused
    }

    /// The calls that a target has functions for, in order: findings and places.
    fn makers(&self, target: &Target) -> Vec<(usize, FnId, TextRange)> {
        let is_maker = |api: &str| {
            let (of, name) = api.rsplit_once('.').unwrap_or_default();
            let fits = |rule: &CallRule| rule.of == of && rule.calls.iter().any(|call| call == name);
            target.call.iter().any(|rule| rule.to.is_some() && fits(rule)) && !self.is_replaced(api)
        };
        let findings = self.ground.analysis.findings.iter().enumerate();
        let own = findings.filter(|(index, finding)| finding.untreated.is_none() && is_maker(&self.api(*index).name));
        own.map(|(index, finding)| (index, finding.site.function, finding.site.range)).collect()
    }

    /// The threads that an exchange takes the place of: those of all its blocking calls, each of which has one for itself.
    fn slots(
        &self,
        target: &Target,
        mut exchange: Exchange,
        changes: &[Change],
        known: Known<'_>,
    ) -> Result<(Exchange, BTreeSet<Slot>), String> {
        let mut slots = BTreeSet::new();
        for (function, at) in exchange.sites() {
            match slot(changes, function, at) {
                Some(slot) => _ = slots.insert(slot),
                None if known.sites.contains_key(&(function, at)) => {
                    return Err("not all that is done with it goes to threads of its own".to_owned());
                }
                None if in_block(changes, function, at) => {
                    return Err("a part of what is done with it goes to a thread as a whole".to_owned());
                }
                None => {}
            }
        }
        let parts: Vec<&Change> = slots.iter().map(|slot| at_slot(changes, *slot)).collect();
        let turns: BTreeSet<TurnHome> = parts.iter().filter_map(|part| part.turn).collect();
        if turns.len() > 1 || !turns.is_empty() && target.turns.is_none() {
            return Err("its threads take turns with others".to_owned());
        }
        exchange.turn = turns.into_iter().next();
        let is_of_one = slots.iter().all(|(_, part)| part.is_none())
            || slots
                .first()
                .is_some_and(|(first, _)| slots.iter().all(|(index, part)| index == first && part.is_some()));
        let is_known = parts.iter().flat_map(|part| &part.findings).all(|finding| exchange.findings.contains(finding));
        let converted = slots.first().and_then(|(index, _)| conversion(&changes[*index]));
        let may_await =
            |id: &FnId| self.is_async(*id) || converted.is_some_and(|conversion| conversion.functions.contains_key(id));
        if !is_of_one || !is_known || !exchange.functions.iter().all(may_await) {
            return Err("not all that is done with it changes together".to_owned());
        }
        exchange.fold();
        Ok((exchange, slots))
    }

    fn put(&self, exchange: Exchange, slots: BTreeSet<Slot>, decisions: &mut Decisions, changes: &mut Vec<Change>) {
        let change = match slots.first() {
            Some((index, Some(_))) => {
                let Action::Convert(conversion) = &mut changes[*index].action else { return };
                let conversion = Arc::make_mut(conversion);
                for part in slots.iter().rev().filter_map(|(_, part)| *part) {
                    conversion.parts.remove(part);
                }
                conversion.exchanges.push(exchange);
                changes[*index].clone()
            }
            _ => {
                let findings = exchange.findings.clone();
                let conversion = Conversion { exchanges: vec![exchange], findings, ..Conversion::default() };
                let Some(change) = self.change(conversion) else { return };
                for (index, _) in slots.iter().rev() {
                    changes.remove(*index);
                }
                changes.push(change.clone());
                change
            }
        };
        let places: Vec<_> = conversion(&change).into_iter().flat_map(|conversion| conversion.places()).collect();
        for place in places {
            decisions.insert(place, Ok(change.action.clone()));
        }
    }
}

fn conversion(change: &Change) -> Option<&Conversion> {
    match &change.action {
        Action::Convert(conversion) => Some(conversion),
        _ => None,
    }
}

/// All changes, and all parts of conversions.
fn all(changes: &[Change]) -> impl Iterator<Item = (Slot, &Change)> {
    changes.iter().enumerate().flat_map(|(index, change)| {
        let parts = conversion(change).into_iter().flat_map(|conversion| conversion.parts.iter().enumerate());
        let own = conversion(change).is_none().then_some(((index, None), change));
        parts.map(move |(part, change)| ((index, Some(part)), change)).chain(own)
    })
}

fn at_slot(changes: &[Change], (index, part): Slot) -> &Change {
    let change = &changes[index];
    part.and_then(|part| conversion(change)?.parts.get(part)).unwrap_or(change)
}

/// The thread that makes one call, and nothing else.
fn slot(changes: &[Change], function: FnId, at: TextRange) -> Option<Slot> {
    let is_thread = |action: &Action| match action {
        Action::Hoist(_, action) => **action == Action::Thread,
        action => *action == Action::Thread,
    };
    let is_it = |change: &Change| change.function == function && change.call == at && is_thread(&change.action);
    all(changes).find(|(_, change)| is_it(change)).map(|(slot, _)| slot)
}

/// Whether a place is in a part that goes to a thread as a whole.
fn in_block(changes: &[Change], function: FnId, at: TextRange) -> bool {
    all(changes).any(|(_, change)| {
        change.function == function
            && matches!(change.action.core(), Action::Block(..))
            && change.call.contains_range(at)
    })
}
