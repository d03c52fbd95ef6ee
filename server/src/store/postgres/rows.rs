//! Conversions from rows to values.

use papo_shared::model::{
    ClientId, ConversationId, DisplayName, Emoji, Entry, EntryKind, GroupName, Message, MessageText, Notify, ReplyTo, Role, Seq,
    StatusText, Timestamp, Topic, Username, Visibility,
};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::fault::Fault;
use crate::domain::{Account, AccountId};
use crate::store::columns;

/// Reads the columns of [`columns::ACCOUNT`], starting at column `first`.
pub(crate) fn account(row: &Row, first: usize) -> Result<Account, Fault> {
    Ok(Account {
        id: account_id(row, first)?,
        username: username(row, first + 1)?,
        display_name: DisplayName::from(get::<String>(row, first + 2)?),
        last_seen: optional_time(row, first + 3)?,
        created_at: time(row, first + 4)?,
        suspended_at: optional_time(row, first + 5)?,
        status: get::<Option<String>>(row, first + 6)?.map(StatusText::from),
        is_deleted: get::<Option<i64>>(row, first + 7)?.is_some(),
    })
}

/// Reads the columns of [`columns::ENTRY`], which come first. Reactions are stored in another table.
pub(crate) fn entry(row: &Row) -> Result<Entry, Fault> {
    let body = || get::<String>(row, 5);
    let kind = match get::<i64>(row, 3)? {
        columns::MESSAGE => EntryKind::Message(message(row)?),
        columns::MESSAGE_EDITED => EntryKind::MessageEdited { target: seq(row, 7)? },
        columns::MESSAGE_DELETED => EntryKind::MessageDeleted { target: seq(row, 7)? },
        columns::REACTION_ADDED => EntryKind::ReactionAdded { target: seq(row, 7)?, emoji: Emoji::from(body()?) },
        columns::REACTION_REMOVED => EntryKind::ReactionRemoved { target: seq(row, 7)?, emoji: Emoji::from(body()?) },
        columns::GROUP_CREATED => EntryKind::GroupCreated { name: GroupName::from(body()?) },
        columns::MEMBER_ADDED => EntryKind::MemberAdded { member: username(row, 6)? },
        columns::MEMBER_LEFT => EntryKind::MemberLeft { new_owner: get::<Option<String>>(row, 6)?.map(Username::from) },
        columns::MEMBER_JOINED => EntryKind::MemberJoined,
        columns::MEMBER_REMOVED => EntryKind::MemberRemoved { member: username(row, 6)? },
        columns::ROLE_CHANGED => EntryKind::RoleChanged { member: username(row, 6)?, role: columns::role_of(&body()?) },
        columns::TOPIC_CHANGED => EntryKind::TopicChanged { topic: get::<Option<String>>(row, 5)?.map(Topic::from) },
        columns::VISIBILITY_CHANGED => EntryKind::VisibilityChanged { visibility: columns::visibility_of(&body()?) },
        columns::RETENTION_CHANGED => EntryKind::RetentionChanged { days: days(row, 5)? },
        columns::GROUP_RENAMED => EntryKind::GroupRenamed { name: GroupName::from(body()?) },
        _ => return Err(Fault::Value(3)),
    };
    Ok(Entry { seq: columns::seq_of(get(row, 0)?), at: time(row, 1)?, author: username(row, 2)?, kind })
}

fn message(row: &Row) -> Result<Message, Fault> {
    // The text of a deleted message is NULL.
    let text: Option<String> = get(row, 5)?;
    let reply_to = match get::<Option<String>>(row, 8)? {
        Some(author) => Some(ReplyTo { seq: seq(row, 7)?, author: Username::from(author) }),
        None => None,
    };
    let client_id = get::<&[u8]>(row, 4)?.try_into().map_err(|_| Fault::Value(4))?;
    let removal: Option<i64> = get(row, 12)?;
    Ok(Message {
        client_id: ClientId::from_bytes(client_id),
        deleted: text.is_none(),
        expired: removal == Some(columns::EXPIRED),
        by_operator: removal == Some(columns::DELETED_BY_OPERATOR),
        deleted_by: get::<Option<String>>(row, 6)?.map(Username::from),
        text: text.map_or_else(MessageText::deleted, MessageText::from),
        reply_to,
        mentions: columns::mentions(get(row, 9)?),
        changed: get::<Option<i64>>(row, 10)?.map(|_| seq(row, 10)).transpose()?,
        edited_at: optional_time(row, 11)?,
        reactions: Vec::new(),
    })
}

/// A number of days as stored in `entry.body`.
fn days(row: &Row, column: usize) -> Result<Option<u32>, Fault> {
    get::<Option<&str>>(row, column)?.map(str::parse).transpose().map_err(|_| Fault::Value(column))
}

pub(crate) fn get<'r, T: FromSql<'r>>(row: &'r Row, column: usize) -> Result<T, Fault> {
    Ok(row.try_get(column)?)
}

/// Reads a number that is stored as a larger type.
pub(crate) fn number<T: TryFrom<i64>>(row: &Row, column: usize) -> Result<T, Fault> {
    T::try_from(get::<i64>(row, column)?).map_err(|_| Fault::Value(column))
}

/// As [`number`], for a column that may be NULL.
pub(crate) fn optional_number<T: TryFrom<i64>>(row: &Row, column: usize) -> Result<Option<T>, Fault> {
    get::<Option<i64>>(row, column)?.map(T::try_from).transpose().map_err(|_| Fault::Value(column))
}

pub(crate) fn account_id(row: &Row, column: usize) -> Result<AccountId, Fault> {
    number(row, column).map(AccountId)
}

pub(crate) fn optional_account(row: &Row, column: usize) -> Result<Option<AccountId>, Fault> {
    Ok(optional_number(row, column)?.map(AccountId))
}

/// Reads an array of account ids.
pub(crate) fn account_ids(row: &Row, column: usize) -> Result<Vec<AccountId>, Fault> {
    let ids = get::<Vec<i64>>(row, column)?;
    ids.into_iter().map(|id| u32::try_from(id).map(AccountId).map_err(|_| Fault::Value(column))).collect()
}

pub(crate) fn conversation_id(row: &Row, column: usize) -> Result<ConversationId, Fault> {
    number(row, column).map(ConversationId)
}

pub(crate) fn username(row: &Row, column: usize) -> Result<Username, Fault> {
    get::<String>(row, column).map(Username::from)
}

pub(crate) fn time(row: &Row, column: usize) -> Result<Timestamp, Fault> {
    get(row, column).map(Timestamp)
}

pub(crate) fn optional_time(row: &Row, column: usize) -> Result<Option<Timestamp>, Fault> {
    Ok(get::<Option<i64>>(row, column)?.map(Timestamp))
}

pub(crate) fn seq(row: &Row, column: usize) -> Result<Seq, Fault> {
    number(row, column).map(Seq)
}

/// Reads a hash or another value of a fixed length.
pub(crate) fn bytes<const N: usize>(row: &Row, column: usize) -> Result<[u8; N], Fault> {
    get::<&[u8]>(row, column)?.try_into().map_err(|_| Fault::Value(column))
}

pub(crate) fn visibility(row: &Row, column: usize) -> Result<Visibility, Fault> {
    columns::visibility(get(row, column)?).ok_or(Fault::Value(column))
}

pub(crate) fn role(row: &Row, column: usize) -> Result<Role, Fault> {
    columns::role(get(row, column)?).ok_or(Fault::Value(column))
}

/// Reads two columns written with [`columns::notify_columns`].
pub(crate) fn notify(row: &Row, first: usize) -> Result<Notify, Fault> {
    let level = columns::notify_level(get(row, first)?).ok_or(Fault::Value(first))?;
    Ok(Notify { level, until: optional_time(row, first + 1)? })
}

/// A number of rows, for LIMIT.
pub(crate) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
