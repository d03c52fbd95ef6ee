//! One conversation as this client knows it.

mod counting;
#[cfg(test)]
mod tests;
mod unread;

use std::collections::{BTreeMap, BTreeSet};

use papo_shared::model::{
    ClientId, ConversationId, ConversationKind, ConversationSummary, Entry, EntryKind, GroupName, Message, Notify, Person, Seq,
    Topic, Username,
};

use self::unread::changes_count;
pub use self::unread::is_unread_message;
use crate::clock::Moment;
use crate::state::composer::paste::Pasted;
use crate::state::conversations::log::{Log, Merged};
use crate::state::conversations::quotes::{Quoted, Quotes};
use crate::state::conversations::receipts::Receipts;
use crate::state::groups::members::{Members, role_given_to};
use crate::state::text_input::TextInput;

/// How long *is typing* stands without being said again, in milliseconds. From the protocol.
const TYPING_LASTS_MS: i64 = 6_000;

/// One conversation: what the server said of it, the part of its log that is here, and what the person does with it.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Which one.
    pub id: ConversationId,
    /// With whom, or which group.
    pub kind: ConversationKind,
    /// The first entry we may see.
    pub first_seq: Seq,
    /// The highest number heard of.
    pub last_seq: Seq,
    /// How far we have read.
    pub read_seq: Seq,
    /// How far the server knows that we have read.
    pub server_read_seq: Seq,
    /// Messages by others after the read cursor, up to `counted_to`.
    pub unread: u32,
    /// How many of them are for us in particular: they name us, or answer what we said.
    pub mentions: u32,
    /// Whether entries were marked as unread again: what is on the screen is not read by that, until one comes in anew.
    pub is_marked_unread: bool,
    /// What of it calls for our attention.
    pub notify: Notify,
    /// How far `unread` is counted: every entry up to here is in it, none after.
    counted_to: Seq,
    /// Whether what counts as unread may have changed before that, so that it is to be counted anew.
    needs_recount: bool,
    /// The newest entry we know, for previews.
    pub latest: Option<Entry>,
    /// The entries that are here.
    pub log: Log,
    /// Where the view stands.
    pub scroll: Scroll,
    /// Whether the view is still to be placed at the first unread message. Until then entries are fetched from the read
    /// cursor on, and nothing counts as read for being on the screen.
    pub finding_first_unread: bool,
    /// What is being written here; it goes nowhere else.
    pub composer: TextInput,
    /// A long paste in it that was not asked about yet.
    pub pasted: Option<Pasted>,
    /// The message that what is being written answers.
    pub reply_to: Option<Seq>,
    /// The message of one's own that is being given another text.
    pub editing: Option<Editing>,
    /// Where the *new* line stands: after this entry, until the conversation is left.
    pub new_after: Option<Seq>,
    /// The message that is selected, while the messages have the focus.
    pub selected: Option<BlockId>,
    /// Messages by people one has blocked that one wanted to see all the same.
    pub unfolded: BTreeSet<Seq>,
    /// Unread messages that call for nothing, since they are by people one has blocked.
    pub blocked_unread: BTreeSet<Seq>,
    /// Messages that are answered and not held.
    pub quotes: Quotes,
    /// How far the others are.
    pub receipts: Receipts,
    /// How far the server knows that entries have arrived here.
    pub server_delivered_seq: Seq,
    /// Who is in the group, where that was asked.
    pub members: Option<Members>,
    typing: BTreeMap<Username, Moment>,
}

/// Where the view of a conversation stands. Never a row number: rows change with the width and with what loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Scroll {
    /// At the newest message, and following.
    #[default]
    AtEnd,
    /// This block stands at the lower edge, with so many of its rows below the edge.
    At {
        /// Which block.
        block: BlockId,
        /// Its rows that are out of sight.
        hidden: u16,
    },
}

/// What a block of rows in the view shows. An identity, so that a selection survives whatever loads around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockId {
    /// An entry of the log.
    Entry(Seq),
    /// A message on its way.
    Outgoing(ClientId),
}

/// A message of one's own that is being given another text, in the composer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editing {
    /// Which one.
    pub seq: Seq,
    /// What was being written before; it comes back.
    pub interrupted_draft: String,
    /// The text the server was asked for, while it was not heard of.
    pub sent: Option<String>,
}

impl Conversation {
    /// As the server describes it.
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

    /// Takes a newer description from the server; what the person does with it stays.
    pub fn update_summary(&mut self, summary: ConversationSummary, me: &Username) {
        if summary.first_seq != self.first_seq {
            // We left and came back: what is held from before is not ours to see any more.
            self.unload_log();
        }
        if summary.last_seq > self.counted_to {
            // What happened to the group meanwhile was not heard here.
            self.members = None;
        }
        self.kind = summary.kind;
        self.notify = summary.notify;
        self.first_seq = summary.first_seq;
        self.last_seq = self.last_seq.max(summary.last_seq);
        self.take_read_seq(summary.read_seq);
        // What was read here and could not be told yet is read all the same.
        let all_read = self.read_seq >= summary.last_seq;
        let (unread, mentions) = if all_read { (0, 0) } else { (summary.unread, summary.mentions) };
        if self.unread == 0 && unread > 0 {
            // A line that still stands belongs to an earlier absence.
            self.new_after = None;
        }
        self.set_unread(unread, mentions, summary.last_seq, me);
        if summary.latest.as_ref().map(|entry| entry.seq) >= self.latest.as_ref().map(|entry| entry.seq) {
            self.latest = summary.latest;
        }
    }

    /// Takes one new entry. Where entries before it are missing here, it waits on the server with them: see
    /// [`Self::lacks_newer`] and [`Self::has_stale_count`]. `me` is who uses this client.
    pub fn add_entry(&mut self, entry: Entry, me: &Username) {
        self.typing.remove(&entry.author);
        self.note(&entry, me);
        self.quotes.invalidate(&entry);
        if !self.log.is_empty() {
            self.log.merge(vec![entry], me);
            self.log.trim(self.stands_at());
        }
    }

    /// The entry at the lower edge of the view.
    fn stands_at(&self) -> Option<Seq> {
        match self.scroll {
            Scroll::At { block: BlockId::Entry(seq), .. } => Some(seq),
            Scroll::AtEnd | Scroll::At { block: BlockId::Outgoing(_), .. } => self.log.last(),
        }
    }

    /// Takes a page of the log.
    pub fn take_page(&mut self, entries: Vec<Entry>, me: &Username) -> Merged {
        for entry in &entries {
            self.note(entry, me);
            self.quotes.invalidate(entry);
        }
        let merged = self.log.merge(entries, me);
        self.log.trim(self.stands_at());
        merged
    }

    /// Lets go of what is held of the log. It is fetched again where it is looked at.
    pub fn unload_log(&mut self) {
        self.log.clear();
        self.quotes.clear();
    }

    /// What is known of a message that is answered.
    #[must_use]
    pub fn quoted(&self, seq: Seq) -> Quoted<'_> {
        match self.log.message(seq) {
            Some((author, message)) => Quoted::Message(author, message),
            None if seq < self.first_seq || self.log.holds(seq) => Quoted::Nothing,
            None => self.quotes.get(seq),
        }
    }

    /// The selected message, where one is selected that is stored: its number, who said it, what it is.
    #[must_use]
    pub fn selected_message(&self) -> Option<(Seq, &Username, &Message)> {
        let Some(BlockId::Entry(seq)) = self.selected else { return None };
        self.log.message(seq).map(|(author, message)| (seq, author, message))
    }

    /// Whether entries that were heard of are missing after those held.
    #[must_use]
    pub fn lacks_newer(&self) -> bool {
        self.log.last().is_some_and(|last| last < self.last_seq)
    }

    /// Whether there are entries before those held.
    #[must_use]
    pub fn lacks_older(&self) -> bool {
        self.log.first().is_some_and(|first| first > self.first_seq)
    }

    /// Whether the composer shows how much was pasted instead of the text.
    #[must_use]
    pub fn is_folded(&self) -> bool {
        self.pasted.as_ref().is_some_and(|pasted| pasted.folded)
    }

    /// Somebody writes here.
    pub fn note_typing(&mut self, who: Username, now: Moment) {
        self.typing.insert(who, now.after_ms(TYPING_LASTS_MS));
    }

    /// Who writes here now.
    pub fn typing(&self, now: Moment) -> impl Iterator<Item = &Username> {
        self.typing.iter().filter(move |(_, until)| **until > now).map(|(who, _)| who)
    }

    /// When the first *is typing* runs out.
    #[must_use]
    pub fn next_typing_end(&self, now: Moment) -> Option<Moment> {
        self.typing.values().copied().filter(|until| *until > now).min()
    }

    /// The other one, in a direct conversation.
    #[must_use]
    pub fn peer(&self) -> Option<&Person> {
        match &self.kind {
            ConversationKind::Direct { peer } => Some(peer),
            ConversationKind::Group { .. } | ConversationKind::Unknown => None,
        }
    }

    /// The name, of a group.
    #[must_use]
    pub fn group_name(&self) -> Option<&GroupName> {
        match &self.kind {
            ConversationKind::Group { name, .. } => Some(name),
            ConversationKind::Direct { .. } | ConversationKind::Unknown => None,
        }
    }

    /// What a group is about.
    #[must_use]
    pub fn topic(&self) -> Option<&Topic> {
        match &self.kind {
            ConversationKind::Group { topic, .. } => topic.as_ref(),
            ConversationKind::Direct { .. } | ConversationKind::Unknown => None,
        }
    }

    /// Learns what an entry says about the conversation, in the order of the log: one that comes too early is only heard
    /// of.
    fn note(&mut self, entry: &Entry, me: &Username) {
        self.last_seq = self.last_seq.max(entry.seq);
        if self.latest.as_ref().is_none_or(|latest| latest.seq < entry.seq) {
            self.latest = Some(entry.clone());
        }
        if entry.seq == self.counted_to.next() {
            self.count(entry, me);
            self.needs_recount |= changes_count(entry, self.read_seq);
            self.apply(entry, me);
        }
    }

    /// What an entry changes about the conversation itself.
    fn apply(&mut self, entry: &Entry, me: &Username) {
        match &entry.kind {
            EntryKind::MemberLeft { .. } => self.receipts.forget(&entry.author),
            EntryKind::MemberRemoved { member } => self.receipts.forget(member),
            EntryKind::MemberAdded { .. } | EntryKind::MemberJoined => self.receipts.is_requested = false,
            _ => {}
        }
        if let Some(known) = &mut self.members {
            known.apply(entry);
        }
        let ConversationKind::Group { name, topic, members, role } = &mut self.kind else { return };
        if let Some(given) = role_given_to(me, entry) {
            *role = given;
        }
        match &entry.kind {
            EntryKind::GroupRenamed { name: renamed } => *name = renamed.clone(),
            EntryKind::TopicChanged { topic: changed } => topic.clone_from(changed),
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
