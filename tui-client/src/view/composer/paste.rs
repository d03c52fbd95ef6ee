//! A long paste: as a block in the composer, and the question before it goes out.

use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use ratatui::layout::{Position, Rect};

use crate::keymap;
use crate::layout;
use crate::layout::wrap::width;
use crate::state::conversations::conversation::Conversation;
use crate::state::phrase::Phrase;
use crate::state::{Focus, State};
use crate::translations::Translations;
use crate::view::paint::{Canvas, Piece, piece};
use crate::view::theme::Role;

/// How wide the question is at most.
const WIDTH: u16 = 60;
/// Bytes of a KiB.
const KIB: usize = 1024;

/// How much was pasted and how it begins, instead of the text. The cursor stands behind: what is typed comes after it.
pub(crate) fn draw_block(canvas: &mut Canvas, area: Rect, translations: &Translations, open: &Conversation) -> Position {
    let text = open.composer.text();
    let fits = text.trim_end().len() <= MAX_MESSAGE_BYTES;
    let key = if fits { "paste-waiting" } else { "paste-too-long" };
    let waiting = Phrase::new(key).text("paste", amount(translations, &text)).number("kib", (MAX_MESSAGE_BYTES / KIB) as u64);
    let said = format!("▤ {}", translations.format(&waiting));
    let wide = u16::try_from(width(&said)).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
    canvas.row(area, 0, &[piece(said, if fits { Role::Warning } else { Role::Danger })]);
    draw_beginning(canvas, Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }, open);
    Position { x: area.x + wide, y: area.y }
}

/// The question: how much, to whom it goes, and what can be done.
pub(crate) fn draw_question(canvas: &mut Canvas, state: &State, translations: &Translations) {
    let Some(open) = state.open_conversation() else { return };
    let answers: Vec<[Piece; 2]> = answers(translations);
    let rows = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    // The border, how much it is, and an empty row above the answers.
    let around = rows(answers.len()) + 4;
    let beginning = layout::beginning_of_paste(open).len();
    let area = layout::overlay(state.size, WIDTH, around + rows(beginning));
    let to = match open.peer() {
        Some(peer) => state.account.people.name_of(&peer.username),
        None => state.group_name_of(open.id),
    };
    let inside = canvas.boxed(area, &translations.format(&Phrase::new("paste-question").text("to", to)));
    canvas.row(inside, 0, &[piece(amount(translations, &open.composer.text()), Role::Warning)]);
    let shown = inside.height.saturating_sub(around - 2);
    draw_beginning(canvas, Rect { y: inside.y + 1, height: shown, ..inside }, open);
    for (at, answer) in answers.iter().enumerate() {
        canvas.row(inside, (inside.height - rows(answers.len())) + rows(at), answer);
    }
}

/// The keys of the question, as the table has them.
fn answers(translations: &Translations) -> Vec<[Piece; 2]> {
    keymap::bindings_in(Focus::Paste)
        .filter(|binding| binding.focuses == [Focus::Paste])
        .filter_map(|binding| match binding.label {
            keymap::BindingLabel::HelpAndHint(what, _) => {
                let key = layout::wrap::fit(&binding.keys[0].to_string(), 7);
                Some([piece(key, Role::Accent), piece(translations.get(what), Role::Text)])
            }
            _ => None,
        })
        .collect()
}

fn draw_beginning(canvas: &mut Canvas, area: Rect, open: &Conversation) {
    for (row, line) in layout::beginning_of_paste(open).into_iter().enumerate() {
        canvas.row(area, u16::try_from(row).unwrap_or(u16::MAX), &[piece("│ ", Role::Dim), piece(line, Role::Dim)]);
    }
}

/// How much text this is.
fn amount(translations: &Translations, text: &str) -> String {
    let size = if text.len() < KIB {
        Phrase::new("size-bytes").number("count", text.len() as u64)
    } else {
        let tenths = text.len() * 10 / KIB;
        Phrase::new("size-kib").number("whole", (tenths / 10) as u64).number("tenth", (tenths % 10) as u64)
    };
    let lines = text.lines().count().max(1) as u64;
    translations.format(&Phrase::new("paste-amount").number("lines", lines).text("size", translations.format(&size)))
}
