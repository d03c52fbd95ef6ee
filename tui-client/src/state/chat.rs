//! The chat screen: which side is open, what is open on it, and where the keys go.

use papo_shared::model::{ClientId, ConversationId, Username};

use super::conversation::{BlockId, Conversation};
use super::outbox::{Outgoing, Progress};
use super::phrase::Phrase;
use super::{Overlay, Screen, State};
use crate::local_data::{Draft, ScreenPosition};

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
    users: SideState,
    groups: SideState,
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

impl State {
    /// The rows of a list, in an order that does not depend on who is online or who wrote last: nothing jumps.
    #[must_use]
    pub fn rows(&self, side: Side) -> Vec<Row> {
        match side {
            Side::Users => self.user_rows(),
            Side::Groups => {
                let mut groups: Vec<_> = self
                    .conversations
                    .values()
                    .filter_map(|c| c.group_name().map(|name| (name.uniqueness_key(), c.id)))
                    .collect();
                groups.sort_unstable();
                groups.into_iter().map(|(_, id)| Row::Group(id)).collect()
            }
        }
    }

    fn user_rows(&self) -> Vec<Row> {
        let peers: Vec<&Username> = self.conversations.values().filter_map(|c| c.peer().map(|peer| &peer.username)).collect();
        let mut names: Vec<&Username> = if self.people.whole {
            self.people.iter().map(|person| &person.username).filter(|name| Some(*name) != self.me()).collect()
        } else {
            peers
        };
        names.sort_unstable_by_key(|name| (self.people.name_of(name).to_lowercase(), *name));
        names.into_iter().cloned().map(Row::Person).collect()
    }

    /// Where one is, for coming back to.
    #[must_use]
    pub fn place(&self) -> ScreenPosition {
        let Chat { side, users, groups, .. } = &self.chat;
        let (in_chat, among_groups) = (self.screen == Screen::Chat, *side == Side::Groups);
        ScreenPosition { in_chat, among_groups, direct: users.open, group: groups.open }
    }

    /// The conversation of a row, where there is one.
    #[must_use]
    pub fn conversation_of(&self, row: &Row) -> Option<&Conversation> {
        match row {
            Row::Person(username) => self.direct_with(username),
            Row::Group(id) => self.conversations.get(id),
        }
    }

    /// The row of a conversation.
    #[must_use]
    pub fn row_of(&self, id: ConversationId) -> Option<Row> {
        let conversation = self.conversations.get(&id)?;
        Some(conversation.peer().map_or(Row::Group(id), |peer| Row::Person(peer.username.clone())))
    }

    /// The direct conversation with somebody, where there is one.
    #[must_use]
    pub fn direct_with(&self, username: &Username) -> Option<&Conversation> {
        self.conversations.values().find(|c| c.peer().is_some_and(|peer| peer.username == *username))
    }

    /// The conversation that is open on the chat screen.
    #[must_use]
    pub fn open_conversation(&self) -> Option<&Conversation> {
        self.conversations.get(&self.chat.here().open?)
    }

    /// The conversation that is open on the chat screen, to change it.
    pub fn open_conversation_mut(&mut self) -> Option<&mut Conversation> {
        self.conversations.get_mut(&self.chat.here().open?)
    }

    /// The selected message, if it is one of one's own that failed.
    #[must_use]
    pub fn selected_failed(&self) -> Option<ClientId> {
        let open = self.open_conversation()?;
        let Some(BlockId::Outgoing(selected)) = open.selected else { return None };
        let has_failed = |message: &&Outgoing| message.client_id == selected && matches!(message.progress, Progress::Failed(_));
        self.outbox.of(open.id).find(has_failed).map(|message| message.client_id)
    }

    /// The keys go to the composer of the open conversation, if one is open.
    pub fn focus_composer(&mut self) {
        if let Some(open) = self.open_conversation_mut() {
            open.selected = None;
            self.chat.focus = ChatFocus::Composer;
        }
    }

    /// We left a group: what was on its way there goes with it.
    pub fn leave_conversation(&mut self, id: ConversationId) {
        if let Some(left) = self.close_conversation(id) {
            self.outbox.forget(id);
            self.keeping.changed.insert(id);
            self.say_closed("notice-left-group", &left, None);
        }
    }

    /// A conversation is not ours any more, and nobody here wanted that; it may be known who did it. What was written and not
    /// sent is kept as a draft, for when one comes back.
    pub fn lose_conversation(&mut self, id: ConversationId, by: Option<&Username>) {
        let Some(lost) = self.close_conversation(id) else { return };
        let unsent = self.outbox.of(id).map(|message| message.text.as_str().to_owned());
        let draft = lost.draft();
        let written: Vec<String> = unsent.chain([draft.text.clone()]).filter(|text| !text.is_empty()).collect();
        self.outbox.forget(id);
        self.keeping.keep_draft(id, Draft { text: written.join("\n"), ..draft });
        let key = match (by, written.is_empty()) {
            (None, _) => "notice-left-group",
            (Some(_), true) => "notice-removed",
            (Some(_), false) => "notice-removed-kept",
        };
        self.say_closed(key, &lost, by);
    }

    /// Nothing stays open on it.
    fn close_conversation(&mut self, id: ConversationId) -> Option<Conversation> {
        let closed = self.conversations.remove(&id);
        self.chat.forget(id);
        if self.open_conversation().is_none() {
            self.chat.focus = ChatFocus::List;
        }
        let is_about_it = match &self.overlay {
            Some(Overlay::Members(list)) => list.group == id,
            Some(Overlay::Invites(invites)) => invites.group == id,
            Some(Overlay::Notify(list)) => list.conversation == id,
            _ => false,
        };
        if is_about_it {
            self.overlay = None;
        }
        closed
    }

    fn say_closed(&mut self, key: &'static str, closed: &Conversation, by: Option<&Username>) {
        let Some(name) = closed.group_name() else { return };
        let mut phrase = Phrase::new(key).text("group", name);
        if let Some(by) = by {
            phrase = phrase.text("who", self.people.name_of(by));
        }
        self.say(phrase);
    }
}
