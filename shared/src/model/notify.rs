//! What of a conversation somebody wants to be called for.

use serde::{Deserialize, Serialize};

use super::timestamp::Timestamp;

/// What of a conversation calls for somebody's attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotifyLevel {
    /// Nothing.
    Nothing,
    /// What names them, or answers what they said.
    Mentions,
    /// Every message. Also stands for a newer server's level that this version has no word for: rather too much than too
    /// little.
    #[default]
    #[serde(other)]
    All,
}

/// What of a conversation calls for one member's attention. It is the same on all their devices, and everything is counted
/// and listed as ever: a client only rings, or does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Notify {
    /// What does.
    pub level: NotifyLevel,
    /// From when on it is everything again; absent: it stays so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Notify {
    /// What it comes to at this time: everything, once its time is over. For everything there is no end to wait for.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        let is_over = self.until.is_some_and(|until| until <= now);
        if is_over || self.level == NotifyLevel::All { Self::default() } else { self }
    }

    /// Whether it is everything, for ever: what holds where nothing was said.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Notify, NotifyLevel, Timestamp};

    #[test]
    fn a_mute_is_over_with_its_time() {
        let muted = Notify { level: NotifyLevel::Nothing, until: Some(Timestamp(5)) };
        assert_eq!(muted.at(Timestamp(4)), muted);
        assert_eq!(muted.at(Timestamp(5)), Notify::default());
        let for_ever = Notify { until: None, ..muted };
        assert_eq!(for_ever.at(Timestamp(i64::MAX)), for_ever);
        let all = Notify { level: NotifyLevel::All, until: Some(Timestamp(5)) };
        assert_eq!(all.at(Timestamp(0)), Notify::default(), "which has no end");
    }

    #[test]
    fn a_level_of_a_newer_server_is_rather_too_much_than_too_little() {
        assert_eq!(serde_json::from_str::<NotifyLevel>(r#""birthdays""#).unwrap(), NotifyLevel::All);
    }
}
