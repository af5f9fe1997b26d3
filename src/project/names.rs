//! How often a file binds its names.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// The names that a file binds, by a number for each: two may have the same, which then counts as bound twice.
#[derive(Debug, Default, Clone)]
pub(super) struct Bound(Vec<u32>);

impl Bound {
    /// Notes a binding that is the only one if there is no other.
    pub(super) fn once(&mut self, name: &str) {
        self.0.push(number(name));
    }

    /// Notes a binding that does not say what the name stands for everywhere.
    pub(super) fn again(&mut self, name: &str) {
        self.0.extend([number(name); 2]);
    }

    /// To be called when all bindings were noted.
    pub(super) fn settle(&mut self) {
        self.0.sort_unstable();
        let mut settled: Vec<u32> = Vec::new();
        for same in self.0.chunk_by(|first, second| first == second) {
            settled.extend(&same[..same.len().min(2)]);
        }
        settled.shrink_to_fit();
        self.0 = settled;
    }

    /// How often a name is bound: 0, 1, or 2 for more.
    pub(super) fn times(&self, name: &str) -> usize {
        let number = number(name);
        let first = self.0.partition_point(|other| *other < number);
        self.0[first..].iter().take(2).filter(|other| **other == number).count()
    }
}

fn number(name: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(name.as_bytes());
    (hasher.finish() >> 32) as u32
}
