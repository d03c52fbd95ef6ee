//! Message search, from the newest message back, through the index where possible.
//!
//! The index lags slightly behind; messages that are not indexed yet are read directly, so that results are always complete.
//! Candidates from the index are checked against the text. A search does a bounded amount of work and returns the position to
//! continue from.

mod index;
mod order;
#[cfg(test)]
mod tests;

use papo_shared::model::{ConversationId, EntryKind};
use rusqlite::{Connection, Params};

use super::read::entries;
use super::read::visible_range::visible_range;
use crate::domain::{AccountId, FoundMessage, FoundMessages, MessageSearch, matches_query};
use crate::store::columns;
pub(super) use index::{add_next, delete_placeholder, indexed, insert_placeholder, merge, prepare, text_changed};
pub(super) use order::{BatchMessages, newest};

/// Maximum number of positions one search goes back. It bounds an index scan without matches.
const MAX_SPAN: i64 = 1 << 20;

/// Work limit of one search, in permission checks; about 20 ms on a small machine.
const MAX_WORK: usize = 20_000;

/// Cost of reading a message and checking its text, in permission checks.
const READ_COST: usize = 10;

/// Work after which the query with a truncated prefix is abandoned if it found too little: the full prefix is then rare, and the
/// exact query is fast.
const WIDE_QUERY_TRIAL: usize = 24 * READ_COST;

/// The query with a truncated prefix is continued if at least one in this many candidates matches.
const MAX_CANDIDATES_PER_HIT: usize = 4;

/// Accounts with at most this many conversations restrict the index query to them, which helps accounts that see little.
const FEW_CONVERSATIONS: usize = 64;

/// Accounts that see at least one in this many entries search without restricting the index query to their conversations.
const LARGE_SHARE: i64 = 4;

/// SQL condition for the account `?1` to be allowed to see the message at a position.
const MAY_SEE: &str = "EXISTS (
    SELECT 1 FROM membership own
    WHERE own.account = ?1 AND own.conversation = message_order.entry >> 32 AND own.to_seq IS NULL
      AND own.from_seq <= message_order.entry & 4294967295)";

/// Matching messages that the account may see; `None` if it is not a member of the conversation the search is restricted to.
pub(super) fn search(
    connection: &Connection,
    account: AccountId,
    search: &MessageSearch,
) -> rusqlite::Result<Option<FoundMessages>> {
    let Some(scope) = scope(connection, account, search)? else { return Ok(None) };
    if matches!(scope, Scope::These(ref conversations) if conversations.is_empty()) {
        return Ok(Some(FoundMessages::default()));
    }
    let (first, last) = order::places(connection, &search.query)?;
    let before = search.before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
    let last = last.min(before.saturating_sub(1)).min(order::newest(connection)?);
    let lowest = first.max(last.saturating_sub(MAX_SPAN));
    let mut walk = Walk { connection, account, search, scope: &scope, work: 0, bytes: 0, found: FoundMessages::default() };
    let these = match &scope {
        Scope::These(conversations) => Some(&conversations[..]),
        Scope::Everywhere => None,
    };
    let index_query = index::index_query(&search.query, these);
    // If the index cannot answer any condition, all messages are read.
    let indexed = if index_query.is_some() { index::indexed(connection)? } else { 0 };
    let mut ended = walk.read((lowest.max(indexed + 1), last))?;
    if ended == Ended::Exhausted
        && let Some(index_query) = index_query
    {
        let places = (lowest, last.min(indexed));
        ended = match index::wide_index_query(&search.query, these) {
            Some(wide) => match walk.try_wide_query(&wide, places)? {
                Ended::TooFewHits => walk.query_index(&index_query, places)?,
                ended => ended,
            },
            None => walk.query_index(&index_query, places)?,
        };
    }
    let mut found = walk.found;
    if ended == Ended::Exhausted {
        found.next = (lowest > first).then_some(lowest.cast_unsigned());
    }
    Ok(Some(found))
}

/// The conversations that a search covers.
enum Scope {
    /// The listed conversations only; may be empty.
    These(Vec<ConversationId>),
    /// All conversations of the account.
    Everywhere,
}

/// The scope of a search; `None` if the account is not a member of the conversation the search is restricted to.
fn scope(connection: &Connection, account: AccountId, search: &MessageSearch) -> rusqlite::Result<Option<Scope>> {
    if let Some(id) = search.conversation
        && visible_range(connection, account, id)?.is_none()
    {
        return Ok(None);
    }
    if !search.query.conversations.is_empty() {
        let mut named = named_conversations(connection, account, search)?;
        named.retain(|id| search.conversation.is_none_or(|only| only == *id));
        return Ok(Some(Scope::These(named)));
    }
    if let Some(id) = search.conversation {
        return Ok(Some(Scope::These(vec![id])));
    }
    default_scope(connection, account).map(Some)
}

/// The conversations of this account that match the `in:` filters.
fn named_conversations(
    connection: &Connection,
    account: AccountId,
    search: &MessageSearch,
) -> rusqlite::Result<Vec<ConversationId>> {
    let mut own = connection.prepare_cached(
        "SELECT own.conversation, conversation.name, peer.username
         FROM membership own
         JOIN conversation ON conversation.id = own.conversation
         LEFT JOIN account peer ON peer.id = CASE WHEN conversation.low = ?1 THEN conversation.high ELSE conversation.low END
         WHERE own.account = ?1 AND own.to_seq IS NULL",
    )?;
    let mut rows = own.query([account.0])?;
    let mut named = Vec::new();
    while let Some(row) = rows.next()? {
        let (group, peer): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
        let name = group.as_deref().or(peer.as_deref()).unwrap_or_default();
        if search.query.conversations.iter().any(|filter| filter.matches(name, group.is_some())) {
            named.push(ConversationId(row.get(0)?));
        }
    }
    Ok(named)
}

/// The account's conversations if they are few and contain a small share of all entries; otherwise no restriction.
fn default_scope(connection: &Connection, account: AccountId) -> rusqlite::Result<Scope> {
    let mut own = connection.prepare_cached(
        "SELECT own.conversation, conversation.last_seq - own.from_seq + 1
         FROM membership own JOIN conversation ON conversation.id = own.conversation
         WHERE own.account = ?1 AND own.to_seq IS NULL LIMIT ?2",
    )?;
    let own: Vec<(ConversationId, i64)> = own
        .query_map((account.0, FEW_CONVERSATIONS + 1), |row| Ok((ConversationId(row.get(0)?), row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let seen: i64 = own.iter().map(|(_, entries)| entries).sum();
    if own.len() > FEW_CONVERSATIONS || seen > order::newest(connection)? / LARGE_SHARE {
        return Ok(Scope::Everywhere);
    }
    Ok(Scope::These(own.into_iter().map(|(id, _)| id).collect()))
}

/// A search in progress.
struct Walk<'a> {
    connection: &'a Connection,
    account: AccountId,
    search: &'a MessageSearch,
    scope: &'a Scope,
    work: usize,
    bytes: usize,
    found: FoundMessages,
}

/// How a walk ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// There are no further candidates.
    Exhausted,
    /// The limit of hits, bytes or work was reached; `next` is set.
    LimitReached,
    /// A trial found too few hits for its work.
    TooFewHits,
}

impl Walk<'_> {
    /// Reads the messages at these positions, from the last one back.
    fn read(&mut self, (first, last): (i64, i64)) -> rusqlite::Result<Ended> {
        let sql = format!("SELECT place, entry, {MAY_SEE} FROM message_order WHERE place BETWEEN ?2 AND ?3 ORDER BY place DESC");
        self.run(&sql, (self.account.0, first, last), false)
    }

    /// Checks the candidates of the index at these positions, from the last one back.
    fn query_index(&mut self, index_query: &str, places: (i64, i64)) -> rusqlite::Result<Ended> {
        self.check_candidates(index_query, places, false)
    }

    /// Like [`Self::query_index`], for a query with a truncated prefix.
    /// Its hits are discarded if it ends with [`Ended::TooFewHits`].
    fn try_wide_query(&mut self, wide_query: &str, places: (i64, i64)) -> rusqlite::Result<Ended> {
        let (hits, bytes) = (self.found.hits.len(), self.bytes);
        let ended = self.check_candidates(wide_query, places, true)?;
        if ended == Ended::TooFewHits {
            self.found.hits.truncate(hits);
            self.bytes = bytes;
        }
        Ok(ended)
    }

    fn check_candidates(&mut self, index_query: &str, (first, last): (i64, i64), may_give_up: bool) -> rusqlite::Result<Ended> {
        let sql = format!(
            "SELECT message_order.place, message_order.entry, {MAY_SEE}
             FROM message_text CROSS JOIN message_order ON message_order.place = message_text.rowid
             WHERE message_text MATCH ?4 AND message_text.rowid BETWEEN ?2 AND ?3 ORDER BY message_text.rowid DESC"
        );
        self.run(&sql, (self.account.0, first, last, index_query), may_give_up)
    }

    /// Checks the rows of a statement: position, entry id, and whether the account may see it.
    fn run(&mut self, candidates: &str, params: impl Params, may_give_up: bool) -> rusqlite::Result<Ended> {
        let (work, hits) = (self.work, self.found.hits.len());
        let mut candidates = self.connection.prepare_cached(candidates)?;
        let mut rows = candidates.query(params)?;
        while let Some(row) = rows.next()? {
            let (place, entry): (i64, i64) = (row.get(0)?, row.get(1)?);
            self.work += 1;
            if row.get(2)? && self.is_in_scope(entry) && order::in_date_range(self.connection, &self.search.query, entry)? {
                self.check_entry(place, entry)?;
            }
            if self.is_enough() {
                self.found.next = Some(place.cast_unsigned());
                return Ok(Ended::LimitReached);
            }
            let (worked, found) = (self.work - work, self.found.hits.len() - hits);
            if may_give_up && worked >= WIDE_QUERY_TRIAL && found * MAX_CANDIDATES_PER_HIT * READ_COST < worked {
                return Ok(Ended::TooFewHits);
            }
        }
        Ok(Ended::Exhausted)
    }

    fn is_in_scope(&self, entry: i64) -> bool {
        match self.scope {
            Scope::These(conversations) => conversations.contains(&columns::conversation_of(entry)),
            Scope::Everywhere => true,
        }
    }

    fn check_entry(&mut self, place: i64, entry: i64) -> rusqlite::Result<()> {
        self.work += READ_COST;
        let (conversation, seq) = (columns::conversation_of(entry), columns::seq_of(entry));
        let Some(entry) = entries::one(self.connection, self.account, conversation, seq)?
            .filter(|entry| matches_query(&self.search.query, entry))
        else {
            return Ok(());
        };
        if let EntryKind::Message(message) = &entry.kind {
            self.bytes += message.text.as_str().len();
        }
        self.found.hits.push(FoundMessage { position: place.cast_unsigned(), conversation, entry });
        Ok(())
    }

    fn is_enough(&self) -> bool {
        self.found.hits.len() >= self.search.limit || self.work >= MAX_WORK || self.bytes > self.search.enough_bytes
    }
}
