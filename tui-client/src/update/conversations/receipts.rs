//! Receipts: how far other members have received and read, and reporting deliveries here to the server.

use papo_shared::model::limits::MAX_RECEIPT_MEMBERS;
use papo_shared::model::{ConversationId, ConversationKind, Username};
use papo_shared::protocol::{ListReceipts, MarkDelivered, Receipt, Request};

use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::conversation::Conversation;
use crate::update::requests::send_request;

/// Requests the receipts of the open conversation, if it has receipts and they were not requested before.
pub(crate) fn request_for_open(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.link.is_live() {
        return;
    }
    let Some(open) = state.open_conversation_mut().filter(|open| has_receipts(open) && !open.receipts.is_requested) else {
        return;
    };
    open.receipts.is_requested = true;
    let id = open.id;
    request_page(state, id, None, effects);
}

/// Requests a page of receipts, which starts after the member `after`.
pub(crate) fn request_page(state: &mut State, id: ConversationId, after: Option<Username>, effects: &mut Vec<Effect>) {
    send_request(
        state,
        Purpose::Receipts(id),
        Request::ListReceipts(ListReceipts { conversation: id, after, limit: None }),
        effects,
    );
}

/// Takes receipts. The user's own may be among them and are ignored.
pub(crate) fn learn(state: &mut State, id: ConversationId, receipts: Vec<Receipt>) {
    let me = state.me().cloned();
    if let Some(conversation) = state.account.conversations.get_mut(&id) {
        for receipt in receipts.into_iter().filter(|receipt| Some(&receipt.username) != me.as_ref()) {
            conversation.receipts.learn(receipt);
        }
    }
}

/// Records that entries arrived in a conversation, so that the delivery is reported.
pub(crate) fn note_delivery(state: &mut State, id: ConversationId) {
    if state.account.conversations.get(&id).is_some_and(has_receipts) {
        state.account.unreported_arrivals.insert(id);
    }
}

/// Reports deliveries, one conversation at a time: under a flood of messages, the next report covers all that arrived
/// meanwhile. Entries that were read need no delivery report.
pub(crate) fn send_delivered(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.link.is_live() || state.pending.count(|asked| matches!(asked, Purpose::Delivered(_))) > 0 {
        return;
    }
    while let Some(id) = state.account.unreported_arrivals.pop_first() {
        let Some(conversation) = state.account.conversations.get_mut(&id) else { continue };
        let reported_seq = conversation.server_delivered_seq.max(conversation.read_seq);
        if conversation.last_seq > reported_seq {
            conversation.server_delivered_seq = conversation.last_seq;
            let request = MarkDelivered { conversation: id, seq: conversation.last_seq };
            return send_request(state, Purpose::Delivered(id), Request::MarkDelivered(request), effects);
        }
    }
}

/// Whether the server reports receipts to the members of this conversation: not in groups above [`MAX_RECEIPT_MEMBERS`].
fn has_receipts(conversation: &Conversation) -> bool {
    match &conversation.kind {
        ConversationKind::Direct { .. } => true,
        ConversationKind::Group { members, .. } => usize::try_from(*members).is_ok_and(|members| members <= MAX_RECEIPT_MEMBERS),
        ConversationKind::Unknown => false,
    }
}
