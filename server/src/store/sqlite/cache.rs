//! What the writer knows about conversations without asking the file: kind, newest number, members, and who may not write.
//!
//! Only the one writer changes the file, so what it remembers is true. It can only be changed by ways that note how it was before: where a
//! write fails or is refused, what it changed here is taken back as it is in the file. When a transaction fails all is forgotten.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use papo_shared::model::{ConversationId, GroupName, Seq};
use papo_shared::protocol::Refusal;
use rusqlite::{Connection, OptionalExtension};

use super::{blocks, rows};
use crate::domain::{AccountId, Audience, rules};

/// Conversations remembered at most; beyond it all are forgotten, which only costs reading them again.
const MAX_REMEMBERED: usize = 50_000;

/// What is known of one conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Of a group.
    pub(super) name: Option<GroupName>,
    pub(super) last_seq: Seq,
    /// Sorted.
    pub(super) members: Audience,
    /// Of a direct conversation: which of its two have blocked the other one.
    pub(super) blockers: Vec<AccountId>,
}

/// The conversations that were written to lately.
#[derive(Debug, Default)]
pub(super) struct Cache {
    known: HashMap<ConversationId, Known>,
    /// Those whose newest number is not in the file yet.
    ahead: BTreeSet<ConversationId>,
    /// What the write that is at work changed, the newest last.
    undo: Vec<Undo>,
}

/// How to take back one change.
#[derive(Debug)]
enum Undo {
    /// It was read, perhaps with what the write had changed in the file.
    Read(ConversationId),
    /// It was otherwise.
    Changed(ConversationId, Known),
    /// Its log was shorter.
    Numbered { id: ConversationId, last_seq: Seq, was_ahead: bool },
}

impl Known {
    pub(super) fn has(&self, account: AccountId) -> bool {
        self.members.binary_search(&account).is_ok()
    }

    /// Whether this member may write here.
    pub(super) fn may_write(&self, member: AccountId) -> Result<(), Refusal> {
        let blocks = self.blockers.contains(&member);
        let is_blocked = self.blockers.iter().any(|blocker| *blocker != member);
        rules::may_write(blocks, is_blocked)
    }
}

impl Cache {
    /// What is known of this conversation, read where it was not known; none where there is no such conversation.
    pub(super) fn get(&mut self, connection: &Connection, id: ConversationId) -> rusqlite::Result<Option<&Known>> {
        match self.known.entry(id) {
            Entry::Occupied(known) => Ok(Some(known.into_mut())),
            Entry::Vacant(unknown) => {
                let Some(known) = load(connection, id)? else { return Ok(None) };
                self.undo.push(Undo::Read(id));
                Ok(Some(unknown.insert(known)))
            }
        }
    }

    /// Remembers that this conversation is otherwise, where it is remembered at all.
    pub(super) fn change(&mut self, id: ConversationId, change: impl FnOnce(&mut Known)) {
        if let Some(known) = self.known.get_mut(&id) {
            self.undo.push(Undo::Changed(id, known.clone()));
            change(known);
        }
    }

    /// Remembers that the log has another entry. The file learns of it in [`Cache::write_numbers`], once a batch.
    pub(super) fn numbered(&mut self, id: ConversationId, seq: Seq) {
        if let Some(known) = self.known.get_mut(&id) {
            let was_ahead = !self.ahead.insert(id);
            self.undo.push(Undo::Numbered { id, last_seq: known.last_seq, was_ahead });
            known.last_seq = seq;
        }
    }

    /// What is changed from here on can be taken back.
    pub(super) fn begin_write(&mut self) {
        self.undo.clear();
    }

    /// Takes back what was changed since [`Cache::begin_write`]: the file has nothing of it.
    pub(super) fn undo_write(&mut self) {
        while let Some(change) = self.undo.pop() {
            match change {
                Undo::Read(id) => drop(self.known.remove(&id)),
                Undo::Changed(id, before) => drop(self.known.insert(id, before)),
                Undo::Numbered { id, last_seq, was_ahead } => {
                    if !was_ahead {
                        self.ahead.remove(&id);
                    }
                    if let Some(known) = self.known.get_mut(&id) {
                        known.last_seq = last_seq;
                    }
                }
            }
        }
    }

    /// Writes the newest numbers of this batch.
    pub(super) fn write_numbers(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut update = connection.prepare_cached("UPDATE conversation SET last_seq = ?2 WHERE id = ?1")?;
        for id in &self.ahead {
            if let Some(known) = self.known.get(id) {
                update.execute((id.0, rows::column(known.last_seq)))?;
            }
        }
        Ok(())
    }

    /// The batch is on disk.
    pub(super) fn committed(&mut self) {
        self.ahead.clear();
        if self.known.len() > MAX_REMEMBERED {
            self.known.clear();
        }
    }

    /// The batch failed: what was remembered from it is not true.
    pub(super) fn forget(&mut self) {
        self.known.clear();
        self.ahead.clear();
        self.undo.clear();
    }

    /// The conversations that are remembered.
    #[cfg(test)]
    pub(super) fn known(&self) -> &HashMap<ConversationId, Known> {
        &self.known
    }
}

/// What the file has of this conversation.
pub(super) fn load(connection: &Connection, id: ConversationId) -> rusqlite::Result<Option<Known>> {
    let mut conversation = connection.prepare_cached("SELECT name, last_seq, low, high FROM conversation WHERE id = ?1")?;
    let found = conversation
        .query_row([id.0], |row| {
            let two = row.get::<_, Option<u32>>(2)?.zip(row.get::<_, Option<u32>>(3)?);
            Ok((row.get::<_, Option<String>>(0)?.map(GroupName::from), rows::seq(row, 1)?, two))
        })
        .optional()?;
    let Some((name, last_seq, two)) = found else { return Ok(None) };
    let blockers = match two {
        Some((low, high)) => blocks::blockers(connection, AccountId(low), AccountId(high))?,
        None => Vec::new(),
    };
    Ok(Some(Known { name, last_seq, members: members(connection, id)?, blockers }))
}

/// Who is in this conversation, sorted.
pub(super) fn members(connection: &Connection, id: ConversationId) -> rusqlite::Result<Audience> {
    let mut members = connection
        .prepare_cached("SELECT account FROM membership WHERE conversation = ?1 AND to_seq IS NULL ORDER BY account")?;
    members.query_map([id.0], |row| row.get(0).map(AccountId))?.collect()
}
