//! Every line that was promised, with what it says.

use papo_shared::model::search::QueryProblem;
use papo_shared::model::{
    ClientId, ConversationId, ConversationKind, ConversationSummary, DeviceId, DeviceListing, Emoji, Entry, EntryKind,
    GroupInviteId, GroupInviteListing, GroupListing, MemberListing, Message, MessageText, NameProblem, Notify, NotifyLevel,
    PasswordProblem, Person, Reaction, ReplyTo, Role, Seq, ServerId, Timestamp,
};
use papo_shared::protocol::{
    AddMember, AddReaction, Block, BlockChanged, BlockedPage, ChangePassword, ConversationPage, CreateGroup, CreateGroupInvite,
    DeleteMessage, DevicePage, Dismiss, EditMessage, Entries, EntryPosted, Event, GetConversation, Goodbye, GoodbyeReason,
    GroupInvite, GroupInvites, GroupPage, Hello, History, Inbox, InboxItem, InboxReason, JoinGroup, LeaveGroup, Limits,
    ListBlocked, ListConversations, ListDevices, ListGroupInvites, ListGroups, ListInbox, ListMembers, ListReactions,
    ListReceipts, ListRevisions, ListUsers, MarkDelivered, MarkRead, MarkUnread, MemberPage, MessageStored, NotifyChanged,
    OpenDirect, PresenceChanged, ReactionBy, ReactionPage, ReadCursor, Receipt, ReceiptPage, ReceiptsChanged, Refusal, Register,
    Registration, RemoveMember, RemoveReaction, RenameGroup, Reply, Request, Revision, RevisionPage, RevokeDevice,
    RevokeGroupInvite, SearchHit, SearchHits, SearchMessages, SendMessage, SetAway, SetNotify, SetProfile, SetRole, SetTopic,
    SignIn, SignInWithToken, SignedIn, Typing, TypingStarted, Unblock, UserPage, WatchDirectory, Welcome,
};

use super::Golden;

fn ana() -> Person {
    Person {
        username: "ana".to_owned().into(),
        display_name: "Ana Lima".to_owned().into(),
        status: None,
        online: true,
        away: false,
        last_seen: None,
    }
}

/// Who says all that can be said about oneself.
fn busy_ana() -> Person {
    Person { status: Some("até as 18h".to_owned().into()), away: true, ..ana() }
}

fn group_invite() -> GroupInviteListing {
    GroupInviteListing {
        invite: GroupInviteId(3),
        created_by: ana().username,
        created_at: Timestamp(5),
        uses_left: Some(9),
        expires_at: Some(Timestamp(8)),
    }
}

fn laptop() -> DeviceListing {
    DeviceListing {
        device: DeviceId(3),
        name: "laptop".to_owned().into(),
        created_at: Timestamp(8),
        last_used: Timestamp(9),
        connected: true,
        this: false,
    }
}

fn bia() -> Person {
    Person {
        username: "bia".to_owned().into(),
        display_name: "Bia".to_owned().into(),
        status: None,
        online: false,
        away: false,
        last_seen: Some(Timestamp(9)),
    }
}

fn client_id() -> ClientId {
    serde_json::from_str(r#""019a7c2e-5f00-7a10-8b1c-3d5e7f901234""#).unwrap()
}

fn entry(seq: u64, kind: EntryKind) -> Entry {
    Entry { seq: Seq(seq), at: Timestamp(5), author: "ana".to_owned().into(), kind }
}

fn message(seq: u64) -> Entry {
    entry(seq, EntryKind::Message(Message::new(client_id(), "Olá,\n\"Bia\"".to_owned().into())))
}

fn thumbs_up() -> Emoji {
    Emoji::parse("👍").unwrap()
}

fn changed_message() -> Entry {
    let message = Message {
        reply_to: Some(ReplyTo { seq: Seq(2), author: bia().username }),
        mentions: vec![bia().username],
        changed: Some(Seq(9)),
        edited_at: Some(Timestamp(6)),
        reactions: vec![Reaction { emoji: thumbs_up(), count: 2, mine: true }],
        ..Message::new(client_id(), "@bia sim".to_owned().into())
    };
    entry(8, EntryKind::Message(message))
}

fn deleted_message() -> Entry {
    let message = Message { changed: Some(Seq(9)), deleted: true, ..Message::new(client_id(), MessageText::nothing()) };
    entry(8, EntryKind::Message(message))
}

fn group() -> ConversationSummary {
    ConversationSummary {
        conversation: ConversationId(2),
        kind: ConversationKind::Group { name: "Redes".to_owned().into(), topic: None, members: 3, role: Role::Member },
        first_seq: Seq(4),
        last_seq: Seq(8),
        read_seq: Seq(6),
        unread: 1,
        mentions: 0,
        notify: Notify::default(),
        latest: Some(message(8)),
    }
}

/// A group of one's own, with all that can be said about it.
fn own_group() -> ConversationSummary {
    let (name, topic) = ("Redes".to_owned().into(), Some("Provas".to_owned().into()));
    ConversationSummary {
        kind: ConversationKind::Group { name, topic, members: 3, role: Role::Owner },
        notify: Notify { level: NotifyLevel::Nothing, until: Some(Timestamp(9)) },
        ..group()
    }
}

fn direct() -> ConversationSummary {
    ConversationSummary {
        conversation: ConversationId(1),
        kind: ConversationKind::Direct { peer: bia() },
        first_seq: Seq(1),
        last_seq: Seq(0),
        read_seq: Seq(0),
        unread: 0,
        mentions: 0,
        notify: Notify::default(),
        latest: None,
    }
}

fn listing() -> GroupListing {
    GroupListing { conversation: ConversationId(2), name: "Redes".to_owned().into(), members: 3, member: false }
}

fn cursor() -> ReadCursor {
    ReadCursor { conversation: ConversationId(1), read_seq: Seq(4), unread: 2, mentions: 0, last_seq: Seq(7) }
}

fn cursor_before_a_mention() -> ReadCursor {
    ReadCursor { mentions: 1, ..cursor() }
}

fn receipt() -> Receipt {
    Receipt { username: bia().username, first_seq: Seq(1), delivered_seq: Seq(7), read_seq: Seq(4) }
}

fn inbox_item(reason: InboxReason) -> InboxItem {
    InboxItem { conversation: ConversationId(2), reason, entry: entry(4, EntryKind::MemberLeft { new_owner: None }) }
}

pub(super) fn requests() -> Golden<Request> {
    let conversation = ConversationId(2);
    let text = |text: &str| text.to_owned();
    vec![
        (
            r#"{"id":7,"type":"hello","protocol":1,"client":"papo 0.1.0"}"#,
            Request::Hello(Hello { protocol: 1, client: text("papo 0.1.0") }),
        ),
        (r#"{"id":7,"type":"ping"}"#, Request::Ping),
        (r#"{"id":7,"type":"pong"}"#, Request::Pong),
        (
            r#"{"id":7,"type":"register","username":"Ana","password":"s"}"#,
            Request::Register(Register {
                username: text("Ana"),
                password: text("s"),
                display_name: None,
                device: None,
                invite: None,
            }),
        ),
        (
            r#"{"id":7,"type":"register","username":"Ana","password":"s","display_name":"Ana Lima","device":"laptop","invite":"ABCD-EFGH-IJKL-MNOP"}"#,
            Request::Register(Register {
                username: text("Ana"),
                password: text("s"),
                display_name: Some(text("Ana Lima")),
                device: Some(text("laptop")),
                invite: Some(text("ABCD-EFGH-IJKL-MNOP")),
            }),
        ),
        (
            r#"{"id":7,"type":"sign_in","username":"ana","password":"s"}"#,
            Request::SignIn(SignIn { username: text("ana"), password: text("s"), device: None }),
        ),
        (
            r#"{"id":7,"type":"sign_in","username":"ana","password":"s","device":"laptop"}"#,
            Request::SignIn(SignIn { username: text("ana"), password: text("s"), device: Some(text("laptop")) }),
        ),
        (r#"{"id":7,"type":"sign_in_with_token","token":"t"}"#, Request::SignInWithToken(SignInWithToken { token: text("t") })),
        (r#"{"id":7,"type":"sign_out"}"#, Request::SignOut),
        (
            r#"{"id":7,"type":"change_password","current":"a","new":"b"}"#,
            Request::ChangePassword(ChangePassword { current: text("a"), new: text("b") }),
        ),
        (r#"{"id":7,"type":"list_devices"}"#, Request::ListDevices(ListDevices::default())),
        (
            r#"{"id":7,"type":"list_devices","after":3,"limit":9}"#,
            Request::ListDevices(ListDevices { after: Some(DeviceId(3)), limit: Some(9) }),
        ),
        (r#"{"id":7,"type":"revoke_device","device":3}"#, Request::RevokeDevice(RevokeDevice { device: DeviceId(3) })),
        (r#"{"id":7,"type":"set_profile"}"#, Request::SetProfile(SetProfile::default())),
        (
            r#"{"id":7,"type":"set_profile","display_name":"Ana","status":"até as 18h"}"#,
            Request::SetProfile(SetProfile { display_name: Some(text("Ana")), status: Some(text("até as 18h")) }),
        ),
        (r#"{"id":7,"type":"set_away","away":true}"#, Request::SetAway(SetAway { away: true })),
        (r#"{"id":7,"type":"block","username":"bia"}"#, Request::Block(Block { username: text("bia") })),
        (r#"{"id":7,"type":"unblock","username":"bia"}"#, Request::Unblock(Unblock { username: text("bia") })),
        (r#"{"id":7,"type":"list_blocked"}"#, Request::ListBlocked(ListBlocked::default())),
        (
            r#"{"id":7,"type":"list_blocked","after":"ana","limit":9}"#,
            Request::ListBlocked(ListBlocked { after: Some(text("ana").into()), limit: Some(9) }),
        ),
        (r#"{"id":7,"type":"list_users"}"#, Request::ListUsers(ListUsers::default())),
        (
            r#"{"id":7,"type":"list_users","query":"an","after":"ana","limit":9}"#,
            Request::ListUsers(ListUsers { query: Some(text("an")), after: Some(text("ana").into()), limit: Some(9) }),
        ),
        (r#"{"id":7,"type":"watch_directory","watch":true}"#, Request::WatchDirectory(WatchDirectory { watch: true })),
        (r#"{"id":7,"type":"open_direct","username":"bia"}"#, Request::OpenDirect(OpenDirect { username: text("bia") })),
        (r##"{"id":7,"type":"create_group","name":"#Redes"}"##, Request::CreateGroup(CreateGroup { name: text("#Redes") })),
        (
            r#"{"id":7,"type":"add_member","conversation":2,"username":"bia"}"#,
            Request::AddMember(AddMember { conversation, username: text("bia") }),
        ),
        (
            r#"{"id":7,"type":"remove_member","conversation":2,"username":"bia"}"#,
            Request::RemoveMember(RemoveMember { conversation, username: text("bia") }),
        ),
        (
            r#"{"id":7,"type":"set_role","conversation":2,"username":"bia","role":"member"}"#,
            Request::SetRole(SetRole { conversation, username: text("bia"), role: Role::Member }),
        ),
        (
            r#"{"id":7,"type":"set_role","conversation":2,"username":"bia","role":"admin"}"#,
            Request::SetRole(SetRole { conversation, username: text("bia"), role: Role::Admin }),
        ),
        (
            r#"{"id":7,"type":"set_role","conversation":2,"username":"bia","role":"owner"}"#,
            Request::SetRole(SetRole { conversation, username: text("bia"), role: Role::Owner }),
        ),
        (r#"{"id":7,"type":"leave_group","conversation":2}"#, Request::LeaveGroup(LeaveGroup { conversation })),
        (
            r#"{"id":7,"type":"rename_group","conversation":2,"name":"Redes 2"}"#,
            Request::RenameGroup(RenameGroup { conversation, name: text("Redes 2") }),
        ),
        (
            r#"{"id":7,"type":"set_topic","conversation":2,"topic":"Provas"}"#,
            Request::SetTopic(SetTopic { conversation, topic: text("Provas") }),
        ),
        (
            r#"{"id":7,"type":"set_notify","conversation":2,"level":"all"}"#,
            Request::SetNotify(SetNotify { conversation, level: NotifyLevel::All, until: None }),
        ),
        (
            r#"{"id":7,"type":"set_notify","conversation":2,"level":"mentions"}"#,
            Request::SetNotify(SetNotify { conversation, level: NotifyLevel::Mentions, until: None }),
        ),
        (
            r#"{"id":7,"type":"set_notify","conversation":2,"level":"nothing","until":9}"#,
            Request::SetNotify(SetNotify { conversation, level: NotifyLevel::Nothing, until: Some(Timestamp(9)) }),
        ),
        (
            r#"{"id":7,"type":"create_group_invite","conversation":2}"#,
            Request::CreateGroupInvite(CreateGroupInvite { conversation, uses: None, expires_in_s: None }),
        ),
        (
            r#"{"id":7,"type":"create_group_invite","conversation":2,"uses":9,"expires_in_s":3600}"#,
            Request::CreateGroupInvite(CreateGroupInvite { conversation, uses: Some(9), expires_in_s: Some(3600) }),
        ),
        (
            r#"{"id":7,"type":"list_group_invites","conversation":2}"#,
            Request::ListGroupInvites(ListGroupInvites { conversation }),
        ),
        (
            r#"{"id":7,"type":"revoke_group_invite","conversation":2,"invite":3}"#,
            Request::RevokeGroupInvite(RevokeGroupInvite { conversation, invite: GroupInviteId(3) }),
        ),
        (
            r#"{"id":7,"type":"join_group","code":"ABCD-EFGH-IJKL-MNOP"}"#,
            Request::JoinGroup(JoinGroup { code: text("ABCD-EFGH-IJKL-MNOP") }),
        ),
        (r#"{"id":7,"type":"list_conversations"}"#, Request::ListConversations(ListConversations::default())),
        (
            r#"{"id":7,"type":"list_conversations","after":2,"limit":9}"#,
            Request::ListConversations(ListConversations { after: Some(conversation), limit: Some(9) }),
        ),
        (r#"{"id":7,"type":"get_conversation","conversation":2}"#, Request::GetConversation(GetConversation { conversation })),
        (r#"{"id":7,"type":"list_groups"}"#, Request::ListGroups(ListGroups::default())),
        (
            r#"{"id":7,"type":"list_groups","query":"red","after":2,"limit":9}"#,
            Request::ListGroups(ListGroups { query: Some(text("red")), after: Some(conversation), limit: Some(9) }),
        ),
        (
            r#"{"id":7,"type":"list_members","conversation":2}"#,
            Request::ListMembers(ListMembers { conversation, after: None, limit: None }),
        ),
        (
            r#"{"id":7,"type":"list_members","conversation":2,"after":"ana","limit":9}"#,
            Request::ListMembers(ListMembers { conversation, after: Some(text("ana").into()), limit: Some(9) }),
        ),
        (
            r#"{"id":7,"type":"send_message","conversation":2,"client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"Olá"}"#,
            Request::SendMessage(SendMessage { conversation, client_id: client_id(), text: text("Olá"), reply_to: None }),
        ),
        (
            r#"{"id":7,"type":"send_message","conversation":2,"client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"Olá","reply_to":3}"#,
            Request::SendMessage(SendMessage {
                conversation, client_id: client_id(), text: text("Olá"), reply_to: Some(Seq(3))
            }),
        ),
        (
            r#"{"id":7,"type":"edit_message","conversation":2,"seq":8,"text":"Oi"}"#,
            Request::EditMessage(EditMessage { conversation, seq: Seq(8), text: text("Oi") }),
        ),
        (
            r#"{"id":7,"type":"delete_message","conversation":2,"seq":8}"#,
            Request::DeleteMessage(DeleteMessage { conversation, seq: Seq(8) }),
        ),
        (
            r#"{"id":7,"type":"add_reaction","conversation":2,"seq":8,"emoji":"👍"}"#,
            Request::AddReaction(AddReaction { conversation, seq: Seq(8), emoji: text("👍") }),
        ),
        (
            r#"{"id":7,"type":"remove_reaction","conversation":2,"seq":8,"emoji":"👍"}"#,
            Request::RemoveReaction(RemoveReaction { conversation, seq: Seq(8), emoji: text("👍") }),
        ),
        (
            r#"{"id":7,"type":"list_revisions","conversation":2,"seq":8}"#,
            Request::ListRevisions(ListRevisions { conversation, seq: Seq(8), after: None, limit: None }),
        ),
        (
            r#"{"id":7,"type":"list_revisions","conversation":2,"seq":8,"after":1,"limit":9}"#,
            Request::ListRevisions(ListRevisions { conversation, seq: Seq(8), after: Some(1), limit: Some(9) }),
        ),
        (
            r#"{"id":7,"type":"list_reactions","conversation":2,"seq":8}"#,
            Request::ListReactions(ListReactions { conversation, seq: Seq(8), after: None, limit: None }),
        ),
        (
            r#"{"id":7,"type":"list_reactions","conversation":2,"seq":8,"after":9,"limit":9}"#,
            Request::ListReactions(ListReactions { conversation, seq: Seq(8), after: Some(Seq(9)), limit: Some(9) }),
        ),
        (
            r#"{"id":7,"type":"mark_unread","conversation":2,"seq":8}"#,
            Request::MarkUnread(MarkUnread { conversation, seq: Seq(8) }),
        ),
        (r#"{"id":7,"type":"list_inbox"}"#, Request::ListInbox(ListInbox::default())),
        (r#"{"id":7,"type":"list_inbox","limit":9}"#, Request::ListInbox(ListInbox { limit: Some(9) })),
        (r#"{"id":7,"type":"dismiss","conversation":2,"seq":8}"#, Request::Dismiss(Dismiss { conversation, seq: Seq(8) })),
        (
            r#"{"id":7,"type":"mark_delivered","conversation":2,"seq":8}"#,
            Request::MarkDelivered(MarkDelivered { conversation, seq: Seq(8) }),
        ),
        (
            r#"{"id":7,"type":"list_receipts","conversation":2}"#,
            Request::ListReceipts(ListReceipts { conversation, after: None, limit: None }),
        ),
        (
            r#"{"id":7,"type":"list_receipts","conversation":2,"after":"ana","limit":9}"#,
            Request::ListReceipts(ListReceipts { conversation, after: Some(text("ana").into()), limit: Some(9) }),
        ),
        (
            r#"{"id":7,"type":"history","conversation":2}"#,
            Request::History(History { conversation, after: None, before: None, limit: None }),
        ),
        (
            r#"{"id":7,"type":"history","conversation":2,"after":0,"limit":9}"#,
            Request::History(History { conversation, after: Some(Seq(0)), before: None, limit: Some(9) }),
        ),
        (
            r#"{"id":7,"type":"history","conversation":2,"before":5}"#,
            Request::History(History { conversation, after: None, before: Some(Seq(5)), limit: None }),
        ),
        (
            r#"{"id":7,"type":"search_messages","query":"ola"}"#,
            Request::SearchMessages(SearchMessages { query: text("ola"), ..SearchMessages::default() }),
        ),
        (
            r#"{"id":7,"type":"search_messages","query":"ola","conversation":2,"limit":9,"before":77,"utc_offset_s":-10800}"#,
            Request::SearchMessages(SearchMessages {
                query: text("ola"),
                conversation: Some(conversation),
                limit: Some(9),
                before: Some(77),
                utc_offset_s: Some(-10_800),
            }),
        ),
        (r#"{"id":7,"type":"mark_read","conversation":2,"seq":5}"#, Request::MarkRead(MarkRead { conversation, seq: Seq(5) })),
        (r#"{"id":7,"type":"typing","conversation":2}"#, Request::Typing(Typing { conversation })),
    ]
}

pub(super) fn replies() -> Golden<Reply> {
    vec![
        (
            concat!(
                r#"{"id":7,"type":"welcome","protocol":1,"server":"papo-server 0.1.0","#,
                r#""server_id":"00010203-0405-0607-0809-0a0b0c0d0e0f","registration":"open","limits":{"max_line_bytes":65536,"#,
                r#""max_message_bytes":16384,"max_username_chars":32,"max_display_name_chars":48,"max_group_name_chars":48,"#,
                r#""min_password_chars":8,"max_password_bytes":256,"max_group_members":1000,"max_page_rows":200}}"#,
            ),
            Reply::Welcome(Welcome {
                protocol: 1,
                server: "papo-server 0.1.0".to_owned(),
                server_id: ServerId::from_bytes(std::array::from_fn(|at| u8::try_from(at).unwrap())),
                registration: Registration::Open,
                limits: Limits::default(),
            }),
        ),
        (r#"{"id":7,"type":"pong"}"#, Reply::Pong),
        (r#"{"id":7,"type":"done"}"#, Reply::Done),
        (r#"{"id":7,"type":"refused","code":"group_full","max":1000}"#, Reply::Refused(Refusal::GroupFull { max: 1000 })),
        (
            r#"{"id":7,"type":"signed_in","you":{"username":"ana","display_name":"Ana Lima","online":true},"token":"t"}"#,
            Reply::SignedIn(SignedIn { you: ana(), token: "t".to_owned() }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"devices","devices":[{"device":3,"name":"laptop","created_at":8,"last_used":9,"#,
                r#""connected":true,"this":false}],"next":3}"#,
            ),
            Reply::Devices(DevicePage { devices: vec![laptop()], next: Some(DeviceId(3)) }),
        ),
        (r#"{"id":7,"type":"devices","devices":[]}"#, Reply::Devices(DevicePage { devices: vec![], next: None })),
        (
            r#"{"id":7,"type":"users","users":[{"username":"bia","display_name":"Bia","online":false,"last_seen":9}],"next":"bia"}"#,
            Reply::Users(UserPage { users: vec![bia()], next: Some(bia().username) }),
        ),
        (
            r#"{"id":7,"type":"blocked","people":[{"username":"bia","display_name":"Bia","online":false,"last_seen":9}],"next":"bia"}"#,
            Reply::Blocked(BlockedPage { people: vec![bia()], next: Some(bia().username) }),
        ),
        (r#"{"id":7,"type":"blocked","people":[]}"#, Reply::Blocked(BlockedPage { people: vec![], next: None })),
        (r#"{"id":7,"type":"users","users":[]}"#, Reply::Users(UserPage { users: vec![], next: None })),
        (
            concat!(
                r#"{"id":7,"type":"conversation","conversation":1,"kind":"direct","#,
                r#""peer":{"username":"bia","display_name":"Bia","online":false,"last_seen":9},"#,
                r#""first_seq":1,"last_seq":0,"read_seq":0,"unread":0}"#,
            ),
            Reply::Conversation(direct()),
        ),
        (
            concat!(
                r#"{"id":7,"type":"conversation","conversation":2,"kind":"group","name":"Redes","members":3,"#,
                r#""first_seq":4,"last_seq":8,"read_seq":6,"unread":1,"latest":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"Olá,\n\"Bia\""}}"#,
            ),
            Reply::Conversation(group()),
        ),
        (
            concat!(
                r#"{"id":7,"type":"conversation","conversation":2,"kind":"group","name":"Redes","topic":"Provas","members":3,"#,
                r#""role":"owner","first_seq":4,"last_seq":8,"read_seq":6,"unread":1,"notify":{"level":"nothing","until":9},"#,
                r#""latest":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"Olá,\n\"Bia\""}}"#,
            ),
            Reply::Conversation(own_group()),
        ),
        (
            concat!(
                r#"{"id":7,"type":"conversations","conversations":[{"conversation":1,"kind":"direct","#,
                r#""peer":{"username":"bia","display_name":"Bia","online":false,"last_seen":9},"#,
                r#""first_seq":1,"last_seq":0,"read_seq":0,"unread":0}],"next":1}"#,
            ),
            Reply::Conversations(ConversationPage { conversations: vec![direct()], next: Some(ConversationId(1)) }),
        ),
        (
            r#"{"id":7,"type":"groups","groups":[{"conversation":2,"name":"Redes","members":3,"member":false}],"next":2}"#,
            Reply::Groups(GroupPage { groups: vec![listing()], next: Some(ConversationId(2)) }),
        ),
        (
            r#"{"id":7,"type":"members","conversation":2,"members":[{"username":"ana","display_name":"Ana Lima","online":true}],"next":"ana"}"#,
            Reply::Members(MemberPage {
                conversation: ConversationId(2),
                members: vec![MemberListing { person: ana(), role: Role::Member }],
                next: Some(ana().username),
            }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"members","conversation":2,"members":[{"username":"ana","display_name":"Ana Lima","#,
                r#""status":"até as 18h","online":true,"away":true,"role":"admin"}]}"#,
            ),
            Reply::Members(MemberPage {
                conversation: ConversationId(2),
                members: vec![MemberListing { person: busy_ana(), role: Role::Admin }],
                next: None,
            }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"group_invite","conversation":2,"code":"ABCD-EFGH-IJKL-MNOP","invite":3,"created_by":"ana","#,
                r#""created_at":5,"uses_left":9,"expires_at":8}"#,
            ),
            Reply::GroupInvite(GroupInvite {
                conversation: ConversationId(2),
                code: "ABCD-EFGH-IJKL-MNOP".to_owned(),
                listing: group_invite(),
            }),
        ),
        (
            r#"{"id":7,"type":"group_invites","conversation":2,"invites":[{"invite":3,"created_by":"ana","created_at":5}]}"#,
            Reply::GroupInvites(GroupInvites {
                conversation: ConversationId(2),
                invites: vec![GroupInviteListing { uses_left: None, expires_at: None, ..group_invite() }],
            }),
        ),
        (
            r#"{"id":7,"type":"message_stored","conversation":2,"client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","seq":8,"at":5}"#,
            Reply::MessageStored(MessageStored {
                conversation: ConversationId(2),
                client_id: client_id(),
                seq: Seq(8),
                at: Timestamp(5),
                reply_to: None,
                mentions: vec![],
            }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"message_stored","conversation":2,"client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","#,
                r#""seq":8,"at":5,"reply_to":{"seq":2,"author":"bia"},"mentions":["bia"]}"#,
            ),
            Reply::MessageStored(MessageStored {
                conversation: ConversationId(2),
                client_id: client_id(),
                seq: Seq(8),
                at: Timestamp(5),
                reply_to: Some(ReplyTo { seq: Seq(2), author: bia().username }),
                mentions: vec![bia().username],
            }),
        ),
        (
            r#"{"id":7,"type":"revisions","conversation":2,"seq":8,"revisions":[{"at":5,"text":"Olá"}],"next":1}"#,
            Reply::Revisions(RevisionPage {
                conversation: ConversationId(2),
                seq: Seq(8),
                revisions: vec![Revision { at: Timestamp(5), text: "Olá".to_owned().into() }],
                next: Some(1),
            }),
        ),
        (
            r#"{"id":7,"type":"reactions","conversation":2,"seq":8,"reactions":[{"emoji":"👍","username":"bia"}],"next":9}"#,
            Reply::Reactions(ReactionPage {
                conversation: ConversationId(2),
                seq: Seq(8),
                reactions: vec![ReactionBy { emoji: thumbs_up(), username: bia().username }],
                next: Some(Seq(9)),
            }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"inbox","items":[{"conversation":2,"reason":"mention","entry":{"seq":4,"at":5,"author":"ana","#,
                r#""kind":"member_left"}},{"conversation":2,"reason":"reply","entry":{"seq":4,"at":5,"author":"ana","#,
                r#""kind":"member_left"}},{"conversation":2,"reason":"direct","entry":{"seq":4,"at":5,"author":"ana","#,
                r#""kind":"member_left"}}],"more":true}"#,
            ),
            Reply::Inbox(Inbox {
                items: [InboxReason::Mention, InboxReason::Reply, InboxReason::Direct].map(inbox_item).into(),
                more: true,
            }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"receipts","conversation":1,"receipts":[{"username":"bia","first_seq":1,"delivered_seq":7,"#,
                r#""read_seq":4}],"next":"bia"}"#,
            ),
            Reply::Receipts(ReceiptPage {
                conversation: ConversationId(1),
                receipts: vec![receipt()],
                next: Some(bia().username),
            }),
        ),
        (
            r#"{"id":7,"type":"read_cursor","conversation":1,"read_seq":4,"unread":2,"mentions":1,"last_seq":7}"#,
            Reply::ReadCursor(cursor_before_a_mention()),
        ),
        (
            r#"{"id":7,"type":"entries","conversation":2,"entries":[{"seq":4,"at":5,"author":"ana","kind":"member_left"}],"more":true}"#,
            Reply::Entries(Entries {
                conversation: ConversationId(2),
                entries: vec![entry(4, EntryKind::MemberLeft { new_owner: None })],
                more: true,
            }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"search_hits","hits":[{"conversation":2,"entry":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"Olá,\n\"Bia\""}}],"next":76}"#,
            ),
            Reply::SearchHits(SearchHits {
                hits: vec![SearchHit { conversation: ConversationId(2), entry: message(8) }],
                next: Some(76),
            }),
        ),
        (r#"{"id":7,"type":"search_hits","hits":[]}"#, Reply::SearchHits(SearchHits { hits: vec![], next: None })),
        (r#"{"id":7,"type":"read_cursor","conversation":1,"read_seq":4,"unread":2,"last_seq":7}"#, Reply::ReadCursor(cursor())),
    ]
}

pub(super) fn events() -> Golden<Event> {
    let posted = |kind| Event::EntryPosted(EntryPosted { conversation: ConversationId(2), entry: entry(4, kind) });
    let goodbye = |reason, come_back_ms| Event::Goodbye(Goodbye { reason, come_back_ms });
    vec![
        (r#"{"type":"ping"}"#, Event::Ping),
        (r#"{"type":"refused","code":"not_utf8"}"#, Event::Refused(Refusal::NotUtf8)),
        (
            concat!(
                r#"{"type":"entry_posted","conversation":2,"entry":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"Olá,\n\"Bia\""}}"#,
            ),
            Event::EntryPosted(EntryPosted { conversation: ConversationId(2), entry: message(8) }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"group_created","name":"Redes"}}"#,
            posted(EntryKind::GroupCreated { name: "Redes".to_owned().into() }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"member_added","member":"bia"}}"#,
            posted(EntryKind::MemberAdded { member: bia().username }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"member_left"}}"#,
            posted(EntryKind::MemberLeft { new_owner: None }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"group_renamed","name":"R"}}"#,
            posted(EntryKind::GroupRenamed { name: "R".to_owned().into() }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"message_edited","target":2}}"#,
            posted(EntryKind::MessageEdited { target: Seq(2) }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"message_deleted","target":2}}"#,
            posted(EntryKind::MessageDeleted { target: Seq(2) }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"reaction_added","target":2,"emoji":"👍"}}"#,
            posted(EntryKind::ReactionAdded { target: Seq(2), emoji: thumbs_up() }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"reaction_removed","target":2,"emoji":"👍"}}"#,
            posted(EntryKind::ReactionRemoved { target: Seq(2), emoji: thumbs_up() }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"member_joined"}}"#,
            posted(EntryKind::MemberJoined),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"member_left","new_owner":"bia"}}"#,
            posted(EntryKind::MemberLeft { new_owner: Some(bia().username) }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"member_removed","member":"bia"}}"#,
            posted(EntryKind::MemberRemoved { member: bia().username }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"role_changed","member":"bia","role":"admin"}}"#,
            posted(EntryKind::RoleChanged { member: bia().username, role: Role::Admin }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"topic_changed","topic":"Provas"}}"#,
            posted(EntryKind::TopicChanged { topic: Some("Provas".to_owned().into()) }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"topic_changed"}}"#,
            posted(EntryKind::TopicChanged { topic: None }),
        ),
        (
            concat!(
                r#"{"type":"entry_posted","conversation":2,"entry":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"@bia sim","reply_to":{"seq":2,"author":"bia"},"#,
                r#""mentions":["bia"],"changed":9,"edited_at":6,"reactions":[{"emoji":"👍","count":2,"mine":true}]}}"#,
            ),
            Event::EntryPosted(EntryPosted { conversation: ConversationId(2), entry: changed_message() }),
        ),
        (
            concat!(
                r#"{"type":"entry_posted","conversation":2,"entry":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"","changed":9,"deleted":true}}"#,
            ),
            Event::EntryPosted(EntryPosted { conversation: ConversationId(2), entry: deleted_message() }),
        ),
        (r#"{"type":"read_cursor","conversation":1,"read_seq":4,"unread":2,"last_seq":7}"#, Event::ReadCursor(cursor())),
        (
            r#"{"type":"notify_changed","conversation":2,"level":"nothing","until":9}"#,
            Event::NotifyChanged(NotifyChanged { conversation: ConversationId(2), notify: own_group().notify }),
        ),
        (
            r#"{"type":"notify_changed","conversation":2,"level":"all"}"#,
            Event::NotifyChanged(NotifyChanged { conversation: ConversationId(2), notify: Notify::default() }),
        ),
        (
            r#"{"type":"block_changed","username":"bia","blocked":true}"#,
            Event::BlockChanged(BlockChanged { username: bia().username, blocked: true }),
        ),
        (
            concat!(
                r#"{"type":"receipts_changed","conversation":1,"receipts":[{"username":"bia","first_seq":1,"delivered_seq":7,"#,
                r#""read_seq":4}]}"#,
            ),
            Event::ReceiptsChanged(ReceiptsChanged { conversation: ConversationId(1), receipts: vec![receipt()] }),
        ),
        (
            r#"{"type":"presence_changed","people":[{"username":"bia","display_name":"Bia","online":false,"last_seen":9}]}"#,
            Event::PresenceChanged(PresenceChanged { people: vec![bia()] }),
        ),
        (
            r#"{"type":"typing_started","conversation":2,"username":"ana"}"#,
            Event::TypingStarted(TypingStarted { conversation: ConversationId(2), username: ana().username }),
        ),
        (
            r#"{"type":"group_changed","conversation":2,"name":"Redes","members":3,"member":false}"#,
            Event::GroupChanged(listing()),
        ),
        (r#"{"type":"lagged"}"#, Event::Lagged),
        (r#"{"type":"goodbye","reason":"stopping","come_back_ms":9}"#, goodbye(GoodbyeReason::Stopping, Some(9))),
        (r#"{"type":"goodbye","reason":"silent","come_back_ms":0}"#, goodbye(GoodbyeReason::Silent, Some(0))),
        (r#"{"type":"goodbye","reason":"sign_in_too_slow"}"#, goodbye(GoodbyeReason::SignInTooSlow, None)),
        (r#"{"type":"goodbye","reason":"read_too_slow"}"#, goodbye(GoodbyeReason::ReadTooSlow, None)),
        (r#"{"type":"goodbye","reason":"too_many_mistakes"}"#, goodbye(GoodbyeReason::TooManyMistakes, None)),
        (r#"{"type":"goodbye","reason":"signed_out"}"#, goodbye(GoodbyeReason::SignedOut, None)),
        (r#"{"type":"goodbye","reason":"suspended"}"#, goodbye(GoodbyeReason::Suspended, None)),
    ]
}

/// What stands in a refusal beside `id` and `type`.
pub(super) fn refusals() -> Golden<Refusal> {
    let detail = || "x".to_owned();
    vec![
        (r#""code":"line_too_long","max_bytes":8192"#, Refusal::LineTooLong { max_bytes: 8192 }),
        (r#""code":"not_utf8""#, Refusal::NotUtf8),
        (r#""code":"not_json","detail":"x""#, Refusal::NotJson { detail: detail() }),
        (r#""code":"unknown_type""#, Refusal::UnknownType),
        (r#""code":"wrong_fields","detail":"x""#, Refusal::WrongFields { detail: detail() }),
        (r#""code":"tls_required""#, Refusal::TlsRequired),
        (r#""code":"hello_first""#, Refusal::HelloFirst),
        (r#""code":"unsupported_protocol","supported":1"#, Refusal::UnsupportedProtocol { supported: 1 }),
        (r#""code":"sign_in_first""#, Refusal::SignInFirst),
        (r#""code":"already_signed_in""#, Refusal::AlreadySignedIn),
        (r#""code":"too_fast","retry_after_ms":9"#, Refusal::TooFast { retry_after_ms: 9 }),
        (r#""code":"busy","retry_after_ms":9"#, Refusal::Busy { retry_after_ms: 9 }),
        (r#""code":"failed""#, Refusal::Failed),
        (r#""code":"username_invalid","problem":"empty""#, Refusal::UsernameInvalid { problem: NameProblem::Empty }),
        (r#""code":"username_invalid","problem":"too_long""#, Refusal::UsernameInvalid { problem: NameProblem::TooLong }),
        (r#""code":"username_invalid","problem":"characters""#, Refusal::UsernameInvalid { problem: NameProblem::Characters }),
        (r#""code":"username_taken""#, Refusal::UsernameTaken),
        (r#""code":"username_too_alike""#, Refusal::UsernameTooAlike),
        (r#""code":"registration_closed""#, Refusal::RegistrationClosed),
        (r#""code":"invite_needed""#, Refusal::InviteNeeded),
        (r#""code":"invite_invalid""#, Refusal::InviteInvalid),
        (r#""code":"display_name_invalid","problem":"empty""#, Refusal::DisplayNameInvalid { problem: NameProblem::Empty }),
        (r#""code":"status_too_long","max_chars":80"#, Refusal::StatusTooLong { max_chars: 80 }),
        (r#""code":"password_invalid","problem":"too_short""#, Refusal::PasswordInvalid { problem: PasswordProblem::TooShort }),
        (r#""code":"password_invalid","problem":"too_long""#, Refusal::PasswordInvalid { problem: PasswordProblem::TooLong }),
        (
            r#""code":"password_invalid","problem":"is_username""#,
            Refusal::PasswordInvalid { problem: PasswordProblem::IsUsername },
        ),
        (r#""code":"password_invalid","problem":"too_weak""#, Refusal::PasswordInvalid { problem: PasswordProblem::TooWeak }),
        (r#""code":"wrong_credentials""#, Refusal::WrongCredentials),
        (r#""code":"account_suspended""#, Refusal::AccountSuspended),
        (r#""code":"token_unknown""#, Refusal::TokenUnknown),
        (r#""code":"no_such_device""#, Refusal::NoSuchDevice),
        (r#""code":"no_such_user""#, Refusal::NoSuchUser),
        (r#""code":"that_is_you""#, Refusal::ThatIsYou),
        (r#""code":"unblock_first""#, Refusal::UnblockFirst),
        (r#""code":"too_many_blocked","max":1000"#, Refusal::TooManyBlocked { max: 1000 }),
        (r#""code":"not_allowed""#, Refusal::NotAllowed),
        (r#""code":"no_such_member""#, Refusal::NoSuchMember),
        (r#""code":"not_a_member""#, Refusal::NotAMember),
        (r#""code":"not_a_group""#, Refusal::NotAGroup),
        (r#""code":"already_a_member""#, Refusal::AlreadyAMember),
        (r#""code":"group_name_invalid","problem":"empty""#, Refusal::GroupNameInvalid { problem: NameProblem::Empty }),
        (r#""code":"group_name_taken""#, Refusal::GroupNameTaken),
        (r#""code":"topic_too_long","max_chars":200"#, Refusal::TopicTooLong { max_chars: 200 }),
        (r#""code":"too_many_invites","max":50"#, Refusal::TooManyInvites { max: 50 }),
        (r#""code":"group_full","max":1000"#, Refusal::GroupFull { max: 1000 }),
        (r#""code":"too_many_conversations","max":5000"#, Refusal::TooManyConversations { max: 5000 }),
        (r#""code":"text_empty""#, Refusal::TextEmpty),
        (r#""code":"text_too_long","max_bytes":16384"#, Refusal::TextTooLong { max_bytes: 16384 }),
        (r#""code":"query_invalid","problem":"empty""#, Refusal::QueryInvalid { problem: QueryProblem::Empty }),
        (r#""code":"query_invalid","problem":"too_long""#, Refusal::QueryInvalid { problem: QueryProblem::TooLong }),
        (r#""code":"query_invalid","problem":"too_many""#, Refusal::QueryInvalid { problem: QueryProblem::TooMany }),
        (r#""code":"query_invalid","problem":"date""#, Refusal::QueryInvalid { problem: QueryProblem::Date }),
        (r#""code":"query_invalid","problem":"has""#, Refusal::QueryInvalid { problem: QueryProblem::Has }),
        (r#""code":"client_id_reused""#, Refusal::ClientIdReused),
        (r#""code":"no_such_message""#, Refusal::NoSuchMessage),
        (r#""code":"not_yours""#, Refusal::NotYours),
        (r#""code":"too_many_edits","max":100"#, Refusal::TooManyEdits { max: 100 }),
        (r#""code":"emoji_invalid""#, Refusal::EmojiInvalid),
        (r#""code":"too_many_reactions","max":20"#, Refusal::TooManyReactions { max: 20 }),
    ]
}
