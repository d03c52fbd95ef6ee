//! One item in a conversation's log.

use serde::{Deserialize, Serialize};

use super::account::Username;
use super::client_id::ClientId;
use super::conversation::{GroupName, Seq};
use super::message::MessageText;
use super::timestamp::Timestamp;

/// One item in a conversation's log. Never changed once numbered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number in the conversation.
    pub seq: Seq,
    /// When the server stored it.
    pub at: Timestamp,
    /// Who did it.
    pub author: Username,
    /// What was done.
    #[serde(flatten)]
    pub kind: EntryKind,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EntryKind {
    /// The author said something.
    Message {
        /// The id the author's client gave it: how that client knows its own message again.
        client_id: ClientId,
        /// What was said.
        text: MessageText,
    },
    /// The author created the group and is its first member.
    GroupCreated {
        /// Under this name.
        name: GroupName,
    },
    /// The author made somebody a member.
    MemberAdded {
        /// Whom.
        member: Username,
    },
    /// The author left.
    MemberLeft,
    /// The author gave the group another name.
    GroupRenamed {
        /// The new one.
        name: GroupName,
    },
    /// A newer server's kind that this version has no word for. It has a number like any other, so it is kept as a
    /// line of its own.
    #[serde(other)]
    Unknown,
}
