//! The only writer: one transaction and one fsync per batch.

mod apply;
mod checkpoints;
mod erasures;
mod log_bound;
mod reports;
mod sweep;
mod tables;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use self::checkpoints::{Checkpoints, Copier};
use self::log_bound::LogBound;
use self::sweep::Sweep;
use self::tables::Tables;
use super::file::copies::KeptCopies;
use super::file::open_file::OpenFiles;
use super::search;
use crate::domain::decide::{Decision, assumed, decide_and_load};
use crate::domain::facts::Facts;
use crate::domain::storage::StorageLimits;
use crate::store::{Outcome, StoreError, Write};

/// Owns the only connection that writes to the file.
pub(super) struct Writer {
    pub(super) tables: Tables,
    pub(super) log_bound: LogBound,
    /// `None` until [`Writer::start_copier`].
    checkpoints: Option<Checkpoints>,
    sweep: Sweep,
    copies: KeptCopies,
    files: OpenFiles,
    /// Whether the disk is nearly full; set from other threads.
    is_space_low: Arc<AtomicBool>,
    /// Facts kept in memory. They stay correct because only this writer changes the file, and every applied change is
    /// applied to them as well. They are discarded when a batch fails.
    facts: Facts,
    /// Position of the newest message in the storage order.
    newest: i64,
    /// Position of the last message in the word index.
    indexed: i64,
}

/// A batch that is executed and not committed.
struct Written {
    outcomes: Vec<Outcome>,
    /// Position of the newest message, if it changed.
    newest: Option<i64>,
    /// Position of the last message in the word index, if it changed.
    indexed: Option<i64>,
}

impl Writer {
    pub(super) fn new(connection: Connection, limits: StorageLimits) -> rusqlite::Result<Self> {
        search::prepare(&connection)?;
        let (newest, indexed) = (search::newest(&connection)?, search::indexed(&connection)?);
        let (log_bound, sweep) = (LogBound::new(&connection), Sweep::new(&connection)?);
        let (copies, files) = (KeptCopies::new(&connection), OpenFiles::of(&connection));
        let is_space_low = Arc::new(AtomicBool::new(limits.is_space_low));
        Ok(Self {
            tables: Tables::new(connection),
            log_bound,
            checkpoints: None,
            sweep,
            copies,
            files,
            is_space_low,
            facts: Facts::new(limits),
            newest,
            indexed,
        })
    }

    /// The open files.
    pub(super) fn files(&self) -> &OpenFiles {
        &self.files
    }

    /// Lets a copier copy the write-ahead log back to the file, on another connection, until [`Writer::stop_copier`].
    pub(super) fn start_copier(&mut self, connection: Connection) -> rusqlite::Result<Copier> {
        let (checkpoints, copier) = checkpoints::checkpoints(&self.tables.connection, connection)?;
        self.checkpoints = Some(checkpoints);
        Ok(copier)
    }

    /// Ends the copier, which closes its connection.
    pub(super) fn stop_copier(&mut self) {
        self.checkpoints = None;
    }

    /// The switch that restricts the store to short texts.
    pub(super) fn space_switch(&self) -> Arc<AtomicBool> {
        self.is_space_low.clone()
    }

    /// Number of messages that are not in the word index yet.
    pub(super) fn lag(&self) -> usize {
        usize::try_from(self.newest - self.indexed).unwrap_or_default()
    }

    /// Adds up to `limit` messages to the word index, in a separate transaction.
    pub(super) fn index(&mut self, limit: usize) -> rusqlite::Result<()> {
        let transaction = self.tables.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let indexed = search::add_next(&transaction, limit)?;
        transaction.commit()?;
        self.indexed = indexed;
        Ok(())
    }

    /// Writes all of a batch or, with an error, nothing of it.
    pub(super) fn commit(&mut self, batch: &[Write]) -> Result<Vec<Outcome>, StoreError> {
        self.facts.storage_limits.is_space_low = self.is_space_low.load(Ordering::Relaxed);
        let result = self.write_all(batch).map_err(failed).and_then(|written| self.commit_transaction().map(|()| written));
        match &result {
            Ok(written) => {
                self.facts.end_batch();
                self.newest = written.newest.unwrap_or(self.newest);
                self.indexed = written.indexed.unwrap_or(self.indexed);
                if self.tables.erases_text() {
                    self.log_bound.text_erased();
                    self.sweep.text_erased();
                }
            }
            Err(_) => self.roll_back(),
        }
        self.tables.clear();
        result.map(|written| written.outcomes)
    }

    fn roll_back(&mut self) {
        self.facts = Facts::new(self.facts.storage_limits);
        // Some errors end the transaction.
        if !self.tables.connection.is_autocommit()
            && let Err(error) = self.tables.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a failed transaction could not be rolled back");
        }
    }

    /// Resets the writer after a panic in [`Writer::commit`], and returns the error of that batch.
    pub(super) fn recover(&mut self) -> StoreError {
        // If the transaction has ended, the panic happened after its commit began.
        let is_unknown = self.tables.connection.is_autocommit();
        self.roll_back();
        self.tables.clear();
        if is_unknown { StoreError::outcome_unknown("the writer panicked") } else { StoreError::new("the writer panicked") }
    }

    /// Limits the size of the write-ahead log, erases traces of deleted texts, and removes expired copies when that is due.
    pub(super) fn maintain(&mut self) {
        if self.sweep.advance(&mut self.tables.connection, Instant::now()) {
            self.log_bound.text_erased();
        }
        let connection = &self.tables.connection;
        if self.log_bound.is_due() {
            self.checkpoints.iter_mut().for_each(Checkpoints::wait);
            self.log_bound.truncate(connection);
        } else {
            self.checkpoints.iter_mut().for_each(|checkpoints| checkpoints.advance(connection));
        }
        self.copies.expire();
    }

    /// When [`Writer::maintain`] should be called, even if nothing is written until then.
    pub(super) fn maintenance_due(&self) -> Option<Instant> {
        [self.sweep.due, self.log_bound.due(), self.copies.due].into_iter().flatten().min()
    }

    /// Executes the writes without committing.
    fn write_all(&mut self, batch: &[Write]) -> rusqlite::Result<Written> {
        self.tables.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let outcomes = batch.iter().map(|write| self.write_one(write)).collect::<rusqlite::Result<_>>()?;
        let newest = self.tables.finish()?;
        if !self.tables.has_deleted_messages {
            return Ok(Written { outcomes, newest, indexed: None });
        }
        let connection = &self.tables.connection;
        Ok(Written { outcomes, newest: Some(search::newest(connection)?), indexed: Some(search::indexed(connection)?) })
    }

    /// Commits. If that fails and the transaction is still open, nothing was written. Otherwise SQLite abandoned it
    /// while writing: the commit record may be in the log, where the next start after a crash would find it.
    fn commit_transaction(&self) -> Result<(), StoreError> {
        if !self.files.are_in_place() {
            return Err(StoreError::new("chat.db or its log was deleted or replaced"));
        }
        let connection = &self.tables.connection;
        match connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([])) {
            Ok(_) => Ok(()),
            Err(error) if connection.is_autocommit() => {
                Err(StoreError::outcome_unknown(format!("SQLite: {error}, during a commit")))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Executes one write. A constraint violation fails this write alone; any other error fails the batch.
    fn write_one(&mut self, write: &Write) -> rusqlite::Result<Outcome> {
        let Self { tables, facts, .. } = self;
        loop {
            let Decision { outcome, changes, usage } = decide_and_load(write, facts, |facts, key| tables.load(facts, key))?;
            match tables.apply(&changes) {
                Ok(()) => {
                    changes.iter().for_each(|change| facts.apply(change));
                    if let Some((account, usage)) = usage {
                        facts.set_usage(account, usage);
                        tables.set_usage(account, usage);
                    }
                    return Ok(outcome);
                }
                Err(error) if !affects_one_write(&error, &tables.connection) => return Err(error),
                Err(error) => match assumed(write, facts) {
                    Some(key) => tables.load(facts, &key)?,
                    None => return Ok(Outcome::Failed(failed(error))),
                },
            }
        }
    }
}

/// Whether an error is a constraint violation by one write that leaves the batch's transaction open.
fn affects_one_write(error: &rusqlite::Error, connection: &Connection) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) && !connection.is_autocommit()
}

/// Converts an error of the driver. Its text is logged and never sent to clients.
pub(super) fn failed(error: rusqlite::Error) -> StoreError {
    StoreError::new(format!("SQLite: {error}"))
}

#[cfg(test)]
mod tests;
