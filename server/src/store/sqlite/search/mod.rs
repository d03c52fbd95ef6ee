//! Searching for messages: back through the order in which they were stored, by the index as far as it goes.
//!
//! The index follows a moment behind, and the answer does not: what is not in it yet is read. What the index proposes is
//! looked at as well, so that nothing is found that is not in the text. One search does a bounded amount of work, and says
//! where to go on.

mod index;
mod order;
#[cfg(test)]
mod tests;

use papo_shared::model::{ConversationId, EntryKind};
use rusqlite::{Connection, Params};

use super::visible_range::visible_range;
use super::{read_entries, rows};
use crate::domain::{AccountId, FoundMessage, FoundMessages, MessageSearch, matches_query};
pub(super) use index::{add_next, indexed, prepare, text_changed};
pub(super) use order::{Said, newest};

/// Places that one search goes back at most: what bounds a walk through the index that finds nothing.
const MAX_SPAN: i64 = 1 << 20;

/// Work of one search, where looking whether somebody may see a message counts one. About 20 ms on a small machine.
const MAX_WORK: usize = 20_000;

/// What reading a message and looking into its text counts.
const READING: usize = 10;

/// Work after which the quick way to what begins with many letters is given up where it found little: such words are rare among
/// what begins alike, and for rare words the other way is quick.
const WORK_OF_TRYING: usize = 24 * READING;

/// The quick way is worth it where this part of what is looked at is wanted: a fourth.
const WORTH_IT: usize = 4;

/// With so many conversations or fewer, the index is asked for what is in them: for who sees little of much.
const FEW_CONVERSATIONS: usize = 64;

/// Who sees this part of everything or more is shown through without asking for their conversations: a fourth.
const LARGE_PART: i64 = 4;

/// Whether the message at a place is one that the account, `?1`, may see.
const MAY_SEE: &str = "EXISTS (
    SELECT 1 FROM membership own
    WHERE own.account = ?1 AND own.conversation = message_order.entry >> 32 AND own.to_seq IS NULL
      AND own.from_seq <= message_order.entry & 4294967295)";

/// Messages that this account may see; none where it is no member of the conversation that is asked for.
pub(super) fn search(
    connection: &Connection,
    account: AccountId,
    ask: &MessageSearch,
) -> rusqlite::Result<Option<FoundMessages>> {
    let Some(within) = within(connection, account, ask)? else { return Ok(None) };
    if matches!(within, Within::These(ref conversations) if conversations.is_empty()) {
        return Ok(Some(FoundMessages::default()));
    }
    let (first, last) = order::places(connection, &ask.query)?;
    let before = ask.before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
    let last = last.min(before.saturating_sub(1)).min(order::newest(connection)?);
    let lowest = first.max(last.saturating_sub(MAX_SPAN));
    let mut walk = Walk { connection, account, ask, within: &within, work: 0, bytes: 0, found: FoundMessages::default() };
    let these = match &within {
        Within::These(conversations) => Some(&conversations[..]),
        Within::Everywhere => None,
    };
    let question = index::question(&ask.query, these);
    // Where the index has no word to be asked for, everything is read.
    let indexed = if question.is_some() { index::indexed(connection)? } else { 0 };
    let mut ended = walk.read((lowest.max(indexed + 1), last))?;
    if ended == Ended::AtTheEnd
        && let Some(question) = question
    {
        let places = (lowest, last.min(indexed));
        ended = match index::wide_question(&ask.query, these) {
            Some(wide) => match walk.try_index(&wide, places)? {
                Ended::WithoutMuch => walk.ask_index(&question, places)?,
                ended => ended,
            },
            None => walk.ask_index(&question, places)?,
        };
    }
    let mut found = walk.found;
    if ended == Ended::AtTheEnd {
        found.next = (lowest > first).then_some(lowest.cast_unsigned());
    }
    Ok(Some(found))
}

/// Where a search looks.
enum Within {
    /// In these.
    These(Vec<ConversationId>),
    /// In everything that the account may see.
    Everywhere,
}

/// Where this search looks; none where the account is no member of the conversation that is asked for.
fn within(connection: &Connection, account: AccountId, ask: &MessageSearch) -> rusqlite::Result<Option<Within>> {
    if let Some(id) = ask.conversation
        && visible_range(connection, account, id)?.is_none()
    {
        return Ok(None);
    }
    if !ask.query.places.is_empty() {
        let mut mentioned_conversations = mentioned_conversations(connection, account, ask)?;
        mentioned_conversations.retain(|id| ask.conversation.is_none_or(|only| only == *id));
        return Ok(Some(Within::These(mentioned_conversations)));
    }
    if let Some(id) = ask.conversation {
        return Ok(Some(Within::These(vec![id])));
    }
    few(connection, account).map(Some)
}

/// The conversations of this account that the query names.
fn mentioned_conversations(
    connection: &Connection,
    account: AccountId,
    ask: &MessageSearch,
) -> rusqlite::Result<Vec<ConversationId>> {
    let mut own = connection.prepare_cached(
        "SELECT own.conversation, conversation.name, peer.username
         FROM membership own
         JOIN conversation ON conversation.id = own.conversation
         LEFT JOIN account peer ON peer.id = CASE WHEN conversation.low = ?1 THEN conversation.high ELSE conversation.low END
         WHERE own.account = ?1 AND own.to_seq IS NULL",
    )?;
    let mut rows = own.query([account.0])?;
    let mut mentioned_conversations = Vec::new();
    while let Some(row) = rows.next()? {
        let (group, peer): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
        let name = group.as_deref().or(peer.as_deref()).unwrap_or_default();
        if ask.query.places.iter().any(|place| place.is_named(name, group.is_some())) {
            mentioned_conversations.push(ConversationId(row.get(0)?));
        }
    }
    Ok(mentioned_conversations)
}

/// The account's conversations, where they are few and hold a small part of everything.
fn few(connection: &Connection, account: AccountId) -> rusqlite::Result<Within> {
    let mut own = connection.prepare_cached(
        "SELECT own.conversation, conversation.last_seq - own.from_seq + 1
         FROM membership own JOIN conversation ON conversation.id = own.conversation
         WHERE own.account = ?1 AND own.to_seq IS NULL LIMIT ?2",
    )?;
    let own: Vec<(ConversationId, i64)> = own
        .query_map((account.0, FEW_CONVERSATIONS + 1), |row| Ok((ConversationId(row.get(0)?), row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let seen: i64 = own.iter().map(|(_, entries)| entries).sum();
    if own.len() > FEW_CONVERSATIONS || seen > order::newest(connection)? / LARGE_PART {
        return Ok(Within::Everywhere);
    }
    Ok(Within::These(own.into_iter().map(|(id, _)| id).collect()))
}

/// One search on its way back.
struct Walk<'a> {
    connection: &'a Connection,
    account: AccountId,
    ask: &'a MessageSearch,
    within: &'a Within,
    work: usize,
    bytes: usize,
    found: FoundMessages,
}

/// How a walk ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// There is nothing more.
    AtTheEnd,
    /// With as much as is wanted, or as may be done: `next` is set.
    WithEnough,
    /// With little for the work of it.
    WithoutMuch,
}

impl Walk<'_> {
    /// Reads what was said at these places, from the last on.
    fn read(&mut self, (first, last): (i64, i64)) -> rusqlite::Result<Ended> {
        let sql = format!("SELECT place, entry, {MAY_SEE} FROM message_order WHERE place BETWEEN ?2 AND ?3 ORDER BY place DESC");
        self.run(&sql, (self.account.0, first, last), false)
    }

    /// Looks at what the index proposes for these places, from the last on.
    fn ask_index(&mut self, question: &str, places: (i64, i64)) -> rusqlite::Result<Ended> {
        self.look_at_proposed(question, places, false)
    }

    /// As [`Self::ask_index`], with a question that more is proposed for than is wanted. It is as if it had not been tried where it
    /// ends without much.
    fn try_index(&mut self, wide_question: &str, places: (i64, i64)) -> rusqlite::Result<Ended> {
        let (hits, bytes) = (self.found.hits.len(), self.bytes);
        let ended = self.look_at_proposed(wide_question, places, true)?;
        if ended == Ended::WithoutMuch {
            self.found.hits.truncate(hits);
            self.bytes = bytes;
        }
        Ok(ended)
    }

    fn look_at_proposed(&mut self, question: &str, (first, last): (i64, i64), may_give_up: bool) -> rusqlite::Result<Ended> {
        let sql = format!(
            "SELECT message_order.place, message_order.entry, {MAY_SEE}
             FROM message_text CROSS JOIN message_order ON message_order.place = message_text.rowid
             WHERE message_text MATCH ?4 AND message_text.rowid BETWEEN ?2 AND ?3 ORDER BY message_text.rowid DESC"
        );
        self.run(&sql, (self.account.0, first, last, question), may_give_up)
    }

    /// Looks at what this statement gives: places, ids of entries, and whether they may be seen.
    fn run(&mut self, candidates: &str, params: impl Params, may_give_up: bool) -> rusqlite::Result<Ended> {
        let (work, hits) = (self.work, self.found.hits.len());
        let mut candidates = self.connection.prepare_cached(candidates)?;
        let mut rows = candidates.query(params)?;
        while let Some(row) = rows.next()? {
            let (place, entry): (i64, i64) = (row.get(0)?, row.get(1)?);
            self.work += 1;
            if row.get(2)? && self.is_within(entry) && order::in_date_range(self.connection, &self.ask.query, entry)? {
                self.look_at(place, entry)?;
            }
            if self.is_enough() {
                self.found.next = Some(place.cast_unsigned());
                return Ok(Ended::WithEnough);
            }
            let (worked, found) = (self.work - work, self.found.hits.len() - hits);
            if may_give_up && worked >= WORK_OF_TRYING && found * WORTH_IT * READING < worked {
                return Ok(Ended::WithoutMuch);
            }
        }
        Ok(Ended::AtTheEnd)
    }

    fn is_within(&self, entry: i64) -> bool {
        match self.within {
            Within::These(conversations) => conversations.contains(&rows::conversation_of(entry)),
            Within::Everywhere => true,
        }
    }

    fn look_at(&mut self, place: i64, entry: i64) -> rusqlite::Result<()> {
        self.work += READING;
        let (conversation, seq) = (rows::conversation_of(entry), rows::seq_of(entry));
        let Some(entry) = read_entries::one(self.connection, self.account, conversation, seq)?
            .filter(|entry| matches_query(&self.ask.query, entry))
        else {
            return Ok(());
        };
        if let EntryKind::Message(message) = &entry.kind {
            self.bytes += message.text.as_str().len();
        }
        self.found.hits.push(FoundMessage { place: place.cast_unsigned(), conversation, entry });
        Ok(())
    }

    fn is_enough(&self) -> bool {
        self.found.hits.len() >= self.ask.limit || self.work >= MAX_WORK || self.bytes > self.ask.enough_bytes
    }
}
