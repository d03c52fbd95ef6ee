//! The items of the menu screen: six fixed ones and the recently active conversations.

use papo_shared::model::ConversationId;

/// An item of the menu.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MenuItem {
    /// Browse people and groups.
    #[default]
    Directory,
    /// Choose a person and open the direct conversation.
    ChatWithPerson,
    /// Choose a group and open it.
    ChatInGroup,
    /// Ask for a name and create a group.
    CreateGroup,
    /// Choose a group and a person to add to it.
    AddMember,
    /// Quit the client. With unsent messages, quitting has to be repeated to confirm it.
    Quit,
    /// Open a recently active conversation.
    Recent(ConversationId),
}

/// The fixed items, in the order of the digits that select them.
pub const MENU: [MenuItem; 6] = [
    MenuItem::Directory,
    MenuItem::ChatWithPerson,
    MenuItem::ChatInGroup,
    MenuItem::CreateGroup,
    MenuItem::AddMember,
    MenuItem::Quit,
];
