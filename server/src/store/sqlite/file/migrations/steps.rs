//! Schema migration steps. A released step is never edited, since its SQL, comments included, is part of existing
//! files; changes are appended as new steps.

use super::recent_steps::{
    BANS, COUNTS, DAILY_USAGE, ERASURES, GROUP_RETENTION, GROUP_SKELETONS, INVITATIONS, REPORTS, RETENTION,
    SKELETONS_REGARDLESS_OF_CASE, SWEEP, TOTP, VALID_SERVER_ID, VISIBILITY,
};

/// All steps, from an empty file to the current version.
pub(crate) const MIGRATIONS: &[&str] = &[
    FIRST,
    LAST_USE_OF_DEVICES,
    SUSPENDED,
    SERVER_ID,
    INVITES,
    SKELETONS,
    AUDIT,
    MESSAGE_SEARCH,
    ROLES,
    STATUS,
    BLOCKS,
    CHANGES,
    NOTICES,
    RECEIPTS,
    WORDS_WITHOUT_PLACES,
    DAILY_USAGE,
    SKELETONS_REGARDLESS_OF_CASE,
    TOTP,
    COUNTS,
    BANS,
    GROUP_SKELETONS,
    ERASURES,
    SWEEP,
    VALID_SERVER_ID,
    INVITATIONS,
    VISIBILITY,
    RETENTION,
    GROUP_RETENTION,
    REPORTS,
];

/// `entry.id` is `conversation << 32 | seq`, so that the log of a conversation is contiguous in the table's own
/// B-tree. The index on client ids starts with the id, because ids are time-ordered and so are appended at its end.
pub(crate) const FIRST: &str = "
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    -- Both names in lower case, a line each: what the directory is searched in.
    search TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen INTEGER
) STRICT;

CREATE TABLE device (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id),
    token_hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX device_account ON device (account);

CREATE TABLE conversation (
    id INTEGER PRIMARY KEY,
    -- Of a group.
    name TEXT,
    name_key TEXT UNIQUE,
    -- Of a direct conversation: its two accounts, the lower first.
    low INTEGER REFERENCES account (id),
    high INTEGER REFERENCES account (id),
    last_seq INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (low, high),
    CHECK ((name IS NULL) = (name_key IS NULL)),
    CHECK ((name IS NULL) = (low IS NOT NULL)),
    CHECK (low < high)
) STRICT;

-- One row for each time somebody was a member, open while to_seq is null.
CREATE TABLE membership (
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    account INTEGER NOT NULL REFERENCES account (id),
    from_seq INTEGER NOT NULL,
    to_seq INTEGER,
    read_seq INTEGER NOT NULL,
    PRIMARY KEY (conversation, account, from_seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX membership_current ON membership (account, conversation) WHERE to_seq IS NULL;

CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    author INTEGER NOT NULL REFERENCES account (id),
    -- 1 message, 2 group created, 3 member added, 4 member left, 5 group renamed.
    kind INTEGER NOT NULL,
    client_id BLOB,
    -- The text of a message, the name of a group.
    body TEXT,
    -- Who was added.
    member INTEGER REFERENCES account (id),
    CHECK ((kind = 1) = (client_id IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX entry_client_id ON entry (client_id, author) WHERE client_id IS NOT NULL;
";

/// The last known use of existing devices is their sign-in.
const LAST_USE_OF_DEVICES: &str = "
ALTER TABLE device ADD COLUMN last_used INTEGER NOT NULL DEFAULT 0;
UPDATE device SET last_used = created_at;
";

/// When an account was suspended; NULL if it is not.
const SUSPENDED: &str = "ALTER TABLE account ADD COLUMN suspended_at INTEGER";

/// A single row: the identity of the data.
const SERVER_ID: &str = "
CREATE TABLE server (id BLOB NOT NULL CHECK (length(id) = 16)) STRICT;
INSERT INTO server (id) VALUES (randomblob(16));
";

/// Invites are deleted after their last use.
const INVITES: &str = "
CREATE TABLE invite (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code_hash BLOB NOT NULL UNIQUE,
    uses_left INTEGER NOT NULL CHECK (uses_left > 0),
    -- Null: never.
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    -- In the operator's words.
    created_by TEXT NOT NULL
) STRICT;
";

/// Skeletons of usernames, for refusing confusable ones. Of existing accounts with the same skeleton only the oldest
/// gets it; the others keep NULL and continue to work.
const SKELETONS: &str = "
ALTER TABLE account ADD COLUMN skeleton TEXT;
CREATE UNIQUE INDEX account_skeleton ON account (skeleton);
UPDATE OR IGNORE account SET skeleton = skeleton_of(username);
";

/// The audit log of operator actions.
const AUDIT: &str = "
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL
) STRICT;
";

/// The order in which messages were stored, across all conversations, and the word index, which covers messages up to
/// the position `indexed` (see `search`). Existing messages are ordered by time and indexed after the server starts.
///
/// The index stores no text, and deleted words are erased from its pages. Texts are folded before they are indexed,
/// and split at white space.
pub(crate) const MESSAGE_SEARCH: &str = "
CREATE TABLE message_order (
    place INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL
) STRICT;
INSERT INTO message_order (entry) SELECT id FROM entry WHERE kind = 1 ORDER BY at, id;
CREATE UNIQUE INDEX message_order_entry ON message_order (entry);

-- Between which places the messages of a day are, counted from 1970-01-01 in UTC: where a search by days looks.
CREATE TABLE message_day (
    day INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT;
INSERT INTO message_day (day, first, last)
    SELECT (entry.at - (entry.at % 86400000 + 86400000) % 86400000) / 86400000, min(place), max(place)
    FROM message_order JOIN entry ON entry.id = message_order.entry GROUP BY 1;

-- One row.
CREATE TABLE message_index (
    indexed INTEGER NOT NULL,
    -- Which folding the words were folded with.
    folding INTEGER NOT NULL
) STRICT;
INSERT INTO message_index (indexed, folding) VALUES (0, 0);

CREATE VIRTUAL TABLE message_text
    USING fts5 (text, content='', columnsize=0, tokenize='ascii', prefix='2 3');
INSERT INTO message_text (message_text, rank) VALUES ('secure-delete', 1);
";

/// Roles, topics, group invites and notification settings. The owner of an existing group is its creator, if still a
/// member, or else its longest-serving member.
const ROLES: &str = "
ALTER TABLE conversation ADD COLUMN topic TEXT;
-- 0 member, 1 admin, 2 owner.
ALTER TABLE membership ADD COLUMN role INTEGER NOT NULL DEFAULT 0;
-- 0 everything, 1 mentions, 2 nothing; until then, where there is an end.
ALTER TABLE membership ADD COLUMN notify INTEGER NOT NULL DEFAULT 0;
ALTER TABLE membership ADD COLUMN notify_until INTEGER;
UPDATE membership SET role = 2 WHERE to_seq IS NULL AND (conversation, account) IN (
    SELECT conversation, account FROM (
        SELECT member.conversation, member.account, row_number() OVER (
            PARTITION BY member.conversation
            ORDER BY member.account = created.author DESC, member.from_seq, member.account) AS place
        FROM membership member JOIN conversation ON conversation.id = member.conversation
        LEFT JOIN entry created ON created.id = conversation.id << 32 | 1
        WHERE member.to_seq IS NULL AND conversation.name IS NOT NULL)
    WHERE place = 1);
CREATE UNIQUE INDEX membership_owner ON membership (conversation) WHERE role = 2 AND to_seq IS NULL;

CREATE TABLE group_invite (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    code_hash BLOB NOT NULL UNIQUE,
    created_by INTEGER NOT NULL REFERENCES account (id),
    created_at INTEGER NOT NULL,
    -- Null: as many as the group takes.
    uses_left INTEGER CHECK (uses_left > 0),
    -- Null: never.
    expires_at INTEGER
) STRICT;
CREATE INDEX group_invite_conversation ON group_invite (conversation);
";

/// Status texts; NULL if none is set.
const STATUS: &str = "ALTER TABLE account ADD COLUMN status TEXT";

/// Blocks between users; who blocked whom, and since when.
const BLOCKS: &str = "
CREATE TABLE block (
    blocker INTEGER NOT NULL REFERENCES account (id),
    blocked INTEGER NOT NULL REFERENCES account (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (blocker, blocked),
    CHECK (blocker <> blocked)
) STRICT, WITHOUT ROWID;
";

/// Changes to messages. New entry kinds: 6 message edited, 7 message deleted, 8 reaction added, 9 reaction removed.
const CHANGES: &str = "
-- Of a message, the number of the one that it answers; of what becomes of a message, the number of that one.
ALTER TABLE entry ADD COLUMN target INTEGER;
-- Of a message: whom it names, by their usernames with a space between; the number of the entry that changed it last; when its
-- text was last replaced; and, where it is deleted and its body null, what is left of its text.
ALTER TABLE entry ADD COLUMN mentions TEXT;
ALTER TABLE entry ADD COLUMN changed INTEGER;
ALTER TABLE entry ADD COLUMN edited_at INTEGER;
ALTER TABLE entry ADD COLUMN mark INTEGER;

-- What a message said before, from 1 on, and since when.
CREATE TABLE revision (
    entry INTEGER NOT NULL REFERENCES entry (id),
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (entry, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE reaction (
    entry INTEGER NOT NULL REFERENCES entry (id),
    emoji TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES account (id),
    -- The number of the entry that told of it, and of the one by which the first with this emoji came.
    seq INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (entry, emoji, account)
) STRICT, WITHOUT ROWID;
";

/// Inbox items: messages that concern a member in particular.
const NOTICES: &str = "
CREATE TABLE notice (
    account INTEGER NOT NULL REFERENCES account (id),
    entry INTEGER NOT NULL REFERENCES entry (id),
    -- 1 it names them, 2 it answers a message of theirs, 3 it is in a direct conversation and was dismissed.
    reason INTEGER NOT NULL,
    -- Whether it was dismissed.
    done INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_entry ON notice (entry);
";

/// Receipts: the highest position each member's read cursor has had, and the last entry delivered to one of their
/// devices. For existing members only the read cursor is known.
const RECEIPTS: &str = "
ALTER TABLE membership ADD COLUMN seen_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE membership ADD COLUMN delivered_seq INTEGER NOT NULL DEFAULT 0;
UPDATE membership SET seen_seq = read_seq WHERE read_seq >= from_seq;
";

/// Rebuilds the word index without word positions and with prefixes of four letters. It is filled after the server starts.
pub(crate) const WORDS_WITHOUT_PLACES: &str = "
DROP TABLE message_text;
CREATE VIRTUAL TABLE message_text
    USING fts5 (text, content='', columnsize=0, detail=none, tokenize='ascii', prefix='2 3 4');
INSERT INTO message_text (message_text, rank) VALUES ('secure-delete', 1);
-- Parts of the index are put together when there are eight, not four: an eighth less work for each message, and no search shows it.
INSERT INTO message_text (message_text, rank) VALUES ('automerge', 8);
UPDATE message_index SET indexed = 0;
";
