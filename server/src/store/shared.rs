//! The boundary to a store that several servers use at the same time.
//!
//! Events between servers may be lost, so each server also asks the store what the others have written.
//!
//! Deliberately absent: an implementation on SQLite, whose file belongs to one server.

use async_trait::async_trait;
use papo_shared::model::{ConversationId, DeviceId, Seq};

use super::{Store, StoreError};
use crate::domain::AccountId;

/// A position in the stream of commits of all servers. Only the store that gave it can interpret it, and it is not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewsPosition(pub(in crate::store) String);

/// The entries of one conversation that were committed after a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewEntries {
    /// Where they are.
    pub conversation: ConversationId,
    /// The oldest of them.
    pub first: Seq,
    /// The newest of them. Between the two there may be older ones.
    pub last: Seq,
}

/// What was committed after a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// The position to continue from.
    pub next: NewsPosition,
    /// Ordered by conversation, one item for each.
    pub conversations: Vec<NewEntries>,
}

/// Why the sessions of a device must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceEnd {
    /// The device is signed out.
    SignedOut,
    /// The account is suspended. The device stays signed in for the time after.
    AccountSuspended,
    /// The account is deleted.
    AccountDeleted,
}

/// A store that several servers share.
#[async_trait]
pub trait SharedStore: Store {
    /// The present position, after everything that is visible to a read now.
    async fn news_position(&self) -> Result<NewsPosition, StoreError>;

    /// The entries committed after `after` in conversations that have any of these accounts as a current member.
    ///
    /// Continuing from [`News::next`] gives every entry exactly once, in whatever order transactions commit: one that was open at
    /// a position is reported once it is committed. After a database was restored from a dump, entries can be given again.
    async fn news(&self, after: &NewsPosition, accounts: &[AccountId]) -> Result<News, StoreError>;

    /// Those of these devices, each with its account, whose sessions must end, in any order.
    async fn ended_devices(&self, devices: &[(AccountId, DeviceId)]) -> Result<Vec<(DeviceId, DeviceEnd)>, StoreError>;
}
