//! The requester of a write, and its acknowledgement.

use std::time::Instant;

use papo_shared::model::{DeviceId, EntryKind, Message};
use papo_shared::protocol::{MessageStored, Refusal, Reply, ReplyFrame, RequestId};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::bus::LocalReply;
use crate::domain::SessionId;
use crate::send_queue::SendQueue;
use crate::store::{Outcome, Posted, StoreError};

/// The result of one write.
pub(super) type WriteResult = Result<Outcome, StoreError>;

/// Where a write comes from.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    pub(super) session: SessionId,
    pub(super) device: Option<DeviceId>,
}

impl Origin {
    /// A session that is signed in on this device. Its writes are refused once the device is signed out.
    #[must_use]
    pub fn signed_in(session: SessionId, device: DeviceId) -> Self {
        Self { session, device: Some(device) }
    }

    /// The device, if the write was refused because it is signed out.
    pub(super) fn signed_out_device(self, outcome: &Outcome) -> Option<DeviceId> {
        self.device.filter(|_| matches!(outcome, Outcome::Refused(Refusal::TokenUnknown)))
    }
}

/// A session that is not signed in, or with [`SessionId::NONE`] the server or its operator.
impl From<SessionId> for Origin {
    fn from(session: SessionId) -> Self {
        Self { session, device: None }
    }
}

/// The session that submitted a write, and how it is answered.
pub(super) struct Requester {
    pub(super) origin: Origin,
    pub(super) reply_to: ReplyTo,
    /// When the write was submitted.
    pub(super) since: Instant,
}

/// How a write is answered. If it is dropped unanswered, the requester learns that the write failed.
pub(super) enum ReplyTo {
    /// A task that waits for the result.
    Waiting(oneshot::Sender<WriteResult>),
    /// The session's queue, at the position of the event. The session can send further messages meanwhile.
    Acknowledge(PendingAcknowledgement),
}

/// How a message is acknowledged.
pub(crate) struct Acknowledge {
    /// Id of the request.
    pub request: RequestId,
    /// Queue of the session that sent it.
    pub queue: SendQueue,
    /// Released once the request is answered. Bounds the session's messages in flight, and tells it when there are none.
    pub in_flight: OwnedSemaphorePermit,
    /// Released at the same time. Bounds what all sessions of the account have in flight.
    pub share: Option<OwnedSemaphorePermit>,
}

/// An acknowledgement that was not sent yet. Dropping it, for example during a panic, reports to the session that its message
/// failed, so that every request gets a reply.
pub(super) struct PendingAcknowledgement(Option<Acknowledge>);

impl PendingAcknowledgement {
    pub(super) fn new(acknowledge: Acknowledge) -> Self {
        Self(Some(acknowledge))
    }

    /// The reply for this result. The acknowledgement stays pending until [`PendingAcknowledgement::settle`].
    pub(super) fn reply(&self, session: SessionId, result: WriteResult) -> Option<LocalReply> {
        let Acknowledge { request, queue, .. } = self.0.as_ref()?;
        let reply = ReplyFrame { id: *request, reply: acknowledgement(result) };
        Some(LocalReply { session, queue: queue.clone(), reply })
    }

    /// Marks the request as answered.
    pub(super) fn settle(mut self) {
        drop(self.0.take().map(|acknowledge| (acknowledge.in_flight, acknowledge.share)));
    }
}

impl Drop for PendingAcknowledgement {
    fn drop(&mut self) {
        if let Some(Acknowledge { request, queue, in_flight, share }) = self.0.take() {
            queue.push_reply(&ReplyFrame { id: request, reply: Reply::Refused(Refusal::FAILED) });
            drop((in_flight, share));
        }
    }
}

/// The reply to a message.
fn acknowledgement(result: WriteResult) -> Reply {
    match result {
        Ok(Outcome::Posted(Posted { conversation, entry, .. })) => match entry.kind {
            EntryKind::Message(message) => {
                let Message { client_id, reply_to, mentions, .. } = message;
                let (seq, at) = (entry.seq, entry.at);
                Reply::MessageStored(MessageStored { conversation, client_id, seq, at, reply_to, mentions })
            }
            _ => Reply::Refused(Refusal::FAILED),
        },
        Ok(Outcome::Refused(refusal)) => Reply::Refused(refusal),
        Ok(Outcome::Failed(error)) => {
            tracing::error!(%error, "a message could not be stored");
            Reply::Refused(error.message_refusal())
        }
        // The error of a whole batch was logged once.
        Err(error) => Reply::Refused(error.message_refusal()),
        Ok(_) => Reply::Refused(Refusal::FAILED),
    }
}
