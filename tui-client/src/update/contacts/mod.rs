//! Relations to other people.

pub(super) mod blocked;
