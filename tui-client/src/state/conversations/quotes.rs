//! Messages that replies quote and that are outside the part of the log held here. They are requested one by one.

use std::collections::VecDeque;

use papo_shared::model::{Entry, EntryKind, Message, Seq, Username};

use super::changes;

/// The maximum number of messages held per conversation: more than the replies that fit into a view.
pub const MAX_QUOTES: usize = 200;

/// Messages that were requested one by one, in the order in which they arrived.
#[derive(Clone, Debug, Default)]
pub struct Quotes {
    known: VecDeque<(Seq, Option<Entry>)>,
}

/// What is known of a quoted message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoted<'a> {
    /// The author and the current state of the message.
    Message(&'a Username, &'a Message),
    /// The message does not exist or this account may not see it.
    Missing,
    /// The message has not been loaded.
    NotLoaded,
}

impl Quotes {
    /// Looks up a message that was requested.
    #[must_use]
    pub fn get(&self, seq: Seq) -> Quoted<'_> {
        match self.known.iter().find(|(known, _)| *known == seq) {
            Some((_, Some(Entry { author, kind: EntryKind::Message(message), .. }))) => Quoted::Message(author, message),
            Some(_) => Quoted::Missing,
            None => Quoted::NotLoaded,
        }
    }

    /// Adds the reply to a request for one message: the entry, or `None` if there is none.
    pub fn learn(&mut self, seq: Seq, entry: Option<Entry>) {
        self.known.retain(|(known, _)| *known != seq);
        if self.known.len() >= MAX_QUOTES {
            self.known.pop_front();
        }
        self.known.push_back((seq, entry));
    }

    /// Removes the message that `change` modifies, so that it is requested again.
    pub fn invalidate(&mut self, change: &Entry) {
        if let Some(target) = changes::target(change) {
            self.known.retain(|(known, _)| *known != target);
        }
    }

    /// Removes messages that changed without an entry, so that they are requested again.
    pub fn forget(&mut self, seqs: &[Seq]) {
        self.known.retain(|(known, _)| !seqs.contains(known));
    }

    /// Removes all messages, for example because the account joined the group again and may no longer see them.
    pub fn clear(&mut self) {
        self.known.clear();
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{Entry, EntryKind, Seq, Timestamp, Username};

    use super::{MAX_QUOTES, Quoted, Quotes};

    #[test]
    fn the_oldest_message_is_removed_above_the_limit() {
        let mut quotes = Quotes::default();
        for seq in 1..=MAX_QUOTES as u64 + 1 {
            quotes.learn(Seq(seq), None);
        }
        assert_eq!((quotes.get(Seq(1)), quotes.get(Seq(2))), (Quoted::NotLoaded, Quoted::Missing));
        assert_eq!(quotes.known.len(), MAX_QUOTES);
    }

    #[test]
    fn a_changed_message_becomes_unknown() {
        let mut quotes = Quotes::default();
        quotes.learn(Seq(1), None);
        let author = Username::parse("bia").unwrap();
        quotes.invalidate(&Entry { seq: Seq(9), at: Timestamp(0), author, kind: EntryKind::MessageEdited { target: Seq(1) } });
        assert_eq!(quotes.get(Seq(1)), Quoted::NotLoaded);
    }
}
