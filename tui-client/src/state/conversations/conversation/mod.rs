//! One conversation as this client knows it.

mod counting;
#[cfg(test)]
mod tests;
mod unread;

use std::collections::{BTreeMap, BTreeSet};

use papo_shared::model::{
    ClientId, ConversationId, ConversationKind, ConversationSummary, Entry, EntryKind, GroupName, Message, Notify, Person, Seq,
    Topic, Username, Visibility,
};
use papo_shared::protocol::MessagesErased;

use self::unread::changes_count;
pub use self::unread::is_unread_message;
use crate::clock::Moment;
use crate::state::composer::paste::Pasted;
use crate::state::conversations::changes;
use crate::state::conversations::log::{Log, MergeOutcome};
use crate::state::conversations::quotes::{Quoted, Quotes};
use crate::state::conversations::receipts::Receipts;
use crate::state::groups::members::{Members, role_given_to};
use crate::state::phrase::Phrase;
use crate::state::text_input::TextInput;

/// How long a typing notification is shown unless it is repeated, in milliseconds. Defined by the protocol.
const TYPING_LASTS_MS: i64 = 6_000;

/// One conversation: its description by the server, the held part of its log, and the user's position and draft in it.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// The conversation's id, unique on the server.
    pub id: ConversationId,
    /// Whether it is a direct conversation or a group, with the peer or the group's description.
    pub kind: ConversationKind,
    /// The first entry that this account may see.
    pub first_seq: Seq,
    /// The highest entry number known to exist, whether held or not.
    pub last_seq: Seq,
    /// The last entry that the user has read here. May be ahead of the server.
    pub read_seq: Seq,
    /// The read position as the server last stated it.
    pub server_read_seq: Seq,
    /// The number of messages by others after the read cursor, up to `counted_to`.
    pub unread: u32,
    /// The number of them that mention the user or reply to the user.
    pub mentions: u32,
    /// Whether the user marked entries as unread. They are then not marked as read for being on the screen until the user opens
    /// the conversation again.
    pub is_marked_unread: bool,
    /// Which messages notify the user.
    pub notify: Notify,
    /// The last entry included in `unread` and `mentions`; all entries up to it are included.
    counted_to: Seq,
    /// Whether counted messages were edited or deleted, so that the server has to be asked for the counts.
    needs_recount: bool,
    /// The newest known entry, for previews in lists.
    pub latest: Option<Entry>,
    /// The held part of the log.
    pub log: Log,
    /// The scroll position of the view.
    pub scroll: Scroll,
    /// Whether the view still has to scroll to the first unread message. Until then entries are loaded from the read cursor on,
    /// and being on the screen does not mark messages as read.
    pub finding_first_unread: bool,
    /// The text being written to this conversation.
    pub composer: TextInput,
    /// A long paste in the composer that the user has not confirmed yet.
    pub pasted: Option<Pasted>,
    /// The message to which the draft replies.
    pub reply_to: Option<Seq>,
    /// The edit of an own message in the composer.
    pub editing: Option<MessageEdit>,
    /// The entry below which the line that marks new messages is drawn, until the user leaves the conversation.
    pub new_after: Option<Seq>,
    /// The selected block, while the messages have the focus.
    pub selected: Option<BlockId>,
    /// Messages by blocked people that the user has unfolded.
    pub unfolded: BTreeSet<Seq>,
    /// Unread messages by blocked people, which do not notify the user.
    pub blocked_unread: BTreeSet<Seq>,
    /// Quoted messages outside the held part of the log.
    pub quotes: Quotes,
    /// What the other members have received and read.
    pub receipts: Receipts,
    /// The last entry reported to the server as delivered to this client.
    pub server_delivered_seq: Seq,
    /// The members of the group, once they were requested.
    pub members: Option<Members>,
    typing: BTreeMap<Username, Moment>,
}

/// The scroll position of a conversation's view. Not a row number, because rows change with the width and as entries load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Scroll {
    /// At the newest message, following new ones.
    #[default]
    AtEnd,
    /// At a fixed block, which is the last one in the view.
    At {
        /// The block at the lower edge of the view.
        block: BlockId,
        /// The number of its rows below the edge.
        hidden: u16,
    },
}

/// The item that a block of rows shows. It is identified independently of its index, so that a selection stays valid as entries
/// are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockId {
    /// An entry of the log, by its number.
    Entry(Seq),
    /// A message of the outbox.
    Outgoing(ClientId),
}

/// An own message that is being edited in the composer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageEdit {
    /// The number of the message that is edited.
    pub seq: Seq,
    /// The draft that the edit interrupted, restored when the edit ends.
    pub interrupted_draft: String,
    /// The new text that was sent, until the server replies.
    pub sent: Option<String>,
}

impl Conversation {
    /// Creates a conversation from the server's description, with nothing of its log held.
    #[must_use]
    pub fn new(summary: ConversationSummary) -> Self {
        Self {
            id: summary.conversation,
            kind: summary.kind,
            first_seq: summary.first_seq,
            last_seq: summary.last_seq,
            read_seq: summary.read_seq,
            server_read_seq: summary.read_seq,
            unread: summary.unread,
            mentions: summary.mentions,
            is_marked_unread: false,
            notify: summary.notify,
            counted_to: summary.last_seq,
            needs_recount: false,
            latest: summary.latest,
            log: Log::default(),
            scroll: Scroll::AtEnd,
            finding_first_unread: false,
            composer: TextInput::multi_line(),
            pasted: None,
            reply_to: None,
            editing: None,
            new_after: None,
            selected: None,
            unfolded: BTreeSet::new(),
            blocked_unread: BTreeSet::new(),
            quotes: Quotes::default(),
            receipts: Receipts::default(),
            server_delivered_seq: summary.read_seq,
            members: None,
            typing: BTreeMap::new(),
        }
    }

    /// Applies a newer description by the server. The draft, the scroll position and the selection do not change.
    pub fn update_summary(&mut self, summary: ConversationSummary, me: &Username) {
        if summary.first_seq != self.first_seq {
            // The account left the group and joined it again, so it may no longer see the held entries.
            self.unload_log();
        }
        if summary.last_seq > self.counted_to {
            // Entries that may have changed the members were missed.
            self.members = None;
        }
        self.kind = summary.kind;
        self.notify = summary.notify;
        self.first_seq = summary.first_seq;
        self.last_seq = self.last_seq.max(summary.last_seq);
        self.set_server_read_seq(summary.read_seq);
        // What was read here counts as read even if the server was not told yet.
        let all_read = self.read_seq >= summary.last_seq;
        let (unread, mentions) = if all_read { (0, 0) } else { (summary.unread, summary.mentions) };
        if self.unread == 0 && unread > 0 {
            // The line that marks new messages is from an earlier absence.
            self.new_after = None;
        }
        self.set_unread(unread, mentions, summary.last_seq, me);
        if summary.latest.as_ref().map(|entry| entry.seq) >= self.latest.as_ref().map(|entry| entry.seq) {
            self.latest = summary.latest;
        }
    }

    /// Adds one new entry. If entries before it are missing here, it is not added but loaded together with them: see
    /// [`Self::lacks_newer`] and [`Self::has_stale_count`]. `me` is the signed-in account.
    pub fn add_entry(&mut self, entry: Entry, me: &Username) {
        self.typing.remove(&entry.author);
        self.update_from(&entry, me);
        self.quotes.invalidate(&entry);
        if !self.log.is_empty() {
            self.log.merge(vec![entry], me);
            self.log.trim(self.bottom_entry());
        }
    }

    /// Empties messages whose texts the server erased without an entry, wherever they are held.
    pub fn erase(&mut self, erased: &MessagesErased) {
        self.log.erase(erased);
        self.quotes.forget(&erased.seqs);
        self.needs_recount |= erased.seqs.iter().any(|seq| *seq > self.read_seq);
        if let Some(latest) = self.latest.as_mut().filter(|latest| erased.seqs.contains(&latest.seq)) {
            changes::apply_erasure(latest, erased);
        }
    }

    /// The log's entry at the lower edge of the view.
    fn bottom_entry(&self) -> Option<Seq> {
        match self.scroll {
            Scroll::At { block: BlockId::Entry(seq), .. } => Some(seq),
            Scroll::AtEnd | Scroll::At { block: BlockId::Outgoing(_), .. } => self.log.last(),
        }
    }

    /// Adds a page of the log, if it is adjacent to the held part.
    pub fn take_page(&mut self, entries: Vec<Entry>, me: &Username) -> MergeOutcome {
        for entry in &entries {
            self.update_from(entry, me);
            self.quotes.invalidate(entry);
        }
        let merged = self.log.merge(entries, me);
        self.log.trim(self.bottom_entry());
        merged
    }

    /// Removes the held part of the log. It is loaded again when it is shown.
    pub fn unload_log(&mut self) {
        self.log.clear();
        self.quotes.clear();
    }

    /// What is known of a quoted message, from the log or from those loaded one by one.
    #[must_use]
    pub fn quoted(&self, seq: Seq) -> Quoted<'_> {
        match self.log.message(seq) {
            Some((author, message)) => Quoted::Message(author, message),
            None if seq < self.first_seq || self.log.holds(seq) => Quoted::Missing,
            None => self.quotes.get(seq),
        }
    }

    /// The selected message of the log, with its number and author. `None` if a message of the outbox or nothing is selected.
    #[must_use]
    pub fn selected_message(&self) -> Option<(Seq, &Username, &Message)> {
        let Some(BlockId::Entry(seq)) = self.selected else { return None };
        self.log.message(seq).map(|(author, message)| (seq, author, message))
    }

    /// The selected message, if users may still reply to it, react to it, or change it.
    ///
    /// # Errors
    /// The notice that explains why they may not.
    pub fn changeable_message(&self) -> Result<(Seq, &Username, &Message), Phrase> {
        match self.selected_message() {
            None => Err(Phrase::new("notice-no-message")),
            Some((_, _, message)) if message.deleted => Err(Phrase::new("notice-is-deleted")),
            Some(_) if self.is_closed() => Err(Phrase::new("notice-conversation-closed")),
            Some(selected) => Ok(selected),
        }
    }

    /// Whether known entries after the held ones are missing.
    #[must_use]
    pub fn lacks_newer(&self) -> bool {
        self.log.last().is_some_and(|last| last < self.last_seq)
    }

    /// Whether this account may see entries before the held ones.
    #[must_use]
    pub fn lacks_older(&self) -> bool {
        self.log.first().is_some_and(|first| first > self.first_seq)
    }

    /// Whether the composer shows the size of a paste instead of its text.
    #[must_use]
    pub fn is_folded(&self) -> bool {
        self.pasted.as_ref().is_some_and(|pasted| pasted.is_folded)
    }

    /// Records a typing notification.
    pub fn note_typing(&mut self, username: Username, now: Moment) {
        self.typing.insert(username, now.after_ms(TYPING_LASTS_MS));
    }

    /// The people who are typing at the time `now`.
    pub fn typing(&self, now: Moment) -> impl Iterator<Item = &Username> {
        self.typing.iter().filter(move |(_, until)| **until > now).map(|(username, _)| username)
    }

    /// When the next typing notification expires.
    #[must_use]
    pub fn next_typing_end(&self, now: Moment) -> Option<Moment> {
        self.typing.values().copied().filter(|until| *until > now).min()
    }

    /// The other person of a direct conversation.
    #[must_use]
    pub fn peer(&self) -> Option<&Person> {
        match &self.kind {
            ConversationKind::Direct { peer } => Some(peer),
            ConversationKind::Group { .. } | ConversationKind::Unknown => None,
        }
    }

    /// Whether no one can write to it any more, because the account of the peer was deleted.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.peer().is_some_and(|peer| peer.deleted)
    }

    /// Applies the deletion of a user's account. `now` is the username that its entries have from now on.
    pub fn apply_deleted_account(&mut self, username: &Username, now: &Username) {
        self.log.rename_author(username, now);
        // They are requested again when needed.
        self.members = None;
        if let ConversationKind::Direct { peer } = &mut self.kind
            && peer.username == *username
        {
            peer.username = now.clone();
            peer.deleted = true;
        }
    }

    /// The name, if the conversation is a group.
    #[must_use]
    pub fn group_name(&self) -> Option<&GroupName> {
        match &self.kind {
            ConversationKind::Group { name, .. } => Some(name),
            ConversationKind::Direct { .. } | ConversationKind::Unknown => None,
        }
    }

    /// The topic, if the conversation is a group that has one.
    #[must_use]
    pub fn topic(&self) -> Option<&Topic> {
        match &self.kind {
            ConversationKind::Group { topic, .. } => topic.as_ref(),
            ConversationKind::Direct { .. } | ConversationKind::Unknown => None,
        }
    }

    /// Who finds and joins the group; `None` for a direct conversation.
    #[must_use]
    pub fn visibility(&self) -> Option<Visibility> {
        match self.kind {
            ConversationKind::Group { visibility, .. } => Some(visibility),
            ConversationKind::Direct { .. } | ConversationKind::Unknown => None,
        }
    }

    /// For how many days messages are kept, if this is a group whose owner has set a limit.
    #[must_use]
    pub fn retention_days(&self) -> Option<u32> {
        match self.kind {
            ConversationKind::Group { retention_days, .. } => retention_days,
            ConversationKind::Direct { .. } | ConversationKind::Unknown => None,
        }
    }

    /// Updates the conversation's counts and description from an entry. They are updated strictly in the order of the log; an
    /// entry that arrives too early only updates `last_seq` and `latest`.
    fn update_from(&mut self, entry: &Entry, me: &Username) {
        self.last_seq = self.last_seq.max(entry.seq);
        if self.latest.as_ref().is_none_or(|latest| latest.seq < entry.seq) {
            self.latest = Some(entry.clone());
        }
        if entry.seq == self.counted_to.next() {
            self.count(entry, me);
            self.needs_recount |= changes_count(entry, self.read_seq);
            self.apply_to_description(entry, me);
        }
    }

    /// Applies an entry to the description of the conversation: its name, topic, members and the user's role.
    fn apply_to_description(&mut self, entry: &Entry, me: &Username) {
        match &entry.kind {
            EntryKind::MemberLeft { .. } => self.receipts.forget(&entry.author),
            EntryKind::MemberRemoved { member } => self.receipts.forget(member),
            EntryKind::MemberAdded { .. } | EntryKind::MemberJoined => self.receipts.is_requested = false,
            _ => {}
        }
        if let Some(known) = &mut self.members {
            known.apply(entry);
        }
        let ConversationKind::Group { name, topic, members, role, visibility, retention_days } = &mut self.kind else { return };
        if let Some(given) = role_given_to(me, entry) {
            *role = given;
        }
        match &entry.kind {
            EntryKind::GroupRenamed { name: renamed } => *name = renamed.clone(),
            EntryKind::TopicChanged { topic: changed } => topic.clone_from(changed),
            EntryKind::VisibilityChanged { visibility: changed } => *visibility = *changed,
            EntryKind::RetentionChanged { days } => *retention_days = *days,
            EntryKind::MemberAdded { .. } | EntryKind::MemberJoined => *members += 1,
            EntryKind::MemberRemoved { .. } | EntryKind::MemberLeft { .. } => *members = members.saturating_sub(1),
            EntryKind::GroupCreated { .. }
            | EntryKind::Message(_)
            | EntryKind::MessageEdited { .. }
            | EntryKind::MessageDeleted { .. }
            | EntryKind::ReactionAdded { .. }
            | EntryKind::ReactionRemoved { .. }
            | EntryKind::RoleChanged { .. }
            | EntryKind::Unknown => {}
        }
    }
}
