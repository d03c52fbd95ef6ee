//! Queries on conversations as their members see them.

use papo_shared::model::{ConversationId, GroupListing, GroupName, Timestamp, Topic, Username};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{entries, read_cursors};
use crate::domain::rules::may_see;
use crate::domain::{
    AccountId, AccountRef, Conversation, ConversationRows, ConversationShape, ENOUGH_EXAMINED_ENTRIES, GroupSummary,
};
use crate::store::sqlite::rows::{self, ACCOUNT};

/// The query for [`conversation_row`]; `condition` restricts `own.conversation` by `?2`.
fn select_own(condition: &str) -> String {
    format!(
        "SELECT conversation.id, conversation.name, conversation.last_seq, own.from_seq, own.read_seq,
             conversation.members, conversation.topic, own.role, own.notify, own.notify_until, conversation.visibility, {ACCOUNT}
         FROM membership own
         JOIN conversation ON conversation.id = own.conversation
         LEFT JOIN account ON account.id = CASE WHEN conversation.low = ?1 THEN conversation.high ELSE conversation.low END
         WHERE own.account = ?1 AND own.to_seq IS NULL AND own.conversation {condition}"
    )
}

pub(crate) fn one(connection: &Connection, account: AccountId, id: ConversationId) -> rusqlite::Result<Option<Conversation>> {
    let found = connection.prepare_cached(&select_own("= ?2"))?.query_row((account.0, id.0), conversation_row).optional()?;
    found.map(|conversation| Ok(with_log(connection, account, conversation)?.0)).transpose()
}

pub(crate) fn page(
    connection: &Connection,
    account: AccountId,
    after: Option<ConversationId>,
    limit: usize,
) -> rusqlite::Result<ConversationRows> {
    let after = after.map_or(0, |id| id.0);
    let found: Vec<Conversation> = connection
        .prepare_cached(&select_own("> ?2 ORDER BY own.conversation LIMIT ?3"))?
        .query_map((account.0, after, limit), conversation_row)?
        .collect::<rusqlite::Result<_>>()?;
    let (mut rows, mut examined) = (Vec::with_capacity(found.len()), 0);
    let count = found.len();
    for conversation in found {
        let (conversation, entries) = with_log(connection, account, conversation)?;
        rows.push(conversation);
        examined += entries;
        if examined >= ENOUGH_EXAMINED_ENTRIES {
            break;
        }
    }
    Ok(ConversationRows { ended_early: rows.len() < count, rows })
}

pub(crate) fn groups(
    connection: &Connection,
    account: AccountId,
    query: Option<&str>,
    after: Option<ConversationId>,
    limit: usize,
) -> rusqlite::Result<Vec<GroupListing>> {
    connection
        .prepare_cached(
            // Two lists, each in the order of an index, so that a page does not examine the private groups of others.
            "WITH found AS (
                 SELECT id FROM conversation WHERE visibility > 0 AND id > ?2 AND (?3 IS NULL OR instr(name_key, ?3) > 0)
                 UNION
                 SELECT own.conversation FROM membership own JOIN conversation ON conversation.id = own.conversation
                 WHERE own.account = ?1 AND own.to_seq IS NULL AND own.conversation > ?2
                     AND conversation.name IS NOT NULL AND (?3 IS NULL OR instr(conversation.name_key, ?3) > 0)
                 ORDER BY 1 LIMIT ?4)
             SELECT conversation.id, conversation.name, conversation.members,
                 EXISTS (SELECT 1 FROM membership WHERE conversation = conversation.id AND account = ?1 AND to_seq IS NULL),
                 conversation.visibility
             FROM found JOIN conversation ON conversation.id = found.id ORDER BY found.id",
        )?
        .query_map((account.0, after.map_or(0, |id| id.0), query, limit), |row| {
            Ok(GroupListing {
                conversation: ConversationId(row.get(0)?),
                name: GroupName::from(row.get::<_, String>(1)?),
                members: row.get(2)?,
                member: row.get(3)?,
                visibility: rows::visibility(row, 4)?,
            })
        })?
        .collect()
}

/// Groups as the operator sees them.
pub(crate) fn summaries(
    connection: &Connection,
    owner: Option<AccountId>,
    after: Option<ConversationId>,
    limit: usize,
) -> rusqlite::Result<Vec<GroupSummary>> {
    connection
        .prepare_cached(
            "SELECT conversation.id, conversation.name, conversation.members, conversation.last_seq, conversation.created_at,
                 account.id, account.username
             FROM conversation
             LEFT JOIN membership
                 ON membership.conversation = conversation.id AND membership.to_seq IS NULL AND membership.role = 2
             LEFT JOIN account ON account.id = membership.account
             WHERE conversation.id > ?1 AND conversation.name IS NOT NULL AND conversation.deleted_at IS NULL
                 AND (?2 IS NULL OR account.id = ?2)
             ORDER BY conversation.id LIMIT ?3",
        )?
        .query_map((after.map_or(0, |id| id.0), owner.map(|owner| owner.0), limit), |row| {
            let owner = row.get::<_, Option<u32>>(5)?.zip(row.get::<_, Option<String>>(6)?);
            Ok(GroupSummary {
                conversation: ConversationId(row.get(0)?),
                name: GroupName::from(row.get::<_, String>(1)?),
                owner: owner.map(|(id, name)| AccountRef { id: AccountId(id), username: Username::from(name) }),
                members: row.get(2)?,
                entries: rows::seq(row, 3)?,
                created_at: Timestamp(row.get(4)?),
            })
        })?
        .collect()
}

fn conversation_row(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    let shape = match row.get::<_, Option<String>>(1)? {
        Some(name) => ConversationShape::Group {
            name: GroupName::from(name),
            topic: row.get::<_, Option<String>>(6)?.map(Topic::from),
            members: row.get(5)?,
            role: rows::role(row, 7)?,
            visibility: rows::visibility(row, 10)?,
        },
        None => ConversationShape::Direct { peer: rows::account(row, 11)? },
    };
    Ok(Conversation {
        id: ConversationId(row.get(0)?),
        shape,
        first_seq: rows::seq(row, 3)?,
        last_seq: rows::seq(row, 2)?,
        read_seq: rows::seq(row, 4)?,
        unread: 0,
        notify: rows::notify(row, 8)?,
        mentions: 0,
        latest: None,
    })
}

/// Adds the counts and the newest entry. Also returns the number of entries examined.
fn with_log(connection: &Connection, account: AccountId, mut found: Conversation) -> rusqlite::Result<(Conversation, u64)> {
    let (cursor, examined) = read_cursors::counted(connection, account, found.id, found.read_seq, found.last_seq)?;
    (found.unread, found.mentions) = (cursor.unread, cursor.mentions);
    if may_see(found.first_seq, found.last_seq) {
        found.latest = entries::one(connection, account, found.id, found.last_seq)?;
    }
    Ok((found, examined))
}
