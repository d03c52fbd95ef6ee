//! The rate limit on the typing notices of one session.

use std::collections::HashMap;
use std::time::Duration;

use papo_shared::model::ConversationId;
use tokio::time::Instant;

/// Minimum interval between two typing notices for the same conversation; further ones are dropped.
const TYPING_EVERY: Duration = Duration::from_secs(2);

/// Maximum number of conversations with a recent typing notice; more than this is not a person typing.
const MAX_TYPING_IN: usize = 16;

/// Times of recent typing notices.
#[derive(Default)]
pub(super) struct TypingRate {
    last: HashMap<ConversationId, Instant>,
}

impl TypingRate {
    /// Whether a typing notice should be forwarded now.
    pub(super) fn is_due(&mut self, conversation: ConversationId) -> bool {
        let now = Instant::now();
        self.last.retain(|_, last| now < *last + TYPING_EVERY);
        let is_due = self.last.len() < MAX_TYPING_IN && !self.last.contains_key(&conversation);
        if is_due {
            self.last.insert(conversation, now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::ConversationId;

    use super::{MAX_TYPING_IN, TYPING_EVERY, TypingRate};

    #[tokio::test(start_paused = true)]
    async fn typing_notices_are_throttled_per_conversation() {
        let mut rate = TypingRate::default();
        assert!(rate.is_due(ConversationId(1)));
        assert!(!rate.is_due(ConversationId(1)));
        assert!(rate.is_due(ConversationId(2)), "conversations are independent");
        tokio::time::advance(TYPING_EVERY).await;
        assert!(rate.is_due(ConversationId(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn typing_notices_are_limited_to_a_few_conversations() {
        let mut rate = TypingRate::default();
        let due = (1..=20).filter(|id| rate.is_due(ConversationId(*id))).count();
        assert_eq!(due, MAX_TYPING_IN);
    }
}
