//! Everything that can stand in one line, and how a line is read.

use bytes::{BufMut, BytesMut};
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
    ConversationPage, CreateGroup, GetConversation, GroupPage, LeaveGroup, ListConversations, ListGroups, OpenDirect,
    RenameGroup, SetTopic,
};
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
use crate::model::{ConversationId, ConversationSummary, Entry, GroupListing};

/// Chosen by the client for each request, carried back by its reply. Unique among the requests of one connection that
/// still wait.
pub type RequestId = u64;

/// What a client can ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// The first of a connection. Answered with [`Reply::Welcome`].
    Hello(Hello),
    /// Answered with [`Reply::Pong`]: how a client sees that the line is alive.
    Ping,
    /// Answers [`Event::Ping`]. The only request without a reply.
    Pong,
    /// Answered with [`Reply::SignedIn`].
    Register(Register),
    /// Answered with [`Reply::SignedIn`].
    SignIn(SignIn),
    /// Answered with [`Reply::SignedIn`].
    SignInWithToken(SignInWithToken),
    /// Forgets this device's token; the server closes after [`Reply::Done`].
    SignOut,
    /// Answered with [`Reply::Done`].
    ChangePassword(ChangePassword),
    /// Answered with [`Reply::Devices`].
    ListDevices(ListDevices),
    /// Answered with [`Reply::Done`]. Where it is this very device the server closes after it.
    RevokeDevice(RevokeDevice),
    /// Answered with [`Reply::Done`].
    SetProfile(SetProfile),
    /// Answered with [`Reply::Done`].
    SetAway(SetAway),
    /// Answered with [`Reply::Done`].
    Block(Block),
    /// Answered with [`Reply::Done`].
    Unblock(Unblock),
    /// Answered with [`Reply::Blocked`].
    ListBlocked(ListBlocked),
    /// Answered with [`Reply::Users`].
    ListUsers(ListUsers),
    /// Answered with [`Reply::Done`].
    WatchDirectory(WatchDirectory),
    /// Answered with [`Reply::Conversation`].
    OpenDirect(OpenDirect),
    /// Answered with [`Reply::Conversation`].
    CreateGroup(CreateGroup),
    /// Answered with [`Reply::Done`].
    AddMember(AddMember),
    /// Answered with [`Reply::Done`].
    RemoveMember(RemoveMember),
    /// Answered with [`Reply::Done`].
    SetRole(SetRole),
    /// Answered with [`Reply::Done`].
    LeaveGroup(LeaveGroup),
    /// Answered with [`Reply::Done`].
    RenameGroup(RenameGroup),
    /// Answered with [`Reply::Done`].
    SetTopic(SetTopic),
    /// Answered with [`Reply::Done`].
    SetNotify(SetNotify),
    /// Answered with [`Reply::GroupInvite`].
    CreateGroupInvite(CreateGroupInvite),
    /// Answered with [`Reply::GroupInvites`].
    ListGroupInvites(ListGroupInvites),
    /// Answered with [`Reply::Done`].
    RevokeGroupInvite(RevokeGroupInvite),
    /// Answered with [`Reply::Conversation`].
    JoinGroup(JoinGroup),
    /// Answered with [`Reply::Conversations`].
    ListConversations(ListConversations),
    /// Answered with [`Reply::Conversation`].
    GetConversation(GetConversation),
    /// Answered with [`Reply::Groups`].
    ListGroups(ListGroups),
    /// Answered with [`Reply::Members`].
    ListMembers(ListMembers),
    /// Answered with [`Reply::MessageStored`].
    SendMessage(SendMessage),
    /// Answered with [`Reply::Entries`].
    History(History),
    /// Answered with [`Reply::Done`].
    EditMessage(EditMessage),
    /// Answered with [`Reply::Done`].
    DeleteMessage(DeleteMessage),
    /// Answered with [`Reply::Done`].
    AddReaction(AddReaction),
    /// Answered with [`Reply::Done`].
    RemoveReaction(RemoveReaction),
    /// Answered with [`Reply::Revisions`].
    ListRevisions(ListRevisions),
    /// Answered with [`Reply::Reactions`].
    ListReactions(ListReactions),
    /// Answered with [`Reply::SearchHits`].
    SearchMessages(SearchMessages),
    /// Answered with [`Reply::ReadCursor`].
    MarkRead(MarkRead),
    /// Answered with [`Reply::ReadCursor`].
    MarkUnread(MarkUnread),
    /// Answered with [`Reply::Inbox`].
    ListInbox(ListInbox),
    /// Answered with [`Reply::ReadCursor`].
    Dismiss(Dismiss),
    /// Answered with [`Reply::Done`].
    MarkDelivered(MarkDelivered),
    /// Answered with [`Reply::Receipts`].
    ListReceipts(ListReceipts),
    /// Answered with [`Reply::Done`].
    Typing(Typing),
    /// A type this version does not know.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// One line of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestFrame {
    /// Carried back by the reply.
    pub id: RequestId,
    /// What is asked.
    #[serde(flatten)]
    pub request: Request,
}

/// What the server answers.
#[allow(clippy::large_enum_variant, reason = "one lives at a time, from the wire to whoever waits for it")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reply {
    /// Answers hello.
    Welcome(Welcome),
    /// Answers a ping.
    Pong,
    /// Done, and there is nothing to tell.
    Done,
    /// Not done.
    Refused(Refusal),
    /// Answers each way of signing in.
    SignedIn(SignedIn),
    /// A page of one's devices.
    Devices(DevicePage),
    /// A page of those whom one has blocked.
    Blocked(BlockedPage),
    /// A page of the directory.
    Users(UserPage),
    /// One conversation.
    Conversation(ConversationSummary),
    /// A page of one's own conversations.
    Conversations(ConversationPage),
    /// A page of all groups.
    Groups(GroupPage),
    /// A page of members.
    Members(MemberPage),
    /// A new invite to a group, with its code.
    GroupInvite(GroupInvite),
    /// The invites to a group.
    GroupInvites(GroupInvites),
    /// A message is on disk.
    MessageStored(MessageStored),
    /// Part of a log.
    Entries(Entries),
    /// A page of what a message said and says.
    Revisions(RevisionPage),
    /// A page of the reactions to a message.
    Reactions(ReactionPage),
    /// Some of what was found.
    SearchHits(SearchHits),
    /// Where the read cursor stands.
    ReadCursor(ReadCursor),
    /// What waits for one's eyes.
    Inbox(Inbox),
    /// A page of how far the other members are.
    Receipts(ReceiptPage),
    /// A newer server's reply that this version does not know.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// One line of a server that answers a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReplyFrame {
    /// Of the request.
    pub id: RequestId,
    /// The answer.
    #[serde(flatten)]
    pub reply: Reply,
}

/// What the server tells unasked. Events may be lost (a session that lags gets none); what they tell can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Nothing came for a while: say [`Request::Pong`], or anything else.
    Ping,
    /// A line was refused that had no readable id.
    Refused(Refusal),
    /// A conversation has a new entry.
    EntryPosted(EntryPosted),
    /// The read cursor was moved on another device, or what is counted after it changed there.
    ReadCursor(ReadCursor),
    /// It was said on another device what of a conversation calls for attention.
    NotifyChanged(NotifyChanged),
    /// Somebody was blocked, or is no longer, on another device.
    BlockChanged(BlockChanged),
    /// The person signed in or out on a device, or a connection of one began or ended: list the devices again where they are shown.
    DevicesChanged,
    /// Others received or read more.
    ReceiptsChanged(ReceiptsChanged),
    /// Who came and went.
    PresenceChanged(PresenceChanged),
    /// Somebody is writing.
    TypingStarted(TypingStarted),
    /// For who watches the directory: a group was created or renamed, or its members changed. `member` is always
    /// false here: one's own groups are told by entries.
    GroupChanged(GroupListing),
    /// Events were dropped because this session did not read them in time. Everything may have changed: list the
    /// conversations again and ask for what is missing.
    Lagged,
    /// The server closes the connection after this.
    Goodbye(Goodbye),
    /// A newer server's event that this version does not know.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// One line of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerFrame {
    /// Answers a request.
    Reply(ReplyFrame),
    /// Told unasked.
    Event(Event),
}

/// A line that is no request, with the answer it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The id, where one could be read.
    pub id: Option<RequestId>,
    /// Why it is refused.
    pub refusal: Refusal,
}

/// The part of a line that says whose it is. Read on its own, so that a refusal can carry the id of a request whose
/// other fields make no sense.
#[derive(Deserialize)]
struct Envelope {
    id: Option<RequestId>,
}

/// [`EntryPosted`], read without looking for its type first, which is most of the work.
#[derive(Deserialize)]
struct PostedLine {
    id: Option<RequestId>,
    conversation: ConversationId,
    entry: Entry,
}

/// A reply with [`Entries`], as [`PostedLine`].
#[derive(Deserialize)]
struct EntriesLine {
    id: RequestId,
    conversation: ConversationId,
    entries: Vec<Entry>,
    more: bool,
}

/// Whether a line begins as papo's own server begins a page of a log.
fn is_page_of_entries(line: &[u8]) -> bool {
    line.strip_prefix(br#"{"id":"#).is_some_and(|rest| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest[digits..].starts_with(br#","type":"entries","#)
    })
}

impl RequestFrame {
    /// Reads one line, without its newline.
    ///
    /// # Errors
    /// The refusal that the line deserves: not UTF-8, not JSON, unknown type, wrong fields.
    pub fn decode(line: &[u8]) -> Result<Self, Malformed> {
        let refuse = |id, refusal| Malformed { id, refusal };
        let text = std::str::from_utf8(line).map_err(|_| refuse(None, Refusal::NotUtf8))?;
        // The parser would take an array for a struct; on this wire a frame is an object.
        if !text.trim_start().starts_with('{') {
            return Err(refuse(None, Refusal::NotJson { detail: "a frame is a JSON object".to_owned() }));
        }
        let envelope: Envelope = serde_json::from_str(text).map_err(|error| refuse(None, no_frame(&error)))?;
        let request: Request = serde_json::from_str(text).map_err(|error| refuse(envelope.id, no_frame(&error)))?;
        match (envelope.id, request) {
            (id, Request::Unknown) => Err(refuse(id, Refusal::UnknownType)),
            (Some(id), request) => Ok(Self { id, request }),
            // The one request that wants no reply needs no id.
            (None, Request::Pong) => Ok(Self { id: 0, request: Request::Pong }),
            (None, _) => Err(refuse(None, Refusal::WrongFields { detail: "missing field `id`".to_owned() })),
        }
    }
}

impl ServerFrame {
    /// Reads one line, without its newline.
    ///
    /// # Errors
    /// What the parser said, for the log: a server that sends such a line is no papo server.
    pub fn decode(line: &[u8]) -> Result<Self, serde_json::Error> {
        // As papo's own server writes what comes most. A line that has an id further on is a reply all the same.
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

/// Appends a frame as one line, with its newline.
///
/// # Panics
/// Never for the frames of this module: their maps have string keys and nothing in them can fail to serialise.
pub fn encode_line(frame: &impl Serialize, into: &mut BytesMut) {
    #[allow(clippy::expect_used, reason = "see the section on panics")]
    serde_json::to_writer(into.writer(), frame).expect("a frame always serialises");
    into.put_u8(b'\n');
}

/// Longest detail of a refusal, in characters: parsers quote what they were given.
const MAX_DETAIL_CHARS: usize = 200;

fn no_frame(error: &serde_json::Error) -> Refusal {
    let said = crate::model::text::clean_line(&error.to_string());
    let detail = crate::model::text::truncate_chars(&said, MAX_DETAIL_CHARS).to_owned();
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
    fn a_bad_line_gets_the_refusal_that_names_its_fault() {
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
    fn deep_nesting_is_refused_and_does_not_overflow() {
        let deep = format!("{{\"id\":1,\"type\":\"ping\",\"x\":{}", "[".repeat(50_000));
        check_refused(deep.as_bytes(), None, "not_json");
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let frame = RequestFrame::decode(br#"{"id":1,"type":"ping","later":{"a":[1]}}"#).unwrap();
        assert_eq!(frame, RequestFrame { id: 1, request: Request::Ping });
    }

    #[test]
    fn the_quick_way_for_an_entry_is_the_long_one_where_the_line_is_another() {
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
    fn what_a_newer_server_says_is_skipped_and_not_an_error() {
        assert_eq!(ServerFrame::decode(br#"{"type":"moon_rose","phase":3}"#).unwrap(), ServerFrame::Event(Event::Unknown));
        let page = br#"{"id":3,"type":"conversation","conversation":1,"kind":"choir","voices":4,"first_seq":1,"last_seq":0,"read_seq":0,"unread":0}"#;
        let ServerFrame::Reply(frame) = ServerFrame::decode(page).unwrap() else { panic!("an id makes it a reply") };
        assert!(matches!(frame.reply, Reply::Conversation(summary) if summary.kind == crate::model::ConversationKind::Unknown));
        let refused = ServerFrame::decode(br#"{"id":4,"type":"refused","code":"moonless"}"#).unwrap();
        let ServerFrame::Reply(frame) = refused else { panic!("an id makes it a reply") };
        assert_eq!(frame.reply, Reply::Refused(Refusal::Other));
    }
}
