//! What of each conversation calls for one's attention: all of it, what is meant for one, or nothing for a while.

use papo_shared::model::{ConversationId, Notify, NotifyLevel, Timestamp};

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
