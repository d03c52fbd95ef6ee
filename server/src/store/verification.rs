//! The rules that stored data must fulfil, and findings of violations.
//!
//! Each rule is a query for its violations in SQL that SQLite and PostgreSQL both execute. Rules about what only one of them stores
//! are in its own `verify`.

use std::fmt;

use serde::Serialize;

/// Maximum number of findings reported per rule.
pub(crate) const MAX_FINDINGS_PER_RULE: usize = 10;

/// A violation of a rule. Never contains user content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The violated rule, from a fixed list.
    pub rule: &'static str,
    /// The row that violates it, by its ids.
    pub at: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "violated: {}: {}", self.rule, self.at)
    }
}

/// A rule with a query that describes each row that violates it, in one column of text.
pub(crate) type Rule = (&'static str, &'static str);

/// Rules that apply to data of every version.
pub(crate) const RULES: &[Rule] = &[
    (
        "the entries of a conversation are numbered 1, 2, 3… without gaps",
        "WITH log AS (
             SELECT id >> 32 AS conversation, count(*) AS entries,
                    min(id & 4294967295) AS first, max(id & 4294967295) AS last
             FROM entry GROUP BY 1)
         SELECT format('conversation %s has %s entries from %s to %s', conversation, entries, first, last)
         FROM log WHERE first <> 1 OR last <> entries",
    ),
    (
        "a conversation records the number of its newest entry",
        "SELECT format('conversation %s records %s', id, last_seq) FROM conversation
         WHERE last_seq <> coalesce((SELECT max(entry.id & 4294967295) FROM entry
             WHERE entry.id BETWEEN conversation.id << 32 AND (conversation.id << 32) + 4294967295), 0)",
    ),
    (
        "an entry belongs to a conversation",
        "SELECT format('entry %s of conversation %s', id & 4294967295, id >> 32) FROM entry
         WHERE NOT EXISTS (SELECT 1 FROM conversation WHERE conversation.id = entry.id >> 32)",
    ),
    (
        "a membership starts and ends at existing entries, in this order",
        "SELECT format('account %s in conversation %s from %s to %s',
             account, conversation, from_seq, coalesce(CAST(to_seq AS TEXT), 'now'))
         FROM membership JOIN conversation ON conversation.id = membership.conversation
         WHERE from_seq < 1 OR from_seq > 1 AND from_seq > last_seq OR to_seq < from_seq OR to_seq > last_seq",
    ),
    (
        "the memberships of an account in a conversation do not overlap",
        "SELECT format('account %s in conversation %s at %s', one.account, one.conversation, other.from_seq)
         FROM membership one JOIN membership other
           ON other.conversation = one.conversation AND other.account = one.account AND other.from_seq > one.from_seq
         WHERE one.to_seq IS NULL OR other.from_seq <= one.to_seq",
    ),
    (
        "a direct conversation has two members, from its first entry on",
        "SELECT format('conversation %s', id) FROM conversation
         WHERE low IS NOT NULL AND 2 <> (
             SELECT sum(CASE WHEN account IN (low, high) AND from_seq = 1 AND to_seq IS NULL THEN 1 ELSE 9 END)
             FROM membership WHERE membership.conversation = conversation.id)",
    ),
    (
        "a read cursor is within the entries that its member may see",
        "SELECT format('account %s in conversation %s at %s', account, conversation, read_seq)
         FROM membership JOIN conversation ON conversation.id = membership.conversation
         WHERE read_seq < from_seq - 1 OR read_seq > last_seq",
    ),
];

/// Rules that apply only to data of the current version.
pub(crate) const RULES_OF_THIS_VERSION: &[Rule] = &[
    (
        "a group with members has exactly one owner, and nothing else has one",
        "SELECT format('conversation %s has %s', conversation.id, count(*) FILTER (WHERE membership.role = 2))
         FROM membership JOIN conversation ON conversation.id = membership.conversation
         WHERE membership.to_seq IS NULL
         GROUP BY conversation.id
         HAVING count(*) FILTER (WHERE membership.role = 2) <> CASE WHEN conversation.name IS NULL THEN 0 ELSE 1 END",
    ),
    (
        "a group without members has no invites",
        "SELECT format('conversation %s', conversation) FROM group_invite
         WHERE conversation NOT IN (SELECT conversation FROM membership WHERE to_seq IS NULL)",
    ),
    (
        "an invitation to a group is from a member to someone who is not one",
        "SELECT format('account %s to conversation %s', account, conversation) FROM invitation
         WHERE NOT EXISTS (SELECT 1 FROM membership WHERE membership.conversation = invitation.conversation
                 AND membership.account = invitation.inviter AND to_seq IS NULL)
             OR EXISTS (SELECT 1 FROM membership WHERE membership.conversation = invitation.conversation
                 AND membership.account = invitation.account AND to_seq IS NULL)",
    ),
    (
        "nothing of a deleted message is stored except its mark",
        "SELECT format('entry %s of conversation %s', id & 4294967295, id >> 32) FROM entry
         WHERE kind = 1 AND (body IS NULL) <> (mark IS NOT NULL)
            OR mark IS NOT NULL AND (mentions IS NOT NULL OR id IN (SELECT entry FROM revision)
                OR id IN (SELECT entry FROM reaction) OR id IN (SELECT entry FROM notice))",
    ),
    (
        "the earlier texts of a message are numbered 1, 2, 3… without gaps",
        "SELECT format('entry %s of conversation %s', entry & 4294967295, entry >> 32)
         FROM revision GROUP BY entry HAVING max(number) <> count(*) OR min(number) <> 1",
    ),
    (
        "replies and changes refer to an earlier message",
        "SELECT format('entry %s of conversation %s', entry.id & 4294967295, entry.id >> 32)
         FROM entry LEFT JOIN entry target ON target.id = entry.id >> 32 << 32 | entry.target
         WHERE (entry.target IS NOT NULL OR entry.kind BETWEEN 6 AND 9)
             AND (target.kind <> 1 OR target.id >= entry.id OR target.id IS NULL)",
    ),
    (
        "a message records the entry that changed it last",
        "WITH last AS (
             SELECT id >> 32 << 32 | target AS message, max(id & 4294967295) AS seq
             FROM entry WHERE kind BETWEEN 6 AND 9 GROUP BY 1)
         SELECT format('entry %s of conversation %s', entry.id & 4294967295, entry.id >> 32)
         FROM entry LEFT JOIN last ON last.message = entry.id
         WHERE entry.kind = 1 AND entry.changed IS DISTINCT FROM last.seq",
    ),
    (
        "reactions and inbox items belong to messages",
        "SELECT format('entry %s of conversation %s', id & 4294967295, id >> 32) FROM entry
         WHERE kind <> 1 AND (id IN (SELECT entry FROM reaction) OR id IN (SELECT entry FROM notice))",
    ),
    (
        "a conversation records the number of its members",
        "SELECT format('conversation %s records %s', id, members) FROM conversation
         WHERE members <> (SELECT count(*) FROM membership WHERE membership.conversation = conversation.id AND to_seq IS NULL)",
    ),
    (
        "the reactions to a message are counted",
        "WITH counted AS (SELECT entry, emoji, min(since) AS since, count(*) AS accounts FROM reaction GROUP BY entry, emoji)
         SELECT format('entry %s of conversation %s', entry & 4294967295, entry >> 32) FROM (
             SELECT * FROM (SELECT entry, emoji, since, accounts FROM counted
                            EXCEPT SELECT entry, emoji, since, accounts FROM reaction_count) AS uncounted
             UNION ALL
             SELECT * FROM (SELECT entry, emoji, since, accounts FROM reaction_count
                            EXCEPT SELECT entry, emoji, since, accounts FROM counted) AS miscounted
         ) AS difference",
    ),
    (
        "receipts do not exceed the newest entry",
        "SELECT format('account %s in conversation %s', account, conversation)
         FROM membership JOIN conversation ON conversation.id = membership.conversation
         WHERE seen_seq > last_seq OR delivered_seq > last_seq",
    ),
];
