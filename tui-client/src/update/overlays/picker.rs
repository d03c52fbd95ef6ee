//! The picker: a list that is filtered by typing part of a name.

use crossterm::event::KeyEvent;
use papo_shared::protocol::{AddMember, ListUsers, Request};

use crate::action::Action;
use crate::effect::Effect;
use crate::state::connection::pending::Purpose;
use crate::state::navigation::chat::Row;
use crate::state::overlays::picker::{Choice, Item, PaletteCommandId, Picker};
use crate::state::phrase::Phrase;
use crate::state::{Overlay, State};
use crate::update::contacts::blocked;
use crate::update::conversations::{reactions, selection};
use crate::update::groups::member_pages;
use crate::update::lists::next_index;
use crate::update::navigation::chat;
use crate::update::requests::send_request;

/// Rows that a page key moves by.
const PAGE: usize = 10;

fn picker_mut(state: &mut State) -> Option<&mut Picker> {
    match &mut state.overlay {
        Some(Overlay::Picker(picker)) => Some(picker),
        _ => None,
    }
}

pub(crate) fn type_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    if picker_mut(state).is_some_and(|picker| picker.filter.edit(key)) {
        handle_filter_change(state, effects);
    }
}

pub(crate) fn paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    if let Some(picker) = picker_mut(state) {
        picker.filter.insert(text);
        handle_filter_change(state, effects);
    }
}

/// Selects the best match after the filter changed. If only part of the directory is known, the server is
/// asked for matching people.
fn handle_filter_change(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(picker) = picker_mut(state) else { return };
    picker.selected = None;
    let query = picker.filter.text().trim().trim_start_matches('@').to_owned();
    let lists_people =
        matches!(picker.choice, Choice::Anything | Choice::Directory | Choice::PersonToChatWith | Choice::PersonToAdd(_));
    if lists_people && !state.account.people.is_complete && !query.is_empty() && state.link.is_live() {
        let request = ListUsers { query: Some(query), after: None, limit: None };
        send_request(state, Purpose::Users { whole: false }, Request::ListUsers(request), effects);
    }
}

pub(crate) fn move_selection(state: &mut State, action: Action) {
    let Some(picker) = picker_mut(state).cloned() else { return };
    let items = state.picker_items(&picker);
    if items.is_empty() {
        return;
    }
    let at = State::picked(&picker, &items).and_then(|picked| items.iter().position(|item| item == picked));
    let to = items[next_index(at, items.len(), PAGE, action)].clone();
    if let Some(picker) = picker_mut(state) {
        picker.selected = Some(to);
    }
}

/// Acts on the selected item. A palette command is returned instead, since carrying it out may need any module.
pub(crate) fn confirm(state: &mut State, effects: &mut Vec<Effect>) -> Option<PaletteCommandId> {
    let picker = picker_mut(state)?.clone();
    match State::picked(&picker, &state.picker_items(&picker))? {
        Item::Command(command) => return Some(*command),
        Item::Emoji(emoji) => reactions::toggle_picked(state, &picker.choice, emoji, effects),
        Item::ChoiceEntry(at) => selection::apply_choice(state, &picker.choice, *at, effects),
        Item::Row(row) => confirm_row(state, picker.choice, row.clone(), effects),
    }
    None
}

fn confirm_row(state: &mut State, choice: Choice, row: Row, effects: &mut Vec<Effect>) {
    match (choice, row) {
        // The list stays open, so that several people can be unblocked.
        (Choice::PersonToUnblock, Row::Person(username)) => {
            blocked::set_blocked(state, username, false, effects);
        }
        (Choice::GroupToAddTo, Row::Group(id)) => choose_member_to_add(state, id, effects),
        (Choice::PersonToAdd(group), Row::Person(username)) => {
            if !state.link.is_live() {
                return state.show_status(Phrase::new("notice-needs-connection"));
            }
            let request = AddMember { conversation: group, username: username.to_string() };
            send_request(state, Purpose::AddMember(group), Request::AddMember(request), effects);
            // The picker stays open, so that several people can be added.
            if let Some(picker) = picker_mut(state) {
                picker.filter.take();
                picker.selected = None;
            }
        }
        (_, row) => chat::open_row(state, &row, effects),
    }
}

/// Opens the picker of people who are not members of a group.
pub(crate) fn choose_member_to_add(state: &mut State, group: papo_shared::model::ConversationId, effects: &mut Vec<Effect>) {
    member_pages::fetch_if_unknown(state, group, effects);
    state.overlay = Some(Overlay::Picker(Picker::new(Choice::PersonToAdd(group))));
}
