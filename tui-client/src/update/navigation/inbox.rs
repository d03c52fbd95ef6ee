//! The inbox screen: messages that need attention can be viewed, replied to and dismissed without opening their conversations.

use papo_shared::model::{ConversationId, Entry, EntryKind, Seq};
use papo_shared::protocol::{Dismiss, Entries, History, Inbox as Page, ListInbox, Request};

use super::chat;
use crate::action::Action;
use crate::effect::Effect;
use crate::layout;
use crate::state::connection::pending::Purpose;
use crate::state::navigation::inbox::{Inbox, ItemId};
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::{Overlay, Screen, State};
use crate::update::conversations::fetching::MAX_PAGE;
use crate::update::lists::next_index;
use crate::update::requests::send_request;
use crate::update::screen::{open_overlay, show_screen};

/// Entries fetched before a message as context. Some of them may not be messages.
const ENTRIES_BEFORE: u32 = 8;

/// Shows the inbox and requests its items.
pub(crate) fn open(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.link.is_live() {
        return state.show_status(Phrase::new("notice-needs-connection"));
    }
    show_screen(state, Screen::Inbox);
    state.account.inbox = Inbox::default();
    request_list(state, effects);
}

/// Requests the current list, unless a request for it is pending.
pub(crate) fn request_list(state: &mut State, effects: &mut Vec<Effect>) {
    if state.link.is_live() && !state.pending.contains(&Purpose::Inbox) {
        send_request(state, Purpose::Inbox, Request::ListInbox(ListInbox::default()), effects);
    }
}

/// Marks the list as outdated. It is reloaded at once if the first item is selected; otherwise only when the user asks,
/// since the items would move under the cursor.
pub(crate) fn refresh_after_change(state: &mut State, effects: &mut Vec<Effect>) {
    if state.screen != Screen::Inbox {
        return;
    }
    state.account.inbox.is_behind = true;
    if state.account.inbox.selected_index() == 0 {
        request_list(state, effects);
    }
}

pub(crate) fn take_list(state: &mut State, page: Page, effects: &mut Vec<Effect>) {
    state.account.inbox.take(page);
    request_context(state, effects);
}

pub(crate) fn move_selection(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let page = layout::inbox(state.size).items_in_view();
    let Inbox { items: Some(items), .. } = &state.account.inbox else { return };
    let to = next_index(Some(state.account.inbox.selected_index()), items.len(), page, action);
    state.account.inbox.selected = items.get(to).map(ItemId::from);
    request_context(state, effects);
}

/// Requests the messages before the selected one, unless they are known or requested.
fn request_context(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(id) = state.account.inbox.selected().map(ItemId::from) else { return };
    let asked = Purpose::BeforeItem(id);
    if state.account.inbox.before.contains_key(&id) || state.pending.contains(&asked) || !state.link.is_live() {
        return;
    }
    let ItemId { conversation, seq } = id;
    let request = History { conversation, after: None, before: Some(seq), limit: Some(ENTRIES_BEFORE) };
    send_request(state, asked, Request::History(request), effects);
}

/// Takes the messages before an item. If a page contains none, for example only reactions, the page before it is requested.
pub(crate) fn take_context(state: &mut State, id: ItemId, page: Entries, effects: &mut Vec<Effect>) {
    let first = page.entries.first().map(|entry| entry.seq);
    let messages: Vec<Entry> = page.entries.into_iter().filter(|entry| matches!(entry.kind, EntryKind::Message(_))).collect();
    if messages.is_empty() && page.more && first.is_some() {
        let limit = Some(MAX_PAGE);
        let request = History { conversation: id.conversation, after: None, before: first, limit };
        return send_request(state, Purpose::BeforeItem(id), Request::History(request), effects);
    }
    state.account.inbox.before.insert(id, messages);
}

/// Opens the conversation of the selected message.
pub(crate) fn open_selected(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(id) = state.account.inbox.selected().map(ItemId::from) {
        chat::open(state, id.conversation, effects);
    }
}

/// Removes the selected message from the inbox, without opening its conversation.
pub(crate) fn dismiss_selected(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(id) = state.account.inbox.selected().map(ItemId::from) {
        dismiss(state, id, effects);
    }
}

fn dismiss(state: &mut State, id: ItemId, effects: &mut Vec<Effect>) {
    if !state.link.is_live() {
        return state.show_status(Phrase::new("notice-needs-connection"));
    }
    let ItemId { conversation, seq } = id;
    send_request(state, Purpose::Dismiss, Request::Dismiss(Dismiss { conversation, seq }), effects);
    state.account.inbox.forget(id);
    request_context(state, effects);
}

/// Opens a prompt for a reply to the selected message.
pub(crate) fn open_reply_prompt(state: &mut State) {
    if let Some(ItemId { conversation, seq }) = state.account.inbox.selected().map(ItemId::from) {
        open_overlay(state, Overlay::Prompt(Prompt::new(Question::ReplyTo { conversation, seq })));
    }
}

/// Dismisses a message after a reply to it was sent.
pub(crate) fn finish_reply(state: &mut State, conversation: ConversationId, seq: Seq, effects: &mut Vec<Effect>) {
    state.show_status(Phrase::new("notice-reply-sent"));
    dismiss(state, ItemId { conversation, seq }, effects);
}
