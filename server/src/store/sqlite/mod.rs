//! The store on a single machine: a SQLite file with one writer thread and a few reader threads.
//!
//! It uses its own threads, so that a slow disk or many readers cannot exhaust those of the async runtime.

mod file;
mod read;
mod rows;
mod search;
mod serving;
mod threads;
mod write;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use papo_shared::model::{ConversationId, DeviceId, Entry, GroupListing, Invitation, Seq, ServerId, Username};
use papo_shared::protocol::{InboxItem, ReadCursor, Receipt, Revision};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use self::file::open;
use self::file::open_file::OpenFiles;
use self::read::visible_range::visible_range;
use self::serving::{Batch, Read, closed, read_in, serve_batches, serve_reads, unanswered};
use self::threads::{FailedThread, Threads};
use self::write::Writer;
use super::{Outcome, Store, StoreError, Write};
use crate::domain::facts::ConversationFacts;
use crate::domain::storage::StorageLimits;
use crate::domain::{
    Account, AccountId, AuditEntry, Ban, Conversation, ConversationRows, Credentials, Device, ENOUGH_EXAMINED_ENTRIES,
    EntryRange, FoundMessages, FoundReaction, GroupInvites, GroupSummary, Invite, InviteHash, InviteId, Member, MessageSearch,
    Report, ReportId, SecondFactor, TokenHash, Totals,
};
pub use file::backup::{BackupError, RestoreError, backup, restore};
pub use file::identity::stored_server_id;
pub use file::open::FILE_NAME;
pub use file::open_error::OpenError;
#[cfg(feature = "cluster")]
pub(crate) use file::source::Source;
pub use file::verify::verify;

/// Number of reader threads.
const READER_THREADS: usize = 2;

/// Capacity of the read queue. Each session has at most one read waiting; when the queue is full, sessions wait to enqueue.
const READ_QUEUE: usize = 1024;

/// Capacity of the search queue.
const SEARCH_QUEUE: usize = 1024;

/// Capacity of the batch queue. There is only one committer, and it waits for each batch.
const BATCH_QUEUE: usize = 4;

/// A [`Store`] in a SQLite file.
pub struct SqliteStore {
    server_id: ServerId,
    index_lag: Arc<AtomicUsize>,
    files: OpenFiles,
    is_space_low: Arc<AtomicBool>,
    /// `None` once the store is closed.
    queues: Mutex<Option<Queues>>,
    /// Yields `None` when the writer thread, which ends last, has ended.
    ended: tokio::sync::Mutex<mpsc::Receiver<()>>,
    failed: watch::Receiver<FailedThread>,
}

#[derive(Clone)]
struct Queues {
    batches: mpsc::Sender<Batch>,
    reads: mpsc::Sender<Read>,
    searches: mpsc::Sender<Read>,
}

impl SqliteStore {
    /// Opens the database in this directory without limits, creating both if necessary. Blocks for the duration of the disk
    /// access.
    ///
    /// # Errors
    /// An [`OpenError`] describing the problem with the file.
    pub fn open(data_dir: &Path) -> Result<Self, OpenError> {
        Self::open_with(data_dir, StorageLimits::default())
    }

    /// Like [`SqliteStore::open`], with limits.
    ///
    /// # Errors
    /// An [`OpenError`] describing the problem with the file.
    pub fn open_with(data_dir: &Path, limits: StorageLimits) -> Result<Self, OpenError> {
        let opened = open::open(data_dir)?;
        let server_id = opened.connection.query_row("SELECT id FROM server", [], |row| row.get(0).map(ServerId::from_bytes))?;
        let readers = (0..READER_THREADS).map(|_| open::connect_reader(&opened.path)).collect::<Result<Vec<_>, _>>()?;
        let searcher = open::connect_reader(&opened.path)?;
        let mut writer = Writer::new(opened.connection, limits)?;
        let (files, is_space_low) = (writer.files().clone(), writer.space_switch());
        let (writing, ended) = mpsc::channel(1);
        let (reading, mut readers_ended) = mpsc::channel::<()>(1);
        let (batches, waiting_batches) = mpsc::channel(BATCH_QUEUE);
        let (reads, waiting_reads) = mpsc::channel(READ_QUEUE);
        let waiting_reads = Arc::new(Mutex::new(waiting_reads));
        let (searches, waiting_searches) = mpsc::channel(SEARCH_QUEUE);
        let (threads, failed) = Threads::new();
        let searching = ("papo-searcher", searcher, Arc::new(Mutex::new(waiting_searches)));
        let reading_threads = readers.into_iter().map(|connection| ("papo-reader", connection, waiting_reads.clone()));
        for (name, connection, waiting) in reading_threads.chain([searching]) {
            let reading = reading.clone();
            threads.start(name, "reading the database", move || {
                serve_reads(connection, &waiting);
                drop(reading);
            })?;
        }
        let copier = writer.start_copier(open::connect(&opened.path)?)?;
        threads.start("papo-copier", "copying the log of the database", move || {
            copier.run();
            drop((copier, reading));
        })?;
        let timer = serving::timer()?;
        let index_lag = Arc::new(AtomicUsize::new(writer.lag()));
        let lag = index_lag.clone();
        threads.start("papo-writer", "writing the database", move || {
            serve_batches(&mut writer, waiting_batches, &timer, &lag);
            writer.stop_copier();
            // The last connection to close writes the write-ahead log back to the file. If several close at the same
            // time, none of them does, so the writer waits for the others.
            readers_ended.blocking_recv();
            drop(writer);
            // Another server may open the file from here on.
            drop((opened.lock, writing));
        })?;
        let queues = Mutex::new(Some(Queues { batches, reads, searches }));
        Ok(Self { server_id, index_lag, files, is_space_low, queues, ended: tokio::sync::Mutex::new(ended), failed })
    }

    /// Number of messages not yet in the word index. Searches find them by reading the messages themselves.
    #[must_use]
    pub fn index_lag(&self) -> usize {
        self.index_lag.load(Ordering::Relaxed)
    }

    /// Runs a read in a transaction, so that it sees a single snapshot.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        read_in(&self.queues()?.reads, read).await
    }

    /// Like [`Self::read`], for reads that examine more than they return. They have their own thread, so that other reads
    /// never wait behind them.
    async fn examine<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        read_in(&self.queues()?.searches, read).await
    }

    fn queues(&self) -> Result<Queues, StoreError> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, batch: Vec<Write>) -> Result<Vec<Outcome>, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.queues()?.batches.send((batch, answer)).await.map_err(|_| closed())?;
        answered.await.map_err(|_| unanswered())?
    }

    fn set_space_low(&self, is_low: bool) {
        self.is_space_low.store(is_low, Ordering::Relaxed);
    }

    fn is_in_place(&self) -> bool {
        self.files.are_in_place()
    }

    fn server_id(&self) -> ServerId {
        self.server_id
    }

    async fn account(&self, username: &Username) -> Result<Option<Account>, StoreError> {
        Ok(self.credentials(username).await?.map(|found| found.account))
    }

    async fn credentials(&self, username: &Username) -> Result<Option<Credentials>, StoreError> {
        let username = username.clone();
        self.read(move |connection| read::accounts::credentials(connection, &username)).await
    }

    async fn password_hash_settings(&self) -> Result<Vec<String>, StoreError> {
        self.read(read::accounts::password_hash_settings).await
    }

    async fn second_factor(&self, account: AccountId) -> Result<Option<SecondFactor>, StoreError> {
        self.read(move |connection| read::second_factor::second_factor(connection, account)).await
    }

    async fn accounts(&self, ids: &[AccountId]) -> Result<Vec<Account>, StoreError> {
        let ids = ids.to_vec();
        self.read(move |connection| read::accounts::accounts(connection, &ids)).await
    }

    async fn device(&self, token: &TokenHash) -> Result<Option<(Device, Account)>, StoreError> {
        let token = *token;
        self.read(move |connection| read::devices::by_token(connection, &token)).await
    }

    async fn is_device_valid(&self, device: DeviceId) -> Result<bool, StoreError> {
        self.read(move |connection| read::devices::is_valid(connection, device)).await
    }

    async fn devices(&self, account: AccountId, after: Option<DeviceId>, limit: usize) -> Result<Vec<Device>, StoreError> {
        self.read(move |connection| read::devices::of(connection, account, after, limit)).await
    }

    async fn totals(&self) -> Result<Totals, StoreError> {
        self.read(read::totals::totals).await
    }

    async fn users(&self, query: Option<&str>, after: Option<&Username>, limit: usize) -> Result<Vec<Account>, StoreError> {
        let (query, after) = (query.map(str::to_owned), after.cloned());
        let is_search = query.is_some();
        let users = move |connection: &Connection| read::accounts::users(connection, query.as_deref(), after.as_ref(), limit);
        if is_search { self.examine(users).await } else { self.read(users).await }
    }

    async fn contacts(&self, account: AccountId) -> Result<Vec<AccountId>, StoreError> {
        self.examine(move |connection| read::accounts::contacts(connection, account)).await
    }

    async fn search(&self, account: AccountId, search: &MessageSearch) -> Result<Option<FoundMessages>, StoreError> {
        let search = search.clone();
        self.examine(move |connection| search::search(connection, account, &search)).await
    }

    async fn reports(&self, with_closed: bool, after: Option<ReportId>, limit: usize) -> Result<Vec<Report>, StoreError> {
        self.examine(move |connection| read::reports::page(connection, with_closed, after, limit)).await
    }

    async fn open_reports(&self) -> Result<usize, StoreError> {
        self.examine(read::reports::count_open).await
    }

    async fn bans(&self) -> Result<Vec<Ban>, StoreError> {
        self.read(read::bans::all).await
    }

    async fn audit(&self, before: Option<i64>, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        self.read(move |connection| read::audit::page(connection, before, limit)).await
    }

    async fn invites(&self, after: Option<InviteId>, limit: usize) -> Result<Vec<Invite>, StoreError> {
        self.read(move |connection| read::invites::page(connection, after, limit)).await
    }

    async fn invite(&self, code: &InviteHash) -> Result<Option<Invite>, StoreError> {
        let code = *code;
        self.read(move |connection| read::invites::one(connection, &code)).await
    }

    async fn conversation(&self, account: AccountId, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        self.read(move |connection| read::conversations::one(connection, account, id)).await
    }

    async fn conversations(
        &self,
        account: AccountId,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<ConversationRows, StoreError> {
        self.read(move |connection| read::conversations::page(connection, account, after, limit, ENOUGH_EXAMINED_ENTRIES)).await
    }

    async fn groups(
        &self,
        account: AccountId,
        query: Option<&str>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<GroupListing>, StoreError> {
        let query = query.map(str::to_owned);
        let is_search = query.is_some();
        let groups =
            move |connection: &Connection| read::conversations::groups(connection, account, query.as_deref(), after, limit);
        if is_search { self.examine(groups).await } else { self.read(groups).await }
    }

    async fn members(
        &self,
        account: AccountId,
        id: ConversationId,
        after: Option<&Username>,
        limit: usize,
    ) -> Result<Option<Vec<Member>>, StoreError> {
        let after = after.cloned();
        self.read(move |connection| {
            if visible_range(connection, account, id)?.is_none() {
                return Ok(None);
            }
            read::accounts::members(connection, id, after.as_ref(), limit).map(Some)
        })
        .await
    }

    async fn group_invites(&self, account: AccountId, id: ConversationId) -> Result<Option<GroupInvites>, StoreError> {
        self.read(move |connection| read::group_invites::invites(connection, account, id)).await
    }

    async fn invitations(&self, account: AccountId) -> Result<Vec<Invitation>, StoreError> {
        self.read(move |connection| read::invitations::received(connection, account)).await
    }

    async fn blocked(&self, account: AccountId, after: Option<&Username>, limit: usize) -> Result<Vec<Account>, StoreError> {
        let after = after.cloned();
        self.read(move |connection| read::blocks::page(connection, account, after.as_ref(), limit)).await
    }

    async fn group_summaries(
        &self,
        owner: Option<AccountId>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<GroupSummary>, StoreError> {
        self.read(move |connection| read::conversations::summaries(connection, owner, after, limit)).await
    }

    async fn conversation_facts(&self, id: ConversationId) -> Result<Option<ConversationFacts>, StoreError> {
        self.read(move |connection| read::facts::conversation(connection, id)).await
    }

    async fn entries(
        &self,
        account: AccountId,
        id: ConversationId,
        span: EntryRange,
        limit: usize,
        enough_bytes: usize,
    ) -> Result<Option<Vec<Entry>>, StoreError> {
        self.read(move |connection| read::entries::range(connection, account, id, span, limit, enough_bytes)).await
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
        self.read(move |connection| read::changes::revisions(connection, account, id, seq, after, limit, enough_bytes)).await
    }

    async fn reactions(
        &self,
        account: AccountId,
        id: ConversationId,
        seq: Seq,
        after: Option<Seq>,
        limit: usize,
    ) -> Result<Option<Option<Vec<FoundReaction>>>, StoreError> {
        self.read(move |connection| read::changes::reactions(connection, account, id, seq, after, limit)).await
    }

    async fn read_cursor(&self, account: AccountId, id: ConversationId) -> Result<Option<ReadCursor>, StoreError> {
        self.read(move |connection| read::read_cursors::one(connection, account, id)).await
    }

    async fn inbox(&self, account: AccountId, limit: usize) -> Result<Vec<InboxItem>, StoreError> {
        self.examine(move |connection| read::inbox::inbox(connection, account, limit)).await
    }

    async fn receipts(
        &self,
        account: AccountId,
        id: ConversationId,
        after: Option<&Username>,
        limit: usize,
    ) -> Result<Option<Vec<Receipt>>, StoreError> {
        let after = after.cloned();
        self.read(move |connection| read::inbox::receipts(connection, account, id, after.as_ref(), limit)).await
    }

    async fn failed(&self) -> Option<&'static str> {
        self.failed.clone().wait_for(Option::is_some).await.ok().and_then(|failed| *failed)
    }

    async fn close(&self) {
        drop(self.queues.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.ended.lock().await.recv().await;
    }
}

#[cfg(test)]
mod tests;
