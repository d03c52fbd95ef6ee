//! Jumping to a message from a search hit or a reply, and back to the position before.

use papo_shared::model::{ConversationId, Seq};

use super::chat;
use crate::effect::Effect;
use crate::state::conversations::conversation::{BlockId, Conversation, Scroll};
use crate::state::conversations::quotes::Quoted;
use crate::state::navigation::chat::ChatFocus;
use crate::state::navigation::way_back::WayBack;
use crate::state::phrase::Phrase;
use crate::state::{Screen, State};
use crate::update::conversations::{fetching, reading, scroll};

/// Jumps to a message: it is selected in the middle of the view. If it is not held, it is fetched
/// together with its surroundings.
pub(crate) fn jump_to_message(state: &mut State, id: ConversationId, seq: Seq, effects: &mut Vec<Effect>) {
    let Some(conversation) = state.account.conversations.get(&id) else { return };
    let previous_scroll = conversation.scroll;
    if seq < conversation.first_seq {
        return state.show_status(Phrase::new("notice-message-not-there"));
    }
    if !conversation.log.holds(seq) && !state.link.is_live() {
        return state.show_status(Phrase::new("notice-needs-connection"));
    }
    // After several jumps, going back leads to the position before the first one.
    let first = state.account.way_back.take().filter(|_| state.screen == Screen::Chat);
    let way_back = match first {
        Some(first) if first.to.0 == id => WayBack { to: (id, seq), needs_centering: true, ..first },
        Some(first) => {
            set_scroll(state, first.to.0, first.previous_scroll);
            WayBack { to: (id, seq), needs_centering: true, previous_scroll, ..first }
        }
        None => WayBack {
            to: (id, seq),
            needs_centering: true,
            previous_scroll,
            screen: state.screen,
            chat: state.account.chat.clone(),
            open: state.open_conversation().map(|open| (open.id, open.scroll, open.selected)),
        },
    };
    chat::open(state, id, effects);
    state.account.chat.focus = ChatFocus::Messages;
    state.account.way_back = Some(way_back);
    let block = BlockId::Entry(seq);
    if let Some(open) = state.open_conversation_mut() {
        open.selected = Some(block);
    }
    fetching::move_view(state, id, Scroll::At { block, hidden: 0 }, effects);
    show_target_if_held(state, effects);
}

/// Jumps to the message that the selected one replies to.
pub(crate) fn jump_to_quoted(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation() else { return };
    let id = open.id;
    match replied_to_by_selected(state, open) {
        None => state.show_status(Phrase::new("notice-not-a-reply")),
        Some(seq) if open.quoted(seq) == Quoted::Missing => state.show_status(Phrase::new("notice-message-not-there")),
        Some(seq) => jump_to_message(state, id, seq, effects),
    }
}

/// Continues a pending jump after a page of the open conversation arrived. If the page does not contain the message, a
/// notice is shown and the jump is undone.
pub(crate) fn continue_after_page(state: &mut State, effects: &mut Vec<Effect>) {
    let open = state.open_conversation().map(|open| open.id);
    let is_arriving_here = state.account.way_back.as_ref().is_some_and(|way| way.needs_centering && Some(way.to.0) == open);
    if is_arriving_here && !show_target_if_held(state, effects) {
        state.show_status(Phrase::new("notice-message-not-there"));
        go_back(state, effects);
    }
}

/// Completes a pending jump if its message is held. Returns whether it is.
fn show_target_if_held(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let Some((id, seq)) = state.account.way_back.as_ref().filter(|way| way.needs_centering).map(|way| way.to) else {
        return false;
    };
    let is_here = state.open_conversation().is_some_and(|open| open.id == id && open.log.index_of(seq).is_some());
    if is_here {
        if let Some(way_back) = &mut state.account.way_back {
            way_back.needs_centering = false;
        }
        scroll::scroll_to_middle(state, BlockId::Entry(seq), effects);
    }
    is_here
}

/// Returns to the position before the jump: the same place in the same conversation.
pub(crate) fn go_back(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(WayBack { to, previous_scroll, screen, chat, open, .. }) = state.account.way_back.take() else { return };
    set_scroll(state, to.0, previous_scroll);
    if let Some(conversation) = state.account.conversations.get_mut(&to.0) {
        conversation.selected = None;
    }
    state.screen = screen;
    state.account.chat = chat;
    // The conversation may have been left meanwhile; then none is open.
    let Some((id, scroll, selected)) = open.filter(|(id, ..)| state.account.conversations.contains_key(id)) else {
        if let Some((id, ..)) = open {
            state.account.chat.forget(id);
        }
        return;
    };
    if id != to.0 && screen == Screen::Chat {
        reading::place_new_line(state, id);
    }
    if let Some(conversation) = state.account.conversations.get_mut(&id) {
        conversation.selected = selected;
    }
    fetching::move_view(state, id, scroll, effects);
}

fn set_scroll(state: &mut State, id: ConversationId, scroll: Scroll) {
    if let Some(conversation) = state.account.conversations.get_mut(&id) {
        conversation.scroll = scroll;
    }
}

/// The number of the message that the selected one replies to, whether the selected one is stored or in the outbox.
fn replied_to_by_selected(state: &State, open: &Conversation) -> Option<Seq> {
    match open.selected? {
        BlockId::Entry(_) => open.selected_message()?.2.reply_to.as_ref().map(|reply_to| reply_to.seq),
        BlockId::Outgoing(id) => state.account.outbox.of(open.id).find(|message| message.client_id == id)?.reply_to,
    }
}
