//! Which messages notify the user, according to each conversation's notification level.

use papo_shared::model::{ConversationId, Message, NotifyLevel, Timestamp};

use super::conversation::Conversation;
use super::notify::NotifyList;
use crate::state::State;
use crate::state::overlays::overlay::Overlay;

impl State {
    /// The number of unread messages that notify the user, in all conversations.
    #[must_use]
    pub fn unread_total(&self) -> u32 {
        self.account.conversations.values().map(|conversation| conversation.attention_count(self.now)).sum()
    }

    /// The number of them that mention the user or reply to the user.
    #[must_use]
    pub fn mentions_total(&self) -> u32 {
        let unmuted = self.account.conversations.values().filter(|known| known.notify.at(self.now).level != NotifyLevel::Nothing);
        unmuted.map(|known| known.mentions).sum()
    }

    /// Whether a new message of a conversation notifies the user. An unknown conversation has the default level.
    #[must_use]
    pub fn needs_attention(&self, conversation: ConversationId, message: &Message) -> bool {
        let level =
            self.account.conversations.get(&conversation).map(|known| known.notify.at(self.now).level).unwrap_or_default();
        match level {
            NotifyLevel::All => true,
            NotifyLevel::Mentions => self.me().is_some_and(|me| message.concerns(me)),
            NotifyLevel::Nothing => false,
        }
    }

    /// When the next mute ends, by the wall clock.
    pub(crate) fn next_mute_end(&self) -> Option<Timestamp> {
        self.account.conversations.values().filter_map(|conversation| conversation.notify.at(self.now).until).min()
    }

    /// The list of notification choices, while it is open.
    #[must_use]
    pub fn notify_list(&self) -> Option<NotifyList> {
        if let Some(Overlay::Notify(list)) = self.overlay { Some(list) } else { None }
    }
}

impl Conversation {
    /// The number of unread messages that notify the user.
    #[must_use]
    pub fn attention_count(&self, now: Timestamp) -> u32 {
        match self.notify.at(now).level {
            NotifyLevel::All => {
                let blocked_unread = self.blocked_unread.iter().filter(|seq| **seq > self.read_seq).count();
                self.unread.saturating_sub(u32::try_from(blocked_unread).unwrap_or(u32::MAX))
            }
            NotifyLevel::Mentions => self.mentions,
            NotifyLevel::Nothing => 0,
        }
    }
}
