//! A server without free file descriptors serves its existing connections and accepts new ones later.

use std::process::{Command, Stdio};
use std::time::Instant;

use papo_shared::protocol::{Reply, Request};
use tokio::net::TcpStream;

use crate::binary::Running;
use crate::client::{Client, text, within};

/// Limit on file descriptors: just enough to start.
const DESCRIPTORS: usize = 64;

/// Maximum rate of log lines about failed accepts, per second.
const TRIES_A_SECOND: u128 = 10;

/// The log line about a failed accept.
const COMPLAINT: &str = "accepting a connection failed";

#[tokio::test]
async fn without_descriptors_sessions_continue_and_new_connections_wait() {
    let begun = Instant::now();
    let dir = tempfile::tempdir().unwrap();
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("ulimit -n {DESCRIPTORS}; exec \"$@\""), "sh", env!("CARGO_BIN_EXE_papo-server")]);
    limited.args(["--listen", "127.0.0.1:0", "--data"]).arg(dir.path());
    limited.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let server = Running::of(&mut limited);
    let (mut ana, mut rui) = (Client::greeted(server.address).await, Client::greeted(server.address).await);
    ana.register("ana").await;
    rui.register("rui").await;
    let conversation = ana.direct("rui").await;

    let mut crowd = Vec::new();
    for _ in 0..DESCRIPTORS {
        crowd.push(TcpStream::connect(server.address).await.unwrap());
    }
    let open = format!("/proc/{}/fd", server.id());
    within(async {
        while std::fs::read_dir(&open).unwrap().count() < DESCRIPTORS {
            ana.drain_events().await;
        }
    })
    .await;
    for number in 0..50 {
        ana.say(conversation, &number.to_string()).await;
        assert_eq!(text(&rui.entry(conversation).await), Some(number.to_string()));
    }

    drop(crowd);
    let mut late = Client::greeted(server.address).await;
    assert_eq!(late.ask(Request::Ping).await, Reply::Pong);
    let complaints = server.end().matches(COMPLAINT).count() as u128;
    let most = 1 + begun.elapsed().as_millis() * TRIES_A_SECOND / 1000;
    assert!((1..=most).contains(&complaints), "{complaints} attempts, expected at most {most}");
}
