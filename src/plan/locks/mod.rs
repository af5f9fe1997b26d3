//! Check-then-act, and read-call-store, on what tasks share: an `asyncio.Lock` around the statements keeps them what they were, one
//! step for all tasks, while the call in them no longer blocks the loop.
//!
//! Between two awaits a coroutine is alone on its loop. A *region* is a run of statements in such a stretch, from the first read of a
//! place to the last write, with a call that gets an await. The program does what it did where
//! - every write of the place, but those that make it, stands in a region of the same lock ([`uses`]): nothing that was read in a
//!   region is out of date when it ends;
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

mod fit;
mod home;
mod lifted;
mod looked_at;
mod owner;
mod uses;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::atomic;
use super::breaks::Breaks;
use super::cancelled::holds;
use super::decide::Planner;
use super::hoist::has_own_lines;
use super::scope::Scope;
use crate::analysis::{FnId, Hop, Lookup, Via};
use crate::project::facts::{FunctionKind, MODULE};
use crate::project::{FileId, blocks};
pub(super) use fit::places;
pub(super) use home::Home;
use owner::Owned;
use uses::Use;

/// Before this version a lock belonged to a loop from the start.
const SINCE: (u8, u8) = (3, 10);
/// What starts a loop, and closes it before it returns.
const RUNNER: &str = "asyncio.run";
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

    /// The regions of what must be one step, and what runs inside of others, where one lock is enough.
    fn outer(&self, home: &Home, places: &BTreeSet<String>, parts: &[Part]) -> Option<(Vec<Held>, Vec<Part>)> {
        let mut regions = Vec::new();
        for part in parts {
            // It may do inside of another.
            _ = self.add_region(home, places, part, &mut regions);
        }
        let is_within = |part: &Part| {
            let others: Vec<Held> = regions.iter().filter(|held| held.function != part.function).cloned().collect();
            let above = self.lifted(vec![uses::Use::of_part(part)], &others).unwrap_or_default();
            above.iter().any(|one| others.iter().any(|held| one.is_in(held)))
        };
        let (within, own): (Vec<Part>, Vec<Part>) = parts.iter().cloned().partition(is_within);
        regions.retain(|held| own.iter().any(|part| part.function == held.function));
        let has_region = |part: &Part| regions.iter().any(|held| held.is_around(part.function, part.range));
        (!regions.is_empty() && own.iter().all(has_region)).then_some((regions, within))
    }

    /// Whether all that calls a function does so in a region, or when no task comes to one.
    fn runs_inside(&self, part: &Part, regions: &[Held]) -> bool {
        let above = self.lifted(vec![uses::Use::of_part(part)], regions).unwrap_or_default();
        !above.is_empty()
            && above.iter().all(|one| regions.iter().any(|held| one.is_in(held)) || self.is_beside(one, regions))
    }

    /// Whether only what has the lock names it.
    fn is_own_lock(&self, home: &Home, held: &Held) -> bool {
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

    fn loops_of(&self, function: FnId) -> Vec<TextRange> {
        let types = &self.resolver.types;
        let (Some(ast), Some(info)) = (types.ast(function.file), types.world().function(function)) else {
            return Vec::new();
        };
        ast.def(info.range).map(|def| Scope::of(def).loops).unwrap_or_default()
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

    /// Makes statements a region, with those that cannot do without them.
    fn add_region(&self, home: &Home, places: &BTreeSet<String>, part: &Part, regions: &mut Vec<Held>) -> Option<()> {
        let Part { function, mut range, ref owner } = *part;
        let types = &self.resolver.types;
        let info =
            types.world().function(function).filter(|info| info.kind == FunctionKind::Def && !info.is_generator)?;
        let ast = types.ast(function.file)?;
        let def = ast.def(info.range)?;
        let named: Vec<String> = places.iter().map(|name| home.place(owner.as_deref(), name)).collect();
        let pauses = Scope::of(def).pauses;
        for _ in 0..ROUNDS {
            let before = range;
            range = around_loops(def, statements(&def.body, range)?);
            for held in regions.iter().filter(|held| held.function == function) {
                let both = range.cover(held.range);
                if !pauses.iter().any(|pause| both.contains_range(*pause)) {
                    range = both;
                }
            }
            for clash in atomic::entering(self.survey, function, range) {
                named.contains(&clash.place).then_some(())?;
                range = range.cover(clash.range);
            }
            if range == before {
                break;
            }
        }
        let is_run = statements(&def.body, range) == Some(range);
        if !is_run || !has_own_lines(&types.text(function.file), range) || !self.may_be_held(function, def, range) {
            return None;
        }
        if info.is_async {
            self.may_split_above(function, DEPTH).ok()?;
        }
        let is_other = |held: &Held| held.function == function && held.owner != *owner;
        let stays = owner.as_ref().is_none_or(|owner| self.stays(function, owner, range));
        if !stays || regions.iter().any(is_other) {
            return None;
        }
        regions.retain(|held| held.function != function || !range.contains_range(held.range));
        regions.push(Held { function, range, owner: owner.clone(), places: named });
        Some(())
    }

    /// Whether a task that holds a lock meanwhile waits for no other, and holds nothing else while it waits for the lock.
    fn may_be_held(&self, function: FnId, def: &StmtFunctionDef, range: TextRange) -> bool {
        let pauses = Scope::of(def).pauses;
        let catalogue = self.resolver.catalogue();
        let Some(ast) = self.resolver.types.ast(function.file) else { return false };
        let is_free = ast.path(range).iter().all(|node| match node {
            AnyNodeRef::StmtWith(with) if with.range() != range => {
                with.is_async
                    && with.items.iter().all(|item| {
                        let is_guard = |class: &str| catalogue.guards(class);
                        self.resolver.may_be_instance(function.file, &item.context_expr, is_guard)
                    })
            }
            _ => true,
        });
        is_free && !pauses.iter().any(|pause| range.contains_range(*pause))
    }

    /// Whether what stands in a region runs one of these functions.
    fn runs_one_of(&self, held: &Held, holders: &FxHashSet<FnId>) -> bool {
        let called = |id: FnId, within: Option<TextRange>| -> Vec<FnId> {
            let is_in = |at: TextRange| within.is_none_or(|within| within.contains_range(at));
            let outline = self.survey.outline(id);
            let calls = outline.calls_in_order().filter(|(_, call)| is_in(call.range));
            let mut found: Vec<FnId> = Vec::new();
            for (_, call) in calls {
                found.extend(self.survey.follow(id, call).all());
            }
            let implicit = self.ground.callees.get(&id).into_iter().flatten().filter(|(at, _)| is_in(**at));
            found.extend(implicit.flat_map(|(_, callees)| callees));
            found
        };
        let mut open = called(held.function, Some(held.range));
        let mut seen: FxHashSet<FnId> = open.iter().copied().collect();
        while let Some(id) = open.pop() {
            if holders.contains(&id) || seen.len() > MOST_FUNCTIONS {
                return true;
            }
            open.extend(called(id, None).into_iter().filter(|callee| seen.insert(*callee)));
        }
        false
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

/// The statements of one block that hold a range.
fn statements(body: &[Stmt], range: TextRange) -> Option<TextRange> {
    let first = body.iter().position(|stmt| stmt.end() >= range.start())?;
    let last = body.iter().rposition(|stmt| stmt.start() < range.end())?;
    let run = body.get(first..=last)?;
    if let [stmt] = run {
        // What a function in it does, it does not do there.
        let is_code = !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
        if let Some(block) = blocks(stmt.into()).into_iter().find(|block| is_code && holds(block, range)) {
            return statements(block, range);
        }
    }
    Some(run.first()?.range().cover(run.last()?.range()))
}

/// The outermost loop around a range in which all is one step; else the range.
fn around_loops(def: &StmtFunctionDef, range: TextRange) -> TextRange {
    let Scope { pauses, loops, .. } = Scope::of(def);
    let is_one_step =
        |at: &TextRange| at.contains_range(range) && !pauses.iter().any(|pause| at.contains_range(*pause));
    loops.into_iter().filter(is_one_step).max_by_key(|at| at.len()).unwrap_or(range)
}
