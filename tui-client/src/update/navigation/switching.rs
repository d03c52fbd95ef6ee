//! From conversation to conversation with one key, from wherever one is.

use papo_shared::model::ConversationId;

use super::chat;
use crate::effect::Effect;
use crate::state::State;
use crate::state::navigation::chat::Side;
use crate::state::phrase::Phrase;

/// Which way through a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Towards its beginning.
    Back,
    /// Towards its end.
    On,
}

/// Opens the conversation before or after the open one in the list; over the ends it goes on at the other one. People one
/// never talked with are passed over.
pub(crate) fn neighbour(state: &mut State, direction: Direction, effects: &mut Vec<Effect>) {
    let all = conversations(state, state.account.chat.side);
    let at = state.account.chat.open_side().open.and_then(|open| all.iter().position(|id| *id == open));
    let last = all.len().saturating_sub(1);
    let to = match (direction, at) {
        (Direction::Back, None | Some(0)) => last,
        (Direction::Back, Some(at)) => at - 1,
        (Direction::On, Some(at)) if at < last => at + 1,
        (Direction::On, _) => 0,
    };
    match all.get(to) {
        Some(id) => chat::open(state, *id, effects),
        None => state.show_status(Phrase::new("notice-no-conversation")),
    }
}

/// Opens the row of the list with this number, from 1.
pub(crate) fn open_row(state: &mut State, number: u8, effects: &mut Vec<Effect>) {
    let rows = state.rows(state.account.chat.side);
    match rows.get(usize::from(number).wrapping_sub(1)) {
        Some(row) => chat::open_row(state, row, effects),
        None => state.show_status(Phrase::new("notice-no-row").number("number", number.into())),
    }
}

/// Opens the next conversation with something unread: in the order of the lists, this side before the other, after the
/// open one before those above it.
pub(crate) fn next_unread(state: &mut State, effects: &mut Vec<Effect>) {
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
    let calls = all.iter().copied().find(|id| known(id).is_some_and(|known| known.attention_count(state.now) > 0));
    // What one muted comes after everything that calls.
    match calls.or_else(|| all.into_iter().find(|id| known(id).is_some_and(|known| known.unread > 0))) {
        Some(id) => chat::open(state, id, effects),
        None => state.show_status(Phrase::new("notice-nothing-unread")),
    }
}

/// The conversations of a side, in the order of its list.
fn conversations(state: &State, side: Side) -> Vec<ConversationId> {
    state.rows(side).iter().filter_map(|row| Some(state.conversation_of(row)?.id)).collect()
}
