//! The most recent of the schema migration [`steps`](super::steps), which lists them in their order.

/// What each account stored on the last day on which it stored anything, for its daily quota.
pub(crate) const DAILY_USAGE: &str = "
CREATE TABLE usage (
    account INTEGER PRIMARY KEY REFERENCES account (id),
    -- Days since 1970-01-01 in UTC.
    day INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    messages INTEGER NOT NULL
) STRICT;
";

/// Renews the skeletons of usernames, which are now the same for more names that look alike: the digit 0 and the letter `o`, and
/// the two forms of the Greek sigma.
pub(crate) const SKELETONS_REGARDLESS_OF_CASE: &str = "
UPDATE account SET skeleton = NULL;
UPDATE OR IGNORE account SET skeleton = skeleton_of(username);
";

/// Second factors. A row that is not confirmed waits for its first code, and has no effect at sign-in.
pub(crate) const TOTP: &str = "
CREATE TABLE totp (
    account INTEGER PRIMARY KEY REFERENCES account (id),
    -- Readable, since codes are computed from it.
    secret BLOB NOT NULL,
    confirmed INTEGER NOT NULL,
    -- The newest time step whose code was used.
    used_step INTEGER NOT NULL,
    wrong_codes INTEGER NOT NULL,
    wrong_since INTEGER NOT NULL,
    -- SHA-256 hashes of the unused recovery codes, one after another.
    recovery_codes BLOB NOT NULL
) STRICT;
";

/// Counts that are kept up to date, and indexes for those that are not: what would otherwise take time in proportion to
/// the members of a group or to the reactions to a message.
pub(crate) const COUNTS: &str = "
-- Number of current members.
ALTER TABLE conversation ADD COLUMN members INTEGER NOT NULL DEFAULT 0;
UPDATE conversation SET members =
    (SELECT count(*) FROM membership WHERE membership.conversation = conversation.id AND membership.to_seq IS NULL);
CREATE INDEX membership_members ON membership (conversation, account, to_seq) WHERE to_seq IS NULL;

-- The reactions to a message with one emoji: by how many accounts, and the entry about the first.
CREATE TABLE reaction_count (
    entry INTEGER NOT NULL REFERENCES entry (id),
    emoji TEXT NOT NULL,
    since INTEGER NOT NULL,
    accounts INTEGER NOT NULL,
    PRIMARY KEY (entry, emoji)
) STRICT, WITHOUT ROWID;
INSERT INTO reaction_count (entry, emoji, since, accounts)
    SELECT entry, emoji, min(since), count(*) FROM reaction GROUP BY entry, emoji;

-- Inbox items that were not dismissed.
CREATE INDEX notice_open ON notice (account, entry) WHERE done = 0;
";

/// Bans of addresses and networks.
pub(crate) const BANS: &str = "
CREATE TABLE ban (
    -- An address, or a network in CIDR notation.
    network TEXT PRIMARY KEY,
    until INTEGER NOT NULL,
    reason TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Skeletons of group names. Of existing groups with the same skeleton only the oldest gets it; the others keep NULL and their
/// names.
pub(crate) const GROUP_SKELETONS: &str = "
ALTER TABLE conversation ADD COLUMN name_skeleton TEXT;
CREATE UNIQUE INDEX conversation_name_skeleton ON conversation (name_skeleton);
UPDATE OR IGNORE conversation SET name_skeleton = skeleton_of(name) WHERE name IS NOT NULL;
";

/// Deleted accounts and groups, and the pending work of erasing what they leave behind. A deleted group has no name, and a key
/// that no group name has.
pub(crate) const ERASURES: &str = "
ALTER TABLE account ADD COLUMN deleted_at INTEGER;
-- The name under which the messages of a deleted account are in the word index.
ALTER TABLE account ADD COLUMN indexed_name TEXT;
ALTER TABLE conversation ADD COLUMN deleted_at INTEGER;
-- 1 for a message that the operator deleted.
ALTER TABLE entry ADD COLUMN removal INTEGER;

CREATE TABLE erasure (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- 1 memberships of an account, 2 messages of an account, 3 log of a group.
    kind INTEGER NOT NULL,
    account INTEGER REFERENCES account (id),
    conversation INTEGER REFERENCES conversation (id),
    -- The last entry that was read.
    position INTEGER NOT NULL DEFAULT 0
) STRICT;
";

/// One row: when a text was deleted whose traces in the file are not erased yet, in seconds since 1970; NULL if there is none.
/// Existing files have some.
pub(crate) const SWEEP: &str = "
CREATE TABLE sweep (since INTEGER) STRICT;
INSERT INTO sweep (since) SELECT max(at) / 1000 FROM entry WHERE kind = 7;
";

/// Makes the id of new data a UUID. Clients know the server of existing data by its id, which is not changed.
pub(crate) const VALID_SERVER_ID: &str = "
UPDATE server SET id = new_server_id() WHERE NOT EXISTS (SELECT 1 FROM account);
";

/// Invitations to groups, and the member by whom a direct conversation is not answered. Nobody recorded who opened an existing
/// direct conversation: if only one of the two has written in it, it is not answered by the other.
pub(crate) const INVITATIONS: &str = "
CREATE TABLE invitation (
    account INTEGER NOT NULL REFERENCES account (id),
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    inviter INTEGER NOT NULL REFERENCES account (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (account, conversation)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_inviter ON invitation (inviter);
CREATE INDEX invitation_conversation ON invitation (conversation);

CREATE TABLE declined_invitation (
    account INTEGER NOT NULL REFERENCES account (id),
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (account, conversation)
) STRICT, WITHOUT ROWID;

ALTER TABLE conversation ADD COLUMN unanswered_by INTEGER REFERENCES account (id);
CREATE INDEX conversation_unanswered ON conversation (unanswered_by) WHERE unanswered_by IS NOT NULL;
UPDATE conversation SET unanswered_by = CASE WHEN written.by_low THEN high ELSE low END
FROM (
    SELECT pair.id,
        EXISTS (SELECT 1 FROM entry WHERE entry.id BETWEEN pair.id << 32 AND pair.id << 32 | 4294967295
            AND kind = 1 AND author = pair.low) AS by_low,
        EXISTS (SELECT 1 FROM entry WHERE entry.id BETWEEN pair.id << 32 AND pair.id << 32 | 4294967295
            AND kind = 1 AND author = pair.high) AS by_high
    FROM conversation pair WHERE pair.low IS NOT NULL) AS written
WHERE written.id = conversation.id AND written.by_low <> written.by_high;
";

/// Who finds and joins groups. Existing groups stay listed.
pub(crate) const VISIBILITY: &str = "
-- 0 private, 1 listed, 2 public; 0 for direct conversations.
ALTER TABLE conversation ADD COLUMN visibility INTEGER NOT NULL DEFAULT 0;
UPDATE conversation SET visibility = 1 WHERE name IS NOT NULL;
CREATE INDEX conversation_listed ON conversation (id) WHERE visibility > 0;
";

/// Expiry of messages: the retention clock, once it was set, and up to which entry the messages of each conversation have
/// expired. In `entry.removal`, 2 is for an expired message.
pub(crate) const RETENTION: &str = "
ALTER TABLE conversation ADD COLUMN expired_seq INTEGER NOT NULL DEFAULT 0;
CREATE TABLE retention (clock INTEGER NOT NULL) STRICT;
";

/// For how many days the messages of a group are kept, if its owner has limited it.
pub(crate) const GROUP_RETENTION: &str = "
ALTER TABLE conversation ADD COLUMN retention_days INTEGER;
CREATE INDEX conversation_retention ON conversation (id) WHERE retention_days IS NOT NULL;
";

/// Reports of messages to the operator.
pub(crate) const REPORTS: &str = "
CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reporter INTEGER NOT NULL REFERENCES account (id),
    entry INTEGER NOT NULL REFERENCES entry (id),
    -- How often the message had been edited.
    edits INTEGER NOT NULL,
    reason TEXT,
    at INTEGER NOT NULL,
    -- NULL while the report is open.
    closed_at INTEGER,
    UNIQUE (reporter, entry)
) STRICT;
CREATE INDEX report_entry ON report (entry);
CREATE INDEX report_open ON report (reporter) WHERE closed_at IS NULL;
CREATE INDEX report_closed ON report (closed_at, id) WHERE closed_at IS NOT NULL;
";
