//! Storage failures.

use std::sync::Arc;

/// A storage failure. Its cause is logged, and the client may retry.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    message: Arc<str>,
    outcome_unknown: bool,
}

impl StoreError {
    /// Creates an error after which nothing was written, with a description of its cause.
    #[must_use]
    pub fn new(message: impl Into<Arc<str>>) -> Self {
        Self { message: message.into(), outcome_unknown: false }
    }

    /// Creates an error after which the batch may have been written, or may turn out to be after a crash. Sending a message again
    /// with its client id tells which.
    #[must_use]
    pub fn outcome_unknown(message: impl Into<Arc<str>>) -> Self {
        Self { message: message.into(), outcome_unknown: true }
    }

    /// Whether it is unknown if the batch was written. If not, nothing of it was written.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.outcome_unknown
    }
}

#[cfg(test)]
mod tests {
    use super::StoreError;

    #[test]
    fn an_error_says_whether_the_batch_may_have_been_written() {
        assert!(!StoreError::new("disk full").is_outcome_unknown());
        assert!(StoreError::outcome_unknown("connection lost").is_outcome_unknown());
    }
}
