//! What servers that share a store ask it. Several servers of a test use the same [`MemoryStore`].

use std::collections::BTreeMap;

use async_trait::async_trait;
use papo_shared::model::{ConversationId, DeviceId};

use super::MemoryStore;
use super::state::State;
use crate::domain::AccountId;
use crate::store::StoreError;
use crate::store::shared::{DeviceEnd, NewEntries, News, NewsPosition, SharedStore};

/// A position is the number of entries that were stored before it.
#[async_trait]
impl SharedStore for MemoryStore {
    async fn news_position(&self) -> Result<NewsPosition, StoreError> {
        Ok(self.state()?.news_position())
    }

    async fn news(&self, after: &NewsPosition, accounts: &[AccountId]) -> Result<News, StoreError> {
        let state = self.state()?;
        let known: usize = after.0.parse().map_err(|_| StoreError::new("not a position of this store"))?;
        let mut found: BTreeMap<ConversationId, NewEntries> = BTreeMap::new();
        for (conversation, seq) in state.entry_order.iter().copied().skip(known) {
            if state.log(conversation).is_some_and(|log| seq <= log.last()) && state.has_any_member(conversation, accounts) {
                found.entry(conversation).or_insert(NewEntries { conversation, first: seq, last: seq }).last = seq;
            }
        }
        Ok(News { next: state.news_position(), conversations: found.into_values().collect() })
    }

    async fn ended_devices(&self, devices: &[(AccountId, DeviceId)]) -> Result<Vec<(DeviceId, DeviceEnd)>, StoreError> {
        let state = self.state()?;
        let end = |account: AccountId, device: DeviceId| match state.account(account) {
            Some(found) if found.account.is_deleted => Some(DeviceEnd::AccountDeleted),
            _ if state.owner_of(device).is_none() => Some(DeviceEnd::SignedOut),
            Some(found) if found.account.suspended_at.is_some() => Some(DeviceEnd::AccountSuspended),
            _ => None,
        };
        Ok(devices.iter().filter_map(|(account, device)| Some((*device, end(*account, *device)?))).collect())
    }
}

impl State {
    fn news_position(&self) -> NewsPosition {
        NewsPosition(self.entry_order.len().to_string())
    }

    fn has_any_member(&self, conversation: ConversationId, accounts: &[AccountId]) -> bool {
        accounts.iter().any(|account| self.conversation_of(*account, conversation).is_some())
    }
}
