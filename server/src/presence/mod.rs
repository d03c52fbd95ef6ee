//! The boundary to who is here. Its one home so far is [`in_process`].
//!
//! Deliberately absent: whom it is told to (see `requests::presence`), and when somebody was last here for good (the
//! store).

pub mod in_process;

use async_trait::async_trait;
use papo_shared::model::Timestamp;

use crate::domain::AccountId;

/// Counts the sessions of each account.
///
/// The contract, held by every home:
/// 1. Somebody is online from their first session on until a while after their last one ended.
/// 2. [`Presence::changes`] gives each change after the one before, several at once where they came close together, and
///    those that were undone meanwhile not at all.
#[async_trait]
pub trait Presence: Send + Sync {
    /// A session of this account began.
    fn arrived(&self, account: AccountId);
    /// A session of this account ended, now.
    fn left(&self, account: AccountId, at: Timestamp);
    /// Whether they are here.
    fn is_online(&self, account: AccountId) -> bool;
    /// Waits for changes. For one waiter.
    async fn changes(&self) -> Vec<Change>;
    /// Everybody who is here, for a server that stops.
    fn everybody(&self) -> Vec<AccountId>;
}

/// Somebody came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Who.
    pub account: AccountId,
    /// When the last session ended; none where they are here.
    pub gone_since: Option<Timestamp>,
}
