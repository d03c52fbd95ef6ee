//! The rows of the sheet overlay, which shows the versions of a message or the people who read it or reacted to it. Their number
//! does not depend on the language.

use papo_shared::model::{Emoji, MessageText, Timestamp, Username};

use super::overlay;
use super::wrap::wrap;
use crate::state::State;
use crate::state::overlays::sheet::{About, Sheet};

/// Maximum width of the sheet.
const WIDTH: u16 = 64;
/// Columns and rows taken by the border and the padding.
const BORDER: (u16, u16) = (4, 2);

/// A row of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The heading of a version: since when it is valid.
    Since(Timestamp),
    /// A row of the text of a version.
    Text(String),
    /// A reaction and the user who added it.
    Reacted(Emoji, Username),
    /// The heading of the readers: their number, and the number of other members.
    ReadBy(usize, usize),
    /// The heading of those whose devices received the message, but who have not read it.
    DeliveredTo,
    /// A reader or recipient.
    Person(Username),
    /// A text stating that nobody reacted.
    NoReactions,
    /// An empty row between two parts.
    Gap,
    /// A text stating that the list is still loading, or could not be loaded.
    Waiting,
}

/// The rows of a sheet, from top to bottom.
#[must_use]
pub fn lines(state: &State, sheet: &Sheet) -> Vec<Line> {
    let mut lines = Vec::new();
    match &sheet.about {
        About::Revisions(revisions) => {
            let width = usize::from(overlay(state.size, WIDTH, state.size.height).width.saturating_sub(BORDER.0));
            for revision in revisions {
                lines.extend((!lines.is_empty()).then_some(Line::Gap));
                lines.push(Line::Since(revision.at));
                lines.extend(rows_of(&revision.text, width));
            }
        }
        About::People(reactions) => {
            if reactions.is_empty() && sheet.is_complete {
                lines.push(Line::NoReactions);
            }
            lines.extend(reactions.iter().map(|by| Line::Reacted(by.emoji.clone(), by.username.clone())));
            lines.extend(receipts(state, sheet));
        }
    }
    if !sheet.is_complete || sheet.problem.is_some() {
        lines.push(Line::Waiting);
    }
    lines
}

/// The area of a sheet with this many rows.
#[must_use]
pub fn area(state: &State, lines: usize) -> ratatui::layout::Rect {
    overlay(state.size, WIDTH, u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(BORDER.1))
}

/// The maximum scroll offset, and the rows of a page.
#[must_use]
pub fn scroll_limits(state: &State, sheet: &Sheet) -> (u16, u16) {
    let lines = lines(state, sheet).len();
    let page = area(state, lines).height.saturating_sub(BORDER.1).max(1);
    (u16::try_from(lines).unwrap_or(u16::MAX).saturating_sub(page), page)
}

fn rows_of(text: &MessageText, width: usize) -> impl Iterator<Item = Line> {
    wrap(text.as_str(), width).into_iter().map(Line::Text)
}

/// The readers and recipients of the message, if there is any receipt.
fn receipts(state: &State, sheet: &Sheet) -> Vec<Line> {
    let Some(conversation) = state.account.conversations.get(&sheet.conversation) else { return Vec::new() };
    let (read, delivered) = conversation.receipts.readers_and_recipients(sheet.seq);
    let reached = conversation.receipts.count(sheet.seq);
    if reached.others == 0 {
        return Vec::new();
    }
    let mut lines = vec![Line::Gap, Line::ReadBy(reached.read, reached.others)];
    lines.extend(read.into_iter().cloned().map(Line::Person));
    if !delivered.is_empty() {
        lines.extend([Line::Gap, Line::DeliveredTo]);
        lines.extend(delivered.into_iter().cloned().map(Line::Person));
    }
    lines
}
