//! The tables as the one writer changes them, with what it writes once at the end of a batch.

use std::collections::BTreeMap;

use papo_shared::model::{ConversationId, Seq};
use rusqlite::Connection;

use super::search::Said;
use super::{apply, load, rows};
use crate::domain::EntryId;
use crate::domain::change::{Change, Changes};
use crate::domain::facts::{ConversationFacts, Facts, Key};

/// The tables, and what the batch has to write at its end.
pub(super) struct Tables {
    pub(super) connection: Connection,
    /// The newest numbers of the logs that the batch appended to.
    last_seqs: BTreeMap<ConversationId, Seq>,
    /// The messages of the batch, for the order in which searches go back.
    said: Said,
}

impl Tables {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, last_seqs: BTreeMap::new(), said: Said::default() }
    }

    /// Loads a fact, with what the batch has changed so far.
    pub(super) fn load(&self, facts: &mut Facts, key: &Key) -> rusqlite::Result<()> {
        if let Key::Conversation(id) = key
            && let Some(last_seq) = self.last_seqs.get(id)
        {
            let known = load::conversation(&self.connection, *id)?;
            facts.conversations.set(*id, known.map(|known| ConversationFacts { last_seq: *last_seq, ..known }));
            return Ok(());
        }
        load::load(&self.connection, facts, key)
    }

    /// Applies the changes of one decision: all of them or, with an error, none.
    pub(super) fn apply(&mut self, changes: &Changes<'_>) -> rusqlite::Result<()> {
        // One change that stands alone is one statement, which SQLite undoes by itself. Plain messages are such changes.
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
        // Some errors end the transaction, and the savepoint with it.
        if self.connection.is_autocommit() {
            return result;
        }
        if result.is_err() {
            self.connection.prepare_cached("ROLLBACK TO one_write")?.execute([])?;
        }
        self.connection.prepare_cached("RELEASE one_write")?.execute([])?;
        result
    }

    /// Remembers what the end of the batch writes about a change.
    fn applied(&mut self, change: &Change<'_>) {
        match change {
            Change::InsertMessage(message) => {
                self.last_seqs.insert(message.id.conversation, message.id.seq);
                self.said.add(rows::entry_id(message.id.conversation, message.id.seq), message.at);
            }
            Change::InsertEntry { id: EntryId { conversation, seq }, .. } => _ = self.last_seqs.insert(*conversation, *seq),
            _ => {}
        }
    }

    /// Writes what is written once a batch. Gives the place of the newest message, if the batch has any.
    pub(super) fn finish(&self) -> rusqlite::Result<Option<i64>> {
        let mut update = self.connection.prepare_cached("UPDATE conversation SET last_seq = ?2 WHERE id = ?1")?;
        for (id, last_seq) in &self.last_seqs {
            update.execute((id.0, rows::column(*last_seq)))?;
        }
        self.said.write(&self.connection)
    }

    /// The batch is over, one way or the other.
    pub(super) fn clear(&mut self) {
        self.last_seqs.clear();
        self.said.clear();
    }
}
