//! Queries on conversations as their members see them.

use papo_shared::model::{ConversationId, GroupListing, GroupName, Timestamp, Topic, Username};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{entries, read_cursors};
use crate::domain::rules::may_see;
use crate::domain::{AccountId, AccountRef, Conversation, ConversationRows, ConversationShape, GroupSummary};
use crate::store::columns::ACCOUNT;
use crate::store::sqlite::rows;

/// The query for [`conversation_row`]; `condition` restricts `own.conversation` by `?2`.
fn select_own(condition: &str) -> String {
    format!(
        "SELECT conversation.id, conversation.name, conversation.last_seq, own.from_seq, own.read_seq,
             conversation.members, conversation.topic, own.role, own.notify, own.notify_until, conversation.visibility,
             conversation.retention_days, {ACCOUNT}
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

/// A page of conversations. Ends after the conversation with which at least `enough_entries` were examined to count.
pub(crate) fn page(
    connection: &Connection,
    account: AccountId,
    after: Option<ConversationId>,
    limit: usize,
    enough_entries: u64,
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
        if examined >= enough_entries {
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
                 account.id, account.username, conversation.retention_days
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
                retention_days: row.get(7)?,
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
            retention_days: row.get(11)?,
        },
        None => ConversationShape::Direct { peer: rows::account(row, 12)? },
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

#[cfg(test)]
mod tests {
    use papo_shared::model::ConversationId;
    use rusqlite::Connection;

    use super::{AccountId, page};
    use crate::store::sqlite::file::open;

    /// A file with an account that has three groups of ten unread messages each.
    fn three_groups(dir: &std::path::Path) -> Connection {
        let connection = open::open(dir).unwrap().connection;
        let fill = "
            INSERT INTO account (id, username, display_name, search, password_hash, created_at)
                VALUES (1, 'ana', 'Ana', 'ana', 'x', 0), (2, 'rui', 'Rui', 'rui', 'x', 0);
            INSERT INTO conversation (id, name, name_key, last_seq, created_at)
                VALUES (1, 'a', 'a', 10, 0), (2, 'b', 'b', 10, 0), (3, 'c', 'c', 10, 0);
            INSERT INTO membership (conversation, account, from_seq, read_seq) SELECT id, 1, 1, 0 FROM conversation;
            WITH RECURSIVE number (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM number WHERE seq < 10)
            INSERT INTO entry (id, at, author, kind, client_id, body)
                SELECT conversation.id << 32 | seq, 0, 2, 1, randomblob(16), 'oi' FROM conversation, number;";
        connection.execute_batch(fill).unwrap();
        connection
    }

    #[test]
    fn a_page_ends_early_after_much_counting() {
        let dir = tempfile::tempdir().unwrap();
        let connection = three_groups(dir.path());
        let check = |after: u32, enough, ids: &[u32], ended_early| {
            let found = page(&connection, AccountId(1), Some(ConversationId(after)), 9, enough).unwrap();
            assert_eq!(found.rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), ids, "{enough}");
            assert!(found.rows.iter().all(|row| row.unread == 10));
            assert_eq!(found.ended_early, ended_early, "{enough}");
        };
        check(0, 31, &[1, 2, 3], false);
        check(0, 30, &[1, 2, 3], false);
        check(0, 20, &[1, 2], true);
        check(0, 0, &[1], true);
        check(2, 0, &[3], false);
    }
}
