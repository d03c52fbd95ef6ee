//! What the runtime asks of the connection.

use papo_shared::model::Fingerprint;
use papo_shared::protocol::RequestFrame;

/// What the runtime asks of the connection.
#[derive(Debug)]
pub enum Command {
    /// Send a line; without a connection it is dropped.
    Send(RequestFrame),
    /// Believe this certificate from now on, and connect.
    Trust(Fingerprint),
    /// Close what is open, if anything, and connect now.
    Reconnect,
    /// Connect now, and host a server where none listens, whichever one was here before. On an open connection it does nothing.
    HostHere,
}
