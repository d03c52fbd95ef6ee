//! The notification levels that can be chosen for a conversation: all messages, mentions only, or none for some time.

use papo_shared::model::{ConversationId, Notify, NotifyLevel, Timestamp};

/// A notification level that can be chosen for a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotifyChoice {
    /// Which messages notify the user.
    pub level: NotifyLevel,
    /// The duration in seconds; `None` lasts until another choice.
    pub for_s: Option<u32>,
}

const HOUR_S: u32 = 3600;

/// The choices in the order of the list. Other durations can be entered as a command.
pub const NOTIFY_CHOICES: [NotifyChoice; 6] = [
    NotifyChoice { level: NotifyLevel::All, for_s: None },
    NotifyChoice { level: NotifyLevel::Mentions, for_s: None },
    NotifyChoice { level: NotifyLevel::Nothing, for_s: Some(HOUR_S) },
    NotifyChoice { level: NotifyLevel::Nothing, for_s: Some(8 * HOUR_S) },
    NotifyChoice { level: NotifyLevel::Nothing, for_s: Some(24 * HOUR_S) },
    NotifyChoice { level: NotifyLevel::Nothing, for_s: None },
];

/// The list of choices, opened for one conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotifyList {
    /// The conversation whose notification level is chosen.
    pub conversation: ConversationId,
    /// The index of the selected choice.
    pub selected: usize,
}

impl NotifyChoice {
    /// The setting that results from choosing this at the time `now`.
    #[must_use]
    pub fn from(self, now: Timestamp) -> Notify {
        Notify { level: self.level, until: self.for_s.map(|seconds| Timestamp(now.0 + i64::from(seconds) * 1000)) }
    }
}
