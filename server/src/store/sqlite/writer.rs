//! The one writer: a batch, a transaction, an fsync.

use rusqlite::{Connection, ErrorCode};

use super::cache::Cache;
use super::{write_accounts, write_groups, write_messages};
use crate::store::{Outcome, StoreError, Write};

/// Everything that changes the file.
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) cache: Cache,
}

impl Writer {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, cache: Cache::default() }
    }

    /// Writes a batch, all of it or nothing.
    pub(super) fn commit(&mut self, batch: &[Write]) -> Result<Vec<Outcome>, StoreError> {
        let result = self.transact(batch);
        match result {
            Ok(_) => self.cache.committed(),
            Err(_) => {
                self.cache.forget();
                // Some errors end the transaction by themselves.
                if !self.connection.is_autocommit()
                    && let Err(error) = self.connection.execute_batch("ROLLBACK")
                {
                    tracing::error!(%error, "a failed transaction could not be rolled back");
                }
            }
        }
        result.map_err(failed)
    }

    fn transact(&mut self, batch: &[Write]) -> rusqlite::Result<Vec<Outcome>> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let outcomes = batch.iter().map(|write| self.write_one(write)).collect::<rusqlite::Result<_>>()?;
        self.cache.write_numbers(&self.connection)?;
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(outcomes)
    }

    /// One write. What breaks a rule of the tables fails alone; what breaks the disk fails the batch.
    fn write_one(&mut self, write: &Write) -> rusqlite::Result<Outcome> {
        let result = match write {
            // A message is one statement, which SQLite undoes by itself: the quick way for what is nearly all of the work.
            Write::AppendMessage { .. } => self.dispatch(write),
            _ => self.in_savepoint(write),
        };
        match result {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Ok(Outcome::Failed(failed(error))),
            other => other,
        }
    }

    /// A write of several statements takes effect whole or not at all.
    fn in_savepoint(&mut self, write: &Write) -> rusqlite::Result<Outcome> {
        self.connection.prepare_cached("SAVEPOINT one_write")?.execute([])?;
        let result = self.dispatch(write);
        if !matches!(result, Ok(ref outcome) if !matches!(outcome, Outcome::Refused(_))) && !self.connection.is_autocommit() {
            self.connection.prepare_cached("ROLLBACK TO one_write")?.execute([])?;
        }
        if !self.connection.is_autocommit() {
            self.connection.prepare_cached("RELEASE one_write")?.execute([])?;
        }
        result
    }

    fn dispatch(&mut self, write: &Write) -> rusqlite::Result<Outcome> {
        match write {
            Write::CreateAccount { username, display_name, password_hash, device, at } => {
                write_accounts::create(self, username, display_name, password_hash, device, *at)
            }
            Write::SetPassword { account, current_hash, new_hash, keep_only } => {
                write_accounts::set_password(self, *account, current_hash, new_hash, *keep_only)
            }
            Write::AddDevice { account, verified_hash, device, at } => {
                write_accounts::add_device(self, *account, verified_hash, device, *at)
            }
            Write::RemoveDevice { device } => write_accounts::remove_device(self, *device),
            Write::TouchSeen { account, at } => write_accounts::touch_seen(self, *account, *at),
            Write::OpenDirect { one, other, at } => write_groups::open_direct(self, *one, *other, *at),
            Write::CreateGroup { creator, name, at } => write_groups::create(self, creator, name, *at),
            Write::AddMember { conversation, by, member, at } => write_groups::add_member(self, *conversation, by, member, *at),
            Write::LeaveGroup { conversation, member, at } => write_groups::leave(self, *conversation, member, *at),
            Write::RenameGroup { conversation, by, name, at } => write_groups::rename(self, *conversation, by, name, *at),
            Write::AppendMessage { conversation, author, client_id, text, at } => {
                write_messages::append(self, *conversation, author, *client_id, text, *at)
            }
            Write::MoveReadCursor { conversation, account, seq } => {
                write_messages::move_read_cursor(self, *conversation, *account, *seq)
            }
        }
    }
}

/// The driver's words, which stay in the log.
pub(super) fn failed(error: rusqlite::Error) -> StoreError {
    StoreError::new(format!("SQLite: {error}"))
}
