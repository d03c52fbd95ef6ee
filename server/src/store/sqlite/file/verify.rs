//! Complete verification of a database file.
//!
//! Opening a file only makes fast checks. This reads the whole file in one snapshot, whether a server is using it or
//! not.

use std::fmt;
use std::path::Path;

use rusqlite::Connection;
use serde::Serialize;

use super::migrations::{self, steps};
use super::open::connect_reader;
use super::open_error::OpenError;

/// Maximum number of findings reported per rule.
const FINDINGS_A_RULE: usize = 10;

/// A violation of a rule. Never contains user content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule that is violated.
    pub rule: &'static str,
    /// Where it is violated.
    pub at: String,
}

/// Rules with queries for their violations.
const RULES: &[(&str, &str)] = &[
    (
        "the numbers of a conversation's entries are 1, 2, 3… without a hole",
        "WITH log AS (
             SELECT id >> 32 AS conversation, count(*) AS entries,
                    min(id & 4294967295) AS first, max(id & 4294967295) AS last
             FROM entry GROUP BY 1)
         SELECT format('conversation %d has %d entries from %d to %d', conversation, entries, first, last)
         FROM log WHERE first <> 1 OR last <> entries",
    ),
    (
        "a conversation knows its newest entry",
        "SELECT format('conversation %d says %d', id, last_seq) FROM conversation
         WHERE last_seq <> ifnull((SELECT max(entry.id & 4294967295) FROM entry
             WHERE entry.id BETWEEN conversation.id << 32 AND (conversation.id << 32) + 4294967295), 0)",
    ),
    (
        "an entry belongs to a conversation",
        "SELECT format('entry %d of conversation %d', id & 4294967295, id >> 32) FROM entry
         WHERE id >> 32 NOT IN (SELECT id FROM conversation)",
    ),
    (
        "somebody is a member from an entry to a later one",
        "SELECT format('account %d in conversation %d from %d to %s', account, conversation, from_seq, ifnull(to_seq, 'now'))
         FROM membership JOIN conversation ON conversation.id = membership.conversation
         WHERE from_seq < 1 OR from_seq > max(last_seq, 1) OR to_seq < from_seq OR to_seq > last_seq",
    ),
    (
        "nobody is a member twice at once",
        "SELECT format('account %d in conversation %d at %d', one.account, one.conversation, other.from_seq)
         FROM membership one JOIN membership other
           ON other.conversation = one.conversation AND other.account = one.account AND other.from_seq > one.from_seq
         WHERE one.to_seq IS NULL OR other.from_seq <= one.to_seq",
    ),
    (
        "a direct conversation has its two members, from its beginning",
        "SELECT format('conversation %d', id) FROM conversation
         WHERE low IS NOT NULL AND 2 <> (SELECT sum(iif(account IN (low, high) AND from_seq = 1 AND to_seq IS NULL, 1, 9))
             FROM membership WHERE membership.conversation = conversation.id)",
    ),
    (
        "a read cursor is inside of what its member may see",
        "SELECT format('account %d in conversation %d at %d', account, conversation, read_seq)
         FROM membership JOIN conversation ON conversation.id = membership.conversation
         WHERE read_seq < from_seq - 1 OR read_seq > last_seq",
    ),
    (
        "a message has its place in the order of all",
        "SELECT format('entry %d of conversation %d', id & 4294967295, id >> 32) FROM entry
         WHERE kind = 1 AND id NOT IN (SELECT entry FROM message_order)
         UNION ALL
         SELECT format('place %d', place) FROM message_order WHERE entry NOT IN (SELECT id FROM entry WHERE kind = 1)",
    ),
    (
        "a client id is one message of its author",
        // Without the unique index that should enforce it.
        "SELECT format('account %d, client id %s, %d times', author, hex(client_id), count(*)) FROM entry NOT INDEXED
         WHERE client_id IS NOT NULL GROUP BY author, client_id HAVING count(*) > 1",
    ),
];

/// Rules that apply only to files of the current version.
const RULES_OF_THIS_VERSION: &[(&str, &str)] = &[
    (
        "a group that anybody is in has one owner, and nothing else has one",
        "SELECT format('conversation %d has %d', conversation.id, total(membership.role = 2))
         FROM membership JOIN conversation ON conversation.id = membership.conversation
         WHERE membership.to_seq IS NULL
         GROUP BY conversation.id HAVING total(membership.role = 2) <> (conversation.name IS NOT NULL)",
    ),
    (
        "a group that nobody is in invites nobody",
        "SELECT format('conversation %d', conversation) FROM group_invite
         WHERE conversation NOT IN (SELECT conversation FROM membership WHERE to_seq IS NULL)",
    ),
    (
        "of a deleted message nothing is left but its mark",
        "SELECT format('entry %d of conversation %d', id & 4294967295, id >> 32) FROM entry
         WHERE kind = 1 AND (body IS NULL) <> (mark IS NOT NULL)
            OR mark IS NOT NULL AND (mentions IS NOT NULL OR id IN (SELECT entry FROM revision)
                OR id IN (SELECT entry FROM reaction) OR id IN (SELECT entry FROM notice))",
    ),
    (
        "what a message said before is numbered 1, 2, 3… without a hole",
        "SELECT format('entry %d of conversation %d', entry & 4294967295, entry >> 32)
         FROM revision GROUP BY entry HAVING max(number) <> count(*) OR min(number) <> 1",
    ),
    (
        "an answer, and what becomes of a message, is about a message before it",
        "SELECT format('entry %d of conversation %d', entry.id & 4294967295, entry.id >> 32)
         FROM entry LEFT JOIN entry target ON target.id = entry.id >> 32 << 32 | entry.target
         WHERE (entry.target IS NOT NULL OR entry.kind BETWEEN 6 AND 9) AND (target.kind <> 1 OR target.id >= entry.id OR target.id IS NULL)",
    ),
    (
        "a message knows the entry that changed it last",
        "WITH last AS (
             SELECT id >> 32 << 32 | target AS message, max(id & 4294967295) AS seq
             FROM entry WHERE kind BETWEEN 6 AND 9 GROUP BY 1)
         SELECT format('entry %d of conversation %d', entry.id & 4294967295, entry.id >> 32)
         FROM entry LEFT JOIN last ON last.message = entry.id WHERE entry.kind = 1 AND entry.changed IS NOT last.seq",
    ),
    (
        "a reaction and a notice belong to a message",
        "SELECT format('entry %d of conversation %d', id & 4294967295, id >> 32) FROM entry
         WHERE kind <> 1 AND (id IN (SELECT entry FROM reaction) OR id IN (SELECT entry FROM notice))",
    ),
    (
        "what somebody has received and read is there",
        "SELECT format('account %d in conversation %d', account, conversation)
         FROM membership JOIN conversation ON conversation.id = membership.conversation
         WHERE seen_seq > last_seq OR delivered_seq > last_seq",
    ),
];

/// Verifies a file, which may be in use and may be of an older version.
///
/// # Errors
/// The file cannot be read, is not papo's, or was written by a newer version, whose rules are unknown.
pub fn verify(file: &Path) -> Result<Vec<Finding>, OpenError> {
    let mut connection = connect_reader(file)?;
    // One snapshot, since the file may be written to meanwhile.
    let connection = connection.transaction()?;
    let version = migrations::version(&connection, steps::MIGRATIONS)?;
    let mut findings = Vec::new();
    let damage = texts(&connection, &format!("PRAGMA integrity_check({FINDINGS_A_RULE})"))?;
    add(&mut findings, "the file is whole", damage.into_iter().filter(|found| found != "ok"));
    if version == steps::MIGRATIONS.len() {
        add(&mut findings, "the tables are those of this version", migrations::differences(&connection)?);
        for (rule, query) in RULES_OF_THIS_VERSION {
            add(&mut findings, rule, texts(&connection, query)?);
        }
    }
    let lost = "SELECT format('%s, row %s, to %s', \"table\", ifnull(rowid, '?'), parent) FROM pragma_foreign_key_check";
    add(&mut findings, "what is referred to is there", texts(&connection, lost)?);
    for (rule, query) in RULES {
        add(&mut findings, rule, texts(&connection, query)?);
    }
    Ok(findings)
}

fn add(findings: &mut Vec<Finding>, rule: &'static str, at: impl IntoIterator<Item = String>) {
    findings.extend(at.into_iter().map(|at| Finding { rule, at }));
}

fn texts(connection: &Connection, query: &str) -> rusqlite::Result<Vec<String>> {
    let mut found = connection.prepare(query)?;
    found.query_map([], |row| row.get(0))?.take(FINDINGS_A_RULE).collect()
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not so: {}: {}", self.rule, self.at)
    }
}
