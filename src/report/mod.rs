//! Findings for people and programs.

pub mod jsonl;
pub mod progress;
mod record;

pub use record::{HopRecord, Record, records};
