//! Whom a message is for in particular: whom it names, and whose message it answers.
//!
//! A notice is made in the transaction that stores the message, again when it is edited, and gone when it is deleted.

use papo_shared::model::{ConversationId, Seq, Username};
use papo_shared::protocol::InboxReason;
use rusqlite::Connection;

use super::rows;
use crate::domain::AccountId;
use crate::domain::facts::Notice;

/// The names as a message keeps them: usernames have no spaces, and never change.
pub(super) fn column(named: &[Username]) -> Option<String> {
    let names: Vec<&str> = named.iter().map(Username::as_str).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

/// The column of a message with whom it names.
pub(super) fn names(column: Option<&str>) -> Vec<Username> {
    column.map_or_else(Vec::new, |names| names.split(' ').map(|name| Username::from(name.to_owned())).collect())
}

const MENTION: i64 = 1;
const REPLY: i64 = 2;
const DIRECT: i64 = 3;

/// How many notices of this account there are after this number, of messages that are not dismissed.
pub(super) fn count(connection: &Connection, account: AccountId, id: ConversationId, read: Seq) -> rusqlite::Result<u32> {
    connection
        .prepare_cached("SELECT count(*) FROM notice WHERE account = ?1 AND entry > ?2 AND entry <= ?3 AND NOT done")?
        .query_row((account.0, rows::entry_id(id, read), rows::entry_id(id, Seq(u64::MAX))), |row| row.get(0))
}

/// The notices of one message.
pub(super) fn of_message(connection: &Connection, entry: i64) -> rusqlite::Result<Vec<Notice>> {
    connection
        .prepare_cached("SELECT account, reason, done FROM notice WHERE entry = ?1 ORDER BY account")?
        .query_map([entry], |row| Ok(Notice { account: AccountId(row.get(0)?), reason: reason(row.get(1)?), done: row.get(2)? }))?
        .collect()
}

/// A reason as a notice keeps it.
pub(super) fn reason_column(reason: InboxReason) -> i64 {
    match reason {
        InboxReason::Mention => MENTION,
        InboxReason::Reply => REPLY,
        InboxReason::Direct | InboxReason::Other => DIRECT,
    }
}

/// The reason in a notice.
pub(super) fn reason(column: Option<i64>) -> InboxReason {
    match column {
        Some(MENTION) => InboxReason::Mention,
        Some(REPLY) => InboxReason::Reply,
        _ => InboxReason::Direct,
    }
}
