//! Writes to the store.

use papo_shared::model::{
    ClientId, ConversationId, DeviceId, DisplayName, Emoji, GroupInviteId, GroupName, MessageText, Notify, Role, Seq, StatusText,
    Timestamp, Topic, Username,
};

use super::NewDevice;
#[cfg(doc)]
use super::Outcome;
use crate::domain::{AccountId, AuditNote, InviteHash, InviteId, Who};

/// A change to the store. There is no other way to change it. A write by a suspended account ([`Write::by`]) is
/// refused with `AccountSuspended`.
#[derive(Clone, Debug)]
pub enum Write {
    /// Creates an account and signs in its first device. Refusals: `UsernameTaken`, `UsernameTooAlike`,
    /// `InviteInvalid`. Outcome: [`Outcome::AccountCreated`].
    CreateAccount {
        /// Unique, and not confusable with an existing username.
        username: Username,
        /// Name shown to other users; not unique.
        display_name: DisplayName,
        /// Hash in the format of `passwords`.
        password_hash: String,
        /// The device to sign in.
        device: NewDevice,
        /// The invite to redeem, if one is required.
        invite: Option<InviteHash>,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Replaces a password hash. Refusals: `WrongCredentials` if the stored hash is no longer `current_hash`,
    /// `TokenUnknown` if the device in `keep_only` is signed out. Outcome: [`Outcome::DevicesRemoved`].
    SetPassword {
        /// The account.
        account: AccountId,
        /// The hash against which the password was verified.
        current_hash: String,
        /// The new hash.
        new_hash: String,
        /// The only device to keep signed in; `None` keeps all, for renewing the hash of an unchanged password.
        keep_only: Option<DeviceId>,
    },
    /// Signs in a device. Refusal: `WrongCredentials` if the stored hash is no longer `verified_hash`. Outcome:
    /// [`Outcome::DeviceAdded`].
    AddDevice {
        /// The account.
        account: AccountId,
        /// The hash against which the password was verified.
        verified_hash: String,
        /// The device to sign in.
        device: NewDevice,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Signs out a device. Outcome: [`Outcome::DevicesRemoved`], empty if it was already signed out.
    RemoveDevice {
        /// The device.
        device: DeviceId,
    },
    /// Signs out a device at its owner's request from another device. Refusals: `TokenUnknown` if the requesting
    /// device is signed out itself, `NoSuchDevice` if the owner has no such device. Outcome:
    /// [`Outcome::DevicesRemoved`].
    RevokeDevice {
        /// The requesting device.
        by: DeviceId,
        /// The device to sign out.
        device: DeviceId,
    },
    /// Records the last use of a device. Outcome: [`Outcome::Done`].
    TouchDevice {
        /// The device.
        device: DeviceId,
        /// Time of the use.
        at: Timestamp,
    },
    /// Sets a password on behalf of the operator and signs out all devices. Outcome: [`Outcome::DevicesRemoved`].
    ReplacePassword {
        /// The account.
        account: AccountId,
        /// The new hash.
        new_hash: String,
    },
    /// Signs out all devices of an account. Outcome: [`Outcome::DevicesRemoved`].
    RemoveDevices {
        /// The account.
        account: AccountId,
    },
    /// Suspends an account until it is resumed; its devices are kept. Suspending it again changes nothing. Outcome:
    /// [`Outcome::Done`].
    SuspendAccount {
        /// The account.
        account: AccountId,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Lifts a suspension. Outcome: [`Outcome::Done`].
    ResumeAccount {
        /// The account.
        account: AccountId,
    },
    /// Creates an invite to register. Outcome: [`Outcome::InviteCreated`].
    CreateInvite {
        /// Hash of the invite's code.
        code: InviteHash,
        /// How many accounts can be created with it; at least one.
        uses: u32,
        /// When it expires; `None`: never.
        expires_at: Option<Timestamp>,
        /// The operator who created it.
        by: String,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Revokes an invite. Refusal: `InviteInvalid` if it does not exist. Outcome: [`Outcome::Done`].
    RevokeInvite {
        /// The invite.
        invite: InviteId,
    },
    /// Executes another write and records it in the audit log; neither happens if the write is refused. Outcome: that
    /// of the other write, or [`Outcome::Done`] if there is none.
    Audited {
        /// The entry for the audit log.
        note: AuditNote,
        /// The write to execute, if any.
        write: Option<Box<Write>>,
    },
    /// Records when a user was last online. Outcome: [`Outcome::Done`].
    TouchSeen {
        /// The account.
        account: AccountId,
        /// Time of the end of the last session.
        at: Timestamp,
    },
    /// Changes a profile; `None` leaves a field unchanged. Outcome: [`Outcome::Done`].
    SetProfile {
        /// The account.
        account: AccountId,
        /// Name shown to other users; not unique.
        display_name: Option<DisplayName>,
        /// The status text; `Some(None)` removes it.
        status: Option<Option<StatusText>>,
    },
    /// Blocks a user. Refusal: `TooManyBlocked`. Outcome: [`Outcome::BlockChanged`], or [`Outcome::Done`] if already
    /// blocked.
    Block {
        /// The blocking account.
        by: AccountId,
        /// The user to block; never the same account.
        whom: Who,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Unblocks a user. Outcome: [`Outcome::BlockChanged`], or [`Outcome::Done`] if not blocked.
    Unblock {
        /// The blocking account.
        by: AccountId,
        /// The user to unblock.
        whom: Who,
    },
    /// Finds or creates a direct conversation. Refusals: `NoSuchUser` if `other` has blocked `one`,
    /// `TooManyConversations` for either. Outcome: [`Outcome::DirectOpened`].
    OpenDirect {
        /// The requester.
        one: AccountId,
        /// The other account; never the same one.
        other: AccountId,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Creates a group owned by `creator`. Refusals: `TooManyConversations`, `GroupNameTaken`. Outcome:
    /// [`Outcome::Posted`].
    CreateGroup {
        /// The first member and owner.
        creator: Who,
        /// Group name, unique ignoring case.
        name: GroupName,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Adds a member. Refusals: `NotAMember`, `NotAGroup`, `AlreadyAMember`, `GroupFull`, `NoSuchUser` if the new
    /// member has blocked the one who adds them, `TooManyConversations` for the new member. Outcome:
    /// [`Outcome::Posted`].
    AddMember {
        /// The group.
        conversation: ConversationId,
        /// The member who adds the new one.
        by: Who,
        /// The new member.
        member: Who,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Removes a member and the invites they created. Refusals: `NotAMember`, `NotAGroup`, `NotAllowed`, `ThatIsYou`,
    /// `NoSuchMember`. Outcome: [`Outcome::Posted`], with the removed member in the audience.
    RemoveMember {
        /// The group.
        conversation: ConversationId,
        /// The admin or owner who removes the member.
        by: Who,
        /// The member to remove.
        member: Who,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Changes a member's role. An owner who makes someone else the owner becomes an admin. Refusals: `NotAMember`,
    /// `NotAGroup`, `NotAllowed`, `ThatIsYou`, `NoSuchMember`. Outcome: [`Outcome::Posted`], or [`Outcome::Done`] if
    /// the role is unchanged.
    SetRole {
        /// The group.
        conversation: ConversationId,
        /// The owner of the group.
        by: Who,
        /// The member whose role to change.
        member: Who,
        /// The new role.
        role: Role,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Removes a member at their own request. If they own the group, ownership passes on
    /// ([`rules::heir`](crate::domain::rules::heir)); the invites of a group without members are deleted. Refusals:
    /// `NotAMember`, `NotAGroup`. Outcome: [`Outcome::Posted`], with the leaving member in the audience.
    LeaveGroup {
        /// The group.
        conversation: ConversationId,
        /// The leaving member.
        member: Who,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Renames a group. Refusals: `NotAMember`, `NotAGroup`, `NotAllowed`, `GroupNameTaken`. Outcome:
    /// [`Outcome::Posted`], or [`Outcome::Done`] if the name is unchanged.
    RenameGroup {
        /// The group.
        conversation: ConversationId,
        /// The admin or owner who renames it.
        by: Who,
        /// The new name, unique ignoring case.
        name: GroupName,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Sets or removes a topic. Refusals: `NotAMember`, `NotAGroup`, `NotAllowed`. Outcome: [`Outcome::Posted`], or
    /// [`Outcome::Done`] if the topic is unchanged.
    SetTopic {
        /// The group.
        conversation: ConversationId,
        /// The admin or owner who changes it.
        by: Who,
        /// The new topic; `None` removes it.
        topic: Option<Topic>,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Creates a group invite. Refusals: `NotAMember`, `NotAGroup`, `NotAllowed`, `TooManyInvites`. Outcome:
    /// [`Outcome::GroupInviteCreated`].
    CreateGroupInvite {
        /// The group.
        conversation: ConversationId,
        /// The admin or owner who creates it.
        by: AccountId,
        /// Hash of the invite's code.
        code: InviteHash,
        /// How many people can join with it, at least one; `None`: no limit other than the group's size.
        uses: Option<u32>,
        /// When it expires; `None`: never.
        expires_at: Option<Timestamp>,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Revokes a group invite. Refusals: `NotAMember`, `NotAGroup`, `NotAllowed`, `InviteInvalid` if it does not
    /// exist. Outcome: [`Outcome::Done`].
    RevokeGroupInvite {
        /// The group.
        conversation: ConversationId,
        /// The admin or owner who revokes it.
        by: AccountId,
        /// The invite.
        invite: GroupInviteId,
    },
    /// Adds a member by an invite. Refusals: `InviteInvalid` (also if they were removed and not added again),
    /// `GroupFull`, `TooManyConversations`. Outcome: [`Outcome::Posted`], or [`Outcome::MemberAlready`].
    JoinGroup {
        /// Hash of the invite's code.
        code: InviteHash,
        /// The new member.
        member: Who,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Changes a notification setting. Refusal: `NotAMember`. Outcome: [`Outcome::NotifyChanged`], or
    /// [`Outcome::Done`] if it is unchanged.
    SetNotify {
        /// The conversation.
        conversation: ConversationId,
        /// The member.
        account: AccountId,
        /// The new setting.
        notify: Notify,
    },
    /// Appends a message. Refusals: `NotAMember`, `UnblockFirst`, `ClientIdReused`, `NoSuchMessage` if the message to
    /// reply to does not exist. Outcome: [`Outcome::Posted`].
    AppendMessage {
        /// The conversation.
        conversation: ConversationId,
        /// The author.
        author: Who,
        /// Id chosen by the author's client.
        client_id: ClientId,
        /// The text.
        text: MessageText,
        /// The message it replies to.
        reply_to: Option<Seq>,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Edits a message. Refusals: `NotAMember`, `UnblockFirst`, `NoSuchMessage`, `NotYours`, `TooManyEdits`. Outcome:
    /// [`Outcome::Posted`], or [`Outcome::Done`] if the text is unchanged.
    EditMessage {
        /// The conversation.
        conversation: ConversationId,
        /// The author.
        by: Who,
        /// The message.
        seq: Seq,
        /// The new text.
        text: MessageText,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Deletes a message: erases its texts and reactions. Refusals: `NotAMember`, `UnblockFirst`, `NoSuchMessage`,
    /// `NotYours`. Outcome: [`Outcome::Posted`], or [`Outcome::Done`] if it was already deleted.
    DeleteMessage {
        /// The conversation.
        conversation: ConversationId,
        /// The author.
        by: Who,
        /// The message.
        seq: Seq,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Adds a reaction. Refusals: `NotAMember`, `UnblockFirst`, `NoSuchMessage`, `TooManyReactions`. Outcome:
    /// [`Outcome::Posted`], or [`Outcome::Done`] if the reaction exists.
    AddReaction {
        /// The conversation.
        conversation: ConversationId,
        /// The reacting member.
        by: Who,
        /// The message.
        seq: Seq,
        /// The emoji.
        emoji: Emoji,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Withdraws a reaction. Refusals: `NotAMember`, `UnblockFirst`, `NoSuchMessage`. Outcome: [`Outcome::Posted`],
    /// or [`Outcome::Done`] if there is none.
    RemoveReaction {
        /// The conversation.
        conversation: ConversationId,
        /// The member who reacted.
        by: Who,
        /// The message.
        seq: Seq,
        /// The emoji.
        emoji: Emoji,
        /// Time of the write, by the server clock.
        at: Timestamp,
    },
    /// Moves a read cursor forward, at most to the newest entry; never backward. Refusal: `NotAMember`. Outcome:
    /// [`Outcome::CursorMoved`].
    MoveReadCursor {
        /// The conversation.
        conversation: ConversationId,
        /// The member.
        account: AccountId,
        /// The last entry read.
        seq: Seq,
    },
    /// Moves a read cursor back to just before an entry, at most to the first one visible to the member; never
    /// forward. Refusal: `NotAMember`. Outcome: [`Outcome::CursorMoved`].
    MoveReadCursorBack {
        /// The conversation.
        conversation: ConversationId,
        /// The member.
        account: AccountId,
        /// The first entry to count as unread.
        seq: Seq,
    },
    /// Dismisses a message from the inbox. Refusals: `NotAMember`, `NoSuchMessage`. Outcome:
    /// [`Outcome::CursorMoved`].
    Dismiss {
        /// The conversation.
        conversation: ConversationId,
        /// The member.
        account: AccountId,
        /// The message.
        seq: Seq,
    },
    /// Records that entries arrived on a member's device, at most up to the newest entry; never moves backward.
    /// Refusal: `NotAMember`. Outcome: [`Outcome::Delivered`], or [`Outcome::Done`] if already recorded.
    MarkDelivered {
        /// The conversation.
        conversation: ConversationId,
        /// The member.
        account: AccountId,
        /// The last entry that arrived.
        seq: Seq,
    },
}
