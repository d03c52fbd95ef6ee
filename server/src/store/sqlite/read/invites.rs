//! Queries on invites to the server.

use papo_shared::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::{Invite, InviteHash, InviteId};

const COLUMNS: &str = "id, uses_left, expires_at, created_at, created_by";

pub(crate) fn one(connection: &Connection, code: &InviteHash) -> rusqlite::Result<Option<Invite>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM invite WHERE code_hash = ?1"))?
        .query_row([code.0], invite)
        .optional()
}

pub(crate) fn page(connection: &Connection, after: Option<InviteId>, limit: usize) -> rusqlite::Result<Vec<Invite>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM invite WHERE id > ?1 ORDER BY id LIMIT ?2"))?
        .query_map((after.map_or(0, |after| after.0), limit), invite)?
        .collect()
}

fn invite(row: &Row<'_>) -> rusqlite::Result<Invite> {
    Ok(Invite {
        id: InviteId(row.get(0)?),
        uses_left: row.get(1)?,
        expires_at: row.get::<_, Option<i64>>(2)?.map(Timestamp),
        created_at: Timestamp(row.get(3)?),
        created_by: row.get(4)?,
    })
}
