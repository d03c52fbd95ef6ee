//! How far somebody has read, what they dismissed, and what arrived on their devices.

use papo_shared::model::{ConversationId, Seq, Username};
use papo_shared::protocol::{Receipt, Refusal};

use super::tables::Tables;
use super::{notices, read_changes, read_entries, rows};
use crate::domain::{AccountId, Audience, rules};
use crate::store::{CursorMoved, Outcome, ReceiptMoved};

/// What a membership says of how far its member is.
struct Marks {
    username: Username,
    first: Seq,
    read: Seq,
    /// The furthest that the read cursor ever was.
    seen: Seq,
    delivered: Seq,
}

/// A conversation as one of its members marks something in it.
struct Place {
    last: Seq,
    members: Audience,
    marks: Marks,
}

pub(super) fn move_read_cursor(
    tables: &mut Tables,
    id: ConversationId,
    account: AccountId,
    seq: Seq,
) -> rusqlite::Result<Outcome> {
    let place = match place(tables, id, account)? {
        Ok(place) => place,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let to = seq.min(place.last);
    let (read, seen) = (place.marks.read.max(to), further(place.marks.seen, to, &place.marks));
    let moved = read > place.marks.read;
    let receipt = if seen > place.marks.seen { Some(receipt(id, account, &place, seen, place.marks.delivered)) } else { None };
    if moved || receipt.is_some() {
        set(tables, id, account, read, seen, place.marks.delivered)?;
    }
    cursor(tables, id, account, read, place.last, moved, receipt)
}

pub(super) fn move_read_cursor_back(
    tables: &mut Tables,
    id: ConversationId,
    account: AccountId,
    seq: Seq,
) -> rusqlite::Result<Outcome> {
    let Place { last, marks, .. } = match place(tables, id, account)? {
        Ok(place) => place,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let read = marks.read.min(Seq(seq.max(marks.first).0 - 1));
    let moved = read < marks.read;
    if moved {
        set(tables, id, account, read, marks.seen, marks.delivered)?;
    }
    cursor(tables, id, account, read, last, moved, None)
}

pub(super) fn dismiss(tables: &mut Tables, id: ConversationId, account: AccountId, seq: Seq) -> rusqlite::Result<Outcome> {
    let known = tables.cache.get(&tables.connection, id)?;
    let is_direct = known.is_some_and(|known| known.name.is_none());
    let Place { last, marks, .. } = match place(tables, id, account)? {
        Ok(place) => place,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let target = read_changes::target(&tables.connection, account, id, seq)?.filter(|target| target.text.is_some());
    let target = match rules::as_message(target) {
        Ok(target) => target,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let is_in_inbox = seq > marks.read && target.author != account;
    let changed = is_in_inbox && notices::dismiss(&tables.connection, account, rows::entry_id(id, seq), is_direct)?;
    cursor(tables, id, account, marks.read, last, changed, None)
}

pub(super) fn mark_delivered(tables: &mut Tables, id: ConversationId, account: AccountId, seq: Seq) -> rusqlite::Result<Outcome> {
    let place = match place(tables, id, account)? {
        Ok(place) => place,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let delivered = further(place.marks.delivered, seq.min(place.last), &place.marks);
    if delivered <= place.marks.delivered.max(place.marks.seen) {
        return Ok(Outcome::Done);
    }
    set(tables, id, account, place.marks.read, place.marks.seen, delivered)?;
    Ok(Outcome::Delivered(receipt(id, account, &place, place.marks.seen, delivered)))
}

/// Where a mark stands after it was asked to be there: never back, and nothing of what the member may not see.
fn further(mark: Seq, to: Seq, marks: &Marks) -> Seq {
    if to >= marks.first { mark.max(to) } else { mark }
}

fn place(tables: &mut Tables, id: ConversationId, account: AccountId) -> rusqlite::Result<Result<Place, Refusal>> {
    let known = tables.cache.get(&tables.connection, id)?.filter(|known| known.has(account));
    let (last, members) = match rules::as_member(known) {
        Ok(known) => (known.last_seq, known.members.clone()),
        Err(refusal) => return Ok(Err(refusal)),
    };
    let marks = tables
        .connection
        .prepare_cached(
            "SELECT account.username, own.from_seq, own.read_seq, own.seen_seq, own.delivered_seq
             FROM membership own JOIN account ON account.id = own.account
             WHERE own.account = ?1 AND own.conversation = ?2 AND own.to_seq IS NULL",
        )?
        .query_row((account.0, id.0), |row| {
            Ok(Marks {
                username: Username::from(row.get::<_, String>(0)?),
                first: rows::seq(row, 1)?,
                read: rows::seq(row, 2)?,
                seen: rows::seq(row, 3)?,
                delivered: rows::seq(row, 4)?,
            })
        })?;
    Ok(Ok(Place { last, members, marks }))
}

fn set(tables: &Tables, id: ConversationId, account: AccountId, read: Seq, seen: Seq, delivered: Seq) -> rusqlite::Result<()> {
    tables
        .connection
        .prepare_cached(
            "UPDATE membership SET read_seq = ?3, seen_seq = ?4, delivered_seq = ?5
             WHERE conversation = ?1 AND account = ?2 AND to_seq IS NULL",
        )?
        .execute((id.0, account.0, rows::column(read), rows::column(seen), rows::column(delivered)))?;
    Ok(())
}

fn cursor(
    tables: &Tables,
    conversation: ConversationId,
    account: AccountId,
    read_seq: Seq,
    last_seq: Seq,
    moved: bool,
    receipt: Option<ReceiptMoved>,
) -> rusqlite::Result<Outcome> {
    let unread = read_entries::unread(&tables.connection, account, conversation, read_seq)?;
    let mentions = notices::count(&tables.connection, account, conversation, read_seq)?;
    Ok(Outcome::CursorMoved(CursorMoved { conversation, account, read_seq, unread, mentions, last_seq, moved, receipt }))
}

/// What the others are told.
fn receipt(conversation: ConversationId, account: AccountId, place: &Place, seen: Seq, delivered: Seq) -> ReceiptMoved {
    let Marks { username, first, .. } = &place.marks;
    let receipt = Receipt { username: username.clone(), first_seq: *first, delivered_seq: delivered.max(seen), read_seq: seen };
    let is_told = rules::is_told_of_receipts(place.members.len());
    let audience = if is_told { place.members.clone() } else { Audience::default() };
    ReceiptMoved { conversation, account, receipt, audience }
}
