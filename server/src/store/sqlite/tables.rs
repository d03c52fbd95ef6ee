//! The tables, with what the one writer remembers of them.

use papo_shared::model::ConversationId;
use papo_shared::protocol::Refusal;
use rusqlite::Connection;

use super::cache::{Cache, Known};
use super::search::Said;
use crate::domain::{AccountId, rules};

/// What a write works with.
pub(super) struct Tables {
    pub(super) connection: Connection,
    pub(super) cache: Cache,
    /// What the batch says.
    pub(super) said: Said,
}

impl Tables {
    /// The conversation, for somebody who may write there: the one place where a write asks this.
    pub(super) fn writable(&mut self, id: ConversationId, account: AccountId) -> rusqlite::Result<Result<&mut Known, Refusal>> {
        let known = self.cache.get(&self.connection, id)?.filter(|known| known.has(account));
        Ok(rules::as_member(known).and_then(|known| {
            known.may_write(account)?;
            Ok(known)
        }))
    }
}
