//! What can be asked, one function a request: load, decide, store, tell.
//!
//! Deliberately absent: the socket, who may ask what at which time, and how fast (all of it `session`).

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
use crate::domain::{SessionId, Who};
use crate::passwords::{Busy, Passwords};
use crate::presence::Presence;
use crate::store::{Outcome, Store, StoreError};

/// What requests work with.
pub(crate) struct Services {
    /// Which server this is.
    pub server_id: ServerId,
    /// To read.
    pub store: Arc<dyn Store>,
    /// To write.
    pub committer: Committer,
    /// To tell.
    pub bus: Arc<dyn Bus>,
    /// Who is here.
    pub presence: Arc<dyn Presence>,
    /// To hash and verify.
    pub passwords: Passwords,
    /// Who may register.
    pub registration: Registration,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// In which session.
    pub session: SessionId,
    /// The account that is signed in there.
    pub who: Who,
    /// On which device.
    pub device: DeviceId,
}

/// Why a request was not done.
#[derive(Debug)]
pub(crate) enum NotDone {
    /// An answer: the person gets the reason, and nothing is wrong with the server.
    Refused(Refusal),
    /// A fault: the log gets the cause, and the person hears that it failed.
    Broke(StoreError),
}

/// What a request comes to.
pub(crate) type Done<T = Reply> = Result<T, NotDone>;

impl From<Refusal> for NotDone {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for NotDone {
    fn from(error: StoreError) -> Self {
        Self::Broke(error)
    }
}

impl From<Busy> for NotDone {
    fn from(busy: Busy) -> Self {
        let retry_after_ms = u64::try_from(busy.retry_after.as_millis()).unwrap_or(u64::MAX);
        Self::Refused(Refusal::Busy { retry_after_ms })
    }
}

impl NotDone {
    /// What the person hears. A fault is logged here, so that none is logged twice or not at all.
    #[must_use]
    pub(crate) fn into_refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Broke(error) => {
                tracing::error!(%error, "a request failed");
                Refusal::Failed
            }
        }
    }

    /// What an outcome is that the write does not ask for: its refusal or fault, or else a mistake of the store's.
    pub(crate) fn from_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Refused(refusal) => Self::Refused(refusal),
            Outcome::Failed(error) => Self::Broke(error),
            other => Self::Broke(StoreError::new(format!("the store answered something else: {other:?}"))),
        }
    }
}
