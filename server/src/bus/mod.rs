//! The boundary between an event and the open sessions. Its one home so far is [`in_process`].
//!
//! Deliberately absent: what an event says. A bus carries lines that are encoded already, and may lose them: whatever they
//! tell can be asked of the store.

pub mod in_process;
mod joined;

use bytes::Bytes;
use papo_shared::model::DeviceId;
use papo_shared::protocol::GoodbyeReason;

use crate::domain::{AccountId, Audience, SessionId};
use crate::send_queue::SendQueue;

/// Brings events to the sessions that should hear them.
///
/// The contract, held by every home:
/// 1. Publishing does not wait for any session.
/// 2. Notices of one batch that are for the same recipients, and batches one after another, reach a session in their order; so do
///    all notices of a batch where the session is the origin of one. What comes for one session from one batch is one push.
/// 3. Where a notice has an origin, that session gets the origin's line in the place of the notice's. This is never lost.
pub trait Bus: Send + Sync {
    /// From now on this session hears what is published for its account.
    fn attach(&self, seat: Seat);
    /// From now on it does not.
    fn detach(&self, session: SessionId);
    /// Whether this session hears what changes in the directory.
    fn watch_directory(&self, session: SessionId, watch: bool);
    /// Tells.
    fn publish(&self, batch: Vec<Notice>);
    /// Closes the sessions of these devices, all but one.
    fn end_sessions(&self, devices: &[DeviceId], except: SessionId, reason: GoodbyeReason);
    /// Closes all sessions of this account.
    fn end_account(&self, account: AccountId, reason: GoodbyeReason);
}

/// A signed-in session, as the bus knows it.
#[derive(Clone)]
pub struct Seat {
    /// Which one.
    pub session: SessionId,
    /// Whose.
    pub account: AccountId,
    /// On which device.
    pub device: DeviceId,
    /// How to reach it.
    pub queue: SendQueue,
}

/// Something to tell.
pub struct Notice {
    /// To whom.
    pub to: Recipients,
    /// The event, encoded once for all.
    pub line: Bytes,
    /// The session that caused it and is told in another way.
    pub origin: Option<Origin>,
}

/// Who is told.
pub enum Recipients {
    /// Every session of these accounts.
    Accounts(Audience),
    /// Every session of these accounts that does not watch the directory.
    NotWatching(Audience),
    /// Every session that watches the directory.
    Watchers,
    /// Nobody but the origin.
    Nobody,
}

/// The session that caused a notice. It does not get the notice's line.
pub struct Origin {
    /// Which one.
    pub session: SessionId,
    /// What it gets instead, at the same place in the order, and its queue, so that it gets it attached or not.
    pub instead: Option<(SendQueue, Bytes)>,
}
