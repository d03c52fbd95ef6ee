//! Where keys go. With a key, this selects an action: see the keymap.

/// Where the keys go. Together with a key it says what is meant: see the keymap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Focus {
    /// The sign-in screen, in one of its text fields.
    SignIn,
    /// The menu screen.
    Menu,
    /// The devices screen.
    Devices,
    /// The inbox screen.
    Inbox,
    /// The list at the left of the chat screen.
    List,
    /// The messages.
    Messages,
    /// The messages, gone to from elsewhere: as [`Focus::Messages`], but for the way back.
    Found,
    /// The messages, at one that is folded.
    FoldedMessage,
    /// The messages, at one of one's own that failed.
    FailedMessage,
    /// The composer, with something in it.
    Composer,
    /// The composer, with nothing in it: the arrows lead elsewhere.
    EmptyComposer,
    /// The composer, with a list over it of what the word being typed may become.
    Completion,
    /// The composer, for an answer or for another text of a message.
    Answer,
    /// A picker.
    Picker,
    /// The reactions there are to choose from, before anything was typed.
    Reactions,
    /// A prompt.
    Prompt,
    /// A question before something that cannot be undone, over the screen.
    Confirmation,
    /// The question whether a long paste goes out.
    Paste,
    /// Searching for messages.
    Search,
    /// The members of a group.
    Members,
    /// The invites to a group.
    Invites,
    /// What of a conversation calls for one's attention.
    Notify,
    /// The keys.
    Help,
    /// What is known of the server.
    Server,
    /// What became of a message, and who has it.
    Sheet,
}

/// What receives text: typed keys without a binding, pastes and bursts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTarget {
    /// A field of the sign-in screen.
    SignIn,
    /// The composer, which has the focus.
    Composer,
    /// The chat screen beside the composer: text goes to the conversation that the user looks at.
    Chat,
    /// The filter of a picker.
    Picker,
    /// A field of a prompt.
    Prompt,
    /// A question that a single letter answers: text only locks it.
    Confirmation,
    /// The search field.
    Search,
}

impl Focus {
    /// What receives text here, if anything does.
    #[must_use]
    pub fn text_target(self) -> Option<TextTarget> {
        match self {
            Self::SignIn => Some(TextTarget::SignIn),
            Self::Composer | Self::EmptyComposer | Self::Answer | Self::Completion => Some(TextTarget::Composer),
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
            | Self::Notify
            | Self::Paste
            | Self::Help
            | Self::Server
            | Self::Sheet => None,
        }
    }
}
