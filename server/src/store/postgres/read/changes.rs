//! Queries on the history of messages and on reactions.

use papo_shared::model::{ConversationId, Emoji, MessageText, Seq, Timestamp};
use papo_shared::protocol::Revision;

use super::visible_range::visible_range;
use crate::domain::{AccountId, FoundReaction};
use crate::store::columns;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map, one};
use crate::store::postgres::rows::{get, limit, number, seq as seq_column, time, username};

pub(crate) async fn revisions(
    connection: &Connection,
    account: AccountId,
    (id, seq): (ConversationId, Seq),
    after: u32,
    max_rows: usize,
    enough_bytes: usize,
) -> Result<Option<Option<Vec<Revision>>>, Fault> {
    let (at, text) = match message(connection, account, id, seq).await? {
        Some(Some(found)) => found,
        Some(None) => return Ok(Some(None)),
        None => return Ok(None),
    };
    let entry = columns::entry_id(id, seq);
    let revision = |at, text: String| Revision { at, text: MessageText::from(text) };
    let sql = "SELECT at, body FROM revision WHERE entry = $1 AND number > $2 ORDER BY number LIMIT $3";
    let before =
        map(connection, sql, &[&entry, &i64::from(after), &limit(max_rows)], |row| Ok(revision(time(row, 0)?, get(row, 1)?)))
            .await?;
    let (mut found, mut bytes) = (Vec::new(), 0);
    for row in before {
        bytes += row.text.as_str().len();
        found.push(row);
        if bytes > enough_bytes {
            return Ok(Some(Some(found)));
        }
    }
    let edits = one(connection, "SELECT count(*) FROM revision WHERE entry = $1", &[&entry]).await?;
    let edits: u32 = edits.map_or(Ok(0), |row| number(&row, 0))?;
    if found.len() < max_rows && after <= edits {
        found.push(revision(at, text));
    }
    Ok(Some(Some(found)))
}

pub(crate) async fn reactions(
    connection: &Connection,
    account: AccountId,
    (id, seq): (ConversationId, Seq),
    after: Option<Seq>,
    max_rows: usize,
) -> Result<Option<Option<Vec<FoundReaction>>>, Fault> {
    match message(connection, account, id, seq).await? {
        Some(Some(_)) => {}
        Some(None) => return Ok(Some(None)),
        None => return Ok(None),
    }
    let sql = "SELECT reaction.seq, reaction.emoji, account.username
               FROM reaction JOIN account ON account.id = reaction.account
               WHERE reaction.entry = $1 AND reaction.seq > $2 ORDER BY reaction.seq LIMIT $3";
    let (entry, after) = (columns::entry_id(id, seq), columns::column(after.unwrap_or_default()));
    let found = map(connection, sql, &[&entry, &after, &limit(max_rows)], |row| {
        let (emoji, username) = (Emoji::from(get::<String>(row, 1)?), username(row, 2)?);
        Ok(FoundReaction { seq: seq_column(row, 0)?, emoji, username })
    })
    .await?;
    Ok(Some(Some(found)))
}

/// The current text of a message and the time it was written. `None` if the account is not a member; `Some(None)` if there is no
/// such message that it may see.
async fn message(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
    seq: Seq,
) -> Result<Option<Option<(Timestamp, String)>>, Fault> {
    let Some((first, _)) = visible_range(connection, account, id).await? else { return Ok(None) };
    if seq < first {
        return Ok(Some(None));
    }
    let sql = "SELECT coalesce(edited_at, at), body FROM entry WHERE id = $1 AND kind = 1 AND body IS NOT NULL";
    let found = one(connection, sql, &[&columns::entry_id(id, seq)]).await?;
    found.map(|row| Ok((time(&row, 0)?, get(&row, 1)?))).transpose().map(Some)
}
