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
const MAX_FINDINGS_PER_RULE: usize = 10;

/// A violation of a rule. Never contains user content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The violated rule, from a fixed list.
    pub rule: &'static str,
    /// The row that violates it, by its ids.
    pub at: String,
}

/// Rules with queries for their violations.
const RULES: &[(&str, &str)] = &[
    (
        "the entries of a conversation are numbered 1, 2, 3… without gaps",
        "WITH log AS (
             SELECT id >> 32 AS conversation, count(*) AS entries,
                    min(id & 4294967295) AS first, max(id & 4294967295) AS last
             FROM entry GROUP BY 1)
         SELECT format('conversation %d has %d entries from %d to %d', conversation, entries, first, last)
         FROM log WHERE first <> 1 OR last <> entries",
    ),
    (
        "a conversation records the number of its newest entry",
        "SELECT format('conversation %d records %d', id, last_seq) FROM conversation
         WHERE last_seq <> ifnull((SELECT max(entry.id & 4294967295) FROM entry
             WHERE entry.id BETWEEN conversation.id << 32 AND (conversation.id << 32) + 4294967295), 0)",
    ),
    (
        "an entry belongs to a conversation",
        "SELECT format('entry %d of conversation %d', id & 4294967295, id >> 32) FROM entry
         WHERE id >> 32 NOT IN (SELECT id FROM conversation)",
    ),
    (
        "a membership starts and ends at existing entries, in this order",
        "SELECT format('account %d in conversation %d from %d to %s', account, conversation, from_seq, ifnull(to_seq, 'now'))
         FROM membership JOIN conversation ON conversation.id = membership.conversation
         WHERE from_seq < 1 OR from_seq > max(last_seq, 1) OR to_seq < from_seq OR to_seq > last_seq",
    ),
    (
        "the memberships of an account in a conversation do not overlap",
        "SELECT format('account %d in conversation %d at %d', one.account, one.conversation, other.from_seq)
         FROM membership one JOIN membership other
           ON other.conversation = one.conversation AND other.account = one.account AND other.from_seq > one.from_seq
         WHERE one.to_seq IS NULL OR other.from_seq <= one.to_seq",
    ),
    (
        "a direct conversation has two members, from its first entry on",
        "SELECT format('conversation %d', id) FROM conversation
         WHERE low IS NOT NULL AND 2 <> (SELECT sum(iif(account IN (low, high) AND from_seq = 1 AND to_seq IS NULL, 1, 9))
             FROM membership WHERE membership.conversation = conversation.id)",
    ),
    (
        "a read cursor is within the entries that its member may see",
        "SELECT format('account %d in conversation %d at %d', account, conversation, read_seq)
         FROM membership JOIN conversation ON conversation.id = membership.conversation
         WHERE read_seq < from_seq - 1 OR read_seq > last_seq",
    ),
    (
        "each message has a position in the storage order",
        "SELECT format('entry %d of conversation %d', id & 4294967295, id >> 32) FROM entry
         WHERE kind = 1 AND id NOT IN (SELECT entry FROM message_order)
         UNION ALL
         SELECT format('position %d', place) FROM message_order WHERE entry NOT IN (SELECT id FROM entry WHERE kind = 1)",
    ),
    (
        "a client id belongs to one message of its author",
        // Without the unique index that should enforce it.
        "SELECT format('account %d, client id %s, %d times', author, hex(client_id), count(*)) FROM entry NOT INDEXED
         WHERE client_id IS NOT NULL GROUP BY author, client_id HAVING count(*) > 1",
    ),
];

/// Rules that apply only to files of the current version.
const RULES_OF_THIS_VERSION: &[(&str, &str)] = &[
    (
        "a group with members has exactly one owner, and nothing else has one",
        "SELECT format('conversation %d has %d', conversation.id, total(membership.role = 2))
         FROM membership JOIN conversation ON conversation.id = membership.conversation
         WHERE membership.to_seq IS NULL
         GROUP BY conversation.id HAVING total(membership.role = 2) <> (conversation.name IS NOT NULL)",
    ),
    (
        "a group without members has no invites",
        "SELECT format('conversation %d', conversation) FROM group_invite
         WHERE conversation NOT IN (SELECT conversation FROM membership WHERE to_seq IS NULL)",
    ),
    (
        "an invitation to a group is from a member to someone who is not one",
        "SELECT format('account %d to conversation %d', account, conversation) FROM invitation
         WHERE NOT EXISTS (SELECT 1 FROM membership WHERE membership.conversation = invitation.conversation
                 AND membership.account = invitation.inviter AND to_seq IS NULL)
             OR EXISTS (SELECT 1 FROM membership WHERE membership.conversation = invitation.conversation
                 AND membership.account = invitation.account AND to_seq IS NULL)",
    ),
    (
        "nothing of a deleted message is stored except its mark",
        "SELECT format('entry %d of conversation %d', id & 4294967295, id >> 32) FROM entry
         WHERE kind = 1 AND (body IS NULL) <> (mark IS NOT NULL)
            OR mark IS NOT NULL AND (mentions IS NOT NULL OR id IN (SELECT entry FROM revision)
                OR id IN (SELECT entry FROM reaction) OR id IN (SELECT entry FROM notice))",
    ),
    (
        "the earlier texts of a message are numbered 1, 2, 3… without gaps",
        "SELECT format('entry %d of conversation %d', entry & 4294967295, entry >> 32)
         FROM revision GROUP BY entry HAVING max(number) <> count(*) OR min(number) <> 1",
    ),
    (
        "replies and changes refer to an earlier message",
        "SELECT format('entry %d of conversation %d', entry.id & 4294967295, entry.id >> 32)
         FROM entry LEFT JOIN entry target ON target.id = entry.id >> 32 << 32 | entry.target
         WHERE (entry.target IS NOT NULL OR entry.kind BETWEEN 6 AND 9) AND (target.kind <> 1 OR target.id >= entry.id OR target.id IS NULL)",
    ),
    (
        "a message records the entry that changed it last",
        "WITH last AS (
             SELECT id >> 32 << 32 | target AS message, max(id & 4294967295) AS seq
             FROM entry WHERE kind BETWEEN 6 AND 9 GROUP BY 1)
         SELECT format('entry %d of conversation %d', entry.id & 4294967295, entry.id >> 32)
         FROM entry LEFT JOIN last ON last.message = entry.id WHERE entry.kind = 1 AND entry.changed IS NOT last.seq",
    ),
    (
        "reactions and inbox items belong to messages",
        "SELECT format('entry %d of conversation %d', id & 4294967295, id >> 32) FROM entry
         WHERE kind <> 1 AND (id IN (SELECT entry FROM reaction) OR id IN (SELECT entry FROM notice))",
    ),
    (
        "a conversation records the number of its members",
        "SELECT format('conversation %d records %d', id, members) FROM conversation
         WHERE members <> (SELECT count(*) FROM membership WHERE membership.conversation = conversation.id AND to_seq IS NULL)",
    ),
    (
        "the reactions to a message are counted",
        "WITH counted AS (SELECT entry, emoji, min(since) AS since, count(*) AS accounts FROM reaction GROUP BY entry, emoji)
         SELECT format('entry %d of conversation %d', entry & 4294967295, entry >> 32) FROM (
             SELECT entry, emoji, since, accounts FROM counted EXCEPT SELECT entry, emoji, since, accounts FROM reaction_count
             UNION ALL
             SELECT * FROM (SELECT entry, emoji, since, accounts FROM reaction_count
                            EXCEPT SELECT entry, emoji, since, accounts FROM counted))",
    ),
    (
        "receipts do not exceed the newest entry",
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
    let damage = texts(&connection, &format!("PRAGMA integrity_check({MAX_FINDINGS_PER_RULE})"))?;
    add(&mut findings, "the file is undamaged", damage.into_iter().filter(|found| found != "ok"));
    if version == steps::MIGRATIONS.len() {
        add(&mut findings, "the schema is that of this version", migrations::differences(&connection)?);
        for (rule, query) in RULES_OF_THIS_VERSION {
            add(&mut findings, rule, texts(&connection, query)?);
        }
    }
    let dangling = "SELECT format('%s, row %s, to %s', \"table\", ifnull(rowid, '?'), parent) FROM pragma_foreign_key_check";
    add(&mut findings, "all references point to existing rows", texts(&connection, dangling)?);
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
    found.query_map([], |row| row.get(0))?.take(MAX_FINDINGS_PER_RULE).collect()
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "violated: {}: {}", self.rule, self.at)
    }
}
