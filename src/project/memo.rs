//! Answers that all threads share.

use std::hash::{BuildHasher, Hash};
use std::sync::{PoisonError, RwLock};

use rustc_hash::{FxBuildHasher, FxHashMap};

/// More locks than threads, so that they seldom meet.
const SHARDS: usize = 64;

/// A map that threads fill together. Two may work out the same answer; the later one stays.
#[derive(Debug)]
pub(crate) struct Memo<K, V>(Vec<RwLock<FxHashMap<K, V>>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self((0..SHARDS).map(|_| RwLock::default()).collect())
    }
}

impl<K: Hash + Eq, V: Clone> Memo<K, V> {
    fn shard(&self, key: &K) -> &RwLock<FxHashMap<K, V>> {
        let hash = FxBuildHasher.hash_one(key);
        // The low bits choose the bucket inside the map.
        &self.0[(hash >> 32) as usize % SHARDS]
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.shard(key).read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    pub(crate) fn insert(&self, key: K, value: V) {
        self.shard(&key).write().unwrap_or_else(PoisonError::into_inner).insert(key, value);
    }
}
