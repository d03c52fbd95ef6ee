//! Totals of the database, for the operator.

use rusqlite::Connection;

use crate::domain::Totals;

pub(crate) fn totals(connection: &Connection) -> rusqlite::Result<Totals> {
    let count = |table| connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0));
    let (accounts, devices, conversations) = (count("account")?, count("device")?, count("conversation")?);
    // Logs have no gaps, so their newest numbers tell their lengths.
    let entries = connection.query_row("SELECT ifnull(sum(last_seq), 0) FROM conversation", [], |row| row.get(0))?;
    Ok(Totals { accounts, devices, conversations, entries })
}
