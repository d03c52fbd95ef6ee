//! Other people.

pub(super) mod blocked;
