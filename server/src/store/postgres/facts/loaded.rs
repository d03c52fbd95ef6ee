//! The results of queries for facts, by which facts are set.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use futures_util::future::BoxFuture;

use crate::domain::facts::Facts;
use crate::store::postgres::fault::Fault;

/// Sets the facts that were loaded.
pub(crate) type Loaded = Box<dyn FnOnce(&mut Facts) + Send>;

/// A query for all facts of one kind.
pub(crate) type Loading<'c> = BoxFuture<'c, Result<Loaded, Fault>>;

/// Sets the fact of each key to the value that was found for it, if any.
pub(super) fn set_values<K, V>(
    keys: Vec<K>,
    found: Vec<(K, V)>,
    set: impl Fn(&mut Facts, K, Option<V>) + Send + 'static,
) -> Loaded
where
    K: Eq + Hash + Send + 'static,
    V: Send + 'static,
{
    let mut found: HashMap<K, V> = found.into_iter().collect();
    Box::new(move |facts| {
        for key in keys {
            let value = found.remove(&key);
            set(facts, key, value);
        }
    })
}

/// Sets the fact of each key to the list of the values that were found for it, in their order.
pub(super) fn set_lists<K, V>(keys: Vec<K>, found: Vec<(K, V)>, set: impl Fn(&mut Facts, K, Vec<V>) + Send + 'static) -> Loaded
where
    K: Eq + Hash + Send + 'static,
    V: Send + 'static,
{
    let mut lists: HashMap<K, Vec<V>> = HashMap::new();
    found.into_iter().for_each(|(key, value)| lists.entry(key).or_default().push(value));
    Box::new(move |facts| {
        for key in keys {
            let list = lists.remove(&key).unwrap_or_default();
            set(facts, key, list);
        }
    })
}

/// Sets the fact of each key to whether it was found.
pub(super) fn set_existence<K>(keys: Vec<K>, found: Vec<K>, set: impl Fn(&mut Facts, K, bool) + Send + 'static) -> Loaded
where
    K: Eq + Hash + Send + 'static,
{
    let found: HashSet<K> = found.into_iter().collect();
    Box::new(move |facts| {
        for key in keys {
            let exists = found.contains(&key);
            set(facts, key, exists);
        }
    })
}
