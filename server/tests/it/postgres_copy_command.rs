//! `papo-server copy`, and what continues after it.

use std::path::Path;
use std::process::Command;

use papo_server::config::{Config, ServiceAddress};
use papo_server::store::Store;
use papo_server::store::sqlite::SqliteStore;
use papo_shared::model::ClientId;
use papo_shared::protocol::Reply;

use crate::binary::{Running, check_refused, papo_server};
use crate::client::{TestServer, send, text};
use crate::postgres::Schema;

fn copy(from: &Path, to: &str) -> Command {
    let mut command = papo_server(&["copy", "--from"]);
    command.arg(from).args(["--to", to]);
    command
}

/// A file with the schema of this version and nothing else.
fn empty_file(dir: &Path) {
    drop(SqliteStore::open(dir).unwrap());
}

fn execute(dir: &Path, sql: &str) {
    rusqlite::Connection::open(dir.join("chat.db")).unwrap().execute_batch(sql).unwrap();
}

#[tokio::test]
async fn clients_continue_with_their_tokens_after_a_copy() {
    let Some(schema) = Schema::create().await else { return };
    let mut server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let rui = server.register("rui").await;
    let conversation = ana.direct("rui").await;
    let message = send(conversation, ClientId::new(), "oi");
    ana.stored(message.clone()).await;
    let file = server.dir.path().join("chat.db");
    check_refused(&mut copy(&file, &schema.address_text()), &["A papo server is using", "Stop it first"]);
    server.stop().await;

    let copied = copy(&file, &schema.address_text()).arg("--json").output().unwrap();
    assert!(copied.status.success(), "{copied:?}");
    let report: serde_json::Value = serde_json::from_slice(&copied.stdout).unwrap();
    assert_eq!(report["existed"], false, "{report}");
    let accounts = report["tables"].as_array().unwrap().iter().find(|table| table["table"] == "account").unwrap();
    assert_eq!(accounts["rows"], 2);
    // A second time, with the configured address, in words.
    let again = papo_server(&["copy", "--from"]).arg(&file).env("PAPO_STORE", schema.address_text()).output().unwrap();
    assert!(again.status.success(), "{again:?}");
    let text_of_report = String::from_utf8(again.stdout).unwrap();
    assert!(text_of_report.contains("already contains this copy"), "{text_of_report}");

    // In the same directory, which has the certificate.
    server.start_again(|config: &mut Config| config.store = ServiceAddress::new(schema.address_text())).await;
    let mut again = server.another_client(&ana).await;
    assert_eq!(again.server_id, ana.server_id);
    let entries = again.log(conversation).await;
    assert_eq!(entries.iter().filter_map(text).collect::<Vec<_>>(), ["oi"]);
    match again.ask(message).await {
        Reply::MessageStored(stored) => assert_eq!(stored.seq.0, 1, "a message sent again must not be stored again"),
        reply => panic!("{reply:?}"),
    }
    let mut peer = server.another_client(&rui).await;
    assert_eq!(peer.say(conversation, "olá").await.seq.0, 2);
    server.stop().await;
    schema.finish().await;
}

/// The page for operators says so of each command.
// The commands block this thread, while the server answers them.
#[tokio::test(flavor = "multi_thread")]
async fn commands_work_on_a_database_or_name_their_replacement() {
    let Some(schema) = Schema::create().await else { return };
    let server = TestServer::with(|config: &mut Config| config.store = ServiceAddress::new(schema.address_text())).await;
    server.register("ana").await;
    let run = |arguments: &[&str]| {
        let mut command = papo_server(&["--data"]);
        command.arg(server.dir.path()).args(arguments).env("PAPO_STORE", schema.address_text());
        command
    };
    check_refused(&mut run(&["backup", "copy.db"]), &["PostgreSQL", "pg_dump"]);
    check_refused(&mut run(&["restore", "copy.db"]), &["PostgreSQL", "pg_restore"]);
    for (arguments, word) in [
        (&["stats"][..], "accounts       1"),
        (&["verify"], "is undamaged"),
        (&["user", "list"], "ana"),
        (&["user", "suspend", "ana"], "suspended"),
        (&["user", "resume", "ana"], "sign in again"),
        (&["group", "list"], "owner"),
        (&["reports", "list"], "report"),
        (&["invite", "create"], "is valid until"),
        (&["ban", "add", "192.0.2.7"], "is banned until"),
        (&["ban", "list"], "192.0.2.7"),
        (&["audit", "list"], "user resume"),
        (&["session", "list"], "address"),
        (&["fingerprint"], ":"),
        (&["config", "check"], "valid"),
    ] {
        let done = run(arguments).output().unwrap();
        let text = String::from_utf8(done.stdout).unwrap();
        assert!(done.status.success() && text.contains(word), "{arguments:?}: {text} {:?}", String::from_utf8(done.stderr));
        assert!(!text.contains("chat.db"), "{arguments:?}: {text}");
    }
    drop(server);
    schema.delete().await;
}

#[tokio::test]
async fn a_source_that_cannot_be_copied_is_refused_with_a_reason() {
    let Some(schema) = Schema::create().await else { return };
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("chat.db");
    let to = schema.address_text();
    check_refused(&mut copy(&file, &to), &["chat.db cannot be copied", "chat.db of a stopped server"]);
    std::fs::write(&file, "no database at all").unwrap();
    check_refused(&mut copy(&file, &to), &["not a papo database", "chat.db of a stopped server"]);
    std::fs::remove_file(&file).unwrap();

    let running = Running::start(dir.path());
    check_refused(&mut copy(&file, &to), &["A papo server is using", "Stop it first"]);
    // A link must not hide the lock.
    let link = dir.path().join("link.db");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    check_refused(&mut copy(&link, &to), &["A papo server is using", "Stop it first"]);
    running.end();

    execute(dir.path(), "PRAGMA user_version = 999");
    check_refused(&mut copy(&file, &to), &["a newer version of papo (schema 999"]);
    execute(dir.path(), "PRAGMA user_version = 28");
    check_refused(&mut copy(&file, &to), &["an older version of papo", "Start this version once"]);
    let older = tempfile::tempdir().unwrap();
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/schema-1.db"), older.path().join("chat.db"))
        .unwrap();
    check_refused(&mut copy(&older.path().join("chat.db"), &to), &["an older version of papo"]);

    let damaged = tempfile::tempdir().unwrap();
    empty_file(damaged.path());
    execute(damaged.path(), "CREATE TABLE guest (id INTEGER PRIMARY KEY)");
    check_refused(&mut copy(&damaged.path().join("chat.db"), &to), &["is damaged", "papo-server verify"]);
    check_refused(&mut papo_server(&["copy", "--from", "chat.db"]), &["--to", "`store`"]);
    // Nothing of all that reached the database.
    let good = tempfile::tempdir().unwrap();
    empty_file(good.path());
    let backup = good.path().join("backup.db");
    let made = papo_server(&["--data"]).arg(good.path()).arg("backup").arg(&backup).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let copied = copy(&backup, &to).output().unwrap();
    assert!(copied.status.success(), "{copied:?}");
    schema.finish().await;
}

#[tokio::test]
async fn a_target_that_cannot_be_used_is_refused_with_a_reason() {
    let Some(schema) = Schema::create().await else { return };
    let dir = tempfile::tempdir().unwrap();
    empty_file(dir.path());
    let file = dir.path().join("chat.db");
    let to = schema.address_text();
    check_refused(&mut copy(&file, "mysql://papo@127.0.0.1/papo"), &["the address", "postgres://"]);
    check_refused(&mut copy(&file, "postgres://papo@127.0.0.1:1/papo"), &["the database papo on 127.0.0.1", "PostgreSQL runs"]);
    schema.execute("CREATE TABLE customer (id INT)").await;
    check_refused(&mut copy(&file, &to), &["tables of another program", "Use an empty database"]);
    schema.execute("DROP TABLE customer").await;
    // Another server's, even without accounts.
    schema.store().await.close().await;
    check_refused(&mut copy(&file, &to), &["the data of another papo server", "Use an empty database"]);
    schema.execute("UPDATE papo_schema SET version = version + 1").await;
    check_refused(&mut copy(&file, &to), &["a newer version of papo"]);
    schema.execute("UPDATE papo_schema SET version = version - 1").await;
    let other = Schema::create().await.unwrap();
    assert!(copy(&file, &other.address_text()).status().unwrap().success());
    other.execute("UPDATE server SET last_report = 7").await;
    check_refused(&mut copy(&file, &other.address_text()), &["differs from it in server (of 1 rows)", "empty database"]);
    other.delete().await;
    schema.finish().await;
}
