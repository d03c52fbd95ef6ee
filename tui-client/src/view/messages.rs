//! The messages of the open conversation.

use papo_shared::model::{Entry, Timestamp, Username};
use ratatui::layout::Rect;

use super::links::PlacedLink;
use super::paint::{Canvas, Piece, piece};
use super::theme::{Role, hue};
use crate::layout::markup::Row;
use crate::layout::transcript::{Block, Body, INDENT, MARK_WIDTH, NAME_WIDTH, TIME_WIDTH, Transcript, local_time};
use crate::layout::wrap::{fit, width};
use crate::link_target::LinkTarget;
use crate::state::State;
use crate::state::conversation::{Conversation, Scroll};
use crate::state::happening;
use crate::state::outbox::Progress;
use crate::state::phrase::Phrase;
use crate::state::refusals;
use crate::words::Words;

/// Draws the blocks that are in view, from the lower edge up: only those are laid out.
pub(super) fn draw(canvas: &mut Canvas, area: Rect, state: &State, words: &Words, open: &Conversation) {
    let transcript = Transcript::new(state, open, area.width);
    let Some(last) = transcript.len().checked_sub(1) else {
        let nothing =
            if open.last_seq < open.first_seq.max(papo_shared::model::Seq(1)) { "messages-none" } else { "messages-loading" };
        return canvas.row_centred(area, area.height / 2, &[piece(words.get(nothing), Role::Dim)]);
    };
    let (mut index, hidden) = match open.scroll {
        Scroll::AtEnd => (last, 0),
        Scroll::At { block, hidden } => transcript.index_of(block).map_or((last, 0), |index| (index, hidden)),
    };
    let mut bottom = i32::from(area.height) + i32::from(hidden);
    loop {
        let Some(block) = transcript.block(index) else { return };
        let rows = rows(state, words, &transcript, &block);
        let top = bottom - i32::try_from(rows.len()).unwrap_or(i32::MAX);
        for (at, row) in rows.iter().enumerate() {
            let Ok(y) = u16::try_from(top + i32::try_from(at).unwrap_or(i32::MAX)) else { continue };
            draw_row(canvas, area, y, row);
            if open.selected == Some(block.id) && matches!(row, Drawn::Said(..)) {
                canvas.select_row(area, y);
            }
        }
        bottom = top;
        if bottom <= 0 || index == 0 {
            break;
        }
        index -= 1;
    }
    if open.scroll != Scroll::AtEnd {
        let below = if open.unread > 0 {
            words.say(&Phrase::new("messages-unread-below").number("count", open.unread.into()))
        } else {
            words.get("messages-more-below")
        };
        canvas.row_right(area, area.height.saturating_sub(1), &[piece(format!(" ↓ {below} "), Role::Selected)]);
    }
}

/// One row, before it has cells.
enum Drawn {
    /// A line across, with a word in it.
    Rule(String, Role),
    /// What papo itself says.
    Told(Vec<Piece>),
    /// What somebody said, with a mark at the right edge, and where pieces of it lead, by their place.
    Said(Vec<Piece>, Option<Piece>, Vec<(usize, LinkTarget)>),
}

fn draw_row(canvas: &mut Canvas, area: Rect, y: u16, row: &Drawn) {
    match row {
        Drawn::Rule(word, role) => canvas.rule(area, y, word, *role),
        Drawn::Told(pieces) => canvas.row(area, y, pieces),
        Drawn::Said(pieces, mark, links) => {
            canvas.row(Rect { width: area.width.saturating_sub(MARK_WIDTH), ..area }, y, pieces);
            for (place, target) in links.iter().filter(|_| y < area.height) {
                let before = pieces[..*place].iter().map(|(text, _)| width(text)).sum::<usize>();
                let x = area.x.saturating_add(u16::try_from(before).unwrap_or(u16::MAX));
                canvas.links.push(PlacedLink { x, y: area.y + y, text: pieces[*place].0.clone(), target: target.clone() });
            }
            if let Some(mark) = mark {
                canvas.row_right(area, y, &[mark.clone(), piece(" ", Role::Text)]);
            }
        }
    }
}

fn rows(state: &State, words: &Words, transcript: &Transcript, block: &Block) -> Vec<Drawn> {
    let mut rows = Vec::new();
    if block.beginning {
        let key = if transcript.is_whole_log() { "messages-beginning" } else { "messages-beginning-for-you" };
        rows.push(Drawn::Told(vec![piece(words.get(key), Role::Dim)]));
    }
    if let Some(day) = block.day {
        let weekday = words.get(WEEKDAYS[usize::try_from(day.weekday().to_sunday_zero_offset()).unwrap_or(0)]);
        let month = words.get(MONTHS[usize::try_from(day.month() - 1).unwrap_or(0)]);
        let number = |n: i16| n.to_string();
        let phrase = Phrase::new("day").text("weekday", weekday).text("day", number(day.day().into()));
        let phrase = phrase.text("month", month).text("year", number(day.year()));
        rows.push(Drawn::Rule(words.say(&phrase), Role::Dim));
    }
    if block.new {
        rows.push(Drawn::Rule(words.get("messages-new"), Role::Unread));
    }
    match &block.body {
        Body::Folded => {
            let when = piece(format!("{}  ", clock(state, block.at)), Role::Dim);
            let told = piece(format!("· {}", words.get("messages-folded")), Role::Dim);
            rows.push(Drawn::Said(vec![when, told], None, Vec::new()));
        }
        Body::Happening(entry) => {
            let said = words.say(&happening(state, entry));
            rows.push(Drawn::Told(vec![
                piece(format!("{}  ", clock(state, block.at)), Role::Dim),
                piece(format!("· {said}"), Role::Dim),
            ]));
        }
        Body::Message(author, lines) => {
            let mark = (state.me() == Some(author)).then(|| piece("✓", Role::Dim));
            said(state, transcript, block, author, lines, mark, &mut rows);
        }
        Body::Outgoing(message, lines) => {
            let mark = match message.progress {
                Progress::Keeping | Progress::Queued => piece("⋯", Role::Warning),
                Progress::Sending => piece("↑", Role::Dim),
                Progress::Failed(_) => piece("✗", Role::Danger),
            };
            if let Some(me) = state.me() {
                said(state, transcript, block, me, lines, Some(mark), &mut rows);
            }
            if let Progress::Failed(why) = &message.progress {
                let indent = if transcript.is_wide() { TIME_WIDTH } else { INDENT };
                let indent = " ".repeat(indent.into());
                rows.push(Drawn::Told(vec![
                    piece(indent, Role::Text),
                    piece(format!("✗ {}", words.say(&refusals::words(why))), Role::Danger),
                ]));
            }
        }
    }
    rows
}

fn said(
    state: &State,
    transcript: &Transcript,
    block: &Block,
    author: &Username,
    lines: &[Row],
    mark: Option<Piece>,
    rows: &mut Vec<Drawn>,
) {
    let name = state.people.name_of(author);
    let name_role = Role::Name(hue(author.as_str()));
    let mut mark = mark;
    if !transcript.is_wide() && block.named {
        rows.push(Drawn::Said(
            vec![piece(format!("{name} "), name_role), piece(clock(state, block.at), Role::Dim)],
            None,
            Vec::new(),
        ));
    }
    for (at, line) in lines.iter().enumerate() {
        let mut pieces = Vec::new();
        if !transcript.is_wide() {
            pieces.push(piece(" ".repeat(INDENT.into()), Role::Text));
        } else if at == 0 && block.named {
            pieces.push(piece(fit(&clock(state, block.at), TIME_WIDTH.into()), Role::Dim));
            pieces.push(piece(
                fit(&crate::layout::wrap::truncate(name, usize::from(NAME_WIDTH) - 1), NAME_WIDTH.into()),
                name_role,
            ));
        } else {
            pieces.push(piece(" ".repeat((TIME_WIDTH + NAME_WIDTH).into()), Role::Text));
        }
        let places = pieces.len()..;
        let links = line.iter().zip(places).filter_map(|(run, place)| Some((place, run.link.clone()?))).collect();
        pieces.extend(line.iter().map(|run| piece(run.text.clone(), Role::Said(run.ink))));
        rows.push(Drawn::Said(pieces, mark.take(), links));
    }
}

/// The time of day.
pub(super) fn clock(state: &State, at: Timestamp) -> String {
    local_time(state, at).strftime("%H:%M").to_string()
}

/// What happened to the group.
pub(super) fn happening(state: &State, entry: &Entry) -> Phrase {
    happening::words(entry, |username| state.people.name_of(username).to_owned())
}

const WEEKDAYS: [&str; 7] = [
    "weekday-sunday",
    "weekday-monday",
    "weekday-tuesday",
    "weekday-wednesday",
    "weekday-thursday",
    "weekday-friday",
    "weekday-saturday",
];
const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9", "month-10", "month-11",
    "month-12",
];
