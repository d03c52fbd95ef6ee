//! Schema migration by the steps in [`steps`], for one server at a time.

pub(crate) mod steps;

use papo_shared::model::ServerId;
use papo_shared::model::search::FOLDING;

use self::steps::MIGRATIONS;
use super::fault::Fault;
use super::open_error::OpenError;
use super::query::Connection;
use super::search;

/// First key of the advisory lock: "papo" in ASCII. The second one is for the schema.
const LOCK: i32 = 0x7061_706f;

/// Brings the schema to the current version in one transaction, and gives the identity of the data.
///
/// # Errors
/// The schema belongs to another program, or was written by a newer version.
pub(super) async fn migrate(connection: &Connection) -> Result<ServerId, OpenError> {
    connection.batch_execute("BEGIN").await?;
    let migrated = migrate_locked(connection).await;
    connection.batch_execute(if migrated.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    migrated
}

async fn migrate_locked(connection: &Connection) -> Result<ServerId, OpenError> {
    connection.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0").await?;
    connection.query("SELECT pg_advisory_xact_lock($1, hashtext(current_schema()))", &[&LOCK]).await?;
    let version = version(connection).await?;
    for step in MIGRATIONS.iter().skip(version) {
        connection.batch_execute(step).await?;
    }
    if version == 0 {
        let id = ServerId::from_random(rand::random());
        connection
            .batch_execute("CREATE TABLE papo_schema (version BIGINT NOT NULL); INSERT INTO papo_schema VALUES (0)")
            .await?;
        let server = "INSERT INTO server (id, folding) VALUES ($1, $2)";
        connection.execute(server, &[&id.as_bytes().to_vec(), &i64::from(FOLDING)]).await?;
    }
    if version < MIGRATIONS.len() {
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        connection.execute("UPDATE papo_schema SET version = $1", &[&known]).await?;
    }
    let server = connection.query_one("SELECT id, folding FROM server", &[]).await?;
    if server.try_get::<_, i64>(1)? != i64::from(FOLDING) {
        search::refold(connection).await?;
    }
    let id: Vec<u8> = server.try_get(0)?;
    id.try_into().map(ServerId::from_bytes).map_err(|_| OpenError::from(Fault::Value(0)))
}

/// The number of migration steps applied to the schema; 0 if it is empty.
///
/// # Errors
/// It is not papo's, or was written by a newer version.
pub(super) async fn version(connection: &Connection) -> Result<usize, OpenError> {
    let sql = "SELECT current_schema() IS NULL,
                   EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
                       AND relname = 'papo_schema'),
                   EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p'))";
    let found = connection.query_one(sql, &[]).await?;
    match (found.try_get(0)?, found.try_get(1)?, found.try_get(2)?) {
        (true, _, _) => Err(OpenError::NoSchema),
        (false, false, true) => Err(OpenError::Foreign),
        (false, false, false) => Ok(0),
        (false, true, _) => {
            let version: i64 = connection.query_one("SELECT version FROM papo_schema", &[]).await?.try_get(0)?;
            let found = usize::try_from(version).unwrap_or(usize::MAX);
            if found > MIGRATIONS.len() { Err(OpenError::Newer { found, known: MIGRATIONS.len() }) } else { Ok(found) }
        }
    }
}
