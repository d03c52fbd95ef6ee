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
