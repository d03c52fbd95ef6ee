//! Access to the PostgreSQL server that `PAPO_TEST_POSTGRES` names. Without it, tests that need one do nothing, and say so.

use std::io::Write;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use papo_server::domain::storage::StorageLimits;
use papo_server::store::postgres::{PostgresAddress, PostgresStore, verify};
use tokio_postgres::{Client, NoTls};

/// The environment variable with an address such as `postgres://papo@127.0.0.1:5432/papo_test`. Its user can create schemas.
const VARIABLE: &str = "PAPO_TEST_POSTGRES";

/// A schema for one test.
pub(crate) struct Schema {
    server: String,
    /// Also the name under which its stores connect.
    pub(crate) name: String,
}

impl Schema {
    /// An empty schema; `None` without a server.
    pub(crate) async fn create() -> Option<Self> {
        static CREATED: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var(VARIABLE) else {
            report_missing_server();
            return None;
        };
        let name = format!("papo_{}_{}", std::process::id(), CREATED.fetch_add(1, Ordering::Relaxed));
        let schema = Self { server, name };
        schema.execute(&format!("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}", schema.name)).await;
        Some(schema)
    }

    pub(crate) fn address(&self) -> PostgresAddress {
        PostgresAddress::parse(&self.address_text(), None, None).unwrap()
    }

    pub(crate) fn address_text(&self) -> String {
        let separator = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{separator}options=-c%20search_path%3D{name}&application_name={name}", self.server, name = self.name)
    }

    /// A store on the tables of this schema.
    pub(crate) async fn store(&self) -> PostgresStore {
        self.store_with(StorageLimits::default()).await
    }

    pub(crate) async fn store_with(&self, limits: StorageLimits) -> PostgresStore {
        PostgresStore::open_with(&self.address(), limits).await.unwrap()
    }

    /// Executes statements in the schema.
    pub(crate) async fn execute(&self, sql: &str) {
        self.connect().await.batch_execute(sql).await.unwrap();
    }

    /// A connection of its own, which uses the schema and ends when it is dropped.
    pub(crate) async fn connect(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.server, NoTls).await.unwrap();
        tokio::spawn(connection);
        let settings = format!("SET client_min_messages = warning; SET search_path = {}", self.name);
        client.batch_execute(&settings).await.unwrap();
        client
    }

    /// Checks what the store promises, and deletes the schema.
    pub(crate) async fn finish(self) {
        assert_eq!(verify(&self.address()).await.unwrap(), []);
        self.delete().await;
    }

    pub(crate) async fn delete(self) {
        self.execute(&format!("DROP SCHEMA {} CASCADE", self.name)).await;
    }
}

fn report_missing_server() {
    static REPORTED: Once = Once::new();
    // Written directly, since the output of tests that pass is not shown.
    REPORTED.call_once(|| {
        let text = format!("{VARIABLE} is not set: the tests of PostgreSQL do nothing. `.ci/with-services` sets it.");
        _ = writeln!(std::io::stderr(), "{text}");
    });
}
