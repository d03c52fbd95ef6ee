//! What the word being typed may become, between the messages and the composer.

use papo_shared::model::Username;
use ratatui::layout::Rect;

use crate::keymap::COMMANDS;
use crate::layout;
use crate::layout::ChatAreas;
use crate::state::State;
use crate::state::composer::completion::word::Sign;
use crate::state::composer::completion::{CompletionKind, PopUp};
use crate::state::navigation::chat::Row;
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::lists;
use crate::view::paint::{Canvas, Piece, piece};
use crate::view::theme::Role;

pub(crate) fn draw(canvas: &mut Canvas, areas: &ChatAreas, state: &State, words: &Translations, pop_up: &PopUp) {
    let area = layout::pop_up(areas, pop_up.items.len());
    canvas.clear(area);
    canvas.rule(area, 0, &words.get(title(pop_up.word.sign)), Role::Dim);
    let rows = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let first = layout::first_visible(Some(pop_up.selected), pop_up.items.len(), rows.height.into());
    for (at, offered) in pop_up.items.iter().enumerate().skip(first).take(rows.height.into()) {
        let is_selected = at == pop_up.selected;
        let role = if is_selected { Role::Accent } else { Role::Text };
        let mut pieces = vec![piece(if is_selected { "▸ " } else { "  " }, Role::Accent)];
        pieces.extend(label(state, words, &offered.kind, role));
        canvas.row(rows, u16::try_from(at - first).unwrap_or(u16::MAX), &pieces);
    }
}

fn title(sign: Sign) -> &'static str {
    match sign {
        Sign::Emoji => "completion-emoji",
        Sign::Person => "completion-people",
        Sign::Command => "completion-commands",
        Sign::Group => "completion-groups",
    }
}

fn label(state: &State, words: &Translations, kind: &CompletionKind, role: Role) -> Vec<Piece> {
    match kind {
        CompletionKind::Emoji(named) => {
            vec![piece(format!("{} ", named.emoji), Role::Text), piece(format!(":{}:", named.name), role)]
        }
        CompletionKind::Person(username) => person(state, username, role),
        CompletionKind::Group(id) => {
            let mut pieces = lists::label(state, &Row::Group(*id), role);
            if let Some(listing) = state.account.group_listings.get(id) {
                let count = words.format(&Phrase::new("group-members").number("count", listing.members.into()));
                pieces.push(piece(format!("  {count}"), Role::Dim));
            }
            pieces
        }
        CompletionKind::Command(index) => {
            let (command, what) = COMMANDS.get(*index).copied().unwrap_or_default();
            vec![piece(command, role), piece(format!("  {}", words.get(what)), Role::Dim)]
        }
    }
}

fn person(state: &State, username: &Username, role: Role) -> Vec<Piece> {
    let mut pieces = lists::label(state, &Row::Person(username.clone()), role);
    if state.account.people.name_of(username) != username.as_str() {
        pieces.push(piece(format!("  @{username}"), Role::Dim));
    }
    pieces
}
