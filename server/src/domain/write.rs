//! Writes to the store.

use papo_shared::model::{
    ClientId, ConversationId, DeviceId, DisplayName, Emoji, GroupInviteId, GroupName, MessageText, Notify, ReportReason, Role,
    Seq, StatusText, Timestamp, Topic, Username, Visibility,
};

use super::account::{AccountId, AccountRef};
use super::audit::AuditNote;
use super::ban::{Ban, BannedNetwork};
use super::invite::{InviteHash, InviteId};
use super::new_device::NewDevice;
#[cfg(doc)]
use super::outcome::Outcome;
use super::report::ReportId;
use super::retention::ExpiryQuery;
use super::second_factor::{Authentication, SecondFactorCode};
use super::second_factor_change::SecondFactorChange;

/// A change to the store; there is no other way to change it. Each variant lists its refusals and its [`Outcome`],
/// which is [`Outcome::Done`] if nothing changes and nothing else is stated. An author whose account is suspended is
/// refused with `AccountSuspended`. `at` is the time of the write, by the server's clock.
#[derive(Clone, Debug)]
pub enum Write {
    /// Creates an account. Refused with `UsernameTaken`, `UsernameTooAlike`, `InviteInvalid`. Gives [`Outcome::AccountCreated`].
    CreateAccount {
        /// Unique, and not confusable with an existing username.
        username: Username,
        /// Name shown to other users; not unique.
        display_name: DisplayName,
        /// Hash in the format of `passwords`.
        password_hash: String,
        /// Its first device, which is signed in. `None` for an account that the operator creates.
        device: Option<NewDevice>,
        /// The invite to redeem, if one is required.
        invite: Option<InviteHash>,
        at: Timestamp,
    },
    /// Replaces a password hash. Refused with `WrongCredentials` if the stored hash is no longer `current_hash`, with
    /// `TokenUnknown` if the device in `keep_only` is signed out. Gives [`Outcome::DevicesRemoved`].
    SetPassword {
        account: AccountId,
        /// The hash against which the password was verified.
        current_hash: String,
        new_hash: String,
        /// The only device to keep signed in; `None` keeps all, for renewing the hash of an unchanged password.
        keep_only: Option<DeviceId>,
    },
    /// Signs in a device. Refused with `WrongCredentials` if the hash has changed, with `SecondFactorRequired` if the account has
    /// a second factor and no code is given, with `TooFast` after too many wrong codes. Gives [`Outcome::DeviceAdded`], or
    /// [`Outcome::WrongCode`].
    AddDevice {
        account: AccountId,
        /// The hash against which the password was verified.
        verified_hash: String,
        /// The device to sign in.
        device: NewDevice,
        /// For an account with a second factor.
        code: Option<SecondFactorCode>,
        at: Timestamp,
    },
    /// Signs out a device. Gives [`Outcome::DevicesRemoved`], empty if it was already signed out.
    RemoveDevice { device: DeviceId },
    /// Signs out a device at its owner's request from another device. Refused with `TokenUnknown` if the requesting device is
    /// signed out itself, with `NoSuchDevice` if the owner has no such device. Gives [`Outcome::DevicesRemoved`].
    RevokeDevice {
        by: DeviceId,
        /// The device to sign out.
        device: DeviceId,
    },
    /// Records the last use of a device. Gives [`Outcome::Done`].
    SetDeviceUse {
        device: DeviceId,
        /// Time of the use.
        at: Timestamp,
    },
    /// Changes the second factor. Refused as [`SecondFactorChange`] says. Gives [`Outcome::Done`], or [`Outcome::WrongCode`].
    ChangeSecondFactor {
        account: AccountId,
        change: SecondFactorChange,
        /// Time of the write, server clock.
        at: Timestamp,
    },
    /// Sets a password on behalf of the operator and signs out all devices. Gives [`Outcome::DevicesRemoved`].
    ReplacePassword { account: AccountId, new_hash: String },
    /// Signs out all devices of an account. Gives [`Outcome::DevicesRemoved`].
    RemoveDevices { account: AccountId },
    /// Suspends an account until it is resumed; its devices are kept. Gives [`Outcome::AccountSuspended`].
    SuspendAccount { account: AccountId, at: Timestamp },
    /// Lifts a suspension. Gives [`Outcome::Done`].
    ResumeAccount { account: AccountId },
    /// Deletes an account. Its devices are signed out, and its name stays reserved. Its messages stay under the name of a deleted
    /// account, or are erased; it leaves its groups. Both happen in steps ([`Write::ContinueErasure`]). Refused with
    /// `NoSuchUser` if the account is deleted already, and as [`Write::AddDevice`]. Gives [`Outcome::AccountDeleted`], or
    /// [`Outcome::WrongCode`].
    DeleteAccount {
        account: AccountId,
        /// That of its owner; `None` for the operator.
        authentication: Option<Authentication>,
        /// Whether to erase its messages.
        erase_messages: bool,
        at: Timestamp,
    },
    /// Deletes a group: its members lose it, its name is free again, and its log is erased in steps
    /// ([`Write::ContinueErasure`]). Refused with `NotAGroup`. Gives [`Outcome::GroupDeleted`].
    DeleteGroup { conversation: ConversationId, at: Timestamp },
    /// Makes a member the owner of a group on behalf of the operator; the owner before becomes an admin. Refused with `NotAGroup`,
    /// `NoSuchMember`. Gives [`Outcome::Posted`], with the new owner as the author, or [`Outcome::Done`] for the owner.
    TransferGroup { conversation: ConversationId, member: AccountRef, at: Timestamp },
    /// Erases a message on behalf of the operator, without an entry. Refused with `NoSuchMessage`, also if it is deleted already.
    /// Gives [`Outcome::ErasureContinued`].
    EraseMessage { conversation: ConversationId, seq: Seq },
    /// Reports a message to the operator. Refused with `NotAMember`, `NoSuchMessage`, `CannotTargetSelf` for the author,
    /// `TooManyReports`. Gives [`Outcome::Reported`], or [`Outcome::Done`] if the account has reported the message before: a
    /// reason given then replaces that of an open report.
    ReportMessage { conversation: ConversationId, by: AccountId, seq: Seq, reason: Option<ReportReason>, at: Timestamp },
    /// Closes a report on behalf of the operator. Of many closed reports, those closed first are deleted. Refused with
    /// `NoSuchMessage` if there is no such report. Gives [`Outcome::Done`].
    CloseReport { report: ReportId, at: Timestamp },
    /// Advances the retention clock ([`retention`](super::retention)). Gives [`Outcome::RetentionClock`].
    AdvanceRetentionClock {
        /// The server clock.
        at: Timestamp,
    },
    /// Erases some messages that are older than messages are kept. Gives [`Outcome::Expired`].
    ExpireMessages(ExpiryQuery),
    /// Does one step of the pending erasures. Gives [`Outcome::Posted`] or [`Outcome::ErasureContinued`], or [`Outcome::Done`]
    /// if none is pending.
    ContinueErasure { at: Timestamp },
    /// Creates an invite to register. Gives [`Outcome::InviteCreated`].
    CreateInvite {
        /// Hash of the invite's code.
        code: InviteHash,
        /// How many accounts can be created with it; at least one.
        uses: u32,
        /// When it expires; `None`: never.
        expires_at: Option<Timestamp>,
        /// The operator who created it.
        by: String,
        at: Timestamp,
    },
    /// Revokes an invite. Refused with `InviteInvalid` if it does not exist. Gives [`Outcome::Done`].
    RevokeInvite { invite: InviteId },
    /// Bans a network, in place of an earlier ban of it. Gives [`Outcome::Done`].
    AddBan(Ban),
    /// Removes the ban of a network, if there is one. Gives [`Outcome::Done`].
    RemoveBan { network: BannedNetwork, at: Timestamp },
    /// Executes a write for a session of this device. Refused with `TokenUnknown` if the device is signed out. Gives the outcome
    /// of that write.
    FromDevice { device: DeviceId, write: Box<Write> },
    /// Executes another write, if any, and records it in the audit log unless it is refused. Gives the outcome of that write.
    Audited {
        /// The entry for the audit log.
        note: AuditNote,
        /// The write to execute, if any.
        write: Option<Box<Write>>,
    },
    /// Records when a user was last online. Gives [`Outcome::Done`].
    SetLastSeen {
        account: AccountId,
        /// Time of the end of the last session.
        at: Timestamp,
    },
    /// Changes a profile; `None` leaves a field unchanged. Gives [`Outcome::Done`].
    SetProfile {
        account: AccountId,
        /// Name shown to other users; not unique.
        display_name: Option<DisplayName>,
        /// The status text; `Some(None)` removes it.
        status: Option<Option<StatusText>>,
    },
    /// Blocks a user and deletes the pending invitations from them. Refused with `TooManyBlocked`. Gives [`Outcome::BlockChanged`].
    Block {
        by: AccountId,
        /// The user to block; never the same account.
        whom: AccountRef,
        at: Timestamp,
    },
    /// Unblocks a user. Gives [`Outcome::BlockChanged`].
    Unblock {
        by: AccountId,
        /// The user to unblock.
        whom: AccountRef,
    },
    /// Finds or creates a direct conversation. Refused with `NoSuchUser` if `other` has blocked `one`, with
    /// `TooManyConversations` for `one`: it counts for `other` once they write in it. Gives [`Outcome::DirectOpened`], also
    /// for an existing one.
    OpenDirect {
        one: AccountId,
        /// The other account; never the same one.
        other: AccountId,
        at: Timestamp,
    },
    /// Creates a group owned by `creator`. Refused with `TooManyConversations`, `GroupNameTaken`, `GroupNameTooAlike`. Gives [`Outcome::Posted`].
    CreateGroup {
        /// The first member and owner.
        creator: AccountRef,
        /// Group name, unique ignoring case.
        name: GroupName,
        visibility: Visibility,
        at: Timestamp,
    },
    /// Adds a member, or invites them if they share nothing with the one who adds them. Refused with `NotAMember`,
    /// `NotAGroup`, `AlreadyAMember`, `GroupFull`, with `NoSuchUser` if the new member has blocked the one who adds them, with
    /// `TooManyConversations` for the new member, and for an invitation with `InvitationDeclined`, `InvitationsFull`,
    /// `TooManyInvitations`. Gives [`Outcome::Posted`], [`Outcome::Invited`] or [`Outcome::AlreadyInvited`].
    AddMember {
        conversation: ConversationId,
        /// The member who adds the new one.
        by: AccountRef,
        member: AccountRef,
        at: Timestamp,
    },
    /// Makes an invited account a member; the entry is by the inviter. Refused with `NoSuchInvitation`, `GroupFull`,
    /// `TooManyConversations`. Gives [`Outcome::Posted`].
    AcceptInvitation {
        conversation: ConversationId,
        /// The invited account.
        member: AccountId,
        at: Timestamp,
    },
    /// Declines an invitation, so that no member can invite the account again. Refused with `NoSuchInvitation`. Gives
    /// [`Outcome::InvitationDeclined`].
    DeclineInvitation {
        conversation: ConversationId,
        /// The invited account.
        account: AccountId,
        at: Timestamp,
    },
    /// Removes a member, with the invites they created and the pending invitations they sent. Refused with `NotAMember`, `NotAGroup`, `NotAllowed`, `CannotTargetSelf`,
    /// `NoSuchMember`. Gives [`Outcome::Posted`], with the removed member in the audience.
    RemoveMember {
        conversation: ConversationId,
        /// The admin or owner who removes the member.
        by: AccountRef,
        /// The member to remove.
        member: AccountRef,
        at: Timestamp,
    },
    /// Changes a member's role. An owner who makes someone else the owner becomes an admin. Refused with `NotAMember`,
    /// `NotAGroup`, `NotAllowed`, `CannotTargetSelf`, `NoSuchMember`. Gives [`Outcome::Posted`].
    SetRole {
        conversation: ConversationId,
        /// The owner of the group.
        by: AccountRef,
        /// The member whose role to change.
        member: AccountRef,
        role: Role,
        at: Timestamp,
    },
    /// Removes a member at their own request, with the pending invitations they sent. Ownership passes to [`rules::next_owner`](super::rules::next_owner); an
    /// empty group's invites are deleted. Refused with `NotAMember`, `NotAGroup`. Gives [`Outcome::Posted`], with the
    /// member in the audience.
    LeaveGroup { conversation: ConversationId, member: AccountRef, at: Timestamp },
    /// Renames a group. Refused with `NotAMember`, `NotAGroup`, `NotAllowed`, `GroupNameTaken`, `GroupNameTooAlike`. Gives [`Outcome::Posted`].
    RenameGroup {
        conversation: ConversationId,
        /// The admin or owner who renames it.
        by: AccountRef,
        /// The new name, unique ignoring case.
        name: GroupName,
        at: Timestamp,
    },
    /// Sets or removes a topic. Refused with `NotAMember`, `NotAGroup`, `NotAllowed`. Gives [`Outcome::Posted`].
    SetTopic {
        conversation: ConversationId,
        /// The admin or owner who changes it.
        by: AccountRef,
        /// The new topic; `None` removes it.
        topic: Option<Topic>,
        at: Timestamp,
    },
    /// Changes who finds and joins a group. Refused with `NotAMember`, `NotAGroup`, `NotAllowed`. Gives [`Outcome::Posted`].
    SetVisibility {
        conversation: ConversationId,
        /// The admin or owner who changes it.
        by: AccountRef,
        visibility: Visibility,
        at: Timestamp,
    },
    /// Changes how long a group's messages are kept. Refused with `NotAMember`, `NotAGroup`, `NotAllowed`. Gives
    /// [`Outcome::Posted`].
    SetRetention {
        conversation: ConversationId,
        /// The owner.
        by: AccountRef,
        /// For how many days; `None`: as long as the server keeps messages.
        days: Option<u32>,
        at: Timestamp,
    },
    /// Creates an invite. Refused with `NotAMember`, `NotAGroup`, `NotAllowed`, `TooManyInvites`.
    /// The outcome is [`Outcome::GroupInviteCreated`].
    CreateGroupInvite {
        conversation: ConversationId,
        /// The admin or owner who creates it.
        by: AccountId,
        /// Hash of the invite's code.
        code: InviteHash,
        /// How many people can join with it, at least one; `None`: no limit other than the group's size.
        uses: Option<u32>,
        /// When it expires; `None`: never.
        expires_at: Option<Timestamp>,
        at: Timestamp,
    },
    /// Revokes a group invite. Refused with `NotAMember`, `NotAGroup`, `NotAllowed`, `InviteInvalid`. Gives [`Outcome::Done`].
    RevokeGroupInvite {
        conversation: ConversationId,
        /// The admin or owner who revokes it.
        by: AccountId,
        invite: GroupInviteId,
    },
    /// Adds a member by an invite. Refused with `InviteInvalid` (also if they were removed and not added again), `GroupFull`,
    /// `TooManyConversations`. Gives [`Outcome::Posted`], or [`Outcome::AlreadyMember`].
    JoinGroup {
        /// Hash of the invite's code.
        code: InviteHash,
        member: AccountRef,
        at: Timestamp,
    },
    /// Adds a member to a public group. Refused with `NotPublic`, with `NotAllowed` if they were removed and not added again,
    /// `GroupFull`, `TooManyConversations`. Gives [`Outcome::Posted`], or [`Outcome::AlreadyMember`].
    JoinPublicGroup { conversation: ConversationId, member: AccountRef, at: Timestamp },
    /// Changes a notification setting. Refused with `NotAMember`. Gives [`Outcome::NotifyChanged`].
    SetNotify { conversation: ConversationId, account: AccountId, notify: Notify },
    /// Appends a message. Refused with `NotAMember`, `UnblockFirst`, `ClientIdReused`, with `NoSuchMessage` if the message to
    /// reply to does not exist. Gives [`Outcome::Posted`].
    AppendMessage {
        conversation: ConversationId,
        author: AccountRef,
        /// Id chosen by the author's client.
        client_id: ClientId,
        text: MessageText,
        /// The message it replies to.
        reply_to: Option<Seq>,
        at: Timestamp,
    },
    /// Edits a message. Refused with `NotAMember`, `UnblockFirst`, `NoSuchMessage`, `NotYours`, `TooManyEdits`.
    /// The outcome is [`Outcome::Posted`].
    EditMessage { conversation: ConversationId, by: AccountRef, seq: Seq, text: MessageText, at: Timestamp },
    /// Deletes a message with its texts and reactions. Refused with `NotAMember`, `UnblockFirst`, `NoSuchMessage`, `NotYours`,
    /// `NotAllowed`. The outcome is [`Outcome::Posted`].
    DeleteMessage { conversation: ConversationId, by: AccountRef, seq: Seq, at: Timestamp },
    /// Adds a reaction. Refused with `NotAMember`, `UnblockFirst`, `NoSuchMessage`, `TooManyReactions`, `ReactionsFull`.
    /// The outcome is [`Outcome::Posted`].
    AddReaction { conversation: ConversationId, by: AccountRef, seq: Seq, emoji: Emoji, at: Timestamp },
    /// Withdraws a reaction. Refused with `NotAMember`, `UnblockFirst`, `NoSuchMessage`. Gives [`Outcome::Posted`].
    RemoveReaction {
        conversation: ConversationId,
        /// The member who reacted.
        by: AccountRef,
        seq: Seq,
        emoji: Emoji,
        at: Timestamp,
    },
    /// Moves a read cursor forward, at most to the newest entry. Refused with `NotAMember`.
    /// The outcome is always [`Outcome::CursorPosition`].
    MoveReadCursor {
        conversation: ConversationId,
        account: AccountId,
        /// The last entry read.
        seq: Seq,
    },
    /// Moves a read cursor back to just before an entry, at most to the first one visible to the member; never forward. Refused
    /// with `NotAMember`. Always gives [`Outcome::CursorPosition`].
    MoveReadCursorBack {
        conversation: ConversationId,
        account: AccountId,
        /// The first entry to count as unread.
        seq: Seq,
    },
    /// Dismisses a message from the inbox. Refused with `NotAMember`, `NoSuchMessage`. Always gives [`Outcome::CursorPosition`].
    Dismiss { conversation: ConversationId, account: AccountId, seq: Seq },
    /// Records that entries arrived on a member's device; never moves back. Refused with `NotAMember`.
    /// The outcome is [`Outcome::Delivered`].
    MarkDelivered {
        conversation: ConversationId,
        account: AccountId,
        /// The last entry that arrived.
        seq: Seq,
    },
}
