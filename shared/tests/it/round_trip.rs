//! Round trips of frames through the codec with arbitrary chunking, and the maximum size of encoded frames.

use bytes::BytesMut;
use papo_shared::codec::{Line, LineCodec};
use papo_shared::model::limits::{
    MAX_DEVICE_NAME_CHARS, MAX_DISPLAY_NAME_CHARS, MAX_MENTIONS, MAX_MESSAGE_BYTES, MAX_PASSWORD_BYTES, MAX_REACTIONS,
    MAX_USERNAME_CHARS,
};
use papo_shared::model::{
    ClientId, ConversationId, Emoji, Entry, EntryKind, GroupInviteId, GroupInviteListing, GroupListing, Invitation,
    MemberListing, Message, Notify, NotifyLevel, Person, Reaction, ReplyTo, Role, Seq, Timestamp, Username, Visibility,
};
use papo_shared::protocol::limits::{MAX_LINE_BYTES, MAX_LINE_BYTES_BEFORE_SIGN_IN};
use papo_shared::protocol::{
    AddReaction, BlockChanged, EditMessage, Entries, EntryPosted, Event, GroupInvite, History, Inbox, InboxItem, InboxReason,
    ListInbox, ListRevisions, ListUsers, MemberPage, MessageStored, NotifyChanged, PresenceChanged, ReadCursor, Receipt,
    ReceiptsChanged, Refusal, Register, Reply, ReplyFrame, Request, RequestFrame, Revision, RevisionPage, SearchHit, SearchHits,
    SearchMessages, SendMessage, ServerFrame, SetNotify, SetProfile, SetRole, SignIn, encode_line,
};
use proptest::prelude::*;
use tokio_util::codec::Decoder;

/// Decodes a stream that is split at the given positions.
fn lines_of(stream: &[u8], cuts: &[prop::sample::Index]) -> Vec<Line> {
    let mut positions: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).chain([0, stream.len()]).collect();
    positions.sort_unstable();
    let (mut codec, mut buffer, mut lines) = (LineCodec::new(MAX_LINE_BYTES), BytesMut::new(), Vec::new());
    for chunk in positions.windows(2).map(|pair| &stream[pair[0]..pair[1]]) {
        buffer.extend_from_slice(chunk);
        while let Some(line) = codec.decode(&mut buffer).unwrap() {
            lines.push(line);
        }
    }
    lines
}

fn whole(line: Line) -> bytes::Bytes {
    match line {
        Line::Whole(line) => line,
        Line::TooLong { max_bytes } => panic!("a frame exceeded {max_bytes} bytes"),
    }
}

/// Arbitrary text with a high share of characters that need escaping or cleaning.
fn text() -> impl Strategy<Value = String> {
    let special =
        prop::sample::select(vec!['\n', '\r', '"', '\\', '\0', '\u{2028}', '\u{202e}', '\u{2067}', '\u{2069}', '\u{301}', '🦜']);
    prop::collection::vec(prop_oneof![any::<char>(), special], 0..80).prop_map(|chars| chars.into_iter().collect())
}

fn client_id() -> impl Strategy<Value = ClientId> {
    any::<[u8; 16]>().prop_map(ClientId::from_bytes)
}

fn request() -> impl Strategy<Value = RequestFrame> {
    let conversation = || any::<u32>().prop_map(ConversationId);
    let seq = || prop::option::of(any::<u64>().prop_map(Seq));
    let request = prop_oneof![
        Just(Request::Ping),
        Just(Request::SignOut),
        (text(), text(), prop::option::of(text()), prop::option::of(text()), prop::option::of(text())).prop_map(
            |(username, password, display_name, device, invite)| Request::Register(Register {
                username,
                password,
                display_name,
                device,
                invite
            })
        ),
        (text(), text(), prop::option::of(text())).prop_map(|(username, password, code)| Request::SignIn(SignIn {
            username,
            password,
            device: None,
            code
        })),
        (prop::option::of(text()), prop::option::of(text()), prop::option::of(any::<u32>()))
            .prop_map(|(query, after, limit)| Request::ListUsers(ListUsers { query, after: after.map(Into::into), limit })),
        (prop::option::of(text()), prop::option::of(text()))
            .prop_map(|(display_name, status)| Request::SetProfile(SetProfile { display_name, status })),
        (conversation(), text(), role()).prop_map(|(conversation, username, role)| Request::SetRole(SetRole {
            conversation,
            username,
            role
        })),
        (conversation(), notify())
            .prop_map(|(conversation, Notify { level, until })| { Request::SetNotify(SetNotify { conversation, level, until }) }),
        (conversation(), client_id(), text(), seq()).prop_map(|(conversation, client_id, text, reply_to)| {
            Request::SendMessage(SendMessage { conversation, client_id, text, reply_to })
        }),
        (conversation(), any::<u64>(), text()).prop_map(|(conversation, seq, text)| Request::EditMessage(EditMessage {
            conversation,
            seq: Seq(seq),
            text
        })),
        (conversation(), any::<u64>(), text()).prop_map(|(conversation, seq, emoji)| Request::AddReaction(AddReaction {
            conversation,
            seq: Seq(seq),
            emoji
        })),
        (conversation(), any::<u64>(), prop::option::of(any::<u32>()), prop::option::of(any::<u32>())).prop_map(
            |(conversation, seq, after, limit)| {
                Request::ListRevisions(ListRevisions { conversation, seq: Seq(seq), after, limit })
            }
        ),
        prop::option::of(any::<u32>()).prop_map(|limit| Request::ListInbox(ListInbox { limit })),
        (conversation(), seq(), seq(), prop::option::of(any::<u32>())).prop_map(|(conversation, after, before, limit)| {
            Request::History(History { conversation, after, before, limit })
        }),
        (text(), prop::option::of(conversation()), prop::option::of(any::<u64>()), prop::option::of(any::<i32>())).prop_map(
            |(query, conversation, before, utc_offset_s)| {
                Request::SearchMessages(SearchMessages { query, conversation, limit: None, before, utc_offset_s })
            }
        ),
    ];
    (any::<u64>(), request).prop_map(|(id, request)| RequestFrame { id, request })
}

fn person() -> impl Strategy<Value = Person> {
    let presence = (any::<bool>(), any::<bool>(), prop::option::of(any::<i64>()), any::<bool>());
    (text(), text(), prop::option::of(text()), presence).prop_map(
        |(username, display_name, status, (online, away, last_seen, deleted))| Person {
            username: username.into(),
            display_name: display_name.into(),
            status: status.map(Into::into),
            online,
            away,
            last_seen: last_seen.map(Timestamp),
            deleted,
        },
    )
}

fn role() -> impl Strategy<Value = Role> {
    prop::sample::select(vec![Role::Member, Role::Admin, Role::Owner])
}

fn visibility() -> impl Strategy<Value = Visibility> {
    prop::sample::select(vec![Visibility::Private, Visibility::Listed, Visibility::Public])
}

fn notify() -> impl Strategy<Value = Notify> {
    let level = prop::sample::select(vec![NotifyLevel::All, NotifyLevel::Mentions, NotifyLevel::Nothing]);
    (level, prop::option::of(any::<i64>())).prop_map(|(level, until)| Notify { level, until: until.map(Timestamp) })
}

fn group_invite() -> impl Strategy<Value = GroupInviteListing> {
    (any::<i64>(), text(), any::<i64>(), prop::option::of(any::<u32>()), prop::option::of(any::<i64>())).prop_map(
        |(invite, created_by, created_at, uses_left, expires_at)| GroupInviteListing {
            invite: GroupInviteId(invite),
            created_by: created_by.into(),
            created_at: Timestamp(created_at),
            uses_left,
            expires_at: expires_at.map(Timestamp),
        },
    )
}

fn message() -> impl Strategy<Value = Message> {
    let reply_to = (any::<u64>(), text()).prop_map(|(seq, author)| ReplyTo { seq: Seq(seq), author: author.into() });
    let reaction =
        (text(), any::<u32>(), any::<bool>()).prop_map(|(emoji, count, mine)| Reaction { emoji: emoji.into(), count, mine });
    let changes = (prop::option::of(any::<u64>()), prop::option::of(any::<i64>()), any::<bool>(), prop::option::of(text()));
    (
        (client_id(), text()),
        prop::option::of(reply_to),
        prop::collection::vec(text(), 0..3),
        changes,
        prop::collection::vec(reaction, 0..3),
    )
        .prop_map(|((client_id, text), reply_to, mentions, (changed, edited_at, deleted, deleted_by), reactions)| Message {
            client_id,
            text: text.into(),
            reply_to,
            mentions: mentions.into_iter().map(Into::into).collect(),
            changed: changed.map(Seq),
            edited_at: edited_at.map(Timestamp),
            deleted,
            expired: false,
            by_operator: deleted,
            deleted_by: deleted_by.map(Into::into),
            reactions,
        })
}

fn entry() -> impl Strategy<Value = Entry> {
    let kind = prop_oneof![
        message().prop_map(EntryKind::Message),
        any::<u64>().prop_map(|target| EntryKind::MessageEdited { target: Seq(target) }),
        (any::<u64>(), text()).prop_map(|(target, emoji)| EntryKind::ReactionAdded { target: Seq(target), emoji: emoji.into() }),
        (text(), role()).prop_map(|(member, role)| EntryKind::RoleChanged { member: member.into(), role }),
        prop::option::of(text()).prop_map(|topic| EntryKind::TopicChanged { topic: topic.map(Into::into) }),
        text().prop_map(|name| EntryKind::GroupCreated { name: name.into() }),
        text().prop_map(|member| EntryKind::MemberAdded { member: member.into() }),
        prop::option::of(text()).prop_map(|owner| EntryKind::MemberLeft { new_owner: owner.map(Into::into) }),
        text().prop_map(|name| EntryKind::GroupRenamed { name: name.into() }),
        visibility().prop_map(|visibility| EntryKind::VisibilityChanged { visibility }),
        prop::option::of(any::<u32>()).prop_map(|days| EntryKind::RetentionChanged { days }),
    ];
    (any::<u64>(), any::<i64>(), text(), kind).prop_map(|(seq, at, author, kind)| Entry {
        seq: Seq(seq),
        at: Timestamp(at),
        author: author.into(),
        kind,
    })
}

fn server_frame() -> impl Strategy<Value = ServerFrame> {
    let conversation = || any::<u32>().prop_map(ConversationId);
    let reply = prop_oneof![
        Just(Reply::Pong),
        text().prop_map(|detail| Reply::Refused(Refusal::WrongFields { detail })),
        any::<u64>().prop_map(|retry_after_ms| Reply::Refused(Refusal::TooFast { retry_after_ms })),
        (conversation(), any::<u64>(), any::<i64>(), message()).prop_map(|(conversation, seq, at, message)| {
            let Message { client_id, reply_to, mentions, .. } = message;
            let (seq, at) = (Seq(seq), Timestamp(at));
            Reply::MessageStored(MessageStored { conversation, client_id, seq, at, reply_to, mentions })
        }),
        (conversation(), entry(), any::<bool>()).prop_map(|(conversation, entry, more)| {
            Reply::Inbox(Inbox { items: vec![InboxItem { conversation, reason: InboxReason::Reply, entry }], more })
        }),
        (conversation(), any::<u64>(), text(), prop::option::of(any::<u32>())).prop_map(|(conversation, seq, text, next)| {
            let revisions = vec![Revision { at: Timestamp(5), text: text.into() }];
            Reply::Revisions(RevisionPage { conversation, seq: Seq(seq), revisions, next })
        }),
        (conversation(), prop::collection::vec(entry(), 0..4), any::<bool>())
            .prop_map(|(conversation, entries, more)| Reply::Entries(Entries { conversation, entries, more })),
        (prop::collection::vec((conversation(), entry()), 0..4), prop::option::of(any::<u64>())).prop_map(|(hits, next)| {
            let hits = hits.into_iter().map(|(conversation, entry)| SearchHit { conversation, entry }).collect();
            Reply::SearchHits(SearchHits { hits, next })
        }),
    ];
    let receipt = (text(), any::<u64>(), any::<u64>()).prop_map(|(username, delivered, read)| {
        let (first_seq, delivered_seq, read_seq) = (Seq(1), Seq(delivered), Seq(read));
        Receipt { username: username.into(), first_seq, delivered_seq, read_seq }
    });
    let group_reply = prop_oneof![
        (conversation(), prop::collection::vec((person(), role()), 0..4)).prop_map(|(conversation, members)| {
            let members = members.into_iter().map(|(person, role)| MemberListing { person, role }).collect();
            Reply::Members(MemberPage { conversation, members, next: None })
        }),
        (conversation(), text(), group_invite()).prop_map(|(conversation, code, listing)| Reply::GroupInvite(GroupInvite {
            conversation,
            code,
            listing
        })),
    ];
    let reply = prop_oneof![reply, group_reply];
    let event = prop_oneof![
        Just(Event::Lagged),
        Just(Event::DevicesChanged),
        (conversation(), notify())
            .prop_map(|(conversation, notify)| Event::NotifyChanged(NotifyChanged { conversation, notify })),
        (text(), any::<bool>())
            .prop_map(|(username, blocked)| Event::BlockChanged(BlockChanged { username: username.into(), blocked })),
        (conversation(), any::<u64>(), any::<u32>(), any::<u32>()).prop_map(|(conversation, seq, unread, mentions)| {
            let (read_seq, last_seq) = (Seq(seq), Seq(seq));
            Event::ReadCursor(ReadCursor { conversation, read_seq, unread, mentions, last_seq })
        }),
        (conversation(), prop::collection::vec(receipt, 0..3))
            .prop_map(|(conversation, receipts)| Event::ReceiptsChanged(ReceiptsChanged { conversation, receipts })),
        (conversation(), entry()).prop_map(|(conversation, entry)| Event::EntryPosted(EntryPosted { conversation, entry })),
        prop::collection::vec(person(), 0..4).prop_map(|people| Event::PresenceChanged(PresenceChanged { people })),
        (conversation(), text(), any::<u32>(), visibility()).prop_map(|(conversation, name, members, visibility)| {
            Event::GroupChanged(GroupListing { conversation, name: name.into(), members, member: false, visibility })
        }),
        (conversation(), text(), any::<u32>(), text(), any::<i64>()).prop_map(|(conversation, name, members, invited_by, at)| {
            let (name, invited_by, at) = (name.into(), invited_by.into(), Timestamp(at));
            Event::InvitationReceived(Invitation { conversation, name, members, invited_by, at })
        }),
    ];
    prop_oneof![
        (any::<u64>(), reply).prop_map(|(id, reply)| ServerFrame::Reply(ReplyFrame { id, reply })),
        event.prop_map(ServerFrame::Event),
    ]
}

proptest! {
    #[test]
    fn requests_survive_the_round_trip(
        frames in prop::collection::vec(request(), 0..6),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let mut stream = BytesMut::new();
        frames.iter().for_each(|frame| encode_line(frame, &mut stream));
        let came = lines_of(&stream, &cuts).into_iter().map(|line| RequestFrame::decode(&whole(line)).unwrap());
        prop_assert_eq!(came.collect::<Vec<_>>(), frames);
    }

    #[test]
    fn replies_and_events_survive_the_round_trip(
        frames in prop::collection::vec(server_frame(), 0..6),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let mut stream = BytesMut::new();
        for frame in &frames {
            match frame {
                ServerFrame::Reply(reply) => encode_line(reply, &mut stream),
                ServerFrame::Event(event) => encode_line(event, &mut stream),
            }
        }
        let came = lines_of(&stream, &cuts).into_iter().map(|line| ServerFrame::decode(&whole(line)).unwrap());
        prop_assert_eq!(came.collect::<Vec<_>>(), frames);
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), line in "\\{.{0,80}\\}") {
        let _ = (RequestFrame::decode(&bytes).is_ok(), ServerFrame::decode(&bytes).is_ok());
        let _ = (RequestFrame::decode(line.as_bytes()).is_ok(), ServerFrame::decode(line.as_bytes()).is_ok());
    }
}

/// Encodes a frame with all non-ASCII characters escaped.
fn escaped(frame: &impl serde::Serialize) -> String {
    let mut line = String::new();
    for c in serde_json::to_string(frame).unwrap().chars() {
        if c.is_ascii() {
            line.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| line.push_str(&format!("\\u{unit:04x}")));
        }
    }
    line
}

#[test]
fn the_longest_message_fits_in_a_line_with_any_escaping() {
    for c in ['x', '"', '\\', 'é', '語', '🦜'] {
        let text = c.to_string().repeat(MAX_MESSAGE_BYTES / c.len_utf8());
        let (conversation, client_id) = (ConversationId(u32::MAX), ClientId::from_bytes([0xff; 16]));
        let send = SendMessage { conversation, client_id, text: text.clone(), reply_to: Some(Seq(u64::MAX)) };
        let frame = RequestFrame { id: u64::MAX, request: Request::SendMessage(send) };
        let line = escaped(&frame);
        assert!(line.len() <= MAX_LINE_BYTES, "{} bytes of {c:?}", line.len());
        assert_eq!(RequestFrame::decode(line.as_bytes()).unwrap(), frame);

        let author: Username = "🦜".repeat(MAX_USERNAME_CHARS).into();
        let emoji: Emoji = emojis::iter().max_by_key(|emoji| emoji.as_str().len()).unwrap().as_str().to_owned().into();
        let message = Message {
            client_id,
            text: text.into(),
            reply_to: Some(ReplyTo { seq: Seq(u64::MAX), author: author.clone() }),
            mentions: vec![author.clone(); MAX_MENTIONS],
            changed: Some(Seq(u64::MAX)),
            edited_at: Some(Timestamp(i64::MIN)),
            deleted: true,
            expired: true,
            by_operator: true,
            deleted_by: Some(author.clone()),
            reactions: vec![Reaction { emoji, count: u32::MAX, mine: true }; MAX_REACTIONS],
        };
        let kind = EntryKind::Message(message);
        let entry = Entry { seq: Seq(u64::MAX), at: Timestamp(i64::MIN), author, kind };
        let entries = Entries { conversation, entries: vec![entry], more: false };
        let line = escaped(&ReplyFrame { id: u64::MAX, reply: Reply::Entries(entries) });
        assert!(line.len() <= MAX_LINE_BYTES, "{} bytes of {c:?}", line.len());
    }
}

#[test]
fn the_largest_frame_before_sign_in_fits_in_the_shorter_line() {
    let longest = |chars: usize| "🦜".repeat(chars);
    let register = Register {
        username: longest(MAX_USERNAME_CHARS),
        password: "\u{1}".repeat(MAX_PASSWORD_BYTES),
        display_name: Some(longest(MAX_DISPLAY_NAME_CHARS)),
        device: Some(longest(MAX_DEVICE_NAME_CHARS)),
        invite: Some("ABCD-EFGH-IJKL-MNOP".to_owned()),
    };
    let line = escaped(&RequestFrame { id: u64::MAX, request: Request::Register(register) });
    assert!(line.len() <= MAX_LINE_BYTES_BEFORE_SIGN_IN, "{} bytes", line.len());
}
