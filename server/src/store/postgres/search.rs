//! Message search, from the newest message back, through the index where possible.
//!
//! The index contains the words by which [`message_words`](crate::store::message_words) finds a message, and candidates are checked
//! against the text. So the results are those of the other backends.
//!
//! Positions come from a sequence. They are unique and never change, but transactions that run at the same time may commit in another
//! order than that of their positions. A search that continues before a position therefore finds everything that was
//! committed before its first page was read; what is committed meanwhile may be missing, whatever its position.

use papo_shared::model::search::{FOLDING, Query};
use papo_shared::model::{ConversationId, EntryKind, Timestamp};
use tokio_postgres::Row;

use super::fault::Fault;
use super::query::{Connection, all, execute, map, one};
use super::read::entries;
use super::read::visible_range::visible_range;
use super::rows::{conversation_id, get, limit};
use crate::domain::{AccountId, FoundMessage, FoundMessages, MessageSearch, matches_query};
use crate::store::columns;
use crate::store::message_words::{RequiredWord, document, required_words};

/// Maximum number of positions one search goes back. It bounds a scan without matches.
const MAX_SPAN: i64 = 1 << 20;

/// Candidates that are read at once, and at most by one search.
const CANDIDATES: usize = 256;
const MAX_CANDIDATES: usize = 2048;

/// Longest word in the index, in bytes, a little less than PostgreSQL permits. Longer ones are indexed by their beginning.
const MAX_WORD_BYTES: usize = 2000;

/// Messages whose words are folded again at once.
const REFOLDED_AT_ONCE: usize = 500;

/// The words by which a message is found, separated by spaces, as the index stores them.
pub(crate) fn lexemes(conversation: ConversationId, author: &str, text: &str) -> String {
    let document = document(conversation, author, text);
    let words: Vec<&str> = document.split(' ').filter(|word| !word.is_empty()).map(shortened).collect();
    words.join(" ")
}

fn shortened(word: &str) -> &str {
    &word[..word.floor_char_boundary(MAX_WORD_BYTES)]
}

/// Matching messages that the account may see; `None` if it is not a member of the conversation the search is restricted to.
pub(super) async fn search(
    connection: &Connection,
    account: AccountId,
    search: &MessageSearch,
) -> Result<Option<FoundMessages>, Fault> {
    let Some(scope) = scope(connection, account, search).await? else { return Ok(None) };
    if scope.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Some(FoundMessages::default()));
    }
    let newest = one(connection, "SELECT max(place) FROM entry WHERE place IS NOT NULL", &[]).await?;
    let newest = newest.map_or(Ok(None), |row| get::<Option<i64>>(&row, 0))?.unwrap_or(0);
    let before = search.before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
    let mut walk = Walk { connection, account, search, scope, bytes: 0, found: FoundMessages::default() };
    walk.run(newest.min(before.saturating_sub(1))).await?;
    Ok(Some(walk.found))
}

/// The conversations that a search covers, or `Some(None)` for all of the account. `None` if the account is not a member of the
/// conversation that the search is restricted to.
async fn scope(
    connection: &Connection,
    account: AccountId,
    search: &MessageSearch,
) -> Result<Option<Option<Vec<ConversationId>>>, Fault> {
    if let Some(id) = search.conversation
        && visible_range(connection, account, id).await?.is_none()
    {
        return Ok(None);
    }
    if search.query.conversations.is_empty() {
        return Ok(Some(search.conversation.map(|id| vec![id])));
    }
    let sql = "SELECT own.conversation, conversation.name, peer.username
               FROM membership own
               JOIN conversation ON conversation.id = own.conversation
               LEFT JOIN account peer ON peer.id = CASE WHEN conversation.low = $1 THEN conversation.high ELSE conversation.low END
               WHERE own.account = $1 AND own.to_seq IS NULL";
    let own = map(connection, sql, &[&i64::from(account.0)], |row| {
        let (group, peer): (Option<String>, Option<String>) = (get(row, 1)?, get(row, 2)?);
        let name = group.as_deref().or(peer.as_deref()).unwrap_or_default();
        let is_named = search.query.conversations.iter().any(|filter| filter.matches(name, group.is_some()));
        Ok((conversation_id(row, 0)?, is_named))
    })
    .await?;
    let named = own.into_iter().filter(|(_, is_named)| *is_named).map(|(id, _)| id);
    Ok(Some(Some(named.filter(|id| search.conversation.is_none_or(|only| only == *id)).collect())))
}

/// A search in progress.
struct Walk<'a> {
    connection: &'a Connection,
    account: AccountId,
    search: &'a MessageSearch,
    scope: Option<Vec<ConversationId>>,
    bytes: usize,
    found: FoundMessages,
}

impl Walk<'_> {
    /// Checks the candidates up to this position, from the last one back, until it is enough.
    async fn run(&mut self, last: i64) -> Result<(), Fault> {
        let lowest = last.saturating_sub(MAX_SPAN).max(0);
        let (mut last, mut checked) = (last, 0);
        loop {
            let candidates = self.candidates(lowest, last).await?;
            let ids = candidates.iter().map(|(_, id)| *id).collect();
            let mut entries = entries::by_ids(self.connection, self.account, &ids).await?;
            for (place, id) in &candidates {
                last = place - 1;
                checked += 1;
                if let Some(entry) = entries.remove(id).filter(|entry| matches_query(&self.search.query, entry)) {
                    if let EntryKind::Message(message) = &entry.kind {
                        self.bytes += message.text.as_str().len();
                    }
                    let (position, conversation) = (place.cast_unsigned(), columns::conversation_of(*id));
                    self.found.hits.push(FoundMessage { position, conversation, entry });
                }
                let is_enough = self.found.hits.len() >= self.search.limit || self.bytes > self.search.enough_bytes;
                if is_enough || checked >= MAX_CANDIDATES {
                    self.found.next = Some(place.cast_unsigned());
                    return Ok(());
                }
            }
            if candidates.len() < CANDIDATES {
                // Positions after the lowest one are done.
                self.found.next = (lowest > 0).then_some(lowest.cast_unsigned() + 1);
                return Ok(());
            }
        }
    }

    /// Positions and ids of messages that the account may see and that have the words of the query, from the last one back.
    async fn candidates(&self, lowest: i64, last: i64) -> Result<Vec<(i64, i64)>, Fault> {
        let Query { since, until, .. } = &self.search.query;
        let sql = "SELECT place, id FROM entry
                   WHERE place > $2 AND place <= $3 AND body IS NOT NULL
                       AND ($4::text IS NULL OR words @@ $4::text::tsquery) AND at >= $5 AND at < $6
                       AND ($7::bigint[] IS NULL OR id >> 32 = ANY ($7))
                       AND EXISTS (SELECT 1 FROM membership own WHERE own.account = $1 AND own.conversation = entry.id >> 32
                               AND own.to_seq IS NULL AND own.from_seq <= entry.id & 4294967295)
                   ORDER BY place DESC LIMIT $8";
        let words = index_query(&self.search.query, self.scope.as_deref());
        let (since, until) = (since.map_or(i64::MIN, |Timestamp(at)| at), until.map_or(i64::MAX, |Timestamp(at)| at));
        let scope: Option<Vec<i64>> = self.scope.as_ref().map(|scope| scope.iter().map(|id| id.0.into()).collect());
        let account = i64::from(self.account.0);
        let read = |row: &Row| Ok((get(row, 0)?, get(row, 1)?));
        map(self.connection, sql, &[&account, &lowest, &last, &words, &since, &until, &scope, &limit(CANDIDATES)], read).await
    }
}

/// The index query for a search in these conversations, or in all if `None`. Returns `None` if the search has no condition that
/// the index can answer. All words are quoted, so that user input is never parsed as query syntax.
fn index_query(query: &Query, conversations: Option<&[ConversationId]>) -> Option<String> {
    let required = required_words(query, conversations);
    let any = |words: &Vec<RequiredWord>| format!("({})", words.iter().map(quoted).collect::<Vec<_>>().join(" | "));
    (!required.is_empty()).then(|| required.iter().map(any).collect::<Vec<_>>().join(" & "))
}

fn quoted(word: &RequiredWord) -> String {
    let text = shortened(&word.text);
    let is_prefix = word.is_prefix || text.len() < word.text.len();
    format!("{}{}", quoted_lexeme(text), if is_prefix { ":*" } else { "" })
}

/// A word as written in the text form of words and of index queries.
pub(super) fn quoted_lexeme(word: &str) -> String {
    format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"))
}

/// Folds the words of all messages again, after the folding has changed.
pub(super) async fn refold(connection: &Connection) -> Result<(), Fault> {
    let sql = "SELECT entry.id, author.username, entry.body FROM entry JOIN account author ON author.id = entry.author
               WHERE entry.id > $1 AND entry.kind = 1 AND entry.body IS NOT NULL ORDER BY entry.id LIMIT $2";
    let mut after = 0_i64;
    loop {
        let messages = all(connection, sql, &[&after, &limit(REFOLDED_AT_ONCE)]).await?;
        let (mut ids, mut words) = (Vec::new(), Vec::new());
        for row in &messages {
            after = get(row, 0)?;
            ids.push(after);
            words.push(lexemes(columns::conversation_of(after), get(row, 1)?, get(row, 2)?));
        }
        let update = "UPDATE entry SET words = array_to_tsvector(string_to_array(folded, ' '))
                      FROM unnest($1::bigint[], $2::text[]) AS message (of, folded) WHERE entry.id = message.of";
        execute(connection, update, &[&ids, &words]).await?;
        if messages.len() < REFOLDED_AT_ONCE {
            return execute(connection, "UPDATE server SET folding = $1", &[&i64::from(FOLDING)]).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::ConversationId;

    use super::{RequiredWord, lexemes, quoted};

    #[test]
    fn words_are_quoted() {
        let word = |text: &str, is_prefix| quoted(&RequiredWord { text: text.to_owned(), is_prefix });
        assert_eq!(word("it's", false), "'it''s'");
        assert_eq!(word(r"a\b", true), r"'a\\b':*");
        assert_eq!(word(&"x".repeat(3000), false), format!("'{}':*", "x".repeat(2000)));
    }

    #[test]
    fn a_long_word_is_indexed_by_its_beginning() {
        let indexed = lexemes(ConversationId(1), "ana", &format!("é{}", "é".repeat(2000)));
        assert!(indexed.split(' ').all(|word| !word.is_empty() && word.len() <= 2000));
    }
}
