//! Messages by blocked people: in groups they are folded, and they do not notify the user.

use papo_shared::model::{ConversationId, Entry, EntryKind, Seq, Username};

use crate::state::State;
use crate::state::conversations::conversation::{BlockId, Conversation};

impl State {
    /// Whether this entry is drawn as a single row: a message in a group by a blocked person that the user has not unfolded.
    /// Messages in direct conversations are not folded, because the user opens those deliberately.
    #[must_use]
    pub fn is_folded(&self, conversation: &Conversation, entry: &Entry) -> bool {
        self.is_by_blocked(conversation, entry) && !conversation.unfolded.contains(&entry.seq)
    }

    /// Whether a message with this number and author is folded, also where another message quotes it.
    #[must_use]
    pub fn folds(&self, conversation: &Conversation, author: &Username, seq: Seq) -> bool {
        conversation.group_name().is_some() && self.account.blocked.contains(author) && !conversation.unfolded.contains(&seq)
    }

    /// Whether this entry is a message in a group by a blocked person.
    #[must_use]
    pub fn is_by_blocked(&self, conversation: &Conversation, entry: &Entry) -> bool {
        let is_message = matches!(entry.kind, EntryKind::Message(_));
        is_message && conversation.group_name().is_some() && self.account.blocked.contains(&entry.author)
    }

    /// Whether the selected message of the open conversation is folded.
    #[must_use]
    pub fn selected_is_folded(&self) -> bool {
        let Some(open) = self.open_conversation() else { return false };
        let Some(BlockId::Entry(seq)) = open.selected else { return false };
        let entry = open.log.index_of(seq).and_then(|at| open.log.entries().get(at));
        entry.is_some_and(|entry| self.is_folded(open, entry))
    }

    /// Records which of these unread entries are by blocked people, so that they are left out of the count of notifying messages.
    pub fn note_blocked_unread(&mut self, id: ConversationId, entries: &[Entry]) {
        let Some(conversation) = self.account.conversations.get(&id) else { return };
        let is_blocked_unread = |entry: &&Entry| entry.seq > conversation.read_seq && self.is_by_blocked(conversation, entry);
        let blocked_unread: Vec<_> = entries.iter().filter(is_blocked_unread).map(|entry| entry.seq).collect();
        if let Some(conversation) = self.account.conversations.get_mut(&id) {
            let read = conversation.read_seq;
            conversation.blocked_unread.retain(|seq| *seq > read);
            conversation.blocked_unread.extend(blocked_unread);
        }
    }
}
