//! The loaded facts of one kind.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use super::key::Key;

/// The keys of facts that a decision needs and that are not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing(pub Vec<Key>);

/// The loaded values by key.
#[derive(Clone, Debug)]
pub struct Table<K, V> {
    rows: HashMap<K, V>,
    name: fn(K) -> Key,
}

impl<K: Clone + Eq + Hash, V> Table<K, V> {
    pub(super) fn new(name: fn(K) -> Key) -> Self {
        Self { rows: HashMap::new(), name }
    }

    /// The value of this key.
    ///
    /// # Errors
    /// It is not loaded.
    pub fn get(&self, key: &K) -> Result<&V, Missing> {
        self.rows.get(key).ok_or_else(|| Missing(vec![(self.name)(key.clone())]))
    }

    /// The value of this key, if it is loaded.
    #[must_use]
    pub fn loaded(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    /// Loads a value, or replaces it.
    pub fn set(&mut self, key: K, value: V) {
        self.rows.insert(key, value);
    }

    /// Changes a loaded value. Others are loaded with the change when needed.
    pub(super) fn update(&mut self, key: &K, change: impl FnOnce(&mut V)) {
        if let Some(value) = self.rows.get_mut(key) {
            change(value);
        }
    }

    /// Forgets a value, so that it is loaded again when needed.
    pub(super) fn forget(&mut self, key: &K) {
        if !self.rows.is_empty() {
            self.rows.remove(key);
        }
    }

    /// Forgets all values, so that they are loaded again.
    pub(super) fn clear(&mut self) {
        self.rows.clear();
    }
}

/// Ids for new rows. The backend reserves them so that they are unique among all servers that write to the same tables; a
/// decision takes the next one. A reserved id that is not used is lost, or used by a later write of the batch.
#[derive(Clone, Debug)]
pub struct Reserved<T> {
    ids: VecDeque<T>,
    name: Key,
}

impl<T: Copy + PartialEq> Reserved<T> {
    pub(super) fn new(name: Key) -> Self {
        Self { ids: VecDeque::new(), name }
    }

    /// The next id. It counts as used once a change with it is applied.
    ///
    /// # Errors
    /// No id is reserved.
    pub fn next(&self) -> Result<T, Missing> {
        self.ids.front().copied().ok_or_else(|| Missing(vec![self.name.clone()]))
    }

    /// Adds a reserved id.
    pub fn add(&mut self, id: T) {
        self.ids.push_back(id);
    }

    pub(super) fn take(&mut self, id: T) {
        self.ids.retain(|other| *other != id);
    }
}

/// Combines several lookups. Reports everything that is missing, so that a backend loads it in one round.
pub trait All {
    /// The values of the lookups.
    type Values;

    /// The values, if all are loaded.
    ///
    /// # Errors
    /// The keys of all values that are not loaded.
    fn all(self) -> Result<Self::Values, Missing>;
}

macro_rules! all_of {
    ($($value:ident)*) => {
        impl<$($value),*> All for ($(Result<$value, Missing>,)*) {
            type Values = ($($value,)*);

            #[allow(non_snake_case, reason = "the values are named as their types")]
            fn all(self) -> Result<Self::Values, Missing> {
                match self {
                    ($(Ok($value),)*) => Ok(($($value,)*)),
                    ($($value,)*) => {
                        let mut keys = Vec::new();
                        $(keys.extend($value.err().into_iter().flat_map(|missing| missing.0));)*
                        Err(Missing(keys))
                    }
                }
            }
        }
    };
}

all_of!(A B);
all_of!(A B C);
all_of!(A B C D);
all_of!(A B C D E);
all_of!(A B C D E F);

/// As [`All`], for any number of lookups of one kind.
///
/// # Errors
/// The keys of all that are not loaded.
pub fn collect<T>(lookups: impl Iterator<Item = Result<T, Missing>>) -> Result<Vec<T>, Missing> {
    let (mut values, mut keys) = (Vec::new(), Vec::new());
    for lookup in lookups {
        match lookup {
            Ok(value) => values.push(value),
            Err(missing) => keys.extend(missing.0),
        }
    }
    if keys.is_empty() { Ok(values) } else { Err(Missing(keys)) }
}
