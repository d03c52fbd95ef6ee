//! The metrics and health endpoint.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use papo_server::Server;
use papo_server::store::memory::MemoryStore;
use papo_shared::model::ClientId;
use papo_shared::protocol::GoodbyeReason;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{ANY_PORT, Client, config, send, within};

/// Requests a page and returns its status and body.
pub(crate) async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: papo\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    within(stream.read_to_string(&mut answer)).await.unwrap();
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, text.to_owned())
}

/// All metrics with their labels and values.
async fn metrics(address: SocketAddr) -> BTreeMap<String, f64> {
    let (status, text) = get(address, "/metrics").await;
    assert_eq!(status, 200, "{text}");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.rsplit_once(' ').unwrap()).map(|(name, value)| (name.to_owned(), value.parse().unwrap())).collect()
}

#[tokio::test]
async fn metrics_and_health_report_the_state_of_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path());
    config.metrics.listen = Some(ANY_PORT);
    config.closing_grace = Duration::from_secs(20);
    let server = Server::start(config).await.unwrap();
    let watched = server.metrics_addr().unwrap();
    assert_eq!(get(watched, "/livez").await.0, 200);
    assert_eq!(get(watched, "/readyz").await.0, 200);
    assert_eq!(get(watched, "/elsewhere").await.0, 404);

    let mut ana = Client::greeted(server.local_addr()).await;
    ana.register("ana").await;
    let group = ana.group("redes", &mut []).await;
    let before = metrics(watched).await;
    for text in ["um", "dois", "três"] {
        ana.stored(send(group, ClientId::new(), text)).await;
    }
    let greeted = Client::greeted(server.local_addr()).await;
    let after = metrics(watched).await;
    let grown = |name: &str| after[name] - before[name];
    assert!(grown("papo_batch_writes_sum") >= 3.0, "{after:?}");
    assert!(grown("papo_acknowledge_seconds_count") >= 3.0, "{after:?}");
    assert!(grown("papo_commit_seconds_sum") > 0.0 && grown("papo_commit_seconds_count") >= 1.0, "{after:?}");
    assert!(grown("papo_fan_out_seconds_count") >= 1.0, "{after:?}");
    assert_eq!((after["papo_sessions"], after["papo_sessions_signed_in"]), (2.0, 1.0));
    assert_eq!((after["papo_sessions_lagging"], after["papo_failed_batches_total"]), (0.0, 0.0));

    // A client that does not close its connection delays the stop.
    let stopping = tokio::spawn(server.stop());
    assert_eq!(ana.goodbye().await, Some(GoodbyeReason::Stopping));
    let (status, why) = get(watched, "/readyz").await;
    assert_eq!((status, why.as_str()), (503, "stopping\n"));
    assert_eq!(get(watched, "/livez").await.0, 200);
    drop((ana, greeted));
    within(stopping).await.unwrap();
    assert!(TcpStream::connect(watched).await.is_err(), "the endpoint must close with the server");
}

#[tokio::test]
async fn ended_sessions_are_counted_by_reason() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path());
    config.metrics.listen = Some(ANY_PORT);
    let server = Server::start(config).await.unwrap();
    let watched = server.metrics_addr().unwrap();
    let mut noisy = Client::greeted(server.local_addr()).await;
    noisy.raw("no frame\n".repeat(99).as_bytes()).await;
    assert_eq!(noisy.goodbye().await, Some(GoodbyeReason::TooManyMalformedLines));
    drop(noisy);
    let ended = "papo_sessions_closed_total{reason=\"too_many_mistakes\"}";
    loop {
        if metrics(watched).await.get(ended) == Some(&1.0) {
            break;
        }
        tokio::task::yield_now().await;
    }
    server.stop().await;
}

/// The program that runs the server then ends, so that a supervisor starts it again.
#[tokio::test]
async fn a_store_that_failed_for_good_is_reported_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path());
    config.metrics.listen = Some(ANY_PORT);
    let store = Arc::new(MemoryStore::default());
    let server = Server::start_on(config, store.clone()).await.unwrap();
    let watched = server.metrics_addr().unwrap();
    assert_eq!(get(watched, "/readyz").await.0, 200);
    store.fail_for_good();
    assert_eq!(within(server.failed()).await, "keeping everything in memory");
    assert_eq!(get(watched, "/readyz").await.0, 503);
    within(server.stop()).await;
}
