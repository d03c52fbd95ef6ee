//! The chat screen: opening conversations, moving in the list, switching sides.

use papo_shared::model::{ConversationId, Username};
use papo_shared::protocol::{OpenDirect, Request};

use crate::action::Action;
use crate::effect::Effect;
use crate::layout;
use crate::state::connection::pending::Purpose;
use crate::state::navigation::chat::{ChatFocus, Row, Side};
use crate::state::phrase::Phrase;
use crate::state::{Screen, State};
use crate::update::conversations::{fetching, reading};
use crate::update::groups::member_pages;
use crate::update::lists::step;
use crate::update::requests::ask;
use crate::update::screen::show;

/// Opens a conversation of ours on the chat screen, ready to write.
pub(crate) fn open(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let Some(conversation) = state.account.conversations.get(&id) else { return };
    let (side, row) = match conversation.peer() {
        Some(peer) => (Side::Users, Row::Person(peer.username.clone())),
        None => (Side::Groups, Row::Group(id)),
    };
    show(state, Screen::Chat);
    state.account.chat.side = side;
    state.account.chat.focus = ChatFocus::Composer;
    let here = state.account.chat.open_side_mut();
    here.selected = Some(row);
    here.open = Some(id);
    came_in(state, effects);
}

/// Opens the conversation with somebody; the server makes one where there is none.
pub(crate) fn open_person(state: &mut State, username: &Username, effects: &mut Vec<Effect>) {
    if let Some(id) = state.direct_with(username).map(|conversation| conversation.id) {
        return open(state, id, effects);
    }
    if !state.link.is_live() {
        return state.show_status(Phrase::new("notice-needs-connection"));
    }
    let asked = Purpose::OpenDirect(username.clone());
    state.expect_opening(asked.clone());
    if !state.pending.contains(&asked) {
        let request = Request::OpenDirect(OpenDirect { username: username.to_string() });
        ask(state, asked, request, effects);
    }
}

/// Opens what a row of a list stands for.
pub(crate) fn open_row(state: &mut State, row: &Row, effects: &mut Vec<Effect>) {
    match row {
        Row::Person(username) => open_person(state, &username.clone(), effects),
        Row::Group(id) if state.account.conversations.contains_key(id) => open(state, *id, effects),
        Row::Group(id) => {
            let name = state.group_name_of(*id).to_owned();
            state.show_status(Phrase::new("notice-not-your-group").text("group", name));
        }
    }
}

/// The open conversation came into view: what is missing is fetched, and the *new* line is drawn where one left off.
pub(crate) fn came_in(state: &mut State, effects: &mut Vec<Effect>) {
    state.account.way_back = None;
    let Some(open) = state.open_conversation_mut() else { return };
    let id = open.id;
    open.new_after = None;
    open.selected = None;
    open.is_marked_unread = false;
    if std::mem::take(&mut open.finding_first_unread) {
        // It was left before it was found.
        fetching::find_first_unread(state, id);
    } else {
        reading::place_new_line(state, id);
    }
    fetching::settle(state, id, effects);
    member_pages::fetch_if_unknown(state, id, effects);
}

/// To the other kind of chats, and to what was open there.
pub(crate) fn switch_side(state: &mut State, effects: &mut Vec<Effect>) {
    state.account.chat.side = match state.account.chat.side {
        Side::Users => Side::Groups,
        Side::Groups => Side::Users,
    };
    if state.open_conversation().is_some() {
        came_in(state, effects);
    } else {
        state.account.chat.focus = ChatFocus::List;
    }
}

pub(crate) fn move_selection(state: &mut State, action: Action) {
    let rows = state.rows(state.account.chat.side);
    if rows.is_empty() {
        return;
    }
    let at = selected_index(state, &rows);
    let page = usize::from(layout::list_rows(state).height);
    let to = step(at, rows.len(), page, action);
    // The first press on a list where nothing is selected yet selects what it stands on.
    let to = if state.account.chat.open_side().selected.is_none() { at.unwrap_or(0) } else { to };
    state.account.chat.open_side_mut().selected = rows.into_iter().nth(to);
}

pub(crate) fn open_selected(state: &mut State, effects: &mut Vec<Effect>) {
    let rows = state.rows(state.account.chat.side);
    if let Some(row) = selected_index(state, &rows).and_then(|at| rows.get(at)) {
        open_row(state, row, effects);
    }
}

/// A click on a row of the list's area, from 0 at its top.
pub(crate) fn click_list(state: &mut State, row: u16, effects: &mut Vec<Effect>) {
    let area = layout::list_rows(state);
    let rows = state.rows(state.account.chat.side);
    let top = layout::first_visible(selected_index(state, &rows), rows.len(), area.height.into());
    let header = area.y - layout::chat(state).list.y;
    if row < header {
        return switch_side(state, effects);
    }
    if let Some(row) = rows.get(top + usize::from(row - header)) {
        state.account.chat.open_side_mut().selected = Some(row.clone());
        open_row(state, row, effects);
    }
}

fn selected_index(state: &State, rows: &[Row]) -> Option<usize> {
    let selected = state.account.chat.open_side().selected.as_ref();
    let at = selected.and_then(|selected| rows.iter().position(|row| row == selected));
    at.or_else(|| (!rows.is_empty()).then_some(0))
}
