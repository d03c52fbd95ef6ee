//! The store on PostgreSQL, which several servers can share.
//!
//! A batch is one transaction ([`write`]): the facts of all its writes are loaded in one round trip, decided here, and the changes
//! are applied in another. [`write::locks`](write) states what keeps them true within a batch. Only the members of conversations are
//! kept from one batch to the next, with versions, since other servers write as well.

mod address;
mod connections;
mod facts;
mod fault;
mod health;
mod memberships;
mod migrations;
mod open_error;
mod query;
mod read;
mod rows;
mod search;
mod shared;
pub(crate) mod target;
mod tls;
mod verify;
mod write;

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use papo_shared::model::{ConversationId, DeviceId, Entry, GroupListing, Invitation, Seq, ServerId, Username};
use papo_shared::protocol::{InboxItem, ReadCursor, Receipt, Revision};
use tokio::sync::watch;
use tokio::task::AbortHandle;

pub use self::address::PostgresAddress;
use self::connections::{Connections, Session};
use self::health::Health;
use self::memberships::MembershipCache;
pub use self::open_error::OpenError;
use self::read::{
    accounts, changes, conversations, devices, entries, groups, inbox, operator, read_cursors, reports, second_factor,
};
pub(crate) use self::search::lexemes as words_of;
pub use self::verify::verify;
use super::{Outcome, Store, StoreError, Write};
use crate::domain::facts::ConversationFacts;
use crate::domain::storage::StorageLimits;
use crate::domain::{
    Account, AccountId, AuditEntry, Ban, Conversation, ConversationRows, Credentials, Device, EntryRange, FoundMessages,
    FoundReaction, GroupInvites, GroupSummary, Invite, InviteHash, InviteId, Member, MessageSearch, Report, ReportId,
    SecondFactor, TokenHash, Totals,
};

/// A [`Store`] in a PostgreSQL database.
pub struct PostgresStore {
    server_id: ServerId,
    limits: StorageLimits,
    is_space_low: AtomicBool,
    connections: Connections,
    health: Health,
    watching_health: AbortHandle,
    memberships: MembershipCache,
    /// Held during a commit.
    committing: tokio::sync::Mutex<()>,
    is_closed: watch::Sender<bool>,
}

impl PostgresStore {
    /// Connects to a database without limits, and creates or migrates the tables.
    ///
    /// # Errors
    /// An [`OpenError`] describing the problem with the database.
    pub async fn open(address: &PostgresAddress) -> Result<Self, OpenError> {
        Self::open_with(address, StorageLimits::default()).await
    }

    /// Like [`PostgresStore::open`], with limits.
    ///
    /// # Errors
    /// An [`OpenError`] describing the problem with the database.
    pub async fn open_with(address: &PostgresAddress, limits: StorageLimits) -> Result<Self, OpenError> {
        let health = Health::assumed();
        let connections = address.connections(&health)?;
        let session = Session::of(&connections.writers).await?;
        address::check_server(session.connection()).await?;
        let server_id = migrations::migrate(session.connection()).await?;
        drop(session);
        Ok(Self {
            server_id,
            limits,
            is_space_low: AtomicBool::new(limits.is_space_low),
            connections,
            watching_health: tokio::spawn(address.watch(health.clone())?).abort_handle(),
            health,
            memberships: MembershipCache::default(),
            committing: tokio::sync::Mutex::new(()),
            is_closed: watch::Sender::new(false),
        })
    }

    /// For a read by a single statement.
    async fn session(&self) -> Result<Session, StoreError> {
        Ok(Session::of(&self.connections.readers).await?)
    }

    /// For a read by several statements.
    async fn snapshot(&self) -> Result<Session, StoreError> {
        Ok(Session::snapshot(&self.connections.readers).await?)
    }

    /// For a read by a single statement that examines more than it returns.
    async fn examination(&self) -> Result<Session, StoreError> {
        Ok(Session::of(&self.connections.examiners).await?)
    }

    /// For such a read by several statements.
    async fn examination_snapshot(&self) -> Result<Session, StoreError> {
        Ok(Session::snapshot(&self.connections.examiners).await?)
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn commit(&self, batch: Vec<Write>) -> Result<Vec<Outcome>, StoreError> {
        let _committing = self.committing.lock().await;
        let limits = StorageLimits { is_space_low: self.is_space_low.load(Ordering::Relaxed), ..self.limits };
        Ok(write::commit(&self.connections.writers, &self.memberships, &batch, limits).await?)
    }

    fn set_space_low(&self, is_low: bool) {
        self.is_space_low.store(is_low, Ordering::Relaxed);
    }

    fn is_in_place(&self) -> bool {
        true
    }

    fn unavailable_reason(&self) -> Option<String> {
        self.health.outage().map(|reason| reason.as_ref().to_owned())
    }

    fn server_id(&self) -> ServerId {
        self.server_id
    }

    async fn account(&self, username: &Username) -> Result<Option<Account>, StoreError> {
        Ok(self.credentials(username).await?.map(|found| found.account))
    }

    async fn credentials(&self, username: &Username) -> Result<Option<Credentials>, StoreError> {
        Ok(accounts::credentials(self.session().await?.connection(), username).await?)
    }

    async fn password_hash_settings(&self) -> Result<Vec<String>, StoreError> {
        Ok(accounts::password_hash_settings(self.session().await?.connection()).await?)
    }

    async fn second_factor(&self, account: AccountId) -> Result<Option<SecondFactor>, StoreError> {
        let found = second_factor::of_accounts(self.session().await?.connection(), &vec![account.0.into()]).await?;
        Ok(found.into_iter().map(|(_, second_factor)| second_factor).next())
    }

    async fn accounts(&self, ids: &[AccountId]) -> Result<Vec<Account>, StoreError> {
        Ok(accounts::accounts(self.session().await?.connection(), ids).await?)
    }

    async fn device(&self, token: &TokenHash) -> Result<Option<(Device, Account)>, StoreError> {
        Ok(devices::by_token(self.session().await?.connection(), token).await?)
    }

    async fn is_device_valid(&self, device: DeviceId) -> Result<bool, StoreError> {
        Ok(devices::is_valid(self.session().await?.connection(), device).await?)
    }

    async fn devices(&self, account: AccountId, after: Option<DeviceId>, limit: usize) -> Result<Vec<Device>, StoreError> {
        Ok(devices::of(self.session().await?.connection(), account, after, limit).await?)
    }

    async fn users(&self, query: Option<&str>, after: Option<&Username>, limit: usize) -> Result<Vec<Account>, StoreError> {
        let session = if query.is_some() { self.examination().await? } else { self.session().await? };
        Ok(accounts::users(session.connection(), query, after, limit).await?)
    }

    async fn contacts(&self, account: AccountId) -> Result<Vec<AccountId>, StoreError> {
        Ok(accounts::contacts(self.examination().await?.connection(), account).await?)
    }

    async fn invites(&self, after: Option<InviteId>, limit: usize) -> Result<Vec<Invite>, StoreError> {
        Ok(operator::invites(self.session().await?.connection(), after, limit).await?)
    }

    async fn invite(&self, code: &InviteHash) -> Result<Option<Invite>, StoreError> {
        Ok(operator::invite(self.session().await?.connection(), code).await?)
    }

    async fn conversation(&self, account: AccountId, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        let session = self.snapshot().await?;
        let found = conversations::one(session.connection(), account, id).await?;
        Ok(session.end_snapshot(found).await?)
    }

    async fn conversations(
        &self,
        account: AccountId,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<ConversationRows, StoreError> {
        let session = self.snapshot().await?;
        let found = conversations::page(session.connection(), account, after, limit).await?;
        Ok(session.end_snapshot(found).await?)
    }

    async fn groups(
        &self,
        account: AccountId,
        query: Option<&str>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<GroupListing>, StoreError> {
        let session = if query.is_some() { self.examination().await? } else { self.session().await? };
        Ok(groups::directory(session.connection(), account, query, after, limit).await?)
    }

    async fn members(
        &self,
        account: AccountId,
        id: ConversationId,
        after: Option<&Username>,
        limit: usize,
    ) -> Result<Option<Vec<Member>>, StoreError> {
        let session = self.snapshot().await?;
        let found = accounts::members(session.connection(), account, id, after, limit).await?;
        Ok(session.end_snapshot(found).await?)
    }

    async fn group_invites(&self, account: AccountId, id: ConversationId) -> Result<Option<GroupInvites>, StoreError> {
        let session = self.snapshot().await?;
        let found = groups::invites(session.connection(), account, id).await?;
        Ok(session.end_snapshot(found).await?)
    }

    async fn invitations(&self, account: AccountId) -> Result<Vec<Invitation>, StoreError> {
        Ok(groups::invitations(self.session().await?.connection(), account).await?)
    }

    async fn blocked(&self, account: AccountId, after: Option<&Username>, limit: usize) -> Result<Vec<Account>, StoreError> {
        Ok(accounts::blocked(self.session().await?.connection(), account, after, limit).await?)
    }

    async fn group_summaries(
        &self,
        owner: Option<AccountId>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<GroupSummary>, StoreError> {
        Ok(operator::group_summaries(self.session().await?.connection(), owner, after, limit).await?)
    }

    async fn conversation_facts(&self, id: ConversationId) -> Result<Option<ConversationFacts>, StoreError> {
        Ok(facts::conversation(self.session().await?.connection(), &self.memberships, id).await?)
    }

    async fn entries(
        &self,
        account: AccountId,
        id: ConversationId,
        span: EntryRange,
        limit: usize,
        enough_bytes: usize,
    ) -> Result<Option<Vec<Entry>>, StoreError> {
        let session = self.snapshot().await?;
        let found = entries::range(session.connection(), account, id, span, limit, enough_bytes).await?;
        Ok(session.end_snapshot(found).await?)
    }

    async fn search(&self, account: AccountId, search: &MessageSearch) -> Result<Option<FoundMessages>, StoreError> {
        let session = self.examination_snapshot().await?;
        let found = search::search(session.connection(), account, search).await?;
        Ok(session.end_snapshot(found).await?)
    }

    async fn revisions(
        &self,
        account: AccountId,
        id: ConversationId,
        seq: Seq,
        after: u32,
        limit: usize,
        enough_bytes: usize,
    ) -> Result<Option<Option<Vec<Revision>>>, StoreError> {
        let session = self.snapshot().await?;
        let found = changes::revisions(session.connection(), account, (id, seq), after, limit, enough_bytes).await?;
        Ok(session.end_snapshot(found).await?)
    }

    async fn reactions(
        &self,
        account: AccountId,
        id: ConversationId,
        seq: Seq,
        after: Option<Seq>,
        limit: usize,
    ) -> Result<Option<Option<Vec<FoundReaction>>>, StoreError> {
        let session = self.snapshot().await?;
        let found = changes::reactions(session.connection(), account, (id, seq), after, limit).await?;
        Ok(session.end_snapshot(found).await?)
    }

    async fn read_cursor(&self, account: AccountId, id: ConversationId) -> Result<Option<ReadCursor>, StoreError> {
        let session = self.snapshot().await?;
        let found = read_cursors::one_of(session.connection(), account, id).await?;
        Ok(session.end_snapshot(found).await?)
    }

    async fn inbox(&self, account: AccountId, limit: usize) -> Result<Vec<InboxItem>, StoreError> {
        let session = self.examination_snapshot().await?;
        let found = inbox::inbox(session.connection(), account, limit).await?;
        Ok(session.end_snapshot(found).await?)
    }

    async fn receipts(
        &self,
        account: AccountId,
        id: ConversationId,
        after: Option<&Username>,
        limit: usize,
    ) -> Result<Option<Vec<Receipt>>, StoreError> {
        let session = self.snapshot().await?;
        let found = inbox::receipts(session.connection(), account, id, after, limit).await?;
        Ok(session.end_snapshot(found).await?)
    }

    async fn bans(&self) -> Result<Vec<Ban>, StoreError> {
        Ok(operator::bans(self.session().await?.connection()).await?)
    }

    async fn reports(&self, with_closed: bool, after: Option<ReportId>, limit: usize) -> Result<Vec<Report>, StoreError> {
        Ok(reports::page(self.examination().await?.connection(), with_closed, after, limit).await?)
    }

    async fn open_reports(&self) -> Result<usize, StoreError> {
        Ok(reports::count_open(self.examination().await?.connection()).await?)
    }

    async fn audit(&self, before: Option<i64>, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        Ok(operator::audit(self.session().await?.connection(), before, limit).await?)
    }

    async fn totals(&self) -> Result<Totals, StoreError> {
        Ok(operator::totals(self.session().await?.connection()).await?)
    }

    /// Broken connections are replaced, so nothing fails for good.
    async fn failed(&self) -> Option<&'static str> {
        // The sender lives as long as the store.
        let _ = self.is_closed.subscribe().wait_for(|is_closed| *is_closed).await;
        None
    }

    async fn close(&self) {
        // Commits that were called before are served first.
        let _committing = self.committing.lock().await;
        self.watching_health.abort();
        self.connections.close();
        self.is_closed.send_replace(true);
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.watching_health.abort();
    }
}
