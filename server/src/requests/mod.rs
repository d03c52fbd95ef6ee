//! Implements the requests, one function each: load, decide, store, publish.
//!
//! Deliberately absent: the socket, the order in which requests are allowed, and rate limits (all in `session`).

pub(crate) mod accounts;
pub(crate) mod blocks;
pub(crate) mod changes;
pub(crate) mod contacts;
pub(crate) mod devices;
pub(crate) mod group_invites;
pub(crate) mod groups;
pub(crate) mod members;
pub(crate) mod messages;
pub(crate) mod notify;
mod pages;
pub(crate) mod presence;
pub(crate) mod profile;
pub(crate) mod reading;
pub(crate) mod search;

use std::sync::Arc;

use papo_shared::model::{DeviceId, ServerId};
use papo_shared::protocol::{Refusal, Registration, Reply};

use crate::bus::Bus;
use crate::clock::Clock;
use crate::committer::Committer;
use crate::domain::{AccountRef, SessionId};
use crate::passwords::{Busy, Passwords};
use crate::presence::Presence;
use crate::store::{Outcome, Store, StoreError};

/// Everything that requests use.
pub(crate) struct Services {
    /// Identity of the server's data.
    pub server_id: ServerId,
    /// For reading; writes go through `committer`.
    pub store: Arc<dyn Store>,
    /// The only way to write to the store.
    pub committer: Committer,
    /// For events to open sessions.
    pub bus: Arc<dyn Bus>,
    pub presence: Arc<dyn Presence>,
    /// For hashing and verifying passwords.
    pub passwords: Passwords,
    pub registration: Registration,
    /// Source of the current time.
    pub clock: Arc<dyn Clock>,
}

/// The signed-in requester.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The session that made the request.
    pub session: SessionId,
    /// The account signed in on that session.
    pub who: AccountRef,
    /// The device signed in on that session.
    pub device: DeviceId,
}

/// Why a request was not carried out.
#[derive(Debug)]
pub(crate) enum RequestError {
    /// A regular refusal, with a code for the client. Nothing is wrong with the server.
    Refused(Refusal),
    /// A fault. Its cause is logged, and the client only learns that the request failed.
    Fault(StoreError),
}

/// Result of a request.
pub(crate) type RequestResult<T = Reply> = Result<T, RequestError>;

impl From<Refusal> for RequestError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for RequestError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error)
    }
}

impl From<Busy> for RequestError {
    fn from(busy: Busy) -> Self {
        let retry_after_ms = u64::try_from(busy.retry_after.as_millis()).unwrap_or(u64::MAX);
        Self::Refused(Refusal::Busy { retry_after_ms })
    }
}

impl RequestError {
    /// The refusal to send to the client. Logs faults; as the only place that does, it logs each exactly once.
    #[must_use]
    pub(crate) fn into_refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Fault(error) => {
                tracing::error!(%error, "a request failed");
                Refusal::Failed
            }
        }
    }

    /// Converts an outcome that the caller did not expect: a refusal, a fault, or else a bug in the store.
    pub(crate) fn from_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Refused(refusal) => Self::Refused(refusal),
            Outcome::Failed(error) => Self::Fault(error),
            other => Self::Fault(StoreError::new(format!("the store answered something else: {other:?}"))),
        }
    }
}
