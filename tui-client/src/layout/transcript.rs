//! The messages of a conversation as blocks of rows.
//!
//! A block is one entry, or one message on its way, with the separators that stand over it. How high a block is depends
//! on the width, its text and what stands around it, never on the language: what papo itself says takes one row, cut if need
//! be. Entries that change a message are no blocks; what they say stands in the message.

use jiff::civil::Date;
use papo_shared::model::{Entry, EntryKind, Message, MessageText, Seq, Timestamp, Username};

use super::around::Around;
use super::markup::{Row, rows_of};
use crate::state::State;
use crate::state::composer::outbox::{Outgoing, Progress};
use crate::state::conversations::conversation::{BlockId, Conversation, Scroll};

/// Messages by one person within this time stand under one name, in milliseconds.
const GROUPED_WITHIN_MS: i64 = 5 * 60 * 1000;
/// From this many columns on, time and name stand beside the text; below, over it.
const WIDE_FROM: u16 = 50;
/// Columns of the time with the space after it.
pub const TIME_WIDTH: u16 = 7;
/// Columns of the name with the space after it.
pub const NAME_WIDTH: u16 = 13;
/// Columns at the right for the marks of one's own messages.
pub const MARK_WIDTH: u16 = 4;
/// Columns before the text where time and name stand over it.
pub const INDENT: u16 = 1;

/// A conversation laid out at a width.
#[derive(Clone, Copy, Debug)]
pub struct Transcript<'a> {
    state: &'a State,
    conversation: &'a Conversation,
    width: u16,
}

/// What one block shows, from top to bottom.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    /// Whose rows these are.
    pub id: BlockId,
    /// Over the first entry there is: a line that says so.
    pub beginning: bool,
    /// Over the first entry of a day.
    pub day: Option<Date>,
    /// Over the first entry one had not read on coming here.
    pub new: bool,
    /// Whether the author and the time are named.
    pub named: bool,
    /// When it was said.
    pub at: Timestamp,
    /// What it says.
    pub body: Body<'a>,
}

/// What a block says.
#[derive(Clone, Debug)]
pub enum Body<'a> {
    /// A message that is stored: who said it, what it is, its text, and what stands around that.
    Message(&'a Username, &'a Message, Vec<Row>, Around),
    /// A message by somebody who is blocked: one row.
    Folded,
    /// Something that happened to the group: one row.
    Happening(&'a Entry),
    /// A message on its way. Over its text one row says what it answers; where it failed, one more says why.
    Outgoing(&'a Outgoing, Vec<Row>),
}

impl<'a> Transcript<'a> {
    /// A conversation at a width.
    #[must_use]
    pub fn new(state: &'a State, conversation: &'a Conversation, width: u16) -> Self {
        Self { state, conversation, width }
    }

    /// Whether time and name stand beside the text.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.width >= WIDE_FROM
    }

    /// Whether the first entry one may see is the first there is: one was there from the beginning.
    #[must_use]
    pub fn is_whole_log(&self) -> bool {
        self.conversation.first_seq <= Seq(1)
    }

    /// How many entries at the start of the log are held and not shown. What stands over an entry (a day, a name) depends
    /// on the one before it; so the first one held is shown only once it is known what is before it, and nothing
    /// that is on the screen changes when older entries come.
    fn skipped(&self) -> usize {
        usize::from(self.conversation.lacks_older()).min(self.conversation.log.entries().len())
    }

    /// The entries that can be shown.
    fn entries(&self) -> impl ExactSizeIterator<Item = &'a Entry> + use<'a> {
        self.conversation.log.entries().range(self.skipped()..)
    }

    /// Which block stands at this place.
    #[must_use]
    pub fn id(&self, index: usize) -> Option<BlockId> {
        self.item(index).map(|item| item.id())
    }

    /// How many blocks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries().len() + self.outgoing().count()
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where a block stands among the others.
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

    /// Where a block stands among the others, or the one after it where it changed a message and is none. None where it is
    /// not held.
    #[must_use]
    pub fn place_of(&self, id: BlockId) -> Option<usize> {
        self.index_of(id).or_else(|| match id {
            BlockId::Entry(seq) if self.conversation.log.holds(seq) => {
                let after = self.conversation.log.index_from(seq).saturating_sub(self.skipped());
                Some(after.min(self.len().checked_sub(1)?))
            }
            BlockId::Entry(_) | BlockId::Outgoing(_) => None,
        })
    }

    /// One block, by its place.
    #[must_use]
    pub fn block(&self, index: usize) -> Option<Block<'a>> {
        let item = self.item(index)?;
        let before = self.before(index);
        let date = self.date(item.at());
        let day = before.as_ref().is_none_or(|before| self.date(before.at()) != date).then_some(date);
        let new = self.is_first_new(&item);
        let follows = day.is_none()
            && !new
            && !before.as_ref().is_some_and(|before| self.is_folded(before))
            && before.as_ref().is_some_and(|before| item.follows(before, self.state));
        Some(Block {
            id: item.id(),
            beginning: index == 0 && !self.conversation.lacks_older(),
            day,
            new,
            named: !follows,
            at: item.at(),
            body: self.body(item),
        })
    }

    /// How many rows a block has.
    #[must_use]
    pub fn height(&self, index: usize) -> u16 {
        let Some(block) = self.block(index) else { return 0 };
        let separators = usize::from(block.beginning) + usize::from(block.day.is_some()) + usize::from(block.new);
        let name = usize::from(block.named && !self.is_wide());
        let body = match &block.body {
            Body::Happening(_) | Body::Folded => 1,
            Body::Message(_, _, rows, around) => name + rows.len() + around.rows(),
            Body::Outgoing(message, rows) => {
                let around =
                    usize::from(message.reply_to.is_some()) + usize::from(matches!(message.progress, Progress::Failed(_)));
                name + rows.len() + around
            }
        };
        u16::try_from(separators + body).unwrap_or(u16::MAX)
    }

    /// Columns the text of a message has.
    #[must_use]
    pub fn text_width(&self) -> u16 {
        let beside = if self.is_wide() { TIME_WIDTH + NAME_WIDTH } else { INDENT };
        self.width.saturating_sub(beside + MARK_WIDTH)
    }

    /// The messages that are answered by those that may be in a view of this height, the last first.
    pub fn answered_in_view(self, height: u16) -> impl Iterator<Item = Seq> {
        self.items_in_view(height).filter_map(|item| match item {
            Item::Outgoing(message) => message.reply_to,
            Item::Entry(entry) => match &entry.kind {
                EntryKind::Message(message) => message.reply_to.as_ref().map(|reply_to| reply_to.seq),
                _ => None,
            },
        })
    }

    /// The texts of the messages that may be in a view of this height, and maybe of some above it.
    pub fn texts_in_view(self, height: u16) -> impl Iterator<Item = &'a str> {
        self.items_in_view(height).filter_map(|item| match item {
            Item::Outgoing(message) => Some(message.text.as_str()),
            Item::Entry(entry) => match &entry.kind {
                EntryKind::Message(message) => Some(message.text.as_str()),
                _ => None,
            },
        })
    }

    /// The topmost entry in a view of this height, even if only its last rows are visible. `None` above all entries.
    pub fn first_in_view(&self, height: u16) -> Option<Seq> {
        let (edge, hidden) = match self.conversation.scroll {
            Scroll::At { block, hidden } => (self.place_of(block)? + 1, hidden),
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
            Scroll::At { block, .. } => self.place_of(block).map(|index| index + 1),
            Scroll::AtEnd => None,
        };
        // Each block has one row at least.
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
                    let around = Around::of(message, &rows, self.text_width().into());
                    Body::Message(&entry.author, message, rows, around)
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

    /// What stands before a block, be it shown or not.
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

/// A moment as the clock on the person's wall shows it.
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

    /// The author, of what is a message.
    fn speaker<'s>(&'s self, state: &'s State) -> Option<&'s Username> {
        match self {
            Item::Entry(Entry { author, kind: EntryKind::Message(_), .. }) => Some(author),
            Item::Entry(_) => None,
            Item::Outgoing(_) => state.me(),
        }
    }

    /// Whether this goes on under the name of the one before.
    fn follows(&self, before: &Item, state: &State) -> bool {
        let (speaker, spoke_before) = (self.speaker(state), before.speaker(state));
        speaker.is_some() && speaker == spoke_before && self.at().0 - before.at().0 < GROUPED_WITHIN_MS
    }
}
