//! Commands of the runtime to the connection.

use papo_shared::model::{Fingerprint, ServerId};
use papo_shared::protocol::RequestFrame;

/// A command of the runtime to the connection.
#[derive(Debug)]
pub enum Command {
    /// Send a request; without a connection it is dropped.
    Send(RequestFrame),
    /// Store this fingerprint as trusted at the addresses that presented it, and connect.
    Trust(Fingerprint),
    /// Store the addresses that claimed to be this community as its addresses, and connect.
    ConfirmCommunity(ServerId),
    /// Close the connection, if there is one, and connect immediately.
    Reconnect,
    /// Connect immediately, and host a server if none listens, even if the port last belonged to another one. Ignored
    /// on an open connection.
    HostHere,
}
