//! What a decision is, and how deciding can end early.

use papo_shared::protocol::Refusal;

use crate::domain::change::{Change, Changes};
use crate::domain::facts::Missing;
use crate::domain::outcome::Outcome;
use crate::domain::store_error::StoreError;

/// What becomes of a write: its outcome, once these changes are applied. A refused write has none.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    /// The outcome.
    pub outcome: Outcome,
    /// The changes, in the order in which they are to be applied.
    pub changes: Changes<'a>,
}

impl<'a> Decision<'a> {
    pub(super) fn new(outcome: Outcome, changes: impl Into<Changes<'a>>) -> Self {
        Self { outcome, changes: changes.into() }
    }

    /// Nothing is to be changed.
    pub(super) fn unchanged(outcome: Outcome) -> Self {
        Self { outcome, changes: Changes::default() }
    }

    pub(super) fn failed(why: &'static str) -> Self {
        Self::unchanged(Outcome::Failed(StoreError::new(why)))
    }
}

/// Why no decision came about, or which one did before its end.
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

/// How a decision about one write ends.
pub(super) type Decided<'a> = Result<Decision<'a>, Stop>;

/// Changes in this order.
pub(super) fn changes<'a>(changes: impl IntoIterator<Item = Change<'a>>) -> Changes<'a> {
    changes.into_iter().collect()
}
