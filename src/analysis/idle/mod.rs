//! Locks that nobody waits for.
//!
//! A lock of threads stops whoever wants it for as long as another thread has it. Where all that the program does while it has the lock
//! is instant — some attributes and containers are read or changed ([`instant`]) — that is less than it takes to hand the call to a
//! thread, and no finding. It needs all places where the lock is taken ([`uses`]); of a lock that gets out of sight nothing is known.

mod instant;
mod lock;
mod uses;

use rayon::prelude::*;
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use super::resolve::{Resolver, Threaded};
use super::sites::Site;
use crate::project::{FileId, guarded};
use lock::Lock;
use uses::Mentions;

/// Where a lock is taken.
type Taking = (FileId, TextRange);

impl Resolver<'_> {
    /// The sites without those that only take a lock which nobody has for long.
    pub(super) fn without_idle(&self, sites: Vec<Site>) -> Vec<Site> {
        let takes: Vec<&Site> = sites.iter().filter(|site| self.takes_lock(site)).collect();
        if takes.is_empty() {
            return sites;
        }
        let locks: Vec<Option<Lock>> = takes
            .par_iter()
            .map_with(Threaded::of(self), |threaded, site| guarded(|| Lock::of(&threaded.resolver(), site)))
            .collect();
        let of_lock: FxHashMap<Taking, &Lock> = takes
            .iter()
            .zip(&locks)
            .filter_map(|(site, lock)| Some(((site.file, site.range), lock.as_ref()?)))
            .collect();
        let mut distinct: Vec<&Lock> = of_lock.values().copied().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let all: FxHashSet<Taking> = takes.iter().map(|site| (site.file, site.range)).collect();
        let mentions = Mentions::collect(self, distinct.iter().map(|lock| &lock.name));
        let mut idle: FxHashMap<&Lock, Vec<Taking>> = distinct
            .par_iter()
            .map_with(Threaded::of(self), |threaded, lock| {
                guarded(|| Some((*lock, mentions.held_over(&threaded.resolver(), lock, &all)?)))
            })
            .flatten_iter()
            .collect();
        // A lock that is held while another one is taken is as good as that.
        loop {
            let is_idle = |taking: &Taking| of_lock.get(taking).is_some_and(|lock| idle.contains_key(lock));
            let known = idle.len();
            let rest = idle.iter().filter(|(_, within)| within.iter().all(is_idle));
            let rest: FxHashMap<&Lock, Vec<Taking>> = rest.map(|(lock, within)| (*lock, within.clone())).collect();
            idle = rest;
            if idle.len() == known {
                break;
            }
        }
        let is_idle = |site: &Site| of_lock.get(&(site.file, site.range)).is_some_and(|lock| idle.contains_key(lock));
        let gone: FxHashSet<Taking> =
            sites.iter().filter(|site| is_idle(site)).map(|site| (site.file, site.range)).collect();
        sites.into_iter().filter(|site| !gone.contains(&(site.file, site.range))).collect()
    }

    fn takes_lock(&self, site: &Site) -> bool {
        self.catalogue().apis[site.api as usize].until.is_some()
    }
}
