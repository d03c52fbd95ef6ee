//! Decisions, and the reasons for which deciding ends early.

use papo_shared::protocol::Refusal;

use crate::domain::account::AccountId;
use crate::domain::change::Change;
use crate::domain::changes::Changes;
use crate::domain::facts::Missing;
use crate::domain::outcome::Outcome;
use crate::domain::storage::DailyUsage;
use crate::domain::store_error::StoreError;

/// The outcome of a write once these changes are applied. A refused write has no changes.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    pub outcome: Outcome,
    /// The changes, in the order of application.
    pub changes: Changes<'a>,
    /// What the author has stored on that day once the changes are applied, if they count. Not a change, because a backend
    /// writes it once per batch and account, and plain messages remain a single change.
    pub usage: Option<(AccountId, DailyUsage)>,
}

impl<'a> Decision<'a> {
    pub(super) fn new(outcome: Outcome, changes: impl Into<Changes<'a>>) -> Self {
        Self { outcome, changes: changes.into(), usage: None }
    }

    /// A decision without changes.
    pub(super) fn unchanged(outcome: Outcome) -> Self {
        Self::new(outcome, Changes::default())
    }

    pub(super) fn failed(message: &'static str) -> Self {
        Self::unchanged(Outcome::Failed(StoreError::new(message)))
    }
}

/// Why deciding ended early: a refusal, or facts that are not loaded.
#[derive(Debug)]
pub(super) enum Stop {
    Refused(Refusal),
    Missing(Missing),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Missing> for Stop {
    fn from(missing: Missing) -> Self {
        Self::Missing(missing)
    }
}

/// Result of deciding one write.
pub(super) type Decided<'a> = Result<Decision<'a>, Stop>;

/// Collects changes in this order.
pub(super) fn changes<'a>(changes: impl IntoIterator<Item = Change<'a>>) -> Changes<'a> {
    changes.into_iter().collect()
}
