//! How far the other members of a conversation are, and so who has a message of one's own.

use std::collections::BTreeMap;

use papo_shared::model::limits::MAX_RECEIPT_MEMBERS;
use papo_shared::model::{Seq, Username};
use papo_shared::protocol::Receipt;

/// How far the others are, where that was asked.
#[derive(Clone, Debug, Default)]
pub struct Receipts {
    /// Whether it was asked since the connection came back or the members changed.
    pub is_requested: bool,
    others: BTreeMap<Username, Receipt>,
}

/// How many of the others have a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// How many may see it.
    pub others: usize,
    /// On how many of their devices it arrived.
    pub delivered: usize,
    /// How many have read it.
    pub read: usize,
}

impl Receipts {
    /// Takes how far somebody else is. Nobody goes back, in whatever order this is told.
    pub fn learn(&mut self, receipt: Receipt) {
        if let Some(known) = self.others.get_mut(&receipt.username) {
            known.first_seq = receipt.first_seq;
            known.delivered_seq = known.delivered_seq.max(receipt.delivered_seq);
            known.read_seq = known.read_seq.max(receipt.read_seq);
        } else if self.others.len() < MAX_RECEIPT_MEMBERS {
            // With more members it is not told; a server that tells all the same fills no memory here.
            self.others.insert(receipt.username.clone(), receipt);
        }
    }

    /// Somebody is no member any more.
    pub fn forget(&mut self, username: &Username) {
        self.others.remove(username);
    }

    /// Who has the message with this number.
    #[must_use]
    pub fn reached(&self, seq: Seq) -> Reached {
        let mut reached = Reached::default();
        for receipt in self.others.values().filter(|receipt| receipt.first_seq <= seq) {
            reached.others += 1;
            // What was read has arrived.
            reached.delivered += usize::from(receipt.delivered_seq.max(receipt.read_seq) >= seq);
            reached.read += usize::from(receipt.read_seq >= seq);
        }
        reached
    }

    /// Who has read the message with this number, and whom it reached without being read.
    #[must_use]
    pub fn who_has(&self, seq: Seq) -> (Vec<&Username>, Vec<&Username>) {
        let may_see = self.others.values().filter(|receipt| receipt.first_seq <= seq);
        let (read, unread): (Vec<_>, Vec<_>) = may_see.partition(|receipt| receipt.read_seq >= seq);
        let delivered = unread.into_iter().filter(|receipt| receipt.delivered_seq >= seq);
        (read.into_iter().map(|receipt| &receipt.username).collect(), delivered.map(|receipt| &receipt.username).collect())
    }
}

impl Reached {
    /// Whether it arrived at everybody who may see it.
    #[must_use]
    pub fn is_delivered(self) -> bool {
        self.others > 0 && self.delivered == self.others
    }

    /// Whether everybody who may see it has read it.
    #[must_use]
    pub fn is_read(self) -> bool {
        self.others > 0 && self.read == self.others
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{Seq, Username};

    use super::{MAX_RECEIPT_MEMBERS, Reached, Receipt, Receipts};

    fn receipt(username: &str, first: u64, delivered: u64, read: u64) -> Receipt {
        let username = Username::parse(username).unwrap();
        Receipt { username, first_seq: Seq(first), delivered_seq: Seq(delivered), read_seq: Seq(read) }
    }

    #[test]
    fn nobody_goes_back_and_who_came_later_is_not_counted() {
        let mut receipts = Receipts::default();
        receipts.learn(receipt("bia", 1, 5, 3));
        receipts.learn(receipt("bia", 1, 4, 2));
        receipts.learn(receipt("caio", 4, 0, 0));
        assert_eq!(receipts.reached(Seq(3)), Reached { others: 1, delivered: 1, read: 1 });
        assert_eq!(receipts.reached(Seq(5)), Reached { others: 2, delivered: 1, read: 0 });
        receipts.forget(&Username::parse("caio").unwrap());
        assert!(receipts.reached(Seq(5)).is_delivered() && !receipts.reached(Seq(5)).is_read());
    }

    #[test]
    fn of_nobody_nothing_is_said() {
        let nobody = Receipts::default().reached(Seq(1));
        assert!(!nobody.is_delivered() && !nobody.is_read());
    }

    #[test]
    fn a_server_that_tells_of_too_many_fills_no_memory() {
        let mut receipts = Receipts::default();
        for at in 0..=MAX_RECEIPT_MEMBERS {
            receipts.learn(receipt(&format!("p{at}"), 1, 9, 9));
        }
        assert_eq!(receipts.reached(Seq(1)).others, MAX_RECEIPT_MEMBERS);
    }
}
