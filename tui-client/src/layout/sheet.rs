//! The rows of what is read about a message. How many there are does not depend on the language.

use papo_shared::model::{Emoji, MessageText, Timestamp, Username};

use super::overlay;
use super::wrap::wrap;
use crate::state::State;
use crate::state::overlays::sheet::{About, Sheet};

/// How wide it is at most.
const WIDTH: u16 = 64;
/// The columns and rows that its border takes, with the space beside the text.
const AROUND: (u16, u16) = (4, 2);

/// A row of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Over what a message said: since when it did.
    Since(Timestamp),
    /// A row of what it said.
    Text(String),
    /// Somebody, and what they reacted with.
    Reacted(Emoji, Username),
    /// Over those who have read it; how many of how many.
    ReadBy(usize, usize),
    /// Over those on whose devices it arrived, and who have not read it.
    DeliveredTo,
    /// Somebody.
    Person(Username),
    /// Nobody reacted.
    NoReactions,
    /// Between two parts.
    Gap,
    /// It is not all here yet, or will not be.
    Waiting,
}

/// The rows of a sheet, top to bottom.
#[must_use]
pub fn lines(state: &State, sheet: &Sheet) -> Vec<Line> {
    let mut lines = Vec::new();
    match &sheet.about {
        About::Revisions(revisions) => {
            let width = usize::from(overlay(state.size, WIDTH, state.size.height).width.saturating_sub(AROUND.0));
            for revision in revisions {
                lines.extend((!lines.is_empty()).then_some(Line::Gap));
                lines.push(Line::Since(revision.at));
                lines.extend(rows_of(&revision.text, width));
            }
        }
        About::People(reactions) => {
            if reactions.is_empty() && sheet.whole {
                lines.push(Line::NoReactions);
            }
            lines.extend(reactions.iter().map(|by| Line::Reacted(by.emoji.clone(), by.username.clone())));
            lines.extend(receipts(state, sheet));
        }
    }
    if !sheet.whole || sheet.problem.is_some() {
        lines.push(Line::Waiting);
    }
    lines
}

/// Its place on the screen.
#[must_use]
pub fn area(state: &State, lines: usize) -> ratatui::layout::Rect {
    overlay(state.size, WIDTH, u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(AROUND.1))
}

/// How far down it scrolls at most, and how far a page key does.
#[must_use]
pub fn scrolls(state: &State, sheet: &Sheet) -> (u16, u16) {
    let lines = lines(state, sheet).len();
    let page = area(state, lines).height.saturating_sub(AROUND.1).max(1);
    (u16::try_from(lines).unwrap_or(u16::MAX).saturating_sub(page), page)
}

fn rows_of(text: &MessageText, width: usize) -> impl Iterator<Item = Line> {
    wrap(text.as_str(), width).into_iter().map(Line::Text)
}

/// Who has the message, where that is known of anybody.
fn receipts(state: &State, sheet: &Sheet) -> Vec<Line> {
    let Some(conversation) = state.account.conversations.get(&sheet.conversation) else { return Vec::new() };
    let (read, delivered) = conversation.receipts.who_has(sheet.seq);
    let reached = conversation.receipts.reached(sheet.seq);
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
