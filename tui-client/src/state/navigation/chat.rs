//! The chat screen: the open side, the open conversation, and what receives the keys.

use papo_shared::model::{ConversationId, Username};

/// The two lists of chats. Tab switches between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The list of people, with the direct conversations.
    Users,
    /// The list of groups that the account belongs to.
    Groups,
}

/// A row of a list. It is identified independently of its index, so that a selection stays valid when the list changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Row {
    /// A person, with or without a direct conversation.
    Person(Username),
    /// A group, which need not be one of the account's groups in a picker.
    Group(ConversationId),
}

/// The part of the chat screen that receives the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatFocus {
    /// The list at the left.
    List,
    /// The messages of the open conversation.
    Messages,
    /// The text field in which messages are written.
    Composer,
}

/// The state of the chat screen.
#[derive(Clone, Debug)]
pub struct Chat {
    /// The list that is shown.
    pub side: Side,
    /// The part of the screen that receives the keys.
    pub focus: ChatFocus,
    pub(super) users: SideState,
    pub(super) groups: SideState,
}

/// The selection and open conversation of one side. They are kept while the other side is shown.
#[derive(Clone, Debug, Default)]
pub struct SideState {
    /// The selected row of the list.
    pub selected: Option<Row>,
    /// The conversation whose messages are shown.
    pub open: Option<ConversationId>,
}

impl Default for Chat {
    fn default() -> Self {
        Self { side: Side::Users, focus: ChatFocus::List, users: SideState::default(), groups: SideState::default() }
    }
}

impl Chat {
    /// The state of the side that is shown.
    #[must_use]
    pub fn open_side(&self) -> &SideState {
        match self.side {
            Side::Users => &self.users,
            Side::Groups => &self.groups,
        }
    }

    /// The state of the side that is shown, mutably.
    pub fn open_side_mut(&mut self) -> &mut SideState {
        match self.side {
            Side::Users => &mut self.users,
            Side::Groups => &mut self.groups,
        }
    }

    /// Opens a conversation on each side, as saved by an earlier run. The account must belong to both.
    pub fn reopen(&mut self, direct: Option<(ConversationId, Username)>, group: Option<ConversationId>) {
        if let Some((id, peer)) = direct {
            self.users = SideState { selected: Some(Row::Person(peer)), open: Some(id) };
        }
        if let Some(id) = group {
            self.groups = SideState { selected: Some(Row::Group(id)), open: Some(id) };
        }
    }

    /// Closes and deselects a conversation that the account no longer belongs to.
    pub fn forget(&mut self, conversation: ConversationId) {
        for side in [&mut self.users, &mut self.groups] {
            if side.open == Some(conversation) {
                side.open = None;
            }
            if side.selected == Some(Row::Group(conversation)) {
                side.selected = None;
            }
        }
    }
}
