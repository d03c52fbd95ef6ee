//! Writing and sending messages.

pub mod answer;
pub mod completion;
pub mod outbox;
pub mod paste;
