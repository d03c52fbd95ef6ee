//! The parts of the screen that can receive keys. The keymap selects an action by the focus and the key.

/// The part of the screen that receives keys, and its condition where that changes the meaning of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Focus {
    /// The sign-in screen, in any of its fields.
    SignIn,
    /// The menu screen, including its recent conversations.
    Menu,
    /// The list on the devices screen.
    Devices,
    /// The list on the inbox screen.
    Inbox,
    /// The list at the left of the chat screen.
    List,
    /// The messages of the open conversation.
    Messages,
    /// The messages after a jump to one of them. As [`Focus::Messages`], but a key returns to the previous position.
    Found,
    /// The messages, with a folded one selected.
    FoldedMessage,
    /// The messages, with an own one selected that could not be sent.
    FailedMessage,
    /// The composer with text.
    Composer,
    /// The composer without text, in which the arrow keys leave it.
    EmptyComposer,
    /// The composer with the list of completions.
    Completion,
    /// The composer with a reply or an edit.
    Reply,
    /// A picker, except for [`Focus::Reactions`].
    Picker,
    /// The picker for reactions before anything is typed, in which digits choose the usual ones.
    Reactions,
    /// A prompt with text fields.
    Prompt,
    /// A confirmation before an action that cannot be undone.
    Confirmation,
    /// The confirmation of a long paste.
    Paste,
    /// The search for messages.
    Search,
    /// The members of a group.
    Members,
    /// The invites to a group.
    Invites,
    /// New recovery codes.
    RecoveryCodes,
    /// The list of pending invitations to groups.
    Invitations,
    /// The list of notification levels for a conversation.
    Notify,
    /// The help with all keys.
    Help,
    /// The information about the server.
    Server,
    /// The history of a message, or its reactions and receipts.
    Sheet,
}

/// What receives text: typed keys without a binding, pastes, and keys that arrive in bursts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTarget {
    /// A field of the sign-in screen.
    SignIn,
    /// The composer while it has the focus.
    Composer,
    /// The chat screen outside the composer. Text goes to the composer of the open conversation.
    Chat,
    /// The filter of a picker.
    Picker,
    /// A field of a prompt.
    Prompt,
    /// A confirmation, which a single letter accepts. Text only locks it.
    Confirmation,
    /// The query of the search.
    Search,
}

impl Focus {
    /// What receives text with this focus, if anything.
    #[must_use]
    pub fn text_target(self) -> Option<TextTarget> {
        match self {
            Self::SignIn => Some(TextTarget::SignIn),
            Self::Composer | Self::EmptyComposer | Self::Reply | Self::Completion => Some(TextTarget::Composer),
            Self::List | Self::Messages | Self::Found | Self::FoldedMessage | Self::FailedMessage => Some(TextTarget::Chat),
            Self::Picker | Self::Reactions => Some(TextTarget::Picker),
            Self::Prompt => Some(TextTarget::Prompt),
            Self::Confirmation => Some(TextTarget::Confirmation),
            Self::Search => Some(TextTarget::Search),
            Self::Menu
            | Self::Devices
            | Self::Inbox
            | Self::Members
            | Self::Invites
            | Self::RecoveryCodes
            | Self::Invitations
            | Self::Notify
            | Self::Paste
            | Self::Help
            | Self::Server
            | Self::Sheet => None,
        }
    }
}
