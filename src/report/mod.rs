//! Findings for people and programs.

pub mod concise;
pub mod diff;
mod explanation;
pub mod full;
pub mod json;
pub mod jsonl;
pub mod moved;
pub mod progress;
mod record;
pub mod summary;

pub use explanation::{Explainer, differences};
pub use record::{HopRecord, Record, records};

/// `1 file`, `2 files`
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
