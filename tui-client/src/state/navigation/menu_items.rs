//! The items of the menu.

use papo_shared::model::ConversationId;

use super::menu::{MENU, MenuItem};
use crate::state::State;
use crate::state::conversations::conversation::Conversation;

impl State {
    /// Every item of the menu that can be chosen, from top to bottom.
    #[must_use]
    pub fn menu_items(&self) -> Vec<MenuItem> {
        MENU.into_iter().chain(self.recent().map(MenuItem::Recent)).collect()
    }

    /// The conversations that were last alive, those with something unread first.
    fn recent(&self) -> impl Iterator<Item = ConversationId> {
        let spoken_in = |id: &ConversationId| self.account.conversations.get(id).is_some_and(|known| known.latest.is_some());
        self.by_recent_activity().filter(spoken_in).take(MAX_RECENT)
    }

    /// One's conversations: those that call first, and of each those that were last alive.
    pub(crate) fn by_recent_activity(&self) -> impl Iterator<Item = ConversationId> + use<> {
        let last = |c: &Conversation| c.latest.as_ref().map_or(0, |latest| latest.at.0);
        let mut all: Vec<_> =
            self.account.conversations.values().map(|c| (c.attention_count(self.now) == 0, -last(c), c.id)).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, _, id)| id)
    }
}

/// Most conversations shown below the items.
const MAX_RECENT: usize = 8;
