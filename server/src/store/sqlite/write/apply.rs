//! Applies changes to the tables. Nothing is decided here: a change that violates a constraint fails.

use papo_shared::model::{Emoji, EntryKind, MessageText, Seq, StatusText, Timestamp, Topic, Username};
use rusqlite::{Connection, Params};

use super::{erasures, reports};
use crate::domain::change::{Change, Marks, NewMessage};
use crate::domain::{AccountId, EntryId, NewDevice, Removal, SecondFactor, TextHashByte, skeleton};
use crate::store::columns;
use crate::store::sqlite::search;

/// Applies one change. [`Tables`](super::tables::Tables) writes the newest number of each log and the order of
/// messages once per batch.
#[expect(clippy::too_many_lines, reason = "one statement per kind of change")]
pub(crate) fn apply(connection: &Connection, change: &Change<'_>) -> rusqlite::Result<()> {
    let statements = Statements { connection };
    match change {
        Change::InsertMessage(message) => statements.insert_message(message),
        Change::InsertEntry { id, author, kind, member, at } => statements.insert_entry(*id, *author, kind, *member, *at),
        Change::ReplaceText { message, before, written_at, number, text, mentions, at } => {
            let revision = "INSERT INTO revision (entry, number, at, body) VALUES (?1, ?2, ?3, ?4)";
            statements.execute(revision, (columns::row_id(*message), number, written_at.0, before))?;
            statements.replace_text(*message, before, text, mentions, *at)
        }
        Change::EraseText { message, before, mark, removal } => statements.erase_text(*message, before, *mark, *removal),
        Change::SetChanged { message, by } => {
            statements.execute("UPDATE entry SET changed = ?2 WHERE id = ?1", (columns::row_id(*message), columns::column(*by)))
        }
        Change::InsertReaction { message, emoji, account, seq, since } => {
            statements.insert_reaction(*message, emoji, *account, *seq, *since)
        }
        Change::DeleteReaction { message, emoji, account } => statements.delete_reaction(*message, emoji, *account),
        Change::PutNotice { message, account, reason, done } => statements.execute(
            "INSERT INTO notice (account, entry, reason, done) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (account, entry) DO UPDATE SET reason = excluded.reason, done = excluded.done",
            (account.0, columns::row_id(*message), columns::reason_column(*reason), done),
        ),
        Change::DeleteNotice { message, account } => {
            statements.execute("DELETE FROM notice WHERE account = ?1 AND entry = ?2", (account.0, columns::row_id(*message)))
        }

        Change::InsertDirect { id, low, high, unanswered_by, at } => statements.execute(
            "INSERT INTO conversation (id, low, high, last_seq, created_at, unanswered_by) VALUES (?1, ?2, ?3, 0, ?4, ?5)",
            (id.0, low.0, high.0, at.0, unanswered_by.0),
        ),
        Change::AcceptDirect { conversation, .. } => {
            statements.execute("UPDATE conversation SET unanswered_by = NULL WHERE id = ?1", [conversation.0])
        }
        Change::InsertGroup { id, name, visibility, at } => statements.execute(
            "INSERT INTO conversation (id, name, name_key, name_skeleton, last_seq, created_at, visibility)
             VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6)",
            (id.0, name.as_str(), name.uniqueness_key(), skeleton(name.as_str()), at.0, columns::visibility_column(*visibility)),
        ),
        Change::SetGroupName { conversation, name, .. } => statements.execute(
            "UPDATE conversation SET name = ?2, name_key = ?3, name_skeleton = ?4 WHERE id = ?1",
            (conversation.0, name.as_str(), name.uniqueness_key(), skeleton(name.as_str())),
        ),
        Change::SetVisibility { conversation, visibility } => statements.execute(
            "UPDATE conversation SET visibility = ?2 WHERE id = ?1",
            (conversation.0, columns::visibility_column(*visibility)),
        ),
        Change::SetRetention { conversation, days } => {
            statements.execute("UPDATE conversation SET retention_days = ?2 WHERE id = ?1", (conversation.0, days))
        }
        Change::SetTopic { conversation, topic } => {
            statements.execute("UPDATE conversation SET topic = ?2 WHERE id = ?1", (conversation.0, topic.map(Topic::as_str)))
        }
        Change::AddMembership { conversation, account, from, role } => {
            statements.execute(
                "INSERT INTO membership (conversation, account, from_seq, read_seq, role) VALUES (?1, ?2, ?3, ?3 - 1, ?4)",
                (conversation.0, account.0, columns::column(*from), columns::role_column(*role)),
            )?;
            statements.execute("UPDATE conversation SET members = members + 1 WHERE id = ?1", [conversation.0])
        }
        Change::EndMembership { conversation, account, to, .. } => {
            statements.execute(
                "UPDATE membership SET to_seq = ?3 WHERE conversation = ?1 AND account = ?2 AND to_seq IS NULL",
                (conversation.0, account.0, columns::column(*to)),
            )?;
            statements.execute("UPDATE conversation SET members = members - 1 WHERE id = ?1", [conversation.0])
        }
        Change::SetRole { conversation, account, role } => statements.execute(
            "UPDATE membership SET role = ?3 WHERE conversation = ?1 AND account = ?2 AND to_seq IS NULL",
            (conversation.0, account.0, columns::role_column(*role)),
        ),
        Change::SetNotify { conversation, account, notify } => {
            let (level, until) = columns::notify_columns(*notify);
            statements.execute(
                "UPDATE membership SET notify = ?3, notify_until = ?4
                 WHERE conversation = ?1 AND account = ?2 AND to_seq IS NULL",
                (conversation.0, account.0, level, until),
            )
        }
        Change::SetMarks { conversation, account, marks: Marks { read, seen, delivered } } => statements.execute(
            "UPDATE membership SET read_seq = ?3, seen_seq = ?4, delivered_seq = ?5
             WHERE conversation = ?1 AND account = ?2 AND to_seq IS NULL",
            (conversation.0, account.0, columns::column(*read), columns::column(*seen), columns::column(*delivered)),
        ),
        Change::InsertGroupInvite { id, conversation, code, by, uses, expires_at, at } => statements.execute(
            "INSERT INTO group_invite (id, conversation, code_hash, created_by, created_at, uses_left, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (id.0, conversation.0, code.0, by.0, at.0, uses, expires_at.map(|at| at.0)),
        ),
        Change::SetGroupInviteUses { id, uses_left, .. } => {
            statements.execute("UPDATE group_invite SET uses_left = ?2 WHERE id = ?1", (id.0, uses_left))
        }
        Change::DeleteGroupInvite { id, .. } => statements.execute("DELETE FROM group_invite WHERE id = ?1", [id.0]),

        Change::InsertInvitation { conversation, account, by, at } => statements.execute(
            "INSERT INTO invitation (account, conversation, inviter, at) VALUES (?1, ?2, ?3, ?4)",
            (account.0, conversation.0, by.0, at.0),
        ),
        Change::DeleteInvitation { conversation, account, .. } => {
            statements.execute("DELETE FROM invitation WHERE account = ?1 AND conversation = ?2", (account.0, conversation.0))
        }
        Change::InsertDecline { conversation, account, at } => statements.execute(
            "INSERT INTO declined_invitation (account, conversation, at) VALUES (?1, ?2, ?3)",
            (account.0, conversation.0, at.0),
        ),
        Change::DeleteDecline { conversation, account } => statements
            .execute("DELETE FROM declined_invitation WHERE account = ?1 AND conversation = ?2", (account.0, conversation.0)),

        Change::InsertAccount { id, username, display_name, password_hash, at } => statements.execute(
            "INSERT INTO account (id, username, skeleton, display_name, search, password_hash, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                id.0,
                username.as_str(),
                skeleton(username.as_str()),
                display_name.as_str(),
                columns::search_column(username, display_name),
                password_hash,
                at.0,
            ),
        ),
        Change::SetPasswordHash { account, hash } => {
            statements.execute("UPDATE account SET password_hash = ?2 WHERE id = ?1", (account.0, hash))
        }
        Change::SetSecondFactor { account, second_factor: None } => {
            statements.execute("DELETE FROM totp WHERE account = ?1", [account.0])
        }
        Change::SetSecondFactor { account, second_factor: Some(second_factor) } => {
            statements.set_second_factor(*account, second_factor)
        }
        Change::SetSuspended { account, since } => {
            statements.execute("UPDATE account SET suspended_at = ?2 WHERE id = ?1", (account.0, since.map(|since| since.0)))
        }
        Change::SetLastSeen { account, at } => {
            statements.execute("UPDATE account SET last_seen = ?2 WHERE id = ?1 AND deleted_at IS NULL", (account.0, at.0))
        }
        Change::SetDisplayName { account, username, display_name } => statements.execute(
            "UPDATE account SET display_name = ?2, search = ?3 WHERE id = ?1",
            (account.0, display_name.as_str(), columns::search_column(username, display_name)),
        ),
        Change::SetStatus { account, status } => {
            statements.execute("UPDATE account SET status = ?2 WHERE id = ?1", (account.0, status.map(StatusText::as_str)))
        }
        Change::DeleteAccount { .. }
        | Change::DeleteGroup { .. }
        | Change::DeleteMemberships { .. }
        | Change::DeleteEntries { .. }
        | Change::SetRetentionClock(_)
        | Change::SetExpired { .. }
        | Change::InsertErasure(_)
        | Change::SetErasurePosition { .. }
        | Change::DeleteErasure(_) => erasures::apply(connection, change),
        Change::InsertDevice { id, account, device: NewDevice { token, name }, at } => statements.execute(
            "INSERT INTO device (id, account, token_hash, name, created_at, last_used) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
            (id.0, account.0, token.0, name.as_str(), at.0),
        ),
        Change::DeleteDevice { id, .. } => statements.execute("DELETE FROM device WHERE id = ?1", [id.0]),
        Change::SetDeviceUsed { device, at } => {
            statements.execute("UPDATE device SET last_used = ?2 WHERE id = ?1", (device.0, at.0))
        }
        Change::InsertInvite { id, code, uses, expires_at, by, at } => statements.execute(
            "INSERT INTO invite (id, code_hash, uses_left, expires_at, created_at, created_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (id.0, code.0, uses, expires_at.map(|at| at.0), at.0, by),
        ),
        Change::SetInviteUses { id, uses_left, .. } => {
            statements.execute("UPDATE invite SET uses_left = ?2 WHERE id = ?1", (id.0, uses_left))
        }
        Change::DeleteInvite { id, .. } => statements.execute("DELETE FROM invite WHERE id = ?1", [id.0]),
        Change::InsertBan(ban) => statements.execute(
            "INSERT INTO ban (network, until, reason, created_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            (ban.network.to_string(), ban.until.0, &ban.reason, &ban.created_by, ban.created_at.0),
        ),
        Change::DeleteBan { network } => statements.execute("DELETE FROM ban WHERE network = ?1", [network.to_string()]),
        Change::DeleteExpiredBans { at } => statements.execute("DELETE FROM ban WHERE until <= ?1", [at.0]),
        Change::Report(change) => reports::apply(connection, change),
        Change::InsertAuditNote(note) => statements.execute(
            "INSERT INTO audit (at, by, action, target) VALUES (?1, ?2, ?3, ?4)",
            (note.at.0, &note.by, &note.action, &note.target),
        ),
        Change::InsertBlock { by, whom, at, .. } => {
            statements.execute("INSERT INTO block (blocker, blocked, at) VALUES (?1, ?2, ?3)", (by.0, whom.0, at.0))
        }
        Change::DeleteBlock { by, whom, .. } => {
            statements.execute("DELETE FROM block WHERE blocker = ?1 AND blocked = ?2", (by.0, whom.0))
        }
    }
}

struct Statements<'c> {
    connection: &'c Connection,
}

impl Statements<'_> {
    fn execute(&self, sql: &str, params: impl Params) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute(params)?;
        Ok(())
    }

    fn insert_message(&self, message: &NewMessage<'_>) -> rusqlite::Result<()> {
        let NewMessage { id, author, client_id, text, reply_to, mentions, at } = message;
        self.execute(
            "INSERT INTO entry (id, at, author, kind, client_id, body, target, mentions) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                columns::row_id(*id),
                at.0,
                author.0,
                columns::MESSAGE,
                client_id.as_bytes(),
                text.as_str(),
                reply_to.map(columns::column),
                columns::mentions_column(mentions),
            ),
        )
    }

    fn set_second_factor(&self, account: AccountId, second_factor: &SecondFactor) -> rusqlite::Result<()> {
        let SecondFactor { secret, confirmed, used_step, wrong_codes, wrong_since, recovery_codes } = second_factor;
        let recovery_codes: Vec<u8> = recovery_codes.iter().flat_map(|hash| hash.0).collect();
        self.execute(
            "INSERT OR REPLACE INTO totp (account, secret, confirmed, used_step, wrong_codes, wrong_since, recovery_codes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (account.0, secret.0, confirmed, used_step.0, wrong_codes, wrong_since.0, recovery_codes),
        )
    }

    fn insert_entry(
        &self,
        id: EntryId,
        author: AccountId,
        kind: &EntryKind,
        member: Option<AccountId>,
        at: Timestamp,
    ) -> rusqlite::Result<()> {
        let (number, body, target) = columns::entry_columns(kind).ok_or(rusqlite::Error::InvalidQuery)?;
        let (target, member) = (target.map(columns::column), member.map(|member| member.0));
        self.execute(
            "INSERT INTO entry (id, at, author, kind, body, member, target) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (columns::row_id(id), at.0, author.0, number, body, member, target),
        )
    }

    fn replace_text(
        &self,
        message: EntryId,
        before: &str,
        text: &MessageText,
        mentions: &[Username],
        at: Timestamp,
    ) -> rusqlite::Result<()> {
        let id = columns::row_id(message);
        search::text_changed(self.connection, id, before, Some(text.as_str()))?;
        self.execute(
            "UPDATE entry SET body = ?2, mentions = ?3, edited_at = ?4 WHERE id = ?1",
            (id, text.as_str(), columns::mentions_column(mentions), at.0),
        )
    }

    fn insert_reaction(&self, message: EntryId, emoji: &Emoji, account: AccountId, seq: Seq, since: Seq) -> rusqlite::Result<()> {
        let (id, since) = (columns::row_id(message), columns::column(since));
        self.execute(
            "INSERT INTO reaction (entry, emoji, account, seq, since) VALUES (?1, ?2, ?3, ?4, ?5)",
            (id, emoji.as_str(), account.0, columns::column(seq), since),
        )?;
        self.execute(
            "INSERT INTO reaction_count (entry, emoji, since, accounts) VALUES (?1, ?2, ?3, 1)
             ON CONFLICT (entry, emoji) DO UPDATE SET accounts = accounts + 1",
            (id, emoji.as_str(), since),
        )
    }

    fn delete_reaction(&self, message: EntryId, emoji: &Emoji, account: AccountId) -> rusqlite::Result<()> {
        let key = (columns::row_id(message), emoji.as_str());
        let sql = "DELETE FROM reaction WHERE entry = ?1 AND emoji = ?2 AND account = ?3";
        self.execute(sql, (key.0, key.1, account.0))?;
        self.execute("UPDATE reaction_count SET accounts = accounts - 1 WHERE entry = ?1 AND emoji = ?2", key)?;
        self.execute("DELETE FROM reaction_count WHERE entry = ?1 AND emoji = ?2 AND accounts = 0", key)
    }

    fn erase_text(&self, message: EntryId, before: &str, mark: TextHashByte, removal: Removal) -> rusqlite::Result<()> {
        let id = columns::row_id(message);
        search::text_changed(self.connection, id, before, None)?;
        let deleted_by = if let Removal::Member(by) = removal { Some(by.0) } else { None };
        self.execute(
            "UPDATE entry SET body = NULL, mentions = NULL, edited_at = NULL, mark = ?2, member = ?3, removal = ?4 WHERE id = ?1",
            (id, mark.0, deleted_by, columns::removal_column(removal)),
        )?;
        let erased = [
            "DELETE FROM revision WHERE entry = ?1",
            "DELETE FROM reaction WHERE entry = ?1",
            "DELETE FROM reaction_count WHERE entry = ?1",
            "DELETE FROM notice WHERE entry = ?1",
        ];
        erased.into_iter().try_for_each(|sql| self.execute(sql, [id]))
    }
}
