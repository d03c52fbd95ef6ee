//! The chat screen: the list, the open conversation with its composer, and the members.

use papo_shared::model::{ConversationKind, Visibility};
use ratatui::layout::{Position, Rect};

use crate::layout;
use crate::layout::wrap::width;
use crate::state::State;
use crate::state::conversations::conversation::Conversation;
use crate::state::navigation::chat::{ChatFocus, Side};
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::composer::{completion, paste};
use crate::view::conversations::{messages, notify, quotes, receipts};
use crate::view::groups::members;
use crate::view::paint::{Canvas, Piece, piece};
use crate::view::theme::Role;
use crate::view::{lists, text_input};

pub(crate) fn draw(canvas: &mut Canvas, body: Rect, state: &State, translations: &Translations) -> Option<Position> {
    let areas = layout::chat(state);
    if !areas.list.is_empty() {
        lists::draw_side(canvas, areas.list, state, translations);
        if areas.list.width < body.width {
            canvas.column_line(areas.list.right(), body);
        }
    }
    let Some(open) = state.open_conversation() else {
        let key = if state.account.chat.side == Side::Users { "chat-choose-user" } else { "chat-choose-group" };
        canvas.row_centred(areas.messages, areas.messages.height / 2, &[piece(translations.get(key), Role::Dim)]);
        return None;
    };
    if areas.title.is_empty() {
        return None;
    }
    canvas.row(areas.title, 0, &title(state, translations, open));
    messages::draw(canvas, areas.messages, state, translations, open);
    let receipts = receipts::summary(state, translations, open);
    let receipts_width = receipts.iter().map(|(text, _)| width(text) + 1).sum::<usize>();
    canvas.row(
        areas.typing,
        0,
        &typing(state, translations, open, usize::from(areas.typing.width).saturating_sub(receipts_width)),
    );
    canvas.row_right(areas.typing, 0, receipts.as_slice());
    let rule_role = if state.account.chat.focus == ChatFocus::Composer { Role::Accent } else { Role::Dim };
    canvas.row(areas.rule, 0, &[piece("─".repeat(areas.rule.width.into()), rule_role)]);
    messages::draw_below(canvas, areas.rule, translations, open);
    canvas.row(areas.composer_target, 0, &composer_target(state, translations, open));
    if !areas.members.is_empty() {
        members::draw_beside(canvas, areas.members, state, translations, open);
    }
    let cursor = if open.is_folded() {
        paste::draw_block(canvas, areas.composer, translations, open)
    } else {
        text_input::draw_lines(canvas, areas.composer, &open.composer)
    };
    if open.composer.is_empty() && open.is_closed() {
        canvas.row(areas.composer, 0, &[piece(translations.get("composer-closed"), Role::Warning)]);
    } else if open.composer.is_empty() && state.account.chat.focus == ChatFocus::Composer {
        canvas.row(areas.composer, 0, &[piece(translations.get("composer-empty"), Role::Dim)]);
    }
    if let Some(pop_up) = &state.account.completion.pop_up {
        completion::draw(canvas, &areas, state, translations, pop_up);
    }
    (state.account.chat.focus == ChatFocus::Composer).then_some(cursor)
}

fn title(state: &State, translations: &Translations, open: &Conversation) -> Vec<Piece> {
    match &open.kind {
        ConversationKind::Direct { peer } => {
            let (mark, role) = lists::presence(state, &peer.username);
            let person = state.account.people.get(&peer.username).unwrap_or(peer);
            let display_name = state.account.people.name_of(&peer.username);
            let presence = match person.last_seen {
                _ if !state.link.is_live() => translations.get("presence-unknown"),
                _ if person.online && person.away => translations.get("presence-away"),
                _ if person.online => translations.get("presence-online"),
                Some(seen) => {
                    translations.format(&Phrase::new("presence-offline-since").text("when", layout::day_and_time(state, seen)))
                }
                None => translations.get("presence-offline"),
            };
            let mut pieces = vec![piece(format!("{mark} "), role), piece(display_name, Role::Accent)];
            if display_name != peer.username.as_str() {
                pieces.push(piece(format!(" @{}", peer.username), Role::Dim));
            }
            if !open.is_closed() {
                pieces.push(piece(format!(" · {presence}"), Role::Dim));
            }
            pieces.extend(remarks(state, translations, open));
            pieces.extend(person.status.iter().map(|status| piece(format!(" · {status}"), Role::Text)));
            pieces
        }
        // Conversations of an unknown kind are in no list, so they are never open.
        ConversationKind::Unknown => Vec::new(),
        ConversationKind::Group { name, topic, members, visibility, retention_days, .. } => {
            let count = translations.format(&Phrase::new("group-members").number("count", (*members).into()));
            let mut pieces =
                vec![piece("# ", Role::Dim), piece(name.as_str(), Role::Accent), piece(format!(" · {count}"), Role::Dim)];
            pieces.extend(visibility_remark(*visibility).map(|key| piece(format!(" · {}", translations.get(key)), Role::Dim)));
            // The shorter limit applies.
            let days = retention_days.iter().copied().chain(state.server_retention_days).min();
            let kept = days.map(|days| translations.format(&Phrase::new("messages-kept").number("count", days.into())));
            pieces.extend(kept.map(|kept| piece(format!(" · {kept}"), Role::Dim)));
            pieces.extend(remarks(state, translations, open));
            pieces.extend(topic.iter().map(|topic| piece(format!(" · {topic}"), Role::Text)));
            pieces
        }
    }
}

/// The translation key of what is special about who finds and joins a group; `None` for a listed one.
fn visibility_remark(visibility: Visibility) -> Option<&'static str> {
    match visibility {
        Visibility::Private => Some("visibility-private"),
        Visibility::Public => Some("visibility-public"),
        Visibility::Listed | Visibility::Other => None,
    }
}

/// The user's own settings for a conversation: blocked, notification level. They precede status and topic, which others write.
fn remarks(state: &State, translations: &Translations, open: &Conversation) -> Vec<Piece> {
    let is_blocked = open.peer().is_some_and(|peer| state.account.blocked.contains(&peer.username));
    let blocked = is_blocked.then(|| translations.get("chat-blocked"));
    let remarks = [blocked, notify::describe_level(state, translations, open)].into_iter().flatten();
    remarks.map(|remark| piece(format!(" · {remark}"), Role::Warning)).collect()
}

/// The users who are typing, except blocked ones, in at most `cells` cells. Two are named, and further ones counted.
fn typing(state: &State, translations: &Translations, open: &Conversation, cells: usize) -> Vec<Piece> {
    let typing = open.typing(state.moment).filter(|username| !state.account.blocked.contains(*username));
    let names: Vec<&str> = typing.map(|username| state.account.people.name_of(username)).collect();
    let phrase = match names.as_slice() {
        [] => return Vec::new(),
        [one] => Phrase::new("typing-one").text("who", one),
        [one, other] => Phrase::new("typing-two").text("who", one).text("other", other),
        [one, other, others @ ..] => {
            Phrase::new("typing-many").text("who", one).text("other", other).number("count", others.len() as u64)
        }
    };
    vec![piece(translations.format_within(&phrase, cells), Role::Dim)]
}

/// The row above the composer while a message is edited or replied to: a quote of it.
fn composer_target(state: &State, translations: &Translations, open: &Conversation) -> Vec<Piece> {
    let quote = |seq| quotes::in_a_line(state, translations, open, seq);
    match (&open.editing, open.reply_to) {
        (Some(editing), _) => {
            vec![
                piece(format!("✎ {} ", translations.get("composer-editing")), Role::Accent),
                piece(quote(editing.seq), Role::Dim),
            ]
        }
        (None, Some(seq)) => vec![piece("↪ ", Role::Accent), piece(quote(seq), Role::Dim)],
        (None, None) => Vec::new(),
    }
}
