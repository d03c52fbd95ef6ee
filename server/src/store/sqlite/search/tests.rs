use std::path::Path;

use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use papo_shared::model::search::{FOLDING, Query};
use papo_shared::model::{ClientId, ConversationId, Entry, EntryKind, GroupName, MessageText, Timestamp, Username, Visibility};
use rusqlite::Connection;

use super::index::ENOUGH_INDEXED_BYTES;
use super::{MAX_WORK, READ_COST, search, text_changed};
use crate::domain::storage::StorageLimits;
use crate::domain::{AccountId, AccountRef, FoundMessages, MessageSearch};
use crate::store::sqlite::file::open;
use crate::store::sqlite::write::Writer;
use crate::store::{Outcome, Write};

const ANA: AccountId = AccountId(1);
const RUI: AccountId = AccountId(2);
const CHAT: ConversationId = ConversationId(1);

fn who(account: AccountId) -> AccountRef {
    let name = if account == ANA { "ana" } else { "rui" };
    AccountRef { id: account, username: Username::parse(name).unwrap() }
}

/// A writer whose file has two accounts and their conversation. Nothing is indexed unless a test does it.
fn open_writer(dir: &Path) -> Writer {
    let connection = open::open(dir).unwrap().connection;
    connection
        .execute_batch(
            "INSERT INTO account (id, username, display_name, search, password_hash, created_at)
             VALUES (1, 'ana', 'Ana', 'ana', 'x', 0), (2, 'rui', 'Rui', 'rui', 'x', 0)",
        )
        .unwrap();
    let mut writer = Writer::new(connection, StorageLimits::default()).unwrap();
    writer.commit(&[Write::OpenDirect { one: ANA, other: RUI, at: Timestamp(0) }]).unwrap();
    writer
}

fn say(conversation: ConversationId, by: AccountId, text: &str) -> Write {
    let (author, client_id) = (who(by), ClientId::new());
    Write::AppendMessage {
        conversation,
        author,
        client_id,
        text: MessageText::parse(text).unwrap(),
        reply_to: None,
        at: Timestamp(0),
    }
}

fn ask(query: &str) -> MessageSearch {
    let query = Query::parse(query, 0).unwrap();
    MessageSearch { query, conversation: None, before: None, limit: 50, enough_bytes: usize::MAX }
}

fn find(connection: &Connection, query: &str) -> FoundMessages {
    search(connection, RUI, &ask(query)).unwrap().unwrap()
}

fn texts(found: &FoundMessages) -> Vec<&str> {
    let text = |entry| match entry {
        &Entry { kind: EntryKind::Message(ref message), .. } => message.text.as_str(),
        other => panic!("{other:?}"),
    };
    found.hits.iter().map(|hit| text(&hit.entry)).collect()
}

#[track_caller]
fn check(dir: &Path, query: &str, expected: &[&str]) {
    let reader = open::connect_reader(&dir.join(open::FILE_NAME)).unwrap();
    assert_eq!(texts(&find(&reader, query)), expected, "{query}");
}

fn count(dir: &Path, sql: &str) -> i64 {
    Connection::open(dir.join(open::FILE_NAME)).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn results_do_not_depend_on_the_progress_of_the_index() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = open_writer(dir.path());
    let messages = ["primeira reunião", "outra coisa", "Reuniões e mais: https://papo.chat", "reuniao"];
    writer.commit(&messages.map(|text| say(CHAT, ANA, text))).unwrap();
    for step in 0..=messages.len() {
        assert_eq!(writer.lag(), messages.len() - step);
        check(dir.path(), "reun", &["reuniao", messages[2], messages[0]]);
        check(dir.path(), "\"reuniao\"", &["reuniao", messages[0]]);
        check(dir.path(), "reun has:link from:ana in:ana", &[messages[2]]);
        check(dir.path(), "reun from:rui", &[]);
        writer.index(1).unwrap();
    }
}

#[test]
fn messages_that_a_crash_left_unindexed_are_found_and_indexed() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = open_writer(dir.path());
    writer.commit(&["um bolo", "dois bolos"].map(|text| say(CHAT, ANA, text))).unwrap();
    writer.index(1).unwrap();
    drop(writer);
    let mut writer = Writer::new(open::open(dir.path()).unwrap().connection, StorageLimits::default()).unwrap();
    assert_eq!(writer.lag(), 1);
    check(dir.path(), "bolo", &["dois bolos", "um bolo"]);
    writer.index(9).unwrap();
    assert_eq!(writer.lag(), 0);
    check(dir.path(), "bolo", &["dois bolos", "um bolo"]);
}

#[test]
fn messages_of_an_older_file_are_found_at_once_and_indexed() {
    let dir = tempfile::tempdir().unwrap();
    drop(open_writer(dir.path()));
    let file = Connection::open(dir.path().join(open::FILE_NAME)).unwrap();
    file.execute_batch(
        "DROP TABLE message_text; DROP TABLE message_index; DROP TABLE message_day; DROP TABLE message_order;
         INSERT INTO entry (id, at, author, kind, client_id, body)
         VALUES ((1 << 32) + 1, 86400000, 1, 1, zeroblob(16), 'bolo de antes'), ((1 << 32) + 2, 5, 1, 1, randomblob(16), 'bolo mais velho');
         UPDATE conversation SET last_seq = 2;",
    )
    .unwrap();
    file.execute_batch(crate::store::sqlite::file::migrations::steps::MESSAGE_SEARCH).unwrap();
    file.execute_batch(crate::store::sqlite::file::migrations::steps::WORDS_WITHOUT_PLACES).unwrap();
    drop(file);
    let mut writer = Writer::new(open::open(dir.path()).unwrap().connection, StorageLimits::default()).unwrap();
    assert_eq!(writer.lag(), 2);
    check(dir.path(), "bolo", &["bolo de antes", "bolo mais velho"]);
    writer.index(9).unwrap();
    check(dir.path(), "bolo", &["bolo de antes", "bolo mais velho"]);
    check(dir.path(), "bolo after:1970-01-02", &["bolo de antes"]);
    check(dir.path(), "before:1970-01-02", &["bolo mais velho"]);
}

#[test]
fn an_index_of_another_folding_is_rebuilt() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = open_writer(dir.path());
    writer.commit(&[say(CHAT, ANA, "bolo")]).unwrap();
    writer.index(9).unwrap();
    drop(writer);
    Connection::open(dir.path().join(open::FILE_NAME)).unwrap().execute("UPDATE message_index SET folding = 0", []).unwrap();
    let mut writer = Writer::new(open::open(dir.path()).unwrap().connection, StorageLimits::default()).unwrap();
    assert_eq!(writer.lag(), 1);
    writer.index(9).unwrap();
    check(dir.path(), "bolo", &["bolo"]);
    assert_eq!(
        count(dir.path(), "SELECT count(*) FROM message_text WHERE message_text MATCH 'bolo'"),
        1,
        "the message must be indexed once"
    );
}

/// A file of a version that did not index single Thai letters: they are found at once by reading messages, and
/// later by the index.
#[test]
fn an_index_of_an_older_folding_finds_words_inside_thai_texts_once_rebuilt() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = open_writer(dir.path());
    writer.commit(&[say(CHAT, ANA, "แม่กินปลาทู"), say(CHAT, ANA, "ปาลา")]).unwrap();
    writer.index(9).unwrap();
    drop(writer);
    let file = Connection::open(dir.path().join(open::FILE_NAME)).unwrap();
    file.execute_batch(
        "INSERT INTO message_text (message_text) VALUES ('delete-all');
         INSERT INTO message_text (rowid, text) VALUES (1, 'แมกนปลาท'), (2, 'ปาลา');",
    )
    .unwrap();
    file.execute("UPDATE message_index SET folding = ?1", [FOLDING - 1]).unwrap();
    drop(file);
    let mut writer = Writer::new(open::open(dir.path()).unwrap().connection, StorageLimits::default()).unwrap();
    for lag in [2, 0] {
        assert_eq!(writer.lag(), lag);
        check(dir.path(), "ปลา", &["แม่กินปลาทู"]);
        writer.index(9).unwrap();
    }
    let proposed = "SELECT count(*) FROM message_text WHERE message_text MATCH '\"\u{E004}ปล\" AND \"\u{E004}ลา\"'";
    assert_eq!(count(dir.path(), proposed), 1, "the index must not propose texts with only the same letters");
}

/// Whether the data of the index contains these letters.
fn is_in_the_index(dir: &Path, letters: &str) -> bool {
    let file = Connection::open(dir.join(open::FILE_NAME)).unwrap();
    let mut blocks = file.prepare("SELECT block FROM message_text_data").unwrap();
    let mut blocks = blocks.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    blocks.any(|block| block.unwrap().windows(letters.len()).any(|window| window == letters.as_bytes()))
}

#[test]
fn a_changed_text_leaves_nothing_in_the_index() {
    for indexed_before in [0, 9] {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = open_writer(dir.path());
        writer.commit(&["zzsegredo dito", "qqsegredo dito", "outra"].map(|text| say(CHAT, ANA, text))).unwrap();
        writer.index(indexed_before).unwrap();
        assert_eq!(is_in_the_index(dir.path(), "zzsegredo"), indexed_before > 0);
        let file = Connection::open(dir.path().join(open::FILE_NAME)).unwrap();
        let entry = |seq| (1_i64 << 32) + seq;
        text_changed(&file, entry(1), "zzsegredo dito", Some("melhor assim")).unwrap();
        file.execute("UPDATE entry SET body = 'melhor assim' WHERE id = ?1", [entry(1)]).unwrap();
        file.execute("UPDATE entry SET body = NULL WHERE id = ?1", [entry(2)]).unwrap();
        text_changed(&file, entry(2), "qqsegredo dito", None).unwrap();
        drop(file);
        for _ in 0..2 {
            assert!(!is_in_the_index(dir.path(), "zzsegredo") && !is_in_the_index(dir.path(), "qqsegredo"));
            check(dir.path(), "zzsegredo", &[]);
            check(dir.path(), "dito", &[]);
            check(dir.path(), "melhor", &["melhor assim"]);
            check(dir.path(), "from:ana", &["outra", "melhor assim"]);
            writer.index(9).unwrap();
        }
        let file = Connection::open(dir.path().join(open::FILE_NAME)).unwrap();
        file.execute("INSERT INTO message_text (message_text) VALUES ('integrity-check')", []).unwrap();
    }
}

#[test]
fn a_search_does_bounded_work_and_returns_where_to_continue() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = open_writer(dir.path());
    let created = writer.commit(&[Write::CreateGroup {
        creator: who(ANA),
        name: GroupName::parse("só ana").unwrap(),
        visibility: Visibility::Listed,
        at: Timestamp(0),
    }]);
    let Outcome::Posted(posted) = &created.unwrap()[0] else { panic!("not created") };
    let (alone, too_many) = (posted.conversation, MAX_WORK / READ_COST + 1);
    writer.commit(&[say(CHAT, ANA, "agulha")]).unwrap();
    writer.commit(&(0..too_many).map(|_| say(CHAT, ANA, "palha")).collect::<Vec<_>>()).unwrap();
    writer.commit(&[say(alone, ANA, "agulha")]).unwrap();

    let reader = open::connect_reader(&dir.path().join(open::FILE_NAME)).unwrap();
    let first = find(&reader, "agulha");
    assert_eq!(texts(&first), [""; 0], "the match must be beyond the work limit");
    let on = MessageSearch { before: first.next, ..ask("agulha") };
    assert!(first.next.is_some());
    let rest = search(&reader, RUI, &on).unwrap().unwrap();
    assert_eq!((texts(&rest), rest.next), (vec!["agulha"], None));

    while writer.lag() > 0 {
        writer.index(5000).unwrap();
    }
    let found = find(&reader, "agulha");
    assert_eq!((texts(&found), found.next), (vec!["agulha"], None));
}

#[test]
fn a_step_of_indexing_ends_after_long_messages() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = open_writer(dir.path());
    let (long, enough) = ("x".repeat(MAX_MESSAGE_BYTES), ENOUGH_INDEXED_BYTES / MAX_MESSAGE_BYTES);
    writer.commit(&(0..enough + 2).map(|_| say(CHAT, ANA, &long)).collect::<Vec<_>>()).unwrap();
    writer.index(99).unwrap();
    assert_eq!(writer.lag(), 2);
    writer.index(99).unwrap();
    assert_eq!(writer.lag(), 0);
}

/// Covers the query with a truncated prefix, for a common prefix, and the exact query, for a rare one.
#[test]
fn a_long_prefix_matches_common_and_rare_words() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = open_writer(dir.path());
    let text = |n: usize| match n {
        3 | 700 => format!("recadinho {n}"),
        n if n % 2 == 0 => format!("recados {n}"),
        n => format!("recibo {n}"),
    };
    writer.commit(&(0..1_000).map(|n| say(CHAT, ANA, &text(n))).collect::<Vec<_>>()).unwrap();
    while writer.lag() > 0 {
        writer.index(5000).unwrap();
    }
    check(dir.path(), "recadi", &["recadinho 700", "recadinho 3"]);
    let expected: Vec<String> = (0..1_000).rev().filter(|n| n % 2 == 0 && *n != 700).take(50).map(text).collect();
    check(dir.path(), "recado", &expected.iter().map(String::as_str).collect::<Vec<_>>());
    check(dir.path(), "recax", &[]);
}

#[test]
fn dates_are_in_the_time_zone_of_the_requester() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = open_writer(dir.path());
    let hours = [22_i64, 23, 24, 25];
    let messages = hours.map(|hour| match say(CHAT, ANA, &format!("hora {hour}")) {
        Write::AppendMessage { conversation, author, client_id, text, reply_to, .. } => {
            Write::AppendMessage { conversation, author, client_id, text, reply_to, at: Timestamp(hour * 3_600_000) }
        }
        other => other,
    });
    writer.commit(&messages).unwrap();
    let reader = open::connect_reader(&dir.path().join(open::FILE_NAME)).unwrap();
    for (typed, offset_hours, expected) in [
        ("before:1970-01-02", 0, vec!["hora 23", "hora 22"]),
        ("before:1970-01-02", 1, vec!["hora 22"]),
        ("before:1970-01-02", -1, vec!["hora 24", "hora 23", "hora 22"]),
        ("after:1970-01-02", 0, vec!["hora 25", "hora 24"]),
        ("after:1970-01-02", 1, vec!["hora 25", "hora 24", "hora 23"]),
    ] {
        let query = Query::parse(typed, offset_hours * 3_600).unwrap();
        let found = search(&reader, RUI, &MessageSearch { query, ..ask("x") }).unwrap().unwrap();
        assert_eq!(texts(&found), expected, "{typed}, {offset_hours} h ahead");
    }
}

#[test]
fn user_input_is_never_parsed_as_index_syntax() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = open_writer(dir.path());
    writer.commit(&[say(CHAT, ANA, "a OR b NOT c NEAR(d) text:e ^f")]).unwrap();
    writer.index(9).unwrap();
    let all = ["\"a OR\"", "OR NOT", "NEAR(", "text:e", "^f", "a* b", "{text", "- a", "\"b\"\"NOT\"", "';--a"];
    for query in all {
        check(dir.path(), query, &["a OR b NOT c NEAR(d) text:e ^f"]);
    }
    for query in ["a AND b", "{text}:a", "NEAR(x)"] {
        check(dir.path(), query, &[]);
    }
}
