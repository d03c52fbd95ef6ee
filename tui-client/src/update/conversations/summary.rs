//! What the server reports about a conversation as a whole.

use papo_shared::model::{ConversationId, ConversationKind, ConversationSummary};

use super::{fetching, reading, receipts};
use crate::effect::Effect;
use crate::state::State;
use crate::state::conversations::conversation::Conversation;
use crate::update::groups::member_pages;

/// Takes what the server says of a conversation, a new one or one that is known.
pub(crate) fn take_summary(state: &mut State, summary: ConversationSummary, effects: &mut Vec<Effect>) -> ConversationId {
    let id = summary.conversation;
    if summary.kind == ConversationKind::Unknown {
        return id;
    }
    let Some(me) = state.me().cloned() else { return id };
    // Also one that begins while the others are being listed: it is not gone for not standing in the list.
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
    receipts::arrived(state, id);
    fetching::settle(state, id, effects);
    reading::tell_read_cursor(state, id, effects);
    id
}
