//! The values of facts.

use papo_shared::model::{
    ConversationId, Emoji, Entry, GroupInviteId, GroupName, Notify, ReportReason, Role, Seq, Timestamp, Username, Visibility,
};
use papo_shared::protocol::{InboxReason, Refusal};

use crate::domain::account::AccountId;
use crate::domain::change::Marks;
use crate::domain::conversation::Audience;
use crate::domain::invite::{InviteHash, InviteId, is_unexpired};
use crate::domain::message::TextHashByte;
use crate::domain::rules;
use crate::domain::storage::DailyUsage;

#[derive(Clone, Debug)]
pub struct AccountFacts {
    pub username: Username,
    /// When the operator suspended it; `None` while it is active. Deleted accounts count as suspended.
    pub suspended_at: Option<Timestamp>,
    pub is_deleted: bool,
    /// What it stored on the last day on which it stored anything.
    pub usage: DailyUsage,
}

/// An invite to the server.
#[derive(Clone, Debug)]
pub struct InviteFacts {
    /// The id of the invite.
    pub id: InviteId,
    /// At least one; used-up invites are deleted.
    pub uses_left: u32,
    /// `None` if it never expires.
    pub expires_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationFacts {
    /// `None` for a direct conversation.
    pub group: Option<GroupFacts>,
    /// The newest entry; 0 if there is none.
    pub last_seq: Seq,
    /// Accounts of the members, sorted.
    pub members: Audience,
    /// In a direct conversation, those of its two members who have blocked the other.
    pub blockers: Vec<AccountId>,
    /// In a direct conversation, the one of its two members who did not open it, until they write in it.
    pub unanswered_by: Option<AccountId>,
    /// Whether the account of one of the two members of a direct conversation is deleted.
    pub has_deleted_member: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupFacts {
    pub name: GroupName,
    pub visibility: Visibility,
    /// For how many days its messages are kept; `None`: as long as the server keeps messages.
    pub retention_days: Option<u32>,
}

/// A pending or expired invitation to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationFacts {
    pub conversation: ConversationId,
    /// The invited account.
    pub account: AccountId,
    /// The member who invited them.
    pub by: AccountId,
    pub at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct MemberFacts {
    pub role: Role,
    /// The first entry that they may see.
    pub first: Seq,
    /// How far they have received and read the conversation.
    pub marks: Marks,
    pub notify: Notify,
}

/// An invite to a group.
#[derive(Clone, Debug)]
pub struct GroupInviteFacts {
    pub id: GroupInviteId,
    /// The hash of its code.
    pub code: InviteHash,
    /// The member who created it.
    pub by: AccountId,
    /// `None` if uses are not limited.
    pub uses_left: Option<u32>,
    /// `None` if it never expires.
    pub expires_at: Option<Timestamp>,
}

/// A message, as it is now.
#[derive(Clone, Debug)]
pub struct MessageFacts {
    pub author: AccountId,
    pub author_name: Username,
    /// `None` once it is deleted.
    pub text: Option<String>,
    /// When the current text was written.
    pub written_at: Timestamp,
    /// The author of the message that it replies to.
    pub reply_to_author: Option<AccountId>,
}

/// The message that was sent with a client id.
#[derive(Clone, Debug)]
pub struct SentMessage {
    /// The conversation it was sent to.
    pub conversation: ConversationId,
    /// The message as it is now, without reactions.
    pub entry: Entry,
    /// The text that it was sent with.
    pub original: Original,
}

/// What is known of the text that a message was sent with.
#[derive(Clone, Debug)]
pub enum Original {
    /// The complete text, before any edit.
    Text(String),
    /// The message was deleted: its mark.
    Mark(TextHashByte),
}

/// The reactions to a message that have one emoji.
#[derive(Clone, Debug)]
pub struct EmojiFacts {
    pub emoji: Emoji,
    /// The entry about the first of them.
    pub since: Seq,
    /// How many there are; at least one.
    pub count: usize,
}

/// A report of a message.
#[derive(Clone, Debug)]
pub struct ReportFacts {
    pub reason: Option<ReportReason>,
    /// Whether the operator has not closed it.
    pub is_open: bool,
}

/// An inbox item: a message that concerns an account in particular.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxRecord {
    pub account: AccountId,
    /// Why it is in their inbox.
    pub reason: InboxReason,
    /// Whether they dismissed it.
    pub done: bool,
}

impl ConversationFacts {
    /// Whether this account is a member.
    #[must_use]
    pub fn has(&self, account: AccountId) -> bool {
        self.members.binary_search(&account).is_ok()
    }

    /// The conversation, if it exists and this account is a member.
    ///
    /// # Errors
    /// `NotAMember` otherwise, so that both cases look the same.
    pub fn for_member(found: Option<&Self>, account: AccountId) -> Result<&Self, Refusal> {
        rules::require_member(found.filter(|found| found.has(account)))
    }

    /// The conversation, if this account is a member who may write there.
    ///
    /// # Errors
    /// `NotAMember`, `AccountDeleted`, and as [`rules::may_write`].
    pub fn for_writer(found: Option<&Self>, account: AccountId) -> Result<&Self, Refusal> {
        let known = Self::for_member(found, account)?;
        let blocks = known.blockers.contains(&account);
        let is_blocked = known.blockers.iter().any(|blocker| *blocker != account);
        rules::may_write(blocks, is_blocked)?;
        if known.has_deleted_member { Err(Refusal::AccountDeleted) } else { Ok(known) }
    }
}

impl InvitationFacts {
    /// Whether it is pending: not expired.
    #[must_use]
    pub fn is_pending(&self, now: Timestamp) -> bool {
        rules::is_invitation_pending(self.at, now)
    }
}

impl GroupInviteFacts {
    /// Whether it is not expired.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        is_unexpired(self.expires_at, now)
    }
}

impl InviteFacts {
    /// Whether it can be used.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        is_unexpired(self.expires_at, now)
    }
}
