//! The inbox screen: what waits for one's eyes, looked at, answered, or done with, without going there.

use papo_shared::model::{ConversationId, Entry, EntryKind, Seq};
use papo_shared::protocol::{Dismiss, Entries, History, Inbox as Page, ListInbox, Request};

use super::chat;
use crate::action::Action;
use crate::effect::Effect;
use crate::layout;
use crate::state::connection::pending::Asked;
use crate::state::navigation::inbox::{Inbox, ItemId};
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::{Overlay, Screen, State};
use crate::update::conversations::fetching::FULL_PAGE;
use crate::update::lists::step;
use crate::update::requests::ask;
use crate::update::screen::{lay_over, show};

/// Entries before a message that are asked for: some of them are no messages.
const ENTRIES_BEFORE: u32 = 8;

/// Shows the screen, and asks for what stands on it.
pub(crate) fn open(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.link.is_live() {
        return state.say(Phrase::new("notice-needs-connection"));
    }
    show(state, Screen::Inbox);
    state.account.inbox = Inbox::default();
    list(state, effects);
}

/// Asks for the list as it is now.
pub(crate) fn list(state: &mut State, effects: &mut Vec<Effect>) {
    if state.link.is_live() && !state.pending.waits(&Asked::Inbox) {
        ask(state, Asked::Inbox, Request::ListInbox(ListInbox::default()), effects);
    }
}

/// Something came that may belong into the list. It is taken at once where the cursor stands at the top; elsewhere the list
/// stays as it is until it is asked for, since it would move under the cursor.
pub(crate) fn fell_behind(state: &mut State, effects: &mut Vec<Effect>) {
    if state.screen != Screen::Inbox {
        return;
    }
    state.account.inbox.is_behind = true;
    if state.account.inbox.at() == 0 {
        list(state, effects);
    }
}

pub(crate) fn take(state: &mut State, page: Page, effects: &mut Vec<Effect>) {
    state.account.inbox.take(page);
    look_before(state, effects);
}

pub(crate) fn move_selection(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let page = layout::inbox(state.size).items_in_view();
    let Inbox { items: Some(items), .. } = &state.account.inbox else { return };
    let to = step(Some(state.account.inbox.at()), items.len(), page, action);
    state.account.inbox.selected = items.get(to).map(ItemId::from);
    look_before(state, effects);
}

/// Asks for what was said before the selected message.
fn look_before(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(id) = state.account.inbox.selected().map(ItemId::from) else { return };
    let asked = Asked::BeforeItem(id);
    if state.account.inbox.before.contains_key(&id) || state.pending.waits(&asked) || !state.link.is_live() {
        return;
    }
    let ItemId { conversation, seq } = id;
    let request = History { conversation, after: None, before: Some(seq), limit: Some(ENTRIES_BEFORE) };
    ask(state, asked, Request::History(request), effects);
}

/// Takes what was said before a message. A page without any message, as many reactions make it, leads to the one before.
pub(crate) fn take_before(state: &mut State, id: ItemId, page: Entries, effects: &mut Vec<Effect>) {
    let first = page.entries.first().map(|entry| entry.seq);
    let messages: Vec<Entry> = page.entries.into_iter().filter(|entry| matches!(entry.kind, EntryKind::Message(_))).collect();
    if messages.is_empty() && page.more && first.is_some() {
        let limit = Some(FULL_PAGE);
        let request = History { conversation: id.conversation, after: None, before: first, limit };
        return ask(state, Asked::BeforeItem(id), Request::History(request), effects);
    }
    state.account.inbox.before.insert(id, messages);
}

/// Goes to where the selected message was said.
pub(crate) fn open_selected(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(id) = state.account.inbox.selected().map(ItemId::from) {
        chat::open(state, id.conversation, effects);
    }
}

/// Takes the selected message out of the inbox, without reading on where it was said.
pub(crate) fn dismiss_selected(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(id) = state.account.inbox.selected().map(ItemId::from) {
        dismiss(state, id, effects);
    }
}

fn dismiss(state: &mut State, id: ItemId, effects: &mut Vec<Effect>) {
    if !state.link.is_live() {
        return state.say(Phrase::new("notice-needs-connection"));
    }
    let ItemId { conversation, seq } = id;
    ask(state, Asked::Dismiss, Request::Dismiss(Dismiss { conversation, seq }), effects);
    state.account.inbox.forget(id);
    look_before(state, effects);
}

/// Asks for an answer to the selected message.
pub(crate) fn ask_for_answer(state: &mut State) {
    if let Some(ItemId { conversation, seq }) = state.account.inbox.selected().map(ItemId::from) {
        lay_over(state, Overlay::Prompt(Prompt::new(Question::AnswerTo { conversation, seq })));
    }
}

/// An answer was sent: the message waits for nothing any more.
pub(crate) fn answered(state: &mut State, conversation: ConversationId, seq: Seq, effects: &mut Vec<Effect>) {
    state.say(Phrase::new("notice-reply-sent"));
    dismiss(state, ItemId { conversation, seq }, effects);
}
