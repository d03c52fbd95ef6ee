//! The tables, with what the one writer remembers of them.

use rusqlite::Connection;

use super::cache::Cache;
use super::search::Said;

/// What a write works with.
pub(super) struct Tables {
    pub(super) connection: Connection,
    pub(super) cache: Cache,
    /// What the batch says.
    pub(super) said: Said,
}
