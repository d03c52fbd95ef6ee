//! Message search by examining all messages, newest first.

use papo_shared::model::search::Place;
use papo_shared::model::{ConversationId, Entry, Seq};

use super::state::{Log, State};
use crate::domain::{AccountId, ConversationShape, FoundMessage, FoundMessages, MessageSearch, matches_query, rules};

pub(super) fn search(state: &State, account: AccountId, search: &MessageSearch) -> Option<FoundMessages> {
    if search.conversation.is_some_and(|id| state.conversation_of(account, id).is_none()) {
        return None;
    }
    let mut found = FoundMessages::default();
    for (place, (conversation, seq)) in (1_u64..).zip(&state.said).collect::<Vec<_>>().into_iter().rev() {
        let is_asked_for = search.before.is_none_or(|before| place < before)
            && search.conversation.is_none_or(|only| only == *conversation)
            && is_named(state, account, *conversation, &search.query.places);
        let entry =
            visible(state, account, *conversation, *seq).filter(|entry| is_asked_for && matches_query(&search.query, entry));
        let Some(entry) = entry else { continue };
        let entry =
            state.conversation_of(account, *conversation).map_or_else(|| entry.clone(), |log| log.as_seen_by(entry, account));
        found.hits.push(FoundMessage { place, conversation: *conversation, entry });
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
fn is_named(state: &State, account: AccountId, id: ConversationId, places: &[Place]) -> bool {
    let shape = state.conversation_of(account, id).and_then(|log| state.conversation(account, id, log)).map(|found| found.shape);
    places.is_empty()
        || match shape {
            Some(ConversationShape::Group { name, .. }) => places.iter().any(|place| place.is_named(name.as_str(), true)),
            Some(ConversationShape::Direct { peer }) => places.iter().any(|place| place.is_named(peer.username.as_str(), false)),
            None => false,
        }
}
