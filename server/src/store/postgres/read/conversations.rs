//! Queries on conversations as their members see them.

use papo_shared::model::{ConversationId, GroupName, Topic};
use tokio_postgres::Row;

use super::entries;
use super::read_cursors::{UnreadPart, counted};
use crate::domain::rules::may_see;
use crate::domain::{AccountId, Conversation, ConversationRows, ConversationShape, ENOUGH_EXAMINED_ENTRIES};
use crate::store::columns;
use crate::store::columns::ACCOUNT;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map};
use crate::store::postgres::rows::{self, conversation_id, get, limit, notify, number, optional_number, role, seq, visibility};

/// The query for [`conversation_row`]; `condition` restricts `own.conversation` by `$2`.
fn select_own(condition: &str) -> String {
    format!(
        "SELECT conversation.id, conversation.name, conversation.last_seq, own.from_seq, own.read_seq,
             conversation.members, conversation.topic, own.role, own.notify, own.notify_until, conversation.visibility,
             conversation.retention_days, {ACCOUNT}
         FROM membership own
         JOIN conversation ON conversation.id = own.conversation
         LEFT JOIN account ON account.id = CASE WHEN conversation.low = $1 THEN conversation.high ELSE conversation.low END
         WHERE own.account = $1 AND own.to_seq IS NULL AND own.conversation {condition}"
    )
}

pub(crate) async fn one(connection: &Connection, account: AccountId, id: ConversationId) -> Result<Option<Conversation>, Fault> {
    let found = map(connection, &select_own("= $2"), &[&i64::from(account.0), &i64::from(id.0)], conversation_row).await?;
    Ok(with_logs(connection, account, found).await?.pop())
}

/// A page of conversations. Ends after the conversation with which enough entries are examined to count.
pub(crate) async fn page(
    connection: &Connection,
    account: AccountId,
    after: Option<ConversationId>,
    max_rows: usize,
) -> Result<ConversationRows, Fault> {
    let after = after.map_or(0, |id| i64::from(id.0));
    let sql = select_own("> $2 ORDER BY own.conversation LIMIT $3");
    let mut found = map(connection, &sql, &[&i64::from(account.0), &after, &limit(max_rows)], conversation_row).await?;
    let mut examined = 0_u64;
    let affordable = found.iter().take_while(|conversation| {
        let is_affordable = examined < ENOUGH_EXAMINED_ENTRIES;
        examined = examined.saturating_add(unread_part(conversation).max_examined());
        is_affordable
    });
    let affordable = affordable.count();
    let ended_early = affordable < found.len();
    found.truncate(affordable);
    Ok(ConversationRows { rows: with_logs(connection, account, found).await?, ended_early })
}

fn conversation_row(row: &Row) -> Result<Conversation, Fault> {
    let shape = match get::<Option<String>>(row, 1)? {
        Some(name) => ConversationShape::Group {
            name: GroupName::from(name),
            topic: get::<Option<String>>(row, 6)?.map(Topic::from),
            members: number(row, 5)?,
            role: role(row, 7)?,
            visibility: visibility(row, 10)?,
            retention_days: optional_number(row, 11)?,
        },
        None => ConversationShape::Direct { peer: rows::account(row, 12)? },
    };
    Ok(Conversation {
        id: conversation_id(row, 0)?,
        shape,
        first_seq: seq(row, 3)?,
        last_seq: seq(row, 2)?,
        read_seq: seq(row, 4)?,
        unread: 0,
        notify: notify(row, 8)?,
        mentions: 0,
        latest: None,
    })
}

fn unread_part(conversation: &Conversation) -> UnreadPart {
    UnreadPart { conversation: conversation.id, read: conversation.read_seq, last: conversation.last_seq }
}

/// Adds the counts and the newest entries.
async fn with_logs(
    connection: &Connection,
    account: AccountId,
    mut found: Vec<Conversation>,
) -> Result<Vec<Conversation>, Fault> {
    if found.is_empty() {
        return Ok(found);
    }
    let parts: Vec<_> = found.iter().map(unread_part).collect();
    let newest = |conversation: &Conversation| columns::entry_id(conversation.id, conversation.last_seq);
    let visible = found.iter().filter(|conversation| may_see(conversation.first_seq, conversation.last_seq));
    let mut latest = entries::by_ids(connection, account, &visible.map(newest).collect()).await?;
    let cursors = counted(connection, account, &parts).await?;
    for (conversation, cursor) in found.iter_mut().zip(cursors) {
        (conversation.unread, conversation.mentions) = (cursor.unread, cursor.mentions);
        conversation.latest = latest.remove(&newest(conversation));
    }
    Ok(found)
}
