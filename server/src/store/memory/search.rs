//! Message search by examining all messages, newest first.

use papo_shared::model::search::ConversationFilter;
use papo_shared::model::{ConversationId, Entry, Seq};

use super::state::{Log, State};
use crate::domain::{AccountId, ConversationShape, FoundMessage, FoundMessages, MessageSearch, matches_query, rules};

pub(super) fn search(state: &State, account: AccountId, search: &MessageSearch) -> Option<FoundMessages> {
    if search.conversation.is_some_and(|id| state.conversation_of(account, id).is_none()) {
        return None;
    }
    let mut found = FoundMessages::default();
    for (place, (conversation, seq)) in (1_u64..).zip(&state.message_order).collect::<Vec<_>>().into_iter().rev() {
        let is_in_scope = search.before.is_none_or(|before| place < before)
            && search.conversation.is_none_or(|only| only == *conversation)
            && matches_filters(state, account, *conversation, &search.query.conversations);
        let entry =
            visible(state, account, *conversation, *seq).filter(|entry| is_in_scope && matches_query(&search.query, entry));
        let Some(entry) = entry else { continue };
        let entry =
            state.conversation_of(account, *conversation).map_or_else(|| entry.clone(), |log| log.as_seen_by(entry, account));
        found.hits.push(FoundMessage { position: place, conversation: *conversation, entry });
        if found.hits.len() >= search.limit {
            found.next = Some(place);
            break;
        }
    }
    Some(found)
}

/// The entry, if this account may see it.
fn visible(state: &State, account: AccountId, id: ConversationId, seq: Seq) -> Option<&Entry> {
    let log: &Log = state.conversation_of(account, id)?;
    let member = log.member(account)?;
    log.entries.iter().find(|entry| entry.seq == seq).filter(|entry| rules::may_see(member.first, entry.seq))
}

/// Whether the query's `in:` filters match a conversation of this account; without filters, all match.
fn matches_filters(state: &State, account: AccountId, id: ConversationId, filters: &[ConversationFilter]) -> bool {
    let shape = state.conversation_of(account, id).and_then(|log| state.conversation(account, id, log)).map(|found| found.shape);
    filters.is_empty()
        || match shape {
            Some(ConversationShape::Group { name, .. }) => filters.iter().any(|filter| filter.matches(name.as_str(), true)),
            Some(ConversationShape::Direct { peer }) => {
                filters.iter().any(|filter| filter.matches(peer.username.as_str(), false))
            }
            None => false,
        }
}
