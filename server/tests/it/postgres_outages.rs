//! The database on PostgreSQL becomes unavailable: what the store and a server on it report, and that nothing waits for long.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use papo_server::Server;
use papo_server::domain::AccountId;
use papo_server::store::Store;
use papo_server::store::postgres::{PostgresAddress, PostgresStore};
use papo_shared::model::{ClientId, Seq, Username};
use papo_shared::protocol::{Refusal, ServerFrame};
use tokio::time::sleep;

use crate::client::{ANY_PORT, Client, PASSWORD, config, history, send, sign_in};
use crate::monitor::get;
use crate::postgres::Schema;
use crate::unreliable_path::{PathState, UnreliablePath};

/// More than the documented bound for a database that hangs, which is 6 s, for a busy machine.
const BOUND: Duration = Duration::from_secs(12);

/// A store whose connections to the database can be cut.
async fn store_on_unreliable_path(schema: &Schema) -> (Arc<PostgresStore>, UnreliablePath) {
    let text = schema.address_text();
    let after_user = text.split_once('@').unwrap().1;
    let server = after_user.split('/').next().unwrap();
    let path = UnreliablePath::to(server.parse::<SocketAddr>().unwrap()).await;
    let through_path = text.replace(server, &path.address().to_string());
    let store = PostgresStore::open(&PostgresAddress::parse(&through_path, None, None).unwrap()).await.unwrap();
    (Arc::new(store), path)
}

#[track_caller]
fn is_temporary(refusal: &Refusal) {
    assert!(matches!(refusal, Refusal::Failed { retry_after_ms: Some(_) }), "{refusal:?}");
}

/// Reads until the store works.
async fn wait_until_available(store: &PostgresStore) {
    while let Err(error) = store.accounts(&[AccountId(1)]).await {
        assert!(error.is_unavailable(), "{error:?}");
        sleep(Duration::from_millis(10)).await;
    }
}

async fn wait_for_reply(client: &mut Client) {
    while let ServerFrame::Event(_) = client.frame().await.expect("the connection should stay open") {}
}

#[tokio::test]
async fn an_outage_is_reported_within_seconds_and_ends_by_itself() {
    let Some(schema) = Schema::create().await else { return };
    let (store, path) = store_on_unreliable_path(&schema).await;
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path());
    config.metrics.listen = Some(ANY_PORT);
    let server = Server::start_on(config, store.clone()).await.unwrap();
    let watched = server.metrics_addr().unwrap();
    let mut ana = Client::greeted(server.local_addr()).await;
    ana.register("ana").await;
    let mut elsewhere = Client::greeted(server.local_addr()).await;
    let group = ana.group("redes", &mut []).await;

    for (number, state) in [(2, PathState::Broken), (3, PathState::Silent)] {
        path.set(state);
        let began = Instant::now();
        let message = send(group, ClientId::new(), &number.to_string());
        // On a silent path, these are the requests that find out.
        let username = Username::parse("ana").unwrap();
        let (read, refused) = tokio::join!(store.account(&username), ana.refused(message.clone()));
        assert!(read.is_err_and(|error| error.is_unavailable() && !error.is_outcome_unknown()), "{state:?}");
        is_temporary(&refused);
        assert!(began.elapsed() < BOUND, "{state:?}: {:?}", began.elapsed());
        while store.unavailable_reason().is_none() {
            sleep(Duration::from_millis(10)).await;
        }
        let (status, reason) = get(watched, "/readyz").await;
        assert!(status == 503 && reason.starts_with("the database is unavailable: "), "{state:?}: {status} {reason}");

        // From now on nothing waits for the database.
        let began = Instant::now();
        for _ in 0..20 {
            is_temporary(&ana.refused(message.clone()).await);
            is_temporary(&ana.refused(history(group, None, None)).await);
        }
        is_temporary(&elsewhere.refused(sign_in("ana", PASSWORD)).await);
        assert!(began.elapsed() < BOUND / 3, "{state:?}: {:?}", began.elapsed());

        path.set(PathState::Open);
        wait_until_available(&store).await;
        assert_eq!(get(watched, "/readyz").await.0, 200, "{state:?}");
        assert_eq!(ana.stored(message).await.seq, Seq(number), "{state:?}");
    }
    assert_eq!(ana.texts(group).await, ["2", "3"]);
    server.stop().await;
    schema.finish().await;
}

/// The path falls silent while batches are committed, which happens at every step of a transaction sooner or later.
#[tokio::test]
async fn a_message_whose_commit_is_cut_off_is_stored_once() {
    let Some(schema) = Schema::create().await else { return };
    let (store, path) = store_on_unreliable_path(&schema).await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start_on(config(dir.path()), store.clone()).await.unwrap();
    let mut ana = Client::greeted(server.local_addr()).await;
    ana.register("ana").await;
    let group = ana.group("redes", &mut []).await;
    let mut said = Vec::new();
    for (number, state) in [PathState::Broken, PathState::Silent, PathState::Broken].into_iter().enumerate() {
        let mut messages = Vec::new();
        for message in 0..40 {
            let text = format!("{number}.{message}");
            messages.push(send(group, ClientId::new(), &text));
            said.push(text);
        }
        for message in &messages {
            ana.request(message.clone()).await;
        }
        // After one acknowledgement the next batch is under way.
        wait_for_reply(&mut ana).await;
        path.set(state);
        for _ in 1..messages.len() {
            wait_for_reply(&mut ana).await;
        }
        path.set(PathState::Open);
        wait_until_available(&store).await;
        for message in messages {
            ana.stored(message).await;
        }
    }
    let mut stored = ana.texts(group).await;
    stored.sort();
    said.sort();
    assert_eq!(stored, said);
    server.stop().await;
    schema.finish().await;
}
