//! The retention clock, and the steps of expiry.

use papo_shared::model::{ConversationId, Seq};

use super::Loaded;
use super::erasures::texts;
use crate::domain::erasure::STEP_ROWS;
use crate::domain::retention::{ExpiryQuery, ExpiryStep, RetentionClock, STEP_CONVERSATIONS, last_expired};
use crate::store::columns;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map, one};
use crate::store::postgres::rows::{conversation_id, get, limit, optional_time, seq, time};

pub(super) async fn clock(connection: &Connection) -> Result<Loaded, Fault> {
    let newest = "SELECT at FROM entry WHERE place IS NOT NULL ORDER BY place DESC LIMIT 1";
    let last = one(connection, "SELECT retention_clock FROM server", &[]).await?;
    let last = last.map_or(Ok(None), |row| optional_time(&row, 0))?;
    let newest_message = one(connection, newest, &[]).await?.map(|row| time(&row, 0)).transpose()?;
    Ok(Box::new(move |facts| facts.retention_clocks.set((), RetentionClock { last, newest_message })))
}

pub(super) async fn expiry_steps(connection: &Connection, queries: Vec<ExpiryQuery>) -> Result<Loaded, Fault> {
    let mut found = Vec::with_capacity(queries.len());
    for query in queries {
        found.push((query, next_step(connection, &query).await?));
    }
    Ok(Box::new(move |facts| found.into_iter().for_each(|(query, step)| facts.expiry_steps.set(query, step))))
}

async fn next_step(connection: &Connection, query: &ExpiryQuery) -> Result<ExpiryStep, Fault> {
    let end = query.after.0.saturating_add(STEP_CONVERSATIONS);
    // The first entry that has not expired yet is a primary key.
    let sql = "SELECT conversation.id, conversation.expired_seq
               FROM conversation JOIN entry ON entry.id = conversation.id << 32 | (conversation.expired_seq + 1)
               WHERE conversation.id > $1 AND conversation.id <= $2 AND conversation.deleted_at IS NULL
                   AND (entry.at < $3 OR entry.at > $4)
               ORDER BY conversation.id LIMIT 1";
    let parameters = (i64::from(query.after.0), i64::from(end));
    let found = one(connection, sql, &[&parameters.0, &parameters.1, &query.before.0, &query.now.0]).await?;
    let Some(found) = found else {
        let more = "SELECT 1::bigint FROM conversation WHERE id > $1 LIMIT 1";
        let is_more = one(connection, more, &[&i64::from(end)]).await?.is_some();
        return Ok(ExpiryStep { until: None, messages: Vec::new(), continue_after: is_more.then_some(ConversationId(end)) });
    };
    let (conversation, expired) = (conversation_id(&found, 0)?, seq(&found, 1)?);
    let range = (columns::entry_id(conversation, expired.next()), columns::entry_id(conversation, Seq(u64::MAX)));
    let sql = "SELECT id, at FROM entry WHERE id BETWEEN $1 AND $2 ORDER BY id LIMIT $3";
    let entries =
        map(connection, sql, &[&range.0, &range.1, &limit(STEP_ROWS)], |row| Ok((columns::seq_of(get(row, 0)?), time(row, 1)?)))
            .await?;
    let Some(until) = last_expired(entries, query) else {
        return Ok(ExpiryStep { until: None, messages: Vec::new(), continue_after: Some(conversation) });
    };
    let condition = "entry.id BETWEEN $1 AND $2 ORDER BY entry.id";
    let last = columns::entry_id(conversation, until);
    let (messages, is_complete) = texts(connection, condition, &[&range.0, &last]).await?;
    let until = match messages.last() {
        Some(last) if !is_complete => last.message.seq,
        _ => until,
    };
    // The same conversation may have more.
    let continue_after = Some(ConversationId(conversation.0.saturating_sub(1)));
    Ok(ExpiryStep { until: Some((conversation, until)), messages, continue_after })
}
