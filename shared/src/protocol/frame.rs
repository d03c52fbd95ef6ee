//! All frames.

use serde::{Deserialize, Serialize};

use super::accounts::{AccountDetails, ChangePassword, DeleteAccount, GetAccount, Register, SignIn, SignInWithToken, SignedIn};
use super::blocks::{Block, BlockChanged, BlockedPage, ListBlocked, Unblock};
use super::changes::{
    AddReaction, DeleteMessage, EditMessage, ListReactions, ListRevisions, ReactionPage, RemoveReaction, RevisionPage,
};
use super::connection::{Goodbye, Hello, Welcome};
use super::contacts::{ListUsers, UserPage, WatchDirectory};
use super::devices::{DevicePage, ListDevices, RevokeDevice};
use super::erasures::{AccountDeleted, GroupDeleted, MessagesErased};
use super::group_invites::{CreateGroupInvite, GroupInvite, GroupInvites, JoinGroup, ListGroupInvites, RevokeGroupInvite};
use super::groups::{
    ConversationPage, CreateGroup, GetConversation, GroupPage, GroupUnlisted, JoinPublicGroup, LeaveGroup, ListConversations,
    ListGroups, OpenDirect, RenameGroup, SetRetention, SetTopic, SetVisibility,
};
use super::invitations::{AcceptInvitation, DeclineInvitation, InvitationDeclined, Invitations};
use super::members::{AddMember, ListMembers, MemberPage, RemoveMember, SetRole};
use super::messages::{Entries, EntryPosted, History, MessageStored, SendMessage};
use super::notify::{NotifyChanged, SetNotify};
use super::presence::{PresenceChanged, Typing, TypingStarted};
use super::profile::{SetAway, SetProfile};
use super::reading::{
    Dismiss, Inbox, ListInbox, ListReceipts, MarkDelivered, MarkRead, MarkUnread, ReadCursor, ReceiptPage, ReceiptsChanged,
};
use super::refusal::Refusal;
use super::reports::ReportMessage;
use super::search::{SearchHits, SearchMessages};
use super::second_factor::{ConfirmTotp, DisableTotp, EnableTotp, RecoveryCodes, ReplaceRecoveryCodes, TotpSecret};
use crate::model::{ConversationSummary, GroupListing, Invitation};

/// Chosen by the client and returned in the reply. Unique among the pending requests of a connection.
pub type RequestId = u64;

/// A request by a client, tagged with `type`. Every request but [`Request::Pong`] gets exactly one reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// The first request of a connection. Reply: [`Reply::Welcome`].
    Hello(Hello),
    /// Checks that the connection is alive. Reply: [`Reply::Pong`].
    Ping,
    /// Response to [`Event::Ping`]. The only request without a reply.
    Pong,
    /// Creates an account and signs this device in to it. Reply: [`Reply::SignedIn`].
    Register(Register),
    /// Signs in with a password, as a new device. Reply: [`Reply::SignedIn`].
    SignIn(SignIn),
    /// Signs a known device in again. Reply: [`Reply::SignedIn`].
    SignInWithToken(SignInWithToken),
    /// Invalidates this device's token. The server closes the connection after [`Reply::Done`].
    SignOut,
    /// Also signs out the account's other devices. Reply: [`Reply::Done`].
    ChangePassword(ChangePassword),
    /// Deletes the account. The server closes the connection after [`Reply::Done`].
    DeleteAccount(DeleteAccount),
    /// Reads the requester's own account. Reply: [`Reply::Account`].
    GetAccount(GetAccount),
    /// Begins to turn on the second factor. Reply: [`Reply::TotpSecret`].
    EnableTotp(EnableTotp),
    /// Turns on the second factor. Reply: [`Reply::RecoveryCodes`].
    ConfirmTotp(ConfirmTotp),
    /// Turns off the second factor. Reply: [`Reply::Done`].
    DisableTotp(DisableTotp),
    /// Invalidates the earlier recovery codes. Reply: [`Reply::RecoveryCodes`].
    ReplaceRecoveryCodes(ReplaceRecoveryCodes),
    /// Lists the requester's devices. Reply: [`Reply::Devices`].
    ListDevices(ListDevices),
    /// Reply: [`Reply::Done`]. If it is the requesting device, the server then closes the connection.
    RevokeDevice(RevokeDevice),
    /// Changes the display name or the status text. Reply: [`Reply::Done`].
    SetProfile(SetProfile),
    /// Marks this device as away or back. Reply: [`Reply::Done`].
    SetAway(SetAway),
    /// Blocks a user, who is not notified. Reply: [`Reply::Done`].
    Block(Block),
    /// Succeeds even if the user is not blocked. Reply: [`Reply::Done`].
    Unblock(Unblock),
    /// Lists the users blocked by the requester. Reply: [`Reply::Blocked`].
    ListBlocked(ListBlocked),
    /// Lists or searches all accounts. Reply: [`Reply::Users`].
    ListUsers(ListUsers),
    /// Turns events about the whole directory on or off. Reply: [`Reply::Done`].
    WatchDirectory(WatchDirectory),
    /// Finds or creates the direct conversation with a user. Reply: [`Reply::Conversation`].
    OpenDirect(OpenDirect),
    /// Makes the requester the group's owner. Reply: [`Reply::Conversation`].
    CreateGroup(CreateGroup),
    /// Any member may add others. Reply: [`Reply::Done`], or [`Reply::Invited`] for a user who shares nothing with the
    /// requester.
    AddMember(AddMember),
    /// Lists the requester's pending invitations to groups. Reply: [`Reply::Invitations`].
    ListInvitations,
    /// Joins a group by an invitation. Reply: [`Reply::Conversation`].
    AcceptInvitation(AcceptInvitation),
    /// The inviter is not notified. Reply: [`Reply::Done`].
    DeclineInvitation(DeclineInvitation),
    /// Requires a higher role than the removed member's. Reply: [`Reply::Done`].
    RemoveMember(RemoveMember),
    /// Requires the owner's role. Reply: [`Reply::Done`].
    SetRole(SetRole),
    /// An owner who leaves is succeeded by another member. Reply: [`Reply::Done`].
    LeaveGroup(LeaveGroup),
    /// Requires at least the admin role. Reply: [`Reply::Done`].
    RenameGroup(RenameGroup),
    /// Requires at least the admin role. Reply: [`Reply::Done`].
    SetTopic(SetTopic),
    /// Requires at least the admin role. Reply: [`Reply::Done`].
    SetVisibility(SetVisibility),
    /// Requires the owner's role. Reply: [`Reply::Done`].
    SetRetention(SetRetention),
    /// Applies to all devices of the requester. Reply: [`Reply::Done`].
    SetNotify(SetNotify),
    /// Requires at least the admin role. Reply: [`Reply::GroupInvite`].
    CreateGroupInvite(CreateGroupInvite),
    /// Requires at least the admin role. Reply: [`Reply::GroupInvites`].
    ListGroupInvites(ListGroupInvites),
    /// Requires at least the admin role. Reply: [`Reply::Done`].
    RevokeGroupInvite(RevokeGroupInvite),
    /// Joins a group with an invite code. Reply: [`Reply::Conversation`].
    JoinGroup(JoinGroup),
    /// Joins a public group. Reply: [`Reply::Conversation`].
    JoinPublicGroup(JoinPublicGroup),
    /// Lists the requester's conversations. Reply: [`Reply::Conversations`].
    ListConversations(ListConversations),
    /// Fetches one of the requester's conversations. Reply: [`Reply::Conversation`].
    GetConversation(GetConversation),
    /// Lists or searches the groups that the requester finds. Reply: [`Reply::Groups`].
    ListGroups(ListGroups),
    /// Lists the current members with their roles. Reply: [`Reply::Members`].
    ListMembers(ListMembers),
    /// Safe to repeat with the same client id. Reply: [`Reply::MessageStored`].
    SendMessage(SendMessage),
    /// Reads a range of a conversation's log. Reply: [`Reply::Entries`].
    History(History),
    /// Only the author may edit a message. Reply: [`Reply::Done`].
    EditMessage(EditMessage),
    /// Only the author may delete a message. Reply: [`Reply::Done`].
    DeleteMessage(DeleteMessage),
    /// The author is not notified. Reply: [`Reply::Done`].
    ReportMessage(ReportMessage),
    /// Succeeds without a change if it exists. Reply: [`Reply::Done`].
    AddReaction(AddReaction),
    /// Succeeds without a change if there is none. Reply: [`Reply::Done`].
    RemoveReaction(RemoveReaction),
    /// Lists the earlier texts and the current one. Reply: [`Reply::Revisions`].
    ListRevisions(ListRevisions),
    /// Lists the reactions with their users. Reply: [`Reply::Reactions`].
    ListReactions(ListReactions),
    /// Searches the messages visible to the requester. Reply: [`Reply::SearchHits`].
    SearchMessages(SearchMessages),
    /// Moves the read cursor forward. Reply: [`Reply::ReadCursor`].
    MarkRead(MarkRead),
    /// Moves the read cursor back. Reply: [`Reply::ReadCursor`].
    MarkUnread(MarkUnread),
    /// Lists mentions, replies and direct messages that are unread. Reply: [`Reply::Inbox`].
    ListInbox(ListInbox),
    /// Removes a message from the inbox. Reply: [`Reply::ReadCursor`].
    Dismiss(Dismiss),
    /// Updates the requester's receipt. Reply: [`Reply::Done`].
    MarkDelivered(MarkDelivered),
    /// Lists how far the other members have received and read. Reply: [`Reply::Receipts`].
    ListReceipts(ListReceipts),
    /// Not stored, and sent to connected members only. Reply: [`Reply::Done`].
    Typing(Typing),
    /// A request type unknown to this version.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// One line sent by a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestFrame {
    /// Returned in the reply. Unique among the pending requests of the connection.
    pub id: RequestId,
    /// Its `type` and fields stand next to `id` in the same JSON object.
    #[serde(flatten)]
    pub request: Request,
}

/// The server's reply to a request.
#[allow(clippy::large_enum_variant, reason = "only one exists at a time, between the wire and the waiting caller")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reply {
    /// The server accepts the protocol version of [`Request::Hello`].
    Welcome(Welcome),
    /// The connection is alive: the reply to [`Request::Ping`].
    Pong,
    /// The request succeeded; there is nothing to return.
    Done,
    /// The user to add is invited, and becomes a member by accepting.
    Invited,
    /// The requester's pending invitations.
    Invitations(Invitations),
    /// The request was refused and changed nothing.
    Refused(Refusal),
    /// Reply to each kind of sign-in.
    SignedIn(SignedIn),
    /// The requester's own account.
    Account(AccountDetails),
    /// The secret to confirm with a code of the authenticator app.
    TotpSecret(TotpSecret),
    /// New recovery codes.
    RecoveryCodes(RecoveryCodes),
    /// A page of the requester's devices.
    Devices(DevicePage),
    /// A page of the users the requester has blocked.
    Blocked(BlockedPage),
    /// A page of the directory.
    Users(UserPage),
    /// The conversation that was opened, created, joined or requested.
    Conversation(ConversationSummary),
    /// A page of the requester's conversations.
    Conversations(ConversationPage),
    /// A page of the groups that the requester finds.
    Groups(GroupPage),
    /// A page of a conversation's members.
    Members(MemberPage),
    /// A new group invite, with its code.
    GroupInvite(GroupInvite),
    /// All usable invites to a group.
    GroupInvites(GroupInvites),
    /// A message is stored on disk.
    MessageStored(MessageStored),
    /// A range of a conversation's log.
    Entries(Entries),
    /// A page of the texts of a message.
    Revisions(RevisionPage),
    /// A page of the reactions to a message.
    Reactions(ReactionPage),
    /// A page of search results.
    SearchHits(SearchHits),
    /// The position of the read cursor.
    ReadCursor(ReadCursor),
    /// Unread messages that concern the requester in particular.
    Inbox(Inbox),
    /// A page of the other members' receipts.
    Receipts(ReceiptPage),
    /// A reply sent by a newer server, unknown to this version.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// One line sent by a server in reply to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReplyFrame {
    /// The id of the request.
    pub id: RequestId,
    /// Its `type` and fields stand next to `id` in the same JSON object.
    #[serde(flatten)]
    pub reply: Reply,
}

/// An unsolicited frame from the server. Events may be lost (a lagging session receives none); everything they report
/// can also be requested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// No data arrived for a while. Any line from the client is an adequate response; [`Request::Pong`] is the cheapest.
    Ping,
    /// A line without a readable id was refused.
    Refused(Refusal),
    /// A conversation has a new entry.
    EntryPosted(EntryPosted),
    /// The read cursor, or the counts after it, changed on another device.
    ReadCursor(ReadCursor),
    /// A notification setting was changed on another device.
    NotifyChanged(NotifyChanged),
    /// A user was blocked or unblocked on another device.
    BlockChanged(BlockChanged),
    /// The user signed in or out on a device, or a device connected or disconnected: clients should list the devices again.
    DevicesChanged,
    /// Other members received or read more of a conversation.
    ReceiptsChanged(ReceiptsChanged),
    /// Presence, display names or statuses changed.
    PresenceChanged(PresenceChanged),
    /// A member of one of the session's conversations started typing.
    TypingStarted(TypingStarted),
    /// For sessions watching the directory: a listed or public group was created or renamed, or its membership or
    /// visibility changed. `member` is always false in this event; a session learns about its own groups from entries.
    GroupChanged(GroupListing),
    /// For sessions watching the directory: a group became private.
    GroupUnlisted(GroupUnlisted),
    /// The user was invited to a group.
    InvitationReceived(Invitation),
    /// The user declined an invitation on another device.
    InvitationDeclined(InvitationDeclined),
    /// The operator deleted a group.
    GroupDeleted(GroupDeleted),
    /// A user's account was deleted.
    AccountDeleted(AccountDeleted),
    /// The texts of messages were erased without an entry about it.
    MessagesErased(MessagesErased),
    /// Events were dropped because this session did not read them in time. Everything may have changed: list the
    /// conversations again and fetch what is missing.
    Lagged,
    /// The server closes the connection after this event.
    Goodbye(Goodbye),
    /// An event sent by a newer server, unknown to this version.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// One line sent by a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerFrame {
    /// Has an id: a reply to a request.
    Reply(ReplyFrame),
    /// Has no id: an event.
    Event(Event),
}
