//! How far the others are, and telling them what arrived here.

use papo_shared::model::limits::MAX_RECEIPT_MEMBERS;
use papo_shared::model::{ConversationId, ConversationKind, Username};
use papo_shared::protocol::{ListReceipts, MarkDelivered, Receipt, Request};

use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::conversation::Conversation;
use crate::update::requests::ask;

/// Asks how far the others are in the open conversation, where that is told and was not asked.
pub(crate) fn ask_for_open(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.link.is_live() {
        return;
    }
    let Some(open) = state.open_conversation_mut().filter(|open| is_told(open) && !open.receipts.is_requested) else { return };
    open.receipts.is_requested = true;
    let id = open.id;
    more(state, id, None, effects);
}

/// Asks for a page of how far the others are.
pub(crate) fn more(state: &mut State, id: ConversationId, after: Option<Username>, effects: &mut Vec<Effect>) {
    ask(state, Purpose::Receipts(id), Request::ListReceipts(ListReceipts { conversation: id, after, limit: None }), effects);
}

/// Takes how far others are. Oneself can be among them.
pub(crate) fn learn(state: &mut State, id: ConversationId, receipts: Vec<Receipt>) {
    let me = state.me().cloned();
    if let Some(conversation) = state.account.conversations.get_mut(&id) {
        for receipt in receipts.into_iter().filter(|receipt| Some(&receipt.username) != me.as_ref()) {
            conversation.receipts.learn(receipt);
        }
    }
}

/// Something arrived in this conversation: the others can be told.
pub(crate) fn arrived(state: &mut State, id: ConversationId) {
    if state.account.conversations.get(&id).is_some_and(is_told) {
        state.account.unreported_arrivals.insert(id);
    }
}

/// Tells what arrived, one conversation after the other: in a flood the next time tells of all that came meanwhile. What was
/// read need not be told to have arrived.
pub(crate) fn tell_arrived(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.link.is_live() || state.pending.count(|asked| matches!(asked, Purpose::Delivered(_))) > 0 {
        return;
    }
    while let Some(id) = state.account.unreported_arrivals.pop_first() {
        let Some(conversation) = state.account.conversations.get_mut(&id) else { continue };
        let told = conversation.server_delivered_seq.max(conversation.read_seq);
        if conversation.last_seq > told {
            conversation.server_delivered_seq = conversation.last_seq;
            let request = MarkDelivered { conversation: id, seq: conversation.last_seq };
            return ask(state, Purpose::Delivered(id), Request::MarkDelivered(request), effects);
        }
    }
}

/// Whether the members of a conversation are told how far the others are.
fn is_told(conversation: &Conversation) -> bool {
    match &conversation.kind {
        ConversationKind::Direct { .. } => true,
        ConversationKind::Group { members, .. } => usize::try_from(*members).is_ok_and(|members| members <= MAX_RECEIPT_MEMBERS),
        ConversationKind::Unknown => false,
    }
}
