//! Other people.

pub mod blocked;
pub mod people;
