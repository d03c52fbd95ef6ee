//! The rate limit on the typing notices of one session.

use std::collections::HashMap;
use std::time::Duration;

use papo_shared::model::ConversationId;
use papo_shared::protocol::Refusal;
use tokio::time::Instant;

/// Minimum interval between two typing notices for the same conversation; further ones are dropped.
const TYPING_EVERY: Duration = Duration::from_secs(2);

/// Maximum number of conversations with a recent typing notice; more than this is not a person typing.
const MAX_TYPING_IN: usize = 16;

/// Recent typing notices.
#[derive(Default)]
pub(super) struct TypingRate {
    recent: HashMap<ConversationId, Answered>,
}

/// A notice that was answered.
struct Answered {
    at: Instant,
    answer: Result<(), Refusal>,
}

impl TypingRate {
    /// The answer to a notice that is not forwarded: that of the recent one for the same conversation, which costs nothing, or
    /// `TooFast` if there are recent ones for too many others. `None` if the notice is due.
    pub(super) fn answer_early(&mut self, conversation: ConversationId) -> Option<Result<(), Refusal>> {
        let now = Instant::now();
        self.recent.retain(|_, answered| now < answered.at + TYPING_EVERY);
        if let Some(answered) = self.recent.get(&conversation) {
            return Some(answered.answer.clone());
        }
        let oldest = self.recent.values().map(|answered| answered.at).min().filter(|_| self.recent.len() >= MAX_TYPING_IN)?;
        let wait = (oldest + TYPING_EVERY).saturating_duration_since(now);
        Some(Err(Refusal::TooFast { retry_after_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).saturating_add(1) }))
    }

    /// Records the answer to a notice that was due.
    pub(super) fn record(&mut self, conversation: ConversationId, answer: Result<(), Refusal>) {
        self.recent.insert(conversation, Answered { at: Instant::now(), answer });
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::ConversationId;

    use super::{MAX_TYPING_IN, Refusal, TYPING_EVERY, TypingRate};

    const ONE: ConversationId = ConversationId(1);
    const OTHER: ConversationId = ConversationId(2);

    #[tokio::test(start_paused = true)]
    async fn typing_notices_are_throttled_per_conversation() {
        let mut rate = TypingRate::default();
        assert_eq!(rate.answer_early(ONE), None);
        rate.record(ONE, Ok(()));
        assert_eq!(rate.answer_early(ONE), Some(Ok(())));
        assert_eq!(rate.answer_early(OTHER), None, "conversations are independent");
        rate.record(OTHER, Err(Refusal::NotAMember));
        assert_eq!(rate.answer_early(OTHER), Some(Err(Refusal::NotAMember)), "a refusal is repeated");
        tokio::time::advance(TYPING_EVERY).await;
        assert_eq!((rate.answer_early(ONE), rate.answer_early(OTHER)), (None, None));
    }

    #[tokio::test(start_paused = true)]
    async fn typing_notices_are_limited_to_a_few_conversations() {
        let mut rate = TypingRate::default();
        let due = (1..=20).map(ConversationId).filter(|id| {
            let is_due = rate.answer_early(*id).is_none();
            if is_due {
                rate.record(*id, Ok(()));
            }
            is_due
        });
        assert_eq!(due.count(), MAX_TYPING_IN);
        assert_eq!(rate.answer_early(ConversationId(20)), Some(Err(Refusal::TooFast { retry_after_ms: 2001 })));
        assert_eq!(rate.answer_early(ONE), Some(Ok(())));
    }
}
