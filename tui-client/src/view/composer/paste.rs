//! A long paste: its block in the composer, and the dialog before it is sent.

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

/// Maximum width of the dialog, in columns.
const WIDTH: u16 = 60;
/// The number of bytes in a KiB.
const KIB: usize = 1024;

/// Draws the size and the first lines of the paste instead of the text. The cursor is placed after the size, because typed text
/// is appended to the paste.
pub(crate) fn draw_block(canvas: &mut Canvas, area: Rect, translations: &Translations, open: &Conversation) -> Position {
    let text = open.composer.text();
    let fits = text.trim_end().len() <= MAX_MESSAGE_BYTES;
    let key = if fits { "paste-waiting" } else { "paste-too-long" };
    let waiting = Phrase::new(key).text("paste", amount(translations, &text)).number("kib", (MAX_MESSAGE_BYTES / KIB) as u64);
    let size = format!("▤ {}", translations.format(&waiting));
    let wide = u16::try_from(width(&size)).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
    canvas.row(area, 0, &[piece(size, if fits { Role::Warning } else { Role::Danger })]);
    draw_beginning(canvas, Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }, open);
    Position { x: area.x + wide, y: area.y }
}

/// Draws the dialog: the recipient, the size and first lines of the paste, and the keys.
pub(crate) fn draw_dialog(canvas: &mut Canvas, state: &State, translations: &Translations) {
    let Some(open) = state.open_conversation() else { return };
    let keys: Vec<[Piece; 2]> = keys(translations);
    let rows = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    // Two rows of border, the size, and an empty row above the keys.
    let other_rows = rows(keys.len()) + 4;
    let beginning = layout::beginning_of_paste(open).len();
    let area = layout::overlay(state.size, WIDTH, other_rows + rows(beginning));
    let to = match open.peer() {
        Some(peer) => state.account.people.name_of(&peer.username),
        None => state.group_name_of(open.id),
    };
    let inside = canvas.boxed(area, &translations.format(&Phrase::new("paste-question").text("to", to)));
    canvas.row(inside, 0, &[piece(amount(translations, &open.composer.text()), Role::Warning)]);
    let shown = inside.height.saturating_sub(other_rows - 2);
    draw_beginning(canvas, Rect { y: inside.y + 1, height: shown, ..inside }, open);
    for (at, key) in keys.iter().enumerate() {
        canvas.row(inside, (inside.height - rows(keys.len())) + rows(at), key);
    }
}

/// The keys of the dialog and their labels, from the keymap.
fn keys(translations: &Translations) -> Vec<[Piece; 2]> {
    keymap::bindings_in(Focus::Paste)
        .filter(|binding| binding.focuses == [Focus::Paste])
        .filter_map(|binding| match binding.label {
            keymap::BindingLabel::HelpAndHint(label, _) => {
                let key = layout::wrap::fit(&binding.keys[0].to_string(), 7);
                Some([piece(key, Role::Accent), piece(translations.get(label), Role::Text)])
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

/// The size of a text, in lines and bytes or KiB.
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
