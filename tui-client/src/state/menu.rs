//! The menu screen: the six things one can do, and the conversations that were last alive.

use papo_shared::model::ConversationId;

use super::State;

/// An item of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuItem {
    /// Look at people and groups.
    Directory,
    /// Chat with somebody.
    ChatWithSomebody,
    /// Chat in a group.
    ChatInGroup,
    /// Create a group.
    CreateGroup,
    /// Add somebody to a group.
    AddMember,
    /// Quit.
    Quit,
    /// One of the conversations that were last alive.
    Lately(ConversationId),
}

/// The fixed items, in the order of their digits.
pub const MENU: [MenuItem; 6] = [
    MenuItem::Directory,
    MenuItem::ChatWithSomebody,
    MenuItem::ChatInGroup,
    MenuItem::CreateGroup,
    MenuItem::AddMember,
    MenuItem::Quit,
];

/// Most conversations shown below the items.
const MAX_LATELY: usize = 8;

impl State {
    /// Every item of the menu that can be chosen, from top to bottom.
    #[must_use]
    pub fn menu_items(&self) -> Vec<MenuItem> {
        MENU.into_iter().chain(self.lately().map(MenuItem::Lately)).collect()
    }

    /// The conversations that were last alive, those with something unread first.
    fn lately(&self) -> impl Iterator<Item = ConversationId> {
        let mut alive: Vec<_> = self
            .conversations
            .values()
            .filter_map(|c| c.latest.as_ref().map(|latest| (c.unread == 0, -latest.at.0, c.id)))
            .collect();
        alive.sort_unstable();
        alive.into_iter().take(MAX_LATELY).map(|(_, _, id)| id)
    }
}
