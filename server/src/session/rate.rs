//! Rate limits of one session.

use std::collections::HashMap;
use std::time::Duration;

use papo_shared::model::ConversationId;
use papo_shared::protocol::Refusal;
use tokio::time::Instant;

use super::limiter::RateLimit;
use crate::config::Limits;

/// Minimum interval between two typing notices for the same conversation; further ones are dropped.
const TYPING_EVERY: Duration = Duration::from_secs(2);

/// Maximum number of conversations with a recent typing notice; more than this is not a person typing.
const MAX_TYPING_IN: usize = 16;

/// Rate limits on requests and on their bytes.
pub(super) struct RequestRate {
    requests: RateLimit,
    bytes: RateLimit,
}

/// Times of recent typing notices.
#[derive(Default)]
pub(super) struct TypingRate {
    last: HashMap<ConversationId, Instant>,
}

impl RequestRate {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            requests: RateLimit::per_second(limits.requests_per_second, limits.request_burst),
            bytes: RateLimit::per_second(limits.bytes_per_second, limits.byte_burst),
        }
    }

    /// Counts one request in a line of `bytes` bytes.
    pub(super) fn check(&self, bytes: usize) -> Result<(), Refusal> {
        self.requests.take(1)?;
        self.bytes.take(u32::try_from(bytes).unwrap_or(u32::MAX))
    }
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

    use super::{Duration, Limits, MAX_TYPING_IN, Refusal, RequestRate, TYPING_EVERY, TypingRate};

    #[tokio::test(start_paused = true)]
    async fn requests_and_their_bytes_are_limited() {
        let limits =
            Limits { requests_per_second: 1, request_burst: 3, bytes_per_second: 10, byte_burst: 100, ..Limits::default() };
        let rate = RequestRate::new(&limits);
        assert_eq!([rate.check(100), rate.check(0)], [Ok(()), Err(Refusal::TooFast { retry_after_ms: 101 })]);
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!([rate.check(1), rate.check(1), rate.check(1)], [Ok(()), Ok(()), Ok(())]);
        assert_eq!(rate.check(1), Err(Refusal::TooFast { retry_after_ms: 1001 }));
    }

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
