//! What this machine keeps: which changes are told to the disk and when, and what becomes of what is found there.

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
use crate::update::screen::show;

/// Somebody signed in: what was kept for them is read once.
pub(crate) fn begin(state: &mut State, username: &Username, effects: &mut Vec<Effect>) {
    let Some(server) = state.server_id else { return };
    if !std::mem::replace(&mut state.account.local_data.load_requested, true) {
        effects.push(Effect::LoadLocalData(server, username.clone()));
    }
}

/// What was kept for an account is here: it takes its place again, before what was written since. If somebody else has signed in
/// meanwhile, it stays in the file.
pub(crate) fn found(
    state: &mut State,
    server: ServerId,
    username: &Username,
    found: Result<LocalData, String>,
    effects: &mut Vec<Effect>,
) {
    let is_theirs = state.server_id == Some(server) && state.account.owner.as_ref() == Some(username);
    if !is_theirs || state.account.local_data.is_loaded {
        return;
    }
    let found = found.unwrap_or_else(|why| {
        tell_trouble(state, why);
        LocalData::default()
    });
    state.account.local_data.is_loaded = true;
    state.account.outbox.restore(found.unsent);
    state.account.local_data.drafts = found.drafts;
    if state.account.local_data.saved_position.is_none() {
        let has_moved = state.screen_position() != ScreenPosition::default();
        let place = if has_moved {
            &mut state.account.local_data.saved_position
        } else {
            &mut state.account.local_data.position_to_restore
        };
        *place = found.place;
    }
    restore_drafts(state);
    come_back(state, effects);
    compose::flush(state, effects);
}

/// Messages are on the disk and go out; or they cannot be kept, and go out all the same.
pub(crate) fn kept(state: &mut State, messages: &[ClientId], trouble: Option<String>, effects: &mut Vec<Effect>) {
    match trouble {
        Some(why) => tell_trouble(state, why),
        None if std::mem::take(&mut state.account.local_data.failure_shown) => {
            state.show_status(Phrase::new("notice-kept-again"))
        }
        None => {}
    }
    for client_id in messages {
        state.account.outbox.mark_saved(*client_id);
    }
    compose::flush(state, effects);
}

fn tell_trouble(state: &mut State, why: String) {
    if !std::mem::replace(&mut state.account.local_data.failure_shown, true) {
        state.show_status(Phrase::new("notice-not-kept").text("why", why));
    }
}

/// Gives conversations the drafts that were kept for them, where nothing was written in them since.
pub(crate) fn restore_drafts(state: &mut State) {
    let conversations = &mut state.account.conversations;
    state.account.local_data.drafts.retain(|id, draft| {
        let Some(conversation) = conversations.get_mut(id) else { return true };
        conversation.restore_draft(std::mem::take(draft));
        false
    });
}

/// Reopens the place that was kept, once the server has listed all conversations, unless the person went elsewhere meanwhile.
/// Without a connection it waits for the list that follows the next sign-in.
pub(crate) fn come_back(state: &mut State, effects: &mut Vec<Effect>) {
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
        None if place.in_chat => show(state, Screen::Chat),
        _ => {}
    }
}

/// Says at once what changed and is to be kept: nothing of it is here any more after this.
pub(crate) fn keep_now(state: &mut State, effects: &mut Vec<Effect>) {
    if state.signed_in_as.is_some() {
        state.account.local_data.save_at = Some(state.moment);
    }
    tell(state, effects);
}

/// Says what changed and is to be kept. What was sent is kept at once, together with the composer it left; what is typed
/// is kept after a moment, so that not every key is a write.
pub(crate) fn tell(state: &mut State, effects: &mut Vec<Effect>) {
    let mut changes = state.account.outbox.take_changes();
    if let Some(open) = state.open_conversation_mut()
        && open.composer.take_changed()
    {
        let id = open.id;
        state.account.local_data.changed_drafts.insert(id);
    }
    let place = state.screen_position();
    // A client starts at the default place. Another one is where the person went, even if the file was not read yet.
    let moved = state.signed_in_as.is_some() && state.account.local_data.saved_position.unwrap_or_default() != place;
    if state.account.local_data.changed_drafts.is_empty() && !moved {
        state.account.local_data.save_at = None;
    } else {
        let due = *state.account.local_data.save_at.get_or_insert(state.moment.after_ms(SAVE_DELAY_MS));
        let is_last_chance = state.signed_in_as.is_none() || effects.iter().any(stops_program);
        if due <= state.moment || is_last_chance || !changes.is_empty() {
            state.account.local_data.save_at = None;
            for id in std::mem::take(&mut state.account.local_data.changed_drafts) {
                let elsewhere = state.account.local_data.drafts.get(&id).cloned().unwrap_or_default();
                let draft = state.account.conversations.get(&id).map_or(elsewhere, Conversation::draft);
                changes.push(LocalChange::DraftSet(id, draft));
            }
            if moved {
                state.account.local_data.saved_position = Some(place);
                changes.push(LocalChange::PositionSet(place));
            }
        }
    }
    if !changes.is_empty() {
        // Before the program stops, so that it is written by then.
        let at = effects.iter().position(stops_program).unwrap_or(effects.len());
        effects.insert(at, Effect::SaveLocalData(changes));
    }
}

/// Whether nothing runs after this effect, for a while or for good: a stopped process may be killed.
fn stops_program(effect: &Effect) -> bool {
    matches!(effect, Effect::Quit | Effect::Suspend)
}
