//! Where a call cannot be handed to a thread as a whole, what it calls becomes a coroutine function, and the threads go further down:
//! what it reads and writes of what tasks share stays on the loop.

use rustc_hash::FxHashMap;

use super::decide::{Decisions, Planner};
use super::group::{Refusal, Rung, Solver};
use super::swap::Exchanges;
use super::{Action, Change, Conversion};
use crate::analysis::{FnId, Hop};

/// What was changed so far, and the functions from which it was worked out.
struct Deepened {
    seeds: Vec<FnId>,
    conversion: Conversion,
}

impl Deepened {
    fn meets(&self, other: &Conversion) -> bool {
        self.conversion.functions.keys().any(|id| other.functions.contains_key(id))
    }
}

impl Planner<'_> {
    /// Treats entries that could not be, by changes that take the place of others.
    pub(super) fn deepen(&self, decisions: &mut Decisions, changes: &mut Vec<Change>) {
        let none = Exchanges::default();
        let mut solver = Solver::new(self, &none);
        let mut tried: FxHashMap<FnId, Option<String>> = FxHashMap::default();
        let mut made: Vec<Deepened> = Vec::new();
        let findings = &self.ground.analysis.findings;
        for finding in findings.iter().filter(|finding| finding.untreated.is_none()) {
            for hop in &finding.entries {
                let reason = match decisions.get(&(hop.function, hop.at)) {
                    Some(Err(reason)) => Some(reason.clone()),
                    // Threads that make the steps of something are the worse way.
                    Some(Ok(Action::Step(_) | Action::Draw(_) | Action::Enter(_))) => None,
                    _ => continue,
                };
                let Some(seed) = self.seed(hop) else { continue };
                let why = match tried.get(&seed) {
                    Some(why) => why.clone(),
                    None => match solver.solve([seed], Rung::Threads) {
                        Ok(conversion) if self.takes_place(&conversion, decisions, changes) => {
                            made.push(Deepened { seeds: vec![seed], conversion });
                            continue;
                        }
                        Ok(conversion) => {
                            let near = Deepened { seeds: vec![seed], conversion };
                            if self.join_deepened(&mut solver, near, &mut made, decisions, changes) {
                                continue;
                            }
                            None
                        }
                        Err(Refusal::Other) => None,
                        Err(Refusal::Colour(why)) => Some(why),
                    },
                };
                if let (Some(why), Some(reason)) = (&why, reason)
                    && !reason.ends_with(why.as_str())
                {
                    let by_loop = self.is_answered(hop.function);
                    let reason = if by_loop { why.clone() } else { format!("{reason}; {why}") };
                    decisions.insert((hop.function, hop.at), Err(reason));
                }
                tried.insert(seed, why);
            }
        }
    }

    /// Changes together what would change the same functions, each in its own way.
    fn join_deepened(
        &self,
        solver: &mut Solver<'_>,
        new: Deepened,
        made: &mut Vec<Deepened>,
        decisions: &mut Decisions,
        changes: &mut Vec<Change>,
    ) -> bool {
        let (near, others): (Vec<Deepened>, Vec<Deepened>) =
            made.drain(..).partition(|other| other.meets(&new.conversion));
        *made = others;
        let seeds: Vec<FnId> = new.seeds.iter().chain(near.iter().flat_map(|other| &other.seeds)).copied().collect();
        let is_no_worse = |joined: &Conversion| {
            let mut left = joined.left.keys();
            left.all(|finding| near.iter().any(|other| other.conversion.left.contains_key(finding)))
        };
        let joined = if near.is_empty() { None } else { solver.solve(seeds.iter().copied(), Rung::Threads).ok() };
        if let Some(conversion) = joined.filter(is_no_worse) {
            let (mut rest, mut decided) = (changes.clone(), decisions.clone());
            rest.retain(|change| !near.iter().any(|other| is_change_of(change, &other.conversion)));
            if self.takes_place(&conversion, &mut decided, &mut rest) {
                (*changes, *decisions) = (rest, decided);
                made.push(Deepened { seeds, conversion });
                return true;
            }
        }
        made.extend(near);
        false
    }

    /// The function that a hop of a coroutine calls, where it is one that could change.
    fn seed(&self, hop: &Hop) -> Option<FnId> {
        if self.is_answered(hop.function) {
            return Some(hop.function);
        }
        let mut callees = self.ground.callees_at(hop);
        let first = callees.next().copied();
        first.filter(|id| self.is_async(hop.function) && self.may_be_changed(*id).is_ok())
    }

    /// Puts a conversion in the place of what else would be done where its functions are called; `false` if it must not be.
    fn takes_place(&self, conversion: &Conversion, decisions: &mut Decisions, changes: &mut Vec<Change>) -> bool {
        let Some(change) = self.change(conversion.clone()) else { return false };
        if changes.iter().any(|other| is_in_the_way(other, conversion)) {
            return false;
        }
        changes.retain(|other| {
            !conversion.parts.iter().any(|part| part.function == other.function && part.call == other.call)
        });
        for place in conversion.places().filter(|(function, _)| self.is_async(*function)) {
            decisions.insert(place, Ok(change.action.clone()));
        }
        self.decide_answered(conversion, &change, decisions);
        changes.push(change);
        true
    }
}

fn is_change_of(change: &Change, conversion: &Conversion) -> bool {
    matches!(&change.action, Action::Convert(own) if **own == *conversion)
}

/// Whether a change is of more than a call that a conversion awaits, or treats what that would leave.
fn is_in_the_way(other: &Change, conversion: &Conversion) -> bool {
    let overlaps = |part: &Change| {
        part.function == other.function && part.call.intersect(other.call).is_some_and(|both| !both.is_empty())
    };
    match &other.action {
        Action::Convert(converted) => {
            converted.functions.keys().any(|id| conversion.functions.contains_key(id))
                || converted.parts.iter().any(|one| {
                    conversion.parts.iter().any(|part| part.function == one.function && part.call == one.call)
                })
        }
        Action::Migrate(_) => conversion.parts.iter().any(overlaps),
        _ => conversion.parts.iter().any(|part| {
            let is_replaced = part.call == other.call && part.function == other.function;
            let keeps = other.findings.iter().all(|finding| !conversion.left.contains_key(finding));
            overlaps(part)
                && !(is_replaced
                    && keeps
                    && matches!(
                        other.action.core(),
                        Action::Thread | Action::Swap(_) | Action::Step(_) | Action::Draw(_) | Action::Enter(_)
                    ))
        }),
    }
}
