//! The one writer: a batch, a transaction, an fsync.

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::cache::Cache;
use super::group_invites::NewGroupInvite;
use super::log_bound::LogBound;
use super::search::Said;
use super::tables::Tables;
use super::write_accounts::NewAccount;
use super::write_changes::Change;
use super::write_messages::NewMessage;
use super::{
    audit, blocks, group_invites, invites, search, write_accounts, write_changes, write_devices, write_groups, write_members,
    write_messages, write_reading, write_settings,
};
use crate::domain::rules;
use crate::store::{Outcome, StoreError, Write};

/// Everything that changes the file.
pub(super) struct Writer {
    pub(super) tables: Tables,
    pub(super) log_bound: LogBound,
    /// The place of the newest message, in the order of all.
    newest: i64,
    /// Up to which place messages are in the index of their words.
    indexed: i64,
}

impl Writer {
    pub(super) fn new(connection: Connection) -> rusqlite::Result<Self> {
        search::prepare(&connection)?;
        let (newest, indexed) = (search::newest(&connection)?, search::indexed(&connection)?);
        let log_bound = LogBound::new(&connection);
        let tables = Tables { connection, cache: Cache::default(), said: Said::default() };
        Ok(Self { tables, log_bound, newest, indexed })
    }

    /// How many messages are not in the index yet.
    pub(super) fn lag(&self) -> usize {
        usize::try_from(self.newest - self.indexed).unwrap_or_default()
    }

    /// Puts so many messages more into the index, in a transaction of its own.
    pub(super) fn index(&mut self, limit: usize) -> rusqlite::Result<()> {
        let transaction = self.tables.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let indexed = search::add_next(&transaction, limit)?;
        transaction.commit()?;
        self.indexed = indexed;
        Ok(())
    }

    /// Writes a batch, all of it or nothing.
    pub(super) fn commit(&mut self, batch: &[Write]) -> Result<Vec<Outcome>, StoreError> {
        let result = self.transact(batch);
        match &result {
            Ok((_, newest)) => {
                self.tables.cache.committed();
                self.newest = newest.unwrap_or(self.newest);
            }
            Err(_) => self.roll_back(),
        }
        self.tables.said.clear();
        result.map(|(outcomes, _)| outcomes).map_err(failed)
    }

    fn roll_back(&mut self) {
        self.tables.cache.forget();
        // Some errors end the transaction by themselves.
        if !self.tables.connection.is_autocommit()
            && let Err(error) = self.tables.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a failed transaction could not be rolled back");
        }
    }

    /// Makes the writer fit for the next batch after a panic in [`Writer::commit`], and says that this batch failed.
    pub(super) fn recover(&mut self) -> StoreError {
        self.roll_back();
        self.tables.said.clear();
        StoreError::new("the writer panicked")
    }

    /// Keeps the log of the file from growing without a bound.
    pub(super) fn bound_log(&mut self) {
        self.log_bound.enforce(&self.tables.connection);
    }

    /// Gives the place of the newest message as well, where the batch has any.
    fn transact(&mut self, batch: &[Write]) -> rusqlite::Result<(Vec<Outcome>, Option<i64>)> {
        self.tables.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let outcomes = batch.iter().map(|write| self.write_one(write)).collect::<rusqlite::Result<_>>()?;
        self.tables.cache.write_numbers(&self.tables.connection)?;
        let newest = self.tables.said.write(&self.tables.connection)?;
        self.tables.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok((outcomes, newest))
    }

    /// One write. What breaks a rule of the tables fails alone; what breaks the disk fails the batch.
    fn write_one(&mut self, write: &Write) -> rusqlite::Result<Outcome> {
        let said = self.tables.begin_write();
        let result = match write {
            // A message is one statement, which SQLite undoes by itself: the quick way for what is nearly all of the work.
            Write::AppendMessage { text, reply_to: None, .. } if !text.as_str().contains('@') => self.dispatch(write),
            _ => self.in_savepoint(write),
        };
        if !is_done(&result) {
            self.tables.undo_write(said);
        }
        match result {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Ok(Outcome::Failed(failed(error))),
            other => other,
        }
    }

    /// A write of several statements takes effect whole or not at all.
    fn in_savepoint(&mut self, write: &Write) -> rusqlite::Result<Outcome> {
        self.tables.connection.prepare_cached("SAVEPOINT one_write")?.execute([])?;
        let result = self.dispatch(write);
        if !is_done(&result) && !self.tables.connection.is_autocommit() {
            self.tables.connection.prepare_cached("ROLLBACK TO one_write")?.execute([])?;
        }
        if !self.tables.connection.is_autocommit() {
            self.tables.connection.prepare_cached("RELEASE one_write")?.execute([])?;
        }
        result
    }

    fn dispatch(&mut self, write: &Write) -> rusqlite::Result<Outcome> {
        let tables = &mut self.tables;
        if let Some(by) = write.by()
            && let Err(refusal) = rules::may_act(write_accounts::suspended_at(tables, by)?)
        {
            return Ok(Outcome::Refused(refusal));
        }
        match write {
            Write::CreateAccount { username, display_name, password_hash, device, invite, at } => {
                let (device, invite) = (device.as_ref(), invite.as_ref());
                let new = NewAccount { username, display_name, password_hash, device, invite, at: *at };
                write_accounts::create(tables, &new)
            }
            Write::SetPassword { account, current_hash, new_hash, keep_only } => {
                write_accounts::set_password(tables, *account, current_hash, new_hash, *keep_only)
            }
            Write::AddDevice { account, verified_hash, device, at } => {
                write_devices::add(tables, *account, verified_hash, device, *at)
            }
            Write::RemoveDevice { device } => write_devices::remove(tables, *device),
            Write::RemoveDevices { account } => write_devices::remove_all(tables, *account, None),
            Write::RevokeDevice { by, device } => write_devices::revoke(tables, *by, *device),
            Write::TouchDevice { device, at } => write_devices::touch(tables, *device, *at),
            Write::ReplacePassword { account, new_hash } => write_accounts::replace_password(tables, *account, new_hash),
            Write::SuspendAccount { account, at } => write_accounts::suspend(tables, *account, *at),
            Write::ResumeAccount { account } => write_accounts::resume(tables, *account),
            Write::CreateInvite { code, uses, expires_at, by, at } => {
                invites::create(&tables.connection, code, *uses, *expires_at, by, *at)
            }
            Write::Audited { note, write } => {
                let outcome = write.as_ref().map_or(Ok(Outcome::Done), |write| self.dispatch(write))?;
                audit::note(&self.tables.connection, note)?;
                Ok(outcome)
            }
            Write::RevokeInvite { invite } => invites::revoke(&tables.connection, *invite),
            Write::TouchSeen { account, at } => write_accounts::touch_seen(tables, *account, *at),
            Write::SetProfile { account, display_name, status } => {
                write_settings::set_profile(tables, *account, display_name.as_ref(), status.as_ref())
            }
            Write::Block { by, whom, at } => blocks::block(tables, *by, whom, *at),
            Write::Unblock { by, whom } => blocks::unblock(tables, *by, whom),
            Write::OpenDirect { one, other, at } => write_groups::open_direct(tables, *one, *other, *at),
            Write::CreateGroup { creator, name, at } => write_groups::create(tables, creator, name, *at),
            Write::AddMember { conversation, by, member, at } => write_members::add(tables, *conversation, by, member, *at),
            Write::RemoveMember { conversation, by, member, at } => write_members::remove(tables, *conversation, by, member, *at),
            Write::SetRole { conversation, by, member, role, at } => {
                write_members::set_role(tables, *conversation, by, member, *role, *at)
            }
            Write::LeaveGroup { conversation, member, at } => write_members::leave(tables, *conversation, member, *at),
            Write::RenameGroup { conversation, by, name, at } => write_groups::rename(tables, *conversation, by, name, *at),
            Write::SetTopic { conversation, by, topic, at } => {
                write_groups::set_topic(tables, *conversation, by, topic.as_ref(), *at)
            }
            Write::CreateGroupInvite { conversation, by, code, uses, expires_at, at } => {
                let new = NewGroupInvite { code, uses: *uses, expires_at: *expires_at, at: *at };
                group_invites::create(tables, *conversation, *by, &new)
            }
            Write::RevokeGroupInvite { conversation, by, invite } => group_invites::revoke(tables, *conversation, *by, *invite),
            Write::JoinGroup { code, member, at } => write_members::join(tables, code, member, *at),
            Write::SetNotify { conversation, account, notify } => {
                write_settings::set_notify(tables, *conversation, *account, *notify)
            }
            Write::AppendMessage { conversation, author, client_id, text, reply_to, at } => {
                let new = NewMessage { client_id: *client_id, text, reply_to: *reply_to, at: *at };
                write_messages::append(tables, *conversation, author, &new)
            }
            Write::EditMessage { conversation, by, seq, text, at } => {
                write_changes::edit(tables, Change { conversation: *conversation, by, seq: *seq, at: *at }, text)
            }
            Write::DeleteMessage { conversation, by, seq, at } => {
                write_changes::delete(tables, Change { conversation: *conversation, by, seq: *seq, at: *at })
            }
            Write::AddReaction { conversation, by, seq, emoji, at } => {
                write_changes::add_reaction(tables, Change { conversation: *conversation, by, seq: *seq, at: *at }, emoji)
            }
            Write::RemoveReaction { conversation, by, seq, emoji, at } => {
                write_changes::remove_reaction(tables, Change { conversation: *conversation, by, seq: *seq, at: *at }, emoji)
            }
            Write::MoveReadCursor { conversation, account, seq } => {
                write_reading::move_read_cursor(tables, *conversation, *account, *seq)
            }
            Write::MoveReadCursorBack { conversation, account, seq } => {
                write_reading::move_read_cursor_back(tables, *conversation, *account, *seq)
            }
            Write::Dismiss { conversation, account, seq } => write_reading::dismiss(tables, *conversation, *account, *seq),
            Write::MarkDelivered { conversation, account, seq } => {
                write_reading::mark_delivered(tables, *conversation, *account, *seq)
            }
        }
    }
}

/// Whether the write took effect.
fn is_done(result: &rusqlite::Result<Outcome>) -> bool {
    !matches!(result, Err(_) | Ok(Outcome::Refused(_)))
}

/// The driver's words, which stay in the log.
pub(super) fn failed(error: rusqlite::Error) -> StoreError {
    StoreError::new(format!("SQLite: {error}"))
}

#[cfg(test)]
mod tests;
