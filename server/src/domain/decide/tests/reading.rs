//! Read cursors, dismissed messages, and delivery.

use std::sync::Arc;

use papo_shared::model::Seq;
use papo_shared::model::limits::MAX_RECEIPT_MEMBERS;
use papo_shared::protocol::InboxReason;

use super::{ANA, DIRECT, EVA, GROUP, IVO, RUI, add_message, check, decided, entry, facts};
use crate::domain::account::AccountId;
use crate::domain::change::{Change, Marks};
use crate::domain::facts::{ConversationFacts, Facts, InboxRecord, MemberFacts};
use crate::domain::outcome::Outcome;
use crate::domain::write::Write;

/// Facts with Rui's marks in the group, which he sees from entry 5 on.
fn with_marks(read: u64, seen: u64, delivered: u64) -> Facts {
    let mut facts = facts();
    let own: MemberFacts = facts.members.get(&(GROUP, AccountId(RUI))).unwrap().clone().unwrap();
    let marks = Marks { read: Seq(read), seen: Seq(seen), delivered: Seq(delivered) };
    facts.members.set((GROUP, AccountId(RUI)), Some(MemberFacts { marks, ..own }));
    facts
}

fn read(account: u32, seq: u64) -> Write {
    Write::MoveReadCursor { conversation: GROUP, account: AccountId(account), seq: Seq(seq) }
}

fn unread(account: u32, seq: u64) -> Write {
    Write::MoveReadCursorBack { conversation: GROUP, account: AccountId(account), seq: Seq(seq) }
}

/// Checks the cursor's position, whether it moved, and the receipt seen by the others.
#[track_caller]
fn check_cursor(mut facts: Facts, write: &Write, read: u64, moved: bool, seen: Option<u64>) {
    let decision = decided(&mut facts, write);
    assert_eq!(decision.changes.is_empty(), !moved && seen.is_none(), "{:?}", decision.changes);
    if let Some(Change::SetMarks { marks, .. }) = decision.changes.iter().next() {
        assert_eq!(marks.read, Seq(read), "{write:?}");
    }
    let Outcome::CursorPosition(cursor) = decision.outcome else { panic!("{:?}", decision.outcome) };
    let receipt = cursor.receipt.map(|moved| moved.receipt.read_seq);
    assert_eq!((cursor.read_seq, cursor.moved, receipt), (Seq(read), moved, seen.map(Seq)), "{write:?}");
}

#[test]
fn a_read_cursor_moves_forward_up_to_the_newest_entry() {
    check_cursor(with_marks(4, 0, 0), &read(RUI, 6), 6, true, Some(6));
    check_cursor(with_marks(4, 0, 0), &read(RUI, 99), 9, true, Some(9));
    check_cursor(with_marks(6, 6, 0), &read(RUI, 5), 6, false, None);
    // After the cursor was moved back, the others' view does not change.
    check_cursor(with_marks(5, 8, 0), &read(RUI, 7), 7, true, None);
    // Entries that the member cannot see never count as seen.
    check_cursor(with_marks(3, 0, 0), &read(RUI, 4), 4, true, None);
    check(&facts(), &read(IVO, 6), "Refused NotAMember");
}

#[test]
fn a_receipt_never_decreases() {
    let (mut facts, write) = (with_marks(5, 8, 3), read(RUI, 7));
    let decision = decided(&mut facts, &write);
    let expected = Marks { read: Seq(7), seen: Seq(8), delivered: Seq(3) };
    let set = decision.changes.iter().next();
    assert!(matches!(set, Some(Change::SetMarks { marks, .. }) if *marks == expected), "{set:?}");
}

#[test]
fn a_read_cursor_moves_back_as_far_as_the_member_sees() {
    check_cursor(with_marks(8, 8, 0), &unread(RUI, 7), 6, true, None);
    check_cursor(with_marks(8, 8, 0), &unread(RUI, 1), 4, true, None);
    check_cursor(with_marks(6, 6, 0), &unread(RUI, 9), 6, false, None);
    check(&facts(), &unread(IVO, 6), "Refused NotAMember");
}

#[test]
fn the_members_of_large_groups_get_no_receipts() {
    let with_members = |count: usize| {
        let mut facts = with_marks(4, 0, 0);
        let members: Arc<[AccountId]> = (0..count).map(|place| AccountId(3 + place as u32)).collect();
        let known: ConversationFacts = facts.conversations.get(&GROUP).unwrap().clone().unwrap();
        facts.conversations.set(GROUP, Some(ConversationFacts { members, ..known }));
        let write = read(RUI, 6);
        let Outcome::CursorPosition(cursor) = decided(&mut facts, &write).outcome else { panic!("not moved") };
        cursor.receipt.unwrap().audience.len()
    };
    assert_eq!((with_members(MAX_RECEIPT_MEMBERS), with_members(MAX_RECEIPT_MEMBERS + 1)), (MAX_RECEIPT_MEMBERS, 0));
}

#[test]
fn only_new_deliveries_are_announced() {
    let delivered = |account, seq| Write::MarkDelivered { conversation: GROUP, account: AccountId(account), seq: Seq(seq) };
    check(&with_marks(4, 0, 0), &delivered(RUI, 6), "Delivered SetMarks");
    check(&with_marks(4, 0, 0), &delivered(RUI, 4), "Done");
    check(&with_marks(4, 0, 6), &delivered(RUI, 6), "Done");
    check(&with_marks(7, 7, 0), &delivered(RUI, 7), "Done");
    check(&facts(), &delivered(IVO, 6), "Refused NotAMember");
    let (mut facts, write) = (with_marks(7, 7, 0), delivered(RUI, 99));
    let Outcome::Delivered(moved) = decided(&mut facts, &write).outcome else { panic!("should announce the receipt") };
    assert_eq!((moved.receipt.delivered_seq, moved.receipt.read_seq), (Seq(9), Seq(7)));
}

#[test]
fn a_message_is_dismissed_from_the_inbox() {
    let dismiss = |conversation, seq| Write::Dismiss { conversation, account: AccountId(RUI), seq: Seq(seq) };
    let with_notice = |done: Option<bool>| {
        let mut facts = with_marks(4, 0, 0);
        for (id, author) in [(entry(GROUP, 6), EVA), (entry(GROUP, 7), RUI), (entry(DIRECT, 6), ANA)] {
            add_message(&mut facts, id, author, "oi");
            let notice = |done| InboxRecord { account: AccountId(RUI), reason: InboxReason::Mention, done };
            facts.notices.set(id, done.map(notice).into_iter().collect());
        }
        facts
    };
    check(&with_notice(Some(false)), &dismiss(GROUP, 6), "CursorPosition PutNotice");
    check(&with_notice(Some(true)), &dismiss(GROUP, 6), "CursorPosition");
    check(&with_notice(None), &dismiss(GROUP, 6), "CursorPosition");
    check(&with_notice(None), &dismiss(DIRECT, 6), "CursorPosition PutNotice");
    check(&with_notice(Some(false)), &dismiss(GROUP, 7), "CursorPosition");
    check(&with_notice(Some(false)), &dismiss(GROUP, 9), "Refused NoSuchMessage");
    let mut read = with_notice(Some(false));
    let own: MemberFacts = read.members.get(&(GROUP, AccountId(RUI))).unwrap().clone().unwrap();
    read.members.set((GROUP, AccountId(RUI)), Some(MemberFacts { marks: Marks { read: Seq(6), ..own.marks }, ..own }));
    check(&read, &dismiss(GROUP, 6), "CursorPosition");
}
