//! The index of words: what is put into it, what is taken out, and how it is asked.
//!
//! It holds no text: a document is the folded words of a message, and behind them words that no text can have, one for each
//! thing that a query can ask besides (its author, its conversation, whether it has a link). So a query is one walk
//! through the index, whatever it asks. The folding is papo's own, the same that marks what was found.

use papo_shared::model::ConversationId;
use papo_shared::model::search::{FOLDING, Query, Term, Word, fold_name, has_link, is_unspaced_word, words};
use rusqlite::{Connection, OptionalExtension};

use crate::store::sqlite::rows;

/// Begin the words that no text has: characters of private use are never part of one.
const LINK: char = '\u{E000}';
const AUTHOR: char = '\u{E001}';
const CONVERSATION: char = '\u{E002}';
const PAIR: char = '\u{E004}';

/// Stands in the place of what the tokenizer would cut a username at.
const JOINT: &str = "\u{E003}";

/// The index has at hand what begins with so many letters (`prefix` of its table). For more letters it puts together what every
/// word has that begins with them, and for a common word that takes long.
const PREFIX_CHARS: usize = 4;

/// Makes an index anew that was made with another folding.
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

/// Up to which place messages are in the index.
pub(crate) fn indexed(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT indexed FROM message_index")?.query_row([], |row| row.get(0))
}

/// Puts the next messages into the index, at most so many. Gives the place up to which they are in it. To be called in a
/// transaction of its own: ascending places in one go are what the index is quickest with.
pub(crate) fn add_next(connection: &Connection, limit: usize) -> rusqlite::Result<i64> {
    let mut next = connection.prepare_cached(
        "SELECT message_order.place, message_order.entry, entry.body, author.username
         FROM message_order
         JOIN entry ON entry.id = message_order.entry
         JOIN account author ON author.id = entry.author
         WHERE message_order.place > ?1 ORDER BY message_order.place LIMIT ?2",
    )?;
    let mut insert = connection.prepare_cached("INSERT INTO message_text (rowid, text) VALUES (?1, ?2)")?;
    let mut indexed = indexed(connection)?;
    let mut rows = next.query((indexed, limit))?;
    while let Some(row) = rows.next()? {
        indexed = row.get(0)?;
        let body: Option<String> = row.get(2)?;
        if let Some(text) = body.filter(|text| !text.is_empty()) {
            insert.execute((indexed, document(row.get(1)?, row.get_ref(3)?.as_str()?, &text)))?;
        }
    }
    connection.prepare_cached("UPDATE message_index SET indexed = ?1")?.execute([indexed])?;
    Ok(indexed)
}

/// To be called in the transaction that changes the text of a message, before or after the entry is changed: in the index
/// nothing is left of the old text, and the new one is found. None: it is deleted. It is right as well where the index has
/// not come to the message yet.
pub(crate) fn text_changed(connection: &Connection, entry: i64, old: &str, new: Option<&str>) -> rusqlite::Result<()> {
    let found = connection
        .prepare_cached(
            "SELECT message_order.place, author.username
             FROM message_order
             JOIN entry ON entry.id = message_order.entry
             JOIN account author ON author.id = entry.author
             WHERE message_order.entry = ?1",
        )?
        .query_row([entry], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    let indexed = indexed(connection)?;
    let Some((place, author)) = found.filter(|(place, _)| *place <= indexed) else { return Ok(()) };
    // Deleting takes the words that were put in: there is no text that they could be read from.
    connection
        .prepare_cached("INSERT INTO message_text (message_text, rowid, text) VALUES ('delete', ?1, ?2)")?
        .execute((place, document(entry, &author, old)))?;
    if let Some(new) = new {
        connection
            .prepare_cached("INSERT INTO message_text (rowid, text) VALUES (?1, ?2)")?
            .execute((place, document(entry, &author, new)))?;
    }
    Ok(())
}

/// What the index is told of a message.
fn document(entry: i64, author: &str, text: &str) -> String {
    let mut document = String::with_capacity(text.len() + 32);
    let mut before: Option<Word> = None;
    for word in words(text) {
        if let Some(before) = before.filter(|before| before.is_unspaced() && word.is_unspaced()) {
            document.push_str(&pair_word(&before.folded, &word.folded));
            document.push(' ');
        }
        document.push_str(&word.folded);
        document.push(' ');
        before = Some(word);
    }
    document.push_str(&author_word(&fold_name(author)));
    document.push(' ');
    document.push_str(&conversation_word(rows::conversation_of(entry)));
    if has_link(text) {
        document.push(' ');
        document.push(LINK);
    }
    document
}

/// In scripts whose characters are indexed as words, nearly every text contains the common ones, but few contain a given pair of
/// adjacent ones.
fn pair_word(first: &str, second: &str) -> String {
    format!("{PAIR}{first}{second}")
}

fn author_word(folded: &str) -> String {
    format!("{AUTHOR}{}", folded.replace('-', JOINT))
}

fn conversation_word(id: ConversationId) -> String {
    format!("{CONVERSATION}{}", id.0)
}

/// How the index is asked for messages of this query, in these conversations or, with none, in all; none where it has no
/// word to be asked for. Everything is quoted: what is typed is never part of the index's own language.
pub(super) fn question(query: &Query, conversations: Option<&[ConversationId]>) -> Option<String> {
    let mut all: Vec<String> = query.terms.iter().map(term).collect();
    if !query.from.is_empty() {
        all.push(any(query.from.iter().map(|name| author_word(name))));
    }
    if let Some(conversations) = conversations.filter(|conversations| !conversations.is_empty()) {
        all.push(any(conversations.iter().map(|id| conversation_word(*id))));
    }
    if query.has_link {
        all.push(quoted(&LINK.to_string()));
    }
    (!all.is_empty()).then(|| all.join(" AND "))
}

/// As [`question`], where the word that is being typed is longer than what the index has at hand: it is cut to that, so that more is
/// proposed than is wanted, at once.
pub(super) fn wide_question(query: &Query, conversations: Option<&[ConversationId]>) -> Option<String> {
    let mut wide = query.clone();
    let typed = wide.terms.iter_mut().find(|term| term.is_prefix)?.words.last_mut()?;
    let (cut, _) = typed.char_indices().nth(PREFIX_CHARS)?;
    typed.truncate(cut);
    question(&wide, conversations)
}

/// The words of a term, wherever in the text: the index does not know at which place a word stands (`detail=none`), which makes it
/// half as large and a third quicker to write. Whether they stand beside each other is seen when the text is looked at.
fn term(term: &Term) -> String {
    let mut asked = Vec::with_capacity(term.words.len());
    let mut is_paired = false;
    for (at, word) in term.words.iter().enumerate() {
        let next = term.words.get(at + 1).filter(|next| is_unspaced_word(word) && is_unspaced_word(next));
        match next {
            Some(next) => asked.push(quoted(&pair_word(word, next))),
            // A text with the pair contains both of its words.
            None if is_paired => {}
            None => asked.push(quoted(word)),
        }
        is_paired = next.is_some();
    }
    let all = asked.join(" AND ");
    all + if term.is_prefix { " *" } else { "" }
}

fn any(words: impl Iterator<Item = String>) -> String {
    format!("({})", words.map(|word| quoted(&word)).collect::<Vec<_>>().join(" OR "))
}

fn quoted(words: &str) -> String {
    format!("\"{}\"", words.replace('"', "\"\""))
}
