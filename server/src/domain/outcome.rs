//! What comes back of what is written.

use papo_shared::model::{ConversationId, DeviceId, Entry, GroupInviteId, GroupListing, Notify, Seq, Username};
use papo_shared::protocol::{Receipt, Refusal};

use super::account::AccountId;
use super::conversation::Audience;
use super::invite::InviteId;
use super::store_error::StoreError;

/// What became of one write.
#[allow(clippy::large_enum_variant, reason = "nearly all are messages: a box for each is what would cost")]
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Not done, and nothing changed: something it needs was not so.
    Refused(Refusal),
    /// Not done, and nothing changed: this one write broke, alone.
    Failed(StoreError),
    /// Done, and there is nothing to tell.
    Done,
    /// The new account and the device that is signed in to it, where there is one.
    AccountCreated(AccountId, Option<DeviceId>),
    /// The device that is signed in from now on.
    DeviceAdded(DeviceId),
    /// These devices are signed out.
    DevicesRemoved(Vec<DeviceId>),
    /// The new invite.
    InviteCreated(InviteId),
    /// The direct conversation.
    DirectOpened(ConversationId),
    /// They are a member of this group, and were before.
    MemberAlready(ConversationId),
    /// The new invite to a group.
    GroupInviteCreated(GroupInviteId),
    /// What of a conversation calls for somebody's attention is something else now.
    NotifyChanged(NotifySet),
    /// Somebody is blocked, or is no longer.
    BlockChanged(BlockSet),
    /// A log has a new entry.
    Posted(Posted),
    /// The read cursor after the request to move it, or to change what is counted after it.
    CursorMoved(CursorMoved),
    /// Somebody received more.
    Delivered(ReceiptMoved),
}

impl Outcome {
    /// The fault, where this one write broke.
    pub(crate) fn into_fault(self) -> Option<StoreError> {
        match self {
            Self::Failed(error) => Some(error),
            _ => None,
        }
    }
}

/// An entry that is on disk.
#[derive(Clone, Debug)]
pub struct Posted {
    /// In which conversation.
    pub conversation: ConversationId,
    /// The entry.
    pub entry: Entry,
    /// Who hears of it. Nobody where it was written before: they heard already.
    pub audience: Audience,
    /// Whether this client id was stored before, and `entry` is what was stored then.
    pub duplicate: bool,
    /// The group as it now is, where the entry changed its name or its members.
    pub group: Option<GroupListing>,
}

/// What of a conversation calls for somebody's attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotifySet {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// Whose attention.
    pub account: AccountId,
    /// What calls for it, and until when.
    pub notify: Notify,
}

/// Whether somebody is blocked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockSet {
    /// By whom.
    pub by: AccountId,
    /// Who.
    pub username: Username,
    /// Whether they are.
    pub blocked: bool,
}

/// Where a read cursor stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorMoved {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Whose.
    pub account: AccountId,
    /// Everything up to here counts as read.
    pub read_seq: Seq,
    /// Messages by others after it that were not taken back.
    pub unread: u32,
    /// How many of these are for the account in particular, and not dismissed.
    pub mentions: u32,
    /// The newest entry.
    pub last_seq: Seq,
    /// Whether it moved at all, or what is counted after it changed.
    pub moved: bool,
    /// How far the others see that the account is, where that changed.
    pub receipt: Option<ReceiptMoved>,
}

/// How far somebody is, for the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptMoved {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Who.
    pub account: AccountId,
    /// How far they are.
    pub receipt: Receipt,
    /// All members; nobody where there are too many to be told.
    pub audience: Audience,
}
