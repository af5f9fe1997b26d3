//! Check-then-act, and read-call-store, on what tasks share: an `asyncio.Lock` around the statements keeps them what they were, one
//! step for all tasks, while the call in them no longer blocks the loop.
//!
//! Between two awaits a coroutine is alone on its loop. A *region* is a run of statements in such a stretch, from the first read of a
//! place to the last write, with a call that gets an await. The program does what it did where
//! - every write of the place, but those that make it, stands in a region of the same lock ([`uses`]), or in a function that only
//!   regions call ([`lifted`]): nothing that was read in a region is out of date when it ends. What runs when no task comes to a region
//!   may do what it likes;
//! - what is written in a region before the call is touched nowhere outside of regions, so that nobody sees what is in between; what is
//!   written behind all of its calls is seen as before or as after, as ever;
//! - a region gives the loop back nowhere else and runs no function that has a region, so that no task waits for one that waits for it;
//! - what its coroutine does before and behind the region may be split where the region starts: a task may have to wait there. The
//!   waiting go on in the order in which they came (<https://docs.python.org/3/library/asyncio-sync.html#asyncio.Lock>);
//! - all of its functions run on one loop: they are coroutine functions, or become so by the one change that brings the lock. Since
//!   Python 3.10 a lock belongs to no loop before somebody waits for it;
//! - each object, or the module, has its lock from the start ([`home`]).
//!
//! Where one of these is not certain there is no lock, and the call is treated as if there were none.

mod doing;
mod fit;
mod home;
mod lifted;
mod looked_at;
mod owner;
mod plain;
mod regions;
mod uses;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use super::atomic;
use super::breaks::Breaks;
use super::decide::Planner;
use super::early::RUNNER;
use crate::analysis::{FnId, Hop, Lookup, Via};
use crate::project::facts::MODULE;
use crate::project::{DefId, FileId};
pub(super) use fit::places;
pub(super) use home::Home;
use owner::Owned;
use uses::Use;

/// Before this version a lock belonged to a loop from the start.
const SINCE: (u8, u8) = (3, 10);
/// How often a region is widened.
const ROUNDS: usize = 8;
/// A region that runs more functions than this is not looked through.
const MOST_FUNCTIONS: usize = 150;
/// How many coroutines that await each other are asked whether one of them may give the loop back.
const DEPTH: usize = 3;

/// A lock that the program gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    pub name: String,
    pub file: FileId,
    pub maker: Maker,
    pub regions: Vec<Held>,
    /// The functions that only regions call, or what runs when no task comes to one.
    inside: Vec<Inside>,
}

/// A function that runs while the lock is held, and the places as it names them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Inside {
    function: FnId,
    places: Vec<String>,
}

impl Lock {
    /// The files that it changes.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        std::iter::once(self.file).chain(self.regions.iter().map(|held| held.function.file))
    }
}

/// What makes a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maker {
    /// The statement that the one which makes it follows.
    pub after: TextRange,
    pub form: MakerForm,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MakerForm {
    /// A variable of the module.
    Variable,
    /// An attribute of what has this name in `__init__`.
    Attribute(String),
    /// A field of a data class.
    Field,
}

/// Statements that run while a lock is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub function: FnId,
    pub range: TextRange,
    /// What the lock is an attribute of.
    pub owner: Option<String>,
    /// What only one task at a time reads and writes, as the function names it.
    places: Vec<String>,
}

impl Held {
    fn is_around(&self, function: FnId, range: TextRange) -> bool {
        self.function == function && self.range.contains_range(range)
    }
}

/// The locks of a plan.
#[derive(Debug, Default)]
pub(super) struct Locks(Vec<Arc<Lock>>);

impl Locks {
    /// Whether no other task changes a place between two parts of a function.
    pub(super) fn keep(&self, function: FnId, place: &str, parts: [TextRange; 2]) -> bool {
        let is_it = |held: &Held| {
            parts.iter().all(|part| held.is_around(function, *part)) && held.places.iter().any(|other| other == place)
        };
        let is_within = |inside: &Inside| inside.function == function && inside.places.iter().any(|own| own == place);
        self.0.iter().any(|lock| lock.regions.iter().any(is_it) || lock.inside.iter().any(is_within))
    }

    /// The same of a place of which only the last name is known.
    pub(super) fn keep_named(&self, function: FnId, name: &str, parts: [TextRange; 2]) -> bool {
        let is_it = |place: &String| place.rsplit('.').next() == Some(name);
        let is_around = |held: &Held| parts.iter().all(|part| held.is_around(function, *part));
        let mut held = self.0.iter().flat_map(|lock| &lock.regions);
        held.any(|held| is_around(held) && held.places.iter().any(is_it))
    }

    /// Where a function waits for a lock.
    pub(super) fn waits(&self, function: FnId) -> impl Iterator<Item = TextRange> {
        let regions = self.0.iter().flat_map(|lock| &lock.regions).filter(move |held| held.function == function);
        regions.map(|held| held.range)
    }

    pub(super) fn remove(&mut self, unfit: &BTreeSet<usize>) {
        let mut index = 0..;
        self.0.retain(|_| index.next().is_none_or(|index| !unfit.contains(&index)));
    }
}

/// What a lock would be about.
#[derive(Default)]
struct Wanted {
    places: BTreeSet<String>,
    parts: Vec<Part>,
}

/// What must be one step, and what its function names the owner of the places by.
#[derive(Clone)]
struct Part {
    function: FnId,
    range: TextRange,
    owner: Option<String>,
}

impl Planner<'_> {
    /// The locks without which calls could not be awaited.
    pub(super) fn locks(&self) -> Locks {
        let terms = &self.ground.terms;
        let is_old = terms.minimum.is_some_and(|minimum| minimum < SINCE);
        if self.ground.is_sequential || is_old || terms.keeps_public || !self.starts_one_loop() || self.has_more_loops()
        {
            return Locks::default();
        }
        let calls = self.calls_on_the_way();
        let mut wanted: BTreeMap<Home, Wanted> = BTreeMap::new();
        let breaks = self.breaks_at(&calls);
        for (function, at) in &calls {
            self.want(*function, *at, &breaks, &mut wanted);
        }
        let locks = wanted.into_iter().filter_map(|(home, wanted)| self.lock(home, wanted, &calls));
        let mut locks: Vec<Lock> = locks.collect();
        let holders: FxHashSet<FnId> = locks.iter().flat_map(|lock| &lock.regions).map(|held| held.function).collect();
        locks.retain(|lock| lock.regions.iter().all(|held| !self.runs_one_of(held, &holders)));
        Locks(locks.into_iter().map(Arc::new).collect())
    }

    /// All that leads to blocking calls, and these.
    fn calls_on_the_way(&self) -> BTreeSet<(FnId, Place)> {
        let edges = self.ground.callees.iter().flat_map(|(id, calls)| calls.keys().map(|at| (*id, Place(*at))));
        let findings = self.ground.analysis.findings.iter().filter(|finding| finding.untreated.is_none());
        let sites = findings.map(|finding| (finding.site.function, Place(finding.site.range)));
        edges.chain(sites).collect()
    }

    /// Where functions give the loop back if all that leads to blocking calls does.
    fn breaks_at(&self, calls: &BTreeSet<(FnId, Place)>) -> Breaks {
        let mut breaks = Breaks::default();
        for (function, at) in calls.iter().filter(|(function, _)| !self.is_async(*function)) {
            if let Some(ast) = self.resolver.types.ast(function.file) {
                breaks.add(*function, &ast, at.0);
            }
        }
        breaks
    }

    /// Notes what an await at a call would tear apart.
    fn want(&self, function: FnId, Place(at): Place, breaks: &Breaks, wanted: &mut BTreeMap<Home, Wanted>) {
        let clashes = atomic::clashes(self.survey, function, at, breaks);
        let Some(Owned { home, owner, name }) = clashes.first().and_then(|clash| self.owned(function, &clash.place))
        else {
            return;
        };
        let mut names = BTreeSet::from([name]);
        for clash in &clashes[1..] {
            match self.owned(function, &clash.place) {
                Some(other) if other.home == home && other.owner == owner => _ = names.insert(other.name),
                _ => return,
            }
        }
        // Where the value can be worked out before, that is all it takes.
        if self.may_pause_with(&Hop { function, at, via: Via::Call }, Some(breaks)).is_ok() {
            return;
        }
        let wanted = wanted.entry(home).or_default();
        wanted.places.extend(names);
        let range = clashes.iter().fold(at, |all, clash| all.cover(clash.range));
        wanted.parts.push(Part { function, range, owner });
    }

    fn lock(&self, home: Home, wanted: Wanted, calls: &BTreeSet<(FnId, Place)>) -> Option<Lock> {
        let Wanted { places, parts } = wanted;
        let maker = self.maker(&home, &places)?;
        let all = self.uses(&home, &places)?;
        let (mut regions, within) = self.outer(&home, &places, &parts)?;
        let mut uses = self.lifted(all, &regions)?;
        uses.retain(|one| one.is_start || !self.is_beside(one, &regions));
        // What a coroutine only writes waits for its turn as well.
        for name in &places {
            for one in uses::open_writes(&uses, &regions, name) {
                self.is_async(one.function).then_some(())?;
                let part = Part { function: one.function, range: one.range, owner: one.named_owner()? };
                self.add_region(&home, &places, &part, &mut regions)?;
            }
        }
        let is_in = |held: &Held, (function, at): &(FnId, Place)| held.is_around(*function, at.0);
        let calls_in = |held: &Held| calls.iter().filter(|call| is_in(held, call)).map(|(_, at)| at.0).collect();
        self.are_kept(&uses, &places, &regions, &calls_in)?;
        let is_asked_first = |held: &Held| self.is_asked_first(held.function, &uses, DEPTH);
        if regions.iter().any(is_asked_first) {
            return None;
        }
        let is_inside = |part: &Part| self.runs_inside(part, &regions);
        if !within.iter().all(is_inside) {
            return None;
        }
        regions.sort_by_key(|held| (held.function, held.range.start()));
        let inside = within.into_iter().map(|part| Inside {
            function: part.function,
            places: places.iter().map(|name| home.place(part.owner.as_deref(), name)).collect(),
        });
        let is_shared = regions.iter().any(|held| !self.is_own_lock(&home, held));
        let name = self.lock_name(&home, &places, is_shared)?;
        Some(Lock { name, file: home.file(), maker, inside: inside.collect(), regions })
    }

    /// Whether all that calls a function does so in a region, or when no task comes to one.
    fn runs_inside(&self, part: &Part, regions: &[Held]) -> bool {
        let above = self.lifted(vec![uses::Use::of_part(part)], regions).unwrap_or_default();
        !above.is_empty()
            && above.iter().all(|one| regions.iter().any(|held| one.is_in(held)) || self.is_beside(one, regions))
    }

    /// Whether only what has the lock names it.
    fn is_own_lock(&self, home: &Home, held: &Held) -> bool {
        if let Home::Static(file, start) = *home {
            return self.resolver.types.world().enclosing_class(held.function) == Some(DefId { file, start });
        }
        let own = self.owner_in(home, held.function);
        held.function.file == home.file() && own.is_some_and(|own| own == held.owner)
    }

    /// Whether a coroutine uses the places before it awaits one that runs to its end so far, and would wait for the lock.
    fn is_asked_first(&self, function: FnId, uses: &[Use], depth: usize) -> bool {
        if depth == 0 || !atomic::runs_through(self.survey, function) {
            return false;
        }
        let callers = self.survey.callers(function, &self.ground.analysis.graph);
        callers.edges.iter().filter(|edge| edge.via == Via::Awaited).any(|edge| {
            let loops = self.loops_of(edge.caller);
            let is_before = |one: &Use| {
                one.range.start() < edge.at.start()
                    || loops.iter().any(|at| at.contains_range(one.range) && at.contains_range(edge.at))
            };
            uses.iter().any(|one| one.function == edge.caller && is_before(one))
                || self.is_asked_first(edge.caller, uses, depth - 1)
        })
    }

    /// Whether the program starts a loop at one place, once: there, or in a function that the module calls once.
    fn starts_one_loop(&self) -> bool {
        let (types, index) = (&self.resolver.types, self.resolver.index());
        let is_once = |file: FileId, function: u32, at: TextRange| {
            let is_repeated = types.ast(file).is_none_or(|ast| {
                ast.path(at).iter().any(|node| matches!(node, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)))
            });
            (!is_repeated).then_some(function)
        };
        index.calls("run").iter().all(|&(file, position)| {
            let (Some(call), Some(ast)) = (types.world().call_at((file, position)), types.ast(file)) else {
                return true;
            };
            let targets = ast.call(call.range).map(|call| self.resolver.targets(file, &call.func)).unwrap_or_default();
            if !targets.iter().flat_map(|target| &target.names).any(|name| name == RUNNER) {
                return true;
            }
            let Some(function) = is_once(file, call.function, call.range) else { return false };
            let Some(info) = types.world().function(FnId { file, index: function }) else { return false };
            let calls = index.calls(&info.name);
            let is_module_s = |&(file, position): &(FileId, u32)| {
                let call = types.world().call_at((file, position));
                call.is_some_and(|call| is_once(file, call.function, call.range) == Some(MODULE))
            };
            function == MODULE
                || info.decorators.is_empty()
                    && calls.len() <= 1
                    && index.loads(&info.name).is_empty()
                    && calls.iter().all(is_module_s)
        })
    }
}

/// A range with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(TextRange);

impl Ord for Place {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0.start(), self.0.end()).cmp(&(other.0.start(), other.0.end()))
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
