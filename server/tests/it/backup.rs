//! Backups of the database: made under load, restored and verified.

use std::path::{Path, PathBuf};
use std::process::Command;

use papo_shared::model::ClientId;
use papo_shared::protocol::Reply;
use tempfile::TempDir;

use crate::binary::{Running, check_refused, papo_server};
use crate::client::{Client, send};

/// Runs a command that must succeed, and returns its JSON answer.
#[track_caller]
fn answered(data: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = papo_server(&["--json", "--data"]).arg(data).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn on(data: &Path, arguments: &[&str]) -> Command {
    let mut command = papo_server(&["--data"]);
    command.arg(data).args(arguments);
    command
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test]
async fn a_backup_under_load_contains_everything_acknowledged_before_it() {
    let dir = TempDir::new().unwrap();
    let (data, copy) = (dir.path().join("data"), dir.path().join("copy.db"));
    let running = Running::start(&data);
    let mut ana = Client::greeted(running.address).await;
    ana.register("ana").await;
    let group = ana.group("redes", &mut []).await;
    for number in 0..50 {
        ana.stored(send(group, ClientId::new(), &format!("antes {number}"))).await;
    }

    let copying = on(&data, &["backup", text(&copy)]).spawn().unwrap();
    let mut copying = tokio::task::spawn_blocking(move || copying.wait_with_output().unwrap());
    let copied = loop {
        tokio::select! {
            copied = &mut copying => break copied.unwrap(),
            _ = ana.stored(send(group, ClientId::new(), "durante")) => {}
        }
    };
    assert!(copied.status.success(), "{copied:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    answered(&data, &["verify", text(&copy)]);
    answered(&data, &["verify"]);
    check_refused(&mut on(&data, &["backup", text(&copy)]), &["copy.db already exists"]);
    check_refused(&mut on(&data, &["restore", text(&copy)]), &["is using the data", "Stop it"]);

    // Into another directory, as on another machine.
    let other = dir.path().join("other");
    let restored = answered(&other, &["restore", text(&copy)]);
    assert_eq!(restored["replaced"], serde_json::Value::Null);
    let running = Running::start(&other);
    let mut again = Client::greeted(running.address).await;
    again.sign_in_with(&ana.token).await;
    let log = again.log(group).await;
    // The group's first entry, and every message acknowledged before the backup started.
    assert!(log.len() > 50, "{} entries", log.len());
    assert!(log.iter().zip(1..).all(|(entry, seq)| entry.seq.0 == seq), "no gap");
    again.stored(send(group, ClientId::new(), "depois")).await;
}

#[tokio::test]
async fn a_restore_keeps_the_replaced_data() {
    let dir = TempDir::new().unwrap();
    let (data, copy) = (dir.path().join("data"), dir.path().join("copy.db"));
    let mut running = Running::start(&data);
    let mut ana = Client::greeted(running.address).await;
    ana.register("ana").await;
    answered(&data, &["backup", text(&copy)]);
    let mut rui = Client::greeted(running.address).await;
    rui.register("rui").await;
    // Data that is only in the write-ahead log must be kept too.
    running.kill();

    let restored = answered(&data, &["restore", text(&copy)]);
    let replaced = PathBuf::from(restored["replaced"].as_str().unwrap());
    let running = Running::start(&data);
    let mut again = Client::greeted(running.address).await;
    assert_ne!(again.server_id, ana.server_id, "later data is gone and its ids will be reused, so the identity must change");
    again.sign_in_with(&ana.token).await;
    let mut gone = Client::greeted(running.address).await;
    let refused = gone.ask(token(&rui.token)).await;
    assert!(matches!(refused, Reply::Refused(_)), "{refused:?}");
    drop(running);

    let back = answered(&data, &["restore", text(&replaced)]);
    assert_ne!(back["replaced"].as_str(), replaced.to_str(), "kept data must not be overwritten");
    let running = Running::start(&data);
    let mut back = Client::greeted(running.address).await;
    back.sign_in_with(&rui.token).await;
}

fn token(token: &str) -> papo_shared::protocol::Request {
    papo_shared::protocol::Request::SignInWithToken(papo_shared::protocol::SignInWithToken { token: token.to_owned() })
}

/// A restore once created a lock file that only root could open, so that the server could not start.
#[test]
fn files_restored_by_root_belong_to_the_servers_user() {
    use std::os::unix::fs::{MetadataExt, chown};
    const NOBODY: u32 = 65_534;
    let dir = TempDir::new().unwrap();
    let (data, copy, other) = (dir.path().join("data"), dir.path().join("copy.db"), dir.path().join("other"));
    lived_in(&data);
    answered(&data, &["backup", text(&copy)]);
    std::fs::create_dir(&other).unwrap();
    // Only root can change the owner of a directory; other users cannot cause this problem.
    if chown(&other, Some(NOBODY), Some(NOBODY)).is_err() {
        return;
    }
    answered(&other, &["restore", text(&copy)]);
    answered(&other, &["user", "list"]);
    for file in std::fs::read_dir(&other).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().uid(), NOBODY, "{:?}", file.file_name());
    }
}

#[test]
fn errors_name_the_problem_and_what_to_do() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    check_refused(&mut on(&data, &["backup", "copy.db"]), &["no ", "chat.db", "--data"]);
    // Another program's database in place of the server's.
    let foreign = dir.path().join("foreign");
    std::fs::create_dir(&foreign).unwrap();
    let songs = rusqlite::Connection::open(foreign.join("chat.db")).unwrap();
    songs.execute_batch("CREATE TABLE song (title TEXT); INSERT INTO song VALUES ('a')").unwrap();
    songs.close().unwrap();
    let copy = dir.path().join("copy.db");
    check_refused(&mut on(&foreign, &["backup", text(&copy)]), &["foreign/chat.db is not a papo database", "--data"]);
    assert!(!copy.exists());
    check_refused(&mut on(&foreign, &["--listen", "127.0.0.1:0"]), &["foreign/chat.db is not a papo database", "--data"]);
    check_refused(&mut on(&foreign, &["user", "list"]), &["foreign/chat.db is not a papo database", "--data"]);
    check_refused(&mut on(&data, &["restore", text(&foreign.join("chat.db"))]), &["it is not a papo database. Use another"]);
    check_refused(&mut on(&data, &["restore", "none.db"]), &["none.db"]);
    let left: Vec<_> = std::fs::read_dir(&foreign).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["chat.db"], "no file may be left next to it");
    let strange = dir.path().join("strange.db");
    std::fs::write(&strange, "no database at all").unwrap();
    check_refused(&mut on(&data, &["restore", text(&strange)]), &["strange.db", "not a papo database"]);
    check_refused(&mut on(&data, &["verify", text(&strange)]), &["strange.db", "not a papo database"]);
    assert!(!data.join("chat.db").exists());
    check_refused(&mut on(&data, &["fingerprint"]), &["certificate.pem", "first start"]);
}

/// A database with a direct conversation, a group with changing members, and moved read cursors.
fn lived_in(data: &Path) -> PathBuf {
    std::fs::create_dir_all(data).unwrap();
    let file = data.join("chat.db");
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/schema-1.db"), &file).unwrap();
    // Migrated to the newest schema, as a server does.
    drop(papo_server::store::sqlite::SqliteStore::open(data).unwrap());
    file
}

/// Executes SQL on a database, and expects a finding under the rule with this text.
#[track_caller]
fn check_found(fault: &str, rule: &str) {
    let dir = TempDir::new().unwrap();
    let file = lived_in(dir.path());
    assert_eq!(papo_server::store::sqlite::verify(&file).unwrap(), []);
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.execute_batch(&format!("PRAGMA foreign_keys = OFF; {fault}")).unwrap();
    drop(connection);
    let found = papo_server::store::sqlite::verify(&file).unwrap();
    assert!(found.iter().any(|finding| finding.rule.contains(rule)), "{fault}: {found:?}");
}

#[tokio::test]
async fn every_kind_of_fault_is_found() {
    check_found("DELETE FROM entry WHERE id = (2 << 32) + 7", "without gaps");
    check_found("DELETE FROM entry WHERE id = (2 << 32) + 1", "without gaps");
    check_found("DELETE FROM entry WHERE id = (2 << 32) + 41", "newest entry");
    check_found("UPDATE conversation SET last_seq = last_seq + 1 WHERE id = 3", "newest entry");
    check_found("UPDATE entry SET id = (77 << 32) + 1 WHERE id = (4 << 32) + 1", "belongs to a conversation");
    check_found("UPDATE entry SET author = 99 WHERE id = (2 << 32) + 7", "references point");
    check_found("DELETE FROM account WHERE username = 'ana'", "references point");
    check_found("UPDATE membership SET to_seq = from_seq - 1 WHERE to_seq IS NOT NULL", "starts and ends at existing");
    check_found("UPDATE membership SET to_seq = 9999 WHERE to_seq IS NOT NULL", "starts and ends at existing");
    check_found("UPDATE membership SET from_seq = 9999, read_seq = 9999 WHERE conversation = 4", "starts and ends at existing");
    check_found("UPDATE membership SET to_seq = to_seq + 4 WHERE account = 4 AND to_seq IS NOT NULL", "do not overlap");
    check_found("DELETE FROM membership WHERE conversation = 1 AND account = 2", "has two members");
    check_found("UPDATE membership SET account = 1 WHERE conversation = 1 AND account = 2", "has two members");
    check_found("UPDATE membership SET read_seq = 42 WHERE conversation = 2 AND account = 1", "read cursor");
    check_found("UPDATE membership SET read_seq = from_seq - 2 WHERE conversation = 3", "read cursor");
    let twice = "UPDATE entry SET client_id = (SELECT client_id FROM entry WHERE id = (2 << 32) + 1) WHERE id = (2 << 32) + 2";
    check_found(&format!("DROP INDEX entry_client_id; {twice}"), "one message of its author");
    check_found("UPDATE entry SET body = NULL WHERE id = (2 << 32) + 7", "nothing of a deleted");
    check_found("UPDATE entry SET mark = 7 WHERE id = (2 << 32) + 7", "nothing of a deleted");
    check_found("INSERT INTO revision VALUES ((2 << 32) + 7, 2, 0, 'x')", "without gaps");
    check_found("UPDATE entry SET changed = 41 WHERE id = (2 << 32) + 7", "changed it last");
    check_found("UPDATE entry SET kind = 7, client_id = NULL, target = 7 WHERE id = (2 << 32) + 8", "changed it last");
    check_found("UPDATE entry SET target = 8 WHERE id = (2 << 32) + 7", "refer to an earlier message");
    check_found("UPDATE entry SET kind = 8, client_id = NULL WHERE id = (2 << 32) + 8", "refer to an earlier message");
    check_found("INSERT INTO reaction VALUES ((3 << 32) + 1, '👍', 1, 2, 2)", "belong to messages");
    check_found("INSERT INTO notice VALUES (1, (3 << 32) + 1, 1, 0)", "belong to messages");
    check_found("UPDATE membership SET seen_seq = 42 WHERE conversation = 2", "receipts do not exceed");
    check_found("UPDATE membership SET delivered_seq = 42 WHERE conversation = 2", "receipts do not exceed");
    check_found("UPDATE conversation SET members = members + 1 WHERE id = 2", "number of its members");
    check_found("INSERT INTO reaction_count VALUES ((2 << 32) + 7, '👍', 8, 1)", "reactions to a message are counted");
    check_found("DELETE FROM message_order", "storage order");
    check_found("INSERT INTO invitation VALUES (1, 2, 1, 0)", "invitation to a group");
    check_found("UPDATE membership SET role = 0 WHERE conversation = 3", "exactly one owner");
    check_found("UPDATE membership SET role = 2 WHERE conversation = 2 AND account = 1", "exactly one owner");
    let invited = "INSERT INTO group_invite (conversation, code_hash, created_by, created_at) VALUES (4, x'00', 1, 0)";
    check_found(&format!("UPDATE membership SET to_seq = from_seq WHERE conversation = 4; {invited}"), "has no invites");
    check_found("DROP INDEX device_account", "schema is that");
    check_found("CREATE TABLE guest (id INTEGER PRIMARY KEY)", "schema is that");
}

#[test]
fn a_damaged_file_is_detected_and_not_restored() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let file = lived_in(&data);
    let mut bytes = std::fs::read(&file).unwrap();
    // A page with rows; the header and the schema stay intact.
    let row = bytes.windows(9).position(|row| row == b"recado 20").unwrap();
    let page = row - row % 4096;
    bytes[page..page + 2048].fill(0x55);
    let damaged = dir.path().join("damaged.db");
    std::fs::write(&damaged, bytes).unwrap();
    let output = on(&data, &["verify", text(&damaged)]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    check_refused(&mut on(&data, &["restore", text(&damaged)]), &["damaged.db"]);
    assert_eq!(papo_server::store::sqlite::verify(&file).unwrap(), []);
}
