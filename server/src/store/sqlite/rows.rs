//! Conversions between rows and values.

use papo_shared::model::{
    ClientId, DisplayName, Emoji, Entry, EntryKind, GroupName, Message, MessageText, Notify, ReplyTo, Role, Seq, StatusText,
    Timestamp, Topic, Username, Visibility,
};
use rusqlite::Row;
use rusqlite::types::Type;

use crate::domain::{Account, AccountId};
use crate::store::columns;

/// Reads the columns of [`columns::ACCOUNT`], starting at column `first`.
pub(super) fn account(row: &Row<'_>, first: usize) -> rusqlite::Result<Account> {
    Ok(Account {
        id: AccountId(row.get(first)?),
        username: Username::from(row.get::<_, String>(first + 1)?),
        display_name: DisplayName::from(row.get::<_, String>(first + 2)?),
        last_seen: row.get::<_, Option<i64>>(first + 3)?.map(Timestamp),
        created_at: Timestamp(row.get(first + 4)?),
        suspended_at: row.get::<_, Option<i64>>(first + 5)?.map(Timestamp),
        status: row.get::<_, Option<String>>(first + 6)?.map(StatusText::from),
        is_deleted: row.get::<_, Option<i64>>(first + 7)?.is_some(),
    })
}

/// The query for [`entry`].
pub(super) fn select_entry(condition: &str) -> String {
    format!("SELECT {} FROM entry {} WHERE {condition}", columns::ENTRY, columns::ENTRY_JOINS)
}

/// Reads the columns of [`columns::ENTRY`], which come first. Reactions are stored in another table.
pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let kind = match row.get::<_, i64>(3)? {
        columns::MESSAGE => EntryKind::Message(message(row)?),
        columns::MESSAGE_EDITED => EntryKind::MessageEdited { target: seq(row, 7)? },
        columns::MESSAGE_DELETED => EntryKind::MessageDeleted { target: seq(row, 7)? },
        columns::REACTION_ADDED => {
            EntryKind::ReactionAdded { target: seq(row, 7)?, emoji: Emoji::from(row.get::<_, String>(5)?) }
        }
        columns::REACTION_REMOVED => {
            EntryKind::ReactionRemoved { target: seq(row, 7)?, emoji: Emoji::from(row.get::<_, String>(5)?) }
        }
        columns::GROUP_CREATED => EntryKind::GroupCreated { name: GroupName::from(row.get::<_, String>(5)?) },
        columns::MEMBER_ADDED => EntryKind::MemberAdded { member: Username::from(row.get::<_, String>(6)?) },
        columns::MEMBER_LEFT => EntryKind::MemberLeft { new_owner: row.get::<_, Option<String>>(6)?.map(Username::from) },
        columns::MEMBER_JOINED => EntryKind::MemberJoined,
        columns::MEMBER_REMOVED => EntryKind::MemberRemoved { member: Username::from(row.get::<_, String>(6)?) },
        columns::ROLE_CHANGED => {
            let role = columns::role_of(&row.get::<_, String>(5)?);
            EntryKind::RoleChanged { member: Username::from(row.get::<_, String>(6)?), role }
        }
        columns::TOPIC_CHANGED => EntryKind::TopicChanged { topic: row.get::<_, Option<String>>(5)?.map(Topic::from) },
        columns::VISIBILITY_CHANGED => {
            EntryKind::VisibilityChanged { visibility: columns::visibility_of(&row.get::<_, String>(5)?) }
        }
        columns::RETENTION_CHANGED => {
            EntryKind::RetentionChanged { days: row.get::<_, Option<String>>(5)?.map(|days| days_of(&days)).transpose()? }
        }
        columns::GROUP_RENAMED => EntryKind::GroupRenamed { name: GroupName::from(row.get::<_, String>(5)?) },
        other => return Err(rusqlite::Error::IntegralValueOutOfRange(3, other)),
    };
    Ok(Entry {
        seq: columns::seq_of(row.get(0)?),
        at: Timestamp(row.get(1)?),
        author: Username::from(row.get::<_, String>(2)?),
        kind,
    })
}

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    // The text of a deleted message is NULL.
    let text: Option<String> = row.get(5)?;
    let reply_to = match row.get::<_, Option<String>>(8)? {
        Some(author) => Some(ReplyTo { seq: seq(row, 7)?, author: Username::from(author) }),
        None => None,
    };
    let mentions: Option<String> = row.get(9)?;
    let removal: Option<i64> = row.get(12)?;
    Ok(Message {
        client_id: ClientId::from_bytes(row.get(4)?),
        deleted: text.is_none(),
        expired: removal == Some(columns::EXPIRED),
        by_operator: removal == Some(columns::DELETED_BY_OPERATOR),
        deleted_by: row.get::<_, Option<String>>(6)?.map(Username::from),
        text: text.map_or_else(MessageText::deleted, MessageText::from),
        reply_to,
        mentions: columns::mentions(mentions.as_deref()),
        changed: row.get::<_, Option<i64>>(10)?.map(|_| seq(row, 10)).transpose()?,
        edited_at: row.get::<_, Option<i64>>(11)?.map(Timestamp),
        reactions: Vec::new(),
    })
}

/// Reads a column written with [`columns::visibility_column`].
pub(super) fn visibility(row: &Row<'_>, column: usize) -> rusqlite::Result<Visibility> {
    known(row, column, columns::visibility)
}

/// Reads a column written with [`columns::role_column`].
pub(super) fn role(row: &Row<'_>, column: usize) -> rusqlite::Result<Role> {
    known(row, column, columns::role)
}

/// Reads two columns written with [`columns::notify_columns`].
pub(super) fn notify(row: &Row<'_>, first: usize) -> rusqlite::Result<Notify> {
    let level = known(row, first, columns::notify_level)?;
    Ok(Notify { level, until: row.get::<_, Option<i64>>(first + 1)?.map(Timestamp) })
}

fn known<T>(row: &Row<'_>, column: usize, value: impl FnOnce(i64) -> Option<T>) -> rusqlite::Result<T> {
    let number = row.get(column)?;
    value(number).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, number))
}

/// Reads a sequence number.
pub(super) fn seq(row: &Row<'_>, column: usize) -> rusqlite::Result<Seq> {
    let number: i64 = row.get(column)?;
    let number = u64::try_from(number)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(error)))?;
    Ok(Seq(number))
}

/// A number of days as stored in `entry.body`.
fn days_of(text: &str) -> rusqlite::Result<u32> {
    text.parse().map_err(|error| rusqlite::Error::FromSqlConversionFailure(5, Type::Text, Box::new(error)))
}
