//! The next step of the pending erasures.

use papo_shared::model::{ConversationId, Seq, Username};
use rusqlite::{Connection, Params};

use super::query::{all, exists, one};
use crate::domain::erasure::{ErasureId, ErasureStep, ErasureWork, STEP_BYTES, STEP_ROWS, STEP_SCAN, StoredText};
use crate::domain::{AccountId, AccountRef};
use crate::store::columns;

/// Work as stored.
struct Pending {
    id: ErasureId,
    kind: i64,
    account: Option<u32>,
    conversation: Option<u32>,
    position: i64,
}

pub(super) fn next_step(connection: &Connection) -> rusqlite::Result<Option<ErasureStep>> {
    let sql = "SELECT id, kind, account, conversation, position FROM erasure ORDER BY id LIMIT 1";
    let oldest = one(connection, sql, [], |row| {
        let (id, kind) = (ErasureId(row.get(0)?), row.get(1)?);
        Ok(Pending { id, kind, account: row.get(2)?, conversation: row.get(3)?, position: row.get(4)? })
    })?;
    let Some(pending) = oldest else { return Ok(None) };
    let work = match (pending.kind, pending.account.map(AccountId), pending.conversation.map(ConversationId)) {
        (columns::ERASE_MEMBERSHIPS, Some(account), _) => membership(connection, account)?,
        (columns::ERASE_MESSAGES, Some(account), _) => messages(connection, account, pending.position)?,
        (columns::ERASE_LOG, _, Some(conversation)) => end_of_log(connection, conversation)?,
        _ => None,
    };
    Ok(Some(ErasureStep { id: pending.id, work: work.unwrap_or(ErasureWork::Finished) }))
}

fn membership(connection: &Connection, account: AccountId) -> rusqlite::Result<Option<ErasureWork>> {
    let sql = "SELECT own.conversation, account.username
               FROM membership own
               JOIN conversation ON conversation.id = own.conversation
               JOIN account ON account.id = own.account
               WHERE own.account = ?1 AND own.to_seq IS NULL AND conversation.name IS NOT NULL
               ORDER BY own.conversation LIMIT 1";
    one(connection, sql, [account.0], |row| {
        let account = AccountRef { id: account, username: Username::from(row.get::<_, String>(1)?) };
        Ok(ErasureWork::LeaveGroup { account, group: ConversationId(row.get(0)?) })
    })
}

fn messages(connection: &Connection, account: AccountId, position: i64) -> rusqlite::Result<Option<ErasureWork>> {
    let sql = "SELECT max(id), count(*) FROM (SELECT id FROM entry WHERE id > ?1 ORDER BY id LIMIT ?2)";
    let scanned =
        one(connection, sql, (position, STEP_SCAN), |row| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, usize>(1)?)))?;
    let Some((Some(end), count)) = scanned else { return Ok(None) };
    let condition = "entry.id > ?1 AND entry.id <= ?2 AND entry.author = ?3 ORDER BY entry.id";
    let (found, is_complete) = texts(connection, condition, (position, end, account.0))?;
    if found.is_empty() && count < STEP_SCAN {
        return Ok(None);
    }
    Ok(Some(ErasureWork::erase_messages(found, is_complete, columns::entry_of(end))))
}

fn end_of_log(connection: &Connection, group: ConversationId) -> rusqlite::Result<Option<ErasureWork>> {
    let (low, high) = (columns::entry_id(group, Seq(1)), columns::entry_id(group, Seq(u64::MAX)));
    if exists(connection, "SELECT 1 FROM report WHERE entry BETWEEN ?1 AND ?2", (low, high))? {
        return Ok(Some(ErasureWork::DeleteReports { group }));
    }
    if exists(connection, "SELECT 1 FROM membership WHERE conversation = ?1", [group.0])? {
        return Ok(Some(ErasureWork::DeleteMemberships { group }));
    }
    let ids: Vec<i64> = all(
        connection,
        "SELECT id FROM entry WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT ?3",
        (low, high, STEP_ROWS),
        |row| row.get(0),
    )?;
    let (Some(newest), Some(oldest)) = (ids.first(), ids.last()) else { return Ok(None) };
    let condition = "entry.id BETWEEN ?1 AND ?2 ORDER BY entry.id DESC";
    let (messages, is_complete) = texts(connection, condition, (oldest, newest))?;
    let first = match messages.last() {
        Some(last) if !is_complete => last.message.seq,
        _ => columns::seq_of(*oldest),
    };
    Ok(Some(ErasureWork::DeleteEntries { group, messages, first }))
}

/// The texts of the messages that meet a condition, as many as one step erases, and whether these are all.
pub(super) fn texts(connection: &Connection, condition: &str, params: impl Params) -> rusqlite::Result<(Vec<StoredText>, bool)> {
    let sql = format!(
        "SELECT entry.id, entry.body, revision.body
         FROM entry LEFT JOIN revision ON revision.entry = entry.id AND revision.number = 1
         WHERE entry.kind = 1 AND entry.body IS NOT NULL AND {condition}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params)?;
    let (mut found, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        if found.len() >= STEP_ROWS || bytes > STEP_BYTES {
            return Ok((found, false));
        }
        let (id, text, original) = (row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get(2)?);
        bytes += text.len();
        let message = columns::entry_of(id);
        found.push(StoredText { message, text, original });
    }
    Ok((found, true))
}
