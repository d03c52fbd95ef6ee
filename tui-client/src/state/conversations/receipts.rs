//! How far the other members of a conversation have received and read it.

use std::collections::BTreeMap;

use papo_shared::model::limits::MAX_RECEIPT_MEMBERS;
use papo_shared::model::{Seq, Username};
use papo_shared::protocol::Receipt;

/// The receipts of the other members, once they were requested.
#[derive(Clone, Debug, Default)]
pub struct Receipts {
    /// Whether the receipts were requested since the last reconnection and the last change of members.
    pub is_requested: bool,
    others: BTreeMap<Username, Receipt>,
}

/// How many of the other members have received and read a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReceiptCounts {
    /// The number of other members who may see the message.
    pub others: usize,
    /// The number of them to whom it was delivered.
    pub delivered: usize,
    /// The number of them who have read it.
    pub read: usize,
}

impl Receipts {
    /// Adds or updates a member's receipt. Delivered and read positions never decrease, because receipts may arrive out of order.
    pub fn learn(&mut self, receipt: Receipt) {
        if let Some(known) = self.others.get_mut(&receipt.username) {
            known.first_seq = receipt.first_seq;
            known.delivered_seq = known.delivered_seq.max(receipt.delivered_seq);
            known.read_seq = known.read_seq.max(receipt.read_seq);
        } else if self.others.len() < MAX_RECEIPT_MEMBERS {
            // The server sends no receipts for larger groups; this protects the client's memory from one that does.
            self.others.insert(receipt.username.clone(), receipt);
        }
    }

    /// Removes the receipt of a former member.
    pub fn forget(&mut self, username: &Username) {
        self.others.remove(username);
    }

    /// Counts the members who have received and read the message with this number.
    #[must_use]
    pub fn count(&self, seq: Seq) -> ReceiptCounts {
        let mut counts = ReceiptCounts::default();
        for receipt in self.others.values().filter(|receipt| receipt.first_seq <= seq) {
            counts.others += 1;
            // A message that was read was also delivered.
            counts.delivered += usize::from(receipt.delivered_seq.max(receipt.read_seq) >= seq);
            counts.read += usize::from(receipt.read_seq >= seq);
        }
        counts
    }

    /// The members who have read the message with this number, and those to whom it was delivered but who have not read it.
    #[must_use]
    pub fn readers_and_recipients(&self, seq: Seq) -> (Vec<&Username>, Vec<&Username>) {
        let may_see = self.others.values().filter(|receipt| receipt.first_seq <= seq);
        let (read, unread): (Vec<_>, Vec<_>) = may_see.partition(|receipt| receipt.read_seq >= seq);
        let delivered = unread.into_iter().filter(|receipt| receipt.delivered_seq >= seq);
        (read.into_iter().map(|receipt| &receipt.username).collect(), delivered.map(|receipt| &receipt.username).collect())
    }
}

impl ReceiptCounts {
    /// Whether the message was delivered to every other member who may see it.
    #[must_use]
    pub fn is_delivered(self) -> bool {
        self.others > 0 && self.delivered == self.others
    }

    /// Whether every other member who may see the message has read it.
    #[must_use]
    pub fn is_read(self) -> bool {
        self.others > 0 && self.read == self.others
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{Seq, Username};

    use super::{MAX_RECEIPT_MEMBERS, Receipt, ReceiptCounts, Receipts};

    fn receipt(username: &str, first: u64, delivered: u64, read: u64) -> Receipt {
        let username = Username::parse(username).unwrap();
        Receipt { username, first_seq: Seq(first), delivered_seq: Seq(delivered), read_seq: Seq(read) }
    }

    #[test]
    fn receipts_never_decrease_and_later_members_are_not_counted() {
        let mut receipts = Receipts::default();
        receipts.learn(receipt("bia", 1, 5, 3));
        receipts.learn(receipt("bia", 1, 4, 2));
        receipts.learn(receipt("caio", 4, 0, 0));
        assert_eq!(receipts.count(Seq(3)), ReceiptCounts { others: 1, delivered: 1, read: 1 });
        assert_eq!(receipts.count(Seq(5)), ReceiptCounts { others: 2, delivered: 1, read: 0 });
        receipts.forget(&Username::parse("caio").unwrap());
        assert!(receipts.count(Seq(5)).is_delivered() && !receipts.count(Seq(5)).is_read());
    }

    #[test]
    fn without_other_members_a_message_is_neither_delivered_nor_read() {
        let counts = Receipts::default().count(Seq(1));
        assert!(!counts.is_delivered() && !counts.is_read());
    }

    #[test]
    fn the_number_of_receipts_is_limited() {
        let mut receipts = Receipts::default();
        for at in 0..=MAX_RECEIPT_MEMBERS {
            receipts.learn(receipt(&format!("p{at}"), 1, 9, 9));
        }
        assert_eq!(receipts.count(Seq(1)).others, MAX_RECEIPT_MEMBERS);
    }
}
