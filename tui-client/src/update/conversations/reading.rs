//! Marks messages as read: only those that were on the screen of a terminal with the focus.

use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{MarkRead, MarkUnread, ReadCursor, Request};

use super::{fetching, scroll};
use crate::effect::Effect;
use crate::layout;
use crate::layout::transcript::Transcript;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::conversation::{BlockId, Conversation, Scroll};
use crate::state::phrase::Phrase;
use crate::state::{Screen, State};
use crate::update::requests::send_request;

/// Takes the read cursor reported by the server.
pub(crate) fn move_read_cursor(state: &mut State, cursor: &ReadCursor) {
    let Some(me) = state.me().cloned() else { return };
    if let Some(conversation) = state.account.conversations.get_mut(&cursor.conversation) {
        conversation.move_read_cursor(cursor, &me);
    }
}

/// Places the *new* line before the first unread message of a conversation that is being shown, and moves the view
/// there. The user's own messages are never new, wherever the cursor is.
pub(crate) fn place_new_line(state: &mut State, id: ConversationId) {
    let Some(me) = state.me().cloned() else { return };
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    if conversation.unread == 0 || conversation.new_after.is_some() {
        return;
    }
    conversation.new_after = conversation.first_unread(&me).map(|first| Seq(first.0 - 1));
    move_to_first_unread(state, id);
}

/// Moves the view of the open conversation from its end to the first unread message, which is fetched if it is not held.
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

/// Marks everything from the selected message on as unread on all of the user's devices. Other members still see it as read.
pub(crate) fn mark_unread(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation() else { return };
    let Some(BlockId::Entry(seq)) = open.selected else { return state.show_status(Phrase::new("notice-not-sent-yet")) };
    let id = open.id;
    if !state.link.is_live() {
        return state.show_status(Phrase::new("notice-needs-connection"));
    }
    // The read cursor is sent first: sent later, it would undo this.
    send_read_cursor(state, id, effects);
    send_request(state, Purpose::MarkUnread, Request::MarkUnread(MarkUnread { conversation: id, seq }), effects);
    state.show_status(Phrase::new("notice-marked-unread"));
}

/// Shows one summary of the unread messages after the first sign-in, instead of a notice for each.
pub(crate) fn announce_unread(state: &mut State) {
    if std::mem::replace(&mut state.account.unread_summary_shown, true) || state.unread_total() == 0 {
        return;
    }
    let conversations = state.account.conversations.values().filter(|known| known.attention_count(state.now) > 0).count();
    let phrase = Phrase::new(if state.mentions_total() > 0 { "notice-summary-for-you" } else { "notice-summary" });
    let phrase = phrase.count("unread", state.unread_total()).number("conversations", conversations as u64);
    state.show_status(phrase.count("mentions", state.mentions_total()));
}

/// Marks the whole open conversation as read if its end is on the screen already, because the user asks for the end once more.
/// Unread messages above, which are not held, would otherwise keep the read cursor from moving.
pub(crate) fn read_everything_at_end(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(id) = conversation_in_view(state).map(|open| open.id) else { return };
    let Some(open) = state.account.conversations.get_mut(&id) else { return };
    if open.scroll == Scroll::AtEnd && !open.lacks_newer() && open.has_gap_after_read() {
        open.read_everything();
        send_read_cursor(state, id, effects);
    }
}

/// Whether the end of this conversation is on the screen and the terminal has the focus.
pub(crate) fn is_end_in_view(state: &State, id: ConversationId) -> bool {
    conversation_in_view(state).is_some_and(|open| open.id == id && open.scroll == Scroll::AtEnd)
}

/// The conversation whose messages are on the screen of a terminal that has the focus.
fn conversation_in_view(state: &State) -> Option<&Conversation> {
    let is_visible = state.focused
        && !state.editor_is_open
        && state.screen == Screen::Chat
        && state.overlay.is_none()
        && layout::has_room(state.size)
        && layout::chat(state).messages.height > 0;
    state.open_conversation().filter(|_| is_visible)
}

/// Marks the visible messages as read. When a conversation comes into view, the view first moves to its first unread
/// message if the unread ones do not fit on the screen.
pub(crate) fn mark_visible_read(state: &mut State, effects: &mut Vec<Effect>) {
    let now = conversation_in_view(state).map(|open| open.id);
    let before = std::mem::replace(&mut state.account.viewed_conversation, now);
    let Some(id) = now else { return };
    if state.account.conversations.get(&id).is_some_and(|open| open.is_marked_unread) {
        return;
    }
    if before != now {
        move_to_first_unread(state, id);
        fetching::fetch_missing(state, id, effects);
    }
    let me = state.me().cloned();
    let (skips_unread, is_covered) = (skips_unread(state), may_be_covered(state));
    if let (Some(open), Some(me)) = (state.open_conversation_mut(), me)
        && !open.finding_first_unread
        && !skips_unread
        && !is_covered
        && let Some(seen) = last_entry_in_view(open)
    {
        open.read_up_to(seen, &me);
    }
    send_read_cursor(state, id, effects);
}

/// Whether the first unread message is above the view, because the user jumped over it or scrolls up from the end.
/// Visible messages stay unread then, since the read cursor cannot skip messages that were never on the screen.
/// Scrolling to the end marks everything as read.
fn skips_unread(state: &State) -> bool {
    let (Some(open), Some(me)) = (state.open_conversation(), state.me()) else { return false };
    if open.scroll == Scroll::AtEnd || open.unread == 0 || last_entry_in_view(open).is_none_or(|seen| seen <= open.read_seq) {
        return false;
    }
    let area = layout::chat(state).messages;
    let first_in_view = Transcript::new(state, open, area.width).first_in_view(area.height);
    open.first_unread(me).zip(first_in_view).is_some_and(|(unread, in_view)| unread < in_view)
}

/// Whether something may be drawn over the messages: the pop-up of the completion, or a status message of several rows. How many
/// it has depends on the language; a notice has one if the window is wide enough.
fn may_be_covered(state: &State) -> bool {
    let has_long_status = state
        .account
        .status_message
        .as_ref()
        .is_some_and(|message| state.size.width < layout::NOTICE_WIDTH || !message.phrase.key.starts_with("notice-"));
    has_long_status || state.account.completion.pop_up.is_some()
}

/// The last entry of which every row is above the lower edge of the view.
fn last_entry_in_view(open: &Conversation) -> Option<Seq> {
    match open.scroll {
        // The view's position may be an entry that has not been fetched yet.
        Scroll::At { block: BlockId::Entry(seq), .. } if !open.log.holds(seq) => None,
        Scroll::At { block: BlockId::Entry(seq), hidden } => Some(if hidden == 0 { seq } else { Seq(seq.0.saturating_sub(1)) }),
        Scroll::AtEnd | Scroll::At { block: BlockId::Outgoing(_), .. } => open.log.last(),
    }
}

/// Sends the read cursor if the server's is behind. Only one request is pending at a time: under a flood of messages,
/// the next one covers all that were read meanwhile.
pub(crate) fn send_read_cursor(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let Some(conversation) = state.account.conversations.get(&id) else { return };
    let asked = Purpose::ReadCursor(id);
    if conversation.read_seq > conversation.server_read_seq && state.link.is_live() && !state.pending.contains(&asked) {
        let request = MarkRead { conversation: id, seq: conversation.read_seq };
        send_request(state, asked, Request::MarkRead(request), effects);
    }
}
