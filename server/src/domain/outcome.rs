//! Outcomes of writes.

use papo_shared::model::{
    ConversationId, DeviceId, Entry, GroupInviteId, GroupListing, Invitation, Notify, Seq, Timestamp, Username,
};
use papo_shared::protocol::{Receipt, Refusal};

use super::account::AccountId;
use super::conversation::Audience;
use super::invite::InviteId;
use super::message::{EntryId, Removal};
use super::report::ReportId;
use super::store_error::StoreError;

/// Outcome of one write.
#[allow(clippy::large_enum_variant, reason = "nearly all outcomes are messages, and boxing each would cost more")]
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A condition of the write did not hold; nothing changed.
    Refused(Refusal),
    /// The write failed; nothing changed, and the other writes of the batch are unaffected.
    Failed(StoreError),
    /// The write succeeded, or there was nothing to change.
    Done,
    /// The code of a second factor was wrong. Nothing else changed, but the attempt is counted.
    WrongCode,
    /// The new account, and the device signed in to it, if any.
    AccountCreated(AccountId, Option<DeviceId>),
    /// The newly signed-in device, and those that were signed out to make room for it.
    DeviceAdded {
        device: DeviceId,
        signed_out: Vec<DeviceId>,
    },
    /// The devices that were signed out.
    DevicesRemoved(Vec<DeviceId>),
    /// The account was deleted, and these devices were signed out.
    AccountDeleted(Vec<DeviceId>),
    /// The account was suspended, or had been before.
    AccountSuspended(AccountId),
    InviteCreated(InviteId),
    /// The direct conversation, new or existing.
    DirectOpened(ConversationId),
    /// The account was already a member of this group.
    AlreadyMember(ConversationId),
    /// An account was invited to a group.
    Invited(AccountId, Invitation),
    /// The account had been invited to this group before.
    AlreadyInvited,
    /// An account declined the invitation to this group.
    InvitationDeclined(AccountId, ConversationId),
    /// The new group invite.
    GroupInviteCreated(GroupInviteId),
    /// A group was deleted.
    GroupDeleted(GroupDeletion),
    /// A step of an erasure was done.
    ErasureContinued(MessagesErased),
    /// A message was reported.
    Reported(ReportId),
    /// The value of the retention clock.
    RetentionClock(Timestamp),
    /// Messages that had expired were erased. The next step looks after the conversation, if one is needed.
    Expired(MessagesErased, Option<ConversationId>),
    /// A notification setting changed.
    NotifyChanged(NotifyChange),
    /// A user was blocked or unblocked.
    BlockChanged(BlockChange),
    /// An entry was appended to a conversation.
    Posted(Posted),
    /// A request to move the read cursor, or to change the counts after it, was handled.
    CursorPosition(CursorPosition),
    /// A member received more.
    Delivered(ReceiptMoved),
}

impl Outcome {
    /// The devices that the write signed out. Their sessions end, whatever the write was.
    #[must_use]
    pub fn signed_out_devices(&self) -> &[DeviceId] {
        match self {
            Self::DeviceAdded { signed_out, .. } => signed_out,
            Self::DevicesRemoved(devices) | Self::AccountDeleted(devices) => devices,
            _ => &[],
        }
    }

    /// The error of a failed write.
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
    pub conversation: ConversationId,
    pub entry: Entry,
    /// The members who receive the entry; empty for a duplicate, which was delivered before.
    pub audience: Audience,
    /// Whether the client id had been stored before; `entry` is then the one stored at that time.
    pub duplicate: bool,
    /// The group's listing, if the entry changed its name, its visibility or its number of members.
    pub group: Option<GroupListing>,
}

/// A deleted group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupDeletion {
    pub conversation: ConversationId,
    /// The members that it had.
    pub audience: Audience,
}

/// Messages of one conversation whose texts were erased without an entry in its log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessagesErased {
    /// The messages, in ascending order.
    pub messages: Vec<EntryId>,
    /// The members of the conversation.
    pub audience: Audience,
    /// Who or what erased them. Never [`Removal::Member`]: a member's deletion is an entry.
    pub removal: Removal,
}

/// A changed notification setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotifyChange {
    pub conversation: ConversationId,
    pub account: AccountId,
    pub notify: Notify,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockChange {
    pub by: AccountId,
    /// The user who is blocked or no longer blocked.
    pub username: Username,
    /// Whether the user is blocked now.
    pub blocked: bool,
}

/// Position of a read cursor. The counts after it are read separately, so that the writer never counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorPosition {
    pub conversation: ConversationId,
    pub account: AccountId,
    /// Entries up to this number count as read.
    pub read_seq: Seq,
    /// Whether the cursor or the counts changed.
    pub moved: bool,
    /// The member's receipt, if it changed.
    pub receipt: Option<ReceiptMoved>,
}

/// A member's receipt, for the other members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptMoved {
    pub conversation: ConversationId,
    pub account: AccountId,
    pub receipt: Receipt,
    /// All members; empty if there are too many for receipts to be sent.
    pub audience: Audience,
}

#[cfg(test)]
mod tests {
    use papo_shared::protocol::Refusal;

    use super::{Outcome, StoreError};

    #[test]
    fn only_a_failed_write_is_a_fault() {
        let fault = Outcome::Failed(StoreError::new("disk full")).into_fault();
        assert_eq!(fault.map(|error| error.to_string()).as_deref(), Some("disk full"));
        assert!(Outcome::Done.into_fault().is_none());
        assert!(Outcome::Refused(Refusal::NotAMember).into_fault().is_none());
    }
}
