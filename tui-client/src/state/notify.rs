//! What of each conversation calls for one's attention: all of it, what is meant for one, or nothing for a while.

use papo_shared::model::{ConversationId, Message, Notify, NotifyLevel, Timestamp};

use super::conversation::Conversation;
use super::{Overlay, State};

/// What can be chosen for a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotifyChoice {
    /// What calls.
    pub level: NotifyLevel,
    /// For how long, in seconds; absent: until something else is chosen.
    pub for_s: Option<u32>,
}

const HOUR_S: u32 = 3600;

/// What is offered, in this order. Any other time can be typed as a command.
pub const NOTIFY_CHOICES: [NotifyChoice; 6] = [
    NotifyChoice { level: NotifyLevel::All, for_s: None },
    NotifyChoice { level: NotifyLevel::Mentions, for_s: None },
    NotifyChoice { level: NotifyLevel::Nothing, for_s: Some(HOUR_S) },
    NotifyChoice { level: NotifyLevel::Nothing, for_s: Some(8 * HOUR_S) },
    NotifyChoice { level: NotifyLevel::Nothing, for_s: Some(24 * HOUR_S) },
    NotifyChoice { level: NotifyLevel::Nothing, for_s: None },
];

/// The list to choose from, for one conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotifyList {
    /// Which conversation.
    pub conversation: ConversationId,
    /// The place of the selected choice.
    pub selected: usize,
}

impl NotifyChoice {
    /// What it comes to when it is chosen now.
    #[must_use]
    pub fn from(self, now: Timestamp) -> Notify {
        Notify { level: self.level, until: self.for_s.map(|seconds| Timestamp(now.0 + i64::from(seconds) * 1000)) }
    }
}

impl Conversation {
    /// How many unread messages call for attention.
    #[must_use]
    pub fn calling(&self, now: Timestamp) -> u32 {
        match self.notify.at(now).level {
            NotifyLevel::All => {
                let hushed = self.hushed.iter().filter(|seq| **seq > self.read_seq).count();
                self.unread.saturating_sub(u32::try_from(hushed).unwrap_or(u32::MAX))
            }
            NotifyLevel::Mentions => self.mentions,
            NotifyLevel::Nothing => 0,
        }
    }
}

impl State {
    /// Unread messages that call for attention, in all conversations.
    #[must_use]
    pub fn unread_total(&self) -> u32 {
        self.conversations.values().map(|conversation| conversation.calling(self.now)).sum()
    }

    /// Those of them that are for us in particular.
    #[must_use]
    pub fn mentions_total(&self) -> u32 {
        let heard = self.conversations.values().filter(|known| known.notify.at(self.now).level != NotifyLevel::Nothing);
        heard.map(|known| known.mentions).sum()
    }

    /// Whether a new message of a conversation calls for attention. One that is not known yet was not muted.
    #[must_use]
    pub fn calls(&self, conversation: ConversationId, message: &Message) -> bool {
        let level = self.conversations.get(&conversation).map(|known| known.notify.at(self.now).level).unwrap_or_default();
        match level {
            NotifyLevel::All => true,
            NotifyLevel::Mentions => self.me().is_some_and(|me| message.concerns(me)),
            NotifyLevel::Nothing => false,
        }
    }

    /// When the first muted conversation is heard again.
    pub(super) fn first_mute_ends(&self) -> Option<Timestamp> {
        self.conversations.values().filter_map(|conversation| conversation.notify.at(self.now).until).min()
    }

    /// The list of choices, where it has the keys.
    #[must_use]
    pub fn notify_list(&self) -> Option<NotifyList> {
        if let Some(Overlay::Notify(list)) = self.overlay { Some(list) } else { None }
    }
}
