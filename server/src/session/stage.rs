//! How far a connection has come: what has to happen before it may make which requests.

use papo_shared::protocol::Refusal;

use crate::requests::Caller;

/// Stage of a connection.
pub(super) enum Stage {
    /// Nothing received yet except what any connection may send.
    Connected,
    /// The client has sent `hello`.
    Greeted,
    /// An account is signed in.
    SignedIn(Caller),
}

impl Stage {
    /// Checks that the client has sent `hello`.
    ///
    /// # Errors
    /// `HelloFirst` if it has not.
    pub(super) fn require_hello(&self) -> Result<(), Refusal> {
        match self {
            Self::Connected => Err(Refusal::HelloFirst),
            Self::Greeted | Self::SignedIn(_) => Ok(()),
        }
    }

    /// Checks that an account may sign in.
    ///
    /// # Errors
    /// `HelloFirst` before `hello`; `AlreadySignedIn` after a sign-in.
    pub(super) fn require_signed_out(&self) -> Result<(), Refusal> {
        match self {
            Self::Connected => Err(Refusal::HelloFirst),
            Self::Greeted => Ok(()),
            Self::SignedIn(_) => Err(Refusal::AlreadySignedIn),
        }
    }

    /// The account that is signed in.
    ///
    /// # Errors
    /// `HelloFirst` before `hello`; `SignInFirst` until an account is signed in.
    pub(super) fn caller(&self) -> Result<&Caller, Refusal> {
        match self {
            Self::Connected => Err(Refusal::HelloFirst),
            Self::Greeted => Err(Refusal::SignInFirst),
            Self::SignedIn(caller) => Ok(caller),
        }
    }
}
