//! The changes of a decision: flat facts to write, without any permission rules.
//!
//! A store backend executes each with one or a few statements. [`Facts::apply`](super::facts::Facts::apply) applies the same
//! changes to the facts, so that the next write of the batch is decided by the updated facts.

use papo_shared::model::{
    ClientId, ConversationId, DeviceId, DisplayName, Emoji, EntryKind, GroupInviteId, GroupName, MessageText, Notify, Role, Seq,
    StatusText, Timestamp, Topic, Username, Visibility,
};
use papo_shared::protocol::InboxReason;

use super::account::AccountId;
use super::audit::AuditNote;
use super::ban::{Ban, BannedNetwork};
use super::erasure::{Erasure, ErasureId};
use super::invite::{InviteHash, InviteId};
use super::message::{EntryId, Removal, TextHashByte};
use super::new_device::NewDevice;
use super::report::ReportChange;
use super::second_factor::SecondFactor;

/// How far a member has received and read a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    pub read: Seq,
    /// The furthest position that the read cursor ever had; 0 until the member has read an entry that they may see.
    pub seen: Seq,
    /// The newest entry known to have arrived on one of their devices.
    pub delivered: Seq,
}

/// A message to insert at the end of a log.
#[derive(Clone, Debug)]
pub struct NewMessage<'a> {
    pub id: EntryId,
    pub author: AccountId,
    /// Unique for the author: inserting another message with it must fail.
    pub client_id: ClientId,
    pub text: &'a MessageText,
    /// The message of the same log that it replies to.
    pub reply_to: Option<Seq>,
    /// The members mentioned in the text.
    pub mentions: Vec<Username>,
    pub at: Timestamp,
}

/// One change to the tables; its fields are the columns.
/// The ids of new rows have been reserved before (see [`Reserved`](super::facts::Reserved)).
#[derive(Clone, Debug)]
pub enum Change<'a> {
    InsertAccount {
        id: AccountId,
        username: &'a Username,
        display_name: &'a DisplayName,
        password_hash: &'a str,
        at: Timestamp,
    },
    SetPasswordHash {
        account: AccountId,
        hash: &'a str,
    },
    /// `None` removes it.
    SetSecondFactor {
        account: AccountId,
        second_factor: Option<SecondFactor>,
    },
    /// `None` resumes the account.
    SetSuspended {
        account: AccountId,
        since: Option<Timestamp>,
    },
    /// Removes what is known of an account, except its devices. Its messages stay, under the new username.
    DeleteAccount {
        account: AccountId,
        before: Username,
        username: Username,
        at: Timestamp,
    },
    SetLastSeen {
        account: AccountId,
        at: Timestamp,
    },
    /// The username is given for search columns that contain both names.
    SetDisplayName {
        account: AccountId,
        username: Username,
        display_name: &'a DisplayName,
    },
    SetStatus {
        account: AccountId,
        status: Option<&'a StatusText>,
    },

    InsertDevice {
        id: DeviceId,
        account: AccountId,
        device: &'a NewDevice,
        at: Timestamp,
    },
    DeleteDevice {
        id: DeviceId,
        account: AccountId,
    },
    SetDeviceUsed {
        device: DeviceId,
        at: Timestamp,
    },

    InsertInvite {
        id: InviteId,
        code: InviteHash,
        uses: u32,
        expires_at: Option<Timestamp>,
        by: &'a str,
        at: Timestamp,
    },
    SetInviteUses {
        id: InviteId,
        code: InviteHash,
        uses_left: u32,
    },
    DeleteInvite {
        id: InviteId,
        code: InviteHash,
    },

    InsertBan(&'a Ban),
    /// If there is one.
    DeleteBan {
        network: BannedNetwork,
    },
    /// Those that expire at `at` or earlier.
    DeleteExpiredBans {
        at: Timestamp,
    },

    InsertAuditNote(&'a AuditNote),

    Report(ReportChange<'a>),

    SetRetentionClock(Timestamp),
    /// The messages of a conversation up to this entry have expired.
    SetExpired(ConversationId, Seq),
    InsertErasure(Erasure),
    SetErasurePosition {
        id: ErasureId,
        after: EntryId,
    },
    DeleteErasure(ErasureId),

    /// With an empty log and no members.
    InsertDirect {
        id: ConversationId,
        low: AccountId,
        high: AccountId,
        /// The one of the two who did not open it.
        unanswered_by: AccountId,
        at: Timestamp,
    },
    /// A direct conversation counts from now on for the one who did not open it.
    AcceptDirect {
        conversation: ConversationId,
        account: AccountId,
    },
    InsertGroup {
        id: ConversationId,
        name: &'a GroupName,
        visibility: Visibility,
        at: Timestamp,
    },
    SetGroupName {
        conversation: ConversationId,
        before: GroupName,
        name: &'a GroupName,
    },
    SetTopic {
        conversation: ConversationId,
        topic: Option<&'a Topic>,
    },
    /// Removes a group from all lists and frees its name. Ends all memberships with its last entry, `to`.
    DeleteGroup {
        conversation: ConversationId,
        before: GroupName,
        to: Seq,
        at: Timestamp,
    },
    DeleteMemberships(ConversationId),
    /// From this one on. They belong to a deleted group, and have no text.
    DeleteEntries {
        conversation: ConversationId,
        first: Seq,
    },

    SetVisibility {
        conversation: ConversationId,
        visibility: Visibility,
    },
    SetRetention {
        conversation: ConversationId,
        days: Option<u32>,
    },

    /// A membership that begins with the entry `from`, before which the member counts as having read everything.
    AddMembership {
        conversation: ConversationId,
        account: AccountId,
        from: Seq,
        role: Role,
    },
    /// Ends the current membership with the entry `to`.
    EndMembership {
        conversation: ConversationId,
        account: AccountId,
        to: Seq,
        removed: bool,
    },
    SetRole {
        conversation: ConversationId,
        account: AccountId,
        role: Role,
    },
    SetNotify {
        conversation: ConversationId,
        account: AccountId,
        notify: Notify,
    },
    SetMarks {
        conversation: ConversationId,
        account: AccountId,
        marks: Marks,
    },

    InsertGroupInvite {
        id: GroupInviteId,
        conversation: ConversationId,
        code: InviteHash,
        by: AccountId,
        uses: Option<u32>,
        expires_at: Option<Timestamp>,
        at: Timestamp,
    },
    SetGroupInviteUses {
        id: GroupInviteId,
        conversation: ConversationId,
        uses_left: u32,
    },
    DeleteGroupInvite {
        id: GroupInviteId,
        conversation: ConversationId,
        code: InviteHash,
    },

    /// There is at most one to each account and group.
    InsertInvitation {
        conversation: ConversationId,
        account: AccountId,
        by: AccountId,
        at: Timestamp,
    },
    DeleteInvitation {
        conversation: ConversationId,
        account: AccountId,
        by: AccountId,
    },
    /// Remembers that an account declined an invitation to a group.
    InsertDecline {
        conversation: ConversationId,
        account: AccountId,
        at: Timestamp,
    },
    DeleteDecline {
        conversation: ConversationId,
        account: AccountId,
    },

    /// `direct` is the direct conversation of the two accounts, if there is one.
    InsertBlock {
        by: AccountId,
        whom: AccountId,
        direct: Option<ConversationId>,
        at: Timestamp,
    },
    DeleteBlock {
        by: AccountId,
        whom: AccountId,
        direct: Option<ConversationId>,
    },

    InsertMessage(NewMessage<'a>),
    /// An entry other than a message, at the end of a log. `member` is the account that the kind refers to.
    InsertEntry {
        id: EntryId,
        author: AccountId,
        kind: EntryKind,
        member: Option<AccountId>,
        at: Timestamp,
    },
    /// Replaces the text of a message and keeps the previous text as the revision with this number, counted from 1.
    ReplaceText {
        message: EntryId,
        before: String,
        written_at: Timestamp,
        number: usize,
        text: &'a MessageText,
        mentions: Vec<Username>,
        at: Timestamp,
    },
    /// Erases the text of a message, its revisions, reactions, mentions and inbox items. Only `mark` remains
    /// of the original text.
    EraseText {
        message: EntryId,
        before: String,
        mark: TextHashByte,
        removal: Removal,
    },
    /// Records the newest entry that changed a message.
    SetChanged {
        message: EntryId,
        by: Seq,
    },
    /// `seq` is the entry about the reaction, `since` the one about the first reaction with this emoji.
    InsertReaction {
        message: EntryId,
        emoji: &'a Emoji,
        account: AccountId,
        seq: Seq,
        since: Seq,
    },
    DeleteReaction {
        message: EntryId,
        emoji: &'a Emoji,
        account: AccountId,
    },
    /// Inserts or replaces an inbox item.
    PutNotice {
        message: EntryId,
        account: AccountId,
        reason: InboxReason,
        done: bool,
    },
    DeleteNotice {
        message: EntryId,
        account: AccountId,
    },
}

impl Change<'_> {
    /// Whether it erases text that must disappear from the files.
    #[must_use]
    pub fn erases_text(&self) -> bool {
        match self {
            Self::EraseText { .. } | Self::DeleteAccount { .. } | Self::DeleteGroup { .. } => true,
            Self::Report(change) => matches!(change, ReportChange::DeleteInGroup(_) | ReportChange::EraseReasons(_)),
            _ => false,
        }
    }
}
