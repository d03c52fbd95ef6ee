//! The retention clock, and the steps of expiry.

use papo_shared::model::{ConversationId, Seq, Timestamp};
use rusqlite::Connection;

use super::erasures::texts;
use super::query::{all, exists, one};
use crate::domain::erasure::STEP_ROWS;
use crate::domain::retention::{ExpiryQuery, ExpiryStep, RetentionClock, STEP_CONVERSATIONS, last_expired};
use crate::store::sqlite::rows;

pub(super) fn clock(connection: &Connection) -> rusqlite::Result<RetentionClock> {
    let last = one(connection, "SELECT clock FROM retention", [], |row| row.get(0).map(Timestamp))?;
    let newest = "SELECT entry.at FROM message_order JOIN entry ON entry.id = message_order.entry ORDER BY place DESC LIMIT 1";
    Ok(RetentionClock { last, newest_message: one(connection, newest, [], |row| row.get(0).map(Timestamp))? })
}

pub(super) fn next_step(connection: &Connection, query: &ExpiryQuery) -> rusqlite::Result<ExpiryStep> {
    let end = query.after.0.saturating_add(STEP_CONVERSATIONS);
    // The first entry that has not expired yet is a primary key.
    let sql = "SELECT conversation.id, conversation.expired_seq
               FROM conversation JOIN entry ON entry.id = conversation.id << 32 | (conversation.expired_seq + 1)
               WHERE conversation.id > ?1 AND conversation.id <= ?2 AND conversation.deleted_at IS NULL
                   AND (entry.at < ?3 OR entry.at > ?4)
               ORDER BY conversation.id LIMIT 1";
    let found = one(connection, sql, (query.after.0, end, query.before.0, query.now.0), |row| {
        Ok((ConversationId(row.get(0)?), rows::seq(row, 1)?))
    })?;
    let Some((conversation, expired)) = found else {
        let is_more = exists(connection, "SELECT 1 FROM conversation WHERE id > ?1", [end])?;
        return Ok(ExpiryStep { until: None, messages: Vec::new(), continue_after: is_more.then_some(ConversationId(end)) });
    };
    let range = (rows::entry_id(conversation, expired.next()), rows::entry_id(conversation, Seq(u64::MAX)));
    let sql = "SELECT id, at FROM entry WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3";
    let entries =
        all(connection, sql, (range.0, range.1, STEP_ROWS), |row| Ok((rows::seq_of(row.get(0)?), Timestamp(row.get(1)?))))?;
    let Some(until) = last_expired(entries, query) else {
        return Ok(ExpiryStep { until: None, messages: Vec::new(), continue_after: Some(conversation) });
    };
    let condition = "entry.id BETWEEN ?1 AND ?2 ORDER BY entry.id";
    let (messages, is_complete) = texts(connection, condition, (range.0, rows::entry_id(conversation, until)))?;
    let until = match messages.last() {
        Some(last) if !is_complete => last.message.seq,
        _ => until,
    };
    // The same conversation may have more.
    let continue_after = Some(ConversationId(conversation.0.saturating_sub(1)));
    Ok(ExpiryStep { until: Some((conversation, until)), messages, continue_after })
}
