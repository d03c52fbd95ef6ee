//! Conversation summaries reported by the server.

use papo_shared::model::{ConversationId, ConversationKind, ConversationSummary};

use super::{fetching, reading, receipts};
use crate::effect::Effect;
use crate::state::State;
use crate::state::conversations::conversation::Conversation;
use crate::update::groups::member_pages;

/// Takes the summary of a new or known conversation and returns its id.
pub(crate) fn take_summary(state: &mut State, summary: ConversationSummary, effects: &mut Vec<Effect>) -> ConversationId {
    let id = summary.conversation;
    if summary.kind == ConversationKind::Unknown {
        return id;
    }
    let Some(me) = state.me().cloned() else { return id };
    // A conversation that begins while the list is being fetched counts as listed, since conversations missing from
    // the list are removed.
    state.account.listed.insert(id);
    if let ConversationKind::Direct { peer } = &summary.kind {
        state.account.people.learn([peer.clone()]);
    }
    match state.account.conversations.get_mut(&id) {
        Some(known) => known.update_summary(summary, &me),
        None => {
            state.account.conversations.insert(id, Conversation::new(summary));
        }
    }
    if state.account.chat.open_side().open == Some(id) {
        member_pages::fetch_if_unknown(state, id, effects);
    }
    receipts::note_delivery(state, id);
    fetching::fetch_missing(state, id, effects);
    reading::send_read_cursor(state, id, effects);
    id
}
