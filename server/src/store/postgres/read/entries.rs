//! Queries on the logs of conversations.

use std::collections::HashMap;

use papo_shared::model::{ConversationId, Emoji, Entry, EntryKind, Reaction, Seq};

use super::visible_range::visible_range;
use crate::domain::{AccountId, EntryRange};
use crate::store::columns::{self, ENTRY, ENTRY_JOINS};
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, Parameters, all, map};
use crate::store::postgres::rows::{self, get, limit, number};

pub(crate) async fn range(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
    range: EntryRange,
    max_rows: usize,
    enough_bytes: usize,
) -> Result<Option<Vec<Entry>>, Fault> {
    let Some((first, last)) = visible_range(connection, account, id).await? else { return Ok(None) };
    let (low, high, order) = match range {
        EntryRange::After(seq) => (first.max(Seq(seq.0.saturating_add(1))), last, "ASC"),
        EntryRange::Before(seq) => (first, last.min(Seq(seq.0.saturating_sub(1))), "DESC"),
    };
    if low > high {
        return Ok(Some(Vec::new()));
    }
    // The texts before each entry are summed, so that no more are sent than may be used.
    let sql = format!(
        "SELECT {ENTRY} FROM (
             SELECT *, sum(octet_length(body)) OVER (ORDER BY id {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
             FROM (SELECT * FROM entry WHERE id BETWEEN $1 AND $2 ORDER BY id {order} LIMIT $3) AS page
         ) AS entry {ENTRY_JOINS} WHERE coalesce(entry.before, 0) <= $4 ORDER BY entry.id {order}"
    );
    let (low, high) = (columns::entry_id(id, low), columns::entry_id(id, high));
    let found = select(connection, account, &sql, &[&low, &high, &limit(max_rows), &limit(enough_bytes)]).await?;
    Ok(Some(found.into_iter().map(|(_, entry)| entry).collect()))
}

/// Entries as this account sees them, by their ids in the tables, in any order. The caller checks permission.
pub(crate) async fn by_ids(connection: &Connection, account: AccountId, ids: &Vec<i64>) -> Result<HashMap<i64, Entry>, Fault> {
    let sql = format!("SELECT {ENTRY} FROM entry {ENTRY_JOINS} WHERE entry.id = ANY ($1)");
    Ok(select(connection, account, &sql, &[ids]).await?.into_iter().collect())
}

/// The entries of a query, with their reactions.
async fn select(
    connection: &Connection,
    account: AccountId,
    sql: &str,
    parameters: Parameters<'_>,
) -> Result<Vec<(i64, Entry)>, Fault> {
    let found = all(connection, sql, parameters).await?;
    let mut found: Vec<(i64, Entry)> =
        found.iter().map(|row| Ok((get(row, 0)?, rows::entry(row)?))).collect::<Result<_, Fault>>()?;
    // Unchanged messages have no reactions.
    let changed: Vec<i64> = found.iter().filter(|(_, entry)| may_have_reactions(entry)).map(|(id, _)| *id).collect();
    if !changed.is_empty() {
        let mut reactions = reaction_counts(connection, account, &changed).await?;
        for (id, entry) in &mut found {
            if let EntryKind::Message(message) = &mut entry.kind {
                message.reactions = reactions.remove(id).unwrap_or_default();
            }
        }
    }
    Ok(found)
}

fn may_have_reactions(entry: &Entry) -> bool {
    matches!(&entry.kind, EntryKind::Message(message) if message.changed.is_some() && !message.deleted)
}

/// The reactions to messages as this account sees them, in the order in which each emoji was first used.
async fn reaction_counts(
    connection: &Connection,
    account: AccountId,
    ids: &Vec<i64>,
) -> Result<HashMap<i64, Vec<Reaction>>, Fault> {
    let sql = "SELECT entry, emoji, accounts, EXISTS (
                   SELECT 1 FROM reaction
                   WHERE reaction.entry = reaction_count.entry AND reaction.emoji = reaction_count.emoji AND account = $2)
               FROM reaction_count WHERE entry = ANY ($1) ORDER BY since";
    let found = map(connection, sql, &[ids, &i64::from(account.0)], |row| {
        let emoji = Emoji::from(get::<String>(row, 1)?);
        Ok((get(row, 0)?, Reaction { emoji, count: number(row, 2)?, mine: get(row, 3)? }))
    })
    .await?;
    let mut reactions: HashMap<i64, Vec<Reaction>> = HashMap::new();
    found.into_iter().for_each(|(id, reaction)| reactions.entry(id).or_default().push(reaction));
    Ok(reactions)
}
