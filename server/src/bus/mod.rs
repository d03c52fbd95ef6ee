//! The boundary between events and the open sessions. The only backend is [`in_process`].
//!
//! Deliberately absent: the content of events. A bus carries encoded lines and may lose them, since everything they
//! report can also be requested from the store.

pub mod in_process;
mod joined;

use bytes::Bytes;
use papo_shared::model::DeviceId;
use papo_shared::protocol::GoodbyeReason;

use crate::domain::{AccountId, Audience, SessionId};
use crate::send_queue::SendQueue;

/// Delivers events to sessions.
///
/// Every backend guarantees:
/// 1. Publishing does not wait for any session.
/// 2. A session receives the deliveries for the same recipients in order, within a batch and across batches. A session
///    that is the origin of a delivery receives all deliveries of that batch in order. Each batch makes at most one push
///    per session.
/// 3. If a delivery has an origin, that session receives the origin's line in place of the delivery's line. This line is
///    never lost.
pub trait Bus: Send + Sync {
    /// Starts delivering to this session what is published for its account.
    fn attach(&self, subscription: Subscription);
    /// Stops delivering to this session.
    fn detach(&self, session: SessionId);
    /// Starts or stops delivering directory changes to this session.
    fn watch_directory(&self, session: SessionId, watch: bool);
    /// Delivers a batch.
    fn publish(&self, batch: Vec<Delivery>);
    /// Closes the sessions of these devices, except one.
    fn end_sessions(&self, devices: &[DeviceId], except: SessionId, reason: GoodbyeReason);
    /// Closes all sessions of an account.
    fn end_account(&self, account: AccountId, reason: GoodbyeReason);
}

/// A signed-in session, as known to the bus.
#[derive(Clone)]
pub struct Subscription {
    /// Identifies the session to [`Bus::detach`] and as an origin.
    pub session: SessionId,
    /// Account whose deliveries it receives.
    pub account: AccountId,
    /// The device it signed in on.
    pub device: DeviceId,
    /// Where its lines are pushed.
    pub queue: SendQueue,
}

/// An event to deliver.
pub struct Delivery {
    /// The sessions that receive `line`.
    pub to: Recipients,
    /// The event, encoded once for all recipients.
    pub line: Bytes,
    /// The session that caused the event, if it is to be left out or sent another line instead.
    pub origin: Option<Origin>,
}

/// The sessions that receive a delivery.
pub enum Recipients {
    /// All sessions of these accounts.
    Accounts(Audience),
    /// All sessions of these accounts that are not watching the directory.
    AccountsNotWatching(Audience),
    /// All sessions watching the directory.
    Watchers,
    /// No session except the origin.
    OriginOnly,
}

/// The session that caused a delivery. It does not receive the delivery's line.
pub struct Origin {
    /// The session that made the request.
    pub session: SessionId,
    /// The line it receives instead, at the same position in the order, and its queue, which may not be attached to
    /// the bus.
    pub instead: Option<(SendQueue, Bytes)>,
}
