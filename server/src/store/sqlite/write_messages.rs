//! Saying something.

use std::sync::Arc;

use papo_shared::model::{ClientId, ConversationId, Entry, EntryKind, Message, MessageText, ReplyTo, Seq, Timestamp};
use papo_shared::protocol::Refusal;
use rusqlite::{Connection, ErrorCode, OptionalExtension};

use super::tables::Tables;
use super::{notices, read_changes, rows};
use crate::domain::{AccountId, TextMark, Who, rules};
use crate::store::{Outcome, Posted};

/// A message that is about to be said.
pub(super) struct NewMessage<'a> {
    pub(super) client_id: ClientId,
    pub(super) text: &'a MessageText,
    pub(super) reply_to: Option<Seq>,
    pub(super) at: Timestamp,
}

impl NewMessage<'_> {
    /// Whether it cannot be for anybody in particular, which nearly no message is: then it is one row and nothing else.
    pub(super) fn is_plain(&self) -> bool {
        self.reply_to.is_none() && !self.text.as_str().contains('@')
    }
}

pub(super) fn append(tables: &mut Tables, id: ConversationId, author: &Who, new: &NewMessage<'_>) -> rusqlite::Result<Outcome> {
    let known = match tables.writable(id, author.id)? {
        Ok(known) => known,
        // Who left after sending, or was blocked, still hears what became of it.
        Err(refusal) => return Ok(repeated(tables, id, author, new)?.unwrap_or(Outcome::Refused(refusal))),
    };
    let seq = known.last_seq.next();
    let audience = known.members.clone();
    let answered = match answered(tables, id, author, new)? {
        Ok(answered) => answered,
        // So does whose answer was stored, even if what it answers was taken back since.
        Err(refusal) => return Ok(repeated(tables, id, author, new)?.unwrap_or(Outcome::Refused(refusal))),
    };
    let named = if new.is_plain() { Vec::new() } else { notices::named(&tables.connection, id, seq, author, new.text)? };
    let inserted = tables
        .connection
        .prepare_cached(
            "INSERT INTO entry (id, at, author, kind, client_id, body, target, mentions) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            rows::entry_id(id, seq),
            new.at.0,
            author.id.0,
            rows::MESSAGE,
            new.client_id.as_bytes(),
            new.text.as_str(),
            new.reply_to.map(rows::column),
            notices::column(&named),
        ));
    match inserted {
        Ok(_) => {}
        // A message is rarely sent twice, so the index is asked only when it objects.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            return repeated(tables, id, author, new)?.ok_or(error);
        }
        Err(error) => return Err(error),
    }
    let mut message = Message::new(new.client_id, new.text.clone());
    if !new.is_plain() {
        let whose = answered.as_ref().map(|(author, _)| *author);
        notices::remake(&tables.connection, rows::entry_id(id, seq), author.id, &named, whose)?;
        message.mentions = named.into_iter().map(|who| who.username).collect();
        message.reply_to = answered.map(|(_, reply_to)| reply_to);
    }
    tables.cache.numbered(id, seq);
    tables.said.add(rows::entry_id(id, seq), new.at);
    let entry = Entry { seq, at: new.at, author: author.username.clone(), kind: EntryKind::Message(message) };
    Ok(Outcome::Posted(Posted { conversation: id, entry, audience, duplicate: false, group: None }))
}

/// The message that the new one answers, with whose it is.
fn answered(
    tables: &Tables,
    id: ConversationId,
    author: &Who,
    new: &NewMessage<'_>,
) -> rusqlite::Result<Result<Option<(AccountId, ReplyTo)>, Refusal>> {
    let Some(seq) = new.reply_to else { return Ok(Ok(None)) };
    let target = read_changes::target(&tables.connection, author.id, id, seq)?.filter(|target| target.text.is_some());
    Ok(rules::as_message(target).map(|target| Some((target.author, ReplyTo { seq, author: target.author_name }))))
}

/// What became of this client id before, if it was used before.
fn repeated(tables: &Tables, id: ConversationId, author: &Who, new: &NewMessage<'_>) -> rusqlite::Result<Option<Outcome>> {
    let connection = &tables.connection;
    let first = connection
        .prepare_cached(&format!("{} entry.client_id = ?1 AND entry.author = ?2", rows::SELECT_ENTRY))?
        .query_row((new.client_id.as_bytes(), author.id.0), |row| Ok((row.get(0)?, rows::entry(row)?)))
        .optional()?;
    let Some((first_id, entry)) = first else { return Ok(None) };
    let conversation = rows::conversation_of(first_id);
    let EntryKind::Message(message) = &entry.kind else { return Ok(None) };
    let same_answer = message.reply_to.as_ref().map(|reply_to| reply_to.seq) == new.reply_to;
    if conversation != id || !same_answer || !was_sent_with(connection, first_id, message, new.text)? {
        return Ok(Some(Outcome::Refused(Refusal::ClientIdReused)));
    }
    Ok(Some(Outcome::Posted(Posted { conversation, entry, audience: Arc::new([]), duplicate: true, group: None })))
}

/// Whether this is the text that a message was sent with, whatever became of it since.
fn was_sent_with(connection: &Connection, id: i64, message: &Message, text: &MessageText) -> rusqlite::Result<bool> {
    if message.deleted {
        let mark = connection.prepare_cached("SELECT mark FROM entry WHERE id = ?1")?.query_row([id], |row| row.get(0))?;
        return Ok(TextMark(mark) == TextMark::of(text));
    }
    if message.edited_at.is_some()
        && let Some(first) = read_changes::first_text(connection, id)?
    {
        return Ok(first == text.as_str());
    }
    Ok(message.text == *text)
}
