//! Which calls block an event loop, and how the loop gets to them.
//!
//! The search goes backwards: from the calls of catalogued apis to the functions that make them, to the calls of those
//! functions, up to what a loop runs. Its cost follows the blocking code, not the size of the program.

mod answers;
mod awaited;
mod callers;
mod conditions;
mod decoration;
mod fields;
mod findings;
mod forward;
mod frameworks;
mod handover;
mod heirs;
mod held;
mod idle;
mod index;
mod inside;
mod items;
mod kin;
mod leads;
mod libraries;
mod mappings;
mod modules;
mod neighbours;
mod of_tests;
mod parameters;
mod passed;
mod reach;
mod readers;
mod receivers;
mod resolve;
mod search;
mod setups;
mod shapes;
mod sites;
mod spread;
mod steps;
mod suppress;
mod tables;
mod work;
mod wrappers;
mod written;

pub(crate) use callers::Spelling;
pub use callers::{Callers, Edge, Via};
pub use decoration::ByLoop;
pub use findings::{Analysis, Finding, Hop, Untreated};
pub use handover::Use;
pub use held::Held;
pub use index::{FnId, Index, Lookup, Posting};
pub use mappings::entry;
pub use of_tests::of_tests;
pub use resolve::{Resolver, Shared, Threaded, argument};
pub use search::{Graph, MOST_ABOVE, Progress, above, analyse};
pub use sites::Site;
pub use work::computing;
