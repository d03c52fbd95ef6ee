//! The retention clock, and the steps of expiry.

use papo_shared::model::{ConversationId, Seq};

use super::erasures::stored_text;
use super::state::{Log, State};
use crate::domain::erasure::STEP_ROWS;
use crate::domain::retention::{ExpiryQuery, ExpiryStep, RetentionClock, last_expired};

impl State {
    pub(super) fn retention_clock(&self) -> RetentionClock {
        let newest = self.message_order.last().and_then(|(id, seq)| self.log(*id)?.message(*seq));
        RetentionClock { last: self.retention_clock, newest_message: newest.map(|(entry, _)| entry.at) }
    }

    pub(super) fn next_expiry_step(&self, query: &ExpiryQuery) -> ExpiryStep {
        let days = |log: &Log| log.group.as_ref().and_then(|group| group.retention_days);
        let mut due = self.ids().filter(|(id, log)| {
            let first = log.entries.iter().find(|entry| entry.seq > log.expired);
            *id > query.after && !log.is_deleted && first.is_some_and(|entry| query.may_expire(days(log), entry.at))
        });
        let nothing = |continue_after| ExpiryStep { until: None, messages: Vec::new(), continue_after };
        let Some((id, log)) = due.next() else { return nothing(None) };
        let rest = log.entries.iter().filter(|entry| entry.seq > log.expired).take(STEP_ROWS);
        let Some(until) = last_expired(rest.map(|entry| (entry.seq, entry.at)), query, days(log)) else {
            return nothing(Some(id));
        };
        let expired = (log.expired.0 + 1..=until.0).map(Seq);
        let messages = expired.filter_map(|seq| stored_text(id, log, seq)).collect();
        ExpiryStep { until: Some((id, until)), messages, continue_after: Some(ConversationId(id.0 - 1)) }
    }
}
