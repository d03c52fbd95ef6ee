//! The retention clock, and the steps of expiry.

use papo_shared::model::{ConversationId, Seq};

use super::erasures::texts;
use super::loaded::Loaded;
use crate::domain::erasure::STEP_ROWS;
use crate::domain::retention::{ExpiryQuery, ExpiryStep, RetentionClock, STEP_CONVERSATIONS, last_expired};
use crate::store::columns;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, all, map, one};
use crate::store::postgres::rows::{conversation_id, get, limit, optional_number, optional_time, seq, time};

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
    // Without a limit of the server, only groups with one of their own are looked at.
    let source = match query.server_days {
        Some(_) => "conversation WHERE id > $1",
        None => "conversation WHERE retention_days IS NOT NULL AND id > $1",
    };
    let sql = format!("SELECT id FROM {source} ORDER BY id LIMIT 1 OFFSET $2");
    let (after, skipped) = (i64::from(query.after.0), i64::from(STEP_CONVERSATIONS) - 1);
    let end = one(connection, &sql, &[&after, &skipped]).await?.map(|row| conversation_id(&row, 0)).transpose()?;
    let Some((conversation, expired, days)) = first_due(connection, query, source, end).await? else {
        return Ok(ExpiryStep { until: None, messages: Vec::new(), continue_after: end });
    };
    let range = (columns::entry_id(conversation, expired.next()), columns::entry_id(conversation, Seq(u64::MAX)));
    let sql = "SELECT id, at FROM entry WHERE id BETWEEN $1 AND $2 ORDER BY id LIMIT $3";
    let entries =
        map(connection, sql, &[&range.0, &range.1, &limit(STEP_ROWS)], |row| Ok((columns::seq_of(get(row, 0)?), time(row, 1)?)))
            .await?;
    let Some(until) = last_expired(entries, query, days) else {
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

/// The first conversation up to `end` whose oldest message may expire, up to where its messages have expired, and for how many
/// days they are kept if it is a group with a limit of its own.
async fn first_due(
    connection: &Connection,
    query: &ExpiryQuery,
    source: &str,
    end: Option<ConversationId>,
) -> Result<Option<(ConversationId, Seq, Option<u32>)>, Fault> {
    // The first entry that has not expired yet is a primary key.
    let sql = format!(
        "SELECT pending.id, pending.expired_seq, pending.retention_days, entry.at
         FROM (SELECT id, expired_seq, retention_days FROM {source} AND id <= $2 AND deleted_at IS NULL) AS pending
         JOIN entry ON entry.id = pending.id << 32 | (pending.expired_seq + 1)
         ORDER BY pending.id"
    );
    let end = end.map_or(i64::MAX, |end| i64::from(end.0));
    for row in all(connection, &sql, &[&i64::from(query.after.0), &end]).await? {
        let days = optional_number(&row, 2)?;
        if query.may_expire(days, time(&row, 3)?) {
            return Ok(Some((conversation_id(&row, 0)?, seq(&row, 1)?, days)));
        }
    }
    Ok(None)
}
