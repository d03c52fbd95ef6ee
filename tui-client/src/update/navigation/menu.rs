//! The menu screen.

use papo_shared::protocol::{ListGroups, Request};

use super::chat;
use crate::action::Action;
use crate::effect::Effect;
use crate::state::connection::pending::Purpose;
use crate::state::navigation::menu::{MENU, MenuItem};
use crate::state::overlays::picker::{Choice, Picker};
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::{Overlay, State};
use crate::update::groups::invitations;
use crate::update::lists::next_index;
use crate::update::quit::quit;
use crate::update::requests::send_request;
use crate::update::screen::open_overlay;

/// Items that a page key moves by: the number of fixed ones, so that one page leads to the recent conversations.
const PAGE: usize = MENU.len();

pub(crate) fn move_selection(state: &mut State, action: Action) {
    let items = state.menu_items();
    let at = items.iter().position(|item| *item == state.account.menu);
    state.account.menu = items[next_index(at, items.len(), PAGE, action)];
}

pub(crate) fn choose_number(state: &mut State, number: u8, effects: &mut Vec<Effect>) {
    if let Some(&item) = MENU.get(usize::from(number).wrapping_sub(1)) {
        choose(state, item, effects);
    }
}

pub(crate) fn choose(state: &mut State, item: MenuItem, effects: &mut Vec<Effect>) {
    state.account.menu = item;
    match item {
        MenuItem::Directory => {
            state.account.group_listings.clear();
            send_request(state, Purpose::Groups, Request::ListGroups(ListGroups::default()), effects);
            open_picker(state, Choice::Directory);
        }
        MenuItem::ChatWithPerson => open_picker(state, Choice::PersonToChatWith),
        // Whoever is in no group yet chats in the one they are invited to.
        MenuItem::ChatInGroup if !is_in_a_group(state) && !state.account.invitations.is_empty() => invitations::open(state),
        MenuItem::ChatInGroup => open_picker(state, Choice::GroupToChatIn),
        MenuItem::CreateGroup => open_overlay(state, Overlay::Prompt(Prompt::new(Question::CreateGroup))),
        MenuItem::AddMember => open_picker(state, Choice::GroupToAddTo),
        MenuItem::Quit => quit(state, effects),
        MenuItem::Recent(conversation) => chat::open(state, conversation, effects),
    }
}

fn is_in_a_group(state: &State) -> bool {
    state.account.conversations.values().any(|conversation| conversation.group_name().is_some())
}

fn open_picker(state: &mut State, choice: Choice) {
    open_overlay(state, Overlay::Picker(Picker::new(choice)));
}
