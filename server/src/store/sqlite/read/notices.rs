//! Inbox items: the mentions and replies that make a message concern a member in particular.
//!
//! They are inserted with the message, rebuilt when it is edited, and deleted with it.

use papo_shared::model::Username;
use papo_shared::protocol::InboxReason;
use rusqlite::Connection;

use crate::domain::AccountId;
use crate::domain::facts::InboxRecord;

/// Mentions as stored in a column: usernames separated by spaces. Usernames contain no spaces and never change.
pub(crate) fn column(named: &[Username]) -> Option<String> {
    let names: Vec<&str> = named.iter().map(Username::as_str).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

const MENTION: i64 = 1;
const REPLY: i64 = 2;
const DIRECT: i64 = 3;

/// The inbox items of a message, ordered by account.
pub(crate) fn of_message(connection: &Connection, entry: i64) -> rusqlite::Result<Vec<InboxRecord>> {
    connection
        .prepare_cached("SELECT account, reason, done FROM notice WHERE entry = ?1 ORDER BY account")?
        .query_map([entry], |row| {
            Ok(InboxRecord { account: AccountId(row.get(0)?), reason: reason(row.get(1)?), done: row.get(2)? })
        })?
        .collect()
}

/// The value of the `reason` column.
pub(crate) fn reason_column(reason: InboxReason) -> i64 {
    match reason {
        InboxReason::Mention => MENTION,
        InboxReason::Reply => REPLY,
        InboxReason::Direct | InboxReason::Other => DIRECT,
    }
}

/// Converts the `reason` column.
pub(crate) fn reason(column: Option<i64>) -> InboxReason {
    match column {
        Some(MENTION) => InboxReason::Mention,
        Some(REPLY) => InboxReason::Reply,
        _ => InboxReason::Direct,
    }
}
