//! Writing and sending messages.

pub mod completion;
pub mod draft;
pub mod outbox;
pub mod paste;
