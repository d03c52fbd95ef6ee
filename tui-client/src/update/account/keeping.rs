//! Local data: decides which changes are written to disk and when, and restores what was stored.

use papo_shared::model::{ClientId, ServerId, Username};

use crate::effect::Effect;
use crate::local_data::{LocalChange, LocalData, ScreenPosition};
use crate::state::account::local_data_sync::SAVE_DELAY_MS;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::conversation::Conversation;
use crate::state::navigation::chat::Side;
use crate::state::phrase::Phrase;
use crate::state::{Screen, State};
use crate::update::composer::compose;
use crate::update::navigation::chat;
use crate::update::screen::show_screen;

/// Loads the account's local data after signing in, once per account.
pub(crate) fn load(state: &mut State, username: &Username, effects: &mut Vec<Effect>) {
    let Some(server) = state.server_id else { return };
    if !std::mem::replace(&mut state.account.local_data.load_requested, true) {
        effects.push(Effect::LoadLocalData(server, username.clone()));
    }
}

/// Restores an account's local data. Unsent messages come before those written since. If another account has signed in
/// meanwhile, the data stays in its file.
pub(crate) fn take_loaded(
    state: &mut State,
    server: ServerId,
    username: &Username,
    found: Result<LocalData, String>,
    effects: &mut Vec<Effect>,
) {
    let is_current_account = state.server_id == Some(server) && state.account.owner.as_ref() == Some(username);
    if !is_current_account || state.account.local_data.is_loaded {
        return;
    }
    let found = found.unwrap_or_else(|error| {
        report_error(state, error);
        LocalData::default()
    });
    state.account.local_data.is_loaded = true;
    state.account.outbox.restore(found.unsent);
    state.account.local_data.drafts = found.drafts;
    if state.account.local_data.saved_position.is_none() {
        let has_moved = state.screen_position() != ScreenPosition::default();
        let target = if has_moved {
            &mut state.account.local_data.saved_position
        } else {
            &mut state.account.local_data.position_to_restore
        };
        *target = found.place;
    }
    restore_drafts(state);
    restore_position(state, effects);
    compose::send_outbox(state, effects);
}

/// Sends messages once they have been saved, or after saving them failed.
pub(crate) fn take_saved(state: &mut State, messages: &[ClientId], error: Option<String>, effects: &mut Vec<Effect>) {
    match error {
        Some(error) => report_error(state, error),
        None if std::mem::take(&mut state.account.local_data.failure_shown) => {
            state.show_status(Phrase::new("notice-kept-again"))
        }
        None => {}
    }
    for client_id in messages {
        state.account.outbox.mark_saved(*client_id);
    }
    compose::send_outbox(state, effects);
}

fn report_error(state: &mut State, error: String) {
    if !std::mem::replace(&mut state.account.local_data.failure_shown, true) {
        state.show_status(Phrase::new("notice-not-kept").text("why", error));
    }
}

/// Restores the stored drafts of conversations that are known by now. Text typed since then follows the stored draft.
pub(crate) fn restore_drafts(state: &mut State) {
    let conversations = &mut state.account.conversations;
    state.account.local_data.drafts.retain(|id, draft| {
        let Some(conversation) = conversations.get_mut(id) else { return true };
        conversation.restore_draft(std::mem::take(draft));
        false
    });
}

/// Restores the screen position once the server has listed all conversations, unless the user went elsewhere meanwhile.
/// Without a connection it waits for the list that follows the next sign-in.
pub(crate) fn restore_position(state: &mut State, effects: &mut Vec<Effect>) {
    if state.signed_in_as.is_none() || !state.link.is_live() || state.pending.contains(&Purpose::Conversations) {
        return;
    }
    let Some(place) = state.account.local_data.position_to_restore.take() else { return };
    if state.account.local_data.saved_position.is_some() {
        return;
    }
    state.account.local_data.saved_position = Some(place);
    if state.screen != Screen::Menu || state.overlay.is_some() || state.screen_position() != ScreenPosition::default() {
        return;
    }
    let peer_of = |id| Some((id, state.account.conversations.get(&id)?.peer()?.username.clone()));
    let direct = place.direct.and_then(peer_of);
    let group = place.group.filter(|id| state.account.conversations.contains_key(id));
    state.account.chat.reopen(direct, group);
    state.account.chat.side = if place.among_groups { Side::Groups } else { Side::Users };
    match state.account.chat.open_side().open {
        Some(open) if place.in_chat => chat::open(state, open, effects),
        None if place.in_chat => show_screen(state, Screen::Chat),
        _ => {}
    }
}

/// Saves changes at once, before the account's state is dropped.
pub(crate) fn save_now(state: &mut State, effects: &mut Vec<Effect>) {
    if state.signed_in_as.is_some() {
        state.account.local_data.save_at = Some(state.moment);
    }
    save_changes(state, effects);
}

/// Saves changes to disk. Sent messages are saved at once, together with the emptied composer; drafts and the screen
/// position are saved after [`SAVE_DELAY_MS`], so that not every key causes a write.
pub(crate) fn save_changes(state: &mut State, effects: &mut Vec<Effect>) {
    let mut changes = state.account.outbox.take_changes();
    if let Some(open) = state.open_conversation_mut()
        && open.composer.take_changed()
    {
        let id = open.id;
        state.account.local_data.changed_drafts.insert(id);
    }
    let place = state.screen_position();
    // A client starts at the default position. Any other one was chosen by the user, even if the file has not been read yet.
    let has_moved = state.signed_in_as.is_some() && state.account.local_data.saved_position.unwrap_or_default() != place;
    if state.account.local_data.changed_drafts.is_empty() && !has_moved {
        state.account.local_data.save_at = None;
    } else {
        let due = *state.account.local_data.save_at.get_or_insert(state.moment.after_ms(SAVE_DELAY_MS));
        let is_last_chance = state.signed_in_as.is_none() || effects.iter().any(stops_program);
        if due <= state.moment || is_last_chance || !changes.is_empty() {
            state.account.local_data.save_at = None;
            for id in std::mem::take(&mut state.account.local_data.changed_drafts) {
                let stored = state.account.local_data.drafts.get(&id).cloned().unwrap_or_default();
                let draft = state.account.conversations.get(&id).map_or(stored, Conversation::draft);
                changes.push(LocalChange::DraftSet(id, draft));
            }
            if has_moved {
                state.account.local_data.saved_position = Some(place);
                changes.push(LocalChange::PositionSet(place));
            }
        }
    }
    if !changes.is_empty() {
        // Saving comes before the effect that stops the program.
        let at = effects.iter().position(stops_program).unwrap_or(effects.len());
        effects.insert(at, Effect::SaveLocalData(changes));
    }
}

/// Whether the program may not run after this effect: a suspended process may be killed.
fn stops_program(effect: &Effect) -> bool {
    matches!(effect, Effect::Quit | Effect::Suspend)
}
