//! The menu screen: the six things one can do, and the conversations that were last alive.

use papo_shared::model::ConversationId;

/// An item of the menu.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MenuItem {
    /// Look at people and groups.
    #[default]
    Directory,
    /// Chat with somebody.
    ChatWithPerson,
    /// Chat in a group.
    ChatInGroup,
    /// Create a group.
    CreateGroup,
    /// Add somebody to a group.
    AddMember,
    /// Quit.
    Quit,
    /// One of the conversations that were last alive.
    Recent(ConversationId),
}

/// The fixed items, in the order of their digits.
pub const MENU: [MenuItem; 6] = [
    MenuItem::Directory,
    MenuItem::ChatWithPerson,
    MenuItem::ChatInGroup,
    MenuItem::CreateGroup,
    MenuItem::AddMember,
    MenuItem::Quit,
];
