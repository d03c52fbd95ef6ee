//! Limits on how fast this client sends on the current connection.

use papo_shared::model::ConversationId;

use crate::clock::Moment;

/// Delays before sending. They are reset when the connection is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SendPacing {
    /// When the outbox may send again after the server was too busy; `None` if it may send now.
    pub paused_until: Option<Moment>,
    /// The number of consecutive messages that the server failed to store.
    pub failures: u32,
    /// The conversation and time of the last typing notification.
    pub last_typing_sent: Option<(ConversationId, Moment)>,
}
