//! The overlay with the versions of a message, or with the users who reacted to it, read it or received it.

use crate::layout::day_and_time;
use crate::layout::sheet::{Line, area, lines};
use crate::layout::wrap::fit;
use crate::state::State;
use crate::state::overlays::sheet::{About, Sheet};
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::conversations::reactions::symbol;
use crate::view::paint::{Canvas, Piece, piece};
use crate::view::theme::{Role, hue};

/// Width of an emoji and the space after it, in columns.
const EMOJI_WIDTH: usize = 4;

pub(crate) fn draw(canvas: &mut Canvas, state: &State, translations: &Translations, sheet: &Sheet) {
    let title = match sheet.about {
        About::Revisions(_) => "sheet-revisions",
        About::People(_) => "sheet-people",
    };
    let lines = lines(state, sheet);
    let inside = canvas.boxed(area(state, lines.len()), &translations.get(title));
    for (row, line) in lines.iter().skip(sheet.top.into()).take(inside.height.into()).enumerate() {
        canvas.row(inside, u16::try_from(row).unwrap_or(u16::MAX), &pieces(state, translations, sheet, line));
    }
}

fn pieces(state: &State, translations: &Translations, sheet: &Sheet, line: &Line) -> Vec<Piece> {
    let name = |username| piece(state.account.people.name_of(username), Role::Name(hue(username.as_str())));
    match line {
        Line::Since(at) => vec![piece(day_and_time(state, *at), Role::Dim)],
        Line::Text(text) => vec![piece(text.clone(), Role::Text)],
        Line::Reacted(emoji, username) => vec![piece(fit(symbol(emoji), EMOJI_WIDTH), Role::Text), name(username)],
        Line::ReadBy(read, others) => {
            let phrase = Phrase::new("sheet-read-by").number("count", *read as u64).number("others", *others as u64);
            vec![piece(translations.format(&phrase), Role::Dim)]
        }
        Line::DeliveredTo => vec![piece(translations.get("sheet-delivered-to"), Role::Dim)],
        Line::Person(username) => vec![piece(" ".repeat(EMOJI_WIDTH), Role::Text), name(username)],
        Line::NoReactions => vec![piece(translations.get("sheet-no-reactions"), Role::Dim)],
        Line::Gap => Vec::new(),
        Line::Waiting => match &sheet.problem {
            Some(problem) => vec![piece(format!("✗ {}", translations.format(problem)), Role::Danger)],
            None => vec![piece(translations.get("loading"), Role::Dim)],
        },
    }
}
