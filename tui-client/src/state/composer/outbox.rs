//! Messages that the user sent and the server has not acknowledged yet.

use std::collections::BTreeSet;

use papo_shared::model::{ClientId, ConversationId, MessageText, Seq, Timestamp};
use papo_shared::protocol::Refusal;

use crate::local_data::{LocalChange, UnsentMessage};

/// A message that the server has not acknowledged yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The id under which every attempt is sent, so that the server stores the message once.
    pub client_id: ClientId,
    /// The recipient: the conversation that was open when the message was written.
    pub conversation: ConversationId,
    /// The message text, already validated.
    pub text: MessageText,
    /// The message that this one replies to.
    pub reply_to: Option<Seq>,
    /// When the message was written, by this machine's clock.
    pub at: Timestamp,
    /// The current stage of sending.
    pub progress: Progress,
}

/// The stage of sending a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The message is being saved to this machine's disk. It is sent only after that, when a crash can no longer lose it.
    Saving,
    /// The message waits for the connection, or for the message before it.
    Queued,
    /// The message was sent and its reply has not arrived.
    Sending,
    /// The server refused the message. The user decides whether to send it again or discard it.
    Failed(Refusal),
}

/// Messages that are not acknowledged yet, oldest first.
///
/// At most one message per conversation is sent at a time, so that messages are stored in the order in which they were written
/// even if the server refuses some or the connection is lost.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    messages: Vec<Outgoing>,
    /// Changes to be saved that [`Self::take_changes`] has not returned yet.
    changes: Vec<LocalChange>,
}

impl Outbox {
    /// Appends a message, which is saved before it is sent.
    pub fn add(
        &mut self,
        client_id: ClientId,
        conversation: ConversationId,
        text: MessageText,
        reply_to: Option<Seq>,
        at: Timestamp,
    ) {
        self.changes.push(LocalChange::MessageQueued(UnsentMessage {
            client_id,
            conversation,
            text: text.clone(),
            reply_to,
            at,
            refused: None,
        }));
        self.messages.push(Outgoing { client_id, conversation, text, reply_to, at, progress: Progress::Saving });
    }

    /// Inserts the messages saved by an earlier run before those added since the start.
    pub fn restore(&mut self, saved: Vec<UnsentMessage>) {
        let saved = saved.into_iter().map(|UnsentMessage { client_id, conversation, text, reply_to, at, refused }| {
            let progress = refused.map_or(Progress::Queued, Progress::Failed);
            Outgoing { client_id, conversation, text, reply_to, at, progress }
        });
        let added_since = std::mem::take(&mut self.messages);
        self.messages = saved.chain(added_since).collect();
    }

    /// Marks a message as saved to disk, so that it may be sent.
    pub fn mark_saved(&mut self, client_id: ClientId) {
        if let Some(message) = self.get_mut(client_id).filter(|message| message.progress == Progress::Saving) {
            message.progress = Progress::Queued;
        }
    }

    /// Returns the changes to be saved since the last call.
    pub fn take_changes(&mut self) -> Vec<LocalChange> {
        std::mem::take(&mut self.changes)
    }

    /// All messages, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Outgoing> {
        self.messages.iter()
    }

    /// The messages of one conversation, oldest first.
    pub fn of(&self, conversation: ConversationId) -> impl Iterator<Item = &Outgoing> {
        self.messages.iter().filter(move |message| message.conversation == conversation)
    }

    /// The number of messages that were not refused and wait for an acknowledgement.
    #[must_use]
    pub fn unacknowledged_count(&self) -> usize {
        self.messages.iter().filter(|message| !matches!(message.progress, Progress::Failed(_))).count()
    }

    /// Whether this message is in the outbox and was refused.
    #[must_use]
    pub fn has_failed(&self, client_id: ClientId) -> bool {
        let is_failed = |message: &Outgoing| matches!(message.progress, Progress::Failed(_));
        self.messages.iter().any(|message| message.client_id == client_id && is_failed(message))
    }

    /// Queues a message again, because the refusal was temporary or the user wants to retry.
    pub fn queue(&mut self, client_id: ClientId) {
        if let Some(message) = self.get_mut(client_id) {
            let before = std::mem::replace(&mut message.progress, Progress::Queued);
            self.changes.extend(matches!(before, Progress::Failed(_)).then_some(LocalChange::RefusalSet(client_id, None)));
        }
    }

    /// Marks a message as refused.
    pub fn fail(&mut self, client_id: ClientId, refusal: Refusal) {
        if let Some(message) = self.get_mut(client_id) {
            message.progress = Progress::Failed(refusal.clone());
            self.changes.push(LocalChange::RefusalSet(client_id, Some(refusal)));
        }
    }

    /// Removes a message that the server stored or the user discarded.
    pub fn remove(&mut self, client_id: ClientId) -> Option<Outgoing> {
        let at = self.messages.iter().position(|message| message.client_id == client_id)?;
        self.changes.push(LocalChange::MessageRemoved(client_id));
        Some(self.messages.remove(at))
    }

    /// Removes all messages of a conversation that the account left.
    pub fn forget(&mut self, conversation: ConversationId) {
        let removed: Vec<_> = self.of(conversation).map(|message| message.client_id).collect();
        for client_id in removed {
            self.remove(client_id);
        }
    }

    /// Marks every message that can be sent now as sending and returns it: in each conversation the first queued message, unless
    /// one is already being sent.
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

    /// Queues the messages whose replies were lost with the connection. They keep their ids.
    pub fn queue_again(&mut self) {
        for message in &mut self.messages {
            if message.progress == Progress::Sending {
                message.progress = Progress::Queued;
            }
        }
    }

    fn get_mut(&mut self, client_id: ClientId) -> Option<&mut Outgoing> {
        self.messages.iter_mut().find(|message| message.client_id == client_id)
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{ClientId, ConversationId, MessageText, Timestamp};

    use super::{LocalChange, Outbox, Refusal};

    fn add(outbox: &mut Outbox, conversation: u32, text: &str) -> ClientId {
        let client_id = ClientId::new();
        outbox.add(client_id, ConversationId(conversation), MessageText::parse(text).unwrap(), None, Timestamp(0));
        client_id
    }

    fn add_saved(outbox: &mut Outbox, conversation: u32, text: &str) -> ClientId {
        let client_id = add(outbox, conversation, text);
        outbox.mark_saved(client_id);
        client_id
    }

    fn started(outbox: &mut Outbox) -> Vec<String> {
        outbox.start_sending().into_iter().map(|message| message.text.into()).collect()
    }

    #[test]
    fn each_conversation_sends_one_message_at_a_time_in_order() {
        let mut outbox = Outbox::default();
        let first = add_saved(&mut outbox, 1, "a1");
        add_saved(&mut outbox, 1, "a2");
        add_saved(&mut outbox, 2, "b1");
        assert_eq!(started(&mut outbox), ["a1", "b1"]);
        assert_eq!(started(&mut outbox), [""; 0]);
        outbox.queue_again();
        assert_eq!(
            started(&mut outbox),
            ["a1", "b1"],
            "after a lost connection the same messages are sent again in the same order"
        );
        outbox.remove(first);
        assert_eq!(started(&mut outbox), ["a2"]);
    }

    #[test]
    fn a_message_is_sent_only_after_it_is_saved() {
        let mut outbox = Outbox::default();
        let first = add(&mut outbox, 1, "a1");
        assert_eq!(started(&mut outbox), [""; 0]);
        outbox.mark_saved(first);
        assert_eq!(started(&mut outbox), ["a1"]);
        outbox.mark_saved(first);
        assert_eq!(started(&mut outbox), [""; 0], "it is already being sent");
    }

    #[test]
    fn a_refused_message_does_not_block_the_next_one() {
        let mut outbox = Outbox::default();
        let first = add_saved(&mut outbox, 1, "a1");
        add_saved(&mut outbox, 1, "a2");
        started(&mut outbox);
        outbox.fail(first, Refusal::NotAMember);
        assert_eq!(started(&mut outbox), ["a2"]);
        assert_eq!(outbox.unacknowledged_count(), 1);
    }

    #[test]
    fn every_change_to_be_saved_is_returned_once() {
        let mut outbox = Outbox::default();
        let first = add_saved(&mut outbox, 1, "a1");
        started(&mut outbox);
        outbox.fail(first, Refusal::NotAMember);
        outbox.queue(first);
        outbox.queue(first);
        outbox.forget(ConversationId(1));
        let changes = outbox.take_changes();
        assert!(matches!(&changes[0], LocalChange::MessageQueued(message) if message.client_id == first), "{changes:?}");
        let expected = [
            LocalChange::RefusalSet(first, Some(Refusal::NotAMember)),
            LocalChange::RefusalSet(first, None),
            LocalChange::MessageRemoved(first),
        ];
        assert_eq!(changes[1..], expected);
        assert_eq!(outbox.take_changes(), []);
    }
}
