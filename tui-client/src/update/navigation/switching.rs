//! Switching conversations with one key, from any screen.

use papo_shared::model::ConversationId;

use super::chat;
use crate::effect::Effect;
use crate::state::State;
use crate::state::navigation::chat::Side;
use crate::state::phrase::Phrase;

/// Direction through a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Towards the start.
    Previous,
    /// Towards the end.
    Next,
}

/// Opens the conversation before or after the open one in the list, wrapping around at both ends. People without
/// a conversation are skipped.
pub(crate) fn open_neighbour(state: &mut State, direction: Direction, effects: &mut Vec<Effect>) {
    let all = conversations(state, state.account.chat.side);
    let at = state.account.chat.open_side().open.and_then(|open| all.iter().position(|id| *id == open));
    let last = all.len().saturating_sub(1);
    let to = match (direction, at) {
        (Direction::Previous, None | Some(0)) => last,
        (Direction::Previous, Some(at)) => at - 1,
        (Direction::Next, Some(at)) if at < last => at + 1,
        (Direction::Next, _) => 0,
    };
    match all.get(to) {
        Some(id) => chat::open(state, *id, effects),
        None => state.show_status(Phrase::new("notice-no-conversation")),
    }
}

/// Opens a row of the list by its number, counted from 1.
pub(crate) fn open_row(state: &mut State, number: u8, effects: &mut Vec<Effect>) {
    let rows = state.rows(state.account.chat.side);
    match rows.get(usize::from(number).wrapping_sub(1)) {
        Some(row) => chat::open_row(state, row, effects),
        None => state.show_status(Phrase::new("notice-no-row").number("number", number.into())),
    }
}

/// Opens the next conversation with unread messages. The order is: rows after the open one, the other side, rows before it.
pub(crate) fn open_next_unread(state: &mut State, effects: &mut Vec<Effect>) {
    let other = match state.account.chat.side {
        Side::Users => Side::Groups,
        Side::Groups => Side::Users,
    };
    let mut here = conversations(state, state.account.chat.side);
    let open = state.account.chat.open_side().open;
    let passed = open.and_then(|open| here.iter().position(|id| *id == open)).map_or(0, |at| at + 1);
    let before: Vec<_> = here.drain(..passed).collect();
    let all: Vec<_> = here.into_iter().chain(conversations(state, other)).chain(before).collect();
    let known = |id: &ConversationId| state.account.conversations.get(id);
    let notifying = all.iter().copied().find(|id| known(id).is_some_and(|known| known.attention_count(state.now) > 0));
    // Conversations whose unread messages do not notify come last.
    match notifying.or_else(|| all.into_iter().find(|id| known(id).is_some_and(|known| known.unread > 0))) {
        Some(id) => chat::open(state, id, effects),
        None => state.show_status(Phrase::new("notice-nothing-unread")),
    }
}

/// The conversations of a side, in list order.
fn conversations(state: &State, side: Side) -> Vec<ConversationId> {
    state.rows(side).iter().filter_map(|row| Some(state.conversation_of(row)?.id)).collect()
}
