//! The stage of the connection to the server.

use std::net::SocketAddr;

use crate::clock::Moment;
use crate::event::{DisconnectReason, Privacy};

/// The stage of the connection, from connecting to the loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// The connection is being established.
    Connecting,
    /// The connection is open and the reply to `hello` is outstanding.
    Greeting,
    /// The server replied to `hello`; no account is signed in.
    Greeted,
    /// An account is signed in.
    Live,
    /// The connection was lost or could not be established.
    Lost {
        /// The reason, which the sign-in screen or the last line explains.
        reason: DisconnectReason,
        /// When the next attempt starts.
        retry_at: Moment,
    },
}

/// The server at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// The address to which this client is connected.
    pub address: SocketAddr,
    /// Whether this process hosts the server.
    pub is_hosted: bool,
    /// How the connection is protected.
    pub privacy: Privacy,
}

impl Link {
    /// Whether requests that require a signed-in account can be sent.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Live)
    }
}
