//! The composer: completions of the word being typed, and long pastes.

pub(super) mod completion;
pub(super) mod paste;
