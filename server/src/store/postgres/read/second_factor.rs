//! Queries on second factors.

use tokio_postgres::Row;

use crate::domain::{AccountId, RecoveryCodeHash, SecondFactor, TimeStep, TotpSecret};
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map};
use crate::store::postgres::rows::{account_id, bytes, get, number, time};

/// The second factors of those of these accounts that have one.
pub(crate) async fn of_accounts(connection: &Connection, ids: &Vec<i64>) -> Result<Vec<(AccountId, SecondFactor)>, Fault> {
    let sql = "SELECT account, secret, confirmed, used_step, wrong_codes, wrong_since, recovery_codes FROM totp
               WHERE account = ANY ($1)";
    map(connection, sql, &[ids], |row| {
        let second_factor = SecondFactor {
            secret: TotpSecret(bytes(row, 1)?),
            confirmed: get(row, 2)?,
            used_step: TimeStep(get(row, 3)?),
            wrong_codes: number(row, 4)?,
            wrong_since: time(row, 5)?,
            recovery_codes: recovery_codes(row, 6)?,
        };
        Ok((account_id(row, 0)?, second_factor))
    })
    .await
}

/// Reads hashes that are stored one after another.
fn recovery_codes(row: &Row, column: usize) -> Result<Vec<RecoveryCodeHash>, Fault> {
    let (hashes, rest) = get::<&[u8]>(row, column)?.as_chunks();
    if rest.is_empty() { Ok(hashes.iter().copied().map(RecoveryCodeHash).collect()) } else { Err(Fault::Value(column)) }
}
