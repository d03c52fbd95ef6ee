//! The messages of the open conversation.

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

/// Draws the blocks that are in view, from the lower edge up: only those are laid out.
pub(crate) fn draw(canvas: &mut Canvas, area: Rect, state: &State, words: &Translations, open: &Conversation) {
    let transcript = Transcript::new(state, open, area.width);
    let Some(last) = transcript.len().checked_sub(1) else {
        let nothing =
            if open.last_seq < open.first_seq.max(papo_shared::model::Seq(1)) { "messages-none" } else { "messages-loading" };
        return canvas.row_centred(area, area.height / 2, &[piece(words.get(nothing), Role::Dim)]);
    };
    let (mut index, hidden) = match open.scroll {
        Scroll::AtEnd => (last, 0),
        Scroll::At { block, hidden } => transcript.index_at_or_after(block).map_or((last, 0), |index| (index, hidden)),
    };
    let mut bottom = i32::from(area.height) + i32::from(hidden);
    loop {
        let Some(block) = transcript.block(index) else { return };
        let rows = rows(state, words, open, &transcript, &block);
        let top = bottom - i32::try_from(rows.len()).unwrap_or(i32::MAX);
        for (at, row) in rows.iter().enumerate() {
            let Ok(y) = u16::try_from(top + i32::try_from(at).unwrap_or(i32::MAX)) else { continue };
            draw_row(canvas, area, y, row);
            if open.selected == Some(block.id) && matches!(row, Drawn::Message(..)) {
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

/// What is below the lower edge of the view, where it does not stand at the end. It has its place on the line below the messages,
/// and covers none of them.
pub(crate) fn draw_below(canvas: &mut Canvas, rule: Rect, words: &Translations, open: &Conversation) {
    if open.scroll != Scroll::AtEnd {
        let below = if open.unread > 0 {
            words.format(&Phrase::new("messages-unread-below").number("count", open.unread.into()))
        } else {
            words.get("messages-more-below")
        };
        canvas.row_right(rule, 0, &[piece(format!(" ↓ {below} "), Role::Selected)]);
    }
}

/// One row, before it has cells.
enum Drawn {
    /// A line across, with a word in it.
    Rule(String, Role),
    /// What papo itself says.
    Info(Vec<Piece>),
    /// What somebody said, with a mark at the right edge, and where pieces of it lead, by their place.
    Message(Vec<Piece>, Option<Piece>, Vec<(usize, LinkTarget)>),
}

fn draw_row(canvas: &mut Canvas, area: Rect, y: u16, row: &Drawn) {
    match row {
        Drawn::Rule(word, role) => canvas.rule(area, y, word, *role),
        Drawn::Info(pieces) => canvas.row(area, y, pieces),
        Drawn::Message(pieces, mark, links) => {
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

fn rows(state: &State, words: &Translations, open: &Conversation, transcript: &Transcript, block: &Block) -> Vec<Drawn> {
    let mut rows = Vec::new();
    if block.beginning {
        let key = if transcript.is_whole_log() { "messages-beginning" } else { "messages-beginning-for-you" };
        rows.push(Drawn::Info(vec![piece(words.get(key), Role::Dim)]));
    }
    if let Some(day) = block.day {
        let weekday = words.get(WEEKDAYS[usize::try_from(day.weekday().to_sunday_zero_offset()).unwrap_or(0)]);
        let month = words.get(MONTHS[usize::try_from(day.month() - 1).unwrap_or(0)]);
        let number = |n: i16| n.to_string();
        let phrase = Phrase::new("day").text("weekday", weekday).text("day", number(day.day().into()));
        let phrase = phrase.text("month", month).text("year", number(day.year()));
        rows.push(Drawn::Rule(words.format(&phrase), Role::Dim));
    }
    if block.new {
        rows.push(Drawn::Rule(words.get("messages-new"), Role::Unread));
    }
    match &block.body {
        Body::Folded => {
            let when = piece(format!("{}  ", clock(state, block.at)), Role::Dim);
            let told = piece(format!("· {}", words.get("messages-folded")), Role::Dim);
            rows.push(Drawn::Message(vec![when, told], None, Vec::new()));
        }
        Body::Happening(entry) => {
            let said = words.format(&happening(state, entry));
            rows.push(Drawn::Info(vec![
                piece(format!("{}  ", clock(state, block.at)), Role::Dim),
                piece(format!("· {said}"), Role::Dim),
            ]));
        }
        Body::Message(author, message, text, around) => {
            let mark = match block.id {
                BlockId::Entry(seq) if state.me() == Some(author) && !message.deleted => Some(receipts::mark(open, seq)),
                BlockId::Entry(_) | BlockId::Outgoing(_) => None,
            };
            let lines = message_lines(state, words, open, message, text, *around);
            push_message(state, transcript, block, author, lines, mark, &mut rows);
        }
        Body::Outgoing(message, text) => {
            let mark = match message.progress {
                Progress::Saving | Progress::Queued => piece("⋯", Role::Warning),
                Progress::Sending => piece("↑", Role::Dim),
                Progress::Failed(_) => piece("✗", Role::Danger),
            };
            let quote = message.reply_to.map(|seq| quoted(state, words, open, seq));
            let lines = quote.into_iter().chain(text.iter().map(|row| text_line(row, None))).collect();
            if let Some(me) = state.me() {
                push_message(state, transcript, block, me, lines, Some(mark), &mut rows);
            }
            if let Progress::Failed(why) = &message.progress {
                let indent = if transcript.is_wide() { TIME_WIDTH } else { INDENT };
                let indent = " ".repeat(indent.into());
                rows.push(Drawn::Info(vec![
                    piece(indent, Role::Text),
                    piece(format!("✗ {}", words.format(&refusals::explain(why))), Role::Danger),
                ]));
            }
        }
    }
    rows
}

/// A row of what somebody said, and where pieces of it lead, by their place.
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

/// The rows of a stored message: what it answers, its text, how people reacted.
fn message_lines(
    state: &State,
    words: &Translations,
    open: &Conversation,
    message: &Message,
    text: &[Row],
    around: Decorations,
) -> Vec<Line> {
    if message.deleted {
        return vec![Line::of(vec![piece(words.get("message-deleted"), Role::Dim)])];
    }
    let named = state.me().filter(|me| message.mentions.contains(me));
    let mut lines: Vec<Line> = around.quote.map(|seq| quoted(state, words, open, seq)).into_iter().collect();
    lines.extend(text.iter().map(|row| text_line(row, named)));
    let edited = truncate(&words.get("message-edited"), EDITED_WIDTH - 1);
    match around.edited {
        Some(EditedMarkPosition::AfterText) => {
            if let Some(last) = lines.last_mut() {
                last.pieces.push(piece(format!(" {edited}"), Role::Dim));
            }
        }
        Some(EditedMarkPosition::OwnRow) => lines.push(Line::of(vec![piece(edited, Role::Dim)])),
        None => {}
    }
    if around.reactions {
        lines.push(Line::of(reactions::row(&message.reactions)));
    }
    lines
}

/// What a message answers.
fn quoted(state: &State, words: &Translations, open: &Conversation, seq: Seq) -> Line {
    Line::of(vec![piece(format!("↪ {}", quotes::in_a_line(state, words, open, seq)), Role::Dim)])
}

/// A row of text, with the name of whoever reads it marked where it is named.
fn text_line(row: &Row, named: Option<&Username>) -> Line {
    let mut line = Line::default();
    for run in row {
        if let Some(link) = &run.link {
            line.links.push((line.pieces.len(), link.clone()));
        }
        let mut rest = 0;
        for name in named.into_iter().flat_map(|me| mention::find_mentions(&run.text).filter(|name| name.username == *me)) {
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

fn push_message(
    state: &State,
    transcript: &Transcript,
    block: &Block,
    author: &Username,
    lines: Vec<Line>,
    mark: Option<Piece>,
    rows: &mut Vec<Drawn>,
) {
    let name = state.account.people.name_of(author);
    let name_role = Role::Name(hue(author.as_str()));
    let mut mark = mark;
    if !transcript.is_wide() && block.named {
        rows.push(Drawn::Message(
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
        let links = line.links.into_iter().map(|(place, link)| (before + place, link)).collect();
        pieces.extend(line.pieces);
        rows.push(Drawn::Message(pieces, mark.take(), links));
    }
}

/// The time of day.
pub(crate) fn clock(state: &State, at: Timestamp) -> String {
    local_time(state, at).strftime("%H:%M").to_string()
}

/// What happened to the group.
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
