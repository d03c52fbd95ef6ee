//! Who is here, and who is writing.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, Person, Username};

/// Event: presence, display names or statuses that changed since the last one, those of several people at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceChanged {
    /// As they are now. Somebody not known before has just registered.
    pub people: Vec<Person>,
}

/// Says that the person is writing. Sent at most every few seconds while they do; it needs no end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// In which conversation.
    pub conversation: ConversationId,
}

/// Event: somebody is writing. Good for about six seconds, or until a message of theirs comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingStarted {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Who.
    pub username: Username,
}
