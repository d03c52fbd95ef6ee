//! Access to the conversation that is open on the chat screen, and closing conversations.

use papo_shared::model::{ClientId, ConversationId, Username};

use super::chat::{Chat, ChatFocus, Side};
use super::screen::Screen;
use crate::local_data::{Draft, ScreenPosition};
use crate::state::State;
use crate::state::composer::outbox::{Outgoing, Progress};
use crate::state::conversations::conversation::{BlockId, Conversation};
use crate::state::overlays::overlay::Overlay;
use crate::state::phrase::Phrase;

impl State {
    /// The position that the next start of the client restores.
    #[must_use]
    pub fn screen_position(&self) -> ScreenPosition {
        let Chat { side, users, groups, .. } = &self.account.chat;
        let (in_chat, among_groups) = (self.screen == Screen::Chat, *side == Side::Groups);
        ScreenPosition { in_chat, among_groups, direct: users.open, group: groups.open }
    }

    /// The conversation that is open on the chat screen.
    #[must_use]
    pub fn open_conversation(&self) -> Option<&Conversation> {
        self.account.conversations.get(&self.account.chat.open_side().open?)
    }

    /// The conversation that is open on the chat screen, mutably.
    pub fn open_conversation_mut(&mut self) -> Option<&mut Conversation> {
        self.account.conversations.get_mut(&self.account.chat.open_side().open?)
    }

    /// The selected message, if it is an own one that could not be sent.
    #[must_use]
    pub fn selected_failed(&self) -> Option<ClientId> {
        let open = self.open_conversation()?;
        let Some(BlockId::Outgoing(selected)) = open.selected else { return None };
        let has_failed = |message: &&Outgoing| message.client_id == selected && matches!(message.progress, Progress::Failed(_));
        self.account.outbox.of(open.id).find(has_failed).map(|message| message.client_id)
    }

    /// Moves the focus to the composer of the open conversation, if one is open.
    pub fn focus_composer(&mut self) {
        if let Some(open) = self.open_conversation_mut() {
            open.selected = None;
            self.account.chat.focus = ChatFocus::Composer;
        }
    }

    /// Closes a group that the user left and discards its unsent messages.
    pub fn leave_conversation(&mut self, id: ConversationId) {
        if let Some(left) = self.close_conversation(id) {
            self.account.outbox.forget(id);
            self.account.local_data.changed_drafts.insert(id);
            self.show_closed_status("notice-left-group", &left, None);
        }
    }

    /// Closes a conversation from which the account was removed, by the person `by` if that is known. Unsent text is kept as a
    /// draft for the case that the account joins again.
    pub fn lose_conversation(&mut self, id: ConversationId, by: Option<&Username>) {
        let Some(lost) = self.close_conversation(id) else { return };
        let unsent = self.account.outbox.of(id).map(|message| message.text.as_str().to_owned());
        let draft = lost.draft();
        let written: Vec<String> = unsent.chain([draft.text.clone()]).filter(|text| !text.is_empty()).collect();
        self.account.outbox.forget(id);
        self.account.local_data.hold_draft(id, Draft { text: written.join("\n"), ..draft });
        let key = match (by, written.is_empty()) {
            (None, _) => "notice-left-group",
            (Some(_), true) => "notice-removed",
            (Some(_), false) => "notice-removed-kept",
        };
        self.show_closed_status(key, &lost, by);
    }

    /// Removes a conversation and closes whatever shows it.
    fn close_conversation(&mut self, id: ConversationId) -> Option<Conversation> {
        let closed = self.account.conversations.remove(&id);
        self.account.chat.forget(id);
        if self.open_conversation().is_none() {
            self.account.chat.focus = ChatFocus::List;
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

    fn show_closed_status(&mut self, key: &'static str, closed: &Conversation, by: Option<&Username>) {
        let Some(name) = closed.group_name() else { return };
        let mut phrase = Phrase::new(key).text("group", name);
        if let Some(by) = by {
            phrase = phrase.text("who", self.account.people.name_of(by));
        }
        self.show_status(phrase);
    }
}
