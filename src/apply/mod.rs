//! Replaces files so that nothing is ever lost: whole files, all or none, with a way back.

mod journal;

pub use journal::{Applied, ApplyError, Replacement, Store};
