//! Message search.

use papo_shared::model::search::Query;
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{Refusal, Reply, SearchHit, SearchHits, SearchMessages};

use super::pages::PageSize;
use super::{AccountLimit, AccountRequest, Caller, RequestResult, Services};
use crate::domain::{FoundMessages, MessageSearch, rules};

/// Searches the messages visible to the caller. Refusals: `QueryInvalid`, `NotAMember`.
impl AccountRequest for SearchMessages {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Searches);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let query = Query::parse(&self.query, self.utc_offset_s.unwrap_or(0));
        let query = query.map_err(|problem| Refusal::QueryInvalid { problem })?;
        let size = PageSize::of(self.limit);
        let (conversation, before, limit) = (self.conversation, self.before, size.rows_to_load());
        let search = MessageSearch { query, conversation, before, limit, enough_bytes: MAX_LINE_BYTES };
        let FoundMessages { hits, next } = rules::require_member(services.store.search(caller.who.id, &search).await?)?;
        let rows = hits.into_iter().map(|hit| (hit.position, SearchHit { conversation: hit.conversation, entry: hit.entry }));
        let (rows, last_kept) = size.truncate(rows.collect(), |(position, _)| *position);
        let hits = rows.into_iter().map(|(_, hit)| hit).collect();
        // If rows were cut, the next page starts after the last row kept.
        Ok(Reply::SearchHits(SearchHits { next: last_kept.or(next), hits }))
    }
}
