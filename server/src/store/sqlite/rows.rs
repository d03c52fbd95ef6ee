//! Conversions between rows and values.

use papo_shared::model::{
    ClientId, ConversationId, DisplayName, Emoji, Entry, EntryKind, GroupName, Message, MessageText, Notify, NotifyLevel,
    ReplyTo, Role, Seq, StatusText, Timestamp, Topic, Username, Visibility,
};
use rusqlite::Row;
use rusqlite::types::Type;

use crate::domain::{Account, AccountId, Removal};

/// Columns for [`account`], from a table named `account`.
pub(super) const ACCOUNT: &str = "account.id, account.username, account.display_name, account.last_seen, account.created_at, account.suspended_at, account.status, account.deleted_at";

/// Reads the columns of [`ACCOUNT`], starting at column `first`.
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

/// Query for [`entry`], to be completed by a condition on `entry.id`.
pub(super) const SELECT_ENTRY: &str = "
    SELECT entry.id, entry.at, author.username, entry.kind, entry.client_id, entry.body, member.username,
           entry.target, target_author.username, entry.mentions, entry.changed, entry.edited_at, entry.removal
    FROM entry
    JOIN account author ON author.id = entry.author
    LEFT JOIN account member ON member.id = entry.member
    LEFT JOIN entry target ON entry.kind = 1 AND target.id = entry.id >> 32 << 32 | entry.target
    LEFT JOIN account target_author ON target_author.id = target.author
    WHERE ";

/// Reads a row of [`SELECT_ENTRY`]. Reactions are stored in another table.
pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let kind = match row.get::<_, i64>(3)? {
        MESSAGE => EntryKind::Message(message(row)?),
        MESSAGE_EDITED => EntryKind::MessageEdited { target: seq(row, 7)? },
        MESSAGE_DELETED => EntryKind::MessageDeleted { target: seq(row, 7)? },
        REACTION_ADDED => EntryKind::ReactionAdded { target: seq(row, 7)?, emoji: Emoji::from(row.get::<_, String>(5)?) },
        REACTION_REMOVED => EntryKind::ReactionRemoved { target: seq(row, 7)?, emoji: Emoji::from(row.get::<_, String>(5)?) },
        GROUP_CREATED => EntryKind::GroupCreated { name: GroupName::from(row.get::<_, String>(5)?) },
        MEMBER_ADDED => EntryKind::MemberAdded { member: Username::from(row.get::<_, String>(6)?) },
        MEMBER_LEFT => EntryKind::MemberLeft { new_owner: row.get::<_, Option<String>>(6)?.map(Username::from) },
        MEMBER_JOINED => EntryKind::MemberJoined,
        MEMBER_REMOVED => EntryKind::MemberRemoved { member: Username::from(row.get::<_, String>(6)?) },
        ROLE_CHANGED => {
            let role = role_of(&row.get::<_, String>(5)?);
            EntryKind::RoleChanged { member: Username::from(row.get::<_, String>(6)?), role }
        }
        TOPIC_CHANGED => EntryKind::TopicChanged { topic: row.get::<_, Option<String>>(5)?.map(Topic::from) },
        VISIBILITY_CHANGED => EntryKind::VisibilityChanged { visibility: visibility_of(&row.get::<_, String>(5)?) },
        RETENTION_CHANGED => {
            EntryKind::RetentionChanged { days: row.get::<_, Option<String>>(5)?.map(|days| days_of(&days)).transpose()? }
        }
        GROUP_RENAMED => EntryKind::GroupRenamed { name: GroupName::from(row.get::<_, String>(5)?) },
        other => return Err(rusqlite::Error::IntegralValueOutOfRange(3, other)),
    };
    Ok(Entry { seq: seq_of(row.get(0)?), at: Timestamp(row.get(1)?), author: Username::from(row.get::<_, String>(2)?), kind })
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
        expired: removal == Some(EXPIRED),
        by_operator: removal == Some(DELETED_BY_OPERATOR),
        deleted_by: row.get::<_, Option<String>>(6)?.map(Username::from),
        text: text.map_or_else(MessageText::deleted, MessageText::from),
        reply_to,
        mentions: usernames(mentions.as_deref()),
        changed: row.get::<_, Option<i64>>(10)?.map(|_| seq(row, 10)).transpose()?,
        edited_at: row.get::<_, Option<i64>>(11)?.map(Timestamp),
        reactions: Vec::new(),
    })
}

/// Values of `erasure.kind`.
pub(super) const ERASE_MEMBERSHIPS: i64 = 1;
pub(super) const ERASE_MESSAGES: i64 = 2;
pub(super) const ERASE_LOG: i64 = 3;

/// Values of `entry.removal`.
const DELETED_BY_OPERATOR: i64 = 1;
pub(super) const EXPIRED: i64 = 2;

/// A removal as stored in `entry.removal`; a member who deleted the message is in `entry.member`.
pub(super) fn removal_column(removal: Removal) -> Option<i64> {
    match removal {
        Removal::Author | Removal::Member(_) => None,
        Removal::Operator => Some(DELETED_BY_OPERATOR),
        Removal::Expiry => Some(EXPIRED),
    }
}

pub(super) const MESSAGE: i64 = 1;
pub(super) const GROUP_CREATED: i64 = 2;
pub(super) const MEMBER_ADDED: i64 = 3;
pub(super) const MEMBER_LEFT: i64 = 4;
pub(super) const GROUP_RENAMED: i64 = 5;
pub(super) const MESSAGE_EDITED: i64 = 6;
pub(super) const MESSAGE_DELETED: i64 = 7;
pub(super) const REACTION_ADDED: i64 = 8;
pub(super) const REACTION_REMOVED: i64 = 9;
pub(super) const MEMBER_REMOVED: i64 = 10;
pub(super) const MEMBER_JOINED: i64 = 11;
pub(super) const ROLE_CHANGED: i64 = 12;
pub(super) const TOPIC_CHANGED: i64 = 13;
pub(super) const VISIBILITY_CHANGED: i64 = 14;
pub(super) const RETENTION_CHANGED: i64 = 15;

/// A role as stored in `entry.body`.
pub(super) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Other | Role::Member => "member",
        Role::Admin => "admin",
        Role::Owner => "owner",
    }
}

fn role_of(word: &str) -> Role {
    match word {
        "admin" => Role::Admin,
        "owner" => Role::Owner,
        _ => Role::Member,
    }
}

/// [`Visibility::Public`] as stored in `conversation.visibility`.
pub(super) const PUBLIC: i64 = 2;

/// A visibility as stored in `conversation.visibility`.
pub(super) fn visibility_column(visibility: Visibility) -> i64 {
    match visibility {
        Visibility::Other | Visibility::Private => 0,
        Visibility::Listed => 1,
        Visibility::Public => PUBLIC,
    }
}

/// Reads a column written with [`visibility_column`].
pub(super) fn visibility(row: &Row<'_>, column: usize) -> rusqlite::Result<Visibility> {
    match row.get::<_, i64>(column)? {
        0 => Ok(Visibility::Private),
        1 => Ok(Visibility::Listed),
        PUBLIC => Ok(Visibility::Public),
        other => Err(rusqlite::Error::IntegralValueOutOfRange(column, other)),
    }
}

/// A visibility as stored in `entry.body`.
pub(super) fn visibility_word(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Other | Visibility::Private => "private",
        Visibility::Listed => "listed",
        Visibility::Public => "public",
    }
}

fn visibility_of(word: &str) -> Visibility {
    match word {
        "public" => Visibility::Public,
        "listed" => Visibility::Listed,
        _ => Visibility::Private,
    }
}

/// A number of days as stored in `entry.body`.
fn days_of(text: &str) -> rusqlite::Result<u32> {
    text.parse().map_err(|error| rusqlite::Error::FromSqlConversionFailure(5, Type::Text, Box::new(error)))
}

/// A role as stored in `membership.role`.
pub(super) fn role_column(role: Role) -> i64 {
    match role {
        Role::Other | Role::Member => 0,
        Role::Admin => 1,
        Role::Owner => 2,
    }
}

/// Reads a column written with [`role_column`].
pub(super) fn role(row: &Row<'_>, column: usize) -> rusqlite::Result<Role> {
    match row.get::<_, i64>(column)? {
        0 => Ok(Role::Member),
        1 => Ok(Role::Admin),
        2 => Ok(Role::Owner),
        other => Err(rusqlite::Error::IntegralValueOutOfRange(column, other)),
    }
}

/// A notification setting as stored in `membership.notify` and `membership.notify_until`.
pub(super) fn notify_columns(notify: Notify) -> (i64, Option<i64>) {
    let level = match notify.level {
        NotifyLevel::All => 0,
        NotifyLevel::Mentions => 1,
        NotifyLevel::Nothing => 2,
    };
    (level, notify.until.map(|until| until.0))
}

/// Reads two columns written with [`notify_columns`].
pub(super) fn notify(row: &Row<'_>, first: usize) -> rusqlite::Result<Notify> {
    let level = match row.get::<_, i64>(first)? {
        0 => NotifyLevel::All,
        1 => NotifyLevel::Mentions,
        2 => NotifyLevel::Nothing,
        other => return Err(rusqlite::Error::IntegralValueOutOfRange(first, other)),
    };
    Ok(Notify { level, until: row.get::<_, Option<i64>>(first + 1)?.map(Timestamp) })
}

/// Id of an entry. Numbers too large for a log are clamped to the largest one.
pub(super) fn entry_id(conversation: ConversationId, seq: Seq) -> i64 {
    (i64::from(conversation.0) << 32) | i64::from(u32::try_from(seq.0).unwrap_or(u32::MAX))
}

/// The sequence number in an entry id.
pub(super) fn seq_of(entry_id: i64) -> Seq {
    Seq(entry_id.cast_unsigned() & u64::from(u32::MAX))
}

/// The conversation in an entry id.
pub(super) fn conversation_of(entry_id: i64) -> ConversationId {
    // Ids are positive and below 2⁶³, so the upper half is a conversation id below 2³¹.
    ConversationId(u32::try_from(entry_id >> 32).unwrap_or_default())
}

/// Reads a sequence number.
pub(super) fn seq(row: &Row<'_>, column: usize) -> rusqlite::Result<Seq> {
    let number: i64 = row.get(column)?;
    let number = u64::try_from(number)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(error)))?;
    Ok(Seq(number))
}

/// A sequence number as stored.
pub(super) fn column(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

/// Parses a column of usernames separated by spaces, as `notices` writes it.
fn usernames(column: Option<&str>) -> Vec<Username> {
    column.map_or_else(Vec::new, |names| names.split(' ').map(|name| Username::from(name.to_owned())).collect())
}
