//! The full-text index: adding, removing and querying messages.
//!
//! The index stores no text. What it stores of a message is its [`document`].

use papo_shared::model::ConversationId;
use papo_shared::model::search::{FOLDING, Query};
use rusqlite::{Connection, OptionalExtension};

use crate::store::columns;
use crate::store::message_words::{RequiredWord, document, required_words};

/// The only word of a document that no search finds. Private-use characters never occur in folded words.
const PLACEHOLDER: char = '\u{E005}';

/// Prefix length, in characters, that the index stores (the `prefix` option of its table). A longer prefix is answered by merging
/// the entries of all words that start with it, which is slow for common words.
const PREFIX_CHARS: usize = 4;

/// Clears the index if it was built with another version of the folding; the writer then rebuilds it.
pub(crate) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    let folding: u32 = connection.query_row("SELECT folding FROM message_index", [], |row| row.get(0))?;
    if folding == FOLDING {
        return Ok(());
    }
    let transaction = connection.unchecked_transaction()?;
    transaction.execute("INSERT INTO message_text (message_text) VALUES ('delete-all')", [])?;
    transaction.execute("UPDATE message_index SET indexed = 0, folding = ?1", [FOLDING])?;
    transaction.commit()
}

/// Position of the last indexed message in the storage order.
pub(crate) fn indexed(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT indexed FROM message_index")?.query_row([], |row| row.get(0))
}

/// Bytes of text after which a step of indexing ends, even below its number of messages: what takes a few milliseconds.
pub(crate) const ENOUGH_INDEXED_BYTES: usize = 128 * 1024;

/// Indexes up to `limit` further messages, or fewer long ones, and returns the position of the last indexed one. Call it in a separate transaction:
/// the index is fastest when ascending positions are added in one go.
pub(crate) fn add_next(connection: &Connection, limit: usize) -> rusqlite::Result<i64> {
    let mut next = connection.prepare_cached(
        "SELECT message_order.place, message_order.entry, entry.body, ifnull(author.indexed_name, author.username)
         FROM message_order
         JOIN entry ON entry.id = message_order.entry
         JOIN account author ON author.id = entry.author
         WHERE message_order.place > ?1 ORDER BY message_order.place LIMIT ?2",
    )?;
    let mut insert = connection.prepare_cached("INSERT INTO message_text (rowid, text) VALUES (?1, ?2)")?;
    let mut indexed = indexed(connection)?;
    let mut bytes = 0;
    let mut rows = next.query((indexed, limit))?;
    while bytes < ENOUGH_INDEXED_BYTES
        && let Some(row) = rows.next()?
    {
        indexed = row.get(0)?;
        let body: Option<String> = row.get(2)?;
        if let Some(text) = body.filter(|text| !text.is_empty()) {
            bytes += text.len();
            insert.execute((indexed, document(columns::conversation_of(row.get(1)?), row.get_ref(3)?.as_str()?, &text)))?;
        }
    }
    connection.prepare_cached("UPDATE message_index SET indexed = ?1")?.execute([indexed])?;
    Ok(indexed)
}

/// Replaces the text of a message in the index; `None` deletes it. Call it in the transaction that changes the entry, before or
/// after the change. Does nothing if the message is not indexed yet.
pub(crate) fn text_changed(connection: &Connection, entry: i64, old: &str, new: Option<&str>) -> rusqlite::Result<()> {
    let found = connection
        .prepare_cached(
            "SELECT message_order.place, ifnull(author.indexed_name, author.username)
             FROM message_order
             JOIN entry ON entry.id = message_order.entry
             JOIN account author ON author.id = entry.author
             WHERE message_order.entry = ?1",
        )?
        .query_row([entry], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    let indexed = indexed(connection)?;
    let Some((place, author)) = found.filter(|(place, _)| *place <= indexed) else { return Ok(()) };
    // Deleting requires the words that were added, because the index stores no text.
    connection
        .prepare_cached("INSERT INTO message_text (message_text, rowid, text) VALUES ('delete', ?1, ?2)")?
        .execute((place, document(columns::conversation_of(entry), &author, old)))?;
    if let Some(new) = new {
        connection
            .prepare_cached("INSERT INTO message_text (rowid, text) VALUES (?1, ?2)")?
            .execute((place, document(columns::conversation_of(entry), &author, new)))?;
    }
    Ok(())
}

/// Merges about this many pages of the index; a negative number begins to merge all of it. Returns whether more remains. The merged
/// index has no traces of deleted words.
pub(crate) fn merge(connection: &Connection, pages: i64) -> rusqlite::Result<bool> {
    let before = connection.total_changes();
    connection.prepare_cached("INSERT INTO message_text (message_text, rank) VALUES ('merge', ?1)")?.execute([pages])?;
    // The statement itself counts as one change.
    Ok(connection.total_changes() - before >= 2)
}

/// Adds a document that no search finds. Without another document after the last merge, the index would not be merged again.
pub(crate) fn insert_placeholder(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("INSERT INTO message_text (rowid, text) VALUES (-1, ?1)", [PLACEHOLDER.to_string()])?;
    Ok(())
}

pub(crate) fn delete_placeholder(connection: &Connection) -> rusqlite::Result<()> {
    let delete = "INSERT INTO message_text (message_text, rowid, text) VALUES ('delete', -1, ?1)";
    connection.execute(delete, [PLACEHOLDER.to_string()])?;
    Ok(())
}

/// The index query for a search in these conversations, or in all if `None`. Returns `None` if the search has no condition that
/// the index can answer. All words are quoted, so that user input is never parsed as query syntax.
///
/// The index stores no word positions (`detail=none`), which halves its size and saves a third of the writing time.
pub(super) fn index_query(query: &Query, conversations: Option<&[ConversationId]>) -> Option<String> {
    let required = required_words(query, conversations);
    let any = |words: &Vec<RequiredWord>| match &words[..] {
        [word] => quoted(word),
        words => format!("({})", words.iter().map(quoted).collect::<Vec<_>>().join(" OR ")),
    };
    (!required.is_empty()).then(|| required.iter().map(any).collect::<Vec<_>>().join(" AND "))
}

/// Like [`index_query`], with the prefix truncated to [`PREFIX_CHARS`], so that the index returns more candidates, but quickly.
/// `None` if the prefix is not longer than that.
pub(super) fn wide_index_query(query: &Query, conversations: Option<&[ConversationId]>) -> Option<String> {
    let mut wide = query.clone();
    let prefix = wide.terms.iter_mut().find(|term| term.is_prefix)?.words.last_mut()?;
    let (cut, _) = prefix.char_indices().nth(PREFIX_CHARS)?;
    prefix.truncate(cut);
    index_query(&wide, conversations)
}

fn quoted(word: &RequiredWord) -> String {
    format!("\"{}\"{}", word.text.replace('"', "\"\""), if word.is_prefix { " *" } else { "" })
}
