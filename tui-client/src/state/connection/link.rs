//! How the connection is.

use std::net::SocketAddr;

use crate::clock::Moment;
use crate::event::{DisconnectReason, Privacy};

/// How the connection is, from the first word to the loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// Being tried.
    Connecting,
    /// Open; hello was said, the answer waits.
    Greeting,
    /// Open and greeted, nobody signed in.
    Greeted,
    /// Signed in.
    Live,
    /// Gone.
    Lost {
        /// Why.
        why: DisconnectReason,
        /// When it is tried again.
        retry_at: Moment,
    },
}

/// The server at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Whether this process hosts it.
    pub hosting: bool,
    /// Who else can read the line.
    pub privacy: Privacy,
}

impl Link {
    /// Whether requests of a signed-in person can be sent.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Live)
    }
}
