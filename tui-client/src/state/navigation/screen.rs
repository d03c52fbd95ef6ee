//! The screens.

/// Which screen is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Sign in or register.
    SignIn,
    /// The menu.
    Menu,
    /// Where one is signed in.
    Devices,
    /// What waits for one's eyes.
    Inbox,
    /// Lists, messages, composer.
    Chat,
}
