//! The connections of a store: one that writes, some that read, and some for reads that examine more than they return, so that
//! other reads never wait behind them.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, PoolError, RecyclingMethod, Runtime};
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::fault::Fault;
use super::health::{Connector, Health};
use super::query::Connection;

/// There is only one committer, and it waits for each batch.
const WRITERS: usize = 1;
const READERS: usize = 4;
const EXAMINERS: usize = 2;

/// Maximum time to wait for a free connection, and to make one.
const WAIT: Duration = Duration::from_secs(5);

/// Connections for one purpose. Broken ones are replaced when they are needed.
pub(super) struct Pool {
    connections: deadpool_postgres::Pool,
    health: Health,
}

/// The pools of a store.
pub(super) struct Connections {
    pub(super) writers: Pool,
    pub(super) readers: Pool,
    pub(super) examiners: Pool,
}

impl Connections {
    /// Makes no connection yet.
    pub(super) fn new(config: &Config, tls: &MakeRustlsConnect, health: &Health) -> Result<Self, deadpool_postgres::BuildError> {
        let pool = |size| {
            let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
            let connector = Connector { tls: tls.clone(), health: health.clone() };
            let manager = Manager::from_connect(config.clone(), connector, recycling);
            let timeouts = deadpool_postgres::Timeouts { wait: Some(WAIT), create: Some(WAIT), recycle: Some(WAIT) };
            let builder = deadpool_postgres::Pool::builder(manager).max_size(size).timeouts(timeouts);
            let connections = builder.runtime(Runtime::Tokio1).build()?;
            Ok(Pool { connections, health: health.clone() })
        };
        Ok(Self { writers: pool(WRITERS)?, readers: pool(READERS)?, examiners: pool(EXAMINERS)? })
    }

    /// Refuses further use. Connections in use are closed when they are returned.
    pub(super) fn close(&self) {
        [&self.writers, &self.readers, &self.examiners].into_iter().for_each(|pool| pool.connections.close());
    }
}

/// A connection in use. It is closed rather than returned if it is dropped within a transaction, as when a request is cancelled.
pub(super) struct Session {
    connection: Option<Object>,
    is_in_transaction: bool,
}

impl Session {
    /// Waits for a free connection for at most [`WAIT`], and not at all if the database is unavailable.
    pub(super) async fn of(pool: &Pool) -> Result<Self, Fault> {
        tokio::select! {
            biased;
            reason = pool.health.wait_for_outage() => Err(Fault::Unavailable(reason)),
            found = pool.connections.get() => {
                if let Err(PoolError::Backend(_) | PoolError::Timeout(_)) = &found {
                    pool.health.suspect_outage();
                }
                Ok(Self { connection: Some(found?), is_in_transaction: false })
            }
        }
    }

    /// One in which all statements see the same snapshot.
    pub(super) async fn snapshot(pool: &Pool) -> Result<Self, Fault> {
        let mut session = Self::of(pool).await?;
        session.begin();
        session.connection().batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        Ok(session)
    }

    /// Ends a snapshot, and gives what was read in it.
    pub(super) async fn end_snapshot<T>(mut self, found: T) -> Result<T, Fault> {
        self.connection().batch_execute("COMMIT").await?;
        self.end();
        Ok(found)
    }

    pub(super) fn connection(&self) -> &Connection {
        self.connection.as_deref().expect("it should be there until it is dropped")
    }

    /// Records that a transaction begins.
    pub(super) fn begin(&mut self) {
        self.is_in_transaction = true;
    }

    /// Records that no transaction is open.
    pub(super) fn end(&mut self) {
        self.is_in_transaction = false;
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.is_in_transaction
            && let Some(connection) = self.connection.take()
        {
            drop(Object::take(connection));
        }
    }
}
