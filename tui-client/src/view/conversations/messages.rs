//! Draws the messages of the open conversation.

use papo_shared::model::{Entry, Message, Seq, Timestamp, Username, mention};
use ratatui::layout::Rect;

use super::{quotes, reactions, receipts};
use crate::layout::decorations::{Decorations, EDITED_WIDTH, EditedMarkPosition};
use crate::layout::markup::{Part, Row};
use crate::layout::transcript::{Block, Body, INDENT, MARK_WIDTH, NAME_WIDTH, TIME_WIDTH, Transcript, local_time};
use crate::layout::wrap::{fit, truncate, width};
use crate::link_target::LinkTarget;
use crate::state::State;
use crate::state::composer::outbox::Progress;
use crate::state::conversations::conversation::{BlockId, Conversation, Scroll};
use crate::state::conversations::entry_text;
use crate::state::phrase::Phrase;
use crate::state::refusals;
use crate::translations::Translations;
use crate::view::links::PlacedLink;
use crate::view::paint::{Canvas, Piece, piece};
use crate::view::theme::{Role, hue};

/// Draws the visible blocks, from the bottom to the top. Only they are laid out.
pub(crate) fn draw(canvas: &mut Canvas, area: Rect, state: &State, translations: &Translations, open: &Conversation) {
    let transcript = Transcript::new(state, open, area.width);
    let Some(last) = transcript.len().checked_sub(1) else {
        let key =
            if open.last_seq < open.first_seq.max(papo_shared::model::Seq(1)) { "messages-none" } else { "messages-loading" };
        return canvas.row_centred(area, area.height / 2, &[piece(translations.get(key), Role::Dim)]);
    };
    let (mut index, hidden) = match open.scroll {
        Scroll::AtEnd => (last, 0),
        Scroll::At { block, hidden } => transcript.index_at_or_after(block).map_or((last, 0), |index| (index, hidden)),
    };
    let mut bottom = i32::from(area.height) + i32::from(hidden);
    loop {
        let Some(block) = transcript.block(index) else { return };
        let rows = rows(state, translations, open, &transcript, &block);
        let top = bottom - i32::try_from(rows.len()).unwrap_or(i32::MAX);
        for (at, row) in rows.iter().enumerate() {
            let Ok(y) = u16::try_from(top + i32::try_from(at).unwrap_or(i32::MAX)) else { continue };
            draw_row(canvas, area, y, row);
            if open.selected == Some(block.id) && matches!(row, BlockRow::Message(..)) {
                canvas.select_row(area, y);
            }
        }
        bottom = top;
        if bottom <= 0 || index == 0 {
            break;
        }
        index -= 1;
    }
}

/// Draws a note on the separator below the messages if the view is not scrolled to the end: the number of unread messages, or
/// that there are more messages below.
pub(crate) fn draw_below(canvas: &mut Canvas, rule: Rect, translations: &Translations, open: &Conversation) {
    if open.scroll != Scroll::AtEnd {
        let below = if open.unread > 0 {
            translations.format(&Phrase::new("messages-unread-below").count("count", open.unread))
        } else {
            translations.get("messages-more-below")
        };
        canvas.row_right(rule, 0, &[piece(format!(" ↓ {below} "), Role::Selected)]);
    }
}

/// A row of a block, before it is drawn.
enum BlockRow {
    /// A horizontal line with a text in its middle.
    Rule(String, Role),
    /// A text of papo itself, which is not selected with a message.
    Info(Vec<Piece>),
    /// A row of a message, the mark at its right edge, and its links by the index of their piece.
    Message(Vec<Piece>, Option<Piece>, Vec<(usize, LinkTarget)>),
}

fn draw_row(canvas: &mut Canvas, area: Rect, y: u16, row: &BlockRow) {
    match row {
        BlockRow::Rule(word, role) => canvas.rule(area, y, word, *role),
        BlockRow::Info(pieces) => canvas.row(area, y, pieces),
        BlockRow::Message(pieces, mark, links) => {
            canvas.row(Rect { width: area.width.saturating_sub(MARK_WIDTH), ..area }, y, pieces);
            for (index, target) in links.iter().filter(|_| y < area.height) {
                let before = pieces[..*index].iter().map(|(text, _)| width(text)).sum::<usize>();
                let x = area.x.saturating_add(u16::try_from(before).unwrap_or(u16::MAX));
                canvas.links.push(PlacedLink { x, y: area.y + y, text: pieces[*index].0.clone(), target: target.clone() });
            }
            if let Some(mark) = mark {
                canvas.row_right(area, y, &[mark.clone(), piece(" ", Role::Text)]);
            }
        }
    }
}

fn rows(
    state: &State,
    translations: &Translations,
    open: &Conversation,
    transcript: &Transcript,
    block: &Block,
) -> Vec<BlockRow> {
    let mut rows = Vec::new();
    if block.beginning {
        let key = if transcript.is_whole_log() { "messages-beginning" } else { "messages-beginning-for-you" };
        rows.push(BlockRow::Info(vec![piece(translations.get(key), Role::Dim)]));
    }
    if let Some(day) = block.day {
        let weekday = translations.get(WEEKDAYS[usize::try_from(day.weekday().to_sunday_zero_offset()).unwrap_or(0)]);
        let month = translations.get(MONTHS[usize::try_from(day.month() - 1).unwrap_or(0)]);
        let number = |n: i16| n.to_string();
        let phrase = Phrase::new("day").text("weekday", weekday).text("day", number(day.day().into()));
        let phrase = phrase.text("month", month).text("year", number(day.year()));
        rows.push(BlockRow::Rule(translations.format(&phrase), Role::Dim));
    }
    if block.new {
        rows.push(BlockRow::Rule(translations.get("messages-new"), Role::Unread));
    }
    match &block.body {
        Body::Folded => {
            let when = piece(format!("{}  ", clock(state, block.at)), Role::Dim);
            let text = piece(format!("· {}", translations.get("messages-folded")), Role::Dim);
            rows.push(BlockRow::Message(vec![when, text], None, Vec::new()));
        }
        Body::Happening(entry) => {
            let text = translations.format(&happening(state, entry));
            rows.push(BlockRow::Info(vec![
                piece(format!("{}  ", clock(state, block.at)), Role::Dim),
                piece(format!("· {text}"), Role::Dim),
            ]));
        }
        Body::Message(author, message, text, decorations) => {
            let mark = match block.id {
                BlockId::Entry(seq) if state.me() == Some(author) && !message.deleted => Some(receipts::mark(open, seq)),
                BlockId::Entry(_) | BlockId::Outgoing(_) => None,
            };
            let lines = message_lines(state, translations, open, message, text, *decorations);
            push_message(state, transcript, block, author, lines, mark, &mut rows);
        }
        Body::Outgoing(message, text) => {
            let mark = match message.progress {
                Progress::Saving | Progress::Queued => piece("⋯", Role::Warning),
                Progress::Sending => piece("↑", Role::Dim),
                Progress::Failed(_) => piece("✗", Role::Danger),
            };
            let quote = message.reply_to.map(|seq| quoted(state, translations, open, seq));
            let lines = quote.into_iter().chain(text.iter().map(|row| text_line(row, None))).collect();
            if let Some(me) = state.me() {
                push_message(state, transcript, block, me, lines, Some(mark), &mut rows);
            }
            if let Progress::Failed(why) = &message.progress {
                let indent = if transcript.is_wide() { TIME_WIDTH } else { INDENT };
                let indent = " ".repeat(indent.into());
                rows.push(BlockRow::Info(vec![
                    piece(indent, Role::Text),
                    piece(format!("✗ {}", translations.format(&refusals::explain(why))), Role::Danger),
                ]));
            }
        }
    }
    rows
}

/// A row of the text of a message, and its links by the index of their piece.
#[derive(Default)]
struct Line {
    pieces: Vec<Piece>,
    links: Vec<(usize, LinkTarget)>,
}

impl Line {
    fn of(pieces: Vec<Piece>) -> Self {
        Self { pieces, links: Vec::new() }
    }
}

/// The rows of a stored message: the quote of a reply, the text, and the reactions.
fn message_lines(
    state: &State,
    translations: &Translations,
    open: &Conversation,
    message: &Message,
    text: &[Row],
    decorations: Decorations,
) -> Vec<Line> {
    if message.deleted {
        let deleted = entry_text::describe_deleted(message, |username| state.account.people.name_of(username).to_owned());
        return vec![Line::of(vec![piece(translations.format(&deleted), Role::Dim)])];
    }
    let mentioned = state.me().filter(|me| message.mentions.contains(me));
    let mut lines: Vec<Line> = decorations.quote.map(|seq| quoted(state, translations, open, seq)).into_iter().collect();
    lines.extend(text.iter().map(|row| text_line(row, mentioned)));
    let edited = truncate(&translations.get("message-edited"), EDITED_WIDTH - 1);
    match decorations.edited {
        Some(EditedMarkPosition::AfterText) => {
            if let Some(last) = lines.last_mut() {
                last.pieces.push(piece(format!(" {edited}"), Role::Dim));
            }
        }
        Some(EditedMarkPosition::OwnRow) => lines.push(Line::of(vec![piece(edited, Role::Dim)])),
        None => {}
    }
    if decorations.reactions {
        lines.push(Line::of(reactions::row(&message.reactions)));
    }
    lines
}

/// The row that quotes the message with this number.
fn quoted(state: &State, translations: &Translations, open: &Conversation, seq: Seq) -> Line {
    Line::of(vec![piece(format!("↪ {}", quotes::in_a_line(state, translations, open, seq)), Role::Dim)])
}

/// A row of text, in which the mentions of this user are marked.
fn text_line(row: &Row, mentioned: Option<&Username>) -> Line {
    let mut line = Line::default();
    for run in row {
        if let Some(link) = &run.link {
            line.links.push((line.pieces.len(), link.clone()));
        }
        let mut rest = 0;
        for name in mentioned.into_iter().flat_map(|me| mention::find_mentions(&run.text).filter(|name| name.username == *me)) {
            if run.link.is_some() || run.ink.part != Part::Text {
                break;
            }
            line.pieces.push(piece(&run.text[rest..name.at.start], Role::MessageText(run.ink)));
            line.pieces.push(piece(&run.text[name.at.clone()], Role::Mention));
            rest = name.at.end;
        }
        line.pieces.push(piece(&run.text[rest..], Role::MessageText(run.ink)));
    }
    line
}

/// Appends the rows of a message. `mark` is shown in the first row of the text.
fn push_message(
    state: &State,
    transcript: &Transcript,
    block: &Block,
    author: &Username,
    lines: Vec<Line>,
    mark: Option<Piece>,
    rows: &mut Vec<BlockRow>,
) {
    let name = state.account.people.name_of(author);
    let name_role = Role::Name(hue(author.as_str()));
    let mut mark = mark;
    if !transcript.is_wide() && block.named {
        rows.push(BlockRow::Message(
            vec![piece(format!("{name} "), name_role), piece(clock(state, block.at), Role::Dim)],
            None,
            Vec::new(),
        ));
    }
    for (at, line) in lines.into_iter().enumerate() {
        let mut pieces = Vec::new();
        if !transcript.is_wide() {
            pieces.push(piece(" ".repeat(INDENT.into()), Role::Text));
        } else if at == 0 && block.named {
            pieces.push(piece(fit(&clock(state, block.at), TIME_WIDTH.into()), Role::Dim));
            pieces.push(piece(fit(&truncate(name, usize::from(NAME_WIDTH) - 1), NAME_WIDTH.into()), name_role));
        } else {
            pieces.push(piece(" ".repeat((TIME_WIDTH + NAME_WIDTH).into()), Role::Text));
        }
        let before = pieces.len();
        let links = line.links.into_iter().map(|(index, link)| (before + index, link)).collect();
        pieces.extend(line.pieces);
        rows.push(BlockRow::Message(pieces, mark.take(), links));
    }
}

/// The time of day in the user's time zone, as hours and minutes.
pub(crate) fn clock(state: &State, at: Timestamp) -> String {
    local_time(state, at).strftime("%H:%M").to_string()
}

/// The text for a change of a group, with display names.
pub(crate) fn happening(state: &State, entry: &Entry) -> Phrase {
    entry_text::describe(entry, |username| state.account.people.name_of(username).to_owned())
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
