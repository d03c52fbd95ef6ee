//! The result of a query for facts.

use futures_util::future::BoxFuture;

use crate::domain::facts::Facts;
use crate::store::postgres::fault::Fault;

/// Sets the facts that were loaded.
pub(crate) type Loaded = Box<dyn FnOnce(&mut Facts) + Send>;

/// A query for all facts of one kind.
pub(crate) type Loading<'c> = BoxFuture<'c, Result<Loaded, Fault>>;
