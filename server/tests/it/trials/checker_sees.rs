//! Tests of the checker: a correct scenario, and every way of storing it incorrectly.

use std::collections::BTreeSet;

use papo_shared::model::{
    ClientId, ConversationId, Emoji, Entry, EntryKind, GroupName, Message, MessageText, Reaction, Seq, Timestamp, Username,
};

use super::checker::{Kind, check};
use super::history::{Observation, Observed};
use super::stored_state::{StoredState, View};

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

fn stored_state() -> StoredState {
    let view = |first: u64, last: u64, read: u64| View { first_seq: Seq(first), last_seq: Seq(last), read_seq: Seq(read) };
    StoredState {
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

fn observation(who: &str, what: Observed) -> Observation {
    Observation { at: END, who: who.to_owned(), what }
}

fn sent(who: &str, conversation: ConversationId, number: u8) -> Observation {
    observation(who, Observed::Sent { conversation, client_id: id(number), text: number.to_string() })
}

fn stored(who: &str, conversation: ConversationId, number: u8, seq: u64) -> Observation {
    observation(who, Observed::Stored { conversation, client_id: id(number), seq: Seq(seq), sent_again: false })
}

fn received(who: &str, conversation: ConversationId, entry: Entry) -> Observation {
    observation(who, Observed::Received { conversation, entry })
}

fn read(who: &str, conversation: ConversationId, seq: u64) -> Observation {
    observation(who, Observed::CursorMoved { conversation, read_seq: Seq(seq) })
}

/// What each user observed.
fn history() -> Vec<Observation> {
    let log = group_log();
    let token = "token of ana".to_owned();
    let given_up = "another token of ana".to_owned();
    vec![
        observation("ana", Observed::SignedIn { token }),
        observation("ana", Observed::SignedIn { token: given_up.clone() }),
        sent("ana", GROUP, 12),
        stored("ana", GROUP, 12, 2),
        observation("ana", Observed::MembershipDone { conversation: GROUP, kind: added("rui") }),
        received("rui", GROUP, log[2].clone()),
        sent("rui", GROUP, 14),
        stored("rui", GROUP, 14, 4),
        received("ana", GROUP, log[3].clone()),
        received("rui", GROUP, log[4].clone()),
        read("rui", GROUP, 4),
        sent("ana", GROUP, 16),
        stored("ana", GROUP, 16, 6),
        read("ana", GROUP, 6),
        received("eva", GROUP, log[6].clone()),
        sent("eva", GROUP, 18),
        sent("rui", DIRECT, 21),
        received("ana", DIRECT, message(1, "rui", 21)),
        observation("ana", Observed::SigningOut { token: given_up.clone() }),
        observation("ana", Observed::SignedOut { token: given_up }),
    ]
}

fn kinds(history: &[Observation], stored_state: &StoredState) -> BTreeSet<Kind> {
    check(history, END, stored_state).iter().map(|fault| fault.kind).collect()
}

/// The faults found when the stored state is changed.
#[track_caller]
fn check_stored_state(change: impl FnOnce(&mut StoredState), expected: &[Kind]) {
    let mut stored_state = stored_state();
    change(&mut stored_state);
    assert_eq!(kinds(&history(), &stored_state), expected.iter().copied().collect());
}

/// The faults found with an additional observation.
#[track_caller]
fn check_observation(more: Observation, expected: &[Kind]) {
    let mut history = history();
    history.push(more);
    assert_eq!(kinds(&history, &stored_state()), expected.iter().copied().collect());
}

fn log(stored_state: &mut StoredState) -> &mut Vec<Entry> {
    stored_state.logs.get_mut(&GROUP).unwrap()
}

fn view<'a>(stored_state: &'a mut StoredState, who: &str) -> &'a mut View {
    stored_state.views.get_mut(&(GROUP, who.to_owned())).unwrap()
}

#[test]
fn a_correct_state_has_no_faults() {
    check_stored_state(|_| {}, &[]);
}

#[test]
fn a_damaged_file_is_found() {
    check_stored_state(|stored_state| stored_state.damage = Some("a page is missing".to_owned()), &[Kind::Damaged]);
}

#[test]
fn a_lost_message_is_found() {
    check_observation(stored("eva", GROUP, 19, 9), &[Kind::Lost]);
    check_observation(received("ana", GROUP, message(9, "eva", 19)), &[Kind::Lost]);
    check_stored_state(|stored_state| log(stored_state)[1] = message(2, "ana", 99), &[Kind::Lost, Kind::Invented]);
    check_stored_state(|stored_state| stored_state.logs.retain(|id, _| *id != DIRECT), &[Kind::Lost]);
}

#[test]
fn later_observations_need_not_be_stored() {
    let mut history = history();
    history.push(Observation { at: END + 1, ..stored("eva", GROUP, 19, 9) });
    assert_eq!(kinds(&history, &stored_state()), BTreeSet::new());
}

#[test]
fn a_gap_in_a_log_is_found() {
    check_stored_state(|stored_state| log(stored_state)[7].seq = Seq(9), &[Kind::Gap]);
    check_stored_state(|stored_state| view(stored_state, "ana").last_seq = Seq(9), &[Kind::Gap]);
}

#[test]
fn a_duplicate_message_is_found() {
    let again = |stored_state: &mut StoredState| {
        log(stored_state).push(message(9, "eva", 18));
        view(stored_state, "ana").last_seq = Seq(9);
        view(stored_state, "eva").last_seq = Seq(9);
    };
    check_stored_state(again, &[Kind::Duplicate]);
}

#[test]
fn an_invented_message_is_found() {
    check_stored_state(|stored_state| log(stored_state)[7] = message(8, "ana", 18), &[Kind::Invented]);
    check_stored_state(|stored_state| log(stored_state)[7] = message(8, "eva", 99), &[Kind::Invented]);
}

#[test]
fn entries_delivered_out_of_order_are_found() {
    check_observation(received("ana", GROUP, group_log()[2].clone()), &[Kind::OutOfOrder]);
    check_observation(stored("ana", GROUP, 12, 2), &[Kind::OutOfOrder]);
    let again = Observed::Stored { conversation: GROUP, client_id: id(12), seq: Seq(2), sent_again: true };
    check_observation(observation("ana", again), &[]);
}

#[test]
fn entries_delivered_to_a_non_member_are_found() {
    check_observation(received("rui", GROUP, group_log()[5].clone()), &[Kind::Unauthorised]);
    check_observation(received("eva", DIRECT, message(1, "rui", 21)), &[Kind::Unauthorised]);
}

/// Removal ends a membership as leaving does, and joining starts one.
#[test]
fn removal_and_joining_change_membership() {
    let mut stored_state = stored_state();
    log(&mut stored_state)[4] = entry(5, "ana", EntryKind::MemberRemoved { member: name("rui") });
    log(&mut stored_state)[6] = entry(7, "eva", EntryKind::MemberJoined);
    let log = log(&mut stored_state).clone();
    let sent: Vec<Observation> =
        history().into_iter().filter(|observation| matches!(observation.what, Observed::Sent { .. })).collect();
    let with = |more: &[Observation]| kinds(&[&sent[..], more].concat(), &stored_state);
    let own = received("rui", GROUP, log[4].clone());
    assert_eq!(with(&[own, received("eva", GROUP, log[6].clone())]), BTreeSet::new());
    assert_eq!(with(&[received("rui", GROUP, log[5].clone())]), [Kind::Unauthorised].into());
    assert_eq!(with(&[received("eva", GROUP, log[5].clone())]), [Kind::Unauthorised].into());
}

#[test]
fn entries_visible_to_a_non_member_are_found() {
    check_stored_state(|stored_state| view(stored_state, "eva").first_seq = Seq(6), &[Kind::Unauthorised]);
    let still_in = |stored_state: &mut StoredState| {
        let view = view(stored_state, "ana").clone();
        stored_state.views.insert((GROUP, "rui".to_owned()), View { first_seq: Seq(3), ..view });
    };
    check_stored_state(still_in, &[Kind::Unauthorised]);
}

#[test]
fn a_membership_that_differs_from_the_log_is_found() {
    check_stored_state(|stored_state| stored_state.views.retain(|(_, who), _| who != "eva"), &[Kind::MembershipLost]);
    check_stored_state(|stored_state| view(stored_state, "eva").first_seq = Seq(8), &[Kind::MembershipLost]);
    check_observation(
        observation("ana", Observed::MembershipDone { conversation: GROUP, kind: added("rui") }),
        &[Kind::MembershipLost],
    );
}

#[test]
fn an_invalid_read_cursor_is_found() {
    check_stored_state(|stored_state| view(stored_state, "ana").read_seq = Seq(5), &[Kind::CursorLost]);
    check_stored_state(|stored_state| view(stored_state, "ana").read_seq = Seq(9), &[Kind::CursorLost]);
}

#[test]
fn a_lost_account_is_found() {
    check_stored_state(|stored_state| stored_state.people.retain(|who| who != "ana"), &[Kind::AccountLost]);
}

#[test]
fn a_lost_or_restored_device_is_found() {
    check_stored_state(|stored_state| stored_state.tokens.clear(), &[Kind::DeviceLost]);
    check_stored_state(
        |stored_state| stored_state.tokens.extend([("another token of ana".to_owned(), "ana".to_owned())]),
        &[Kind::DeviceBack],
    );
}

fn changed(stored_state: &mut StoredState, seq: u64, change: impl FnOnce(&mut Message)) {
    let EntryKind::Message(message) = &mut log(stored_state)[seq as usize - 1].kind else { panic!("not a message") };
    change(message);
}

#[test]
fn changes_must_be_in_the_message_and_in_the_log() {
    // The last message of the group was edited and reacted to.
    let mut stored_state = stored_state();
    let emoji = || Emoji::parse("👍").unwrap();
    log(&mut stored_state).push(entry(9, "eva", EntryKind::MessageEdited { target: Seq(8) }));
    log(&mut stored_state).push(entry(10, "ana", EntryKind::ReactionAdded { target: Seq(8), emoji: emoji() }));
    for who in ["ana", "eva"] {
        view(&mut stored_state, who).last_seq = Seq(10);
    }
    changed(&mut stored_state, 8, |message| {
        message.text = MessageText::parse("outro").unwrap();
        message.edited_at = Some(Timestamp(0));
        message.changed = Some(Seq(10));
        message.reactions = vec![Reaction { emoji: emoji(), count: 1, mine: false }];
    });
    let changing = |text: &str| Observed::Changing { conversation: GROUP, target: Seq(8), text: Some(text.to_owned()) };
    let done = |target| Observed::ChangeDone { conversation: GROUP, kind: EntryKind::MessageEdited { target: Seq(target) } };
    let with = |stored_state: &StoredState, more: &[Observed]| {
        let more = more.iter().map(|what| observation("eva", what.clone()));
        kinds(&history().into_iter().chain(more).collect::<Vec<_>>(), stored_state)
    };
    assert_eq!(with(&stored_state, &[changing("outro"), done(8)]), BTreeSet::new());
    assert_eq!(with(&stored_state, &[changing("um outro"), done(8)]), [Kind::Invented].into());
    assert_eq!(with(&stored_state, &[changing("outro"), done(6)]), [Kind::ChangeLost].into());
    assert_eq!(with(&stored_state, &[changing("outro"), done(8), done(8)]), [Kind::ChangeLost].into());
    let spoil: [fn(&mut Message); 4] = [
        |message| message.edited_at = None,
        |message| message.reactions.clear(),
        |message| message.changed = Some(Seq(9)),
        |message| message.deleted = true,
    ];
    for spoil in spoil {
        let mut spoiled = stored_state.clone();
        changed(&mut spoiled, 8, spoil);
        assert!(with(&spoiled, &[changing("outro"), done(8)]).contains(&Kind::ChangeLost));
    }
}
