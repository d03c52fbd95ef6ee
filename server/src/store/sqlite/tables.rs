//! The tables, with what the one writer remembers of them.

use papo_shared::model::ConversationId;
use papo_shared::protocol::Refusal;
use rusqlite::Connection;

use super::cache::{Cache, Known};
use super::search::Said;
use crate::domain::{AccountId, rules};

/// What a write works with. Beside the file it changes what is remembered, which [`Tables::undo_write`] takes back where the file does.
pub(super) struct Tables {
    pub(super) connection: Connection,
    pub(super) cache: Cache,
    /// What the batch says.
    pub(super) said: Said,
}

impl Tables {
    /// What is remembered from here on can be taken back. Gives what [`Tables::undo_write`] needs for it.
    pub(super) fn begin_write(&mut self) -> usize {
        self.cache.begin_write();
        self.said.len()
    }

    /// Takes back what was remembered since [`Tables::begin_write`], which gave `said`.
    pub(super) fn undo_write(&mut self, said: usize) {
        self.cache.undo_write();
        self.said.truncate(said);
    }

    /// The conversation, for somebody who may write there: the one place where a write asks this.
    pub(super) fn writable(&mut self, id: ConversationId, account: AccountId) -> rusqlite::Result<Result<&Known, Refusal>> {
        let known = self.cache.get(&self.connection, id)?.filter(|known| known.has(account));
        Ok(rules::as_member(known).and_then(|known| {
            known.may_write(account)?;
            Ok(known)
        }))
    }
}
