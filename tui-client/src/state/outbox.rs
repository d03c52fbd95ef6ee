//! What the person sent and the server has not acknowledged yet.

use std::collections::BTreeSet;

use papo_shared::model::{ClientId, ConversationId, MessageText, Timestamp};

use super::phrase::Phrase;

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The same for each try.
    pub client_id: ClientId,
    /// Where it goes: the conversation that was open when it was written.
    pub conversation: ConversationId,
    /// What it says.
    pub text: MessageText,
    /// When it was written, on this machine's clock.
    pub at: Timestamp,
    /// How far it got.
    pub progress: Progress,
}

/// How far a message got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It waits for the connection, or for the message before it.
    Queued,
    /// It is on the wire.
    Sending,
    /// It was refused; the person decides what becomes of it.
    Failed(Phrase),
}

/// Messages on their way, oldest first.
///
/// In each conversation one message at a time is on the wire: so they arrive in the order they were written, whatever
/// the server refuses or the network loses.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    messages: Vec<Outgoing>,
}

impl Outbox {
    /// Adds a message at the end.
    pub fn add(&mut self, message: Outgoing) {
        self.messages.push(message);
    }

    /// The messages, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Outgoing> {
        self.messages.iter()
    }

    /// Those of one conversation, oldest first.
    pub fn of(&self, conversation: ConversationId) -> impl Iterator<Item = &Outgoing> {
        self.messages.iter().filter(move |message| message.conversation == conversation)
    }

    /// How many wait for the server.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.messages.iter().filter(|message| !matches!(message.progress, Progress::Failed(_))).count()
    }

    /// One message.
    #[must_use]
    pub fn get_mut(&mut self, client_id: ClientId) -> Option<&mut Outgoing> {
        self.messages.iter_mut().find(|message| message.client_id == client_id)
    }

    /// Takes a message out: it is stored, or taken back.
    pub fn remove(&mut self, client_id: ClientId) -> Option<Outgoing> {
        let at = self.messages.iter().position(|message| message.client_id == client_id)?;
        Some(self.messages.remove(at))
    }

    /// A conversation is gone, and with it what was on its way there.
    pub fn forget(&mut self, conversation: ConversationId) {
        self.messages.retain(|message| message.conversation != conversation);
    }

    /// Marks what can go now as being sent, and returns it: in each conversation the first that waits, where none is on
    /// the wire.
    pub fn start_sending(&mut self) -> Vec<Outgoing> {
        let mut busy: BTreeSet<ConversationId> =
            self.messages.iter().filter(|m| m.progress == Progress::Sending).map(|m| m.conversation).collect();
        let mut started = Vec::new();
        for message in &mut self.messages {
            if message.progress == Progress::Queued && busy.insert(message.conversation) {
                message.progress = Progress::Sending;
                started.push(message.clone());
            }
        }
        started
    }

    /// The connection is gone: what was on the wire waits again, under the same id.
    pub fn queue_again(&mut self) {
        for message in &mut self.messages {
            if message.progress == Progress::Sending {
                message.progress = Progress::Queued;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{ClientId, ConversationId, MessageText, Timestamp};

    use super::{Outbox, Outgoing, Phrase, Progress};

    fn outgoing(conversation: u32, text: &str) -> Outgoing {
        Outgoing {
            client_id: ClientId::new(),
            conversation: ConversationId(conversation),
            text: MessageText::parse(text).unwrap(),
            at: Timestamp(0),
            progress: Progress::Queued,
        }
    }

    fn started(outbox: &mut Outbox) -> Vec<String> {
        outbox.start_sending().into_iter().map(|message| message.text.into()).collect()
    }

    #[test]
    fn one_at_a_time_in_each_conversation_and_in_order() {
        let mut outbox = Outbox::default();
        let first = outgoing(1, "a1");
        for message in [first.clone(), outgoing(1, "a2"), outgoing(2, "b1")] {
            outbox.add(message);
        }
        assert_eq!(started(&mut outbox), ["a1", "b1"]);
        assert_eq!(started(&mut outbox), [""; 0]);
        outbox.queue_again();
        assert_eq!(started(&mut outbox), ["a1", "b1"], "a lost connection sends the same again, in the same order");
        outbox.remove(first.client_id);
        assert_eq!(started(&mut outbox), ["a2"]);
    }

    #[test]
    fn a_failed_message_holds_up_nothing() {
        let mut outbox = Outbox::default();
        let first = outgoing(1, "a1");
        outbox.add(first.clone());
        outbox.add(outgoing(1, "a2"));
        started(&mut outbox);
        outbox.get_mut(first.client_id).unwrap().progress = Progress::Failed(Phrase::new("refused-other"));
        assert_eq!(started(&mut outbox), ["a2"]);
        assert_eq!(outbox.waiting(), 1);
    }
}
