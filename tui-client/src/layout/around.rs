//! What stands around the text of a message: what it answers, that it was edited, how people reacted.
//!
//! Each is one row or a part of one, whatever it says and in whatever language: so a message is as high before what it answers
//! was fetched as afterwards, and nothing on the screen moves.

use papo_shared::model::{Message, Seq};

use super::markup::Row;
use super::wrap::width;

/// Columns that the word for an edited message has, with the space before it; a longer one is cut.
pub const EDITED_WIDTH: usize = 10;

/// What stands around the text of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Over the text, a row for the message that it answers.
    pub quote: Option<Seq>,
    /// Whether it was edited, and where that stands.
    pub edited: Option<Place>,
    /// Under the text, a row for the reactions.
    pub reactions: bool,
}

/// Where something stands that may have room in the last row of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the last row, after the text.
    AfterText,
    /// In a row of its own.
    OwnRow,
}

impl Around {
    /// What stands around a message whose text has these rows, none wider than `max` cells.
    #[must_use]
    pub fn of(message: &Message, rows: &[Row], max: usize) -> Self {
        if message.deleted {
            return Self::default();
        }
        let last = rows.last().map_or(0, |row| row.iter().map(|run| width(&run.text)).sum());
        let place = if last + EDITED_WIDTH <= max { Place::AfterText } else { Place::OwnRow };
        Self {
            quote: message.reply_to.as_ref().map(|reply_to| reply_to.seq),
            edited: message.edited_at.map(|_| place),
            reactions: !message.reactions.is_empty(),
        }
    }

    /// How many rows it takes besides those of the text.
    #[must_use]
    pub fn rows(&self) -> usize {
        usize::from(self.quote.is_some()) + usize::from(self.edited == Some(Place::OwnRow)) + usize::from(self.reactions)
    }
}
