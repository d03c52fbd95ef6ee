//! The parts of a message around its text: the quote of a reply, the mark of an edit, and the reactions.
//!
//! Each takes at most one row, regardless of its content and language. Therefore the height of a message does not change when
//! the quoted message is fetched later.

use papo_shared::model::{Message, Seq};

use super::markup::Row;
use super::wrap::width;

/// Columns reserved for the mark of an edited message, including the space before it; a longer translation is truncated.
pub const EDITED_WIDTH: usize = 10;

/// The decorations that a message has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decorations {
    /// The message it replies to, quoted in a row above the text.
    pub quote: Option<Seq>,
    /// Where the mark of an edit is shown; `None` if the message was not edited.
    pub edited: Option<EditedMarkPosition>,
    /// Whether there is a row of reactions below the text.
    pub reactions: bool,
}

/// Where the mark of an edited message is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditedMarkPosition {
    /// After the text, in its last row.
    AfterText,
    /// In a row of its own.
    OwnRow,
}

impl Decorations {
    /// The decorations of a message whose text was wrapped into `rows` of at most `max` cells.
    #[must_use]
    pub fn of(message: &Message, rows: &[Row], max: usize) -> Self {
        if message.deleted {
            return Self::default();
        }
        let last = rows.last().map_or(0, |row| row.iter().map(|run| width(&run.text)).sum());
        let position = if last + EDITED_WIDTH <= max { EditedMarkPosition::AfterText } else { EditedMarkPosition::OwnRow };
        Self {
            quote: message.reply_to.as_ref().map(|reply_to| reply_to.seq),
            edited: message.edited_at.map(|_| position),
            reactions: !message.reactions.is_empty(),
        }
    }

    /// The number of rows besides those of the text.
    #[must_use]
    pub fn rows(&self) -> usize {
        usize::from(self.quote.is_some())
            + usize::from(self.edited == Some(EditedMarkPosition::OwnRow))
            + usize::from(self.reactions)
    }
}
