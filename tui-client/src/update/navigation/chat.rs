//! The chat screen: opening conversations, moving in the list, switching between people and groups.

use papo_shared::model::{ConversationId, Username, Visibility};
use papo_shared::protocol::{JoinPublicGroup, OpenDirect, Request};

use crate::action::Action;
use crate::effect::Effect;
use crate::layout;
use crate::state::connection::pending::Purpose;
use crate::state::navigation::chat::{ChatFocus, Row, Side};
use crate::state::phrase::Phrase;
use crate::state::{Screen, State};
use crate::update::conversations::{fetching, reading};
use crate::update::groups::{invitations, member_pages};
use crate::update::lists::next_index;
use crate::update::requests::{CommandOutcome, send_if_live, send_request};
use crate::update::screen::show_screen;

/// Opens one of the user's conversations on the chat screen and focuses its composer.
pub(crate) fn open(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let Some(conversation) = state.account.conversations.get(&id) else { return };
    let (side, row) = match conversation.peer() {
        Some(peer) => (Side::Users, Row::Person(peer.username.clone())),
        None => (Side::Groups, Row::Group(id)),
    };
    show_screen(state, Screen::Chat);
    state.account.chat.side = side;
    state.account.chat.focus = ChatFocus::Composer;
    let here = state.account.chat.open_side_mut();
    here.selected = Some(row);
    here.open = Some(id);
    enter_open_conversation(state, effects);
}

/// Opens the direct conversation with a person. If there is none yet, the server is asked to create it.
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
        send_request(state, asked, request, effects);
    }
}

/// Opens the conversation that a row of the list stands for.
pub(crate) fn open_row(state: &mut State, row: &Row, effects: &mut Vec<Effect>) {
    match row {
        Row::Person(username) => open_person(state, &username.clone(), effects),
        Row::Group(id) if state.account.conversations.contains_key(id) => open(state, *id, effects),
        Row::Group(id) if is_public(state, *id) => join_public(state, *id, effects),
        Row::Group(id) => {
            let name = state.group_name_of(*id).to_owned();
            state.show_status(Phrase::new("notice-not-your-group").text("group", name));
        }
    }
}

fn is_public(state: &State, id: ConversationId) -> bool {
    state.account.group_listings.get(&id).is_some_and(|listing| listing.visibility == Visibility::Public)
}

/// Joins a public group, and opens it once the server has made the user a member.
fn join_public(state: &mut State, conversation: ConversationId, effects: &mut Vec<Effect>) {
    let request = Request::JoinPublicGroup(JoinPublicGroup { conversation });
    if send_if_live(state, effects, Purpose::JoinGroup, request) == CommandOutcome::Done {
        state.expect_opening(Purpose::JoinGroup);
    }
}

/// Prepares the open conversation for being shown: fetches missing entries and members, and places the *new* line
/// before the first unread message.
pub(crate) fn enter_open_conversation(state: &mut State, effects: &mut Vec<Effect>) {
    state.account.way_back = None;
    let Some(open) = state.open_conversation_mut() else { return };
    let id = open.id;
    open.new_after = None;
    open.selected = None;
    open.is_marked_unread = false;
    if std::mem::take(&mut open.finding_first_unread) {
        // The search for the first unread message was interrupted by leaving the conversation.
        fetching::restart_at_first_unread(state, id);
    } else {
        reading::place_new_line(state, id);
    }
    fetching::fetch_missing(state, id, effects);
    member_pages::fetch_if_unknown(state, id, effects);
}

/// Switches the list between people and groups, and shows the conversation that was open there.
pub(crate) fn switch_side(state: &mut State, effects: &mut Vec<Effect>) {
    state.account.chat.side = match state.account.chat.side {
        Side::Users => Side::Groups,
        Side::Groups => Side::Users,
    };
    if state.open_conversation().is_some() {
        enter_open_conversation(state, effects);
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
    let to = next_index(at, rows.len(), page, action);
    // Without a selection, the first press selects the row that is highlighted by default.
    let to = if state.account.chat.open_side().selected.is_none() { at.unwrap_or(0) } else { to };
    state.account.chat.open_side_mut().selected = rows.into_iter().nth(to);
}

pub(crate) fn open_selected(state: &mut State, effects: &mut Vec<Effect>) {
    let rows = state.rows(state.account.chat.side);
    if let Some(row) = selected_index(state, &rows).and_then(|at| rows.get(at)) {
        open_row(state, row, effects);
    }
}

/// Handles a click on the list. `row` counts from 0 at the top of the list's area; its header switches sides.
pub(crate) fn click_list(state: &mut State, row: u16, effects: &mut Vec<Effect>) {
    let area = layout::list_rows(state);
    let rows = state.rows(state.account.chat.side);
    let top = layout::first_visible(selected_index(state, &rows), rows.len(), area.height.into());
    let header = area.y - layout::chat(state).list.y;
    if row + 1 == header && state.account.chat.side == Side::Groups && !state.account.invitations.is_empty() {
        return invitations::open(state);
    }
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
