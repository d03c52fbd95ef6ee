//! Messages that are answered and are not part of the window that is held: asked for one by one, to be quoted.

use std::collections::VecDeque;

use papo_shared::model::{Entry, EntryKind, Message, Seq, Username};

use super::changes;

/// Most that are remembered of one conversation: more than answers fit into a view.
pub const MAX_QUOTES: usize = 200;

/// Messages that were asked for one by one, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Quotes {
    known: VecDeque<(Seq, Option<Entry>)>,
}

/// What is known of a message that is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoted<'a> {
    /// Who said it, and the message as it is now.
    Message(&'a Username, &'a Message),
    /// There is none that one may see.
    Nothing,
    /// It was not asked for yet.
    Unknown,
}

impl Quotes {
    /// What is known of a message.
    #[must_use]
    pub fn get(&self, seq: Seq) -> Quoted<'_> {
        match self.known.iter().find(|(known, _)| *known == seq) {
            Some((_, Some(Entry { author, kind: EntryKind::Message(message), .. }))) => Quoted::Message(author, message),
            Some(_) => Quoted::Nothing,
            None => Quoted::Unknown,
        }
    }

    /// A message came, or will not come.
    pub fn learn(&mut self, seq: Seq, entry: Option<Entry>) {
        self.known.retain(|(known, _)| *known != seq);
        if self.known.len() >= MAX_QUOTES {
            self.known.pop_front();
        }
        self.known.push_back((seq, entry));
    }

    /// Something changed a message: what is remembered of it is not as it was.
    pub fn invalidate(&mut self, change: &Entry) {
        if let Some(target) = changes::target(change) {
            self.known.retain(|(known, _)| *known != target);
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.known.clear();
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{Entry, EntryKind, Seq, Timestamp, Username};

    use super::{MAX_QUOTES, Quoted, Quotes};

    #[test]
    fn so_many_are_remembered_and_the_ones_that_came_first_go() {
        let mut quotes = Quotes::default();
        for seq in 1..=MAX_QUOTES as u64 + 1 {
            quotes.learn(Seq(seq), None);
        }
        assert_eq!((quotes.get(Seq(1)), quotes.get(Seq(2))), (Quoted::Unknown, Quoted::Nothing));
        assert_eq!(quotes.known.len(), MAX_QUOTES);
    }

    #[test]
    fn what_was_changed_is_asked_for_again() {
        let mut quotes = Quotes::default();
        quotes.learn(Seq(1), None);
        let author = Username::parse("bia").unwrap();
        quotes.invalidate(&Entry { seq: Seq(9), at: Timestamp(0), author, kind: EntryKind::MessageEdited { target: Seq(1) } });
        assert_eq!(quotes.get(Seq(1)), Quoted::Unknown);
    }
}
