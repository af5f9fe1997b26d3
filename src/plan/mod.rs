//! Decides what to do about each finding: which calls to await, which to hand to a thread, which to leave and why.

mod ahead;
mod answered;
mod apart;
mod asked;
mod atomic;
mod awaiters;
mod block;
mod blocks;
mod bound;
mod breaks;
mod called;
mod cancelled;
mod collect;
mod colour;
mod commands;
mod confined;
mod consume;
mod convert;
mod crowds;
mod data;
mod dataflow;
mod decide;
mod deepen;
mod doubles;
mod draw;
mod early;
mod endings;
mod endpoints;
mod enter;
mod escape;
mod factory;
mod family;
mod files;
mod follow;
mod gather;
mod given;
mod group;
mod halves;
mod handed;
mod handlers;
mod handles;
mod hoist;
mod holds;
mod home;
mod injected;
mod interrupts;
mod kept;
mod lazy;
mod left_behind;
mod lent;
mod listings;
mod locks;
mod looks;
mod loops;
mod meanwhile;
mod memo;
mod merge;
mod names;
mod nexts;
mod nonempty;
mod observed;
mod obstacles;
mod one_thread;
mod outline;
mod own_answers;
mod own_values;
mod ownership;
mod patches;
mod paths;
mod position;
mod process;
mod read_back;
mod rearm;
mod references;
mod region;
mod results;
mod returning;
mod scope;
mod sequential;
mod set_at_start;
mod settled;
mod setup;
mod share;
mod shelf;
mod snapshot;
mod spawned;
mod special;
mod spelled;
mod starting;
mod state;
mod step;
mod stops;
mod subjects;
mod swap;
mod tests;
mod thread;
mod together;
mod touch;
mod transactions;
mod transparent;
mod turns;
mod twin;
mod upset;
mod vanishing;

use std::sync::Arc;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ruff_text_size::TextRange;

use crate::analysis::{FnId, Hop};
use crate::project::FileId;

pub use ahead::Numbered;
pub use block::{BLOCKING, Form};
pub use consume::Consume;
pub use convert::{Conversion, Recolour, counterpart};
pub use decide::{Terms, plan};
pub use draw::{Closing, Draw};
pub use enter::{Enter, IN_THREADS, IN_TURNS};
pub use gather::{Gather, GatherForm};
pub use hoist::Hoist;
pub use home::{TurnHome, has_turns};
pub use locks::{Held, Lock, Maker, MakerForm};
pub use nexts::{NEXT, Nexts};
pub use process::{IN_PROCESS, OWN_PROCESS, processes};
pub use rearm::Rearm;
pub use setup::{Addition, Ending, Finished};
pub use special::stops;
pub use step::{Step, StepNames};
pub use swap::{Bit, Clause, Entered, Exchange, Moved, NewCall, Opening, Part, Remark};
pub use tests::Adaption;
pub use turns::{IN_TURN, SHARED_TURN, TURN};
pub use twin::Migration;

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Treatment {
    /// An async call takes its place.
    Swap,
    /// An async call takes its place, and the functions on the way to it become coroutine functions.
    Convert,
    /// The call, or the call of the helper that makes it, is handed to a thread.
    Thread,
    /// The call of the function that computes is handed to another process.
    Process,
    /// It stays, and this is why.
    Leave(String),
}

impl Treatment {
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Swap => "swap",
            Self::Convert => "convert",
            Self::Thread => "thread",
            Self::Process => "process",
            Self::Leave(_) => "leave",
        }
    }

    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Leave(reason) => Some(reason),
            _ => None,
        }
    }
}

/// What happens to a call in an `async def`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// `await` this function instead, with the same arguments.
    Swap(String),
    /// Hand the call to a thread and await that.
    Thread,
    /// Hand the call to another process and await that.
    Process,
    /// Hand a larger part of the coroutine to a thread.
    Block(Form, Nexts),
    /// Await it: what it calls becomes a coroutine function.
    Await,
    /// Await what it gives, where that has to be awaited: some of what it calls become coroutine functions.
    Settle,
    /// Go through it, or enter it, asynchronously.
    Consume(Consume),
    /// Do this in a generator expression that becomes asynchronous.
    Gather(Gather, Box<Action>),
    /// Make functions coroutine functions, with all that follows from that.
    Convert(Arc<Conversion>),
    /// Make a variable what does the same asynchronously.
    Migrate(Migration),
    /// Enter and leave a context manager in threads.
    Enter(Enter),
    /// Hand each step of a loop to a thread.
    Step(Step),
    /// Hand all that goes through a generator in a variable to threads.
    Draw(Draw),
    /// Call something behind a set-up.
    Finish(Ending),
    /// Make the function a plain one, which its framework runs in a thread.
    Plain,
    /// Give a call, or mappings that it is given, these as well.
    Add(Addition),
    /// Do this in a statement of its own, before the one it is in.
    Hoist(Hoist, Box<Action>),
}

impl Action {
    /// What happens to the call, wherever.
    #[must_use]
    pub fn core(&self) -> &Self {
        match self {
            Self::Hoist(_, action) | Self::Gather(_, action) => action.core(),
            other => other,
        }
    }
}

/// The smallest edit that makes sense on its own: of one call, or one larger part, of one `async def`, or of all that changes
/// when functions become coroutine functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub function: FnId,
    /// The call or the part.
    pub call: TextRange,
    pub action: Action,
    /// The findings that it is about, as indexes into [`crate::analysis::Analysis::findings`].
    pub findings: Vec<usize>,
    /// Its thread takes turns with others, by a helper that this module has.
    pub turn: Option<TurnHome>,
    /// What its thread touches is used by others: it must take turns with them.
    pub shares: bool,
    /// What it counts on to keep other tasks out.
    pub locks: Vec<Arc<Lock>>,
    /// What loops around its awaits go through a copy of.
    pub copies: Vec<(FileId, TextRange)>,
}

impl Change {
    pub(crate) fn new(function: FnId, call: TextRange, action: Action, findings: Vec<usize>) -> Self {
        Self { function, call, action, findings, turn: None, shares: false, locks: Vec::new(), copies: Vec::new() }
    }

    /// The files that it changes.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        let others: Vec<FileId> = match &self.action {
            Action::Convert(conversion) => conversion.files().collect(),
            Action::Migrate(migration) => {
                let users = migration.withs.iter().chain(&migration.calls).map(|(function, _)| function.file);
                migration.names.iter().map(|(file, _)| *file).chain(users).collect()
            }
            Action::Finish(ending) => ending.parts.iter().map(|part| part.file).collect(),
            Action::Add(addition) => addition.places.iter().map(|(file, _)| *file).collect(),
            _ => Vec::new(),
        };
        let locks = self.locks.iter().flat_map(|lock| lock.files());
        let home = self.turn.and_then(TurnHome::module);
        let copies = self.copies.iter().map(|(file, _)| *file);
        std::iter::once(self.function.file).chain(home).chain(others).chain(locks).chain(copies)
    }

    /// The libraries that take over in it, as codemods with the numbers of their targets.
    pub fn targets(&self) -> impl Iterator<Item = (usize, usize)> {
        let exchanges = match &self.action {
            Action::Convert(conversion) => &conversion.exchanges[..],
            _ => &[],
        };
        exchanges.iter().map(|exchange| exchange.target)
    }

    /// Whether the change is of this entry.
    #[must_use]
    pub fn treats(&self, hop: &Hop) -> bool {
        if self.action == Action::Plain {
            return self.function == hop.function;
        }
        let is_within = matches!(self.action, Action::Block(..)) && self.call.contains_range(hop.at);
        if let Action::Convert(conversion) = &self.action {
            return conversion.treats(hop);
        }
        if let Action::Migrate(migration) = &self.action {
            return migration.treats(hop.function, hop.at);
        }
        // What follows a set-up is the same whoever calls it.
        if matches!(self.action, Action::Finish(_) | Action::Add(_)) {
            return true;
        }
        self.function == hop.function && (self.call == hop.at || is_within)
    }
}

/// What to do about all findings of an analysis.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// One for each finding, in their order.
    pub treatments: Vec<Treatment>,
    /// Why no asynchronous library takes over although one could, by finding.
    pub unexchanged: BTreeMap<usize, String>,
    /// In the order of files and places.
    pub changes: Vec<Change>,
    /// The helpers that several modules need, by name, each with the file that gets it.
    pub repeated: BTreeSet<(String, PathBuf)>,
}
