//! Fetching missing log entries. The window of held entries follows the view: the end of the log, or the entries around
//! the position where the user reads.

use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{GetConversation, History, Request};

use super::quotes;
use crate::effect::Effect;
use crate::layout;
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::conversation::{BlockId, Conversation, Scroll};
use crate::update::requests::send_request;

/// Entries fetched when a conversation without unread messages is opened.
const NEWEST_PAGE: u32 = 50;
/// Entries fetched before the first unread message as context.
const CONTEXT: u32 = 25;
/// An open conversation with fewer entries than this, or than rows in view, fetches more: pages of long messages hold
/// few entries, and entries that change other messages have no rows.
const MIN_HELD_ENTRIES: usize = 20;
/// Most entries that the server returns in a page.
pub(crate) const MAX_PAGE: u32 = 200;
/// If more entries than this are missing, the held ones are dropped and the newest page is fetched, which is quicker
/// than filling a gap that nobody looks at.
const FAR_BEHIND: u64 = 400;
/// Entries fetched per page while scrolling.
const NEXT_PAGE: u32 = 100;

/// Requests what a conversation lacks: its first page if it is open and none is held, entries after the held ones, its
/// unread count, or the new texts of edited messages.
pub(crate) fn fetch_missing(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    if !state.link.is_live() {
        return;
    }
    fetch_missing_entries(state, id, effects);
    if state.account.chat.open_side().open == Some(id) {
        quotes::request_edited(state, id, effects);
    }
}

fn fetch_missing_entries(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let is_open = state.account.chat.open_side().open == Some(id);
    let rows = usize::from(layout::chat(state).messages.height);
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    // While the user reads further up, newer entries are fetched only as they are reached.
    let is_reading = is_open && conversation.scroll != Scroll::AtEnd;
    let missing = conversation.log.last().map_or(0, |last| conversation.last_seq.0.saturating_sub(last.0));
    if missing > FAR_BEHIND && !is_reading {
        conversation.unload_log();
        conversation.scroll = Scroll::AtEnd;
    }
    // What was missed is loaded in order if it is little. Otherwise the held entries are loaded again, with their changes.
    let is_little = missing <= FAR_BEHIND && !conversation.log.is_nearly_full();
    conversation.log.has_missed_changes &= conversation.lacks_newer();
    if conversation.log.has_missed_changes && is_reading && !conversation.finding_first_unread && !is_little {
        // Pending pages belong to the dropped window.
        state.pending.forget_entries_of(id);
        conversation.log.clear();
    }
    let is_nothing_held = conversation.log.is_empty();
    let is_finding_first_unread = is_open && conversation.finding_first_unread;
    let (asked, request) = if is_nothing_held && is_open && conversation.last_seq >= conversation.first_seq.max(Seq(1)) {
        first_page(conversation)
    } else if is_finding_first_unread && lacks_context(conversation) {
        let before = conversation.log.first();
        (Purpose::OlderEntries(id), History { conversation: id, after: None, before, limit: Some(NEWEST_PAGE) })
    } else if conversation.lacks_newer() && (is_finding_first_unread || !is_reading || is_little) {
        let after = conversation.log.last();
        (Purpose::NewerEntries(id), History { conversation: id, after, before: None, limit: Some(MAX_PAGE) })
    } else if is_open && conversation.lacks_older() && conversation.log.entries().len() < rows.max(MIN_HELD_ENTRIES) {
        let before = conversation.log.first();
        (Purpose::OlderEntries(id), History { conversation: id, after: None, before, limit: Some(NEWEST_PAGE) })
    } else if conversation.has_stale_count() {
        let asked = Purpose::Conversation(id);
        if !state.pending.contains(&asked) {
            send_request(state, asked, Request::GetConversation(GetConversation { conversation: id }), effects);
        }
        return;
    } else {
        return;
    };
    if !state.pending.contains(&asked) {
        send_request(state, asked, Request::History(request), effects);
    }
}

/// Fetches the end of the open conversation. If it is far from the held entries, they are dropped.
pub(crate) fn fetch_newest(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation_mut() else { return };
    open.finding_first_unread = false;
    let (id, last) = (open.id, open.log.last().unwrap_or_default());
    if open.last_seq.0.saturating_sub(last.0) <= FAR_BEHIND {
        return fetch_missing(state, id, effects);
    }
    if state.link.is_live() {
        // Pending pages belong to the dropped window.
        state.pending.forget_entries_of(id);
        if let Some(open) = state.open_conversation_mut() {
            open.unload_log();
            if open.unread > 0 {
                // Placed here, so that the page does not take the view to the first unread message.
                open.new_after.get_or_insert(open.read_seq);
            }
        }
        let request = History { conversation: id, after: None, before: None, limit: Some(NEWEST_PAGE) };
        send_request(state, Purpose::NewestEntries(id), Request::History(request), effects);
    }
}

/// Moves the view of a conversation to a position, and fetches the entries around it if they are not held.
pub(crate) fn move_view(state: &mut State, id: ConversationId, scroll: Scroll, effects: &mut Vec<Effect>) {
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    conversation.scroll = scroll;
    conversation.finding_first_unread = false;
    match scroll {
        Scroll::AtEnd => fetch_newest(state, effects),
        Scroll::At { block: BlockId::Entry(seq), .. } if !conversation.log.holds(seq) => {
            // Pending pages belong to the dropped window.
            state.pending.forget_entries_of(id);
            conversation.log.clear();
            fetch_missing(state, id, effects);
        }
        Scroll::At { .. } => fetch_missing(state, id, effects),
    }
}

/// Drops the held entries, which do not include the read cursor, so that the conversation is fetched from there. The
/// view moves to the first unread message once it has arrived.
pub(crate) fn restart_at_first_unread(state: &mut State, id: ConversationId) {
    // Pending pages belong to the dropped window.
    state.pending.forget_entries_of(id);
    if let Some(conversation) = state.account.conversations.get_mut(&id) {
        conversation.unload_log();
        start_at_read_position(conversation);
    }
}

fn start_at_read_position(conversation: &mut Conversation) {
    conversation.new_after = None;
    conversation.finding_first_unread = true;
    conversation.scroll = Scroll::At { block: BlockId::Entry(conversation.first_after_read()), hidden: 0 };
}

/// Whether the log has entries before the first unread message but no held one of them has a row.
fn lacks_context(conversation: &Conversation) -> bool {
    let first_unread = conversation.new_after.map(Seq::next);
    conversation.lacks_older() && first_unread.is_some_and(|first| conversation.log.index_at_or_after(first) == 0)
}

/// The request for the first page of a conversation: around the view's position, from the read cursor on if anything is
/// unread, or the end. The read cursor is used because it is unknown how many entries after it are messages.
fn first_page(conversation: &mut Conversation) -> (Purpose, History) {
    let id = conversation.id;
    if conversation.scroll == Scroll::AtEnd && (conversation.unread > 0 || conversation.has_stale_count()) {
        start_at_read_position(conversation);
    }
    if let Scroll::At { block: BlockId::Entry(seq), .. } = conversation.scroll {
        // The view's position with its surroundings.
        let after = Some(Seq(seq.0.saturating_sub(u64::from(CONTEXT) + 1)));
        let limit = if conversation.finding_first_unread { MAX_PAGE } else { NEXT_PAGE };
        return (Purpose::NewerEntries(id), History { conversation: id, after, before: None, limit: Some(limit) });
    }
    (Purpose::NewestEntries(id), History { conversation: id, after: None, before: None, limit: Some(NEWEST_PAGE) })
}

/// Requests the entries before the held ones, unless there are none or a request is pending.
pub(crate) fn fetch_older(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation() else { return };
    let (id, first) = (open.id, open.log.first());
    let asked = Purpose::OlderEntries(id);
    if state.link.is_live() && open.lacks_older() && !state.pending.contains(&asked) {
        let request = History { conversation: id, after: None, before: first, limit: Some(NEXT_PAGE) };
        send_request(state, asked, Request::History(request), effects);
    }
}

/// Requests the entries after the held ones, unless there are none or a request is pending.
pub(crate) fn fetch_newer(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation() else { return };
    let (id, last) = (open.id, open.log.last());
    let asked = Purpose::NewerEntries(id);
    if state.link.is_live() && open.lacks_newer() && !state.pending.contains(&asked) {
        let request = History { conversation: id, after: last, before: None, limit: Some(NEXT_PAGE) };
        send_request(state, asked, Request::History(request), effects);
    }
}
