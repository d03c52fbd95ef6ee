//! Tests of the checker: a correct scenario, and every way of storing it incorrectly.

use std::collections::BTreeSet;

use papo_shared::model::{
    ClientId, ConversationId, Emoji, Entry, EntryKind, GroupName, Message, MessageText, Reaction, Seq, Timestamp, Username,
};

use super::checker::{Kind, check};
use super::history::{Seen, What};
use super::kept::{Kept, View};

const GROUP: ConversationId = ConversationId(1);
const DIRECT: ConversationId = ConversationId(2);
const END: usize = 100;

fn name(name: &str) -> Username {
    Username::parse(name).unwrap()
}

fn id(number: u8) -> ClientId {
    ClientId::from_bytes([number; 16])
}

fn entry(seq: u64, author: &str, kind: EntryKind) -> Entry {
    Entry { seq: Seq(seq), at: Timestamp(0), author: name(author), kind }
}

fn message(seq: u64, author: &str, number: u8) -> Entry {
    let text = MessageText::parse(&number.to_string()).unwrap();
    entry(seq, author, EntryKind::Message(Message::new(id(number), text)))
}

fn added(member: &str) -> EntryKind {
    EntryKind::MemberAdded { member: name(member) }
}

fn group_log() -> Vec<Entry> {
    vec![
        entry(1, "ana", EntryKind::GroupCreated { name: GroupName::parse("redes").unwrap() }),
        message(2, "ana", 12),
        entry(3, "ana", added("rui")),
        message(4, "rui", 14),
        entry(5, "rui", EntryKind::MemberLeft { new_owner: None }),
        message(6, "ana", 16),
        entry(7, "ana", added("eva")),
        message(8, "eva", 18),
    ]
}

fn kept() -> Kept {
    let view = |first: u64, last: u64, read: u64| View { first_seq: Seq(first), last_seq: Seq(last), read_seq: Seq(read) };
    Kept {
        damage: None,
        people: ["ana", "eva", "rui"].map(str::to_owned).into(),
        views: [
            ((GROUP, "ana".to_owned()), view(1, 8, 6)),
            ((GROUP, "eva".to_owned()), view(7, 8, 8)),
            ((DIRECT, "ana".to_owned()), view(1, 1, 0)),
            ((DIRECT, "rui".to_owned()), view(1, 1, 1)),
        ]
        .into(),
        logs: [(GROUP, group_log()), (DIRECT, vec![message(1, "rui", 21)])].into(),
        tokens: [("token of ana".to_owned(), "ana".to_owned())].into(),
    }
}

fn seen(who: &str, what: What) -> Seen {
    Seen { at: END, who: who.to_owned(), what }
}

fn sent(who: &str, conversation: ConversationId, number: u8) -> Seen {
    seen(who, What::Sent { conversation, client_id: id(number), text: number.to_string() })
}

fn stored(who: &str, conversation: ConversationId, number: u8, seq: u64) -> Seen {
    seen(who, What::Stored { conversation, client_id: id(number), seq: Seq(seq), sent_again: false })
}

fn told(who: &str, conversation: ConversationId, entry: Entry) -> Seen {
    seen(who, What::Told { conversation, entry })
}

fn read(who: &str, conversation: ConversationId, seq: u64) -> Seen {
    seen(who, What::CursorPosition { conversation, read_seq: Seq(seq) })
}

/// What each user observed.
fn history() -> Vec<Seen> {
    let log = group_log();
    let token = "token of ana".to_owned();
    let given_up = "another token of ana".to_owned();
    vec![
        seen("ana", What::SignedIn { token }),
        seen("ana", What::SignedIn { token: given_up.clone() }),
        sent("ana", GROUP, 12),
        stored("ana", GROUP, 12, 2),
        seen("ana", What::MembershipDone { conversation: GROUP, kind: added("rui") }),
        told("rui", GROUP, log[2].clone()),
        sent("rui", GROUP, 14),
        stored("rui", GROUP, 14, 4),
        told("ana", GROUP, log[3].clone()),
        told("rui", GROUP, log[4].clone()),
        read("rui", GROUP, 4),
        sent("ana", GROUP, 16),
        stored("ana", GROUP, 16, 6),
        read("ana", GROUP, 6),
        told("eva", GROUP, log[6].clone()),
        sent("eva", GROUP, 18),
        sent("rui", DIRECT, 21),
        told("ana", DIRECT, message(1, "rui", 21)),
        seen("ana", What::SigningOut { token: given_up.clone() }),
        seen("ana", What::SignedOut { token: given_up }),
    ]
}

fn kinds(history: &[Seen], kept: &Kept) -> BTreeSet<Kind> {
    check(history, END, kept).iter().map(|fault| fault.kind).collect()
}

/// The faults found when the stored state is changed.
#[track_caller]
fn check_kept(change: impl FnOnce(&mut Kept), expected: &[Kind]) {
    let mut kept = kept();
    change(&mut kept);
    assert_eq!(kinds(&history(), &kept), expected.iter().copied().collect());
}

/// The faults found with an additional observation.
#[track_caller]
fn check_seen(more: Seen, expected: &[Kind]) {
    let mut history = history();
    history.push(more);
    assert_eq!(kinds(&history, &kept()), expected.iter().copied().collect());
}

fn log(kept: &mut Kept) -> &mut Vec<Entry> {
    kept.logs.get_mut(&GROUP).unwrap()
}

fn view<'a>(kept: &'a mut Kept, who: &str) -> &'a mut View {
    kept.views.get_mut(&(GROUP, who.to_owned())).unwrap()
}

#[test]
fn a_correct_state_has_no_faults() {
    check_kept(|_| {}, &[]);
}

#[test]
fn a_damaged_file_is_found() {
    check_kept(|kept| kept.damage = Some("a page is missing".to_owned()), &[Kind::Damaged]);
}

#[test]
fn a_lost_message_is_found() {
    check_seen(stored("eva", GROUP, 19, 9), &[Kind::Lost]);
    check_seen(told("ana", GROUP, message(9, "eva", 19)), &[Kind::Lost]);
    check_kept(|kept| log(kept)[1] = message(2, "ana", 99), &[Kind::Lost, Kind::Invented]);
    check_kept(|kept| kept.logs.retain(|id, _| *id != DIRECT), &[Kind::Lost]);
}

#[test]
fn later_observations_need_not_be_stored() {
    let mut history = history();
    history.push(Seen { at: END + 1, ..stored("eva", GROUP, 19, 9) });
    assert_eq!(kinds(&history, &kept()), BTreeSet::new());
}

#[test]
fn a_gap_in_a_log_is_found() {
    check_kept(|kept| log(kept)[7].seq = Seq(9), &[Kind::Hole]);
    check_kept(|kept| view(kept, "ana").last_seq = Seq(9), &[Kind::Hole]);
}

#[test]
fn a_duplicate_message_is_found() {
    let again = |kept: &mut Kept| {
        log(kept).push(message(9, "eva", 18));
        view(kept, "ana").last_seq = Seq(9);
        view(kept, "eva").last_seq = Seq(9);
    };
    check_kept(again, &[Kind::Double]);
}

#[test]
fn an_invented_message_is_found() {
    check_kept(|kept| log(kept)[7] = message(8, "ana", 18), &[Kind::Invented]);
    check_kept(|kept| log(kept)[7] = message(8, "eva", 99), &[Kind::Invented]);
}

#[test]
fn entries_delivered_out_of_order_are_found() {
    check_seen(told("ana", GROUP, group_log()[2].clone()), &[Kind::OutOfOrder]);
    check_seen(stored("ana", GROUP, 12, 2), &[Kind::OutOfOrder]);
    let again = What::Stored { conversation: GROUP, client_id: id(12), seq: Seq(2), sent_again: true };
    check_seen(seen("ana", again), &[]);
}

#[test]
fn entries_delivered_to_a_non_member_are_found() {
    check_seen(told("rui", GROUP, group_log()[5].clone()), &[Kind::Trespass]);
    check_seen(told("eva", DIRECT, message(1, "rui", 21)), &[Kind::Trespass]);
}

/// Removal ends a membership as leaving does, and joining starts one.
#[test]
fn removal_and_joining_change_membership() {
    let mut kept = kept();
    log(&mut kept)[4] = entry(5, "ana", EntryKind::MemberRemoved { member: name("rui") });
    log(&mut kept)[6] = entry(7, "eva", EntryKind::MemberJoined);
    let log = log(&mut kept).clone();
    let sent: Vec<Seen> = history().into_iter().filter(|seen| matches!(seen.what, What::Sent { .. })).collect();
    let with = |more: &[Seen]| kinds(&[&sent[..], more].concat(), &kept);
    let own = told("rui", GROUP, log[4].clone());
    assert_eq!(with(&[own, told("eva", GROUP, log[6].clone())]), BTreeSet::new());
    assert_eq!(with(&[told("rui", GROUP, log[5].clone())]), [Kind::Trespass].into());
    assert_eq!(with(&[told("eva", GROUP, log[5].clone())]), [Kind::Trespass].into());
}

#[test]
fn entries_visible_to_a_non_member_are_found() {
    check_kept(|kept| view(kept, "eva").first_seq = Seq(6), &[Kind::Trespass]);
    let still_in = |kept: &mut Kept| {
        let view = view(kept, "ana").clone();
        kept.views.insert((GROUP, "rui".to_owned()), View { first_seq: Seq(3), ..view });
    };
    check_kept(still_in, &[Kind::Trespass]);
}

#[test]
fn a_membership_that_differs_from_the_log_is_found() {
    check_kept(|kept| kept.views.retain(|(_, who), _| who != "eva"), &[Kind::MembershipLost]);
    check_kept(|kept| view(kept, "eva").first_seq = Seq(8), &[Kind::MembershipLost]);
    check_seen(seen("ana", What::MembershipDone { conversation: GROUP, kind: added("rui") }), &[Kind::MembershipLost]);
}

#[test]
fn an_invalid_read_cursor_is_found() {
    check_kept(|kept| view(kept, "ana").read_seq = Seq(5), &[Kind::CursorLost]);
    check_kept(|kept| view(kept, "ana").read_seq = Seq(9), &[Kind::CursorLost]);
}

#[test]
fn a_lost_account_is_found() {
    check_kept(|kept| kept.people.retain(|who| who != "ana"), &[Kind::AccountLost]);
}

#[test]
fn a_lost_or_restored_device_is_found() {
    check_kept(|kept| kept.tokens.clear(), &[Kind::DeviceLost]);
    check_kept(|kept| kept.tokens.extend([("another token of ana".to_owned(), "ana".to_owned())]), &[Kind::DeviceBack]);
}

fn changed(kept: &mut Kept, seq: u64, change: impl FnOnce(&mut Message)) {
    let EntryKind::Message(message) = &mut log(kept)[seq as usize - 1].kind else { panic!("not a message") };
    change(message);
}

#[test]
fn changes_must_be_in_the_message_and_in_the_log() {
    // The last message of the group was edited and reacted to.
    let mut kept = kept();
    let emoji = || Emoji::parse("👍").unwrap();
    log(&mut kept).push(entry(9, "eva", EntryKind::MessageEdited { target: Seq(8) }));
    log(&mut kept).push(entry(10, "ana", EntryKind::ReactionAdded { target: Seq(8), emoji: emoji() }));
    for who in ["ana", "eva"] {
        view(&mut kept, who).last_seq = Seq(10);
    }
    changed(&mut kept, 8, |message| {
        message.text = MessageText::parse("outro").unwrap();
        message.edited_at = Some(Timestamp(0));
        message.changed = Some(Seq(10));
        message.reactions = vec![Reaction { emoji: emoji(), count: 1, mine: false }];
    });
    let changing = |text: &str| What::Changing { conversation: GROUP, target: Seq(8), text: Some(text.to_owned()) };
    let done = |target| What::ChangeDone { conversation: GROUP, kind: EntryKind::MessageEdited { target: Seq(target) } };
    let with = |kept: &Kept, more: &[What]| {
        let more = more.iter().map(|what| seen("eva", what.clone()));
        kinds(&history().into_iter().chain(more).collect::<Vec<_>>(), kept)
    };
    assert_eq!(with(&kept, &[changing("outro"), done(8)]), BTreeSet::new());
    assert_eq!(with(&kept, &[changing("um outro"), done(8)]), [Kind::Invented].into());
    assert_eq!(with(&kept, &[changing("outro"), done(6)]), [Kind::ChangeLost].into());
    assert_eq!(with(&kept, &[changing("outro"), done(8), done(8)]), [Kind::ChangeLost].into());
    let spoil: [fn(&mut Message); 4] = [
        |message| message.edited_at = None,
        |message| message.reactions.clear(),
        |message| message.changed = Some(Seq(9)),
        |message| message.deleted = true,
    ];
    for spoil in spoil {
        let mut spoiled = kept.clone();
        changed(&mut spoiled, 8, spoil);
        assert!(with(&spoiled, &[changing("outro"), done(8)]).contains(&Kind::ChangeLost));
    }
}
