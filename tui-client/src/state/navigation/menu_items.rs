//! Computes the items of the menu.

use papo_shared::model::ConversationId;

use super::menu::{MENU, MenuItem};
use crate::state::State;
use crate::state::conversations::conversation::Conversation;

impl State {
    /// All items of the menu, from top to bottom.
    #[must_use]
    pub fn menu_items(&self) -> Vec<MenuItem> {
        MENU.into_iter().chain(self.recent().map(MenuItem::Recent)).collect()
    }

    /// The most recently active conversations that contain an entry, in the order of [`Self::by_recent_activity`].
    fn recent(&self) -> impl Iterator<Item = ConversationId> {
        let has_entry = |id: &ConversationId| self.account.conversations.get(id).is_some_and(|known| known.latest.is_some());
        self.by_recent_activity().filter(has_entry).take(MAX_RECENT)
    }

    /// The account's conversations: first those with unread messages that notify the user, and within both parts the most
    /// recently active first.
    pub(crate) fn by_recent_activity(&self) -> impl Iterator<Item = ConversationId> + use<> {
        let last = |c: &Conversation| c.latest.as_ref().map_or(0, |latest| latest.at.0);
        let mut all: Vec<_> =
            self.account.conversations.values().map(|c| (c.attention_count(self.now) == 0, -last(c), c.id)).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, _, id)| id)
    }
}

/// The maximum number of conversations shown below the fixed items.
const MAX_RECENT: usize = 8;
