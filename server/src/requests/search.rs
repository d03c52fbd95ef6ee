//! Message search.

use papo_shared::model::search::Query;
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{Refusal, Reply, SearchHit, SearchHits, SearchMessages};

use super::{Caller, RequestResult, Services, pages};
use crate::domain::{self, FoundMessages, MessageSearch, rules};

/// Searches the messages visible to the caller.
///
/// # Errors
/// `QueryInvalid`, `NotAMember`.
pub(crate) async fn search_messages(services: &Services, caller: &Caller, ask: &SearchMessages) -> RequestResult {
    let query = Query::parse(&ask.query, ask.utc_offset_s.unwrap_or(0)).map_err(|problem| Refusal::QueryInvalid { problem })?;
    let rows = domain::page_rows(ask.limit);
    let (conversation, before) = (ask.conversation, ask.before);
    let search = MessageSearch { query, conversation, before, limit: rows + 1, enough_bytes: MAX_LINE_BYTES };
    let FoundMessages { hits, next } = rules::require_member(services.store.search(caller.who.id, &search).await?)?;
    let places: Vec<u64> = hits.iter().map(|hit| hit.place).collect();
    let hits = hits.into_iter().map(|hit| SearchHit { conversation: hit.conversation, entry: hit.entry }).collect();
    let (hits, cut) = pages::truncate_page(hits, rows);
    // If rows were cut, the next page starts after the last row kept.
    let last_kept = hits.len().checked_sub(1).and_then(|last| places.get(last)).copied();
    Ok(Reply::SearchHits(SearchHits { next: if cut { last_kept } else { next }, hits }))
}
