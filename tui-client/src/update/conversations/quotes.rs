//! Asks for single messages: those that are answered in what is on the screen and not held, and those that were edited.

use papo_shared::model::{ConversationId, Entry, EntryKind, Seq};
use papo_shared::protocol::{History, Request};

use crate::effect::Effect;
use crate::layout;
use crate::layout::transcript::Transcript;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::quotes::{MAX_QUOTES, Quoted};
use crate::state::{Screen, State};
use crate::update::requests::ask;

/// Single messages that are asked for at a time; whatever else is wanted waits for one of them.
const AT_A_TIME: usize = 4;

/// Asks for what is answered in the open conversation, on the screen, and not known.
pub(crate) fn ask_for_what_is_seen(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.link.is_live() || state.screen != Screen::Chat {
        return;
    }
    let Some(open) = state.open_conversation() else { return };
    let (id, area) = (open.id, layout::chat(state).messages);
    let in_view = Transcript::new(state, open, area.width).quoted_in_view(area.height);
    let wanted: Vec<Seq> =
        open.reply_to.into_iter().chain(in_view).take(MAX_QUOTES).filter(|seq| open.quoted(*seq) == Quoted::NotLoaded).collect();
    for seq in wanted {
        if !ask_for(state, Purpose::Quoted(id, seq), id, seq, effects) {
            return;
        }
    }
}

/// Asks for messages of a conversation that have another text by now.
pub(crate) fn ask_for_edited(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let Some(conversation) = state.account.conversations.get(&id) else { return };
    let edited: Vec<_> = conversation.log.outdated().take(AT_A_TIME).collect();
    for (seq, edit) in edited {
        if !ask_for(state, Purpose::EditedMessage(id, seq, edit), id, seq, effects) {
            return;
        }
    }
}

/// A message that is answered came, or something else: then there is none that one may see.
pub(crate) fn quoted(state: &mut State, id: ConversationId, seq: Seq, entries: Vec<Entry>) {
    let is_it = |entry: &Entry| entry.seq == seq && matches!(entry.kind, EntryKind::Message(_));
    if let Some(conversation) = state.account.conversations.get_mut(&id) {
        conversation.quotes.learn(seq, entries.into_iter().find(is_it));
    }
}

/// An edited message came, or did not.
pub(crate) fn edited(state: &mut State, id: ConversationId, seq: Seq, edit: Seq, entries: Vec<Entry>, effects: &mut Vec<Effect>) {
    let Some(me) = state.me().cloned() else { return };
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    conversation.take_page(entries.into_iter().filter(|entry| entry.seq == seq).collect(), &me);
    conversation.log.mark_reloaded(seq, edit);
    ask_for_edited(state, id, effects);
}

/// Asks for one message, unless that waits; says whether another one can be asked for.
fn ask_for(state: &mut State, asked: Purpose, id: ConversationId, seq: Seq, effects: &mut Vec<Effect>) -> bool {
    let is_single = |asked: &Purpose| matches!(asked, Purpose::Quoted(..) | Purpose::EditedMessage(..));
    if state.pending.contains(&asked) {
        return true;
    }
    if state.pending.count(is_single) >= AT_A_TIME {
        return false;
    }
    let request = History { conversation: id, after: None, before: Some(seq.next()), limit: Some(1) };
    ask(state, asked, Request::History(request), effects);
    true
}
