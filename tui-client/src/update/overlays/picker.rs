//! Choosing from a list by typing part of a name.

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
use crate::update::lists::step;
use crate::update::navigation::chat;
use crate::update::requests::ask;

/// Rows a page key moves by.
const PAGE: usize = 10;

fn current(state: &mut State) -> Option<&mut Picker> {
    match &mut state.overlay {
        Some(Overlay::Picker(picker)) => Some(picker),
        _ => None,
    }
}

pub(crate) fn type_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    if current(state).is_some_and(|picker| picker.filter.edit(key)) {
        narrowed(state, effects);
    }
}

pub(crate) fn paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    if let Some(picker) = current(state) {
        picker.filter.insert(text);
        narrowed(state, effects);
    }
}

/// The filter changed: the best match is selected, and the server is asked where not everybody is known here.
fn narrowed(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(picker) = current(state) else { return };
    picker.selected = None;
    let query = picker.filter.text().trim().trim_start_matches('@').to_owned();
    let about_people =
        matches!(picker.choice, Choice::Anything | Choice::Directory | Choice::PersonToChatWith | Choice::PersonToAdd(_));
    if about_people && !state.account.people.is_complete && !query.is_empty() && state.link.is_live() {
        let request = ListUsers { query: Some(query), after: None, limit: None };
        ask(state, Purpose::Users { whole: false }, Request::ListUsers(request), effects);
    }
}

pub(crate) fn move_selection(state: &mut State, action: Action) {
    let Some(picker) = current(state).cloned() else { return };
    let items = state.picker_items(&picker);
    if items.is_empty() {
        return;
    }
    let at = State::picked(&picker, &items).and_then(|picked| items.iter().position(|item| item == picked));
    let to = items[step(at, items.len(), PAGE, action)].clone();
    if let Some(picker) = current(state) {
        picker.selected = Some(to);
    }
}

/// Does with what is selected what it was chosen for. What is to be done by its name is given back: it can be anything.
pub(crate) fn confirm(state: &mut State, effects: &mut Vec<Effect>) -> Option<PaletteCommandId> {
    let picker = current(state)?.clone();
    match State::picked(&picker, &state.picker_items(&picker))? {
        Item::Command(command) => return Some(*command),
        Item::Emoji(emoji) => reactions::picked(state, &picker.choice, emoji, effects),
        Item::ChoiceEntry(at) => selection::chosen(state, &picker.choice, *at, effects),
        Item::Row(row) => confirm_row(state, picker.choice, row.clone(), effects),
    }
    None
}

fn confirm_row(state: &mut State, choice: Choice, row: Row, effects: &mut Vec<Effect>) {
    match (choice, row) {
        // The list stays: who forgives one may forgive another.
        (Choice::PersonToUnblock, Row::Person(username)) => {
            blocked::set(state, username, false, effects);
        }
        (Choice::GroupToAddTo, Row::Group(id)) => pick_somebody_to_add(state, id, effects),
        (Choice::PersonToAdd(group), Row::Person(username)) => {
            if !state.link.is_live() {
                return state.show_status(Phrase::new("notice-needs-connection"));
            }
            let request = AddMember { conversation: group, username: username.to_string() };
            ask(state, Purpose::AddMember(group), Request::AddMember(request), effects);
            // The picker stays: who makes a group adds several people.
            if let Some(picker) = current(state) {
                picker.filter.take();
                picker.selected = None;
            }
        }
        (_, row) => chat::open_row(state, &row, effects),
    }
}

/// Lets the person choose whom to add to a group, among those who are not in it.
pub(crate) fn pick_somebody_to_add(state: &mut State, group: papo_shared::model::ConversationId, effects: &mut Vec<Effect>) {
    member_pages::fetch_if_unknown(state, group, effects);
    state.overlay = Some(Overlay::Picker(Picker::new(Choice::PersonToAdd(group))));
}
