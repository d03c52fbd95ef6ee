//! To a message elsewhere, and back to where one was: the one way for whatever leads to a message, be it a search or an
//! answer.

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

/// Goes to a message of one's conversations: it is selected, in the middle of the view. What is around it is fetched where it
/// is not held.
pub(crate) fn to(state: &mut State, id: ConversationId, seq: Seq, effects: &mut Vec<Effect>) {
    let Some(conversation) = state.account.conversations.get(&id) else { return };
    let stood = conversation.scroll;
    if seq < conversation.first_seq {
        return state.say(Phrase::new("notice-message-not-there"));
    }
    if !conversation.log.holds(seq) && !state.link.is_live() {
        return state.say(Phrase::new("notice-needs-connection"));
    }
    // From message to message, the way back still leads to where one was first.
    let first = state.account.way_back.take().filter(|_| state.screen == Screen::Chat);
    let way_back = match first {
        Some(first) if first.to.0 == id => WayBack { to: (id, seq), arriving: true, ..first },
        Some(first) => {
            set_scroll(state, first.to.0, first.stood);
            WayBack { to: (id, seq), arriving: true, stood, ..first }
        }
        None => WayBack {
            to: (id, seq),
            arriving: true,
            stood,
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
    fetching::stand_at(state, id, Scroll::At { block, hidden: 0 }, effects);
    arrive(state, effects);
}

/// Goes to the message that the selected one answers.
pub(crate) fn to_quoted(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation() else { return };
    let id = open.id;
    match answered_by_selected(state, open) {
        None => state.say(Phrase::new("notice-not-a-reply")),
        Some(seq) if open.quoted(seq) == Quoted::Nothing => state.say(Phrase::new("notice-message-not-there")),
        Some(seq) => to(state, id, seq, effects),
    }
}

/// A page of the open conversation came: what was gone to may be here, or is not there after all.
pub(crate) fn page_came(state: &mut State, effects: &mut Vec<Effect>) {
    let open = state.open_conversation().map(|open| open.id);
    let arrives_here = state.account.way_back.as_ref().is_some_and(|way| way.arriving && Some(way.to.0) == open);
    if arrives_here && !arrive(state, effects) {
        state.say(Phrase::new("notice-message-not-there"));
        back(state, effects);
    }
}

/// What was gone to comes to the middle of the view, if it is here.
fn arrive(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let Some((id, seq)) = state.account.way_back.as_ref().filter(|way| way.arriving).map(|way| way.to) else { return false };
    let is_here = state.open_conversation().is_some_and(|open| open.id == id && open.log.index_of(seq).is_some());
    if is_here {
        if let Some(way_back) = &mut state.account.way_back {
            way_back.arriving = false;
        }
        scroll::to_the_middle(state, BlockId::Entry(seq), effects);
    }
    is_here
}

/// Back to where one was before one went to a message: the same place in the same conversation.
pub(crate) fn back(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(WayBack { to, stood, screen, chat, open, .. }) = state.account.way_back.take() else { return };
    set_scroll(state, to.0, stood);
    if let Some(left) = state.account.conversations.get_mut(&to.0) {
        left.selected = None;
    }
    state.screen = screen;
    state.account.chat = chat;
    // It may be gone by now, and then nothing is open.
    let Some((id, scroll, selected)) = open.filter(|(id, ..)| state.account.conversations.contains_key(id)) else {
        if let Some((gone, ..)) = open {
            state.account.chat.forget(gone);
        }
        return;
    };
    if id != to.0 && screen == Screen::Chat {
        reading::place_new_line(state, id);
    }
    if let Some(conversation) = state.account.conversations.get_mut(&id) {
        conversation.selected = selected;
    }
    fetching::stand_at(state, id, scroll, effects);
}

fn set_scroll(state: &mut State, id: ConversationId, scroll: Scroll) {
    if let Some(conversation) = state.account.conversations.get_mut(&id) {
        conversation.scroll = scroll;
    }
}

/// The number of the message that the selected one answers, be it stored or on its way.
fn answered_by_selected(state: &State, open: &Conversation) -> Option<Seq> {
    match open.selected? {
        BlockId::Entry(_) => open.selected_message()?.2.reply_to.as_ref().map(|reply_to| reply_to.seq),
        BlockId::Outgoing(id) => state.account.outbox.of(open.id).find(|message| message.client_id == id)?.reply_to,
    }
}
