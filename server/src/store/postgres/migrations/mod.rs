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
    let version = lock(connection).await?;
    if version == 0 {
        create(connection).await?;
        let id = ServerId::from_random(rand::random());
        let server = "INSERT INTO server (id, folding) VALUES ($1, $2)";
        connection.execute(server, &[&id.as_bytes().to_vec(), &i64::from(FOLDING)]).await?;
    } else {
        apply_steps(connection, version).await?;
    }
    let folding: i64 = connection.query_one("SELECT folding FROM server", &[]).await?.try_get(0)?;
    if folding != i64::from(FOLDING) {
        search::refold(connection).await?;
    }
    server_id(connection).await
}

/// Excludes other servers from the tables until the transaction ends. Gives the number of steps applied to the schema; 0 if it is
/// empty.
///
/// # Errors
/// It is not papo's, or was written by a newer version.
pub(super) async fn lock(connection: &Connection) -> Result<usize, OpenError> {
    connection.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0").await?;
    connection.query("SELECT pg_advisory_xact_lock($1, hashtext(current_schema()))", &[&LOCK]).await?;
    version(connection).await
}

/// Creates the tables, without rows, in an empty schema.
pub(super) async fn create(connection: &Connection) -> Result<(), OpenError> {
    connection.batch_execute("CREATE TABLE papo_schema (version BIGINT NOT NULL); INSERT INTO papo_schema VALUES (0)").await?;
    apply_steps(connection, 0).await
}

async fn apply_steps(connection: &Connection, version: usize) -> Result<(), OpenError> {
    for step in MIGRATIONS.iter().skip(version) {
        connection.batch_execute(step).await?;
    }
    if version < MIGRATIONS.len() {
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        connection.execute("UPDATE papo_schema SET version = $1", &[&known]).await?;
    }
    Ok(())
}

/// The identity of the data.
pub(super) async fn server_id(connection: &Connection) -> Result<ServerId, OpenError> {
    let id: Vec<u8> = connection.query_one("SELECT id FROM server", &[]).await?.try_get(0)?;
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
