//! Presence and typing notices.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, Person, Username};

/// Event: presence, display names or statuses of one or more users changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceChanged {
    /// The users' current state. A user unknown to the client has just registered.
    pub people: Vec<Person>,
}

/// Reports that the requester is typing. Repeated every few seconds at most; there is no end message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// One of the requester's conversations.
    pub conversation: ConversationId,
}

/// Event: a member is typing. Valid for about six seconds, or until their next message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingStarted {
    /// The conversation that the event is about.
    pub conversation: ConversationId,
    /// The member who is typing.
    pub username: Username,
}
