//! What counts as read: what was on the screen of a terminal that has the focus, and nothing else.

use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{MarkRead, MarkUnread, ReadCursor, Request};

use super::{fetching, scroll};
use crate::effect::Effect;
use crate::layout;
use crate::layout::transcript::Transcript;
use crate::state::connection::pending::Asked;
use crate::state::conversations::conversation::{BlockId, Conversation, Scroll};
use crate::state::phrase::Phrase;
use crate::state::{Screen, State};
use crate::update::requests::send_request;

/// Where the read cursor stands, by the server.
pub(crate) fn move_read_cursor(state: &mut State, cursor: &ReadCursor) {
    let Some(me) = state.me().cloned() else { return };
    if let Some(conversation) = state.account.conversations.get_mut(&cursor.conversation) {
        conversation.move_read_cursor(cursor, &me);
    }
}

/// Puts the *new* line before the first unread message of a conversation that comes into view, and takes the view there. Our
/// own messages are not new to us, wherever the cursor stands.
pub(crate) fn place_new_line(state: &mut State, id: ConversationId) {
    let Some(me) = state.me().cloned() else { return };
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    if conversation.unread == 0 || conversation.new_after.is_some() {
        return;
    }
    conversation.new_after = conversation.first_unread(&me).map(|first| Seq(first.0 - 1));
    move_to_first_unread(state, id);
}

/// Takes the view of the open conversation from its end to the first unread message, which is fetched where it is not held.
fn move_to_first_unread(state: &mut State, id: ConversationId) {
    let Some(conversation) = state.account.conversations.get(&id) else { return };
    let is_elsewhere =
        conversation.scroll == Scroll::AtEnd && !conversation.log.is_empty() && !conversation.holds_read_position();
    if conversation.unread > 0 && is_elsewhere && state.link.is_live() {
        fetching::restart_at_first_unread(state, id);
    } else {
        scroll::start_at_first_unread(state);
    }
}

/// From the selected message on everything is unread again, on every device; to the others it stays read.
pub(crate) fn mark_unread(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation() else { return };
    let Some(BlockId::Entry(seq)) = open.selected else { return state.say(Phrase::new("notice-not-sent-yet")) };
    let id = open.id;
    if !state.link.is_live() {
        return state.say(Phrase::new("notice-needs-connection"));
    }
    // What was read here is told first, so that it does not come after this and undo it.
    send_read_cursor(state, id, effects);
    send_request(state, Asked::MarkUnread, Request::MarkUnread(MarkUnread { conversation: id, seq }), effects);
    state.say(Phrase::new("notice-marked-unread"));
}

/// Says once what waits when one comes, in place of a flood.
pub(crate) fn announce_unread(state: &mut State) {
    if std::mem::replace(&mut state.account.summed_up, true) || state.unread_total() == 0 {
        return;
    }
    let conversations = state.account.conversations.values().filter(|known| known.calling(state.now) > 0).count();
    let phrase = Phrase::new(if state.mentions_total() > 0 { "notice-summary-for-you" } else { "notice-summary" });
    let phrase = phrase.number("unread", state.unread_total().into()).number("conversations", conversations as u64);
    state.say(phrase.number("mentions", state.mentions_total().into()));
}

/// Whether somebody looks at the end of this conversation.
pub(crate) fn is_end_in_view(state: &State, id: ConversationId) -> bool {
    conversation_in_view(state).is_some_and(|open| open.id == id && open.scroll == Scroll::AtEnd)
}

/// The conversation whose messages are on the screen of a terminal that has the focus.
fn conversation_in_view(state: &State) -> Option<&Conversation> {
    let in_sight = state.focused
        && !state.editor_is_open
        && state.screen == Screen::Chat
        && state.overlay.is_none()
        && layout::has_room(state.size)
        && layout::chat(state).messages.height > 0;
    state.open_conversation().filter(|_| in_sight)
}

/// Who comes to look at a conversation stands at what is unread, where it does not all fit on the screen; and what is on
/// the screen is read.
pub(crate) fn mark_visible_read(state: &mut State, effects: &mut Vec<Effect>) {
    let now = conversation_in_view(state).map(|open| open.id);
    let before = std::mem::replace(&mut state.account.looked_at, now);
    let Some(id) = now else { return };
    if state.account.conversations.get(&id).is_some_and(|open| open.is_kept_unread) {
        return;
    }
    if before != now {
        move_to_first_unread(state, id);
        fetching::fetch_missing(state, id, effects);
    }
    let me = state.me().cloned();
    let is_passed_over = skips_unread(state);
    if let (Some(open), Some(me)) = (state.open_conversation_mut(), me)
        && !open.finding_first_unread
        && !is_passed_over
        && let Some(seen) = last_entry_in_view(open)
    {
        open.read_up_to(seen, &me);
    }
    send_read_cursor(state, id, effects);
}

/// Whether the first unread message is above the view: somebody jumped over it, or comes up from the end. What is in view stays
/// unread then, since the read cursor cannot skip what was never on the screen. Going to the end is the way to read everything.
fn skips_unread(state: &State) -> bool {
    let (Some(open), Some(me)) = (state.open_conversation(), state.me()) else { return false };
    if open.scroll == Scroll::AtEnd || open.unread == 0 || last_entry_in_view(open).is_none_or(|seen| seen <= open.read_seq) {
        return false;
    }
    let area = layout::chat(state).messages;
    let first_in_view = Transcript::new(state, open, area.width).first_in_view(area.height);
    open.first_unread(me).zip(first_in_view).is_some_and(|(unread, in_view)| unread < in_view)
}

/// The last entry whose every row is above the lower edge.
fn last_entry_in_view(open: &Conversation) -> Option<Seq> {
    match open.scroll {
        // One may stand at an entry that is still to come.
        Scroll::At { block: BlockId::Entry(seq), .. } if !open.log.holds(seq) => None,
        Scroll::At { block: BlockId::Entry(seq), hidden } => Some(if hidden == 0 { seq } else { Seq(seq.0.saturating_sub(1)) }),
        Scroll::AtEnd | Scroll::At { block: BlockId::Outgoing(_), .. } => open.log.last(),
    }
}

/// Tells the server how far we have read, where it does not know. One at a time: in a flood of messages the next one tells
/// of all that came meanwhile.
pub(crate) fn send_read_cursor(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let Some(conversation) = state.account.conversations.get(&id) else { return };
    let asked = Asked::ReadCursor(id);
    if conversation.read_seq > conversation.told_read_seq && state.link.is_live() && !state.pending.waits(&asked) {
        let request = MarkRead { conversation: id, seq: conversation.read_seq };
        send_request(state, asked, Request::MarkRead(request), effects);
    }
}
