//! A server whose store is unavailable for a while: what clients and the monitoring learn, and that all of it ends by itself.

use std::sync::Arc;

use papo_server::Server;
use papo_server::store::memory::MemoryStore;
use papo_shared::model::{ClientId, Seq};
use papo_shared::protocol::{ListConversations, ListUsers, Refusal, Reply, Request};

use crate::client::{ANY_PORT, Client, PASSWORD, config, history, send, sign_in};
use crate::monitor::get;

#[track_caller]
fn is_temporary(refusal: &Refusal) {
    assert!(matches!(refusal, Refusal::Failed { retry_after_ms: Some(1_000..3_000) }), "{refusal:?}");
}

#[tokio::test]
async fn everything_is_refused_with_a_reason_and_a_wait_until_the_store_is_back() {
    let (dir, store) = (tempfile::tempdir().unwrap(), Arc::new(MemoryStore::default()));
    let mut config = config(dir.path());
    config.metrics.listen = Some(ANY_PORT);
    let server = Server::start_on(config, store.clone()).await.unwrap();
    let watched = server.metrics_addr().unwrap();
    let mut ana = Client::greeted(server.local_addr()).await;
    ana.register("ana").await;
    let group = ana.group("redes", &mut []).await;
    assert_eq!(get(watched, "/readyz").await, (200, "ok\n".to_owned()));

    store.set_unavailable(true);
    // Nobody has to write first.
    let unready = (503, "the database is unavailable: the database has stopped\n".to_owned());
    assert_eq!(get(watched, "/readyz").await, unready);
    assert!(get(watched, "/metrics").await.1.contains("papo_store_available 0"));
    let message = send(group, ClientId::new(), "oi");
    is_temporary(&ana.refused(message.clone()).await);
    is_temporary(&ana.refused(history(group, None, None)).await);
    is_temporary(&ana.refused(Request::ListConversations(ListConversations::default())).await);
    is_temporary(&ana.refused(Request::ListUsers(ListUsers::default())).await);
    assert_eq!(ana.ask(Request::Ping).await, Reply::Pong, "the connection stays");
    let mut elsewhere = Client::greeted(server.local_addr()).await;
    is_temporary(&elsewhere.refused(sign_in("ana", PASSWORD)).await);
    assert_eq!(get(watched, "/livez").await.0, 200);

    store.set_unavailable(false);
    // At once, although nothing was written yet: a load balancer may wait for this.
    assert_eq!(get(watched, "/readyz").await, (200, "ok\n".to_owned()));
    assert!(get(watched, "/metrics").await.1.contains("papo_store_available 1"));
    let Reply::SignedIn(_) = elsewhere.ask(sign_in("ana", PASSWORD)).await else { panic!("should be signed in") };
    assert_eq!(ana.stored(message).await.seq, Seq(2));
    assert_eq!(elsewhere.texts(group).await, ["oi"]);
    server.stop().await;
}
