//! Notification settings of a conversation.

use serde::{Deserialize, Serialize};

use super::timestamp::Timestamp;

/// Which messages of a conversation notify a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotifyLevel {
    /// The conversation is muted, mentions included.
    Nothing,
    /// Messages that mention the member or reply to them.
    Mentions,
    /// Every message. Also used for a level sent by a newer server: an unwanted notification is better than a missed one.
    #[default]
    #[serde(other)]
    All,
}

/// A member's notification setting for one conversation, shared by all their devices. It only affects how clients
/// alert the user: unread counts and the inbox do not depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Notify {
    /// Setting for new messages; in force until [`Self::until`].
    pub level: NotifyLevel,
    /// When the setting expires and reverts to [`NotifyLevel::All`]; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Notify {
    /// The setting in force at `now`: the default once it has expired. `All` never carries an expiry.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        let is_over = self.until.is_some_and(|until| until <= now);
        if is_over || self.level == NotifyLevel::All { Self::default() } else { self }
    }

    /// Whether this is the default (all messages, no expiry), which is omitted on the wire.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Notify, NotifyLevel, Timestamp};

    #[test]
    fn a_mute_expires() {
        let muted = Notify { level: NotifyLevel::Nothing, until: Some(Timestamp(5)) };
        assert_eq!(muted.at(Timestamp(4)), muted);
        assert_eq!(muted.at(Timestamp(5)), Notify::default());
        let for_ever = Notify { until: None, ..muted };
        assert_eq!(for_ever.at(Timestamp(i64::MAX)), for_ever);
        let all = Notify { level: NotifyLevel::All, until: Some(Timestamp(5)) };
        assert_eq!(all.at(Timestamp(0)), Notify::default(), "the default has no expiry");
    }

    #[test]
    fn an_unknown_level_is_read_as_all() {
        assert_eq!(serde_json::from_str::<NotifyLevel>(r#""birthdays""#).unwrap(), NotifyLevel::All);
    }
}
