//! The boundary to users' presence: who is online, and who of them is away. The only backend is [`in_process`].
//!
//! Deliberately absent: who is informed of changes (see `requests::presence`), and the durable last-seen times (the store).

pub mod in_process;

use async_trait::async_trait;
use papo_shared::model::{DeviceId, Timestamp};

use crate::domain::{AccountId, SessionId};

/// Tracks the sessions of each account, their devices, and in which of them the user is away.
///
/// Every backend guarantees:
/// 1. A user is online from the start of their first session until a grace period after the end of their last one.
/// 2. A user is away while online and away in every session. During the grace period they remain as they were
///    in the last session.
/// 3. [`Presence::changes`] returns the changes in order. Changes within a short time are returned together, and those that
///    were reverted meanwhile are omitted.
#[async_trait]
pub trait Presence: Send + Sync {
    /// Records that a session of this account began on this device.
    fn arrived(&self, account: AccountId, session: SessionId, device: DeviceId);
    /// Records that a session of this account ended at this time, which must be the current one.
    fn left(&self, account: AccountId, session: SessionId, at: Timestamp);
    /// Records whether the user is away in this session.
    fn set_away(&self, account: AccountId, session: SessionId, away: bool);
    /// Reports the account in the next changes if it is online, because its public data, such as the display name, changed.
    fn renewed(&self, account: AccountId);
    /// Whether the user is online.
    fn is_online(&self, account: AccountId) -> bool;
    /// Whether the user is online and away.
    fn is_away(&self, account: AccountId) -> bool;
    /// The devices of the open sessions, one per session, in any order.
    fn devices(&self, account: AccountId) -> Vec<DeviceId>;
    /// Waits for changes. Supports one waiter. Cancelling it loses no change.
    async fn changes(&self) -> Vec<Change>;
    /// All accounts that are online, for storing their last-seen times when the server stops.
    fn online_accounts(&self) -> Vec<AccountId>;
}

/// The current presence of an account whose presence or public data changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The account that changed.
    pub account: AccountId,
    /// When the last session ended; `None` if the user is online.
    pub gone_since: Option<Timestamp>,
    /// Whether the user is online and away.
    pub away: bool,
}
