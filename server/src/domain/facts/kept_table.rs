//! The loaded facts of one kind that are kept from one batch to the next.

use std::hash::Hash;

use lru::LruCache;

use super::key::Key;
use super::table::Missing;

/// The loaded rows by key, in the order of their last use. `None` means that there is no such row. A row is used when it is
/// loaded or changed; a lookup does not count, since decisions only read facts.
#[derive(Clone, Debug)]
pub struct KeptTable<K: Eq + Hash, V> {
    rows: LruCache<K, Option<V>>,
    name: fn(K) -> Key,
}

impl<K: Clone + Eq + Hash, V> KeptTable<K, V> {
    pub(super) fn new(name: fn(K) -> Key) -> Self {
        // Bounded by `trim`: rows must not disappear between loading them and deciding.
        Self { rows: LruCache::unbounded(), name }
    }

    /// The row of this key.
    ///
    /// # Errors
    /// It is not loaded.
    pub fn get(&self, key: &K) -> Result<&Option<V>, Missing> {
        self.loaded(key).ok_or_else(|| Missing(vec![(self.name)(key.clone())]))
    }

    /// The row of this key, if it is loaded.
    #[must_use]
    pub fn loaded(&self, key: &K) -> Option<&Option<V>> {
        self.rows.peek(key)
    }

    /// Every row that is loaded, with its key, in any order.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &Option<V>)> {
        self.rows.iter()
    }

    /// Loads a row, or replaces it.
    pub fn set(&mut self, key: K, row: Option<V>) {
        self.rows.put(key, row);
    }

    /// Changes a loaded row that exists. Others are loaded with the change when needed.
    pub(super) fn update(&mut self, key: &K, change: impl FnOnce(&mut V)) {
        if let Some(Some(row)) = self.rows.get_mut(key) {
            change(row);
        }
    }

    /// Changes all loaded rows that exist.
    pub(super) fn update_all(&mut self, change: impl FnMut(&mut V)) {
        self.rows.iter_mut().filter_map(|(_, row)| row.as_mut()).for_each(change);
    }

    /// Counts as a use of a row that is not changed.
    pub(super) fn mark_used(&mut self, key: &K) {
        self.rows.promote(key);
    }

    /// Forgets a row, so that it is loaded again when needed.
    pub(super) fn forget(&mut self, key: &K) {
        self.rows.pop(key);
    }

    /// Forgets the least recently used rows above this number.
    pub(super) fn trim(&mut self, max_rows: usize) {
        while self.rows.len() > max_rows {
            self.rows.pop_lru();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KeptTable, Key};
    use crate::domain::account::AccountId;

    #[test]
    fn trimming_forgets_the_rows_that_were_not_used_for_longest() {
        let mut table = KeptTable::new(Key::Account);
        for id in 1..=4 {
            table.set(AccountId(id), Some(id));
        }
        table.update(&AccountId(1), |row| *row = 10);
        table.mark_used(&AccountId(2));
        table.trim(2);
        let rows = [1, 2, 3, 4].map(|id| table.loaded(&AccountId(id)).copied());
        assert_eq!(rows, [Some(Some(10)), Some(Some(2)), None, None]);
        table.trim(2);
        assert!(table.get(&AccountId(1)).is_ok() && table.get(&AccountId(3)).is_err());
    }
}
