//! Invites to register: creating, listing, redeeming, revoking.

use papo_shared::model::Timestamp;
use papo_shared::protocol::Refusal;
use rusqlite::Connection;

use crate::domain::{Invite, InviteHash, InviteId};
use crate::store::Outcome;

/// SQL condition for the invite with code `?1` to be valid at time `?2`.
const STANDS: &str = "code_hash = ?1 AND (expires_at IS NULL OR ?2 < expires_at)";

pub(super) fn create(
    connection: &Connection,
    code: &InviteHash,
    uses: u32,
    expires_at: Option<Timestamp>,
    by: &str,
    at: Timestamp,
) -> rusqlite::Result<Outcome> {
    connection
        .prepare_cached(
            "INSERT INTO invite (code_hash, uses_left, expires_at, created_at, created_by) VALUES (?1, ?2, ?3, ?4, ?5)
             RETURNING id",
        )?
        .query_row((code.0, uses, expires_at.map(|at| at.0), at.0, by), |row| row.get(0))
        .map(|id| Outcome::InviteCreated(InviteId(id)))
}

pub(super) fn revoke(connection: &Connection, invite: InviteId) -> rusqlite::Result<Outcome> {
    let removed = connection.prepare_cached("DELETE FROM invite WHERE id = ?1")?.execute([invite.0])?;
    Ok(if removed == 0 { Outcome::Refused(Refusal::InviteInvalid) } else { Outcome::Done })
}

/// Redeems one use; deletes the invite after the last one. Returns whether it was valid.
pub(super) fn use_up(connection: &Connection, code: &InviteHash, now: Timestamp) -> rusqlite::Result<bool> {
    let last =
        connection.prepare_cached(&format!("DELETE FROM invite WHERE {STANDS} AND uses_left = 1"))?.execute((code.0, now.0))?;
    let one = connection
        .prepare_cached(&format!("UPDATE invite SET uses_left = uses_left - 1 WHERE {STANDS}"))?
        .execute((code.0, now.0))?;
    Ok(last + one > 0)
}

pub(super) fn stands(connection: &Connection, code: &InviteHash, now: Timestamp) -> rusqlite::Result<bool> {
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
