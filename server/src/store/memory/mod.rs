//! A store without a disk, for tests: the same contract as the one in a file.
//!
//! Plain lists with linear searches. It shares the decisions about writes with the other backends and nothing else: it loads the
//! facts of each write again, so comparing it with another backend also tests the facts that one keeps between writes.

mod apply;
mod erasures;
mod failures;
mod load;
mod messages;
mod reading;
mod reports;
mod retention;
mod search;
mod shared;
mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use papo_shared::model::{ConversationId, DeviceId, Entry, GroupListing, Invitation, Seq, ServerId, Username};
use papo_shared::protocol::{InboxItem, ReadCursor, Receipt, Revision};
use tokio::sync::watch;

use self::state::State;
use super::{Outcome, Store, StoreError, Write};
use crate::domain::facts::{ConversationFacts, GroupFacts};
use crate::domain::storage::StorageLimits;
use crate::domain::{
    Account, AccountId, AuditEntry, Ban, Conversation, ConversationRows, Credentials, Device, EntryRange, FoundMessages,
    FoundReaction, GroupInvites, GroupSummary, Invite, InviteHash, InviteId, Member, MessageSearch, Report, ReportId,
    SecondFactor, TokenHash, Totals, rules,
};

/// A [`Store`] that keeps nothing on disk.
pub struct MemoryStore {
    server_id: ServerId,
    state: Mutex<State>,
    failed: watch::Sender<Option<&'static str>>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::with_limits(StorageLimits::default())
    }
}

impl MemoryStore {
    /// An empty store with these limits.
    #[must_use]
    pub fn with_limits(storage_limits: StorageLimits) -> Self {
        let state = State { storage_limits, ..State::default() };
        Self { server_id: ServerId::from_random(rand::random()), state: Mutex::new(state), failed: watch::Sender::new(None) }
    }

    fn state(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &state.failure {
            _ if state.closed => Err(StoreError::new("the store is closed")),
            Some(error) => Err(error.clone()),
            None => Ok(state),
        }
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn commit(&self, batch: Vec<Write>) -> Result<Vec<Outcome>, StoreError> {
        let mut state = self.state()?;
        Ok(batch.iter().map(|write| state.write(write)).collect())
    }

    fn set_space_low(&self, is_low: bool) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).storage_limits.is_space_low = is_low;
    }

    fn is_in_place(&self) -> bool {
        true
    }

    fn unavailable_reason(&self) -> Option<String> {
        self.current_failure().filter(StoreError::is_unavailable).map(|error| error.to_string())
    }

    fn server_id(&self) -> ServerId {
        self.server_id
    }

    async fn account(&self, username: &Username) -> Result<Option<Account>, StoreError> {
        Ok(self.credentials(username).await?.map(|found| found.account))
    }

    async fn credentials(&self, username: &Username) -> Result<Option<Credentials>, StoreError> {
        let state = self.state()?;
        let mut active = state.accounts.iter().filter(|found| !found.account.is_deleted);
        Ok(active.find(|found| found.account.username == *username).cloned())
    }

    async fn password_hash_settings(&self) -> Result<Vec<String>, StoreError> {
        let state = self.state()?;
        let settings: BTreeSet<_> = state.accounts.iter().filter_map(Credentials::hash_settings).collect();
        Ok(settings.into_iter().map(str::to_owned).collect())
    }

    async fn second_factor(&self, account: AccountId) -> Result<Option<SecondFactor>, StoreError> {
        Ok(self.state()?.second_factors.get(&account).cloned())
    }

    async fn accounts(&self, ids: &[AccountId]) -> Result<Vec<Account>, StoreError> {
        let state = self.state()?;
        Ok(ids.iter().filter_map(|id| state.account(*id)).map(|found| found.account.clone()).collect())
    }

    async fn device(&self, token: &TokenHash) -> Result<Option<(Device, Account)>, StoreError> {
        let state = self.state()?;
        let found = state.devices.iter().find(|stored| stored.token == *token);
        Ok(found.and_then(|stored| Some((stored.device.clone(), state.account(stored.owner)?.account.clone()))))
    }

    async fn is_device_valid(&self, device: DeviceId) -> Result<bool, StoreError> {
        Ok(self.state()?.owner_of(device).is_some())
    }

    async fn devices(&self, account: AccountId, after: Option<DeviceId>, limit: usize) -> Result<Vec<Device>, StoreError> {
        let state = self.state()?;
        let owned = state.devices.iter().filter(|stored| stored.owner == account).map(|stored| &stored.device);
        Ok(owned.filter(|device| Some(device.id) > after).take(limit).cloned().collect())
    }

    async fn totals(&self) -> Result<Totals, StoreError> {
        let state = self.state()?;
        Ok(Totals {
            accounts: state.accounts.len() as u64,
            devices: state.devices.len() as u64,
            conversations: state.logs.len() as u64,
            entries: state.logs.iter().map(|log| log.entries.len() as u64).sum(),
        })
    }

    async fn users(&self, query: Option<&str>, after: Option<&Username>, limit: usize) -> Result<Vec<Account>, StoreError> {
        let holds = |account: &Account, query: &str| {
            let names = [account.username.as_str(), account.display_name.as_str()];
            names.iter().any(|name| name.to_lowercase().contains(query))
        };
        let state = self.state()?;
        let found = state.accounts.iter().map(|found| &found.account).filter(|account| !account.is_deleted);
        let found = found.filter(|account| query.is_none_or(|query| holds(account, query)));
        let mut found: Vec<_> = found.filter(|account| after.is_none_or(|after| account.username > *after)).cloned().collect();
        found.sort_by(|one, other| one.username.cmp(&other.username));
        found.truncate(limit);
        Ok(found)
    }

    async fn contacts(&self, account: AccountId) -> Result<Vec<AccountId>, StoreError> {
        let state = self.state()?;
        let shared = state.logs.iter().filter(|log| log.member(account).is_some());
        let mut found: Vec<_> = shared.flat_map(|log| &log.members).map(|member| member.account).collect();
        found.sort();
        found.dedup();
        found.retain(|other| *other != account);
        Ok(found)
    }

    async fn reports(&self, with_closed: bool, after: Option<ReportId>, limit: usize) -> Result<Vec<Report>, StoreError> {
        let state = self.state()?;
        let rest = state.all_reports().filter(|report| with_closed || report.closed_at.is_none());
        Ok(rest.filter(|report| after.is_none_or(|after| report.id > after)).take(limit).collect())
    }

    async fn open_reports(&self) -> Result<usize, StoreError> {
        Ok(self.state()?.all_reports().filter(|report| report.closed_at.is_none()).count())
    }

    async fn bans(&self) -> Result<Vec<Ban>, StoreError> {
        Ok(self.state()?.bans.clone())
    }

    async fn audit(&self, before: Option<i64>, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        let state = self.state()?;
        let newest = state.audit.iter().rev().filter(|entry| before.is_none_or(|before| entry.id < before));
        Ok(newest.take(limit).cloned().collect())
    }

    async fn invites(&self, after: Option<InviteId>, limit: usize) -> Result<Vec<Invite>, StoreError> {
        let state = self.state()?;
        let found = state.invites.iter().map(|(_, invite)| invite).filter(|invite| Some(invite.id) > after);
        Ok(found.take(limit).cloned().collect())
    }

    async fn invite(&self, code: &InviteHash) -> Result<Option<Invite>, StoreError> {
        Ok(self.state()?.invites.iter().find(|(other, _)| other == code).map(|(_, invite)| invite.clone()))
    }

    async fn conversation(&self, account: AccountId, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        let state = self.state()?;
        Ok(state.conversation_of(account, id).and_then(|log| state.conversation(account, id, log)))
    }

    async fn conversations(
        &self,
        account: AccountId,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<ConversationRows, StoreError> {
        let state = self.state()?;
        let found = state.ids().filter(|(id, _)| Some(*id) > after);
        let rows = found.filter_map(|(id, log)| state.conversation(account, id, log)).take(limit).collect();
        Ok(ConversationRows { rows, ended_early: false })
    }

    async fn groups(
        &self,
        account: AccountId,
        query: Option<&str>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<GroupListing>, StoreError> {
        let state = self.state()?;
        let found = state.ids().filter(|(id, log)| Some(*id) > after && !log.is_deleted);
        let found = found.filter_map(|(conversation, log)| {
            let GroupFacts { name, visibility, .. } = log.group.clone()?;
            let members = u32::try_from(log.members.len()).ok()?;
            let member = log.member(account).is_some();
            let is_found = member || visibility.is_in_directory();
            let is_searched = query.is_none_or(|query| name.uniqueness_key().contains(query));
            (is_found && is_searched).then_some(GroupListing { conversation, name, members, member, visibility })
        });
        Ok(found.take(limit).collect())
    }

    async fn members(
        &self,
        account: AccountId,
        id: ConversationId,
        after: Option<&Username>,
        limit: usize,
    ) -> Result<Option<Vec<Member>>, StoreError> {
        let state = self.state()?;
        let Some(log) = state.conversation_of(account, id) else { return Ok(None) };
        let found = log
            .members
            .iter()
            .filter_map(|member| Some(Member { account: state.account(member.account)?.account.clone(), role: member.role }));
        let mut found: Vec<_> = found.filter(|found| after.is_none_or(|after| found.account.username > *after)).collect();
        found.sort_by(|one, other| one.account.username.cmp(&other.account.username));
        found.truncate(limit);
        Ok(Some(found))
    }

    async fn group_invites(&self, account: AccountId, id: ConversationId) -> Result<Option<GroupInvites>, StoreError> {
        Ok(self.state()?.invites_to(account, id))
    }

    async fn invitations(&self, account: AccountId) -> Result<Vec<Invitation>, StoreError> {
        Ok(self.state()?.invitations_of(account))
    }

    async fn blocked(&self, account: AccountId, after: Option<&Username>, limit: usize) -> Result<Vec<Account>, StoreError> {
        let state = self.state()?;
        let blocked = state.blocks.iter().filter(|(by, _)| *by == account).filter_map(|(_, whom)| state.account(*whom));
        let mut found: Vec<_> = blocked.map(|found| found.account.clone()).collect();
        found.retain(|account| after.is_none_or(|after| account.username > *after));
        found.sort_by(|one, other| one.username.cmp(&other.username));
        found.truncate(limit);
        Ok(found)
    }

    async fn group_summaries(
        &self,
        owner: Option<AccountId>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<GroupSummary>, StoreError> {
        let state = self.state()?;
        let found = state.ids().filter(|(id, _)| Some(*id) > after).filter_map(|(id, log)| state.group_summary(id, log));
        let is_owned = |group: &GroupSummary| owner.is_none() || group.owner.as_ref().map(|owner| owner.id) == owner;
        Ok(found.filter(is_owned).take(limit).collect())
    }

    async fn conversation_facts(&self, id: ConversationId) -> Result<Option<ConversationFacts>, StoreError> {
        Ok(self.state()?.conversation_facts(id))
    }

    async fn entries(
        &self,
        account: AccountId,
        id: ConversationId,
        span: EntryRange,
        limit: usize,
        _enough_bytes: usize,
    ) -> Result<Option<Vec<Entry>>, StoreError> {
        let state = self.state()?;
        let Some(log) = state.conversation_of(account, id) else { return Ok(None) };
        let Some(member) = log.member(account) else { return Ok(None) };
        let visible = log.entries.iter().filter(|entry| rules::may_see(member.first, entry.seq));
        let mut found: Vec<Entry> = match span {
            EntryRange::After(seq) => {
                visible.filter(|entry| entry.seq > seq).map(|entry| log.as_seen_by(entry, account)).collect()
            }
            EntryRange::Before(seq) => {
                visible.rev().filter(|entry| entry.seq < seq).map(|entry| log.as_seen_by(entry, account)).collect()
            }
        };
        found.truncate(limit);
        Ok(Some(found))
    }

    async fn search(&self, account: AccountId, search: &MessageSearch) -> Result<Option<FoundMessages>, StoreError> {
        Ok(search::search(&*self.state()?, account, search))
    }

    async fn revisions(
        &self,
        account: AccountId,
        id: ConversationId,
        seq: Seq,
        after: u32,
        limit: usize,
        _enough_bytes: usize,
    ) -> Result<Option<Option<Vec<Revision>>>, StoreError> {
        let found = self.state()?.revisions(account, id, seq);
        let page = |all: Vec<Revision>| all.into_iter().skip(after as usize).take(limit).collect();
        Ok(found.map(|found| found.map(page)))
    }

    async fn reactions(
        &self,
        account: AccountId,
        id: ConversationId,
        seq: Seq,
        after: Option<Seq>,
        limit: usize,
    ) -> Result<Option<Option<Vec<FoundReaction>>>, StoreError> {
        let found = self.state()?.reactions(account, id, seq);
        let after = |found: &FoundReaction| after.is_none_or(|after| found.seq > after);
        let page = |all: Vec<FoundReaction>| all.into_iter().filter(after).take(limit).collect();
        Ok(found.map(|found| found.map(page)))
    }

    async fn read_cursor(&self, account: AccountId, id: ConversationId) -> Result<Option<ReadCursor>, StoreError> {
        Ok(self.state()?.read_cursor(account, id))
    }

    async fn inbox(&self, account: AccountId, limit: usize) -> Result<Vec<InboxItem>, StoreError> {
        let mut items = self.state()?.inbox(account);
        items.truncate(limit);
        Ok(items)
    }

    async fn receipts(
        &self,
        account: AccountId,
        id: ConversationId,
        after: Option<&Username>,
        limit: usize,
    ) -> Result<Option<Vec<Receipt>>, StoreError> {
        let found = self.state()?.receipts(account, id);
        let after = |found: &Receipt| after.is_none_or(|after| found.username > *after);
        Ok(found.map(|found| found.into_iter().filter(after).take(limit).collect()))
    }

    async fn failed(&self) -> Option<&'static str> {
        self.failed.subscribe().wait_for(Option::is_some).await.ok().and_then(|failed| *failed)
    }

    async fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
    }
}
