//! Totals of the database, for the operator.

use rusqlite::Connection;

use crate::domain::Totals;

pub(crate) fn totals(connection: &Connection) -> rusqlite::Result<Totals> {
    let count = |table| connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0));
    let (accounts, devices) = (count("account")?, count("device")?);
    Ok(Totals { accounts, devices, conversations: count("conversation")?, entries: count("entry")? })
}
