//! What can be written.

use papo_shared::model::{
    ClientId, ConversationId, DeviceId, DisplayName, Emoji, GroupInviteId, GroupName, MessageText, Notify, Role, Seq, StatusText,
    Timestamp, Topic, Username,
};

use super::account::{AccountId, Who};
use super::audit::AuditNote;
use super::invite::{InviteHash, InviteId};
use super::new_device::NewDevice;
#[cfg(doc)]
use super::outcome::Outcome;

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
        /// The device it was done on, which is signed in at once. None for an account that the operator makes.
        device: Option<NewDevice>,
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
    /// Does another write and notes that the operator did it; a refused write is not noted. Gives the outcome of that write.
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
    /// What is none stays as it is. Gives [`Outcome::Done`].
    SetProfile {
        /// Whose.
        account: AccountId,
        /// Not unique.
        display_name: Option<DisplayName>,
        /// What they say they are up to; none in it: nothing.
        status: Option<Option<StatusText>>,
    },
    /// Refused with `TooManyBlocked`. Gives [`Outcome::BlockChanged`], or [`Outcome::Done`] where they are blocked already.
    Block {
        /// Who wants to hear no more.
        by: AccountId,
        /// Of whom; never the same.
        whom: Who,
        /// Now.
        at: Timestamp,
    },
    /// Gives [`Outcome::BlockChanged`], or [`Outcome::Done`] where they are not blocked.
    Unblock {
        /// Who had blocked them.
        by: AccountId,
        /// Whom.
        whom: Who,
    },
    /// Refused with `NoSuchUser` where the other one has blocked who asks, with `TooManyConversations` of either. Gives
    /// [`Outcome::DirectOpened`], the one there is or a new one.
    OpenDirect {
        /// Who asks.
        one: AccountId,
        /// The other; never the same.
        other: AccountId,
        /// Now.
        at: Timestamp,
    },
    /// The creator owns it. Refused with `TooManyConversations`, `GroupNameTaken`. Gives [`Outcome::Posted`].
    CreateGroup {
        /// The first member.
        creator: Who,
        /// Unique.
        name: GroupName,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `NotAMember`, `NotAGroup`, `AlreadyAMember`, `NoSuchUser` where the new one has blocked who adds them,
    /// `GroupFull`, `TooManyConversations` of the new one. Gives [`Outcome::Posted`].
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
    /// Takes the invites they made with them. Refused with `NotAMember`, `NotAGroup`, `NotAllowed`, `ThatIsYou`, `NoSuchMember`.
    /// Gives [`Outcome::Posted`], whose audience has who was removed as well.
    RemoveMember {
        /// From which group.
        conversation: ConversationId,
        /// Who does it.
        by: Who,
        /// Whom.
        member: Who,
        /// Now.
        at: Timestamp,
    },
    /// Who makes somebody the owner is an admin from then on. Refused with `NotAMember`, `NotAGroup`, `NotAllowed`, `ThatIsYou`,
    /// `NoSuchMember`. Gives [`Outcome::Posted`], or [`Outcome::Done`] where that is their role already.
    SetRole {
        /// In which group.
        conversation: ConversationId,
        /// The owner.
        by: Who,
        /// Whose.
        member: Who,
        /// Which one.
        role: Role,
        /// Now.
        at: Timestamp,
    },
    /// An owner who leaves hands the group over to [`rules::heir`](super::rules::heir). The last member takes the invites along.
    /// Refused with `NotAMember`, `NotAGroup`. Gives [`Outcome::Posted`], whose audience includes the member who left.
    LeaveGroup {
        /// Which one.
        conversation: ConversationId,
        /// Who leaves.
        member: Who,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `NotAMember`, `NotAGroup`, `NotAllowed`, `GroupNameTaken`. Gives [`Outcome::Posted`], or [`Outcome::Done`] where
    /// that is its name already.
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
    /// Refused with `NotAMember`, `NotAGroup`, `NotAllowed`. Gives [`Outcome::Posted`], or [`Outcome::Done`] where that is its topic
    /// already.
    SetTopic {
        /// Of which one.
        conversation: ConversationId,
        /// Who does it.
        by: Who,
        /// None: it has none any more.
        topic: Option<Topic>,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `NotAMember`, `NotAGroup`, `NotAllowed`, `TooManyInvites`. Gives [`Outcome::GroupInviteCreated`].
    CreateGroupInvite {
        /// To which one.
        conversation: ConversationId,
        /// Who does it.
        by: AccountId,
        /// Of its code.
        code: InviteHash,
        /// How many people can come by it, at least one; none: as many as the group takes.
        uses: Option<u32>,
        /// From when on it is good for nothing.
        expires_at: Option<Timestamp>,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `NotAMember`, `NotAGroup`, `NotAllowed`, `InviteInvalid` where there is none such. Gives [`Outcome::Done`].
    RevokeGroupInvite {
        /// To which one.
        conversation: ConversationId,
        /// Who does it.
        by: AccountId,
        /// Which one.
        invite: GroupInviteId,
    },
    /// Refused with `InviteInvalid` (also where they were removed, and not added since), `GroupFull`, `TooManyConversations`.
    /// Gives [`Outcome::Posted`], or [`Outcome::MemberAlready`].
    JoinGroup {
        /// Of the invite's code.
        code: InviteHash,
        /// Who comes.
        member: Who,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `NotAMember`. Gives [`Outcome::NotifyChanged`], or [`Outcome::Done`] where it is so already.
    SetNotify {
        /// Of which conversation.
        conversation: ConversationId,
        /// Whose attention.
        account: AccountId,
        /// What calls for it, and until when.
        notify: Notify,
    },
    /// Refused with `NotAMember`, `UnblockFirst`, `ClientIdReused`, `NoSuchMessage` where there is none to answer. Gives
    /// [`Outcome::Posted`].
    AppendMessage {
        /// Where.
        conversation: ConversationId,
        /// By whom.
        author: Who,
        /// The author's id for it.
        client_id: ClientId,
        /// What is said.
        text: MessageText,
        /// The message that it answers.
        reply_to: Option<Seq>,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `NotAMember`, `UnblockFirst`, `NoSuchMessage`, `NotYours`, `TooManyEdits`. Gives [`Outcome::Posted`], or [`Outcome::Done`] where that
    /// is its text already.
    EditMessage {
        /// Where.
        conversation: ConversationId,
        /// Its author.
        by: Who,
        /// Which message.
        seq: Seq,
        /// What it says from now on.
        text: MessageText,
        /// Now.
        at: Timestamp,
    },
    /// Forgets what the message said and says, and the reactions to it. Refused with `NotAMember`, `UnblockFirst`, `NoSuchMessage`, `NotYours`. Gives
    /// [`Outcome::Posted`], or [`Outcome::Done`] where it was deleted before.
    DeleteMessage {
        /// Where.
        conversation: ConversationId,
        /// Its author.
        by: Who,
        /// Which message.
        seq: Seq,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `NotAMember`, `UnblockFirst`, `NoSuchMessage`, `TooManyReactions`. Gives [`Outcome::Posted`], or [`Outcome::Done`] where they reacted
    /// like this already.
    AddReaction {
        /// Where.
        conversation: ConversationId,
        /// Who.
        by: Who,
        /// To which message.
        seq: Seq,
        /// With what.
        emoji: Emoji,
        /// Now.
        at: Timestamp,
    },
    /// Refused with `NotAMember`, `UnblockFirst`, `NoSuchMessage`. Gives [`Outcome::Posted`], or [`Outcome::Done`] where there is none to take back.
    RemoveReaction {
        /// Where.
        conversation: ConversationId,
        /// Who.
        by: Who,
        /// Of which message.
        seq: Seq,
        /// What.
        emoji: Emoji,
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
    /// Moves back to right before an entry, never forward, and not beyond what the member may see. Refused with `NotAMember`. Gives
    /// [`Outcome::CursorMoved`].
    MoveReadCursorBack {
        /// Where.
        conversation: ConversationId,
        /// Whose.
        account: AccountId,
        /// The first entry that counts as unread.
        seq: Seq,
    },
    /// Takes a message out of somebody's inbox. Refused with `NotAMember`, `NoSuchMessage`. Gives [`Outcome::CursorMoved`].
    Dismiss {
        /// Where.
        conversation: ConversationId,
        /// Whose.
        account: AccountId,
        /// Which message.
        seq: Seq,
    },
    /// Says that entries arrived on a device; moves forward, never back, and not beyond the newest entry. Refused with `NotAMember`.
    /// Gives [`Outcome::Delivered`], or [`Outcome::Done`] where that was known.
    MarkDelivered {
        /// Where.
        conversation: ConversationId,
        /// Whose device.
        account: AccountId,
        /// Everything up to here arrived.
        seq: Seq,
    },
}
