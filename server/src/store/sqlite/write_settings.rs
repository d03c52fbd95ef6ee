//! What people say about themselves, and what they want to be called for.

use papo_shared::model::{ConversationId, DisplayName, Notify, StatusText};
use rusqlite::OptionalExtension;

use super::rows;
use super::tables::Tables;
use super::write_accounts::searched;
use crate::domain::{AccountId, rules};
use crate::store::{NotifySet, Outcome};

pub(super) fn set_profile(
    tables: &Tables,
    account: AccountId,
    display_name: Option<&DisplayName>,
    status: Option<&Option<StatusText>>,
) -> rusqlite::Result<Outcome> {
    let connection = &tables.connection;
    if let Some(display_name) = display_name {
        let username: String =
            connection.prepare_cached("SELECT username FROM account WHERE id = ?1")?.query_row([account.0], |row| row.get(0))?;
        connection.prepare_cached("UPDATE account SET display_name = ?2, search = ?3 WHERE id = ?1")?.execute((
            account.0,
            display_name.as_str(),
            searched(&username, display_name),
        ))?;
    }
    if let Some(status) = status {
        connection
            .prepare_cached("UPDATE account SET status = ?2 WHERE id = ?1")?
            .execute((account.0, status.as_ref().map(StatusText::as_str)))?;
    }
    Ok(Outcome::Done)
}

pub(super) fn set_notify(
    tables: &Tables,
    conversation: ConversationId,
    account: AccountId,
    notify: Notify,
) -> rusqlite::Result<Outcome> {
    let before = tables
        .connection
        .prepare_cached(
            "SELECT notify, notify_until FROM membership WHERE conversation = ?1 AND account = ?2 AND to_seq IS NULL",
        )?
        .query_row((conversation.0, account.0), |row| rows::notify(row, 0))
        .optional()?;
    match rules::as_member(before) {
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
        Ok(before) if before == notify => return Ok(Outcome::Done),
        Ok(_) => {}
    }
    let (level, until) = rows::notify_columns(notify);
    tables
        .connection
        .prepare_cached(
            "UPDATE membership SET notify = ?3, notify_until = ?4
             WHERE conversation = ?1 AND account = ?2 AND to_seq IS NULL",
        )?
        .execute((conversation.0, account.0, level, until))?;
    Ok(Outcome::NotifyChanged(NotifySet { conversation, account, notify }))
}
