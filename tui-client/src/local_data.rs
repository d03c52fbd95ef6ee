//! The data that this machine stores for an account so that neither a crash nor a restart loses it: unsent messages, drafts,
//! and the screen position.
//!
//! Deliberately absent: how it is stored (`local_store`) and when (`update`).

use std::collections::BTreeMap;

use papo_shared::model::{ClientId, ConversationId, MessageText, Seq, Timestamp};
use papo_shared::protocol::Refusal;

/// A change of the local data.
#[derive(Clone, Debug, PartialEq)]
pub enum LocalChange {
    /// Adds a message to the outbox.
    MessageQueued(UnsentMessage),
    /// Sets the refusal of a message in the outbox; `None` means that it waits to be sent again.
    RefusalSet(ClientId, Option<Refusal>),
    /// Removes a message from the outbox.
    MessageRemoved(ClientId),
    /// Sets the draft of a conversation; an empty draft is deleted.
    DraftSet(ConversationId, Draft),
    /// Sets the screen position.
    PositionSet(ScreenPosition),
    /// Removes everything stored for the account, because it was deleted.
    AllRemoved,
}

/// A message that the server has not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsentMessage {
    /// The same for each attempt, so that the server stores the message once.
    pub client_id: ClientId,
    /// The conversation to send it to.
    pub conversation: ConversationId,
    /// The text, validated and cleaned.
    pub text: MessageText,
    /// The message that it replies to.
    pub reply_to: Option<Seq>,
    /// When it was written, by this machine's clock.
    pub at: Timestamp,
    /// Why the server refused it, if it did.
    pub refused: Option<Refusal>,
}

/// The unsent contents of a composer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The text of a new message or reply.
    pub text: String,
    /// The message that the draft replies to.
    pub reply_to: Option<Seq>,
    /// An edit of an existing message in progress, beside `text`.
    pub edit: Option<Edit>,
}

/// An edit in progress of one of the user's own messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The message being edited.
    pub seq: Seq,
    /// Its new text so far.
    pub text: String,
}

impl Draft {
    /// Whether there is nothing to store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Which screen and conversations are open. The default is the start of a client: the menu, with nothing open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScreenPosition {
    /// Whether the chat screen is shown.
    pub in_chat: bool,
    /// Whether the list shows groups instead of direct conversations.
    pub among_groups: bool,
    /// The conversation that is open on the side of direct conversations.
    pub direct: Option<ConversationId>,
    /// The conversation that is open on the side of groups.
    pub group: Option<ConversationId>,
}

/// The data stored for an account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LocalData {
    /// The outbox, oldest first.
    pub unsent: Vec<UnsentMessage>,
    /// Drafts that are not empty, by conversation.
    pub drafts: BTreeMap<ConversationId, Draft>,
    /// The last screen position; `None` if it was never stored.
    pub place: Option<ScreenPosition>,
}
