//! Read cursors, dismissed messages, and delivery to devices.

use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{InboxReason, Receipt};

use super::decision::{Decided, Decision, Stop};
use super::lookup;
use crate::domain::account::AccountId;
use crate::domain::change::{Change, Marks};
use crate::domain::changes::Changes;
use crate::domain::conversation::Audience;
use crate::domain::facts::{All, ConversationFacts, Facts, MemberFacts};
use crate::domain::message::EntryId;
use crate::domain::outcome::{CursorPosition, Outcome, ReceiptMoved};
use crate::domain::rules;

/// A member whose marks are to be changed.
#[derive(Clone, Copy)]
struct Reader<'f> {
    conversation: ConversationId,
    account: AccountId,
    known: &'f ConversationFacts,
    own: &'f MemberFacts,
}

pub(super) fn move_read_cursor<'a>(facts: &Facts, conversation: ConversationId, account: AccountId, seq: Seq) -> Decided<'a> {
    let reader = Reader::find(facts, conversation, account)?;
    let Marks { read, seen, delivered } = reader.own.marks;
    let to = seq.min(reader.known.last_seq);
    let marks = Marks { read: read.max(to), seen: reader.advance(seen, to), delivered };
    let receipt = if marks.seen > seen { Some(reader.receipt(facts, marks)?) } else { None };
    let moved = marks.read > read;
    let set = moved || receipt.is_some();
    let changes = if set { reader.set(marks).into() } else { Changes::default() };
    Ok(Decision::new(reader.cursor(marks.read, moved, receipt), changes))
}

pub(super) fn move_read_cursor_back<'a>(
    facts: &Facts,
    conversation: ConversationId,
    account: AccountId,
    seq: Seq,
) -> Decided<'a> {
    let reader = Reader::find(facts, conversation, account)?;
    let before = reader.own.marks;
    let read = before.read.min(Seq(seq.max(reader.own.first).0.saturating_sub(1)));
    let moved = read < before.read;
    let changes = if moved { reader.set(Marks { read, ..before }).into() } else { Changes::default() };
    Ok(Decision::new(reader.cursor(read, moved, None), changes))
}

pub(super) fn dismiss<'a>(facts: &Facts, conversation: ConversationId, account: AccountId, seq: Seq) -> Decided<'a> {
    let reader = Reader::find(facts, conversation, account)?;
    let (message, read) = (EntryId { conversation, seq }, reader.own.marks.read);
    let (target, notices) = (lookup::message(facts, conversation, seq, account), facts.notices.get(&message)).all()?;
    let target = rules::require_message(target)?;
    lookup::text(target)?;
    let is_direct = reader.known.group.is_none();
    let notice = notices.iter().find(|notice| notice.account == account);
    let reason = match notice {
        _ if seq <= read || target.author == account => None,
        Some(notice) => (!notice.done).then_some(notice.reason),
        // A direct message is in the inbox without a stored item; only dismissing it needs one.
        None => is_direct.then_some(InboxReason::Direct),
    };
    let dismissed = reason.map(|reason| Change::PutNotice { message, account, reason, done: true });
    let outcome = reader.cursor(read, dismissed.is_some(), None);
    Ok(Decision::new(outcome, dismissed.into_iter().collect::<Changes<'_>>()))
}

pub(super) fn mark_delivered<'a>(facts: &Facts, conversation: ConversationId, account: AccountId, seq: Seq) -> Decided<'a> {
    let reader = Reader::find(facts, conversation, account)?;
    let before = reader.own.marks;
    let delivered = reader.advance(before.delivered, seq.min(reader.known.last_seq));
    if delivered <= before.delivered.max(before.seen) {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    let marks = Marks { delivered, ..before };
    Ok(Decision::new(Outcome::Delivered(reader.receipt(facts, marks)?), reader.set(marks)))
}

impl<'f> Reader<'f> {
    fn find(facts: &'f Facts, conversation: ConversationId, account: AccountId) -> Result<Self, Stop> {
        let (known, own) = lookup::membership(facts, conversation, account)?;
        Ok(Self { conversation, account, known, own })
    }

    /// A mark moved forward to `to`. It never moves back, and stays unchanged if the member may not see that entry.
    fn advance(&self, mark: Seq, to: Seq) -> Seq {
        if to >= self.own.first { mark.max(to) } else { mark }
    }

    fn set<'a>(&self, marks: Marks) -> Change<'a> {
        Change::SetMarks { conversation: self.conversation, account: self.account, marks }
    }

    fn cursor(&self, read_seq: Seq, moved: bool, receipt: Option<ReceiptMoved>) -> Outcome {
        let Reader { conversation, account, .. } = *self;
        Outcome::CursorPosition(CursorPosition { conversation, account, read_seq, moved, receipt })
    }

    /// The receipt for the other members. It has no audience in large groups.
    fn receipt(&self, facts: &Facts, marks: Marks) -> Result<ReceiptMoved, Stop> {
        let Reader { conversation, account, known, own } = *self;
        let username = rules::require_member(facts.accounts.get(&account)?.as_ref())?.username.clone();
        let Marks { seen, delivered, .. } = marks;
        let receipt = Receipt { username, first_seq: own.first, delivered_seq: delivered.max(seen), read_seq: seen };
        let sends_receipts = rules::sends_receipts(known.members.len());
        let audience = if sends_receipts { known.members.clone() } else { Audience::default() };
        Ok(ReceiptMoved { conversation, account, receipt, audience })
    }
}
