//! Converts outcomes of the store into deliveries for the sessions concerned. Pure functions: no waiting, no state.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use papo_shared::model::ConversationId;
use papo_shared::protocol::{BlockChanged, EntryPosted, Event, NotifyChanged, ReadCursor, Receipt, ReceiptsChanged};

use crate::bus::{Delivery, Origin, Recipients};
use crate::domain::{AccountId, Audience, SessionId};
use crate::send_queue::line;
use crate::store::{BlockChange, CursorPosition, NotifyChange, Outcome, Posted, ReceiptMoved};

/// The deliveries that follow from one outcome. `origin` is the session that made the request.
#[must_use]
pub(crate) fn deliveries(outcome: &Outcome, origin: SessionId) -> Vec<Delivery> {
    match outcome {
        Outcome::Posted(posted) => entry_posted(posted),
        Outcome::CursorPosition(cursor) if cursor.moved => {
            vec![for_other_sessions(cursor.account, &Event::ReadCursor(wire_cursor(cursor)), origin)]
        }
        Outcome::NotifyChanged(NotifyChange { conversation, account, notify }) => {
            let changed = NotifyChanged { conversation: *conversation, notify: *notify };
            vec![for_other_sessions(*account, &Event::NotifyChanged(changed), origin)]
        }
        Outcome::BlockChanged(BlockChange { by, username, blocked }) => {
            let changed = BlockChanged { username: username.clone(), blocked: *blocked };
            vec![for_other_sessions(*by, &Event::BlockChanged(changed), origin)]
        }
        _ => Vec::new(),
    }
}

/// The new entry for all members, and the group it changed for sessions watching the directory.
fn entry_posted(posted: &Posted) -> Vec<Delivery> {
    if posted.duplicate {
        return Vec::new();
    }
    let entry = EntryPosted { conversation: posted.conversation, entry: posted.entry.clone() };
    let to = Recipients::Accounts(posted.audience.clone());
    let mut deliveries = vec![Delivery { to, line: line(&Event::EntryPosted(entry)), origin: None }];
    if let Some(group) = &posted.group {
        let line = line(&Event::GroupChanged(group.clone()));
        deliveries.push(Delivery { to: Recipients::Watchers, line, origin: None });
    }
    deliveries
}

/// An event about the requester's own account, for the account's other sessions.
pub(crate) fn for_other_sessions(account: AccountId, event: &Event, origin: SessionId) -> Delivery {
    Delivery {
        to: Recipients::Accounts(Arc::new([account])),
        line: line(event),
        origin: Some(Origin { session: origin, instead: None }),
    }
}

/// The cursor in its wire format.
#[must_use]
pub(crate) fn wire_cursor(cursor: &CursorPosition) -> ReadCursor {
    let CursorPosition { conversation, read_seq, unread, mentions, last_seq, .. } = *cursor;
    ReadCursor { conversation, read_seq, unread, mentions, last_seq }
}

/// Receipts changed by one batch, merged so that each conversation gets a single event.
#[derive(Default)]
pub(crate) struct Receipts {
    by_conversation: BTreeMap<ConversationId, ConversationReceipts>,
}

/// The event for one conversation.
#[derive(Default)]
struct ConversationReceipts {
    audience: Audience,
    receipts: BTreeMap<AccountId, Receipt>,
}

impl Receipts {
    /// Adds the receipt of an outcome, if it has one. Later calls override earlier ones for the same member.
    pub(crate) fn take_in(&mut self, outcome: &Outcome) {
        let (Outcome::Delivered(moved) | Outcome::CursorPosition(CursorPosition { receipt: Some(moved), .. })) = outcome else {
            return;
        };
        let ReceiptMoved { conversation, account, receipt, audience } = moved;
        let told = self.by_conversation.entry(*conversation).or_default();
        told.audience.clone_from(audience);
        told.receipts.insert(*account, receipt.clone());
    }

    /// The deliveries of the batch. A member whose receipt is the only one in an event is not sent it.
    pub(crate) fn deliveries(self) -> impl Iterator<Item = Delivery> {
        self.by_conversation.into_iter().filter_map(|(conversation, ConversationReceipts { mut audience, receipts })| {
            if let [only] = receipts.keys().collect::<Vec<_>>()[..] {
                audience = audience.iter().copied().filter(|account| account != only).collect();
            }
            if audience.is_empty() {
                return None;
            }
            let receipts = receipts.into_values().collect();
            let line = line(&Event::ReceiptsChanged(ReceiptsChanged { conversation, receipts }));
            Some(Delivery { to: Recipients::Accounts(audience), line, origin: None })
        })
    }
}

/// A delivery whose only effect is the line for the requesting session.
#[must_use]
pub(crate) fn only_origin(origin: Origin) -> Delivery {
    Delivery { to: Recipients::OriginOnly, line: Bytes::new(), origin: Some(origin) }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{Seq, Username};

    use super::{AccountId, Audience, ConversationId, Outcome, Receipt, ReceiptMoved, Receipts, Recipients};

    fn moved(conversation: u32, account: u32, read: u64, audience: &[u32]) -> Outcome {
        let username = Username::parse(&format!("p{account}")).unwrap();
        let receipt = Receipt { username, first_seq: Seq(1), delivered_seq: Seq(read), read_seq: Seq(read) };
        let audience: Audience = audience.iter().copied().map(AccountId).collect();
        Outcome::Delivered(ReceiptMoved {
            conversation: ConversationId(conversation),
            account: AccountId(account),
            receipt,
            audience,
        })
    }

    /// For each delivery of a batch: its accounts, and its line without the beginning.
    fn told(batch: &[Outcome]) -> Vec<(Vec<u32>, String)> {
        let mut receipts = Receipts::default();
        batch.iter().for_each(|outcome| receipts.take_in(outcome));
        let deliveries = receipts.deliveries().map(|delivery| {
            let Recipients::Accounts(to) = delivery.to else { panic!("receipts are sent to accounts") };
            let line = String::from_utf8(delivery.line.to_vec()).unwrap();
            (to.iter().map(|account| account.0).collect(), line.split_once("receipts\":").unwrap().1.trim().to_owned())
        });
        deliveries.collect()
    }

    fn row(account: u32, read: u64) -> String {
        format!(r#"{{"username":"p{account}","first_seq":1,"delivered_seq":{read},"read_seq":{read}}}"#)
    }

    #[test]
    fn the_receipts_of_a_batch_are_merged_per_conversation() {
        let all = [1, 2, 3];
        let batch = [moved(7, 1, 4, &all), moved(7, 2, 5, &all), moved(8, 2, 9, &[2, 3]), moved(7, 1, 6, &all)];
        let both = format!("[{},{}]}}", row(1, 6), row(2, 5));
        assert_eq!(told(&batch), [(vec![1, 2, 3], both), (vec![3], format!("[{}]}}", row(2, 9)))]);
    }

    #[test]
    fn no_event_goes_to_its_only_subject_or_to_an_empty_audience() {
        assert_eq!(told(&[moved(7, 1, 4, &[1])]), []);
        assert_eq!(told(&[moved(7, 1, 4, &[]), Outcome::Done]), []);
    }
}
