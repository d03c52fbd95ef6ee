//! The retention clock, and the steps of expiry.

use papo_shared::model::{ConversationId, Seq, Timestamp};
use rusqlite::Connection;

use super::erasures::texts;
use super::query::{all, one};
use crate::domain::erasure::STEP_ROWS;
use crate::domain::retention::{ExpiryQuery, ExpiryStep, RetentionClock, STEP_CONVERSATIONS, last_expired};
use crate::store::columns;
use crate::store::sqlite::rows;

pub(super) fn clock(connection: &Connection) -> rusqlite::Result<RetentionClock> {
    let last = one(connection, "SELECT clock FROM retention", [], |row| row.get(0).map(Timestamp))?;
    let newest = "SELECT entry.at FROM message_order JOIN entry ON entry.id = message_order.entry ORDER BY place DESC LIMIT 1";
    Ok(RetentionClock { last, newest_message: one(connection, newest, [], |row| row.get(0).map(Timestamp))? })
}

pub(super) fn next_step(connection: &Connection, query: &ExpiryQuery) -> rusqlite::Result<ExpiryStep> {
    // Without a limit of the server, only groups with one of their own are looked at.
    let source = match query.server_days {
        Some(_) => "conversation WHERE id > ?1",
        None => "conversation INDEXED BY conversation_retention WHERE retention_days IS NOT NULL AND id > ?1",
    };
    let sql = format!("SELECT id FROM {source} ORDER BY id LIMIT 1 OFFSET ?2");
    let end = one(connection, &sql, (query.after.0, STEP_CONVERSATIONS - 1), |row| row.get(0).map(ConversationId))?;
    let Some((conversation, expired, days)) = first_due(connection, query, source, end)? else {
        return Ok(ExpiryStep { until: None, messages: Vec::new(), continue_after: end });
    };
    let range = (columns::entry_id(conversation, expired.next()), columns::entry_id(conversation, Seq(u64::MAX)));
    let sql = "SELECT id, at FROM entry WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3";
    let entries =
        all(connection, sql, (range.0, range.1, STEP_ROWS), |row| Ok((columns::seq_of(row.get(0)?), Timestamp(row.get(1)?))))?;
    let Some(until) = last_expired(entries, query, days) else {
        return Ok(ExpiryStep { until: None, messages: Vec::new(), continue_after: Some(conversation) });
    };
    let condition = "entry.id BETWEEN ?1 AND ?2 ORDER BY entry.id";
    let (messages, is_complete) = texts(connection, condition, (range.0, columns::entry_id(conversation, until)))?;
    let until = match messages.last() {
        Some(last) if !is_complete => last.message.seq,
        _ => until,
    };
    // The same conversation may have more.
    let continue_after = Some(ConversationId(conversation.0.saturating_sub(1)));
    Ok(ExpiryStep { until: Some((conversation, until)), messages, continue_after })
}

/// The first conversation up to `end` whose oldest message may expire, up to where its messages have expired, and for how many
/// days they are kept if it is a group with a limit of its own.
fn first_due(
    connection: &Connection,
    query: &ExpiryQuery,
    source: &str,
    end: Option<ConversationId>,
) -> rusqlite::Result<Option<(ConversationId, Seq, Option<u32>)>> {
    // The first entry that has not expired yet is a primary key.
    let sql = format!(
        "SELECT pending.id, pending.expired_seq, pending.retention_days, entry.at
         FROM (SELECT id, expired_seq, retention_days FROM {source} AND id <= ?2 AND deleted_at IS NULL) AS pending
         JOIN entry ON entry.id = pending.id << 32 | (pending.expired_seq + 1)
         ORDER BY pending.id"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = statement.query((query.after.0, end.map_or(u32::MAX, |end| end.0)))?;
    while let Some(row) = found.next()? {
        let days = row.get(2)?;
        if query.may_expire(days, Timestamp(row.get(3)?)) {
            return Ok(Some((ConversationId(row.get(0)?), rows::seq(row, 1)?, days)));
        }
    }
    Ok(None)
}
