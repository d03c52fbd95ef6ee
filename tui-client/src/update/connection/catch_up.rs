//! Keeping what is here in step with what the server has: after coming back, after a hole, on opening a conversation.
//!
//! One mechanism for all of it: entries with a number above what is held are asked for in pages.

use papo_shared::model::{ConversationId, Entry, EntryKind, Message, Seq, Username};
use papo_shared::protocol::{ListConversations, ListGroups, ListUsers, Request, WatchDirectory};

use crate::effect::Effect;
use crate::state::connection::pending::Purpose;
use crate::state::{Screen, State};
use crate::update::account::{away, devices};
use crate::update::contacts::blocked;
use crate::update::conversations::fetching::FULL_PAGE;
use crate::update::conversations::{fetching, reading, receipts, scroll};
use crate::update::navigation::jump;
use crate::update::requests::ask;

/// With more people than this, the directory is searched instead of read.
pub const WHOLE_DIRECTORY: usize = 500;

/// Signed in, or told that events were lost: everything may have changed.
pub(crate) fn begin(state: &mut State, effects: &mut Vec<Effect>) {
    state.account.listed.clear();
    for conversation in state.account.conversations.values_mut() {
        conversation.receipts.is_requested = false;
    }
    ask(state, Purpose::Conversations, Request::ListConversations(ListConversations::default()), effects);
    // Watching comes before reading, so that no change falls between the two.
    ask(state, Purpose::IgnoreReply, Request::WatchDirectory(WatchDirectory { watch: true }), effects);
    let request = ListUsers { query: None, after: None, limit: Some(FULL_PAGE) };
    ask(state, Purpose::Users { whole: true }, Request::ListUsers(request), effects);
    blocked::begin(state, effects);
    away::begin(state, effects);
    if state.screen == Screen::Devices {
        devices::list(state, effects);
    }
}

pub(crate) fn more_conversations(state: &mut State, next: Option<ConversationId>, effects: &mut Vec<Effect>) {
    if next.is_some() {
        let request = ListConversations { after: next, limit: None };
        return ask(state, Purpose::Conversations, Request::ListConversations(request), effects);
    }
    let gone: Vec<_> = state.account.conversations.keys().copied().filter(|id| !state.account.listed.contains(id)).collect();
    for id in gone {
        state.lose_conversation(id, None);
    }
}

pub(crate) fn more_users(state: &mut State, next: Option<Username>, effects: &mut Vec<Effect>) {
    let Some(next) = next else {
        state.account.people.is_complete = true;
        return;
    };
    if state.account.people.iter().count() > WHOLE_DIRECTORY {
        state.account.people.is_complete = false;
        return ask(state, Purpose::IgnoreReply, Request::WatchDirectory(WatchDirectory { watch: false }), effects);
    }
    let request = ListUsers { query: None, after: Some(next), limit: Some(FULL_PAGE) };
    ask(state, Purpose::Users { whole: true }, Request::ListUsers(request), effects);
}

pub(crate) fn more_groups(state: &mut State, next: Option<ConversationId>, effects: &mut Vec<Effect>) {
    if next.is_some() && state.account.group_listings.len() < WHOLE_DIRECTORY {
        let request = ListGroups { query: None, after: next, limit: Some(FULL_PAGE) };
        ask(state, Purpose::Groups, Request::ListGroups(request), effects);
    }
}

/// One new entry of a conversation of ours came.
pub(crate) fn arrive(state: &mut State, id: ConversationId, entry: Entry, effects: &mut Vec<Effect>) {
    let Some(me) = state.me().cloned() else { return };
    arrived_already(state, &entry, &me);
    state.note_blocked_unread(id, std::slice::from_ref(&entry));
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    let was_read = conversation.unread == 0;
    let read_up_to = Seq(entry.seq.0.saturating_sub(1));
    conversation.add_entry(entry, &me);
    let is_first_unread = was_read && conversation.unread > 0;
    let is_seen = reading::is_looked_at(state, id);
    if let Some(conversation) = state.account.conversations.get_mut(&id)
        && is_first_unread
        && !is_seen
    {
        // Something new while nobody looks: the line marks where they stopped.
        conversation.new_after = Some(read_up_to);
    }
    receipts::arrived(state, id);
    fetching::settle(state, id, effects);
}

/// Our own message, stored though its acknowledgement did not reach us: it is on its way no longer.
fn arrived_already(state: &mut State, entry: &Entry, me: &Username) {
    if let EntryKind::Message(Message { client_id, .. }) = entry.kind
        && entry.author == *me
    {
        state.account.outbox.remove(client_id);
    }
}

/// A page of a conversation's log came.
pub(crate) fn take_page(state: &mut State, id: ConversationId, entries: Vec<Entry>, effects: &mut Vec<Effect>) {
    let Some(me) = state.me().cloned() else { return };
    for entry in &entries {
        arrived_already(state, entry, &me);
    }
    state.note_blocked_unread(id, &entries);
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    conversation.take_page(entries, &me);
    if state.account.chat.open_side().open == Some(id) {
        // What one had not read may only have come with this page.
        if state.open_conversation().is_some_and(|open| open.finding_first_unread) {
            scroll::place_at_first_unread(state);
        } else {
            reading::place_new_line(state, id);
            scroll::fill(state);
        }
        jump::page_came(state, effects);
    }
    fetching::settle(state, id, effects);
}
