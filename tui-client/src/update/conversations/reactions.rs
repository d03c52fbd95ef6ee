//! Adding and removing the user's reactions.

use papo_shared::model::{ConversationId, Emoji, Seq};
use papo_shared::protocol::{AddReaction, RemoveReaction, Request};

use crate::effect::Effect;
use crate::state::connection::pending::Purpose;
use crate::state::overlays::picker::{Choice, Picker, USUAL_REACTIONS};
use crate::state::phrase::Phrase;
use crate::state::{Overlay, State};
use crate::update::requests::send_request;
use crate::update::screen::open_overlay;

/// Opens the picker of reactions to the selected message.
pub(crate) fn open_picker(state: &mut State) {
    let Some(open) = state.open_conversation() else { return };
    match open.changeable_message() {
        Err(notice) => state.show_status(notice),
        Ok((seq, ..)) => {
            let choice = Choice::Reaction(open.id, seq);
            open_overlay(state, Overlay::Picker(Picker::new(choice)));
        }
    }
}

/// Toggles one of the usual reactions by its number, counted from 1.
pub(crate) fn toggle_usual(state: &mut State, number: u8, effects: &mut Vec<Effect>) {
    let Some(Overlay::Picker(Picker { choice: Choice::Reaction(id, seq), .. })) = state.overlay else { return };
    let emoji = USUAL_REACTIONS.get(usize::from(number).wrapping_sub(1)).and_then(|emoji| Emoji::parse(emoji).ok());
    if let Some(emoji) = emoji {
        toggle(state, id, seq, emoji, effects);
    }
}

/// Adds a reaction, or removes it if the user has already reacted with it.
pub(crate) fn toggle(state: &mut State, id: ConversationId, seq: Seq, emoji: Emoji, effects: &mut Vec<Effect>) {
    if !state.link.is_live() {
        return state.show_status(Phrase::new("notice-needs-connection"));
    }
    let message = state.account.conversations.get(&id).and_then(|conversation| conversation.log.message(seq));
    let is_mine =
        message.is_some_and(|(_, message)| message.reactions.iter().any(|reaction| reaction.mine && reaction.emoji == emoji));
    let emoji = String::from(emoji);
    let request = if is_mine {
        Request::RemoveReaction(RemoveReaction { conversation: id, seq, emoji })
    } else {
        Request::AddReaction(AddReaction { conversation: id, seq, emoji })
    };
    send_request(state, Purpose::React(id), request, effects);
    state.overlay = None;
}

/// Toggles the reaction that was selected in the picker.
pub(crate) fn toggle_picked(state: &mut State, choice: &Choice, emoji: &Emoji, effects: &mut Vec<Effect>) {
    if let Choice::Reaction(id, seq) = choice {
        toggle(state, *id, *seq, emoji.clone(), effects);
    }
}
