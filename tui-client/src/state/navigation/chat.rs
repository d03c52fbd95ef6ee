//! The chat screen: which side is open, what is open on it, and where the keys go.

use papo_shared::model::{ConversationId, Username};

/// The two kinds of chats; Tab goes from one to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Direct conversations.
    Users,
    /// Groups.
    Groups,
}

/// A row of a list: an identity, so that a selection survives whatever the list does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Row {
    /// A person, whether or not there is a conversation with them.
    Person(Username),
    /// A group.
    Group(ConversationId),
}

/// Where the keys go on the chat screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatFocus {
    /// The list at the left.
    List,
    /// The messages.
    Messages,
    /// The input box.
    Composer,
}

/// The chat screen.
#[derive(Clone, Debug)]
pub struct Chat {
    /// Which list is open.
    pub side: Side,
    /// Where the keys go.
    pub focus: ChatFocus,
    pub(super) users: SideState,
    pub(super) groups: SideState,
}

/// What each side remembers while the other is open.
#[derive(Clone, Debug, Default)]
pub struct SideState {
    /// The selected row.
    pub selected: Option<Row>,
    /// The open conversation.
    pub open: Option<ConversationId>,
}

impl Default for Chat {
    fn default() -> Self {
        Self { side: Side::Users, focus: ChatFocus::List, users: SideState::default(), groups: SideState::default() }
    }
}

impl Chat {
    /// What the open side remembers.
    #[must_use]
    pub fn here(&self) -> &SideState {
        match self.side {
            Side::Users => &self.users,
            Side::Groups => &self.groups,
        }
    }

    /// What the open side remembers, to change it.
    pub fn here_mut(&mut self) -> &mut SideState {
        match self.side {
            Side::Users => &mut self.users,
            Side::Groups => &mut self.groups,
        }
    }

    /// What is open on each side comes back; only one's own conversations can be given.
    pub fn reopen(&mut self, direct: Option<(ConversationId, Username)>, group: Option<ConversationId>) {
        if let Some((id, peer)) = direct {
            self.users = SideState { selected: Some(Row::Person(peer)), open: Some(id) };
        }
        if let Some(id) = group {
            self.groups = SideState { selected: Some(Row::Group(id)), open: Some(id) };
        }
    }

    /// A conversation is gone: nothing stays open on it.
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
