//! Which entries of a conversation a member may see.

use papo_shared::model::{ConversationId, Seq};

use crate::domain::AccountId;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, one};
use crate::store::postgres::rows::seq;

/// The first entry visible to the account and the newest entry; `None` if it is not a member.
pub(crate) async fn visible_range(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
) -> Result<Option<(Seq, Seq)>, Fault> {
    let sql = "SELECT own.from_seq, conversation.last_seq FROM membership own
               JOIN conversation ON conversation.id = own.conversation
               WHERE own.account = $1 AND own.conversation = $2 AND own.to_seq IS NULL";
    let found = one(connection, sql, &[&i64::from(account.0), &i64::from(id.0)]).await?;
    found.map(|row| Ok((seq(&row, 0)?, seq(&row, 1)?))).transpose()
}
