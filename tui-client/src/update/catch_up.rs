//! Keeping what is here in step with what the server has: after coming back, after a hole, on opening a conversation.
//!
//! One mechanism for all of it: entries with a number above what is held are asked for in pages.

use papo_shared::model::{ConversationId, Entry, EntryKind, Seq, Username};
use papo_shared::protocol::{
    GetConversation, History, ListConversations, ListGroups, ListMembers, ListUsers, MarkRead, ReadCursor, Request,
    WatchDirectory,
};

use super::{ask, devices};
use crate::effect::Effect;
use crate::layout;
use crate::state::conversation::Scroll;
use crate::state::pending::Asked;
use crate::state::{Screen, State};

/// Entries fetched when a conversation is opened, if not more are unread.
const NEWEST_PAGE: u32 = 50;
/// Long messages make short pages; with fewer entries than this an open conversation asks on.
const FEWEST_HELD: usize = 20;
/// Most entries a page has.
const FULL_PAGE: u32 = 200;
/// With more missing than this, what is held is let go and the newest page is fetched: reading on from there is quicker
/// than filling a hole nobody looks at.
const FAR_BEHIND: u64 = 400;
/// With more people than this, the directory is searched instead of read.
pub const WHOLE_DIRECTORY: usize = 500;

/// Signed in, or told that events were lost: everything may have changed.
pub(super) fn begin(state: &mut State, effects: &mut Vec<Effect>) {
    state.listed.clear();
    ask(state, Asked::Conversations, Request::ListConversations(ListConversations::default()), effects);
    // Watching comes before reading, so that no change falls between the two.
    ask(state, Asked::Nothing, Request::WatchDirectory(WatchDirectory { watch: true }), effects);
    let request = ListUsers { query: None, after: None, limit: Some(FULL_PAGE) };
    ask(state, Asked::Users { whole: true }, Request::ListUsers(request), effects);
    if state.screen == Screen::Devices {
        devices::list(state, effects);
    }
}

pub(super) fn more_conversations(state: &mut State, next: Option<ConversationId>, effects: &mut Vec<Effect>) {
    if next.is_some() {
        let request = ListConversations { after: next, limit: None };
        return ask(state, Asked::Conversations, Request::ListConversations(request), effects);
    }
    let gone: Vec<_> = state.conversations.keys().copied().filter(|id| !state.listed.contains(id)).collect();
    for id in gone {
        state.forget_conversation(id);
    }
}

pub(super) fn more_users(state: &mut State, next: Option<Username>, effects: &mut Vec<Effect>) {
    let Some(next) = next else {
        state.people.whole = true;
        return;
    };
    if state.people.iter().count() > WHOLE_DIRECTORY {
        state.people.whole = false;
        return ask(state, Asked::Nothing, Request::WatchDirectory(WatchDirectory { watch: false }), effects);
    }
    let request = ListUsers { query: None, after: Some(next), limit: Some(FULL_PAGE) };
    ask(state, Asked::Users { whole: true }, Request::ListUsers(request), effects);
}

pub(super) fn more_groups(state: &mut State, next: Option<ConversationId>, effects: &mut Vec<Effect>) {
    if next.is_some() && state.group_listings.len() < WHOLE_DIRECTORY {
        let request = ListGroups { query: None, after: next, limit: Some(FULL_PAGE) };
        ask(state, Asked::Groups, Request::ListGroups(request), effects);
    }
}

pub(super) fn more_members(state: &mut State, id: ConversationId, next: Option<Username>, effects: &mut Vec<Effect>) {
    if next.is_some() {
        let request = ListMembers { conversation: id, after: next, limit: Some(FULL_PAGE) };
        ask(state, Asked::Members(id), Request::ListMembers(request), effects);
    }
}

/// One new entry of a conversation of ours came.
pub(super) fn arrive(state: &mut State, id: ConversationId, entry: Entry, effects: &mut Vec<Effect>) {
    let Some(me) = state.me().cloned() else { return };
    arrived_already(state, &entry, &me);
    let Some(conversation) = state.conversations.get_mut(&id) else { return };
    let was_read = conversation.unread == 0;
    let read_up_to = Seq(entry.seq.0 - 1);
    conversation.arrive(entry, &me);
    let is_first_unread = was_read && conversation.unread > 0;
    let is_seen = state.focused && is_in_view(state, id);
    if let Some(conversation) = state.conversations.get_mut(&id)
        && is_first_unread
        && !is_seen
    {
        // Something new while nobody looks: the line marks where they stopped.
        conversation.new_after = Some(read_up_to);
    }
    settle(state, id, effects);
}

/// Our own message, stored though its acknowledgement did not reach us: it is on its way no longer.
fn arrived_already(state: &mut State, entry: &Entry, me: &Username) {
    if let EntryKind::Message { client_id, .. } = entry.kind
        && entry.author == *me
    {
        state.outbox.remove(client_id);
    }
}

/// A page of a conversation's log came.
pub(super) fn take_page(state: &mut State, id: ConversationId, entries: Vec<Entry>, effects: &mut Vec<Effect>) {
    let Some(me) = state.me().cloned() else { return };
    for entry in &entries {
        arrived_already(state, entry, &me);
    }
    let Some(conversation) = state.conversations.get_mut(&id) else { return };
    conversation.take_page(entries, &me);
    if state.chat.here().open == Some(id) {
        // What one had not read may only have come with this page.
        place_new_line(state, id);
    }
    settle(state, id, effects);
}

/// Asks for what a conversation lacks: the newest entries where it is open and none are here, those after the ones
/// held, or the right numbers.
pub(super) fn settle(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    if !state.link.is_live() {
        return;
    }
    let is_open = state.chat.here().open == Some(id);
    let Some(conversation) = state.conversations.get_mut(&id) else { return };
    let missing = conversation.log.last().map_or(0, |last| conversation.last_seq.0.saturating_sub(last.0));
    if missing > FAR_BEHIND {
        conversation.log.clear();
        conversation.scroll = Scroll::AtEnd;
    }
    let nothing_here = conversation.log.entries().is_empty();
    let (asked, request) = if nothing_here && is_open && conversation.last_seq >= conversation.first_seq.max(Seq(1)) {
        let limit = (conversation.unread + NEWEST_PAGE / 2).clamp(NEWEST_PAGE, FULL_PAGE);
        (Asked::NewestEntries(id), History { conversation: id, after: None, before: None, limit: Some(limit) })
    } else if conversation.lacks_newer() {
        let after = conversation.log.last();
        (Asked::NewerEntries(id), History { conversation: id, after, before: None, limit: Some(FULL_PAGE) })
    } else if is_open && conversation.lacks_older() && conversation.log.entries().len() < FEWEST_HELD {
        let before = conversation.log.first();
        (Asked::OlderEntries(id), History { conversation: id, after: None, before, limit: Some(NEWEST_PAGE) })
    } else if conversation.count_lags() {
        let asked = Asked::Conversation(id);
        if !state.pending.waits(&asked) {
            ask(state, asked, Request::GetConversation(GetConversation { conversation: id }), effects);
        }
        return;
    } else {
        return;
    };
    if !state.pending.waits(&asked) {
        ask(state, asked, Request::History(request), effects);
    }
}

/// Where the read cursor stands, by the server.
pub(super) fn move_read_cursor(state: &mut State, cursor: &ReadCursor) {
    let Some(me) = state.me().cloned() else { return };
    if let Some(conversation) = state.conversations.get_mut(&cursor.conversation) {
        conversation.move_read_cursor(cursor, &me);
    }
}

/// Puts the *new* line before the first unread message, of a conversation one comes into. Our own messages are not new to
/// us, wherever the cursor stands.
pub(super) fn place_new_line(state: &mut State, id: ConversationId) {
    let Some(me) = state.me().cloned() else { return };
    let Some(conversation) = state.conversations.get_mut(&id) else { return };
    if conversation.unread == 0 || conversation.new_after.is_some() {
        return;
    }
    let first_new =
        conversation.log.entries().iter().find(|entry| {
            entry.seq > conversation.read_seq && entry.author != me && matches!(entry.kind, EntryKind::Message { .. })
        });
    conversation.new_after = first_new.map(|entry| Seq(entry.seq.0 - 1));
}

/// Whether the end of this conversation is on the screen.
pub(super) fn is_in_view(state: &State, id: ConversationId) -> bool {
    let at_end = state.open_conversation().is_some_and(|open| open.id == id && open.scroll == Scroll::AtEnd);
    at_end
        && state.screen == Screen::Chat
        && state.overlay.is_none()
        && layout::has_room(state.size)
        && layout::chat(state).messages.height > 0
}

/// What is on the screen of a terminal that has the focus is read.
pub(super) fn read_what_is_seen(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation() else { return };
    let id = open.id;
    let all_here = open.log.last() == Some(open.last_seq);
    let reads = open.unread > 0 && all_here && state.focused && is_in_view(state, id);
    if let Some(open) = state.open_conversation_mut().filter(|_| reads) {
        open.read_all();
    }
    tell_read_cursor(state, id, effects);
}

/// Tells the server how far we have read, where it does not know. One at a time: in a flood of messages the next one tells
/// of all that came meanwhile.
pub(super) fn tell_read_cursor(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let Some(conversation) = state.conversations.get(&id) else { return };
    let asked = Asked::ReadCursor(id);
    if conversation.read_seq > conversation.told_read_seq && state.link.is_live() && !state.pending.waits(&asked) {
        let request = MarkRead { conversation: id, seq: conversation.read_seq };
        ask(state, asked, Request::MarkRead(request), effects);
    }
}
