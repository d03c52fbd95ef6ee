use std::path::Path;
use std::time::Instant;

use memchr::memmem::Finder;
use papo_shared::model::{ClientId, ConversationId, GroupName, MessageText, Seq, Timestamp, Username, Visibility};

use super::{Step, Sweep, unused_space};
use crate::domain::storage::StorageLimits;
use crate::domain::{AccountId, AccountRef};
use crate::store::sqlite::file::open;
use crate::store::sqlite::write::Writer;
use crate::store::{Outcome, Write};

const GROUPS: u32 = 20;
const MESSAGES: u32 = 3_000;

/// A word of every message that the test deletes, and of every one that it keeps.
const DELETED: &str = "girafa";
const KEPT: &str = "zebra";

fn ana() -> AccountRef {
    AccountRef { id: AccountId(1), username: Username::parse("ana").unwrap() }
}

/// A writer whose file has an account and its groups.
fn writer(dir: &Path) -> Writer {
    let mut writer = Writer::new(open::open(dir).unwrap().connection, StorageLimits::default()).unwrap();
    let account = "INSERT INTO account (id, username, display_name, search, password_hash, created_at)
                   VALUES (1, 'ana', 'Ana', 'ana', 'x', 0)";
    writer.tables.connection.execute_batch(account).unwrap();
    let create = |number: u32| Write::CreateGroup {
        creator: ana(),
        name: GroupName::parse(&format!("grupo {number}")).unwrap(),
        visibility: Visibility::Listed,
        at: Timestamp(0),
    };
    writer.commit(&(0..GROUPS).map(create).collect::<Vec<_>>()).unwrap();
    writer
}

/// The number of occurrences of a word in all files of the folder.
fn occurrences(dir: &Path, word: &str) -> usize {
    let files = dir.read_dir().unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    files.map(|bytes| Finder::new(word).find_iter(&bytes).count()).sum()
}

/// Sends and edits messages of different lengths in all groups, so that rows move between pages. Returns the messages that contain
/// [`DELETED`].
fn fill(writer: &mut Writer, messages: u32) -> Vec<(ConversationId, Seq)> {
    let mut numbers = (1_u32..).map(|number| number.wrapping_mul(2_654_435_761) >> 16);
    let mut random = move |below: u32| numbers.next().unwrap() % below;
    let (at, mut deleted) = (Timestamp(0), Vec::new());
    for first in (0..messages).step_by(50) {
        let words: Vec<String> =
            (first..first + 50).map(|number| format!("{}{number:06}", if number % 2 == 0 { DELETED } else { KEPT })).collect();
        let mut text = |word: &str, filler: &str, longest| {
            MessageText::parse(&format!("{word} {}", filler.repeat(random(longest) as usize))).unwrap()
        };
        let send = |(number, word): (u32, &String)| Write::AppendMessage {
            conversation: ConversationId(1 + number % GROUPS),
            author: ana(),
            client_id: ClientId::new(),
            text: text(word, "palavra ", 60),
            reply_to: None,
            at,
        };
        let sends: Vec<Write> = (0..).zip(&words).map(send).collect();
        let mut edits = Vec::new();
        for (outcome, word) in writer.commit(&sends).unwrap().into_iter().zip(&words) {
            let Outcome::Posted(posted) = outcome else { panic!("not stored") };
            let (conversation, seq) = (posted.conversation, posted.entry.seq);
            if seq.0 % 3 == 0 {
                edits.push(Write::EditMessage { conversation, by: ana(), seq, text: text(word, "nova ", 200), at });
            }
            if word.starts_with(DELETED) {
                deleted.push((conversation, seq));
            }
        }
        writer.commit(&edits).unwrap();
        writer.index(1_000).unwrap();
    }
    deleted
}

fn delete(writer: &mut Writer, messages: &[(ConversationId, Seq)]) {
    let delete = |(conversation, seq): &(ConversationId, Seq)| Write::DeleteMessage {
        conversation: *conversation,
        by: ana(),
        seq: *seq,
        at: Timestamp(0),
    };
    writer.commit(&messages.iter().map(delete).collect::<Vec<_>>()).unwrap();
}

/// Executes everything that is planned, without waiting.
fn finish_maintenance(writer: &mut Writer) {
    while writer.sweep.due.or(writer.log_bound.due()).is_some() {
        writer.sweep.due = writer.sweep.due.map(|_| Instant::now());
        writer.log_bound.hurry();
        writer.maintain();
    }
}

#[test]
fn no_byte_of_a_deleted_text_remains_in_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = writer(dir.path());
    let messages = fill(&mut writer, MESSAGES);
    delete(&mut writer, &messages);
    assert!(occurrences(dir.path(), DELETED) > 0, "the log contains it until it is truncated");
    finish_maintenance(&mut writer);
    assert_eq!(occurrences(dir.path(), DELETED), 0);
    assert!(occurrences(dir.path(), KEPT) >= (MESSAGES / 2) as usize);
    let check = |sql: &str| writer.tables.connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(check("PRAGMA integrity_check"), "ok");
    let indexed = "SELECT count(*) || '' FROM message_text WHERE message_text MATCH '\"zebra000001\"'";
    assert_eq!(check(indexed), "1");

    // Now the word index has a single segment, which no merge of segments would rewrite.
    let (words, messages): (Vec<String>, Vec<_>) = first_words(&writer).into_iter().step_by(2).unzip();
    delete(&mut writer, &messages);
    finish_maintenance(&mut writer);
    let left: Vec<&String> = words.iter().filter(|word| occurrences(dir.path(), word) > 0).collect();
    assert!(left.is_empty() && !words.is_empty(), "{left:?}");
}

/// The first word of each message.
fn first_words(writer: &Writer) -> Vec<(String, (ConversationId, Seq))> {
    let sql = "SELECT substr(body, 1, instr(body || ' ', ' ') - 1), id >> 32, id & 0xffffffff FROM entry WHERE kind = 1 AND body NOT NULL";
    let mut found = writer.tables.connection.prepare(sql).unwrap();
    let rows = found.query_map([], |row| Ok((row.get(0)?, (ConversationId(row.get(1)?), Seq(row.get(2)?)))));
    rows.unwrap().map(Result::unwrap).collect()
}

/// Without the sweep, this text stays in the file: the test above would not notice if SQLite stopped leaving copies.
#[test]
fn without_a_sweep_copies_remain_in_unused_space() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = writer(dir.path());
    let messages = fill(&mut writer, MESSAGES);
    delete(&mut writer, &messages);
    writer.sweep.due = None;
    finish_maintenance(&mut writer);
    assert!(occurrences(dir.path(), DELETED) > 0);
}

#[test]
fn a_sweep_is_due_a_day_after_a_deletion_also_across_restarts() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = writer(dir.path());
    assert_eq!(first.sweep.due, None);
    let messages = fill(&mut first, 50);
    assert_eq!(first.sweep.due.or(first.log_bound.due()), None, "nothing was deleted");
    delete(&mut first, &messages[..1]);
    assert!(first.sweep.due.is_some());
    let planned = |writer: &Writer| Sweep::new(&writer.tables.connection).unwrap().due;
    assert!(planned(&first).unwrap() > Instant::now());
    first.tables.connection.execute("UPDATE sweep SET since = since - 86400", []).unwrap();
    assert!(planned(&first).unwrap() <= Instant::now());

    // A deletion during a sweep requires another one.
    first.sweep.due = Some(Instant::now());
    first.maintain();
    delete(&mut first, &messages[1..2]);
    while first.sweep.step != Step::Begin {
        first.sweep.due = Some(Instant::now());
        first.maintain();
    }
    assert!(first.sweep.due.is_some() && planned(&first).is_some());
    first.sweep.due = Some(Instant::now());
    finish_maintenance(&mut first);
    assert_eq!(planned(&first), None);
}

#[test]
fn only_the_space_between_pointers_and_cells_is_unused() {
    let mut leaf = vec![1_u8; 64];
    leaf[..8].copy_from_slice(&[13, 0, 0, 0, 3, 0, 40, 0]);
    assert_eq!(unused_space(&mut leaf.clone(), false).len(), 40 - (8 + 6));
    let mut interior = leaf.clone();
    interior[0] = 5;
    assert_eq!(unused_space(&mut interior, false).len(), 40 - (12 + 6));
    for no_page in [vec![0; 64], vec![13], Vec::new()] {
        assert!(unused_space(&mut no_page.clone(), false).is_empty());
    }
    leaf[5] = 9;
    assert!(unused_space(&mut leaf, false).is_empty(), "the cells would begin after the end of the page");
}
