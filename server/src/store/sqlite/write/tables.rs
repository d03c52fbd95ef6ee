//! The tables as changed by the writer, with the updates that it makes once per batch.

use std::collections::BTreeMap;

use papo_shared::model::{ConversationId, Seq};
use rusqlite::Connection;

use super::{apply, sweep};
use crate::domain::change::Change;
use crate::domain::changes::Changes;
use crate::domain::facts::{ConversationFacts, Facts, Key};
use crate::domain::retention::RetentionClock;
use crate::domain::storage::DailyUsage;
use crate::domain::{AccountId, EntryId};
use crate::store::columns;
use crate::store::sqlite::read::facts as stored_facts;
use crate::store::sqlite::search::BatchMessages;

/// The database connection, and the pending updates of the current batch.
pub(crate) struct Tables {
    pub(crate) connection: Connection,
    /// The newest entries of the logs that the batch appended to.
    last_seqs: BTreeMap<ConversationId, Seq>,
    /// What the authors of the batch have stored on its day.
    usages: BTreeMap<AccountId, DailyUsage>,
    /// Whether the batch erased text.
    erases_text: bool,
    /// Messages appended by the current batch, for the search order.
    messages: BatchMessages,
    /// Whether the current batch deleted messages, and with them places in the search order.
    pub(crate) has_deleted_messages: bool,
}

impl Tables {
    pub(crate) fn new(connection: Connection) -> Self {
        Self {
            connection,
            last_seqs: BTreeMap::new(),
            usages: BTreeMap::new(),
            erases_text: false,
            messages: BatchMessages::default(),
            has_deleted_messages: false,
        }
    }

    /// Loads a fact as of now, including the batch's changes so far.
    pub(crate) fn load(&self, facts: &mut Facts, key: &Key) -> rusqlite::Result<()> {
        if let Key::Conversation(id) = key
            && let Some(last_seq) = self.last_seqs.get(id)
        {
            let known = stored_facts::conversation(&self.connection, *id)?;
            facts.conversations.set(*id, known.map(|known| ConversationFacts { last_seq: *last_seq, ..known }));
            return Ok(());
        }
        stored_facts::load(&self.connection, facts, key)?;
        // The messages of this batch have no positions in the order of storage yet.
        if let (Key::RetentionClock(()), Some(newest)) = (key, self.messages.newest())
            && let Some(clock) = facts.retention_clocks.loaded(&()).copied()
        {
            facts.retention_clocks.set((), RetentionClock { newest_message: Some(newest), ..clock });
        }
        Ok(())
    }

    /// Applies the changes of one decision: all of them or, with an error, none.
    pub(crate) fn apply(&mut self, changes: &Changes<'_>) -> rusqlite::Result<()> {
        // A single change is a single statement, which is atomic in SQLite. Plain messages are single changes.
        if changes.len() > 1 {
            self.apply_in_savepoint(changes)?;
        } else {
            changes.iter().try_for_each(|change| apply::apply(&self.connection, change))?;
        }
        changes.iter().for_each(|change| self.applied(change));
        Ok(())
    }

    fn apply_in_savepoint(&self, changes: &Changes<'_>) -> rusqlite::Result<()> {
        self.connection.prepare_cached("SAVEPOINT one_write")?.execute([])?;
        let result = changes.iter().try_for_each(|change| apply::apply(&self.connection, change));
        // Some errors end the transaction and with it the savepoint.
        if self.connection.is_autocommit() {
            return result;
        }
        if result.is_err() {
            self.connection.prepare_cached("ROLLBACK TO one_write")?.execute([])?;
        }
        self.connection.prepare_cached("RELEASE one_write")?.execute([])?;
        result
    }

    /// Records the updates that a change requires at the end of the batch.
    fn applied(&mut self, change: &Change<'_>) {
        self.erases_text |= change.erases_text();
        match change {
            Change::InsertMessage(message) => {
                self.last_seqs.insert(message.id.conversation, message.id.seq);
                self.messages.add(columns::entry_id(message.id.conversation, message.id.seq), message.at);
            }
            Change::InsertEntry { id: EntryId { conversation, seq }, .. } => _ = self.last_seqs.insert(*conversation, *seq),
            Change::DeleteEntries { conversation, first } => {
                self.last_seqs.remove(conversation);
                self.messages.remove(columns::entry_id(*conversation, *first)..=columns::entry_id(*conversation, Seq(u64::MAX)));
                self.has_deleted_messages = true;
            }
            _ => {}
        }
    }

    /// Records what an account has stored, after the changes that it was charged for. Once loaded, accounts stay in the facts
    /// until the end of the batch, so that no decision needs it from the table before it is written there.
    pub(crate) fn set_usage(&mut self, account: AccountId, usage: DailyUsage) {
        self.usages.insert(account, usage);
    }

    /// Writes the pending updates. Returns the position of the batch's newest message, if there is one.
    pub(crate) fn finish(&self) -> rusqlite::Result<Option<i64>> {
        let mut update = self.connection.prepare_cached("UPDATE conversation SET last_seq = ?2 WHERE id = ?1")?;
        for (id, last_seq) in &self.last_seqs {
            update.execute((id.0, columns::column(*last_seq)))?;
        }
        let mut update = self.connection.prepare_cached(
            "INSERT INTO usage (account, day, bytes, messages) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (account) DO UPDATE SET day = excluded.day, bytes = excluded.bytes, messages = excluded.messages",
        )?;
        for (account, DailyUsage { day, bytes, messages }) in &self.usages {
            update.execute((account.0, day, bytes, messages))?;
        }
        if self.erases_text {
            sweep::remember(&self.connection)?;
        }
        self.messages.write(&self.connection)
    }

    /// Whether the batch erased text.
    pub(crate) fn erases_text(&self) -> bool {
        self.erases_text
    }

    /// Discards the pending updates once the batch is committed or rolled back.
    pub(crate) fn clear(&mut self) {
        self.last_seqs.clear();
        self.usages.clear();
        self.erases_text = false;
        self.messages.clear();
        self.has_deleted_messages = false;
    }
}
