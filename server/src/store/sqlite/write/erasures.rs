//! Applies changes that delete accounts and groups, and the steps of erasures.

use rusqlite::{Connection, Params};

use crate::domain::DELETED_DISPLAY_NAME;
use crate::domain::change::Change;
use crate::domain::erasure::{Erasure, STEP_MEMBERSHIPS};
use crate::store::columns;

/// Applies one change of this kind.
pub(super) fn apply(connection: &Connection, change: &Change<'_>) -> rusqlite::Result<()> {
    let execute = |sql: &str, params: &[i64]| execute(connection, sql, rusqlite::params_from_iter(params));
    match change {
        Change::DeleteAccount { account, username, at, .. } => {
            connection.prepare_cached("DELETE FROM declined_invitation WHERE account = ?1")?.execute([account.0])?;
            connection
            .prepare_cached(
                "UPDATE account SET indexed_name = username, username = ?2, display_name = ?3, search = '', password_hash = '',
                     status = NULL, last_seen = NULL, suspended_at = ?4, deleted_at = ?4 WHERE id = ?1",
            )?
            .execute((account.0, username.as_str(), DELETED_DISPLAY_NAME, at.0))
            .map(drop)
        }
        Change::DeleteGroup { conversation, to, at, .. } => {
            let id = i64::from(conversation.0);
            // No group name starts with this character.
            let group =
                "UPDATE conversation SET name = '', name_key = '#' || id, name_skeleton = NULL, topic = NULL, members = 0,
                         visibility = 0, retention_days = NULL, deleted_at = ?2 WHERE id = ?1";
            execute(group, &[id, at.0])?;
            connection.prepare_cached("DELETE FROM invitation WHERE conversation = ?1")?.execute([id])?;
            let members = "UPDATE membership SET to_seq = ?2 WHERE conversation = ?1 AND to_seq IS NULL";
            execute(members, &[id, columns::column(*to)])
        }
        Change::DeleteMemberships(conversation) => connection
            .prepare_cached(
                "DELETE FROM membership WHERE conversation = ?1 AND (account, from_seq) IN
                     (SELECT account, from_seq FROM membership WHERE conversation = ?1 ORDER BY account, from_seq LIMIT ?2)",
            )?
            .execute((conversation.0, STEP_MEMBERSHIPS))
            .map(drop),
        Change::DeleteEntries { conversation, first } => {
            let range =
                [columns::entry_id(*conversation, *first), columns::entry_id(*conversation, papo_shared::model::Seq(u64::MAX))];
            for table in ["revision", "reaction", "reaction_count", "notice", "message_order"] {
                execute(&format!("DELETE FROM {table} WHERE entry BETWEEN ?1 AND ?2"), &range)?;
            }
            execute("DELETE FROM entry WHERE id BETWEEN ?1 AND ?2", &range)?;
            let last = "UPDATE conversation SET last_seq = ?2 WHERE id = ?1";
            execute(last, &[i64::from(conversation.0), columns::column(*first) - 1])?;
            // The places of deleted messages may be given to new ones, which must be indexed.
            connection
                .prepare_cached(
                    "UPDATE message_index SET indexed = min(indexed, (SELECT ifnull(max(place), 0) FROM message_order))",
                )?
                .execute([])
                .map(drop)
        }
        Change::SetRetentionClock(now) => {
            execute("DELETE FROM retention", &[])?;
            execute("INSERT INTO retention (clock) VALUES (?1)", &[now.0])
        }
        Change::SetExpired(conversation, until) => connection
            .prepare_cached("UPDATE conversation SET expired_seq = ?2 WHERE id = ?1")?
            .execute((conversation.0, columns::column(*until)))
            .map(drop),
        Change::InsertErasure(erasure) => {
            let (kind, account, conversation) = match erasure {
                Erasure::Memberships(account) => (columns::ERASE_MEMBERSHIPS, Some(account.0), None),
                Erasure::Messages(account) => (columns::ERASE_MESSAGES, Some(account.0), None),
                Erasure::Log(conversation) => (columns::ERASE_LOG, None, Some(conversation.0)),
            };
            connection
                .prepare_cached("INSERT INTO erasure (kind, account, conversation) VALUES (?1, ?2, ?3)")?
                .execute((kind, account, conversation))
                .map(drop)
        }
        Change::SetErasurePosition { id, after } => {
            execute("UPDATE erasure SET position = ?2 WHERE id = ?1", &[id.0, columns::entry_id(after.conversation, after.seq)])
        }
        Change::DeleteErasure(id) => connection.prepare_cached("DELETE FROM erasure WHERE id = ?1")?.execute([id.0]).map(drop),
        // Applied elsewhere.
        _ => Err(rusqlite::Error::InvalidQuery),
    }
}

fn execute(connection: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute(params).map(drop)
}
