//! Turns planned changes into edits of the source text.

mod add;
mod blocks;
mod calls;
mod common;
mod consume;
mod convert;
mod copies;
mod draw;
mod edits;
mod enter;
mod helper;
mod hoist;
mod imports;
mod layout;
mod lock;
pub mod manifest;
mod misplaced;
mod names;
mod numbers;
mod process;
mod program;
mod settle;
mod setup;
mod setup_list;
mod start;
mod step;
mod swap;
mod tests;
mod turn;
mod typed;
mod unused;
mod verify;

pub use common::{Sharing, Uses};
pub use edits::{Edit, Edits, Overlap, Piece};
pub use imports::ImportStyle;
pub use numbers::in_order;
pub use program::{Rewriter, Rewritten};
pub use turn::Turn;
pub use verify::{View, breaks, faulty, lost};

/// How calls are handed to threads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadStyle {
    /// The executor to use in place of asyncio's own: (module, name).
    pub executor: Option<(String, String)>,
    /// The oldest Python that the program runs on.
    pub minimum: Option<(u8, u8)>,
    /// One call after the other.
    pub turn: Option<Turn>,
}

impl ThreadStyle {
    /// Whether calls are handed over by `asyncio.to_thread`, to any thread.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.turn.is_none() && self.executor.is_none() && self.has_to_thread()
    }

    /// `asyncio.to_thread` exists since 3.9 (<https://docs.python.org/3/library/asyncio-task.html#running-in-threads>) and
    /// takes no executor.
    #[must_use]
    pub fn has_to_thread(&self) -> bool {
        self.turn.is_some() || self.executor.is_none() && self.minimum.is_none_or(|minimum| minimum >= (3, 9))
    }
}
