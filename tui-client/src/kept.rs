//! What this machine keeps for an account, so that neither a crash nor a restart loses it: messages the server does not
//! have yet, drafts, and where one was.
//!
//! Deliberately absent: how and when it is kept.

use std::collections::BTreeMap;

use papo_shared::model::{ClientId, ConversationId, MessageText, Seq, Timestamp};
use papo_shared::protocol::Refusal;

/// One change of what is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A message was added to the outbox.
    Waits(UnsentMessage),
    /// A message in the outbox was refused for good, or (`None`) waits to be sent again.
    Refused(ClientId, Option<Refusal>),
    /// A message is in the outbox no longer.
    Gone(ClientId),
    /// What is written in a composer and not sent; nothing, where it is empty.
    Draft(ConversationId, Draft),
    /// Where one is.
    At(Place),
}

/// A message that the server does not have, or is not known to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsentMessage {
    /// The same for each try, so that however often it is sent it is stored once.
    pub client_id: ClientId,
    /// Where it goes.
    pub conversation: ConversationId,
    /// What it says.
    pub text: MessageText,
    /// The message that it answers.
    pub reply_to: Option<Seq>,
    /// When it was written, on this machine's clock.
    pub at: Timestamp,
    /// Why it failed, where it did.
    pub refused: Option<Refusal>,
}

/// What is written in a composer and not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// What is to be said.
    pub text: String,
    /// The message that it answers.
    pub reply_to: Option<Seq>,
    /// Another text for a message of one's own, while it is being written.
    pub edit: Option<Edit>,
}

/// Another text for a message of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which message.
    pub seq: Seq,
    /// As far as it is written.
    pub text: String,
}

impl Draft {
    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Where one is. The default is where a client starts: the menu, with nothing open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Whether the chat screen is shown.
    pub in_chat: bool,
    /// Whether its groups are open, and not its users.
    pub among_groups: bool,
    /// The open direct conversation.
    pub direct: Option<ConversationId>,
    /// The open group.
    pub group: Option<ConversationId>,
}

/// What was kept for an account when it was last signed in here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The outbox, oldest first.
    pub unsent: Vec<UnsentMessage>,
    /// Drafts, by conversation.
    pub drafts: BTreeMap<ConversationId, Draft>,
    /// Where one was.
    pub place: Option<Place>,
}
