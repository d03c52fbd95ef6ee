//! One item in a conversation's log.

use serde::{Deserialize, Serialize};

use super::account::Username;
use super::conversation::{GroupName, Seq};
use super::group::{Role, Topic};
use super::message::Message;
use super::reaction::Emoji;
use super::timestamp::Timestamp;

/// One item in a conversation's log. Numbered once; what becomes of a message is told by later entries, and stands in it wherever
/// it is read.
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
    Message(Message),
    /// The author gave a message of theirs another text. Which one is not told here: members who came after the message may
    /// not see it, and everybody else asks for it.
    MessageEdited {
        /// Which message.
        target: Seq,
    },
    /// The author took a message of theirs back.
    MessageDeleted {
        /// Which message.
        target: Seq,
    },
    /// The author reacted to a message.
    ReactionAdded {
        /// Which message.
        target: Seq,
        /// With this.
        emoji: Emoji,
    },
    /// The author took a reaction back.
    ReactionRemoved {
        /// Which message.
        target: Seq,
        /// This one.
        emoji: Emoji,
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
    /// The author became a member by an invite.
    MemberJoined,
    /// The author left.
    MemberLeft {
        /// Who owns the group from now on, where it was theirs and somebody is left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_owner: Option<Username>,
    },
    /// The author took somebody out of the group.
    MemberRemoved {
        /// Whom.
        member: Username,
    },
    /// The author gave a member another role. Who makes somebody the owner is an admin from then on.
    RoleChanged {
        /// Whom.
        member: Username,
        /// Which one they have now.
        role: Role,
    },
    /// The author said what the group is about.
    TopicChanged {
        /// The new topic; absent where it has none any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<Topic>,
    },
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
