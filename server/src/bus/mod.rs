//! The boundary between events and the open sessions. The only backend is [`in_process`].
//!
//! Events are values here; each session's queue knows how its protocol encodes them. A bus may lose events, since everything
//! they report can also be requested from the store.

mod grouped;
pub mod in_process;

use papo_shared::model::DeviceId;
use papo_shared::protocol::{Event, GoodbyeReason, ReplyFrame};

use crate::domain::{AccountId, Audience, SessionId};
use crate::send_queue::SendQueue;

/// Delivers events to sessions.
///
/// Every backend guarantees:
/// 1. Publishing does not wait for any session.
/// 2. A session receives the events for the same recipients in order, within a batch and across batches. A session that
///    a batch names, as `except` or by a reply, receives everything of that batch in order. Each batch makes at most
///    one push per session.
/// 3. A reply is never lost.
/// 4. Each event is encoded at most once per protocol, however many sessions receive it, and not at all if none does.
pub trait Bus: Send + Sync {
    /// Starts delivering to this session what is published for its account.
    fn attach(&self, subscription: Subscription);
    /// Stops delivering to this session.
    fn detach(&self, session: SessionId);
    /// Starts or stops delivering directory changes to this session.
    fn watch_directory(&self, session: SessionId, watch: bool);
    /// Delivers a batch to all subscribed sessions that it concerns. Returns without waiting for them.
    fn publish(&self, batch: Vec<Delivery>);
    /// Closes the sessions of these devices, except one.
    fn end_sessions(&self, devices: &[DeviceId], except: SessionId, reason: GoodbyeReason);
    /// Closes all sessions of an account.
    fn end_account(&self, account: AccountId, reason: GoodbyeReason);
}

/// A signed-in session, as known to the bus.
#[derive(Clone)]
pub struct Subscription {
    /// Identifies the session to [`Bus::detach`] and in deliveries.
    pub session: SessionId,
    /// Account whose events it receives.
    pub account: AccountId,
    /// The device it signed in on.
    pub device: DeviceId,
    /// Queue of the session, which also has the encoder of its protocol.
    pub queue: SendQueue,
}

/// One element of a batch.
pub enum Delivery {
    /// An event for the sessions of all nodes.
    Event(Announcement),
    /// A reply for one session of this node. It is never sent to another node.
    Reply(LocalReply),
}

/// An event with its recipients. Contains plain values only, so that a bus can send it to other nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The event to deliver.
    pub event: Event,
    /// The sessions that receive it.
    pub to: Recipients,
    /// A session that does not receive it, because it caused the event and learns of it by a reply.
    pub except: Option<SessionId>,
}

/// A reply that takes its place among the events of a batch.
pub struct LocalReply {
    /// The session that made the request.
    pub session: SessionId,
    /// Queue of that session, which may not be attached to the bus.
    pub queue: SendQueue,
    /// The reply to send.
    pub reply: ReplyFrame,
}

/// The sessions that receive an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipients {
    /// All sessions of these accounts.
    Accounts(Audience),
    /// All sessions of these accounts that are not watching the directory.
    AccountsNotWatching(Audience),
    /// All sessions watching the directory.
    Watchers,
}

impl Delivery {
    /// An event for all sessions of the recipients.
    #[must_use]
    pub fn event(event: Event, to: Recipients) -> Self {
        Self::Event(Announcement { event, to, except: None })
    }

    /// The session of this delivery that receives the batch in order.
    fn named_session(&self) -> Option<SessionId> {
        match self {
            Self::Event(announcement) => announcement.except,
            Self::Reply(reply) => Some(reply.session),
        }
    }
}
