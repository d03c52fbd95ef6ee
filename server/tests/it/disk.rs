//! Trouble with the disk, in the process of a real server.

use std::process::{Command, Stdio};

use papo_shared::model::ClientId;
use papo_shared::protocol::{Refusal, Reply, Request};
use tempfile::TempDir;

use crate::binary::{Running, check_refused, papo_server};
use crate::client::{Client, send};

/// A limit that the log of a few dozen long messages reaches, in blocks of 512 bytes.
const FILE_SIZE_LIMIT: &str = "2000";

/// Without a handler, SIGXFSZ ends the process.
#[tokio::test]
async fn a_write_beyond_a_file_size_limit_fails_and_the_server_stays() {
    let dir = TempDir::new().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", r#"ulimit -f "$0" && exec "$@""#, FILE_SIZE_LIMIT, env!("CARGO_BIN_EXE_papo-server")]);
    command.args(["--listen", "127.0.0.1:0", "--data"]).arg(dir.path());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let running = Running::of(&mut command);
    let mut ana = Client::greeted(running.address).await;
    ana.register("ana").await;
    let group = ana.group("redes", &mut []).await;
    let long = "palavra ".repeat(2_000);
    let mut stored = 0;
    loop {
        match ana.ask(send(group, ClientId::new(), &long)).await {
            Reply::MessageStored(_) if stored < 1_000 => stored += 1,
            Reply::Refused(Refusal::FAILED) => break,
            other => panic!("{other:?} after {stored} messages"),
        }
    }
    assert!(stored > 0);
    assert_eq!(ana.ask(Request::Ping).await, Reply::Pong);
    let mut again = Client::greeted(running.address).await;
    assert_eq!(again.ask(Request::Ping).await, Reply::Pong, "new connections are accepted");
}

#[tokio::test]
async fn a_server_whose_database_was_deleted_ends_and_does_not_start_with_an_empty_one() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let mut running = Running::start(&data);
    let mut ana = Client::greeted(running.address).await;
    ana.register("ana").await;
    std::fs::remove_file(data.join("chat.db")).unwrap();
    let code = tokio::task::spawn_blocking(move || running.wait()).await.unwrap();
    assert_eq!(code, Some(1));

    let mut again = papo_server(&["--listen", "127.0.0.1:0", "--data"]);
    check_refused(again.arg(&data), &["chat.db is missing", "papo-server restore", "chat.db.lock"]);
    assert!(!data.join("chat.db").exists());
    std::fs::remove_file(data.join("chat.db.lock")).unwrap();
    let running = Running::start(&data);
    let mut ana = Client::greeted(running.address).await;
    ana.register("ana").await;
}

/// A first start that was killed before it created the database.
#[test]
fn a_lock_without_a_database_does_not_prevent_a_first_start() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("chat.db.lock"), "").unwrap();
    drop(Running::start(dir.path()));
    drop(Running::start(dir.path()));
}
