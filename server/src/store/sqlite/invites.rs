//! Queries on invites to the server.

use papo_shared::model::Timestamp;
use rusqlite::Connection;

use crate::domain::{Invite, InviteHash, InviteId};

/// SQL condition for the invite with code `?1` to be valid at time `?2`.
const STANDS: &str = "code_hash = ?1 AND (expires_at IS NULL OR ?2 < expires_at)";

pub(super) fn is_valid(connection: &Connection, code: &InviteHash, now: Timestamp) -> rusqlite::Result<bool> {
    connection.prepare_cached(&format!("SELECT 1 FROM invite WHERE {STANDS}"))?.exists((code.0, now.0))
}

pub(super) fn page(connection: &Connection, after: Option<InviteId>, limit: usize) -> rusqlite::Result<Vec<Invite>> {
    connection
        .prepare_cached(
            "SELECT id, uses_left, expires_at, created_at, created_by FROM invite WHERE id > ?1 ORDER BY id LIMIT ?2",
        )?
        .query_map((after.map_or(0, |after| after.0), limit), |row| {
            Ok(Invite {
                id: InviteId(row.get(0)?),
                uses_left: row.get(1)?,
                expires_at: row.get::<_, Option<i64>>(2)?.map(Timestamp),
                created_at: Timestamp(row.get(3)?),
                created_by: row.get(4)?,
            })
        })?
        .collect()
}
