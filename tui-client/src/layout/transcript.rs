//! Lays out the messages of a conversation as blocks of rows.
//!
//! A block is one log entry or one outgoing message, with the separators above it. Its height depends on the width, the text and
//! the decorations, never on the language: texts of papo itself take one row and are truncated if necessary. Entries that change
//! a message are not blocks; they are shown in that message.

use jiff::civil::Date;
use papo_shared::model::{Entry, EntryKind, Message, MessageText, Seq, Timestamp, Username};

use super::decorations::Decorations;
use super::markup::{Row, rows_of};
use crate::state::State;
use crate::state::composer::outbox::{Outgoing, Progress};
use crate::state::conversations::conversation::{BlockId, Conversation, Scroll};

/// Messages of one author within this time are grouped under one name. In milliseconds.
const GROUPED_WITHIN_MS: i64 = 5 * 60 * 1000;
/// From this width on, time and name are shown beside the text; below it, above the text.
const WIDE_FROM: u16 = 50;
/// Columns of the time, including the space after it.
pub const TIME_WIDTH: u16 = 7;
/// Columns of the name, including the space after it.
pub const NAME_WIDTH: u16 = 13;
/// Columns at the right for the delivery marks of the user's own messages.
pub const MARK_WIDTH: u16 = 4;
/// Columns before the text if time and name are above it.
pub const INDENT: u16 = 1;

/// A conversation laid out for a width.
#[derive(Clone, Copy, Debug)]
pub struct Transcript<'a> {
    state: &'a State,
    conversation: &'a Conversation,
    width: u16,
}

/// The contents of a block, from top to bottom.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    /// The entry or outgoing message.
    pub id: BlockId,
    /// Whether a row above states that this is the first entry.
    pub beginning: bool,
    /// The date shown above the first entry of a day.
    pub day: Option<Date>,
    /// Whether the separator of new messages is shown above: the first entry that was unread when the conversation was opened.
    pub new: bool,
    /// Whether author and time are shown.
    pub named: bool,
    /// The time of the entry: server clock, or local clock for an outgoing message.
    pub at: Timestamp,
    /// The part below the separators.
    pub body: Body<'a>,
}

/// The part of a block below its separators.
#[derive(Clone, Debug)]
pub enum Body<'a> {
    /// A stored message: author, message, wrapped text, and decorations.
    Message(&'a Username, &'a Message, Vec<Row>, Decorations),
    /// A message of a blocked user, in one row.
    Folded,
    /// A change of the group, in one row.
    Happening(&'a Entry),
    /// An outgoing message. A reply has a row above its text, and a failed message one row with the reason.
    Outgoing(&'a Outgoing, Vec<Row>),
}

impl<'a> Transcript<'a> {
    /// Lays out a conversation for a width in columns.
    #[must_use]
    pub fn new(state: &'a State, conversation: &'a Conversation, width: u16) -> Self {
        Self { state, conversation, width }
    }

    /// Whether time and name are shown beside the text.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.width >= WIDE_FROM
    }

    /// Whether the user may see the log from its first entry, as a member from the beginning.
    #[must_use]
    pub fn is_whole_log(&self) -> bool {
        self.conversation.first_seq <= Seq(1)
    }

    /// The number of loaded entries at the start that are not shown, 0 or 1. The separators of an entry depend on the entry
    /// before it. Therefore the first loaded entry is hidden until the one before it is known, and loading older entries does not
    /// change any visible row.
    fn skipped(&self) -> usize {
        usize::from(self.conversation.lacks_older()).min(self.conversation.log.entries().len())
    }

    /// The entries that are shown.
    fn entries(&self) -> impl ExactSizeIterator<Item = &'a Entry> + use<'a> {
        self.conversation.log.entries().range(self.skipped()..)
    }

    /// The block at this index.
    #[must_use]
    pub fn id(&self, index: usize) -> Option<BlockId> {
        self.item(index).map(|item| item.id())
    }

    /// The number of blocks.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries().len() + self.outgoing().count()
    }

    /// Whether there are no blocks.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The index of a block; `None` if it is not loaded or is not a block.
    #[must_use]
    pub fn index_of(&self, id: BlockId) -> Option<usize> {
        match id {
            BlockId::Entry(seq) => self.conversation.log.index_of(seq)?.checked_sub(self.skipped()),
            BlockId::Outgoing(client_id) => {
                let at = self.outgoing().position(|message| message.client_id == client_id)?;
                Some(self.entries().len() + at)
            }
        }
    }

    /// The index of a block, or of the block after it if the entry is not a block. `None` if it is not loaded.
    #[must_use]
    pub fn index_at_or_after(&self, id: BlockId) -> Option<usize> {
        self.index_of(id).or_else(|| match id {
            BlockId::Entry(seq) if self.conversation.log.holds(seq) => {
                let after = self.conversation.log.index_at_or_after(seq).saturating_sub(self.skipped());
                Some(after.min(self.len().checked_sub(1)?))
            }
            BlockId::Entry(_) | BlockId::Outgoing(_) => None,
        })
    }

    /// The block at an index.
    #[must_use]
    pub fn block(&self, index: usize) -> Option<Block<'a>> {
        let item = self.item(index)?;
        let before = self.before(index);
        let date = self.date(item.at());
        let day = before.as_ref().is_none_or(|before| self.date(before.at()) != date).then_some(date);
        let new = self.is_first_new(&item);
        let is_grouped = day.is_none()
            && !new
            && !before.as_ref().is_some_and(|before| self.is_folded(before))
            && before.as_ref().is_some_and(|before| item.follows(before, self.state));
        Some(Block {
            id: item.id(),
            beginning: index == 0 && !self.conversation.lacks_older(),
            day,
            new,
            named: !is_grouped,
            at: item.at(),
            body: self.body(item),
        })
    }

    /// The number of rows of a block.
    #[must_use]
    pub fn height(&self, index: usize) -> u16 {
        let Some(block) = self.block(index) else { return 0 };
        let separators = usize::from(block.beginning) + usize::from(block.day.is_some()) + usize::from(block.new);
        let name = usize::from(block.named && !self.is_wide());
        let body = match &block.body {
            Body::Happening(_) | Body::Folded => 1,
            Body::Message(_, _, rows, decorations) => name + rows.len() + decorations.rows(),
            Body::Outgoing(message, rows) => {
                let decorations =
                    usize::from(message.reply_to.is_some()) + usize::from(matches!(message.progress, Progress::Failed(_)));
                name + rows.len() + decorations
            }
        };
        u16::try_from(separators + body).unwrap_or(u16::MAX)
    }

    /// The width of message text in columns.
    #[must_use]
    pub fn text_width(&self) -> u16 {
        let beside = if self.is_wide() { TIME_WIDTH + NAME_WIDTH } else { INDENT };
        self.width.saturating_sub(beside + MARK_WIDTH)
    }

    /// The messages quoted by replies that may be visible in a view of this height, the last first.
    pub fn quoted_in_view(self, height: u16) -> impl Iterator<Item = Seq> {
        self.items_in_view(height).filter_map(|item| match item {
            Item::Outgoing(message) => message.reply_to,
            Item::Entry(entry) => match &entry.kind {
                EntryKind::Message(message) => message.reply_to.as_ref().map(|reply_to| reply_to.seq),
                _ => None,
            },
        })
    }

    /// The texts of the messages that may be visible in a view of this height, and possibly of some above it.
    pub fn texts_in_view(self, height: u16) -> impl Iterator<Item = &'a str> {
        self.items_in_view(height).filter_map(|item| match item {
            Item::Outgoing(message) => Some(message.text.as_str()),
            Item::Entry(entry) => match &entry.kind {
                EntryKind::Message(message) => Some(message.text.as_str()),
                _ => None,
            },
        })
    }

    /// The topmost entry in a view of this height, even if only its last rows are visible. `None` if no entry is visible.
    pub fn first_in_view(&self, height: u16) -> Option<Seq> {
        let (edge, hidden) = match self.conversation.scroll {
            Scroll::At { block, hidden } => (self.index_at_or_after(block)? + 1, hidden),
            Scroll::AtEnd => (self.len(), 0),
        };
        let mut rows = 0u16;
        let mut first = None;
        for index in (0..edge).rev() {
            if let Some(Item::Entry(entry)) = self.item(index) {
                first = Some(entry.seq);
            }
            rows = rows.saturating_add(self.height(index));
            if rows.saturating_sub(hidden) >= height {
                break;
            }
        }
        first
    }

    fn items_in_view(self, height: u16) -> impl Iterator<Item = Item<'a>> {
        let edge = match self.conversation.scroll {
            Scroll::At { block, .. } => self.index_at_or_after(block).map(|index| index + 1),
            Scroll::AtEnd => None,
        };
        // Each block has at least one row.
        (0..edge.unwrap_or(self.len())).rev().take(height.into()).filter_map(move |index| self.item(index))
    }

    fn body(&self, item: Item<'a>) -> Body<'a> {
        let rows = |text: &MessageText| rows_of(text.as_str(), self.text_width().into(), &self.state.account.highlighted);
        match item {
            item if self.is_folded(&item) => Body::Folded,
            Item::Outgoing(message) => Body::Outgoing(message, rows(&message.text)),
            Item::Entry(entry) => match &entry.kind {
                EntryKind::Message(message) => {
                    let rows = rows(&message.text);
                    let decorations = Decorations::of(message, &rows, self.text_width().into());
                    Body::Message(&entry.author, message, rows, decorations)
                }
                _ => Body::Happening(entry),
            },
        }
    }

    fn item(&self, index: usize) -> Option<Item<'a>> {
        let shown = self.entries().len();
        match index.checked_sub(shown) {
            None => self.conversation.log.entries().get(index + self.skipped()).map(Item::Entry),
            Some(at) => self.outgoing().nth(at).map(Item::Outgoing),
        }
    }

    /// The item before a block, whether it is shown or not.
    fn before(&self, index: usize) -> Option<Item<'a>> {
        match index.checked_sub(1) {
            Some(before) => self.item(before),
            None => self.conversation.log.entries().front().filter(|_| self.skipped() > 0).map(Item::Entry),
        }
    }

    fn outgoing(&self) -> impl Iterator<Item = &'a Outgoing> + use<'a> {
        self.state.account.outbox.of(self.conversation.id)
    }

    fn is_folded(&self, item: &Item) -> bool {
        matches!(item, Item::Entry(entry) if self.state.is_folded(self.conversation, entry))
    }

    fn is_first_new(&self, item: &Item) -> bool {
        match (item, self.conversation.new_after) {
            (Item::Entry(entry), Some(read)) => entry.seq == read.next(),
            _ => false,
        }
    }

    fn date(&self, at: Timestamp) -> Date {
        local_time(self.state, at).date()
    }
}

/// A time in the user's time zone.
#[must_use]
pub fn local_time(state: &State, at: Timestamp) -> jiff::Zoned {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned(state.zone.clone())
}

#[derive(Clone, Copy)]
enum Item<'a> {
    Entry(&'a Entry),
    Outgoing(&'a Outgoing),
}

impl Item<'_> {
    fn id(&self) -> BlockId {
        match self {
            Item::Entry(entry) => BlockId::Entry(entry.seq),
            Item::Outgoing(message) => BlockId::Outgoing(message.client_id),
        }
    }

    fn at(&self) -> Timestamp {
        match self {
            Item::Entry(entry) => entry.at,
            Item::Outgoing(message) => message.at,
        }
    }

    /// The author, if this is a message.
    fn speaker<'s>(&'s self, state: &'s State) -> Option<&'s Username> {
        match self {
            Item::Entry(Entry { author, kind: EntryKind::Message(_), .. }) => Some(author),
            Item::Entry(_) => None,
            Item::Outgoing(_) => state.me(),
        }
    }

    /// Whether this is grouped with the message before it.
    fn follows(&self, before: &Item, state: &State) -> bool {
        let (speaker, spoke_before) = (self.speaker(state), before.speaker(state));
        speaker.is_some() && speaker == spoke_before && self.at().0 - before.at().0 < GROUPED_WITHIN_MS
    }
}
