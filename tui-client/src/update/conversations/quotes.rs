//! Fetches single messages: those that visible replies quote but that are not held, and those that were edited.

use papo_shared::model::{ConversationId, Entry, EntryKind, Seq};
use papo_shared::protocol::{History, Request};

use crate::effect::Effect;
use crate::layout;
use crate::layout::transcript::Transcript;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::quotes::{MAX_QUOTES, Quoted};
use crate::state::{Screen, State};
use crate::update::requests::send_request;

/// Largest number of pending requests for single messages; others wait until one is answered.
const MAX_PENDING: usize = 4;

/// Requests the unknown messages that are quoted in the visible part of the open conversation.
pub(crate) fn request_visible(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.link.is_live() || state.screen != Screen::Chat {
        return;
    }
    let Some(open) = state.open_conversation() else { return };
    let (id, area) = (open.id, layout::chat(state).messages);
    let in_view = Transcript::new(state, open, area.width).quoted_in_view(area.height);
    let wanted: Vec<Seq> =
        open.reply_to.into_iter().chain(in_view).take(MAX_QUOTES).filter(|seq| open.quoted(*seq) == Quoted::NotLoaded).collect();
    for seq in wanted {
        if !request_message(state, Purpose::Quoted(id, seq), id, seq, effects) {
            return;
        }
    }
}

/// Requests messages of a conversation whose text is outdated by an edit.
pub(crate) fn request_edited(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let Some(conversation) = state.account.conversations.get(&id) else { return };
    let edited: Vec<_> = conversation.log.outdated().take(MAX_PENDING).collect();
    for (seq, edit) in edited {
        if !request_message(state, Purpose::EditedMessage(id, seq, edit), id, seq, effects) {
            return;
        }
    }
}

/// Takes a quoted message. If `entries` does not contain it, it is recorded as unavailable to the user.
pub(crate) fn take_quoted(state: &mut State, id: ConversationId, seq: Seq, entries: Vec<Entry>) {
    let is_it = |entry: &Entry| entry.seq == seq && matches!(entry.kind, EntryKind::Message(_));
    if let Some(conversation) = state.account.conversations.get_mut(&id) {
        conversation.quotes.learn(seq, entries.into_iter().find(is_it));
    }
}

/// Takes an edited message; `entries` is empty if the request was refused.
pub(crate) fn take_edited(
    state: &mut State,
    id: ConversationId,
    seq: Seq,
    edit: Seq,
    entries: Vec<Entry>,
    effects: &mut Vec<Effect>,
) {
    let Some(me) = state.me().cloned() else { return };
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    conversation.take_page(entries.into_iter().filter(|entry| entry.seq == seq).collect(), &me);
    conversation.log.mark_reloaded(seq, edit);
    request_edited(state, id, effects);
}

/// Requests one message, unless its request is pending. Returns whether another one may be requested.
fn request_message(state: &mut State, asked: Purpose, id: ConversationId, seq: Seq, effects: &mut Vec<Effect>) -> bool {
    let is_single = |asked: &Purpose| matches!(asked, Purpose::Quoted(..) | Purpose::EditedMessage(..));
    if state.pending.contains(&asked) {
        return true;
    }
    if state.pending.count(is_single) >= MAX_PENDING {
        return false;
    }
    let request = History { conversation: id, after: None, before: Some(seq.next()), limit: Some(1) };
    send_request(state, asked, Request::History(request), effects);
    true
}
