//! Asking for the entries that are missing here. The window that is held follows the view: its end where one reads along,
//! what is near where one reads further up.

use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{GetConversation, History, Request};

use super::quotes;
use crate::effect::Effect;
use crate::layout;
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::conversation::{BlockId, Conversation, Scroll};
use crate::update::requests::ask;

/// Entries fetched when a conversation is opened in which nothing is unread.
const NEWEST_PAGE: u32 = 50;
/// Entries fetched before the first unread one, to see what it is about.
const CONTEXT: u32 = 25;
/// Long messages make short pages, and what changed messages has no rows; with fewer entries than this, or than there are
/// rows in view, an open conversation asks on.
const FEWEST_HELD: usize = 20;
/// Most rows a page has.
pub(crate) const FULL_PAGE: u32 = 200;
/// With more missing than this, what is held is let go and the newest page is fetched: reading on from there is quicker
/// than filling a hole nobody looks at.
const FAR_BEHIND: u64 = 400;
/// Entries fetched at a time.
const NEXT_PAGE: u32 = 100;

/// Asks for what a conversation lacks: the newest entries where it is open and none are here, those after the ones
/// held, the right numbers, or the new text of what was edited.
pub(crate) fn settle(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    if !state.link.is_live() {
        return;
    }
    fetch(state, id, effects);
    if state.account.chat.open_side().open == Some(id) {
        quotes::ask_for_edited(state, id, effects);
    }
}

fn fetch(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let is_open = state.account.chat.open_side().open == Some(id);
    let rows = usize::from(layout::chat(state).messages.height);
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    // Somebody who reads further up stays there; the newer ones come as they are reached.
    let is_reading = is_open && conversation.scroll != Scroll::AtEnd;
    let missing = conversation.log.last().map_or(0, |last| conversation.last_seq.0.saturating_sub(last.0));
    if missing > FAR_BEHIND && !is_reading {
        conversation.unload_log();
        conversation.scroll = Scroll::AtEnd;
    }
    let nothing_here = conversation.log.is_empty();
    let finds_first_unread = is_open && conversation.finding_first_unread;
    let (asked, request) = if nothing_here && is_open && conversation.last_seq >= conversation.first_seq.max(Seq(1)) {
        first_page(conversation)
    } else if finds_first_unread && lacks_context(conversation) {
        let before = conversation.log.first();
        (Purpose::OlderEntries(id), History { conversation: id, after: None, before, limit: Some(NEWEST_PAGE) })
    } else if conversation.lacks_newer()
        && (finds_first_unread || !is_reading || (missing <= FAR_BEHIND && !conversation.log.is_nearly_full()))
    {
        let after = conversation.log.last();
        (Purpose::NewerEntries(id), History { conversation: id, after, before: None, limit: Some(FULL_PAGE) })
    } else if is_open && conversation.lacks_older() && conversation.log.entries().len() < rows.max(FEWEST_HELD) {
        let before = conversation.log.first();
        (Purpose::OlderEntries(id), History { conversation: id, after: None, before, limit: Some(NEWEST_PAGE) })
    } else if conversation.has_stale_count() {
        let asked = Purpose::Conversation(id);
        if !state.pending.contains(&asked) {
            ask(state, asked, Request::GetConversation(GetConversation { conversation: id }), effects);
        }
        return;
    } else {
        return;
    };
    if !state.pending.contains(&asked) {
        ask(state, asked, Request::History(request), effects);
    }
}

/// The person wants to see the end, whatever lies between: it is fetched where it is far from what is held.
pub(crate) fn newest(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation_mut() else { return };
    open.finding_first_unread = false;
    let (id, last) = (open.id, open.log.last().unwrap_or_default());
    if open.last_seq.0.saturating_sub(last.0) <= FAR_BEHIND {
        return settle(state, id, effects);
    }
    if state.link.is_live() {
        // Pages that are on their way belong to what is let go.
        state.pending.forget_entries_of(id);
        if let Some(open) = state.open_conversation_mut() {
            open.unload_log();
        }
        let request = History { conversation: id, after: None, before: None, limit: Some(NEWEST_PAGE) };
        ask(state, Purpose::NewestEntries(id), Request::History(request), effects);
    }
}

/// Takes the view of the open conversation to some place, which is fetched where it is not here.
pub(crate) fn stand_at(state: &mut State, id: ConversationId, scroll: Scroll, effects: &mut Vec<Effect>) {
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    conversation.scroll = scroll;
    conversation.finding_first_unread = false;
    match scroll {
        Scroll::AtEnd => newest(state, effects),
        Scroll::At { block: BlockId::Entry(seq), .. } if !conversation.log.holds(seq) => {
            // Pages that are on their way belong to what is let go.
            state.pending.forget_entries_of(id);
            conversation.log.clear();
            settle(state, id, effects);
        }
        Scroll::At { .. } => settle(state, id, effects),
    }
}

/// Lets go of what is held, which is not where the read cursor is: the conversation is fetched anew from there, and the view
/// placed at the first unread message once that has come.
pub(crate) fn find_first_unread(state: &mut State, id: ConversationId) {
    // Pages that are on their way belong to what is let go.
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

/// Whether there are entries before the first unread message and none of them is held that has a row.
fn lacks_context(conversation: &Conversation) -> bool {
    let first_unread = conversation.new_after.map(Seq::next);
    conversation.lacks_older() && first_unread.is_some_and(|first| conversation.log.index_at_or_after(first) == 0)
}

/// What a conversation shows first: where the view stands; what is unread, from the read cursor on, since nobody knows how many
/// of the entries after it are messages; or the end.
fn first_page(conversation: &mut Conversation) -> (Purpose, History) {
    let id = conversation.id;
    if conversation.scroll == Scroll::AtEnd && (conversation.unread > 0 || conversation.has_stale_count()) {
        start_at_read_position(conversation);
    }
    if let Scroll::At { block: BlockId::Entry(seq), .. } = conversation.scroll {
        // Where the view stands, and what is around it.
        let after = Some(Seq(seq.0.saturating_sub(u64::from(CONTEXT) + 1)));
        let limit = if conversation.finding_first_unread { FULL_PAGE } else { NEXT_PAGE };
        return (Purpose::NewerEntries(id), History { conversation: id, after, before: None, limit: Some(limit) });
    }
    (Purpose::NewestEntries(id), History { conversation: id, after: None, before: None, limit: Some(NEWEST_PAGE) })
}

/// Asks for the entries before those held, where there are any and they were not asked for.
pub(crate) fn older(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation() else { return };
    let (id, first) = (open.id, open.log.first());
    let asked = Purpose::OlderEntries(id);
    if state.link.is_live() && open.lacks_older() && !state.pending.contains(&asked) {
        let request = History { conversation: id, after: None, before: first, limit: Some(NEXT_PAGE) };
        ask(state, asked, Request::History(request), effects);
    }
}

/// Asks for the entries after those held, where there are any and they were not asked for.
pub(crate) fn newer(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation() else { return };
    let (id, last) = (open.id, open.log.last());
    let asked = Purpose::NewerEntries(id);
    if state.link.is_live() && open.lacks_newer() && !state.pending.contains(&asked) {
        let request = History { conversation: id, after: last, before: None, limit: Some(NEXT_PAGE) };
        ask(state, asked, Request::History(request), effects);
    }
}
