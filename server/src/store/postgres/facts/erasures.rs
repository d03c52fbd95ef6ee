//! The next step of the pending erasures.

use papo_shared::model::{ConversationId, Seq};

use super::loaded::Loaded;
use crate::domain::erasure::{ErasureId, ErasureStep, ErasureWork, STEP_BYTES, STEP_ROWS, STEP_SCAN, StoredText};
use crate::domain::{AccountId, AccountRef};
use crate::store::columns;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, Parameters, all, map, one};
use crate::store::postgres::rows::{conversation_id, get, limit, optional_account, optional_number, username};

pub(super) async fn next_step(connection: &Connection) -> Result<Loaded, Fault> {
    let sql = "SELECT id, kind, account, conversation, position FROM erasure ORDER BY id LIMIT 1";
    let Some(row) = one(connection, sql, &[]).await? else {
        return Ok(Box::new(|facts| facts.erasure_steps.set((), None)));
    };
    let id = ErasureId(get(&row, 0)?);
    let conversation = optional_number(&row, 3)?.map(ConversationId);
    let work = match (get(&row, 1)?, optional_account(&row, 2)?, conversation) {
        (columns::ERASE_MEMBERSHIPS, Some(account), _) => membership(connection, account).await?,
        (columns::ERASE_MESSAGES, Some(account), _) => messages(connection, account, get(&row, 4)?).await?,
        (columns::ERASE_LOG, _, Some(conversation)) => end_of_log(connection, conversation).await?,
        _ => None,
    };
    let step = ErasureStep { id, work: work.unwrap_or(ErasureWork::Finished) };
    Ok(Box::new(move |facts| facts.erasure_steps.set((), Some(step))))
}

async fn membership(connection: &Connection, account: AccountId) -> Result<Option<ErasureWork>, Fault> {
    let sql = "SELECT own.conversation, account.username
               FROM membership own
               JOIN conversation ON conversation.id = own.conversation
               JOIN account ON account.id = own.account
               WHERE own.account = $1 AND own.to_seq IS NULL AND conversation.name IS NOT NULL
               ORDER BY own.conversation LIMIT 1";
    let found = one(connection, sql, &[&i64::from(account.0)]).await?;
    let read = |row| {
        let account = AccountRef { id: account, username: username(&row, 1)? };
        Ok(ErasureWork::LeaveGroup { account, group: conversation_id(&row, 0)? })
    };
    found.map(read).transpose()
}

async fn messages(connection: &Connection, account: AccountId, position: i64) -> Result<Option<ErasureWork>, Fault> {
    let sql = "SELECT max(id), count(*) FROM (SELECT id FROM entry WHERE id > $1 ORDER BY id LIMIT $2) AS scanned";
    let scanned = one(connection, sql, &[&position, &limit(STEP_SCAN)]).await?;
    let Some((Some(end), count)) =
        scanned.map(|row| Ok::<_, Fault>((get::<Option<i64>>(&row, 0)?, get::<i64>(&row, 1)?))).transpose()?
    else {
        return Ok(None);
    };
    let condition = "entry.id > $1 AND entry.id <= $2 AND entry.author = $3 ORDER BY entry.id";
    let (found, is_complete) = texts(connection, condition, &[&position, &end, &i64::from(account.0)]).await?;
    if found.is_empty() && count < limit(STEP_SCAN) {
        return Ok(None);
    }
    Ok(Some(ErasureWork::erase_messages(found, is_complete, columns::entry_of(end))))
}

async fn end_of_log(connection: &Connection, group: ConversationId) -> Result<Option<ErasureWork>, Fault> {
    let (low, high) = (columns::entry_id(group, Seq(1)), columns::entry_id(group, Seq(u64::MAX)));
    let reports = "SELECT 1::bigint FROM report WHERE entry BETWEEN $1 AND $2 LIMIT 1";
    if one(connection, reports, &[&low, &high]).await?.is_some() {
        return Ok(Some(ErasureWork::DeleteReports { group }));
    }
    let memberships = "SELECT 1::bigint FROM membership WHERE conversation = $1 LIMIT 1";
    if one(connection, memberships, &[&i64::from(group.0)]).await?.is_some() {
        return Ok(Some(ErasureWork::DeleteMemberships { group }));
    }
    let sql = "SELECT id FROM entry WHERE id BETWEEN $1 AND $2 ORDER BY id DESC LIMIT $3";
    let ids: Vec<i64> = map(connection, sql, &[&low, &high, &limit(STEP_ROWS)], |row| get(row, 0)).await?;
    let (Some(newest), Some(oldest)) = (ids.first(), ids.last()) else { return Ok(None) };
    let condition = "entry.id BETWEEN $1 AND $2 ORDER BY entry.id DESC";
    let (messages, is_complete) = texts(connection, condition, &[oldest, newest]).await?;
    let first = match messages.last() {
        Some(last) if !is_complete => last.message.seq,
        _ => columns::seq_of(*oldest),
    };
    Ok(Some(ErasureWork::DeleteEntries { group, messages, first }))
}

/// The texts of the messages that meet a condition, as many as one step erases, and whether these are all.
pub(super) async fn texts(
    connection: &Connection,
    condition: &str,
    parameters: Parameters<'_>,
) -> Result<(Vec<StoredText>, bool), Fault> {
    let sql = format!(
        "SELECT entry.id, entry.body, revision.body
         FROM entry LEFT JOIN revision ON revision.entry = entry.id AND revision.number = 1
         WHERE entry.kind = 1 AND entry.body IS NOT NULL AND {condition} LIMIT {}",
        STEP_ROWS + 1
    );
    let (mut found, mut bytes) = (Vec::new(), 0);
    for row in all(connection, &sql, parameters).await? {
        if found.len() >= STEP_ROWS || bytes > STEP_BYTES {
            return Ok((found, false));
        }
        let (id, text, original) = (get(&row, 0)?, get::<String>(&row, 1)?, get(&row, 2)?);
        bytes += text.len();
        let message = columns::entry_of(id);
        found.push(StoredText { message, text, original });
    }
    Ok((found, true))
}
