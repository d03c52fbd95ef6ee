//! How fast this client may send on the current connection.

use papo_shared::model::ConversationId;

use crate::clock::Moment;

/// Waits that end with the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SendPacing {
    /// When the outbox may send again after the server was too busy.
    pub paused_until: Option<Moment>,
    /// How often in a row the server failed to store what the outbox sent.
    pub failures: u32,
    /// The last typing notification: where, and when.
    pub last_typing_sent: Option<(ConversationId, Moment)>,
}
