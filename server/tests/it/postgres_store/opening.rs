//! Databases that cannot be opened, each with its reason, and encrypted connections.

use papo_server::store::Store;
use papo_server::store::postgres::{OpenError, PostgresAddress, PostgresStore, verify};

use super::proxy::{Certificate, Proxy};
use super::{Schema, account};

#[track_caller]
fn error_of(opened: Result<PostgresStore, OpenError>) -> OpenError {
    opened.err().expect("it should not open")
}

#[tokio::test]
async fn only_papos_own_database_of_a_known_version_is_opened() {
    let Some(schema) = Schema::create().await else { return };
    assert!(matches!(verify(&schema.address()).await, Err(OpenError::Older)));
    schema.execute("CREATE TABLE customer (id INT)").await;
    assert!(matches!(error_of(PostgresStore::open(&schema.address()).await), OpenError::Foreign));
    schema.execute("DROP TABLE customer").await;
    schema.store().await.close().await;
    schema.execute("UPDATE papo_schema SET version = version + 1").await;
    let newer = error_of(PostgresStore::open(&schema.address()).await);
    assert!(matches!(newer, OpenError::Newer { found, known } if found == known + 1), "{newer}");
    schema.execute("UPDATE papo_schema SET version = version - 1").await;
    schema.finish().await;
}

#[tokio::test]
async fn an_unusable_database_is_named_with_a_reason() {
    let nowhere = PostgresAddress::parse("postgres://papo@127.0.0.1:1/papo", None, None).unwrap();
    assert!(matches!(error_of(PostgresStore::open(&nowhere).await), OpenError::Unreachable(_)));
    let Some(schema) = Schema::create().await else { return };
    let address = std::env::var("PAPO_TEST_POSTGRES").unwrap();
    let (server, _) = address.rsplit_once('/').unwrap();
    let missing = PostgresAddress::parse(&format!("{server}/papo_missing"), None, None).unwrap();
    assert!(matches!(error_of(PostgresStore::open(&missing).await), OpenError::NoDatabase));
    let no_schema = format!("{address}?options=-c%20search_path%3Dpapo_missing");
    let no_schema = PostgresAddress::parse(&no_schema, None, None).unwrap();
    assert!(matches!(error_of(PostgresStore::open(&no_schema).await), OpenError::NoSchema));
    let read_only = format!("{address}?options=-c%20default_transaction_read_only%3Don");
    let read_only = PostgresAddress::parse(&read_only, None, None).unwrap();
    assert!(matches!(error_of(PostgresStore::open(&read_only).await), OpenError::ReadOnly));
    let wrong_password = PostgresAddress::parse(&address, Some("girafa"), None).unwrap();
    let refused = error_of(PostgresStore::open(&wrong_password).await);
    assert!(matches!(refused, OpenError::Credentials(_)), "{refused:?}");
    assert!(refused.to_string().contains("Check the user, the password, and pg_hba.conf"), "{refused}");
    let lossy = format!("{address}?options=-c%20synchronous_commit%3Doff");
    let lossy = PostgresAddress::parse(&lossy, None, None).unwrap();
    assert!(matches!(error_of(PostgresStore::open(&lossy).await), OpenError::NotDurable));
    schema.delete().await;
}

/// Opens a store over encrypted connections to this host, trusting one certificate.
async fn open_encrypted(address: &str, host: &str, trusted: &Certificate) -> Result<PostgresStore, OpenError> {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    std::fs::write(&authority, &trusted.pem).unwrap();
    let address = format!("{}&sslmode=require", address.replace("@127.0.0.1", &format!("@{host}")));
    PostgresStore::open(&PostgresAddress::parse(&address, None, Some(authority)).unwrap()).await
}

#[tokio::test]
async fn connections_are_encrypted_for_the_named_authority_and_host() {
    let Some(schema) = Schema::create().await else { return };
    let (own, other) = (Certificate::new("localhost"), Certificate::new("localhost"));
    let proxy = Proxy::with_tls(&schema.address_text(), &own).await;
    let store = open_encrypted(&proxy.address, "localhost", &own).await.unwrap();
    account(&store, "ana").await;
    store.close().await;

    for (address, host, trusted) in [
        // A certificate of an unknown authority, for another host, and no encryption at all.
        (proxy.address.clone(), "localhost", &other),
        (proxy.address.clone(), "127.0.0.1", &own),
        (schema.address_text(), "localhost", &own),
    ] {
        let refused = error_of(open_encrypted(&address, host, trusted).await);
        assert!(matches!(refused, OpenError::Tls(_)), "{refused:?}");
        assert!(refused.to_string().contains("`store_ca`"), "{refused}");
    }
    schema.finish().await;
}
