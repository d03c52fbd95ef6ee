//! What becomes of messages: edits, deletions, reactions. Each is an entry of its own, and stands in the row of its message as
//! well.

use papo_shared::model::{ConversationId, Emoji, Entry, EntryKind, MessageText, Seq, Timestamp};
use papo_shared::protocol::Refusal;

use super::read_changes::{self, Target};
use super::tables::Tables;
use super::{notices, rows, search};
use crate::domain::{Audience, TextMark, Who, rules};
use crate::store::{Outcome, Posted};

/// A message that somebody wants to do something with.
#[derive(Clone, Copy)]
pub(super) struct Change<'a> {
    pub(super) conversation: ConversationId,
    pub(super) by: &'a Who,
    pub(super) seq: Seq,
    pub(super) at: Timestamp,
}

/// Where the entry about it will stand, and who hears of it.
struct Place {
    seq: Seq,
    audience: Audience,
}

pub(super) fn edit(tables: &mut Tables, change: Change<'_>, text: &MessageText) -> rusqlite::Result<Outcome> {
    let found = find(tables, change)?.and_then(|(place, target)| with_text(target).map(|(target, old)| (place, target, old)));
    let (place, target, old) = match found {
        Ok(found) => found,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    if let Err(refusal) = rules::may_change(target.author == change.by.id) {
        return Ok(Outcome::Refused(refusal));
    }
    if old == text.as_str() {
        return Ok(Outcome::Done);
    }
    let id = change.id();
    let edits: usize =
        tables.connection.prepare_cached("SELECT count(*) FROM revision WHERE entry = ?1")?.query_row([id], |row| row.get(0))?;
    if let Err(refusal) = rules::may_edit_again(edits) {
        return Ok(Outcome::Refused(refusal));
    }
    tables.connection.prepare_cached("INSERT INTO revision (entry, number, at, body) VALUES (?1, ?2, ?3, ?4)")?.execute((
        id,
        edits + 1,
        target.said_at.0,
        &old,
    ))?;
    search::text_changed(&tables.connection, id, &old, Some(text.as_str()))?;
    let named = notices::named(&tables.connection, change.conversation, change.seq, change.by, text)?;
    tables.connection.prepare_cached("UPDATE entry SET body = ?2, mentions = ?3, edited_at = ?4 WHERE id = ?1")?.execute((
        id,
        text.as_str(),
        notices::column(&named),
        change.at.0,
    ))?;
    notices::remake(&tables.connection, id, change.by.id, &named, target.answered)?;
    post(tables, change, place, EntryKind::MessageEdited { target: change.seq })
}

pub(super) fn delete(tables: &mut Tables, change: Change<'_>) -> rusqlite::Result<Outcome> {
    let (place, target) = match find(tables, change)? {
        Ok(found) => found,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    if let Err(refusal) = rules::may_change(target.author == change.by.id) {
        return Ok(Outcome::Refused(refusal));
    }
    let Some(text) = target.text else { return Ok(Outcome::Done) };
    let id = change.id();
    let connection = &tables.connection;
    search::text_changed(connection, id, &text, None)?;
    let first = read_changes::first_text(connection, id)?.unwrap_or(text);
    connection
        .prepare_cached("UPDATE entry SET body = NULL, mentions = NULL, edited_at = NULL, mark = ?2 WHERE id = ?1")?
        .execute((id, TextMark::of(&MessageText::from(first)).0))?;
    for forget in
        ["DELETE FROM revision WHERE entry = ?1", "DELETE FROM reaction WHERE entry = ?1", "DELETE FROM notice WHERE entry = ?1"]
    {
        connection.prepare_cached(forget)?.execute([id])?;
    }
    post(tables, change, place, EntryKind::MessageDeleted { target: change.seq })
}

pub(super) fn add_reaction(tables: &mut Tables, change: Change<'_>, emoji: &Emoji) -> rusqlite::Result<Outcome> {
    let place = match find(tables, change)?.and_then(|(place, target)| with_text(target).map(|_| place)) {
        Ok(place) => place,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let id = change.id();
    let connection = &tables.connection;
    // Since when this emoji is there, whether whoever asks is one of those who chose it, and how many others are there.
    let (since, is_there, different): (Option<i64>, bool, usize) = connection
        .prepare_cached(
            "SELECT min(since) FILTER (WHERE emoji = ?2), total(emoji = ?2 AND account = ?3) > 0, count(DISTINCT emoji)
             FROM reaction WHERE entry = ?1",
        )?
        .query_row((id, emoji.as_str(), change.by.id.0), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    if is_there {
        return Ok(Outcome::Done);
    }
    if since.is_none()
        && let Err(refusal) = rules::may_have_another_emoji(different)
    {
        return Ok(Outcome::Refused(refusal));
    }
    let seq = rows::column(place.seq);
    connection
        .prepare_cached("INSERT INTO reaction (entry, emoji, account, seq, since) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((id, emoji.as_str(), change.by.id.0, seq, since.unwrap_or(seq)))?;
    post(tables, change, place, EntryKind::ReactionAdded { target: change.seq, emoji: emoji.clone() })
}

pub(super) fn remove_reaction(tables: &mut Tables, change: Change<'_>, emoji: &Emoji) -> rusqlite::Result<Outcome> {
    let place = match find(tables, change)?.and_then(|(place, target)| with_text(target).map(|_| place)) {
        Ok(place) => place,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let removed = tables
        .connection
        .prepare_cached("DELETE FROM reaction WHERE entry = ?1 AND emoji = ?2 AND account = ?3")?
        .execute((change.id(), emoji.as_str(), change.by.id.0))?;
    if removed == 0 {
        return Ok(Outcome::Done);
    }
    post(tables, change, place, EntryKind::ReactionRemoved { target: change.seq, emoji: emoji.clone() })
}

impl Change<'_> {
    fn id(&self) -> i64 {
        rows::entry_id(self.conversation, self.seq)
    }
}

/// The message, for somebody who may write where it is and may see it.
fn find(tables: &mut Tables, change: Change<'_>) -> rusqlite::Result<Result<(Place, Target), Refusal>> {
    let place = match tables.writable(change.conversation, change.by.id)? {
        Ok(known) => Place { seq: known.last_seq.next(), audience: known.members.clone() },
        Err(refusal) => return Ok(Err(refusal)),
    };
    let target = read_changes::target(&tables.connection, change.by.id, change.conversation, change.seq)?;
    Ok(rules::as_message(target).map(|target| (place, target)))
}

/// What the message says; one that was taken back is none.
fn with_text(mut target: Target) -> Result<(Target, String), Refusal> {
    let text = rules::as_message(target.text.take())?;
    Ok((target, text))
}

/// The entry about it.
fn post(tables: &mut Tables, change: Change<'_>, place: Place, kind: EntryKind) -> rusqlite::Result<Outcome> {
    let (number, body) = match &kind {
        EntryKind::MessageEdited { .. } => (rows::MESSAGE_EDITED, None),
        EntryKind::MessageDeleted { .. } => (rows::MESSAGE_DELETED, None),
        EntryKind::ReactionAdded { emoji, .. } => (rows::REACTION_ADDED, Some(emoji.as_str())),
        EntryKind::ReactionRemoved { emoji, .. } => (rows::REACTION_REMOVED, Some(emoji.as_str())),
        // Nothing else becomes of a message.
        _ => return Err(rusqlite::Error::InvalidQuery),
    };
    let Change { conversation, by, at, .. } = change;
    let Place { seq, audience } = place;
    let connection = &tables.connection;
    connection.prepare_cached("UPDATE entry SET changed = ?2 WHERE id = ?1")?.execute((change.id(), rows::column(seq)))?;
    connection
        .prepare_cached("INSERT INTO entry (id, at, author, kind, body, target) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute((rows::entry_id(conversation, seq), at.0, by.id.0, number, body, rows::column(change.seq)))?;
    tables.cache.numbered(conversation, seq);
    let entry = Entry { seq, at, author: by.username.clone(), kind };
    Ok(Outcome::Posted(Posted { conversation, entry, audience, duplicate: false, group: None }))
}
