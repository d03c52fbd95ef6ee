//! The requests. Each is described in one place, by an implementation of [`AccountRequest`] or [`SignInRequest`]: who may
//! make it, which limit counts it, and what it does (load, decide, store, publish).
//!
//! Deliberately absent: the socket, papo's wire format, and the state of the limits (all in `session`). Another front end
//! can make the same requests with the same limits.

pub(crate) mod accounts;
mod blocks;
mod changes;
mod contacts;
mod cursor_order;
pub(crate) mod deletion;
pub(crate) mod devices;
mod group_invites;
mod groups;
pub(crate) mod invitations;
mod limit;
mod members;
pub(crate) mod messages;
mod notify;
mod pages;
pub(crate) mod presence;
mod profile;
mod reading;
pub(crate) mod reports;
pub(crate) mod retention;
mod search;
mod second_factor;

use std::sync::Arc;

use papo_shared::model::{DeviceId, ServerId, Timestamp};
use papo_shared::protocol::{Refusal, Registration, Reply, SignedIn};

use tokio::sync::Notify;

use crate::bans::Bans;
use crate::bus::Bus;
use crate::clock::Clock;
use crate::committer::{Committer, Origin};
use crate::domain::{AccountRef, ReservedNames, SessionId, TokenHash};
use crate::passwords::{Busy, Passwords, Precedence};
use crate::presence::Presence;
use crate::store::{Outcome, Store, StoreError, Write};
pub(crate) use cursor_order::CursorOrder;
pub(crate) use limit::AccountLimit;

/// A request of a signed-in account. Each session handles these one after another.
///
/// Two requests are not described by this trait: `SendMessage`, which is acknowledged later (see
/// [`messages::send_message`]), and `SignOut`, which ends its session (see [`accounts::sign_out`]).
pub(crate) trait AccountRequest: Sized {
    /// The limit that counts the request, besides the rate limit of its session. `None` for requests that are
    /// cheap or bounded otherwise.
    const LIMIT: Option<AccountLimit>;

    /// [`Self::LIMIT`], unless the limit depends on the request's fields.
    fn limit(&self) -> Option<AccountLimit> {
        Self::LIMIT
    }

    /// Carries out the request. The caller is signed in, and the request is counted.
    ///
    /// # Errors
    /// The refusals listed at each implementation, and faults.
    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult;
}

/// A request that signs in, from a session that is not signed in.
pub(crate) trait SignInRequest: Sized {
    /// How the attempt is counted.
    fn attempt(&self) -> SignInAttempt<'_>;

    /// Carries out the request. The attempt is counted. `precedence` is that of its password hash.
    ///
    /// # Errors
    /// The refusals listed at each implementation, and faults.
    async fn handle(self, services: &Services, session: SessionId, precedence: Precedence) -> RequestResult<SignInResult>;
}

/// A kind of attempt to sign in, as the limits distinguish them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SignInAttempt<'a> {
    /// Creates an account. Costs a password hash.
    Registration,
    /// Costs a password hash.
    Password {
        /// The name as typed, which may not be a username.
        username: &'a str,
    },
    /// Costs one look-up in the store.
    Token {
        /// Hash of the token.
        token: TokenHash,
    },
}

/// The result of a successful sign-in.
pub(crate) struct SignInResult {
    /// The account that is now signed in on the session.
    pub caller: Caller,
    /// The previous use of the device, as far as it was recorded.
    pub last_used: Timestamp,
    pub reply: SignedIn,
}

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
    pub cursor_order: CursorOrder,
    pub presence: Arc<dyn Presence>,
    /// For hashing and verifying passwords.
    pub passwords: Passwords,
    pub registration: Registration,
    /// Wakes the task that continues erasures.
    pub erasing: Notify,
    /// Wakes the task that erases expired messages.
    pub expiring: Notify,
    /// For how many days messages are kept; `None`: for ever.
    pub retention_days: Option<u32>,
    /// Wakes the task that counts open reports.
    pub reports_changed: Notify,
    /// The bans in force.
    pub bans: Bans,
    /// Names that users may not choose.
    pub reserved_names: ReservedNames,
    /// Source of the current time.
    pub clock: Arc<dyn Clock>,
}

/// Who makes a request: a session that is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The session that made the request.
    pub session: SessionId,
    /// The account signed in on that session.
    pub who: AccountRef,
    /// The device signed in on that session.
    pub device: DeviceId,
}

impl From<&Caller> for Origin {
    fn from(caller: &Caller) -> Self {
        Self::signed_in(caller.session, caller.device)
    }
}

/// Why a request was not carried out.
#[derive(Debug)]
pub(crate) enum RequestError {
    /// A regular refusal, with a code for the client. Nothing is wrong with the server.
    Refused(Refusal),
    /// A fault. Its cause is logged, and the client only learns that the request failed, whether the change may have been made,
    /// and whether the store is unavailable.
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
                if error.is_unavailable() {
                    tracing::debug!(%error, "a request failed");
                } else {
                    tracing::error!(%error, "a request failed");
                }
                error.refusal()
            }
        }
    }

    /// Converts an outcome that the caller did not expect: a refusal, a fault, or else a bug in the store.
    pub(crate) fn from_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Refused(refusal) => Self::Refused(refusal),
            Outcome::Failed(error) => Self::Fault(error),
            Outcome::WrongCode => Self::Refused(Refusal::WrongCode),
            other => Self::Fault(StoreError::new(format!("the store answered something else: {other:?}"))),
        }
    }
}

/// Commits a write that returns nothing to the caller.
///
/// # Errors
/// The refusal of the write, and faults.
async fn commit(services: &Services, caller: &Caller, write: Write) -> RequestResult {
    match services.committer.commit(caller, write).await? {
        Outcome::Done
        | Outcome::Posted(_)
        | Outcome::BlockChanged(_)
        | Outcome::NotifyChanged(_)
        | Outcome::InvitationDeclined(..)
        | Outcome::Delivered(_) => Ok(Reply::Done),
        other => Err(RequestError::from_outcome(other)),
    }
}
