//! Storage failures.

use std::ops::Range;
use std::sync::Arc;

use papo_shared::protocol::Refusal;

/// Milliseconds after which clients repeat what an unavailable store could not do. Drawn for each request, so that they do not all
/// return in the same moment.
const RETRY_AFTER_MS: Range<u64> = 1_000..3_000;

/// A storage failure. Its cause is logged, and the client may retry.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    message: Arc<str>,
    unavailable: bool,
    outcome_unknown: bool,
}

impl StoreError {
    /// Creates an error after which nothing was written, with a description of its cause.
    #[must_use]
    pub fn new(message: impl Into<Arc<str>>) -> Self {
        Self { message: message.into(), unavailable: false, outcome_unknown: false }
    }

    /// Creates an error after which nothing was written: the store cannot do anything at present, such as a database that is
    /// stopped or out of reach. The store has logged that once, so that not each request has to.
    #[must_use]
    pub fn unavailable(message: impl Into<Arc<str>>) -> Self {
        Self { unavailable: true, ..Self::new(message) }
    }

    /// Creates an error after which the batch may have been written, or may turn out to be after a crash. Sending a message again
    /// with its client id tells which.
    #[must_use]
    pub fn outcome_unknown(message: impl Into<Arc<str>>) -> Self {
        Self { outcome_unknown: true, ..Self::new(message) }
    }

    /// The same error, of a store that became unavailable during the commit.
    #[must_use]
    pub fn while_unavailable(self) -> Self {
        Self { unavailable: true, ..self }
    }

    /// Whether it is unknown if the batch was written. If not, nothing of it was written.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.outcome_unknown
    }

    /// Whether the whole store is unavailable at present.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        self.unavailable
    }

    /// The refusal of a request that failed with this error.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        if self.outcome_unknown { Refusal::OutcomeUnknown } else { self.message_refusal() }
    }

    /// The refusal of a message that failed with this error. It is `failed` also if the outcome is unknown: the client sends the
    /// message again with the same client id, and the reply to that tells what became of the first.
    #[must_use]
    pub fn message_refusal(&self) -> Refusal {
        Refusal::Failed { retry_after_ms: self.unavailable.then(|| rand::random_range(RETRY_AFTER_MS)) }
    }
}

#[cfg(test)]
mod tests {
    use super::{RETRY_AFTER_MS, Refusal, StoreError};

    #[track_caller]
    fn check(error: &StoreError, is_outcome_unknown: bool, is_unavailable: bool) {
        assert_eq!((error.is_outcome_unknown(), error.is_unavailable()), (is_outcome_unknown, is_unavailable), "{error:?}");
        let Refusal::Failed { retry_after_ms } = error.message_refusal() else { panic!("{error:?}") };
        assert_eq!(retry_after_ms.is_some(), is_unavailable);
        assert!(retry_after_ms.is_none_or(|wait| RETRY_AFTER_MS.contains(&wait)));
        assert_eq!(error.refusal() == Refusal::OutcomeUnknown, is_outcome_unknown, "{error:?}");
    }

    #[test]
    fn an_error_says_whether_the_batch_may_have_been_written_and_whether_the_store_is_unavailable() {
        check(&StoreError::new("disk full"), false, false);
        check(&StoreError::unavailable("stopped"), false, true);
        check(&StoreError::outcome_unknown("connection lost"), true, false);
        check(&StoreError::outcome_unknown("connection lost").while_unavailable(), true, true);
    }
}
