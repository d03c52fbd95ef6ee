//! What can be written, and what comes back.

use papo_shared::model::{
    ClientId, ConversationId, DeviceId, DeviceName, DisplayName, Entry, GroupListing, GroupName, MessageText, Seq, Timestamp,
    Username,
};
use papo_shared::protocol::Refusal;

use super::StoreError;
use crate::domain::{AccountId, Audience, AuditNote, InviteHash, InviteId, TokenHash, Who};

/// One change. Everything that changes the store is one of these. What somebody with a suspended account does ([`Write::by`])
/// is refused with `AccountSuspended`.
#[derive(Clone, Debug)]
pub enum Write {
    /// Refused with `UsernameTaken`, `UsernameTooAlike`, `InviteInvalid`. Gives [`Outcome::AccountCreated`].
    CreateAccount {
        /// Unique.
        username: Username,
        /// Not unique.
        display_name: DisplayName,
        /// As `passwords` made it.
        password_hash: String,
        /// The device it was done on, which is signed in at once.
        device: NewDevice,
        /// The invite that is used for it, where it takes one.
        invite: Option<InviteHash>,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `WrongCredentials` where the hash is not `current_hash` any more, with `TokenUnknown` where the device to
    /// keep is signed out. Gives [`Outcome::DevicesRemoved`].
    SetPassword {
        /// Whose.
        account: AccountId,
        /// The hash that was verified before.
        current_hash: String,
        /// The hash to hold from now on.
        new_hash: String,
        /// Whether the other devices are signed out; none where the password stays the same and only its hash is renewed.
        keep_only: Option<DeviceId>,
    },
    /// Refused with `WrongCredentials` where the hash is not `verified_hash` any more. Gives [`Outcome::DeviceAdded`].
    AddDevice {
        /// Whose.
        account: AccountId,
        /// The hash that was verified before.
        verified_hash: String,
        /// The device.
        device: NewDevice,
        /// Now.
        at: Timestamp,
    },
    /// Gives [`Outcome::DevicesRemoved`], with nothing in it where it was gone already.
    RemoveDevice {
        /// Which one.
        device: DeviceId,
    },
    /// Signs out a device for its owner, who asks on another one. Refused with `TokenUnknown` where that one is signed out
    /// itself, with `NoSuchDevice` where the owner has no such device. Gives [`Outcome::DevicesRemoved`].
    RevokeDevice {
        /// On which device it is asked.
        by: DeviceId,
        /// Which one.
        device: DeviceId,
    },
    /// Says when a device was last used. Gives [`Outcome::Done`].
    TouchDevice {
        /// Which one.
        device: DeviceId,
        /// When.
        at: Timestamp,
    },
    /// The operator's way to set a password, which signs out every device. Gives [`Outcome::DevicesRemoved`].
    ReplacePassword {
        /// Whose.
        account: AccountId,
        /// The hash to hold from now on.
        new_hash: String,
    },
    /// Signs out every device. Gives [`Outcome::DevicesRemoved`].
    RemoveDevices {
        /// Whose.
        account: AccountId,
    },
    /// Keeps everybody out of an account until it is resumed; its devices stay for then. Again, it changes nothing. Gives
    /// [`Outcome::Done`].
    SuspendAccount {
        /// Which one.
        account: AccountId,
        /// Now.
        at: Timestamp,
    },
    /// Takes back that an account was suspended. Gives [`Outcome::Done`].
    ResumeAccount {
        /// Which one.
        account: AccountId,
    },
    /// Gives [`Outcome::InviteCreated`].
    CreateInvite {
        /// Of its code.
        code: InviteHash,
        /// How many accounts it is good for, at least one.
        uses: u32,
        /// From when on it is good for nothing.
        expires_at: Option<Timestamp>,
        /// Who made it, in the operator's words.
        by: String,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `InviteInvalid` where there is none such. Gives [`Outcome::Done`].
    RevokeInvite {
        /// Which one.
        invite: InviteId,
    },
    /// Does another write, and notes that the operator did it: both, or none where that is refused. Gives the outcome of the
    /// other; [`Outcome::Done`] where there is none to do.
    Audited {
        /// What to remember.
        note: AuditNote,
        /// What to do.
        write: Option<Box<Write>>,
    },
    /// Says when somebody was last here. Gives [`Outcome::Done`].
    TouchSeen {
        /// Who.
        account: AccountId,
        /// When.
        at: Timestamp,
    },
    /// Refused with `TooManyConversations` of either. Gives [`Outcome::DirectOpened`], the one there is or a new one.
    OpenDirect {
        /// The one.
        one: AccountId,
        /// The other; never the same.
        other: AccountId,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `TooManyConversations`, `GroupNameTaken`. Gives [`Outcome::Posted`].
    CreateGroup {
        /// The first member.
        creator: Who,
        /// Unique.
        name: GroupName,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `NotAMember`, `NotAGroup`, `AlreadyAMember`, `GroupFull`, `TooManyConversations` of the new one. Gives [`Outcome::Posted`].
    AddMember {
        /// Of which group.
        conversation: ConversationId,
        /// The member who does it.
        by: Who,
        /// The new one.
        member: Who,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `NotAMember`, `NotAGroup`. Gives [`Outcome::Posted`], whose audience has who left as well.
    LeaveGroup {
        /// Which one.
        conversation: ConversationId,
        /// Who leaves.
        member: Who,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `NotAMember`, `NotAGroup`, `GroupNameTaken`. Gives [`Outcome::Posted`], or [`Outcome::Done`] where that is its
    /// name already.
    RenameGroup {
        /// Which one.
        conversation: ConversationId,
        /// The member who does it.
        by: Who,
        /// Unique.
        name: GroupName,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `NotAMember`, `ClientIdReused`. Gives [`Outcome::Posted`].
    AppendMessage {
        /// Where.
        conversation: ConversationId,
        /// By whom.
        author: Who,
        /// The author's id for it.
        client_id: ClientId,
        /// What is said.
        text: MessageText,
        /// Now.
        at: Timestamp,
    },
    /// Moves forward, never back, and not beyond the newest entry. Refused with `NotAMember`. Gives [`Outcome::CursorMoved`].
    MoveReadCursor {
        /// Where.
        conversation: ConversationId,
        /// Whose.
        account: AccountId,
        /// Everything up to here was read.
        seq: Seq,
    },
}

impl Write {
    /// The account that does this; none for what the server or its operator does.
    #[must_use]
    pub fn by(&self) -> Option<AccountId> {
        match self {
            Self::SetPassword { account, .. } | Self::AddDevice { account, .. } | Self::MoveReadCursor { account, .. } => {
                Some(*account)
            }
            Self::OpenDirect { one, .. } => Some(*one),
            Self::CreateGroup { creator: who, .. }
            | Self::AddMember { by: who, .. }
            | Self::LeaveGroup { member: who, .. }
            | Self::RenameGroup { by: who, .. }
            | Self::AppendMessage { author: who, .. } => Some(who.id),
            // Whoever is kept out may still take a device of theirs away.
            Self::RemoveDevice { .. }
            | Self::RevokeDevice { .. }
            | Self::TouchDevice { .. }
            | Self::CreateAccount { .. }
            | Self::ReplacePassword { .. }
            | Self::RemoveDevices { .. }
            | Self::SuspendAccount { .. }
            | Self::ResumeAccount { .. }
            | Self::CreateInvite { .. }
            | Self::Audited { .. }
            | Self::RevokeInvite { .. }
            | Self::TouchSeen { .. } => None,
        }
    }
}

/// A device that is to stay signed in.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// Of its token.
    pub token: TokenHash,
    /// What to call it.
    pub name: DeviceName,
}

/// What became of one write.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Not done, and nothing changed: something it needs was not so.
    Refused(Refusal),
    /// Not done, and nothing changed: this one write broke, alone.
    Failed(StoreError),
    /// Done, and there is nothing to tell.
    Done,
    /// The new account and the device that is signed in to it.
    AccountCreated(AccountId, DeviceId),
    /// The device that is signed in from now on.
    DeviceAdded(DeviceId),
    /// These devices are signed out.
    DevicesRemoved(Vec<DeviceId>),
    /// The new invite.
    InviteCreated(InviteId),
    /// The direct conversation.
    DirectOpened(ConversationId),
    /// A log has a new entry.
    Posted(Posted),
    /// The read cursor after the request to move it.
    CursorMoved(CursorMoved),
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

/// Where a read cursor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CursorMoved {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Whose.
    pub account: AccountId,
    /// Everything up to here counts as read.
    pub read_seq: Seq,
    /// Messages by others after it.
    pub unread: u32,
    /// The newest entry.
    pub last_seq: Seq,
    /// Whether it moved at all.
    pub moved: bool,
}
