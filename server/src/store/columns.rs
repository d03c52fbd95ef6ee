//! The columns that the backends with tables have in common, and the values in them.

use std::borrow::Cow;

use papo_shared::model::{ConversationId, DisplayName, EntryKind, Notify, NotifyLevel, Role, Seq, Topic, Username, Visibility};
use papo_shared::protocol::InboxReason;

use crate::domain::{EntryId, Removal};

/// Columns of an account, from a table named `account`.
pub(crate) const ACCOUNT: &str = "account.id, account.username, account.display_name, account.last_seen, account.created_at, account.suspended_at, account.status, account.deleted_at";

/// Columns of an entry, from a table named `entry` with [`ENTRY_JOINS`].
pub(crate) const ENTRY: &str = "
    entry.id, entry.at, author.username, entry.kind, entry.client_id, entry.body, member.username, entry.target,
    target_author.username, entry.mentions, entry.changed, entry.edited_at, entry.removal";

/// The joins for [`ENTRY`], after a table named `entry`.
pub(crate) const ENTRY_JOINS: &str = "
    JOIN account author ON author.id = entry.author
    LEFT JOIN account member ON member.id = entry.member
    LEFT JOIN entry target ON entry.kind = 1 AND target.id = entry.id >> 32 << 32 | entry.target
    LEFT JOIN account target_author ON target_author.id = target.author";

/// Values of `erasure.kind`.
pub(crate) const ERASE_MEMBERSHIPS: i64 = 1;
pub(crate) const ERASE_MESSAGES: i64 = 2;
pub(crate) const ERASE_LOG: i64 = 3;

/// Values of `entry.removal`.
pub(crate) const DELETED_BY_OPERATOR: i64 = 1;
pub(crate) const EXPIRED: i64 = 2;

/// A removal as stored in `entry.removal`; a member who deleted the message is in `entry.member`.
pub(crate) fn removal_column(removal: Removal) -> Option<i64> {
    match removal {
        Removal::Author | Removal::Member(_) => None,
        Removal::Operator => Some(DELETED_BY_OPERATOR),
        Removal::Expiry => Some(EXPIRED),
    }
}

pub(crate) const MESSAGE: i64 = 1;
pub(crate) const GROUP_CREATED: i64 = 2;
pub(crate) const MEMBER_ADDED: i64 = 3;
pub(crate) const MEMBER_LEFT: i64 = 4;
pub(crate) const GROUP_RENAMED: i64 = 5;
pub(crate) const MESSAGE_EDITED: i64 = 6;
pub(crate) const MESSAGE_DELETED: i64 = 7;
pub(crate) const REACTION_ADDED: i64 = 8;
pub(crate) const REACTION_REMOVED: i64 = 9;
pub(crate) const MEMBER_REMOVED: i64 = 10;
pub(crate) const MEMBER_JOINED: i64 = 11;
pub(crate) const ROLE_CHANGED: i64 = 12;
pub(crate) const TOPIC_CHANGED: i64 = 13;
pub(crate) const VISIBILITY_CHANGED: i64 = 14;
pub(crate) const RETENTION_CHANGED: i64 = 15;

/// A role as stored in `entry.body`.
pub(crate) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Other | Role::Member => "member",
        Role::Admin => "admin",
        Role::Owner => "owner",
    }
}

pub(crate) fn role_of(word: &str) -> Role {
    match word {
        "admin" => Role::Admin,
        "owner" => Role::Owner,
        _ => Role::Member,
    }
}

/// [`Visibility::Public`] as stored in `conversation.visibility`.
pub(crate) const PUBLIC: i64 = 2;

/// A visibility as stored in `conversation.visibility`.
pub(crate) fn visibility_column(visibility: Visibility) -> i64 {
    match visibility {
        Visibility::Other | Visibility::Private => 0,
        Visibility::Listed => 1,
        Visibility::Public => PUBLIC,
    }
}

/// The visibility of a column written with [`visibility_column`]; `None` for other values.
pub(crate) fn visibility(column: i64) -> Option<Visibility> {
    match column {
        0 => Some(Visibility::Private),
        1 => Some(Visibility::Listed),
        PUBLIC => Some(Visibility::Public),
        _ => None,
    }
}

/// A visibility as stored in `entry.body`.
pub(crate) fn visibility_word(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Other | Visibility::Private => "private",
        Visibility::Listed => "listed",
        Visibility::Public => "public",
    }
}

pub(crate) fn visibility_of(word: &str) -> Visibility {
    match word {
        "public" => Visibility::Public,
        "listed" => Visibility::Listed,
        _ => Visibility::Private,
    }
}

/// A role as stored in `membership.role`.
pub(crate) fn role_column(role: Role) -> i64 {
    match role {
        Role::Other | Role::Member => 0,
        Role::Admin => 1,
        Role::Owner => 2,
    }
}

/// The role of a column written with [`role_column`]; `None` for other values.
pub(crate) fn role(column: i64) -> Option<Role> {
    match column {
        0 => Some(Role::Member),
        1 => Some(Role::Admin),
        2 => Some(Role::Owner),
        _ => None,
    }
}

/// A notification setting as stored in `membership.notify` and `membership.notify_until`.
pub(crate) fn notify_columns(notify: Notify) -> (i64, Option<i64>) {
    let level = match notify.level {
        NotifyLevel::All => 0,
        NotifyLevel::Mentions => 1,
        NotifyLevel::Nothing => 2,
    };
    (level, notify.until.map(|until| until.0))
}

/// The notification level of a column written with [`notify_columns`]; `None` for other values.
pub(crate) fn notify_level(column: i64) -> Option<NotifyLevel> {
    match column {
        0 => Some(NotifyLevel::All),
        1 => Some(NotifyLevel::Mentions),
        2 => Some(NotifyLevel::Nothing),
        _ => None,
    }
}

/// Id of an entry. Numbers too large for a log are clamped to the largest one.
pub(crate) fn entry_id(conversation: ConversationId, seq: Seq) -> i64 {
    (i64::from(conversation.0) << 32) | i64::from(u32::try_from(seq.0).unwrap_or(u32::MAX))
}

/// Id of an entry, as [`entry_id`].
pub(crate) fn row_id(id: EntryId) -> i64 {
    entry_id(id.conversation, id.seq)
}

/// The entry with an id written with [`row_id`].
pub(crate) fn entry_of(id: i64) -> EntryId {
    EntryId { conversation: conversation_of(id), seq: seq_of(id) }
}

/// The sequence number in an entry id.
pub(crate) fn seq_of(entry_id: i64) -> Seq {
    Seq(entry_id.cast_unsigned() & u64::from(u32::MAX))
}

/// The conversation in an entry id.
pub(crate) fn conversation_of(entry_id: i64) -> ConversationId {
    // Ids are positive and below 2⁶³, so the upper half is a conversation id below 2³¹.
    ConversationId(u32::try_from(entry_id >> 32).unwrap_or_default())
}

/// A sequence number as stored.
pub(crate) fn column(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

/// Mentions as stored in a column: usernames separated by spaces. Usernames contain no spaces and never change.
pub(crate) fn mentions_column(named: &[Username]) -> Option<String> {
    let names: Vec<&str> = named.iter().map(Username::as_str).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

/// The usernames of a column written with [`mentions_column`].
pub(crate) fn mentions(column: Option<&str>) -> Vec<Username> {
    column.map_or_else(Vec::new, |names| names.split(' ').map(|name| Username::from(name.to_owned())).collect())
}

const MENTION: i64 = 1;
const REPLY: i64 = 2;
const DIRECT: i64 = 3;

/// The value of `notice.reason`.
pub(crate) fn reason_column(reason: InboxReason) -> i64 {
    match reason {
        InboxReason::Mention => MENTION,
        InboxReason::Reply => REPLY,
        InboxReason::Direct | InboxReason::Other => DIRECT,
    }
}

/// The reason of a column written with [`reason_column`].
pub(crate) fn reason(column: Option<i64>) -> InboxReason {
    match column {
        Some(MENTION) => InboxReason::Mention,
        Some(REPLY) => InboxReason::Reply,
        _ => InboxReason::Direct,
    }
}

/// The column of an account that is searched in the directory.
pub(crate) fn search_column(username: &Username, display_name: &DisplayName) -> String {
    format!("{}\n{}", username.as_str().to_lowercase(), display_name.as_str().to_lowercase())
}

/// The columns of an entry other than a message: `kind`, `body` and `target`. `None` for messages, and for entries of unknown
/// kinds, which this version never writes.
pub(crate) fn entry_columns(kind: &EntryKind) -> Option<(i64, Option<Cow<'_, str>>, Option<Seq>)> {
    let (number, body, target) = match kind {
        EntryKind::RetentionChanged { days } => {
            return Some((RETENTION_CHANGED, days.map(|days| days.to_string().into()), None));
        }
        EntryKind::GroupCreated { name } => (GROUP_CREATED, Some(name.as_str()), None),
        EntryKind::MemberAdded { .. } => (MEMBER_ADDED, None, None),
        EntryKind::MemberJoined => (MEMBER_JOINED, None, None),
        EntryKind::MemberLeft { .. } => (MEMBER_LEFT, None, None),
        EntryKind::MemberRemoved { .. } => (MEMBER_REMOVED, None, None),
        EntryKind::RoleChanged { role, .. } => (ROLE_CHANGED, Some(role_word(*role)), None),
        EntryKind::TopicChanged { topic } => (TOPIC_CHANGED, topic.as_ref().map(Topic::as_str), None),
        EntryKind::VisibilityChanged { visibility } => (VISIBILITY_CHANGED, Some(visibility_word(*visibility)), None),
        EntryKind::GroupRenamed { name } => (GROUP_RENAMED, Some(name.as_str()), None),
        EntryKind::MessageEdited { target } => (MESSAGE_EDITED, None, Some(*target)),
        EntryKind::MessageDeleted { target } => (MESSAGE_DELETED, None, Some(*target)),
        EntryKind::ReactionAdded { target, emoji } => (REACTION_ADDED, Some(emoji.as_str()), Some(*target)),
        EntryKind::ReactionRemoved { target, emoji } => (REACTION_REMOVED, Some(emoji.as_str()), Some(*target)),
        EntryKind::Message(_) | EntryKind::Unknown => return None,
    };
    Some((number, body.map(Cow::Borrowed), target))
}
