//! Which sync functions become `async def`, with all their callers: those below which every blocking call has an async twin.
//!
//! Functions that call each other on the way to a blocking call change together or not at all. Where one of them cannot, the
//! outermost call is handed to a thread instead, as if there were no twin; where that cannot be either, [`super::deepen`] looks
//! for threads further down.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ruff_text_size::{TextRange, TextSize};

use super::decide::Planner;
use super::group::{Refusal, Rung, Solver};
use super::{Action, Adaption, Change, Exchange, Rearm, TurnHome};
use crate::analysis::{FnId, Hop};
use crate::project::FileId;

/// Functions that become `async def` together, and what follows from that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversion {
    pub functions: BTreeMap<FnId, Recolour>,
    /// What else changes with those of them that are tests.
    pub tests: BTreeMap<FnId, Vec<Adaption>>,
    /// Everything else that changes with them: the calls of them, and what blocks in them.
    pub parts: Vec<Change>,
    /// Names in calls that become those of their asynchronous counterparts.
    pub renames: Vec<(FileId, TextRange, &'static str)>,
    /// What the stubs beside their modules declare of the functions.
    pub declared: BTreeMap<FnId, Recolour>,
    /// What annotations say that calling a parameter gives: now it gives something to await.
    pub promises: Vec<(FileId, TextRange)>,
    /// Findings below the functions that stay as they are, and why.
    pub left: BTreeMap<usize, String>,
    /// The calls that another library takes over, with all that touches their results.
    pub exchanges: Vec<Exchange>,
    /// The findings that it is about.
    pub findings: BTreeSet<usize>,
    /// Those of the functions that the loop itself calls, and awaits from now on.
    pub answered: BTreeSet<FnId>,
    /// Where the arguments start by which it is given them, and which start tasks now.
    pub started: BTreeSet<(FileId, TextSize)>,
    /// Timers that those set again for themselves.
    pub rearms: Vec<Rearm>,
}

/// What becomes of the definition of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recolour {
    /// A coroutine function.
    Coroutine,
    /// An asynchronous generator.
    Generator,
    /// One that makes a context manager.
    Manager,
    /// A coroutine function that Python calls by itself, by another name.
    Special,
    /// What gives an iterator, and stays as it is but for its name.
    Iterator,
}

/// Methods that Python calls by itself, with their asynchronous counterparts.
const SPECIAL: [(&str, &str); 4] =
    [("__enter__", "__aenter__"), ("__exit__", "__aexit__"), ("__iter__", "__aiter__"), ("__next__", "__anext__")];

/// The asynchronous counterpart of a method that Python calls by itself.
#[must_use]
pub fn counterpart(name: &str) -> Option<&'static str> {
    SPECIAL.iter().find(|(sync, _)| *sync == name).map(|(_, to)| *to)
}

impl Conversion {
    /// The files that it changes.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        let exchanged =
            self.exchanges.iter().flat_map(|exchange| exchange.files().chain(exchange.turn.and_then(TurnHome::module)));
        let based = self.tests.values().flatten().filter_map(|adaption| match adaption {
            Adaption::Refer { file, .. } => Some(*file),
            _ => None,
        });
        self.functions
            .keys()
            .chain(self.declared.keys())
            .map(|id| id.file)
            .chain(based)
            .chain(self.started.iter().map(|(file, _)| *file))
            .chain(self.parts.iter().flat_map(Change::files))
            .chain(exchanged)
    }

    /// Where blocking calls, or calls that lead to them, are awaited now: by whom, and where.
    pub fn places(&self) -> impl Iterator<Item = (FnId, TextRange)> {
        let calls = self
            .parts
            .iter()
            .filter(|part| matches!(part.action.core(), Action::Await | Action::Settle | Action::Consume(_)));
        calls.map(|part| (part.function, part.call)).chain(self.exchanges.iter().flat_map(Exchange::sites))
    }

    /// Whether the change is of this entry.
    #[must_use]
    pub fn treats(&self, hop: &Hop) -> bool {
        self.parts.iter().any(|part| part.treats(hop)) || self.exchanges(hop.function, hop.at)
    }

    /// Whether another library takes a call over.
    #[must_use]
    pub fn exchanges(&self, function: FnId, call: TextRange) -> bool {
        self.exchanges.iter().flat_map(Exchange::sites).any(|site| site == (function, call))
    }

    /// Takes in another one.
    pub(super) fn join(&mut self, other: Self) {
        self.functions.extend(other.functions);
        self.tests.extend(other.tests);
        self.parts.extend(other.parts);
        self.renames.extend(other.renames);
        self.declared.extend(other.declared);
        self.promises.extend(other.promises);
        self.left.extend(other.left);
        self.exchanges.extend(other.exchanges);
        self.findings.extend(other.findings);
        self.answered.extend(other.answered);
        self.started.extend(other.started);
        self.rearms.extend(other.rearms);
    }
}

impl Planner<'_> {
    /// The conversions of the program, as changes; and why no other library takes over, by finding.
    pub(super) fn conversions(&self) -> (Vec<Change>, BTreeMap<usize, String>) {
        let exchanges = self.exchanges();
        let mut refused = exchanges.refused.clone();
        let mut solver = Solver::new(self, &exchanges);
        let mut seen: BTreeSet<FnId> = BTreeSet::new();
        let mut found: Vec<Conversion> = Vec::new();
        // Why functions cannot change, where they are new and that can be told.
        let mut convert = |seeds: Vec<FnId>| {
            let open: Vec<FnId> = seeds.into_iter().filter(|id| seen.insert(*id)).collect();
            if open.is_empty() {
                return None;
            }
            match solver.solve(open, Rung::Swaps) {
                Ok(conversion) => {
                    seen.extend(conversion.functions.keys());
                    found.push(conversion);
                    None
                }
                Err(Refusal::Colour(reason)) => Some(reason),
                Err(Refusal::Other) => Some("its function, or one that calls it, cannot await".to_owned()),
            }
        };
        for (index, finding) in self.ground.analysis.findings.iter().enumerate() {
            let function = finding.site.function;
            let is_swapped = self.resolver.catalogue().apis[finding.site.api as usize].swap.is_some();
            if (is_swapped || exchanges.of(index).is_some()) && finding.untreated.is_none() && !self.is_async(function)
            {
                let reason = convert(vec![function]);
                refused.extend(reason.map(|reason| (index, reason)));
            }
        }
        for exchange in &exchanges.list {
            let sync = exchange.functions.iter().copied().filter(|id| !self.is_async(*id)).collect();
            if let Some(reason) = convert(sync) {
                refused.extend(exchange.findings.iter().map(|finding| (*finding, reason.clone())));
            }
        }
        // Those whose calls are all in coroutine functions convert nothing.
        let plain = exchanges.list.iter().filter(|exchange| exchange.functions.iter().all(|id| self.is_async(*id)));
        found.extend(plain.map(|exchange| Conversion {
            exchanges: vec![exchange.clone()],
            findings: exchange.findings.clone(),
            ..Conversion::default()
        }));
        let settled = exchanges.settle(self, found);
        let changes = settled.into_iter().filter_map(|conversion| self.change(conversion)).collect();
        (changes, refused)
    }

    /// A conversion as a change, which is known by its first place in a coroutine function.
    pub(super) fn change(&self, mut conversion: Conversion) -> Option<Change> {
        self.make_sure(&mut conversion);
        let world = self.resolver.types.world();
        for (id, recolour) in &conversion.functions {
            let declared = world.declared(id.file, &self.name(*id)).into_iter();
            conversion.declared.extend(declared.map(|(file, index)| (FnId { file, index }, *recolour)));
        }
        let mut places: Vec<(FnId, TextRange)> = conversion.places().collect();
        places.sort_unstable_by_key(|(function, range)| (*function, range.start()));
        let by_loop = || {
            let parts = conversion.parts.iter().filter(|part| conversion.answered.contains(&part.function));
            let parts = parts.map(|part| (part.function, part.call));
            parts
                .chain(places.iter().copied().filter(|(caller, _)| conversion.answered.contains(caller)))
                .min_by_key(|(function, range)| (*function, range.start()))
        };
        let (function, call) = places.iter().copied().find(|(caller, _)| self.is_async(*caller)).or_else(by_loop)?;
        let findings = conversion.findings.iter().copied().collect();
        Some(Change::new(function, call, Action::Convert(Arc::new(conversion)), findings))
    }

    /// Whether a function is a coroutine function, or a loop gets through it to a call that blocks.
    pub(super) fn is_on_loop(&self, id: FnId) -> bool {
        self.is_async(id) || self.ground.analysis.graph.distance.contains_key(&id)
    }

    pub(super) fn is_async(&self, id: FnId) -> bool {
        use crate::analysis::Lookup;
        self.resolver.types.world().function(id).is_none_or(|function| function.is_async)
    }
}

/// The conversion that a change is, if it is one.
pub(super) fn conversion(change: &Change) -> Option<&Arc<Conversion>> {
    match &change.action {
        Action::Convert(conversion) => Some(conversion),
        _ => None,
    }
}
