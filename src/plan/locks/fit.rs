//! Which changes need a lock, and whether they can have it.

use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_text_size::TextRange;

use super::{Held, Lock};
use crate::analysis::FnId;
use crate::plan::decide::Planner;
use crate::plan::{Action, Change, Conversion, Recolour};

impl Planner<'_> {
    /// Gives the changes the locks that they count on. Those of which a function would stay what cannot wait, or that would come to
    /// stand where nothing waits, cannot be: their numbers are returned.
    pub(in crate::plan) fn hold_locks(&self, changes: &mut Vec<Change>) -> BTreeSet<usize> {
        let locks = &self.ground.locks.0;
        let mut unfit = BTreeSet::new();
        for (index, lock) in locks.iter().enumerate() {
            if !self.hold(lock, changes) {
                unfit.insert(index);
            }
        }
        unfit
    }

    fn hold(&self, lock: &Arc<Lock>, changes: &mut Vec<Change>) -> bool {
        let is_in = |function: FnId, at: TextRange| {
            lock.regions.iter().any(|held| held.is_around(function, at))
                || lock.inside.iter().any(|inside| inside.function == function)
        };
        let needs = |change: &Change| {
            places(change).into_iter().any(|(function, at)| is_in(function, at))
                || matches!(&change.action, Action::Convert(conversion)
                    if lock.regions.iter().any(|held| conversion.functions.contains_key(&held.function)))
        };
        let mut users: Vec<usize> =
            changes.iter().enumerate().filter(|(_, change)| needs(change)).map(|(index, _)| index).collect();
        let is_possible = |change: &Change| lock.regions.iter().all(|held| may_hold(change, held));
        if !changes.iter().all(is_possible) {
            return users.is_empty();
        }
        let sync: Vec<FnId> =
            lock.regions.iter().map(|held| held.function).filter(|function| !self.is_async(*function)).collect();
        if users.is_empty() {
            return true;
        }
        if !sync.is_empty() {
            let Some(index) = join(changes, &users) else { return false };
            let Action::Convert(conversion) = &changes[index].action else { return false };
            let is_converted = |id: &FnId| conversion.functions.get(id) == Some(&Recolour::Coroutine);
            if !sync.iter().all(is_converted) {
                return false;
            }
            users = vec![index];
        }
        for index in users {
            changes[index].locks.push(Arc::clone(lock));
        }
        true
    }
}

/// What a change is about, all of it.
pub(in crate::plan) fn places(change: &Change) -> Vec<(FnId, TextRange)> {
    match &change.action {
        Action::Convert(conversion) => {
            conversion.parts.iter().map(|part| (part.function, part.call)).chain(conversion.places()).collect()
        }
        Action::Migrate(migration) => migration.withs.iter().chain(&migration.calls).copied().collect(),
        _ => vec![(change.function, change.call)],
    }
}

/// Whether the statements of a region can stand under a lock once a change is made.
fn may_hold(change: &Change, held: &Held) -> bool {
    let is_apart = |function: FnId, at: TextRange| {
        function != held.function || at.intersect(held.range).is_none_or(|both| both.is_empty())
    };
    let is_within = |function: FnId, at: TextRange| held.is_around(function, at) && at != held.range;
    match &change.action {
        Action::Convert(conversion) => {
            conversion.parts.iter().all(|part| may_hold(part, held))
                && conversion.exchanges.iter().all(|exchange| {
                    exchange.sites().all(|(function, at)| is_apart(function, at) || is_within(function, at))
                        && exchange
                            .hoists
                            .iter()
                            .all(|(id, hoist)| is_apart(*id, hoist.statement) || is_within(*id, hoist.statement))
                })
        }
        Action::Migrate(migration) => {
            migration.withs.iter().chain(&migration.calls).all(|(function, at)| is_apart(*function, *at))
        }
        Action::Hoist(hoist, action) => {
            let is_whole =
                is_apart(change.function, hoist.statement) || held.is_around(change.function, hoist.statement);
            is_whole && is_plain(action, is_apart(change.function, change.call))
        }
        // A function that has all of the region in it stands under the lock.
        Action::Block(..) if held.is_around(change.function, change.call) => true,
        action => {
            (is_apart(change.function, change.call) || is_within(change.function, change.call))
                && is_plain(action, is_apart(change.function, change.call))
        }
    }
}

/// Whether an action lets other code in at the call alone.
fn is_plain(action: &Action, is_apart: bool) -> bool {
    match action {
        // These take in statements around the call.
        Action::Consume(_)
        | Action::Enter(_)
        | Action::Step(_)
        | Action::Draw(_)
        | Action::Finish(_)
        | Action::Plain
        | Action::Add(_) => is_apart,
        Action::Hoist(_, action) => is_plain(action, is_apart),
        _ => true,
    }
}

/// Makes one change of several, which is a conversion, and says where it is.
fn join(changes: &mut Vec<Change>, users: &[usize]) -> Option<usize> {
    let mut joined = Conversion::default();
    let mut locks: Vec<Arc<Lock>> = Vec::new();
    for &index in users {
        let change = &changes[index];
        match &change.action {
            Action::Convert(conversion) => joined.join((**conversion).clone()),
            Action::Migrate(_) | Action::Finish(_) | Action::Add(_) => return None,
            _ => {
                joined.findings.extend(&change.findings);
                joined.parts.push(Change { locks: Vec::new(), ..change.clone() });
            }
        }
        for lock in &change.locks {
            if !locks.contains(lock) {
                locks.push(Arc::clone(lock));
            }
        }
    }
    joined.parts.sort_by_key(|part| (part.function, part.call.start(), part.call.end()));
    let is_convert = |index: &&usize| matches!(changes[**index].action, Action::Convert(_));
    let first = *users.iter().find(is_convert)?;
    let findings = joined.findings.iter().copied().collect();
    let change = Change { action: Action::Convert(Arc::new(joined)), findings, locks, ..changes[first].clone() };
    changes[first] = change;
    let mut index = 0..;
    changes.retain(|_| index.next().is_none_or(|index| index == first || !users.contains(&index)));
    Some(first - users.iter().filter(|index| **index < first).count())
}
