//! Files written by released versions open with all their data.
//!
//! `fixtures/schema-N.db` is a file as the version that released schema N left it, and `schema-N.txt` is what could
//! be read from it at the time. A release with a newer schema raises [`RELEASED`], and adds its fixture with
//! `PAPO_MAKE_FIXTURE=1 cargo test -p papo-server --test it released`. Existing fixtures are never regenerated.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use papo_server::domain::{Account, AccountId, ConversationShape, TokenHash};
use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{Store, Write};
use papo_shared::model::{ClientId, Entry, EntryKind, Message, Seq, Timestamp};

use super::{
    accept, account, add, create, direct, group, leave, log, message, name, one, people, posted, read, rename, say, token,
};

/// The newest released schema.
pub(crate) const RELEASED: usize = 1;

/// Each message's client id is derived from its number, so that it can be sent again to an old file.
fn client_id(number: u8) -> ClientId {
    ClientId::from_bytes([number; 16])
}

pub(crate) fn fixture(schema: usize, extension: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/fixtures/schema-{schema}.{extension}"))
}

/// Realistic data covering everything that is stored.
async fn live_through_a_week(store: &dyn Store) {
    let [ana, eva, joão, rui] = people(store, ["ana", "eva", "joão", "rui"]).await;
    let hash = "hash of ana".to_owned();
    let device = token("second device of ana");
    one(store, Write::AddDevice { account: ana.id, verified_hash: hash, device, code: None, at: Timestamp(2_000) }).await;
    one(store, Write::SetLastSeen { account: rui.id, at: Timestamp(3_000) }).await;

    let quiet = direct(store, &eva, &rui).await;
    let lively = direct(store, &ana, &rui).await;
    let club = group(store, &ana, "Redes", &[&rui, &joão]).await;
    let alone = posted(store, create(&eva, "só eu")).await.conversation;

    store.commit((1..=40).map(|n| message(lively, &ana, client_id(n), &format!("recado {n}"))).collect()).await.unwrap();
    // Longer than a page of the file, with several lines.
    posted(store, message(lively, &rui, client_id(41), &"fn main() {}\n\tçãé 李 👍\n".repeat(400))).await;
    store.commit(vec![read(lively, &rui, 38), read(lively, &ana, 41)]).await.unwrap();

    let came_and_went = vec![
        message(club, &rui, client_id(50), "quem vem na sexta?"),
        leave(club, &rui),
        message(club, &joão, client_id(51), "eu"),
        rename(club, &ana, "Redes e Sistemas"),
        add(club, &ana, &eva),
        accept(club, &eva),
        add(club, &eva, &rui),
        accept(club, &rui),
        message(club, &eva, client_id(52), "também"),
        read(club, &ana, 5),
        leave(club, &joão),
    ];
    store.commit(came_and_went).await.unwrap();
    assert_eq!((quiet.0, lively.0, club.0, alone.0), (1, 2, 3, 4), "the listing refers to them by id");
}

/// Everything that can be read, one line per item.
pub(crate) async fn listing(store: &dyn Store) -> String {
    let mut lines = String::new();
    let accounts = store.users(None, None, 99).await.unwrap();
    for account in &accounts {
        let hash = store.credentials(&account.username).await.unwrap().unwrap().password_hash;
        let Account { username, display_name, last_seen, .. } = account;
        writeln!(lines, "{username} ({display_name}), {hash:?}, seen {:?}", last_seen.map(|at| at.0)).unwrap();
    }
    for device in ["device of ana", "second device of ana", "device of joão", "device of nobody"] {
        let found = store.device(&TokenHash::of(device)).await.unwrap();
        writeln!(lines, "{device} signs in {:?}", found.map(|(_, account)| account.username.to_string())).unwrap();
    }
    for group in store.groups(AccountId(1), None, None, 99).await.unwrap() {
        writeln!(lines, "group {} is {:?}, members {}", group.conversation.0, group.name.as_str(), group.members).unwrap();
    }
    for account in accounts {
        for conversation in store.conversations(account.id, None, 99).await.unwrap().rows {
            let with = match conversation.shape {
                ConversationShape::Direct { peer } => peer.username.to_string(),
                ConversationShape::Group { name, .. } => format!("#{name}"),
            };
            let (id, read, unread) = (conversation.id, conversation.read_seq, conversation.unread);
            writeln!(lines, "{} in {} with {with}, read {read}, unread {unread}", account.username, id.0).unwrap();
            for entry in log(store, &account.account_ref(), id).await {
                writeln!(lines, "  {}", shown(&entry)).unwrap();
            }
        }
    }
    lines
}

fn shown(entry: &Entry) -> String {
    let said = match &entry.kind {
        // Long texts are represented by their last line and their length.
        EntryKind::Message(Message { client_id, text, .. }) => {
            let end = text.as_str().lines().last().unwrap_or_default();
            format!("{:02x} {end:?} of {} bytes", client_id.as_bytes()[0], text.as_str().len())
        }
        EntryKind::GroupCreated { name } => format!("created {name}"),
        EntryKind::MemberAdded { member } => format!("added {member}"),
        EntryKind::MemberLeft { .. } => "left".to_owned(),
        EntryKind::GroupRenamed { name } => format!("renamed it {name}"),
        other => format!("{other:?}"),
    };
    format!("{} at {} {}: {said}", entry.seq, entry.at.0, entry.author)
}

/// Version and table definitions of a file that is not in use.
fn schema(file: &Path) -> (usize, Vec<String>) {
    let connection = rusqlite::Connection::open(file).unwrap();
    let version = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let mut tables = connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
    let tables = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    (version, tables)
}

#[tokio::test]
async fn files_of_every_released_schema_open_with_all_data() {
    if std::env::var_os("PAPO_MAKE_FIXTURE").is_some() && !fixture(RELEASED, "db").exists() {
        make_fixture().await;
    }
    let fresh = tempfile::tempdir().unwrap();
    SqliteStore::open(fresh.path()).unwrap().close().await;
    let newest = schema(&fresh.path().join("chat.db"));

    for released in 1..=RELEASED {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("chat.db");
        let copied = std::fs::copy(fixture(released, "db"), &file);
        copied.unwrap_or_else(|error| panic!("released schema {released} has no fixture: {error}"));
        assert_eq!(schema(&file).0, released, "the fixture has the schema in its name");

        let store = SqliteStore::open(dir.path()).unwrap();
        let expected = std::fs::read_to_string(fixture(released, "txt")).unwrap();
        assert_eq!(listing(&store).await, expected, "schema {released}");
        go_on(&store).await;
        store.close().await;
        assert_eq!(schema(&file), newest, "a released step was edited: schema {released} migrates to something else");
    }
}

/// Ids assigned by the old file must not be reused.
async fn go_on(store: &dyn Store) {
    let [ana, rui] = ["ana", "rui"].map(name);
    let ana = store.account(&ana).await.unwrap().unwrap().account_ref();
    let rui = store.account(&rui).await.unwrap().unwrap().account_ref();
    let lively = direct(store, &ana, &rui).await;
    let again = posted(store, message(lively, &ana, client_id(40), "recado 40")).await;
    assert_eq!((again.duplicate, again.entry.seq), (true, Seq(40)));
    assert_eq!(posted(store, say(lively, &rui, "de volta")).await.entry.seq, Seq(42));
    account(store, "nova").await;
}

async fn make_fixture() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    live_through_a_week(&store).await;
    std::fs::write(fixture(RELEASED, "txt"), listing(&store).await).unwrap();
    store.close().await;
    let file = dir.path().join("chat.db");
    assert_eq!(schema(&file).0, RELEASED);
    std::fs::copy(file, fixture(RELEASED, "db")).unwrap();
}
