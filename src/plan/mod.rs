//! Decides what to do about each finding: which calls to await, which to hand to a thread, which to leave and why.

mod atomic;
mod block;
mod blocks;
mod collect;
mod decide;
mod files;
mod follow;
mod memo;
mod names;
mod outline;
mod ownership;
mod position;
mod region;
mod scope;
mod sequential;
mod touch;

use ruff_text_size::TextRange;

use crate::analysis::{FnId, Hop};

pub use block::Form;
pub use decide::plan;

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Treatment {
    /// An async call takes its place.
    Swap,
    /// The call, or the call of the helper that makes it, is handed to a thread.
    Thread,
    /// It stays, and this is why.
    Leave(String),
}

impl Treatment {
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Swap => "swap",
            Self::Thread => "thread",
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
    /// Hand a larger part of the coroutine to a thread.
    Block(Form),
}

/// The smallest edit that makes sense on its own: one call, or one larger part, of one `async def`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub function: FnId,
    /// The call or the part.
    pub call: TextRange,
    pub action: Action,
    /// The findings that it is about, as indexes into [`crate::analysis::Analysis::findings`].
    pub findings: Vec<usize>,
}

impl Change {
    /// Whether the change is of this entry.
    #[must_use]
    pub fn treats(&self, hop: &Hop) -> bool {
        let is_within = matches!(self.action, Action::Block(_)) && self.call.contains_range(hop.at);
        self.function == hop.function && (self.call == hop.at || is_within)
    }
}

/// What to do about all findings of an analysis.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// One for each finding, in their order.
    pub treatments: Vec<Treatment>,
    /// In the order of files and places.
    pub changes: Vec<Change>,
}
