//! The database connection with the writer's cached state.

use papo_shared::model::ConversationId;
use papo_shared::protocol::Refusal;
use rusqlite::Connection;

use super::cache::{Cache, Known};
use super::search::Said;
use crate::domain::{AccountId, rules};

/// Everything that a write uses.
pub(super) struct Tables {
    pub(super) connection: Connection,
    pub(super) cache: Cache,
    /// Messages appended by the current batch.
    pub(super) said: Said,
}

impl Tables {
    /// The conversation, if the account may write in it. All writes check this permission here.
    pub(super) fn writable(&mut self, id: ConversationId, account: AccountId) -> rusqlite::Result<Result<&mut Known, Refusal>> {
        let known = self.cache.get(&self.connection, id)?.filter(|known| known.has(account));
        Ok(rules::as_member(known).and_then(|known| {
            known.may_write(account)?;
            Ok(known)
        }))
    }
}
