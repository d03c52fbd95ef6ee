//! Writing and sending messages: drafts, completions, long pastes, and messages not yet acknowledged.

pub mod completion;
pub mod draft;
pub mod outbox;
pub mod paste;
