//! What the person sent and the server has not acknowledged yet.

use std::collections::BTreeSet;

use papo_shared::model::{ClientId, ConversationId, MessageText, Seq, Timestamp};
use papo_shared::protocol::Refusal;

use crate::local_data::{LocalChange, UnsentMessage};

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The same for each try.
    pub client_id: ClientId,
    /// Where it goes: the conversation that was open when it was written.
    pub conversation: ConversationId,
    /// What it says.
    pub text: MessageText,
    /// The message that it answers.
    pub reply_to: Option<Seq>,
    /// When it was written, on this machine's clock.
    pub at: Timestamp,
    /// How far it got.
    pub progress: Progress,
}

/// How far a message got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It is being written to this machine's disk: it goes out when a crash cannot lose it any more.
    Saving,
    /// It waits for the connection, or for the message before it.
    Queued,
    /// It is on the wire.
    Sending,
    /// It was refused; the person decides what becomes of it.
    Failed(Refusal),
}

/// Messages on their way, oldest first.
///
/// In each conversation one message at a time is on the wire: so they arrive in the order they were written, whatever
/// the server refuses or the network loses.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    messages: Vec<Outgoing>,
    /// What is to be kept of it, and is not told yet.
    changes: Vec<LocalChange>,
}

impl Outbox {
    /// Adds a message at the end, to be kept before it goes out.
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

    /// Puts what was kept before those that were added since.
    pub fn restore(&mut self, kept: Vec<UnsentMessage>) {
        let kept = kept.into_iter().map(|UnsentMessage { client_id, conversation, text, reply_to, at, refused }| {
            let progress = refused.map_or(Progress::Queued, Progress::Failed);
            Outgoing { client_id, conversation, text, reply_to, at, progress }
        });
        let added_since = std::mem::take(&mut self.messages);
        self.messages = kept.chain(added_since).collect();
    }

    /// A message is on the disk, and may go out.
    pub fn mark_saved(&mut self, client_id: ClientId) {
        if let Some(message) = self.get_mut(client_id).filter(|message| message.progress == Progress::Saving) {
            message.progress = Progress::Queued;
        }
    }

    /// What changed since this was last asked, and is to be kept.
    pub fn take_changes(&mut self) -> Vec<LocalChange> {
        std::mem::take(&mut self.changes)
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

    /// Whether the message is here and could not be sent.
    #[must_use]
    pub fn has_failed(&self, client_id: ClientId) -> bool {
        let is_failed = |message: &Outgoing| matches!(message.progress, Progress::Failed(_));
        self.messages.iter().any(|message| message.client_id == client_id && is_failed(message))
    }

    /// A message waits again: it was refused for a while only, or the person wants it to be tried again.
    pub fn queue(&mut self, client_id: ClientId) {
        if let Some(message) = self.get_mut(client_id) {
            let before = std::mem::replace(&mut message.progress, Progress::Queued);
            self.changes.extend(matches!(before, Progress::Failed(_)).then_some(LocalChange::RefusalSet(client_id, None)));
        }
    }

    /// A message was refused.
    pub fn fail(&mut self, client_id: ClientId, why: Refusal) {
        if let Some(message) = self.get_mut(client_id) {
            message.progress = Progress::Failed(why.clone());
            self.changes.push(LocalChange::RefusalSet(client_id, Some(why)));
        }
    }

    /// Takes a message out: it is stored, or taken back.
    pub fn remove(&mut self, client_id: ClientId) -> Option<Outgoing> {
        let at = self.messages.iter().position(|message| message.client_id == client_id)?;
        self.changes.push(LocalChange::MessageRemoved(client_id));
        Some(self.messages.remove(at))
    }

    /// A conversation is gone, and with it what was on its way there.
    pub fn forget(&mut self, conversation: ConversationId) {
        let gone: Vec<_> = self.of(conversation).map(|message| message.client_id).collect();
        for client_id in gone {
            self.remove(client_id);
        }
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

    fn add_kept(outbox: &mut Outbox, conversation: u32, text: &str) -> ClientId {
        let client_id = add(outbox, conversation, text);
        outbox.mark_saved(client_id);
        client_id
    }

    fn started(outbox: &mut Outbox) -> Vec<String> {
        outbox.start_sending().into_iter().map(|message| message.text.into()).collect()
    }

    #[test]
    fn one_at_a_time_in_each_conversation_and_in_order() {
        let mut outbox = Outbox::default();
        let first = add_kept(&mut outbox, 1, "a1");
        add_kept(&mut outbox, 1, "a2");
        add_kept(&mut outbox, 2, "b1");
        assert_eq!(started(&mut outbox), ["a1", "b1"]);
        assert_eq!(started(&mut outbox), [""; 0]);
        outbox.queue_again();
        assert_eq!(started(&mut outbox), ["a1", "b1"], "a lost connection sends the same again, in the same order");
        outbox.remove(first);
        assert_eq!(started(&mut outbox), ["a2"]);
    }

    #[test]
    fn a_message_goes_out_when_it_is_kept_and_not_before() {
        let mut outbox = Outbox::default();
        let first = add(&mut outbox, 1, "a1");
        assert_eq!(started(&mut outbox), [""; 0]);
        outbox.mark_saved(first);
        assert_eq!(started(&mut outbox), ["a1"]);
        outbox.mark_saved(first);
        assert_eq!(started(&mut outbox), [""; 0], "it is on the wire already");
    }

    #[test]
    fn a_failed_message_holds_up_nothing() {
        let mut outbox = Outbox::default();
        let first = add_kept(&mut outbox, 1, "a1");
        add_kept(&mut outbox, 1, "a2");
        started(&mut outbox);
        outbox.fail(first, Refusal::NotAMember);
        assert_eq!(started(&mut outbox), ["a2"]);
        assert_eq!(outbox.waiting(), 1);
    }

    #[test]
    fn every_change_that_a_restart_must_know_is_told_once() {
        let mut outbox = Outbox::default();
        let first = add_kept(&mut outbox, 1, "a1");
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
