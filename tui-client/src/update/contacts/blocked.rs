//! Blocking and unblocking people.

use papo_shared::model::Username;
use papo_shared::protocol::{Block, BlockedPage, ListBlocked, Refusal, Request, Unblock};

use crate::effect::Effect;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::conversation::BlockId;
use crate::state::overlays::picker::{Choice, Picker};
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::state::{Overlay, State};
use crate::update::overlays::prompt;
use crate::update::requests::{CommandOutcome, send_if_live, send_request};

/// Requests the list of blocked people after signing in.
pub(crate) fn request_list(state: &mut State, effects: &mut Vec<Effect>) {
    send_request(state, Purpose::Blocked { first: true }, Request::ListBlocked(ListBlocked::default()), effects);
}

pub(crate) fn take_page(state: &mut State, first: bool, page: BlockedPage, effects: &mut Vec<Effect>) {
    if first {
        state.account.blocked.clear();
    }
    state.account.blocked.extend(page.people.iter().map(|person| person.username.clone()));
    state.account.people.learn(page.people);
    if page.next.is_some() {
        let request = ListBlocked { after: page.next, limit: None };
        send_request(state, Purpose::Blocked { first: false }, Request::ListBlocked(request), effects);
    }
}

/// Runs `/block` or `/unblock`, for the named person or else the peer of the open conversation. `/unblock` without
/// either shows everyone who is blocked.
pub(crate) fn run_command(state: &mut State, typed: &str, block: bool, effects: &mut Vec<Effect>) -> CommandOutcome {
    let peer = state.open_conversation().and_then(|open| open.peer()).map(|peer| peer.username.clone());
    let target = if typed.is_empty() { peer } else { Username::parse(typed.trim_start_matches('@')).ok() };
    match target {
        Some(username) => set_blocked(state, username, block, effects),
        None if typed.is_empty() && !block => {
            open(state);
            CommandOutcome::Done
        }
        None => {
            state.show_status(explain(&Refusal::NoSuchUser));
            CommandOutcome::KeepsDraft
        }
    }
}

/// Opens the picker of blocked people.
pub(crate) fn open(state: &mut State) {
    state.overlay = Some(Overlay::Picker(Picker::new(Choice::PersonToUnblock)));
}

pub(crate) fn set_blocked(state: &mut State, username: Username, block: bool, effects: &mut Vec<Effect>) -> CommandOutcome {
    if state.me() == Some(&username) {
        state.show_status(explain(&Refusal::CannotTargetSelf));
        return CommandOutcome::KeepsDraft;
    }
    let name = username.to_string();
    let request = if block { Request::Block(Block { username: name }) } else { Request::Unblock(Unblock { username: name }) };
    send_if_live(state, effects, Purpose::Block(username, block), request)
}

/// Completes a change that was made on this device.
pub(crate) fn finish_change(state: &mut State, username: Username, block: bool) {
    let who = state.account.people.name_of(&username).to_owned();
    prompt::close_if_waiting(state);
    apply_change(state, username, block);
    state.show_status(Phrase::new(if block { "notice-blocked" } else { "notice-unblocked" }).text("who", who));
}

/// Applies a change that was made on this or another device.
pub(crate) fn apply_change(state: &mut State, username: Username, block: bool) {
    if block {
        state.account.blocked.insert(username);
    } else {
        state.account.blocked.remove(&username);
    }
}

/// Unfolds the selected message of a blocked person.
pub(crate) fn unfold_selected(state: &mut State) {
    if let Some(open) = state.open_conversation_mut()
        && let Some(BlockId::Entry(seq)) = open.selected
    {
        open.unfolded.insert(seq);
    }
}
