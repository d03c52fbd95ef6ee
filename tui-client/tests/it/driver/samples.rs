//! Sample people, conversations and entries.

use papo_shared::model::{
    ClientId, ConversationId, ConversationKind, ConversationSummary, Entry, EntryKind, GroupName, MemberListing, Message,
    MessageText, Notify, Person, Role, Seq, Timestamp, Username, Visibility,
};

/// Friday 20 November 2026, 14:00 UTC.
pub(crate) const START: i64 = 1_795_183_200_000;
/// One minute, in milliseconds.
pub(crate) const MINUTE: i64 = 60_000;

pub(crate) fn name(name: &str) -> Username {
    Username::parse(name).unwrap()
}

pub(crate) fn person(username: &str, online: bool) -> Person {
    let last_seen = (!online).then_some(Timestamp(START - 90 * MINUTE));
    let display_name = username.to_owned().into();
    Person { username: name(username), display_name, status: None, online, away: false, last_seen, deleted: false }
}

/// A group member without a special role.
pub(crate) fn member(username: &str, online: bool) -> MemberListing {
    MemberListing { person: person(username, online), role: Role::Member }
}

pub(crate) fn direct(id: u32, peer: &str, last: u64, read: u64, unread: u32) -> ConversationSummary {
    let kind = ConversationKind::Direct { peer: person(peer, true) };
    summary(id, kind, last, read, unread)
}

pub(crate) fn group(id: u32, group: &str, last: u64, read: u64, unread: u32) -> ConversationSummary {
    let kind = ConversationKind::Group {
        name: GroupName::parse(group).unwrap(),
        topic: None,
        members: 3,
        role: Role::Member,
        visibility: Visibility::Listed,
        retention_days: None,
    };
    summary(id, kind, last, read, unread)
}

fn summary(id: u32, kind: ConversationKind, last: u64, read: u64, unread: u32) -> ConversationSummary {
    ConversationSummary {
        conversation: ConversationId(id),
        kind,
        first_seq: Seq(1),
        last_seq: Seq(last),
        read_seq: Seq(read),
        unread,
        notify: Notify::default(),
        mentions: 0,
        latest: None,
    }
}

/// A message written this many minutes after [`START`].
pub(crate) fn message(seq: u64, author: &str, minutes: i64, text: &str) -> Entry {
    let kind = EntryKind::Message(Message::new(ClientId::new(), MessageText::parse(text).unwrap()));
    entry(seq, author, minutes, kind)
}

pub(crate) fn entry(seq: u64, author: &str, minutes: i64, kind: EntryKind) -> Entry {
    Entry { seq: Seq(seq), at: Timestamp(START + minutes * MINUTE), author: name(author), kind }
}
