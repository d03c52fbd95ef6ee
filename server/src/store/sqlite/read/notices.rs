//! Inbox items: the mentions and replies that make a message concern a member in particular.
//!
//! They are inserted with the message, rebuilt when it is edited, and deleted with it.

use rusqlite::Connection;

use crate::domain::AccountId;
use crate::domain::facts::InboxRecord;
use crate::store::columns;

/// The inbox items of a message, ordered by account.
pub(crate) fn of_message(connection: &Connection, entry: i64) -> rusqlite::Result<Vec<InboxRecord>> {
    connection
        .prepare_cached("SELECT account, reason, done FROM notice WHERE entry = ?1 ORDER BY account")?
        .query_map([entry], |row| {
            Ok(InboxRecord { account: AccountId(row.get(0)?), reason: columns::reason(row.get(1)?), done: row.get(2)? })
        })?
        .collect()
}
