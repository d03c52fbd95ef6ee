//! The search overlay.

use papo_shared::model::search::Query;
use papo_shared::model::{ConversationId, ConversationKind, EntryKind};
use papo_shared::protocol::SearchHit;
use ratatui::layout::{Position, Rect};

use super::paint::{Canvas, Piece, piece};
use super::theme::{Role, hue};
use crate::layout;
use crate::layout::excerpt::excerpt;
use crate::state::State;
use crate::state::phrase::Phrase;
use crate::state::search::Search;
use crate::translations::Translations;

pub(super) fn draw(canvas: &mut Canvas, state: &State, translations: &Translations, search: &Search) -> Position {
    let area = layout::search(state.size);
    let inside = canvas.boxed(area, &translations.format(&title(state, search)));
    let line = Rect { x: inside.x + 2, width: inside.width.saturating_sub(2), height: inside.height.min(1), ..inside };
    canvas.row(inside, 0, &[piece("› ", Role::Accent)]);
    let cursor = crate::view::text_input::draw_line(canvas, line, &search.query);
    if search.query.is_empty() {
        canvas.row(line, 0, &[piece(translations.get("search-type"), Role::Dim)]);
    }
    canvas.row(inside, 1, &summary(translations, search));
    let list = Rect { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
    let selected = search.selected_index();
    let in_view = layout::search_hits_in_view(state.size);
    let first = layout::first_visible(selected, search.hits.len(), in_view);
    // While another query is typed, matches are marked by the query of the shown hits.
    let query = search.found.as_ref().and_then(|found| Query::parse(&found.query, 0).ok()).unwrap_or_default();
    for (at, hit) in search.hits.iter().enumerate().skip(first).take(in_view) {
        let row = u16::try_from(at - first).unwrap_or(u16::MAX) * layout::SEARCH_HIT_HEIGHT;
        let is_selected = selected == Some(at);
        let mark = || piece(if is_selected { "▸ " } else { "  " }, Role::Accent);
        let mut head = vec![mark()];
        head.extend(origin(state, hit));
        canvas.row(list, row, &head);
        let mut text = vec![piece("    ", Role::Text)];
        text.extend(marked_excerpt(hit, &query, usize::from(list.width).saturating_sub(4)));
        canvas.row(list, row + 1, &text);
    }
    cursor
}

fn title(state: &State, search: &Search) -> Phrase {
    match search.terms().within {
        Some(id) => Phrase::new("search-here").text("conversation", conversation_name(state, id)),
        None => Phrase::new("search-everywhere"),
    }
}

/// The name of a conversation; empty if it is unknown.
fn conversation_name(state: &State, id: ConversationId) -> String {
    match state.account.conversations.get(&id).map(|known| &known.kind) {
        Some(ConversationKind::Direct { peer }) => state.account.people.name_of(&peer.username).to_owned(),
        Some(ConversationKind::Group { name, .. }) => format!("#{name}"),
        Some(ConversationKind::Unknown) | None => String::new(),
    }
}

/// The number of hits, or why there are none: an error, no query, no result yet, or no match.
fn summary(translations: &Translations, search: &Search) -> Vec<Piece> {
    if let Some(trouble) = &search.error {
        return vec![piece(translations.format(trouble), Role::Warning)];
    }
    let count = search.hits.len() as u64;
    let text = match (search.found.is_some(), search.is_current()) {
        _ if search.query.is_empty() => translations.get("search-filters"),
        (_, false) => translations.get("search-looking"),
        (true, true) if search.hits.is_empty() && search.next.is_some() => translations.get("search-looking"),
        (true, true) if search.hits.is_empty() => translations.get("search-nothing"),
        (true, true) if search.next.is_some() => translations.format(&Phrase::new("search-many").number("count", count)),
        (_, true) => translations.format(&Phrase::new("search-hits").number("count", count)),
    };
    vec![piece(text, Role::Dim)]
}

/// The conversation, author and time of a hit.
fn origin(state: &State, hit: &SearchHit) -> Vec<Piece> {
    let author = &hit.entry.author;
    vec![
        piece(conversation_name(state, hit.conversation), Role::Text),
        piece(" · ", Role::Dim),
        piece(state.account.people.name_of(author), Role::Name(hue(author.as_str()))),
        piece(format!(" · {}", layout::day_and_time(state, hit.entry.at)), Role::Dim),
    ]
}

/// An excerpt of the text of a hit for this many cells, with its matches marked.
fn marked_excerpt(hit: &SearchHit, query: &Query, cells: usize) -> Vec<Piece> {
    let EntryKind::Message(message) = &hit.entry.kind else { return Vec::new() };
    let text = message.text.as_str();
    let pieces = excerpt(text, &query.marks(text), cells);
    pieces.into_iter().map(|part| piece(part.text, if part.is_match { Role::Match } else { Role::Text })).collect()
}
