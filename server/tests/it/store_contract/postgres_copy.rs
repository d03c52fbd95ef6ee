//! Copies from a SQLite file to PostgreSQL.

use std::path::Path;
use std::sync::Mutex;

use futures_util::future::{AbortHandle, Abortable};
use papo_server::domain::{AuditNote, Ban, BannedNetwork, InviteCode, SECRET_BYTES, SecondFactorChange, TotpSecret};
use papo_server::store::copy::{CopyError, CopyReport, Difference, Progress, copy};
use papo_server::store::postgres::{OpenError, verify};
use papo_shared::model::{ReportReason, Topic};
use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::*;
use crate::postgres::Schema;
use crate::store_interleavings::{beginning, everything, with_unique_codes, write};

/// Random histories, each copied to a database of its own.
const HISTORIES: usize = 3;

/// Texts that an encoding could damage.
const TEXTS: [&str; 6] = [
    "\\N",
    "a\\nb\n\tc\\",
    "it's \"quoted\", {braced}, $1 and 100%",
    "çãé 李 👍🏽",
    r"\x00 \\ '\''",
    "don't ' \\ https://example.org/?a=b&c",
];

/// Writes at least one row to each table.
async fn fill(store: &dyn Store) {
    let [leo, bia, gil] = people(store, ["leo", "bia", "gil"]).await;
    let code = |number: u8| InviteCode::new([number; 10]).hash();
    let network = BannedNetwork::parse("192.0.2.0/24").unwrap();
    let [reason, by] = ["it's spam\t", "root"].map(str::to_owned);
    let ban = Ban { network, until: LATER, reason, created_by: by.clone(), created_at: NOW };
    let note = AuditNote { at: NOW, by: by.clone(), action: "ban add".to_owned(), target: "192.0.2.0/24".to_owned() };
    let secret = TotpSecret([0xff; SECRET_BYTES]);
    let change = SecondFactorChange::Enable { verified_hash: "hash of leo".to_owned(), secret };
    let id = group(store, &leo, "grupo", &[&bia]).await;
    let writes = vec![
        Write::Audited { note, write: Some(Box::new(Write::AddBan(ban))) },
        Write::CreateInvite { code: code(200), uses: 2, expires_at: None, by, at: NOW },
        Write::ChangeSecondFactor { account: leo.id, change, at: NOW },
        Write::CreateGroupInvite { conversation: id, by: leo.id, code: code(201), uses: None, expires_at: Some(LATER), at: NOW },
        Write::SetTopic { conversation: id, by: leo.clone(), topic: Topic::parse("tudo\\nada").unwrap(), at: NOW },
        Write::SetRetention { conversation: id, by: leo.clone(), days: Some(30), at: NOW },
        Write::AdvanceRetentionClock { at: NOW },
        block(&bia, &gil),
    ];
    let outcomes = store.commit(writes).await.unwrap();
    assert!(!outcomes.iter().any(|outcome| matches!(outcome, Outcome::Refused(_) | Outcome::Failed(_))), "{outcomes:?}");
    store.commit(TEXTS.map(|text| say(id, &leo, text)).to_vec()).await.unwrap();
    let seq = posted(store, say(id, &leo, "oi @bia")).await.entry.seq.0;
    posted(store, edit(id, &leo, seq, "olá @bia")).await;
    posted(store, react(id, &bia, seq, "👍")).await;
    let reason = ReportReason::parse("golpe\\").unwrap();
    one(store, Write::ReportMessage { conversation: id, by: bia.id, seq: Seq(seq), reason, at: NOW }).await;
    // One is invited and one has declined.
    let other = group(store, &gil, "outro", &[]).await;
    one(store, add(other, &gil, &leo)).await;
    let declining = group(store, &leo, "terceiro", &[]).await;
    one(store, add(declining, &leo, &gil)).await;
    one(store, Write::DeclineInvitation { conversation: declining, account: gil.id, at: NOW }).await;
    // Its erasure stays pending.
    let deleting = account(store, "ida").await;
    let mine = group(store, &deleting, "meu", &[]).await;
    posted(store, say(mine, &deleting, "tchau")).await;
    one(store, Write::DeleteAccount { account: deleting.id, authentication: None, erase_messages: true, at: NOW }).await;
}

/// A file with data of all kinds.
async fn filled(dir: &Path) -> SqliteStore {
    let store = SqliteStore::open(dir).unwrap();
    fill(&store).await;
    store
}

async fn copied(dir: &Path, schema: &Schema) -> Result<CopyReport, CopyError> {
    copy(&dir.join("chat.db"), &schema.address(), |_| {}).await
}

/// The names and contents of the files in a directory.
fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let files = dir.read_dir().unwrap().map(|file| file.unwrap());
    let mut files: Vec<_> =
        files.map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())).collect();
    files.sort();
    files
}

#[tokio::test]
async fn everything_is_copied_and_continues() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..HISTORIES {
        let Some(schema) = Schema::create().await else { return };
        let dir = tempfile::tempdir().unwrap();
        let file = SqliteStore::open(dir.path()).unwrap();
        let batches = vec(vec(write(), 1..12), 12).new_tree(&mut runner).unwrap().current();
        for batch in std::iter::once(beginning()).chain(with_unique_codes(batches)) {
            file.commit(batch).await.unwrap();
        }
        fill(&file).await;
        file.close().await;

        let before = files(dir.path());
        let report = copied(dir.path(), &schema).await.unwrap();
        assert!(!report.existed);
        let empty: Vec<_> = report.tables.iter().filter(|table| table.rows == 0).map(|table| &table.table).collect();
        assert!(empty.is_empty(), "the history must fill {empty:?}");
        assert!(files(dir.path()) == before, "the source must not change");

        let file = SqliteStore::open(dir.path()).unwrap();
        let database = schema.store().await;
        assert_eq!(database.server_id(), file.server_id());
        assert_eq!(everything(&database).await, everything(&file).await);
        // Ids and positions continue.
        for batch in with_unique_codes(vec(vec(write(), 1..12), 3).new_tree(&mut runner).unwrap().current()) {
            let (expected, got) = (file.commit(batch.clone()).await.unwrap(), database.commit(batch).await.unwrap());
            assert_eq!(format!("{got:?}"), format!("{expected:?}"));
        }
        assert_eq!(everything(&database).await, everything(&file).await);
        let late = [account(&file, "mel").await, account(&database, "mel").await];
        assert_eq!(late[0].id, late[1].id);
        let found = database.audit(None, 9).await.unwrap();
        let note = found[0].note.clone();
        one(&database, Write::Audited { note, write: None }).await;
        assert_eq!(database.audit(None, 9).await.unwrap()[0].id, found[0].id + 1);
        database.close().await;
        schema.finish().await;
    }
}

#[tokio::test]
async fn words_are_found_after_a_copy() {
    use papo_server::domain::MessageSearch;
    use papo_shared::model::search::Query;
    let Some(schema) = Schema::create().await else { return };
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await.close().await;
    copied(dir.path(), &schema).await.unwrap();
    let database = schema.store().await;
    let leo = database.account(&name("leo")).await.unwrap().unwrap();
    for (text, hits) in [("quoted", 1), ("CAE", 1), ("has:link", 1), ("from:leo", 1 + TEXTS.len()), ("tchau", 0)] {
        let query = Query::parse(text, 0).unwrap();
        let search = MessageSearch { query, conversation: None, before: None, limit: 9, enough_bytes: usize::MAX };
        assert_eq!(database.search(leo.id, &search).await.unwrap().unwrap().hits.len(), hits, "{text}");
    }
    database.close().await;
    schema.finish().await;
}

/// A copy can be repeated, for example if its end is unknown. It is compared again, and any difference is found.
#[tokio::test]
async fn a_damaged_copy_is_detected() {
    let Some(schema) = Schema::create().await else { return };
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await.close().await;
    let first = copied(dir.path(), &schema).await.unwrap();
    let again = copied(dir.path(), &schema).await.unwrap();
    assert!(again.existed);
    assert_eq!(format!("{:?}", again.tables), format!("{:?}", first.tables));
    for (table, damage) in [
        ("entry", "UPDATE entry SET body = body || ' ' WHERE kind = 1"),
        ("entry", "UPDATE entry SET at = at + 1 WHERE kind = 2"),
        ("entry", "UPDATE entry SET words = array_to_tsvector(ARRAY['x']) WHERE words IS NOT NULL"),
        ("entry", "UPDATE entry SET place = place + 100"),
        ("account", "UPDATE account SET password_hash = '' WHERE username = 'leo'"),
        ("account", "UPDATE account SET display_name = upper(username), search = search || 'x'"),
        ("device", "UPDATE device SET token_hash = token_hash || '\\x00'"),
        ("server", "UPDATE server SET last_invite = last_invite + 1"),
        ("server", "UPDATE server SET retention_clock = NULL"),
        ("totp", "UPDATE totp SET confirmed = NOT confirmed"),
        ("reaction", "DELETE FROM reaction; DELETE FROM reaction_count"),
        ("erasure", "DELETE FROM erasure"),
        ("membership", "UPDATE membership SET role = 0 WHERE role = 1; UPDATE membership SET notify = 2"),
    ] {
        let schema = Schema::create().await.unwrap();
        copied(dir.path(), &schema).await.unwrap();
        schema.execute(damage).await;
        match copied(dir.path(), &schema).await {
            Err(CopyError::Different { existed: true, differences, .. }) => {
                let is_it =
                    |difference: &Difference| matches!(difference, Difference::Rows { table: found, .. } if found == table);
                assert!(differences.iter().any(is_it), "{damage}: {differences:?}");
            }
            other => panic!("{damage}: {other:?}"),
        }
        schema.delete().await;
    }
    schema.execute("ALTER TABLE ban ADD COLUMN strength BIGINT").await;
    match copied(dir.path(), &schema).await {
        Err(CopyError::Different { differences, .. }) => {
            assert_eq!(differences, [Difference::Columns { table: "ban".to_owned() }]);
        }
        other => panic!("{other:?}"),
    }
    schema.delete().await;
}

/// Whether a schema is as empty as before a copy.
async fn assert_empty(schema: &Schema) {
    assert!(matches!(verify(&schema.address()).await, Err(OpenError::Older)));
}

#[tokio::test]
async fn a_copy_that_ends_early_leaves_nothing() {
    let Some(schema) = Schema::create().await else { return };
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await.close().await;
    for last in ["account", "entry", "report"] {
        let (abort, registration) = AbortHandle::new_pair();
        let reached = Mutex::new(false);
        let file = dir.path().join("chat.db");
        let address = schema.address();
        let copying = copy(&file, &address, |progress| {
            if matches!(progress, Progress::Copying { table, rows: 1.. } if table == last) {
                *reached.lock().unwrap() = true;
                abort.abort();
            }
        });
        assert!(Abortable::new(copying, registration).await.is_err());
        assert!(*reached.lock().unwrap());
        assert_empty(&schema).await;
    }
    // The same if PostgreSQL or the network ends the connection.
    let terminate =
        format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '{}'", schema.name);
    let file = dir.path().join("chat.db");
    let address = schema.address();
    let (schema_ref, terminate) = (&schema, terminate.as_str());
    let copying = copy(&file, &address, |progress| {
        if matches!(progress, Progress::Comparing { table: "entry" }) {
            std::thread::scope(|scope| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                scope.spawn(move || runtime.block_on(schema_ref.execute(terminate)));
            });
        }
    });
    let failed = copying.await.unwrap_err();
    assert!(matches!(failed, CopyError::Failed { .. }), "{failed:?}");
    assert_empty(&schema).await;
    copied(dir.path(), &schema).await.unwrap();
    schema.finish().await;
}

/// A server that starts during a copy waits for its end.
#[tokio::test]
async fn no_server_opens_half_a_copy() {
    let Some(schema) = Schema::create().await else { return };
    let dir = tempfile::tempdir().unwrap();
    let file = filled(dir.path()).await;
    let server_id = file.server_id();
    file.close().await;
    let file = dir.path().join("chat.db");
    let address = schema.address();
    let (started, start) = tokio::sync::oneshot::channel();
    let mut started = Some(started);
    let copying = copy(&file, &address, move |progress| {
        if matches!(progress, Progress::Copying { table: "entry", .. })
            && let Some(started) = started.take()
        {
            started.send(()).unwrap();
        }
    });
    let opening = async {
        start.await.unwrap();
        let store = schema.store().await;
        assert_eq!(store.server_id(), server_id);
        assert!(store.account(&name("leo")).await.unwrap().is_some());
        store.close().await;
    };
    let (copied, ()) = tokio::join!(copying, opening);
    copied.unwrap();
    schema.finish().await;
}
