//! The addresses of the community, and which of them is in use.

use papo_shared::model::{Fingerprint, ServerId};
use rand::seq::SliceRandom;

use super::patience::Patience;
use super::target::Target;
use crate::event::DisconnectReason;

/// The addresses of a target. The client stays with one, and moves to the next when it fails.
pub(super) struct Rotation {
    slots: Vec<Slot>,
    current: usize,
}

/// An address, and what happened there since the start.
struct Slot {
    /// Its index in the list of addresses.
    index: usize,
    /// The key of the address in files.
    address: String,
    /// The community that answered there last.
    answered: Option<ServerId>,
    /// A question that only the user can answer. Until then the address is not tried again.
    question: Option<OpenQuestion>,
}

/// Why an address is not used until the user decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpenQuestion {
    /// This certificate is not trusted.
    Certificate(Fingerprint),
    /// The server claims to be this community, which is not known at the address.
    Community(ServerId),
}

impl OpenQuestion {
    fn of(reason: &DisconnectReason) -> Option<Self> {
        match reason {
            DisconnectReason::CertificateUnknown { shown, .. } | DisconnectReason::CertificateChanged { shown, .. } => {
                Some(Self::Certificate(*shown))
            }
            DisconnectReason::CommunityUnproven { server, .. } => Some(Self::Community(*server)),
            _ => None,
        }
    }
}

impl Rotation {
    /// Tries the addresses in the order of the list.
    pub(super) fn new(target: &Target) -> Self {
        let slot = |(index, address)| Slot { index, address, answered: None, question: None };
        Self { slots: target.addresses().into_iter().enumerate().map(slot).collect(), current: 0 }
    }

    /// Tries the first address first and the others in random order, so that the users of a node that died are divided among
    /// the others.
    pub(super) fn shuffled(target: &Target) -> Self {
        let mut rotation = Self::new(target);
        if let Some((_, others)) = rotation.slots.split_first_mut() {
            others.shuffle(&mut rand::rng());
        }
        rotation
    }

    /// The index of the address in use, in the order of the list.
    pub(super) fn current_index(&self) -> usize {
        self.slots[self.current].index
    }

    /// The key of the address in use.
    pub(super) fn current(&self) -> &str {
        &self.slots[self.current].address
    }

    /// All addresses, including the one in use.
    pub(super) fn addresses(&self) -> Vec<String> {
        self.slots.iter().map(|slot| slot.address.clone()).collect()
    }

    /// Whether there are several addresses.
    pub(super) fn has_alternatives(&self) -> bool {
        self.slots.len() > 1
    }

    /// How long to wait for the server at the address in use.
    pub(super) fn patience(&self) -> Patience {
        if self.has_alternatives() { Patience::WITH_ALTERNATIVES } else { Patience::WITH_ONE_ADDRESS }
    }

    /// Notes which community answers at the address in use.
    pub(super) fn record_answer(&mut self, server: ServerId) {
        self.slots[self.current].answered = Some(server);
    }

    /// The other addresses, each with the community that answered there since the start.
    pub(super) fn others(&self) -> impl Iterator<Item = (&str, Option<ServerId>)> {
        let others = self.slots.iter().enumerate().filter(|(index, _)| *index != self.current);
        others.map(|(_, slot)| (slot.address.as_str(), slot.answered))
    }

    /// Moves to the next address after a failure. Returns whether one is left that can be tried without a decision of the user.
    pub(super) fn advance(&mut self, reason: &DisconnectReason) -> bool {
        self.slots[self.current].question = OpenQuestion::of(reason);
        let count = self.slots.len();
        let next = (1..=count).map(|step| (self.current + step) % count).find(|index| self.slots[*index].question.is_none());
        self.current = next.unwrap_or((self.current + 1) % count);
        next.is_some()
    }

    /// Closes the questions that equal this one, and continues with their first address. Returns their addresses.
    pub(super) fn close_question(&mut self, question: OpenQuestion) -> Vec<String> {
        let mut closed = Vec::new();
        for (index, slot) in self.slots.iter_mut().enumerate() {
            if slot.question == Some(question) {
                slot.question = None;
                if closed.is_empty() {
                    self.current = index;
                }
                closed.push(slot.address.clone());
            }
        }
        closed
    }

    /// Tries all addresses again, including those with open questions.
    pub(super) fn reopen(&mut self) {
        for slot in &mut self.slots {
            slot.question = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DisconnectReason, Fingerprint, OpenQuestion, Rotation, Target};
    use crate::connection::Encryption;

    fn rotation(list: &str) -> Rotation {
        Rotation::new(&Target::Remote { addresses: list.parse().unwrap(), encryption: Encryption::Tls })
    }

    fn unknown(certificate: &[u8]) -> DisconnectReason {
        DisconnectReason::CertificateUnknown { shown: Fingerprint::of(certificate), without_authorities: false }
    }

    #[test]
    fn each_failure_moves_to_the_next_address_in_turn() {
        let mut rotation = rotation("a:1,b:1,c:1");
        for expected in ["a:1", "b:1", "c:1", "a:1"] {
            assert_eq!(rotation.current(), expected);
            assert!(rotation.advance(&DisconnectReason::Closed));
        }
    }

    #[test]
    fn the_addresses_after_the_first_are_tried_in_random_order() {
        let target = Target::Remote { addresses: "a:1,b:1,c:1".parse().unwrap(), encryption: Encryption::Tls };
        let mut seconds = Vec::new();
        for _ in 0..1_000 {
            let mut rotation = Rotation::shuffled(&target);
            assert_eq!((rotation.current(), rotation.current_index()), ("a:1", 0));
            assert!(rotation.advance(&DisconnectReason::Closed));
            assert_eq!(target.addresses()[rotation.current_index()], rotation.current());
            seconds.push(rotation.current().to_owned());
            assert!(rotation.advance(&DisconnectReason::Closed) && rotation.advance(&DisconnectReason::Closed));
            assert_eq!(rotation.current(), "a:1", "all are tried before the first one again");
        }
        let count = seconds.iter().filter(|second| *second == "b:1").count();
        assert!((350..650).contains(&count), "{count}");
    }

    #[test]
    fn an_address_with_an_open_question_is_left_out_until_the_user_decides() {
        let mut rotation = rotation("a:1,b:1,c:1");
        assert!(rotation.advance(&unknown(b"new")), "others are tried meanwhile");
        assert!(rotation.advance(&DisconnectReason::Closed));
        assert!(rotation.advance(&DisconnectReason::Closed));
        assert_eq!(rotation.current(), "b:1", "a is left out");
        assert!(rotation.advance(&unknown(b"new")));
        assert_eq!(rotation.current(), "c:1");
        assert!(!rotation.advance(&unknown(b"another")), "every address waits for the user");

        assert_eq!(rotation.close_question(OpenQuestion::Certificate(Fingerprint::of(b"unrelated"))), [""; 0]);
        let same = OpenQuestion::Certificate(Fingerprint::of(b"new"));
        assert_eq!(rotation.close_question(same), ["a:1", "b:1"], "one decision counts for all that presented it");
        assert_eq!(rotation.current(), "a:1");
        assert!(rotation.advance(&DisconnectReason::Closed));
        assert!(rotation.advance(&DisconnectReason::Closed));
        assert_eq!(rotation.current(), "a:1", "c still waits");
        rotation.reopen();
        assert!(rotation.advance(&DisconnectReason::Closed) && rotation.advance(&DisconnectReason::Closed));
        assert_eq!(rotation.current(), "c:1");
    }

    #[test]
    fn a_single_address_waits_for_the_user_alone() {
        let mut rotation = rotation("a:1");
        assert!(!rotation.has_alternatives() && rotation.advance(&DisconnectReason::Closed));
        assert!(!rotation.advance(&unknown(b"new")));
        assert_eq!(rotation.current(), "a:1");
    }
}
