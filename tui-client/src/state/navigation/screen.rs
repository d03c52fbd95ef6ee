//! The screens of the client.

/// The screen that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The form for signing in or registering.
    SignIn,
    /// The menu, the first screen after signing in.
    Menu,
    /// The devices on which the account is signed in.
    Devices,
    /// The inbox: unread messages for the user in particular, from all conversations.
    Inbox,
    /// The lists of people and groups, the open conversation, and the composer.
    Chat,
}
