//! The operator's commands, against a running and a stopped server.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use papo_shared::protocol::{GoodbyeReason, Refusal, Request, SetRetention};
use serde_json::Value;
use tempfile::TempDir;

use crate::binary::{Running, check_refused, papo_server};
use crate::client::{Client, PASSWORD, sign_in};

const OTHER_PASSWORD: &str = "sete girafas dançam tango";

pub(crate) fn on(data: &Path, arguments: &[&str]) -> Command {
    let mut command = papo_server(&["--data"]);
    command.arg(data).args(arguments).env("PAPO_PASSWORD_COST", "4");
    command
}

/// Runs a command that must succeed, with this standard input, and returns its answer.
#[track_caller]
pub(crate) fn answered(data: &Path, arguments: &[&str], input: &str) -> Value {
    let mut child = on(data, arguments).arg("--json").stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
    serde_json::from_slice(&stdout).unwrap()
}

fn usernames(users: &Value) -> Vec<&str> {
    users["users"].as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect()
}

/// All operations on accounts. They give the same results against a running and a stopped server.
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
    check_refused(&mut on(data, &["user", "add", "ana"]), &["Refused", "password"]);
}

#[tokio::test]
async fn accounts_are_managed_with_a_running_and_a_stopped_server() {
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
async fn answers_have_a_text_form() {
    let dir = TempDir::new().unwrap();
    let running = Running::start(dir.path());
    let mut ana = Client::greeted(running.address).await;
    ana.register("ana").await;
    let said = |arguments: &[&str]| String::from_utf8(on(dir.path(), arguments).output().unwrap().stdout).unwrap();
    assert!(said(&["user", "list"]).lines().nth(1).unwrap().starts_with("ana "));
    assert!(said(&["session", "list"]).lines().nth(1).unwrap().contains(" ana "));
    assert!(said(&["stats"]).contains("accounts       1, devices signed in 1"));
    let redes = ana.group("redes", &mut []).await;
    assert!(said(&["group", "show", &redes.0.to_string()]).contains("messages are kept for `retention_days`\n"));
    ana.done(Request::SetRetention(SetRetention { conversation: redes, days: Some(30) })).await;
    assert!(said(&["group", "show", &redes.0.to_string()]).contains("messages are kept for 30 days, or"));
    assert_eq!(answered(dir.path(), &["group", "show", &redes.0.to_string()], "")["group"]["retention_days"], 30);
    assert_eq!(said(&["user", "suspend", "ana"]), "ana is suspended\n");
    assert_eq!(said(&["fingerprint"]).trim(), running.line.trim_end().rsplit(' ').next().unwrap());
}

#[tokio::test]
async fn the_socket_is_private_and_removed_with_the_server() {
    let dir = TempDir::new().unwrap();
    let socket = dir.path().join("admin.sock");
    let mut running = Running::start(dir.path());
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    running.kill();
    assert!(socket.exists(), "a killed server leaves its socket");
    assert_eq!(answered(dir.path(), &["stats"], "")["sessions"], Value::Null);
    let mut running = Running::start(dir.path());
    assert!(!answered(dir.path(), &["stats"], "")["sessions"].is_null());
    running.stop();
    assert!(!socket.exists());
    let nowhere = dir.path().join("nowhere");
    check_refused(&mut on(&nowhere, &["stats"]), &["There is no ", "--data"]);
    assert!(!nowhere.exists(), "a query must not create anything");
}

/// The kernel limits the path of a Unix socket to about a hundred bytes.
#[tokio::test]
async fn with_a_path_too_long_for_a_socket_the_server_works_but_commands_require_a_stop() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("x".repeat(100));
    let mut running = Running::start(&data);
    let mut ana = Client::greeted(running.address).await;
    ana.register("ana").await;
    check_refused(&mut on(&data, &["stats"]), &["Another papo server is using the data"]);
    running.stop();
    assert_eq!(answered(&data, &["stats"], "")["accounts"], 1);
}

/// Input of another version, or of another program, gets a reply and blocks no other request.
#[tokio::test]
async fn an_unknown_command_is_refused_without_quoting_it() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = crate::client::TestServer::start().await;
    let mut stream = tokio::net::UnixStream::connect(server.dir.path().join("admin.sock")).await.unwrap();
    stream.write_all(b"{\"ask\":\"juggle\",\"password\":\"planted\"}\n").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    crate::client::within(stream.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.contains("another version") && !answer.contains("planted"), "{answer}");
}

#[tokio::test]
async fn a_created_invite_allows_registration() {
    let dir = TempDir::new().unwrap();
    let mut command = on(dir.path(), &["--listen", "127.0.0.1:0"]);
    let running = Running::of(command.env("PAPO_REGISTRATION", "invite"));
    let made = answered(dir.path(), &["invite", "create", "--uses", "2", "--days", "3"], "");
    let useless = answered(dir.path(), &["invite", "create"], "");
    let mut ana = Client::greeted(running.address).await;
    let invite = Some(made["code"].as_str().unwrap().to_owned());
    let (username, password) = ("ana".to_owned(), PASSWORD.to_owned());
    let register = papo_shared::protocol::Register { username, password, display_name: None, device: None, invite };
    let reply = ana.ask(papo_shared::protocol::Request::Register(register)).await;
    ana.signed_in(reply);

    let listed = answered(dir.path(), &["invite", "list"], "");
    let uses = |listed: &Value| -> Vec<u64> {
        listed["invites"].as_array().unwrap().iter().map(|invite| invite["uses_left"].as_u64().unwrap()).collect()
    };
    assert_eq!(uses(&listed), [1, 1]);
    let days = listed["invites"][0]["expires_at"].as_i64().unwrap() - listed["invites"][0]["created_at"].as_i64().unwrap();
    assert_eq!(days, 3 * 24 * 60 * 60 * 1000);
    answered(dir.path(), &["invite", "revoke", &useless["id"].to_string()], "");
    assert_eq!(uses(&answered(dir.path(), &["invite", "list"], "")), [1]);
    check_refused(&mut on(dir.path(), &["invite", "revoke", "999"]), &["no invite 999", "invite list"]);
}

#[tokio::test]
async fn successful_commands_are_audited_and_refused_ones_are_not() {
    let dir = TempDir::new().unwrap();
    let mut running = Running::start(dir.path());
    let mut ana = Client::greeted(running.address).await;
    ana.register("ana").await;
    answered(dir.path(), &["user", "suspend", "ana"], "");
    check_refused(&mut on(dir.path(), &["user", "suspend", "nobody"]), &["no such user"]);
    let _rui = Client::greeted(running.address).await;
    let sessions = answered(dir.path(), &["session", "list"], "");
    let id = sessions["sessions"].as_array().unwrap().last().unwrap()["id"].to_string();
    answered(dir.path(), &["session", "close", &id], "");
    answered(dir.path(), &["invite", "create"], "");
    running.stop();
    answered(dir.path(), &["user", "add", "eva"], PASSWORD);
    answered(dir.path(), &["user", "set-password", "eva"], OTHER_PASSWORD);

    let audit = answered(dir.path(), &["audit", "list"], "");
    let entries = audit["entries"].as_array().unwrap();
    let did: Vec<_> =
        entries.iter().map(|entry| [&entry["action"], &entry["target"]].map(|text| text.as_str().unwrap())).collect();
    let expected = [
        ["user set-password", "eva"],
        ["user add", "eva"],
        ["invite create", ""],
        ["session close", id.as_str()],
        ["user suspend", "ana"],
    ];
    assert_eq!(did, expected);
    let own = std::fs::metadata(dir.path()).unwrap();
    let own = format!("uid {}", std::os::unix::fs::MetadataExt::uid(&own));
    assert!(entries.iter().all(|entry| entry["by"] == own.as_str()), "{entries:?}");
}

/// More rows than fit in one answer.
#[tokio::test]
async fn a_long_list_is_fetched_completely() {
    let dir = TempDir::new().unwrap();
    let store = papo_server::store::sqlite::SqliteStore::open(dir.path()).unwrap();
    let note = |number: usize| papo_server::domain::AuditNote {
        at: papo_shared::model::Timestamp(0),
        by: "uid 0".to_owned(),
        action: "user add".to_owned(),
        target: number.to_string(),
    };
    let notes = (0..1100).map(|number| papo_server::store::Write::Audited { note: note(number), write: None });
    papo_server::store::Store::commit(&store, notes.collect()).await.unwrap();
    papo_server::store::Store::close(&store).await;
    let audit = answered(dir.path(), &["audit", "list"], "");
    let entries = audit["entries"].as_array().unwrap();
    let targets: Vec<_> = entries.iter().map(|entry| entry["target"].as_str().unwrap().to_owned()).collect();
    assert_eq!(targets, (0..1100).rev().map(|number| number.to_string()).collect::<Vec<_>>());
}

/// All operations on bans. They give the same results against a running and a stopped server.
fn look_after_bans(data: &Path) {
    let added = answered(data, &["ban", "add", "192.0.2.7/24", "--hours", "2", "--reason", "spam"], "");
    assert_eq!((&added["network"], &added["closed_sessions"]), (&"192.0.2.0/24".into(), &0.into()));
    answered(data, &["ban", "add", "::ffff:198.51.100.7"], "");
    answered(data, &["ban", "add", "2001:db8::/48", "--days", "30"], "");
    let listed = answered(data, &["ban", "list"], "");
    let bans = listed["bans"].as_array().unwrap();
    let hours = |ban: &Value| (ban["until"].as_i64().unwrap() - ban["created_at"].as_i64().unwrap()) / 3_600_000;
    let shown: Vec<_> = bans.iter().map(|ban| (ban["network"].as_str().unwrap(), hours(ban))).collect();
    assert_eq!(shown, [("192.0.2.0/24", 2), ("198.51.100.7", 7 * 24), ("2001:db8::/48", 30 * 24)]);
    assert_eq!(bans[0]["reason"], "spam");

    answered(data, &["ban", "remove", "192.0.2.0/24"], "");
    check_refused(&mut on(data, &["ban", "remove", "192.0.2.0/24"]), &["192.0.2.0/24 is not banned", "ban list"]);
    assert_eq!(answered(data, &["ban", "list"], "")["bans"].as_array().unwrap().len(), 2);
    for (network, words) in [("127.0.0.1", "loopback"), ("0.0.0.0/0", "loopback"), ("example.org", "not an address")] {
        check_refused(&mut on(data, &["ban", "add", network]), &[network, words]);
    }
    for duration in [["--days", "0"], ["--hours", "0"], ["--days", "3651"], ["--hours", "87601"]] {
        let refused = on(data, &["ban", "add", "192.0.2.7"]).args(duration).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{duration:?}");
    }
    let audit = answered(data, &["audit", "list"], "");
    let actions = audit["entries"].as_array().unwrap();
    let newest = (actions[0]["action"].as_str().unwrap(), actions[0]["target"].as_str().unwrap());
    assert_eq!(newest, ("ban remove", "192.0.2.0/24"));
}

#[test]
fn bans_are_managed_with_a_running_and_a_stopped_server() {
    for stopped in [false, true] {
        let dir = TempDir::new().unwrap();
        let mut running = Running::start(dir.path());
        if stopped {
            running.stop();
        }
        look_after_bans(dir.path());
    }
}
