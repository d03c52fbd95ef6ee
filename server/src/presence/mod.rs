//! The boundary to who is here, and who of them is away. Its one home so far is [`in_process`].
//!
//! Deliberately absent: whom it is told to (see `requests::presence`), and when somebody was last here for good (the
//! store).

pub mod in_process;

use async_trait::async_trait;
use papo_shared::model::{DeviceId, Timestamp};

use crate::domain::{AccountId, SessionId};

/// Knows the sessions of each account, by device, and from which of them somebody is away.
///
/// The contract, held by every home:
/// 1. Somebody is online from their first session on until a while after their last one ended.
/// 2. Somebody is away while they are online and away from every session; while they have none, as they were with the last.
/// 3. [`Presence::changes`] gives each change after the one before, several at once where they came close together, and
///    those that were undone meanwhile not at all.
#[async_trait]
pub trait Presence: Send + Sync {
    /// A session of this account began on this device.
    fn arrived(&self, account: AccountId, session: SessionId, device: DeviceId);
    /// A session of this account ended, now.
    fn left(&self, account: AccountId, session: SessionId, at: Timestamp);
    /// Somebody is away from this session, or back.
    fn set_away(&self, account: AccountId, session: SessionId, away: bool);
    /// What others know of them is something else now, beside their being here: if they are, it counts as a change.
    fn renewed(&self, account: AccountId);
    /// Whether they are here.
    fn is_online(&self, account: AccountId) -> bool;
    /// Whether they are here, and away.
    fn is_away(&self, account: AccountId) -> bool;
    /// The devices on which they have a session open, one for each session, in any order.
    fn devices(&self, account: AccountId) -> Vec<DeviceId>;
    /// Waits for changes. For one waiter.
    async fn changes(&self) -> Vec<Change>;
    /// Everybody who is here, for a server that stops.
    fn everybody(&self) -> Vec<AccountId>;
}

/// Somebody came or went, or is otherwise not as they were told before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Who.
    pub account: AccountId,
    /// When the last session ended; none where they are here.
    pub gone_since: Option<Timestamp>,
    /// Whether they are here, and away.
    pub away: bool,
}
