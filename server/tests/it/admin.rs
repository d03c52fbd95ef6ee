//! The operator's commands, against a server that runs and against one that is stopped.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use papo_shared::protocol::{GoodbyeReason, Refusal};
use serde_json::Value;
use tempfile::TempDir;

use crate::binary::{Running, check_refused, papo_server};
use crate::client::{Client, PASSWORD, sign_in};

const OTHER_PASSWORD: &str = "sete girafas dançam tango";

fn on(data: &Path, arguments: &[&str]) -> Command {
    let mut command = papo_server(&["--data"]);
    command.arg(data).args(arguments).env("PAPO_PASSWORD_COST", "4");
    command
}

/// Runs a command that should succeed, with this on its standard input, and gives its answer.
#[track_caller]
fn answered(data: &Path, arguments: &[&str], input: &str) -> Value {
    let mut child = on(data, arguments).arg("--json").stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
    serde_json::from_slice(&stdout).unwrap()
}

fn usernames(users: &Value) -> Vec<&str> {
    users["users"].as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect()
}

/// All that can be done to accounts. It is the same whoever answers.
fn look_after_accounts(data: &Path) {
    answered(data, &["user", "add", "eva"], &format!("{PASSWORD}\n"));
    answered(data, &["user", "add", "Rui"], PASSWORD);
    assert_eq!(usernames(&answered(data, &["user", "list"], "")), ["ana", "eva", "rui"]);
    assert_eq!(usernames(&answered(data, &["user", "list", "ev"], "")), ["eva"]);
    answered(data, &["user", "suspend", "eva"], "");
    let users = answered(data, &["user", "list"], "");
    let suspended = users["users"].as_array().unwrap().iter().map(|user| user["suspended_at"].is_i64()).collect::<Vec<_>>();
    assert_eq!(suspended, [false, true, false]);
    answered(data, &["user", "resume", "eva"], "");
    answered(data, &["user", "set-password", "eva"], &format!("{OTHER_PASSWORD}\n"));
    answered(data, &["user", "remove-devices", "eva"], "");
    let stats = answered(data, &["stats"], "");
    assert_eq!((stats["accounts"].as_u64(), stats["devices"].as_u64()), (Some(3), Some(1)));

    let no_such_user = ["There is no such user", "user list"];
    check_refused(&mut on(data, &["user", "suspend", "nobody"]), &no_such_user);
    check_refused(&mut on(data, &["user", "remove-devices", "nobody"]), &no_such_user);
    check_refused(&mut on(data, &["user", "add", "ana"]), &["Not done", "password"]);
}

#[tokio::test]
async fn accounts_are_looked_after_while_the_server_runs_and_while_it_does_not() {
    for stopped in [false, true] {
        let dir = TempDir::new().unwrap();
        let mut running = Running::start(dir.path());
        let mut ana = Client::greeted(running.address).await;
        ana.register("ana").await;
        if stopped {
            running.stop();
        }
        look_after_accounts(dir.path());
        if stopped {
            running = Running::start(dir.path());
        }
        let mut eva = Client::greeted(running.address).await;
        assert_eq!(eva.refused(sign_in("eva", PASSWORD)).await, Refusal::WrongCredentials, "stopped: {stopped}");
        let reply = eva.ask(sign_in("eva", OTHER_PASSWORD)).await;
        eva.signed_in(reply);
    }
}

#[tokio::test]
async fn sessions_are_listed_and_closed() {
    let dir = TempDir::new().unwrap();
    let mut running = Running::start(dir.path());
    let mut ana = Client::greeted(running.address).await;
    ana.register("ana").await;
    let _greeted = Client::greeted(running.address).await;
    let listed = answered(dir.path(), &["session", "list"], "");
    let sessions = listed["sessions"].as_array().unwrap();
    let shown = |session: &Value| (session["username"].clone(), session["address"].clone());
    assert_eq!(shown(&sessions[0]), ("ana".into(), "127.0.0.1".into()));
    assert_eq!(shown(&sessions[1]), (Value::Null, "127.0.0.1".into()));
    let stats = answered(dir.path(), &["stats"], "");
    assert_eq!((&stats["sessions"]["open"], &stats["sessions"]["signed_in"]), (&2.into(), &1.into()));

    let id = sessions[0]["id"].to_string();
    answered(dir.path(), &["session", "close", &id], "");
    assert_eq!(ana.goodbye().await, Some(GoodbyeReason::Other));
    check_refused(&mut on(dir.path(), &["session", "close", "999"]), &["no session 999", "session list"]);
    running.stop();
    check_refused(&mut on(dir.path(), &["session", "list"]), &["stopped"]);
    let stats = answered(dir.path(), &["stats"], "");
    assert_eq!((&stats["accounts"], &stats["sessions"]), (&1.into(), &Value::Null));
}

#[tokio::test]
async fn answers_have_words_as_well() {
    let dir = TempDir::new().unwrap();
    let running = Running::start(dir.path());
    let mut ana = Client::greeted(running.address).await;
    ana.register("ana").await;
    let said = |arguments: &[&str]| String::from_utf8(on(dir.path(), arguments).output().unwrap().stdout).unwrap();
    assert!(said(&["user", "list"]).lines().nth(1).unwrap().starts_with("ana "));
    assert!(said(&["session", "list"]).lines().nth(1).unwrap().contains(" ana "));
    assert!(said(&["stats"]).contains("accounts       1, devices signed in 1"));
    assert_eq!(said(&["user", "suspend", "ana"]), "ana is suspended\n");
    assert_eq!(said(&["fingerprint"]).trim(), running.line.trim_end().rsplit(' ').next().unwrap());
}

#[tokio::test]
async fn the_socket_is_for_its_owner_and_goes_with_the_server() {
    let dir = TempDir::new().unwrap();
    let socket = dir.path().join("admin.sock");
    let mut running = Running::start(dir.path());
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    running.kill();
    assert!(socket.exists(), "nobody was left to remove it");
    assert_eq!(answered(dir.path(), &["stats"], "")["sessions"], Value::Null);
    let mut running = Running::start(dir.path());
    assert!(!answered(dir.path(), &["stats"], "")["sessions"].is_null());
    running.stop();
    assert!(!socket.exists());
    let nowhere = dir.path().join("nowhere");
    check_refused(&mut on(&nowhere, &["stats"]), &["There is no ", "--data"]);
    assert!(!nowhere.exists(), "a question makes nothing");
}

/// What a person of another version, or nobody of ours, says is answered, and holds nobody up.
#[tokio::test]
async fn what_is_no_command_is_answered_and_nothing_of_it_is_repeated() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = crate::client::TestServer::start().await;
    let mut stream = tokio::net::UnixStream::connect(server.dir.path().join("admin.sock")).await.unwrap();
    stream.write_all(b"{\"ask\":\"juggle\",\"password\":\"planted\"}\n").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    crate::client::within(stream.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.contains("another version") && !answer.contains("planted"), "{answer}");
}
