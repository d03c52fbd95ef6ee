//! Which entries of a conversation a member may see.

use papo_shared::model::{ConversationId, Seq};
use rusqlite::{Connection, OptionalExtension};

use crate::domain::AccountId;
use crate::store::sqlite::rows;

/// The first entry visible to the account and the newest entry; `None` if it is not a member.
pub(crate) fn visible_range(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
) -> rusqlite::Result<Option<(Seq, Seq)>> {
    connection
        .prepare_cached(
            "SELECT own.from_seq, conversation.last_seq FROM membership own
             JOIN conversation ON conversation.id = own.conversation
             WHERE own.account = ?1 AND own.conversation = ?2 AND own.to_seq IS NULL",
        )?
        .query_row((account.0, id.0), |row| Ok((rows::seq(row, 0)?, rows::seq(row, 1)?)))
        .optional()
}
