//! All frames, and their decoding from lines.

use serde::{Deserialize, Serialize};

use super::accounts::{ChangePassword, Register, SignIn, SignInWithToken, SignedIn};
use super::blocks::{Block, BlockChanged, BlockedPage, ListBlocked, Unblock};
use super::changes::{
    AddReaction, DeleteMessage, EditMessage, ListReactions, ListRevisions, ReactionPage, RemoveReaction, RevisionPage,
};
use super::connection::{Goodbye, Hello, Welcome};
use super::contacts::{ListUsers, UserPage, WatchDirectory};
use super::devices::{DevicePage, ListDevices, RevokeDevice};
use super::group_invites::{CreateGroupInvite, GroupInvite, GroupInvites, JoinGroup, ListGroupInvites, RevokeGroupInvite};
use super::groups::{
    ConversationPage, CreateGroup, GetConversation, GroupPage, GroupUnlisted, JoinPublicGroup, LeaveGroup, ListConversations,
    ListGroups, OpenDirect, RenameGroup, SetTopic, SetVisibility,
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
use super::search::{SearchHits, SearchMessages};
use crate::model::{ConversationId, ConversationSummary, Entry, GroupListing, Invitation};

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

/// A line that is not a valid request, with the refusal to send back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The request's id, if it was readable.
    pub id: Option<RequestId>,
    /// The reason to send back.
    pub refusal: Refusal,
}

/// The id alone, decoded separately so that a refusal can carry the id of a request whose other fields are invalid.
#[derive(Deserialize)]
struct Envelope {
    id: Option<RequestId>,
}

/// [`EntryPosted`], decoded without first searching for the `type` field, which would be most of the work.
#[derive(Deserialize)]
struct PostedLine {
    id: Option<RequestId>,
    conversation: ConversationId,
    entry: Entry,
}

/// A reply with [`Entries`], decoded like [`PostedLine`].
#[derive(Deserialize)]
struct EntriesLine {
    id: RequestId,
    conversation: ConversationId,
    entries: Vec<Entry>,
    more: bool,
}

/// Whether a line starts the way papo's own server writes a page of entries.
fn is_page_of_entries(line: &[u8]) -> bool {
    line.strip_prefix(br#"{"id":"#).is_some_and(|rest| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest[digits..].starts_with(br#","type":"entries","#)
    })
}

impl RequestFrame {
    /// Decodes one line, without its newline.
    ///
    /// # Errors
    /// [`Malformed`] with the refusal to send: not UTF-8, not a JSON object, unknown type, or wrong fields.
    pub fn decode(line: &[u8]) -> Result<Self, Malformed> {
        let refuse = |id, refusal| Malformed { id, refusal };
        let text = std::str::from_utf8(line).map_err(|_| refuse(None, Refusal::NotUtf8))?;
        // serde would accept an array for a struct; in this protocol a frame is an object.
        if !text.trim_start().starts_with('{') {
            return Err(refuse(None, Refusal::NotJson { detail: "a frame is a JSON object".to_owned() }));
        }
        let envelope: Envelope = serde_json::from_str(text).map_err(|error| refuse(None, parse_refusal(&error)))?;
        let request: Request = serde_json::from_str(text).map_err(|error| refuse(envelope.id, parse_refusal(&error)))?;
        match (envelope.id, request) {
            (id, Request::Unknown) => Err(refuse(id, Refusal::UnknownType)),
            (Some(id), request) => Ok(Self { id, request }),
            // The one request without a reply needs no id.
            (None, Request::Pong) => Ok(Self { id: 0, request: Request::Pong }),
            (None, _) => Err(refuse(None, Refusal::WrongFields { detail: "missing field `id`".to_owned() })),
        }
    }
}

impl ServerFrame {
    /// Decodes one line, without its newline.
    ///
    /// # Errors
    /// The parser's error, for the log: the peer is not a papo server.
    pub fn decode(line: &[u8]) -> Result<Self, serde_json::Error> {
        // Fast path for the most frequent line, in papo's own field order. If an id follows later in the line, it is
        // a reply after all.
        if line.starts_with(br#"{"type":"entry_posted","#)
            && let PostedLine { id: None, conversation, entry } = serde_json::from_slice(line)?
        {
            return Ok(Self::Event(Event::EntryPosted(EntryPosted { conversation, entry })));
        }
        if is_page_of_entries(line) {
            let EntriesLine { id, conversation, entries, more } = serde_json::from_slice(line)?;
            return Ok(Self::Reply(ReplyFrame { id, reply: Reply::Entries(Entries { conversation, entries, more }) }));
        }
        let envelope: Envelope = serde_json::from_slice(line)?;
        Ok(match envelope.id {
            Some(id) => Self::Reply(ReplyFrame { id, reply: serde_json::from_slice(line)? }),
            None => Self::Event(serde_json::from_slice(line)?),
        })
    }
}

/// Maximum length of a refusal's detail, in characters: parser errors quote their input.
const MAX_DETAIL_CHARS: usize = 200;

fn parse_refusal(error: &serde_json::Error) -> Refusal {
    let message = crate::model::text::clean_line(&error.to_string());
    let detail = crate::model::text::truncate_chars(&message, MAX_DETAIL_CHARS).to_owned();
    if error.is_data() { Refusal::WrongFields { detail } } else { Refusal::NotJson { detail } }
}

#[cfg(test)]
mod tests {
    use super::{Event, Malformed, Refusal, Reply, Request, RequestFrame, ServerFrame};

    #[track_caller]
    fn check_refused(line: &[u8], id: Option<u64>, expected: &str) {
        let Malformed { id: got_id, refusal } = RequestFrame::decode(line).unwrap_err();
        let json = serde_json::to_string(&refusal).unwrap();
        assert!(json.contains(&format!(r#""code":"{expected}""#)), "{json}");
        assert_eq!(got_id, id);
    }

    #[test]
    fn each_malformed_line_has_its_own_refusal() {
        check_refused(b"\xff\xfe", None, "not_utf8");
        check_refused(b"GET / HTTP/1.1", None, "not_json");
        check_refused(b"{\"id\":1", None, "not_json");
        check_refused(b"[1]", None, "not_json");
        check_refused(b"{\"id\":1,\"type\":\"fly\"}", Some(1), "unknown_type");
        check_refused(b"{\"id\":1}", Some(1), "wrong_fields");
        check_refused(b"{\"type\":\"ping\"}", None, "wrong_fields");
        check_refused(b"{\"id\":\"x\",\"type\":\"ping\"}", None, "wrong_fields");
        check_refused(b"{\"id\":1,\"id\":2,\"type\":\"ping\"}", None, "wrong_fields");
        check_refused(b"{\"id\":1,\"type\":\"ping\",\"type\":\"ping\"}", Some(1), "wrong_fields");
        let twice = br#"{"id":1,"type":"open_direct","username":"a","username":"b"}"#;
        check_refused(twice, Some(1), "wrong_fields");
        let wrong_type = br#"{"id":1,"type":"mark_read","conversation":"x","seq":1}"#;
        check_refused(wrong_type, Some(1), "wrong_fields");
    }

    #[test]
    fn deep_nesting_is_refused_without_a_stack_overflow() {
        let deep = format!("{{\"id\":1,\"type\":\"ping\",\"x\":{}", "[".repeat(50_000));
        check_refused(deep.as_bytes(), None, "not_json");
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let frame = RequestFrame::decode(br#"{"id":1,"type":"ping","later":{"a":[1]}}"#).unwrap();
        assert_eq!(frame, RequestFrame { id: 1, request: Request::Ping });
    }

    #[test]
    fn the_fast_paths_decode_to_the_same_frames() {
        let entry = r#""entry":{"seq":4,"at":9,"author":"bia","kind":"member_joined"}"#;
        let quick = format!(r#"{{"type":"entry_posted","conversation":1,{entry}}}"#);
        let long = format!(r#"{{"conversation":1,{entry},"type":"entry_posted","later":1}}"#);
        let event = ServerFrame::decode(quick.as_bytes()).unwrap();
        assert!(matches!(event, ServerFrame::Event(Event::EntryPosted(_))));
        assert_eq!(ServerFrame::decode(long.as_bytes()).unwrap(), event);
        let reply = format!(r#"{{"type":"entry_posted","conversation":1,{entry},"id":3}}"#);
        let reply = ServerFrame::decode(reply.as_bytes()).unwrap();
        assert!(matches!(reply, ServerFrame::Reply(frame) if frame.id == 3 && frame.reply == Reply::Unknown));

        let entry = entry.trim_start_matches(r#""entry":"#);
        let quick = format!(r#"{{"id":12,"type":"entries","conversation":1,"entries":[{entry},{entry}],"more":true,"later":1}}"#);
        let long = format!(r#"{{"type":"entries","more":true,"conversation":1,"entries":[{entry},{entry}],"id":12}}"#);
        let page = ServerFrame::decode(quick.as_bytes()).unwrap();
        assert!(
            matches!(&page, ServerFrame::Reply(frame) if matches!(&frame.reply, Reply::Entries(page) if page.entries.len() == 2))
        );
        assert_eq!(ServerFrame::decode(long.as_bytes()).unwrap(), page);
    }

    #[test]
    fn unknown_types_from_a_newer_server_are_not_errors() {
        assert_eq!(ServerFrame::decode(br#"{"type":"moon_rose","phase":3}"#).unwrap(), ServerFrame::Event(Event::Unknown));
        let page = br#"{"id":3,"type":"conversation","conversation":1,"kind":"choir","voices":4,"first_seq":1,"last_seq":0,"read_seq":0,"unread":0}"#;
        let ServerFrame::Reply(frame) = ServerFrame::decode(page).unwrap() else { panic!("a frame with an id is a reply") };
        assert!(matches!(frame.reply, Reply::Conversation(summary) if summary.kind == crate::model::ConversationKind::Unknown));
        let refused = ServerFrame::decode(br#"{"id":4,"type":"refused","code":"moonless"}"#).unwrap();
        let ServerFrame::Reply(frame) = refused else { panic!("a frame with an id is a reply") };
        assert_eq!(frame.reply, Reply::Refused(Refusal::Other));
    }
}
