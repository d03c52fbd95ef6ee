use papo_shared::model::limits::MAX_UNREAD;
use papo_shared::model::{
    ClientId, ConversationId, ConversationKind, ConversationSummary, Entry, EntryKind, GroupName, Message, MessageText, Notify,
    Role, Seq, Timestamp, Username, Visibility,
};
use papo_shared::protocol::ReadCursor;

use super::Conversation;

fn name(name: &str) -> Username {
    Username::parse(name).unwrap()
}

fn message(seq: u64, author: &str) -> Entry {
    let text = MessageText::parse("oi").unwrap();
    Entry { seq: Seq(seq), at: Timestamp(0), author: name(author), kind: EntryKind::Message(Message::new(ClientId::new(), text)) }
}

fn group(last: u64, read: u64, unread: u32) -> Conversation {
    Conversation::new(summary(last, read, unread))
}

fn summary(last: u64, read: u64, unread: u32) -> ConversationSummary {
    ConversationSummary {
        conversation: ConversationId(1),
        kind: ConversationKind::Group {
            name: GroupName::parse("redes").unwrap(),
            topic: None,
            members: 2,
            role: Role::Member,
            visibility: Visibility::Listed,
            retention_days: None,
        },
        first_seq: Seq(1),
        last_seq: Seq(last),
        read_seq: Seq(read),
        unread,
        notify: Notify::default(),
        mentions: 0,
        latest: None,
    }
}

#[test]
fn messages_by_others_count_as_unread_and_own_ones_do_not() {
    let mut group = group(5, 3, 2);
    group.add_entry(message(6, "bia"), &name("ana"));
    group.add_entry(message(7, "ana"), &name("ana"));
    assert_eq!((group.unread, group.last_seq), (3, Seq(7)));
    group.add_entry(message(6, "bia"), &name("ana"));
    assert_eq!(group.unread, 3, "an entry counts once");
}

#[test]
fn mentions_are_counted_until_they_are_read() {
    let mentioning = |seq, author: &str| {
        let mut entry = message(seq, author);
        let EntryKind::Message(message) = &mut entry.kind else { panic!("the entry should be a message") };
        message.mentions = vec![name("ana")];
        entry
    };
    let mut group = group(1, 1, 0);
    group.take_page(vec![message(1, "bia")], &name("ana"));
    for entry in [mentioning(2, "bia"), message(3, "bia"), mentioning(4, "bia"), mentioning(5, "ana")] {
        group.add_entry(entry, &name("ana"));
    }
    assert_eq!((group.unread, group.mentions), (3, 2), "an own message that mentions oneself does not count");
    group.read_up_to(Seq(3), &name("ana"));
    assert_eq!((group.unread, group.mentions), (1, 1));
    group.read_up_to(Seq(5), &name("ana"));
    assert_eq!((group.unread, group.mentions), (0, 0));
}

#[test]
fn an_entry_after_missing_ones_is_counted_together_with_them() {
    let mut group = group(5, 5, 0);
    group.take_page((1..=5).map(|n| message(n, "bia")).collect(), &name("ana"));
    group.add_entry(message(8, "bia"), &name("ana"));
    assert!(group.lacks_newer() && group.has_stale_count());
    assert_eq!(group.unread, 0);
    group.take_page((6..=8).map(|n| message(n, "bia")).collect(), &name("ana"));
    assert!(!group.lacks_newer() && !group.has_stale_count());
    assert_eq!(group.unread, 3);
}

#[test]
fn a_count_by_the_server_keeps_newer_entries_counted() {
    let mut group = group(5, 3, 2);
    group.take_page((1..=5).map(|n| message(n, "bia")).collect(), &name("ana"));
    group.add_entry(message(6, "bia"), &name("ana"));
    // The server counted before the sixth message arrived.
    let cursor = ReadCursor { conversation: ConversationId(1), read_seq: Seq(5), unread: 0, mentions: 0, last_seq: Seq(5) };
    group.move_read_cursor(&cursor, &name("ana"));
    assert_eq!(group.unread, 1);
    group.update_summary(summary(5, 5, 0), &name("ana"));
    assert_eq!(group.unread, 1);
}

#[test]
fn the_largest_count_stays_until_the_server_counts_again() {
    let me = name("ana");
    let mut group = group(3000, 1000, MAX_UNREAD - 1);
    group.take_page((1000..=3000).map(|n| message(n, "bia")).collect(), &me);
    group.add_entry(message(3001, "bia"), &me);
    assert_eq!(group.unread, MAX_UNREAD);
    group.add_entry(message(3002, "bia"), &me);
    assert_eq!(group.unread, MAX_UNREAD, "not above the largest count");
    group.read_up_to(Seq(1010), &me);
    assert_eq!(group.unread, MAX_UNREAD, "there may be many more");
    let (conversation, mentions) = (ConversationId(1), 0);
    group.move_read_cursor(&ReadCursor { conversation, read_seq: Seq(2990), unread: 12, mentions, last_seq: Seq(3002) }, &me);
    group.read_up_to(Seq(2992), &me);
    assert_eq!(group.unread, 10, "exact again");
    group.read_up_to(Seq(3002), &me);
    assert_eq!(group.unread, 0);
}

#[test]
fn entries_of_the_log_update_name_and_member_count_once() {
    let mut group = group(1, 1, 0);
    let entry = |seq, kind| Entry { seq: Seq(seq), at: Timestamp(0), author: name("bia"), kind };
    group.add_entry(entry(2, EntryKind::MemberAdded { member: name("caio") }), &name("ana"));
    group.add_entry(entry(3, EntryKind::GroupRenamed { name: GroupName::parse("malhas").unwrap() }), &name("ana"));
    group.add_entry(entry(4, EntryKind::MemberLeft { new_owner: None }), &name("ana"));
    group.add_entry(entry(4, EntryKind::MemberLeft { new_owner: None }), &name("ana"));
    let ConversationKind::Group { name, members, .. } = &group.kind else { panic!("the conversation should be a group") };
    assert_eq!((name.as_str(), *members, group.unread), ("malhas", 2, 0));
}
