//! Catching up with the server: after reconnecting, after lost events, and on opening a conversation.
//!
//! One mechanism serves all three: entries numbered above the held ones are requested in pages.

use papo_shared::model::{ConversationId, Entry, EntryKind, Message, Seq, Username};
use papo_shared::protocol::{ListConversations, ListGroups, ListUsers, Request, WatchDirectory};

use crate::effect::Effect;
use crate::state::connection::pending::Purpose;
use crate::state::{Screen, State};
use crate::update::account::{away, devices};
use crate::update::contacts::blocked;
use crate::update::conversations::fetching::MAX_PAGE;
use crate::update::conversations::{fetching, reading, receipts, scroll};
use crate::update::groups::invitations;
use crate::update::navigation::jump;
use crate::update::requests::send_request;

/// Number of people above which the directory is searched on the server instead of being read as a whole. Also the
/// number of groups after which no further page of the list of groups is requested.
pub const MAX_DIRECTORY_ENTRIES: usize = 500;

/// Requests everything that may have changed, after signing in or after the server dropped events.
pub(crate) fn start(state: &mut State, effects: &mut Vec<Effect>) {
    state.account.listed.clear();
    for conversation in state.account.conversations.values_mut() {
        conversation.receipts.is_requested = false;
    }
    send_request(state, Purpose::Conversations, Request::ListConversations(ListConversations::default()), effects);
    // Watching starts before the list is read, so that no change between the two is missed.
    send_request(state, Purpose::IgnoreReply, Request::WatchDirectory(WatchDirectory { watch: true }), effects);
    let request = ListUsers { query: None, after: None, limit: Some(MAX_PAGE) };
    send_request(state, Purpose::Users { whole: true }, Request::ListUsers(request), effects);
    blocked::request_list(state, effects);
    invitations::request_list(state, effects);
    away::send_if_away(state, effects);
    if state.screen == Screen::Devices {
        devices::reload_list(state, effects);
    }
}

pub(crate) fn continue_conversations(state: &mut State, next: Option<ConversationId>, effects: &mut Vec<Effect>) {
    if next.is_some() {
        let request = ListConversations { after: next, limit: None };
        return send_request(state, Purpose::Conversations, Request::ListConversations(request), effects);
    }
    let unlisted: Vec<_> = state.account.conversations.keys().copied().filter(|id| !state.account.listed.contains(id)).collect();
    for id in unlisted {
        state.lose_conversation(id, None);
    }
}

pub(crate) fn continue_users(state: &mut State, next: Option<Username>, effects: &mut Vec<Effect>) {
    let Some(next) = next else {
        state.account.people.is_complete = true;
        return;
    };
    if state.account.people.iter().count() > MAX_DIRECTORY_ENTRIES {
        state.account.people.is_complete = false;
        return send_request(state, Purpose::IgnoreReply, Request::WatchDirectory(WatchDirectory { watch: false }), effects);
    }
    let request = ListUsers { query: None, after: Some(next), limit: Some(MAX_PAGE) };
    send_request(state, Purpose::Users { whole: true }, Request::ListUsers(request), effects);
}

pub(crate) fn continue_groups(state: &mut State, next: Option<ConversationId>, effects: &mut Vec<Effect>) {
    if next.is_some() && state.account.group_listings.len() < MAX_DIRECTORY_ENTRIES {
        let request = ListGroups { query: None, after: next, limit: Some(MAX_PAGE) };
        send_request(state, Purpose::Groups, Request::ListGroups(request), effects);
    }
}

/// Adds a new entry to a conversation.
pub(crate) fn take_entry(state: &mut State, id: ConversationId, entry: Entry, effects: &mut Vec<Effect>) {
    let Some(me) = state.me().cloned() else { return };
    remove_stored_from_outbox(state, &entry, &me);
    state.note_blocked_unread(id, std::slice::from_ref(&entry));
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    let was_read = conversation.unread == 0;
    let read_up_to = Seq(entry.seq.0.saturating_sub(1));
    conversation.add_entry(entry, &me);
    let is_first_unread = was_read && conversation.unread > 0;
    let is_seen = reading::is_end_in_view(state, id);
    if let Some(conversation) = state.account.conversations.get_mut(&id)
        && is_first_unread
        && !is_seen
    {
        // The entry arrived out of view, so the *new* line marks where the user stopped reading.
        conversation.new_after = Some(read_up_to);
    }
    receipts::note_delivery(state, id);
    fetching::fetch_missing(state, id, effects);
}

/// Removes a message from the outbox that is in the log already: it was stored although its acknowledgement was lost.
fn remove_stored_from_outbox(state: &mut State, entry: &Entry, me: &Username) {
    if let EntryKind::Message(Message { client_id, .. }) = entry.kind
        && entry.author == *me
    {
        state.account.outbox.remove(client_id);
    }
}

/// Adds a page of log entries to a conversation.
pub(crate) fn take_page(state: &mut State, id: ConversationId, entries: Vec<Entry>, effects: &mut Vec<Effect>) {
    let Some(me) = state.me().cloned() else { return };
    for entry in &entries {
        remove_stored_from_outbox(state, entry, &me);
    }
    state.note_blocked_unread(id, &entries);
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    conversation.take_page(entries, &me);
    if state.account.chat.open_side().open == Some(id) {
        // The first unread message may have arrived with this page.
        if state.open_conversation().is_some_and(|open| open.finding_first_unread) {
            scroll::place_at_first_unread(state);
            // Skipped entries are read even while the conversation is not on the screen.
            reading::send_read_cursor(state, id, effects);
        } else {
            reading::place_new_line(state, id);
            scroll::fill_view(state);
        }
        jump::continue_after_page(state, effects);
    }
    fetching::fetch_missing(state, id, effects);
}
