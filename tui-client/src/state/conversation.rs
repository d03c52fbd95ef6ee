//! One conversation as this client knows it.

use std::collections::{BTreeMap, BTreeSet};

use papo_shared::model::{
    ClientId, ConversationId, ConversationKind, ConversationSummary, Entry, EntryKind, GroupName, Message, Notify, Person, Seq,
    Timestamp, Topic, Username,
};
use papo_shared::protocol::ReadCursor;

use super::answer::Editing;
use super::log::{Log, Merged};
use super::members::{Members, role_given_to};
use super::paste::Pasted;
use super::quotes::{Quoted, Quotes};
use super::receipts::Receipts;
use super::text_input::TextInput;

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
    pub told_read_seq: Seq,
    /// Messages by others after the read cursor, up to `counted_to`.
    pub unread: u32,
    /// How many of them are for us in particular: they name us, or answer what we said.
    pub mentions: u32,
    /// Whether entries were marked as unread again: what is on the screen is not read by that, until one comes in anew.
    pub is_kept_unread: bool,
    /// What of it calls for our attention.
    pub notify: Notify,
    /// How far `unread` is counted: every entry up to here is in it, none after.
    counted_to: Seq,
    /// Whether what counts as unread may have changed before that, so that it is to be counted anew.
    count_anew: bool,
    /// The newest entry we know, for previews.
    pub latest: Option<Entry>,
    /// The entries that are here.
    pub log: Log,
    /// Where the view stands.
    pub scroll: Scroll,
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
    pub hushed: BTreeSet<Seq>,
    /// Messages that are answered and not held.
    pub quotes: Quotes,
    /// How far the others are.
    pub receipts: Receipts,
    /// How far the server knows that entries have arrived here.
    pub told_delivered_seq: Seq,
    /// Who is in the group, where that was asked.
    pub members: Option<Members>,
    typing: BTreeMap<Username, Timestamp>,
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
            told_read_seq: summary.read_seq,
            unread: summary.unread,
            mentions: summary.mentions,
            is_kept_unread: false,
            notify: summary.notify,
            counted_to: summary.last_seq,
            count_anew: false,
            latest: summary.latest,
            log: Log::default(),
            scroll: Scroll::AtEnd,
            composer: TextInput::multi_line(),
            pasted: None,
            reply_to: None,
            editing: None,
            new_after: None,
            selected: None,
            unfolded: BTreeSet::new(),
            hushed: BTreeSet::new(),
            quotes: Quotes::default(),
            receipts: Receipts::default(),
            told_delivered_seq: summary.read_seq,
            members: None,
            typing: BTreeMap::new(),
        }
    }

    /// Takes a newer description from the server; what the person does with it stays.
    pub fn describe(&mut self, summary: ConversationSummary, me: &Username) {
        if summary.first_seq != self.first_seq {
            // We left and came back: what is held from before is not ours to see any more.
            self.let_go();
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
        self.set_unread(unread, mentions, summary.last_seq, me);
        if summary.latest.as_ref().map(|entry| entry.seq) >= self.latest.as_ref().map(|entry| entry.seq) {
            self.latest = summary.latest;
        }
    }

    /// Takes one new entry. Where entries before it are missing here, it waits on the server with them: see
    /// [`Self::lacks_newer`] and [`Self::count_lags`]. `me` is who uses this client.
    pub fn arrive(&mut self, entry: Entry, me: &Username) {
        self.typing.remove(&entry.author);
        self.note(&entry, me);
        self.quotes.change(&entry);
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
            self.quotes.change(entry);
        }
        let merged = self.log.merge(entries, me);
        self.log.trim(self.stands_at());
        merged
    }

    /// Lets go of what is held of the log. It is fetched again where it is looked at.
    pub fn let_go(&mut self) {
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

    /// Whether entries were heard of that are not in the count of unread ones yet, or changed what is in it.
    #[must_use]
    pub fn count_lags(&self) -> bool {
        self.counted_to < self.last_seq || self.count_anew
    }

    /// Whether there are entries before those held.
    #[must_use]
    pub fn lacks_older(&self) -> bool {
        self.log.first().is_some_and(|first| first > self.first_seq)
    }

    /// Takes the read cursor as the server has it.
    pub fn move_read_cursor(&mut self, cursor: &ReadCursor, me: &Username) {
        self.take_read_seq(cursor.read_seq);
        // Where more was read here than the server knows, it counts what is read already.
        if cursor.read_seq == self.read_seq {
            self.set_unread(cursor.unread, cursor.mentions, cursor.last_seq, me);
        }
    }

    /// Takes the server's cursor. Where it is further back than the server knew us to be, entries were marked as unread; where
    /// it is only further back than what was read here, it has not heard of that yet.
    fn take_read_seq(&mut self, read_seq: Seq) {
        if read_seq < self.told_read_seq {
            self.read_seq = read_seq;
            self.is_kept_unread = true;
            self.new_after = Some(read_seq);
        }
        self.told_read_seq = read_seq;
        self.read_seq = self.read_seq.max(read_seq);
    }

    /// Everything up to this entry, which is here, is read, before the server has heard of it.
    pub fn read_up_to(&mut self, seq: Seq, me: &Username) {
        if seq <= self.read_seq {
            return;
        }
        let from = self.log.index_from(self.read_seq.next());
        let to = self.log.index_from(seq.min(self.counted_to).next()).max(from);
        let newly = |counts: fn(&Entry, &Username) -> bool| {
            let read = self.log.entries().range(from..to).filter(|entry| counts(entry, me));
            u32::try_from(read.count()).unwrap_or(u32::MAX)
        };
        let (unread, mentions) = (newly(is_unread_message), newly(is_for));
        self.unread = self.unread.saturating_sub(unread);
        self.mentions = self.mentions.saturating_sub(mentions);
        self.read_seq = seq;
        if seq >= self.last_seq {
            (self.unread, self.mentions) = (0, 0);
            self.counted_to = self.last_seq;
        }
    }

    /// Whether the composer shows how much was pasted instead of the text.
    #[must_use]
    pub fn is_folded(&self) -> bool {
        self.pasted.as_ref().is_some_and(|pasted| pasted.folded)
    }

    /// Somebody writes here.
    pub fn note_typing(&mut self, who: Username, now: Timestamp) {
        self.typing.insert(who, Timestamp(now.0 + TYPING_LASTS_MS));
    }

    /// Who writes here now.
    pub fn typing(&self, now: Timestamp) -> impl Iterator<Item = &Username> {
        self.typing.iter().filter(move |(_, until)| **until > now).map(|(who, _)| who)
    }

    /// When the first *is typing* runs out.
    #[must_use]
    pub fn typing_ends(&self, now: Timestamp) -> Option<Timestamp> {
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
            self.counted_to = entry.seq;
            let is_new = entry.seq > self.read_seq;
            self.unread += u32::from(is_new && is_unread_message(entry, me));
            self.mentions += u32::from(is_new && is_for(entry, me));
            self.count_anew |= changes_count(entry, self.read_seq);
            self.apply(entry, me);
        }
    }

    /// Takes a count of the server, which ends at `counted_to`, and adds what is here beyond it.
    fn set_unread(&mut self, unread: u32, mentions: u32, counted_to: Seq, me: &Username) {
        (self.unread, self.mentions) = (unread, mentions);
        self.counted_to = counted_to;
        self.count_anew = self.log.lately().any(|change| change.seq > counted_to && changes_count(change, self.read_seq));
        let Some(last) = self.log.last().filter(|last| counted_to < *last && self.log.holds(counted_to.next())) else { return };
        let beyond: Vec<Entry> = self.log.entries().range(self.log.index_from(counted_to.next())..).cloned().collect();
        for entry in &beyond {
            self.unread += u32::from(entry.seq > self.read_seq && is_unread_message(entry, me));
            self.mentions += u32::from(entry.seq > self.read_seq && is_for(entry, me));
            self.apply(entry, me);
        }
        self.counted_to = last;
    }

    /// What an entry changes about the conversation itself.
    fn apply(&mut self, entry: &Entry, me: &Username) {
        match &entry.kind {
            EntryKind::MemberLeft { .. } => self.receipts.forget(&entry.author),
            EntryKind::MemberRemoved { member } => self.receipts.forget(member),
            EntryKind::MemberAdded { .. } | EntryKind::MemberJoined => self.receipts.asked = false,
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

/// Whether an entry after the read cursor counts as unread: a message by somebody else that was not taken back.
#[must_use]
pub fn is_unread_message(entry: &Entry, me: &Username) -> bool {
    matches!(&entry.kind, EntryKind::Message(message) if !message.deleted) && entry.author != *me
}

/// Whether it is one that names us or answers us.
fn is_for(entry: &Entry, me: &Username) -> bool {
    is_unread_message(entry, me) && matches!(&entry.kind, EntryKind::Message(message) if message.is_for(me))
}

/// Whether an entry changes what counts as unread, and is for somebody in particular, after the read cursor.
fn changes_count(entry: &Entry, read_seq: Seq) -> bool {
    match entry.kind {
        EntryKind::MessageEdited { target } | EntryKind::MessageDeleted { target } => target > read_seq,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{
        ClientId, ConversationId, ConversationKind, ConversationSummary, Entry, EntryKind, GroupName, Message, MessageText,
        Notify, Role, Seq, Timestamp, Username,
    };
    use papo_shared::protocol::ReadCursor;

    use super::Conversation;

    fn name(name: &str) -> Username {
        Username::parse(name).unwrap()
    }

    fn message(seq: u64, author: &str) -> Entry {
        let text = MessageText::parse("oi").unwrap();
        Entry {
            seq: Seq(seq),
            at: Timestamp(0),
            author: name(author),
            kind: EntryKind::Message(Message::new(ClientId::new(), text)),
        }
    }

    fn group(last: u64, read: u64, unread: u32) -> Conversation {
        Conversation::new(summary(last, read, unread))
    }

    fn summary(last: u64, read: u64, unread: u32) -> ConversationSummary {
        ConversationSummary {
            conversation: ConversationId(1),
            kind: ConversationKind::Group {
                name: GroupName::parse("redes").unwrap(),
                topic: None,
                members: 2,
                role: Role::Member,
            },
            first_seq: Seq(1),
            last_seq: Seq(last),
            read_seq: Seq(read),
            unread,
            notify: Notify::default(),
            mentions: 0,
            latest: None,
        }
    }

    #[test]
    fn messages_by_others_count_and_own_ones_do_not() {
        let mut group = group(5, 3, 2);
        group.arrive(message(6, "bia"), &name("ana"));
        group.arrive(message(7, "ana"), &name("ana"));
        assert_eq!((group.unread, group.last_seq), (3, Seq(7)));
        group.arrive(message(6, "bia"), &name("ana"));
        assert_eq!(group.unread, 3, "an entry counts once");
    }

    #[test]
    fn what_names_us_counts_as_such_until_it_is_read() {
        let naming = |seq, author: &str| {
            let mut entry = message(seq, author);
            let EntryKind::Message(message) = &mut entry.kind else { panic!("it is a message") };
            message.mentions = vec![name("ana")];
            entry
        };
        let mut group = group(1, 1, 0);
        group.take_page(vec![message(1, "bia")], &name("ana"));
        for entry in [naming(2, "bia"), message(3, "bia"), naming(4, "bia"), naming(5, "ana")] {
            group.arrive(entry, &name("ana"));
        }
        assert_eq!((group.unread, group.mentions), (3, 2), "what one says oneself is not for oneself");
        group.read_up_to(Seq(3), &name("ana"));
        assert_eq!((group.unread, group.mentions), (1, 1));
        group.read_up_to(Seq(5), &name("ana"));
        assert_eq!((group.unread, group.mentions), (0, 0));
    }

    #[test]
    fn an_entry_after_a_hole_is_counted_with_the_hole() {
        let mut group = group(5, 5, 0);
        group.take_page((1..=5).map(|n| message(n, "bia")).collect(), &name("ana"));
        group.arrive(message(8, "bia"), &name("ana"));
        assert!(group.lacks_newer() && group.count_lags());
        assert_eq!(group.unread, 0);
        group.take_page((6..=8).map(|n| message(n, "bia")).collect(), &name("ana"));
        assert!(!group.lacks_newer() && !group.count_lags());
        assert_eq!(group.unread, 3);
    }

    #[test]
    fn a_count_by_the_server_does_not_lose_what_came_meanwhile() {
        let mut group = group(5, 3, 2);
        group.take_page((1..=5).map(|n| message(n, "bia")).collect(), &name("ana"));
        group.arrive(message(6, "bia"), &name("ana"));
        // The server counted before the sixth came.
        let cursor = ReadCursor { conversation: ConversationId(1), read_seq: Seq(5), unread: 0, mentions: 0, last_seq: Seq(5) };
        group.move_read_cursor(&cursor, &name("ana"));
        assert_eq!(group.unread, 1);
        group.describe(summary(5, 5, 0), &name("ana"));
        assert_eq!(group.unread, 1);
    }

    #[test]
    fn the_log_of_changes_keeps_name_and_members_right() {
        let mut group = group(1, 1, 0);
        let entry = |seq, kind| Entry { seq: Seq(seq), at: Timestamp(0), author: name("bia"), kind };
        group.arrive(entry(2, EntryKind::MemberAdded { member: name("caio") }), &name("ana"));
        group.arrive(entry(3, EntryKind::GroupRenamed { name: GroupName::parse("malhas").unwrap() }), &name("ana"));
        group.arrive(entry(4, EntryKind::MemberLeft { new_owner: None }), &name("ana"));
        group.arrive(entry(4, EntryKind::MemberLeft { new_owner: None }), &name("ana"));
        let ConversationKind::Group { name, members, .. } = &group.kind else { panic!("a group stays a group") };
        assert_eq!((name.as_str(), *members, group.unread), ("malhas", 2, 0));
    }
}
