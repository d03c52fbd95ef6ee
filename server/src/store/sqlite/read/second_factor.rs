//! Queries on second factors.

use papo_shared::model::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::{AccountId, RecoveryCodeHash, SecondFactor, TimeStep, TotpSecret};

pub(crate) fn second_factor(connection: &Connection, account: AccountId) -> rusqlite::Result<Option<SecondFactor>> {
    let sql = "SELECT secret, confirmed, used_step, wrong_codes, wrong_since, recovery_codes FROM totp WHERE account = ?1";
    let read = |row: &Row<'_>| {
        Ok(SecondFactor {
            secret: TotpSecret(row.get(0)?),
            confirmed: row.get(1)?,
            used_step: TimeStep(row.get(2)?),
            wrong_codes: row.get(3)?,
            wrong_since: Timestamp(row.get(4)?),
            recovery_codes: recovery_codes(row, 5)?,
        })
    };
    connection.prepare_cached(sql)?.query_row([account.0], read).optional()
}

/// Reads hashes that are stored one after another.
fn recovery_codes(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<RecoveryCodeHash>> {
    let (hashes, rest) = row.get_ref(column)?.as_blob()?.as_chunks();
    if rest.is_empty() {
        Ok(hashes.iter().copied().map(RecoveryCodeHash).collect())
    } else {
        Err(rusqlite::Error::InvalidColumnType(column, "recovery_codes".to_owned(), Type::Blob))
    }
}
