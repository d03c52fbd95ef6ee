//! How long messages are kept: those that are older are erased in small steps, and their entries say that they expired.
//!
//! Messages of a conversation expire in the order of its log. A message whose time is in the future, because the clock was wrong
//! when it was stored, expires together with the first one after it that has a plausible time.
//!
//! A clock that jumps ahead must not erase everything. Messages are therefore measured against the *retention clock*: the
//! server clock, but it advances by at most [`MAX_ADVANCE_MS`] at a time, begins with the newest message, and is stored.

use papo_shared::model::{ConversationId, Seq, Timestamp};

use super::day::DAY_MS;
use super::erasure::StoredText;

/// How far the retention clock advances at most, per hour and at each start of the server, in milliseconds: one day. After a
/// longer stop, it catches up with the server clock within as many hours as the stop lasted days.
pub const MAX_ADVANCE_MS: i64 = DAY_MS;

/// Maximum number of conversations among which one step looks for messages that have expired.
pub const STEP_CONVERSATIONS: u32 = 500;

/// Where one step looks for messages that have expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExpiryQuery {
    /// The conversation after which it looks.
    pub after: ConversationId,
    /// For how many days the server keeps messages; `None`: for ever, so that only groups with a limit of their own are looked at.
    pub server_days: Option<u32>,
    /// The time from which the days are counted back: the retention clock, unless the server clock is behind it.
    pub reference: Timestamp,
    /// Messages with a later time were stored while the clock was wrong.
    pub now: Timestamp,
}

impl ExpiryQuery {
    /// The time before which messages of a conversation have expired, if it is a group whose messages are kept for
    /// `group_days`. The shorter of its limit and the server's applies. `None` if its messages never expire.
    #[must_use]
    pub fn cutoff(&self, group_days: Option<u32>) -> Option<Timestamp> {
        let days = self.server_days.into_iter().chain(group_days).min()?;
        Some(Timestamp(self.reference.0.saturating_sub(i64::from(days) * DAY_MS)))
    }

    /// Whether a message of that time is erased once it is the oldest of such a conversation, or once the next one is.
    #[must_use]
    pub fn may_expire(&self, group_days: Option<u32>, at: Timestamp) -> bool {
        self.cutoff(group_days).is_some_and(|cutoff| !self.is_kept(cutoff, at))
    }

    fn is_kept(&self, cutoff: Timestamp, at: Timestamp) -> bool {
        at >= cutoff && at <= self.now
    }
}

/// What the retention clock is set from.
#[derive(Clone, Copy, Debug, Default)]
pub struct RetentionClock {
    /// Its last value; `None` if it was never set.
    pub last: Option<Timestamp>,
    /// When the newest message was stored; `None` if there is none.
    pub newest_message: Option<Timestamp>,
}

/// What one step does.
#[derive(Clone, Debug)]
pub struct ExpiryStep {
    /// The conversation with expired entries and the last of those that this step handles; `None` if it found none.
    pub until: Option<(ConversationId, Seq)>,
    /// The messages among them.
    pub messages: Vec<StoredText>,
    /// The conversation after which the next step looks; `None` if nothing is left.
    pub continue_after: Option<ConversationId>,
}

impl RetentionClock {
    /// The value after it was advanced to the server clock, as far as permitted. It never goes back.
    #[must_use]
    pub fn advanced(self, server_clock: Timestamp) -> Timestamp {
        match self.last {
            Some(last) => last.max(server_clock.min(Timestamp(last.0.saturating_add(MAX_ADVANCE_MS)))),
            None => self.newest_message.map_or(server_clock, |newest| newest.min(server_clock)),
        }
    }
}

/// The last of these entries of a conversation, in the order of its log, that has expired; `None` if none has. For
/// `group_days`, see [`ExpiryQuery::cutoff`].
pub fn last_expired(
    entries: impl IntoIterator<Item = (Seq, Timestamp)>,
    query: &ExpiryQuery,
    group_days: Option<u32>,
) -> Option<Seq> {
    let cutoff = query.cutoff(group_days)?;
    let old = entries.into_iter().take_while(|(_, at)| !query.is_kept(cutoff, *at)).filter(|(_, at)| *at < cutoff);
    old.last().map(|(seq, _)| seq)
}

#[cfg(test)]
mod tests {
    use super::{ConversationId, DAY_MS, ExpiryQuery, MAX_ADVANCE_MS, RetentionClock, Seq, Timestamp, last_expired};

    fn query(server_days: Option<u32>, reference: i64) -> ExpiryQuery {
        ExpiryQuery { after: ConversationId(0), server_days, reference: Timestamp(reference), now: Timestamp(200) }
    }

    #[track_caller]
    fn check(times: &[i64], expected: Option<u64>) {
        let query = query(Some(1), 100 + DAY_MS);
        let entries = (1..).map(Seq).zip(times.iter().copied().map(Timestamp));
        assert_eq!(last_expired(entries, &query, None), expected.map(Seq), "{times:?}");
    }

    #[test]
    fn entries_expire_in_the_order_of_the_log() {
        check(&[10, 20, 99, 100, 150], Some(3));
        check(&[150, 10], None);
        check(&[], None);
        // Stored while the clock was years ahead, or years behind.
        check(&[10, 999, 20, 150], Some(3));
        check(&[10, 999, 150], Some(1));
        check(&[999], None);
        check(&[150, -999, 160], None);
    }

    #[test]
    fn the_shorter_limit_applies() {
        let cutoff = |server, group| query(server, 0).cutoff(group).map(|cutoff| cutoff.0 / -DAY_MS);
        assert_eq!([cutoff(None, None), cutoff(Some(30), None), cutoff(None, Some(7))], [None, Some(30), Some(7)]);
        assert_eq!([cutoff(Some(30), Some(7)), cutoff(Some(7), Some(30))], [Some(7), Some(7)]);
        assert_eq!(query(None, i64::MIN).cutoff(Some(36_500)), Some(Timestamp(i64::MIN)));
    }

    #[test]
    fn the_retention_clock_follows_the_server_clock_in_small_steps() {
        let advanced = |last: Option<i64>, newest: Option<i64>, now| {
            let (last, newest_message) = (last.map(Timestamp), newest.map(Timestamp));
            RetentionClock { last, newest_message }.advanced(Timestamp(now)).0
        };
        let (day, far) = (MAX_ADVANCE_MS, 30_000 * MAX_ADVANCE_MS);
        assert_eq!(advanced(Some(1000), None, 1000 + day), 1000 + day);
        assert_eq!(advanced(Some(1000), None, far), 1000 + day);
        assert_eq!(advanced(Some(1000), None, -far), 1000);
        assert_eq!([advanced(None, Some(1000), far), advanced(None, Some(far), 1000), advanced(None, None, 7)], [1000, 1000, 7]);
    }
}
