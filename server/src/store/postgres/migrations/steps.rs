//! Schema migration steps. A released step is never edited; changes are appended as new steps.

/// All steps, from an empty schema to the current version.
pub(crate) const MIGRATIONS: &[&str] = &[FIRST, ENTRY_TRANSACTIONS, MEMBERSHIP_VERSIONS];

/// Numbers are BIGINT throughout, so that every column is read in the same way. Names are compared by their bytes, regardless of
/// the locale of the database.
///
/// `entry.id` is `conversation << 32 | seq`.
const FIRST: &str = "
-- One row.
CREATE TABLE server (
    id BYTEA NOT NULL CHECK (length(id) = 16),
    -- The version of the folding of the words in `entry.words`.
    folding BIGINT NOT NULL,
    -- The highest ids that were ever given; those of deleted rows are not given again.
    last_device BIGINT NOT NULL DEFAULT 0,
    last_invite BIGINT NOT NULL DEFAULT 0,
    last_group_invite BIGINT NOT NULL DEFAULT 0,
    last_report BIGINT NOT NULL DEFAULT 0,
    -- NULL until it is set.
    retention_clock BIGINT
);

CREATE TABLE account (
    id BIGINT PRIMARY KEY,
    username TEXT COLLATE \"C\" NOT NULL UNIQUE,
    skeleton TEXT COLLATE \"C\" UNIQUE,
    display_name TEXT NOT NULL,
    -- Both names in lower case, a line each: what the directory is searched in.
    search TEXT COLLATE \"C\" NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen BIGINT,
    suspended_at BIGINT,
    status TEXT,
    deleted_at BIGINT
);

-- What each account stored on the last day on which it stored anything, for its daily quota.
CREATE TABLE usage (
    account BIGINT PRIMARY KEY REFERENCES account (id),
    -- Days since 1970-01-01 in UTC.
    day BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    messages BIGINT NOT NULL
);

-- Second factors. A row that is not confirmed waits for its first code, and has no effect at sign-in.
CREATE TABLE totp (
    account BIGINT PRIMARY KEY REFERENCES account (id),
    -- Readable, since codes are computed from it.
    secret BYTEA NOT NULL,
    confirmed BOOLEAN NOT NULL,
    -- The newest time step whose code was used.
    used_step BIGINT NOT NULL,
    wrong_codes BIGINT NOT NULL,
    wrong_since BIGINT NOT NULL,
    -- SHA-256 hashes of the unused recovery codes, one after another.
    recovery_codes BYTEA NOT NULL
);

CREATE TABLE device (
    id BIGINT PRIMARY KEY,
    account BIGINT NOT NULL REFERENCES account (id),
    token_hash BYTEA NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used BIGINT NOT NULL
);
CREATE INDEX device_account ON device (account);

-- Invites to register. They are deleted after their last use.
CREATE TABLE invite (
    id BIGINT PRIMARY KEY,
    code_hash BYTEA NOT NULL UNIQUE,
    uses_left BIGINT NOT NULL CHECK (uses_left > 0),
    -- NULL: never.
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL
);

CREATE TABLE block (
    blocker BIGINT NOT NULL REFERENCES account (id),
    blocked BIGINT NOT NULL REFERENCES account (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (blocker, blocked),
    CHECK (blocker <> blocked)
);

CREATE TABLE ban (
    -- An address, or a network in CIDR notation.
    network TEXT COLLATE \"C\" PRIMARY KEY,
    until BIGINT NOT NULL,
    reason TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- The audit log of operator actions.
CREATE TABLE audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    by TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL
);

CREATE TABLE conversation (
    id BIGINT PRIMARY KEY CHECK (id < 2147483648),
    -- Of a group. A deleted group has an empty name, and a key that no group name has.
    name TEXT,
    name_key TEXT COLLATE \"C\" UNIQUE,
    name_skeleton TEXT COLLATE \"C\" UNIQUE,
    topic TEXT,
    -- 0 private, 1 listed, 2 public; 0 for direct conversations.
    visibility BIGINT NOT NULL DEFAULT 0,
    deleted_at BIGINT,
    -- Of a direct conversation: its two accounts, the lower first.
    low BIGINT REFERENCES account (id),
    high BIGINT REFERENCES account (id),
    -- The one of the two who did not open it, until they write in it.
    unanswered_by BIGINT REFERENCES account (id),
    -- The number of the newest entry.
    last_seq BIGINT NOT NULL DEFAULT 0,
    -- The messages up to this entry have expired.
    expired_seq BIGINT NOT NULL DEFAULT 0,
    -- For how many days the messages of a group are kept, if its owner has limited it.
    retention_days BIGINT,
    -- Number of current members.
    members BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    UNIQUE (low, high),
    CHECK ((name IS NULL) = (name_key IS NULL)),
    CHECK ((name IS NULL) = (low IS NOT NULL)),
    CHECK (low < high)
);
CREATE INDEX conversation_retention ON conversation (id) WHERE retention_days IS NOT NULL;
CREATE INDEX conversation_listed ON conversation (id) WHERE visibility > 0;
CREATE INDEX conversation_unanswered ON conversation (unanswered_by) WHERE unanswered_by IS NOT NULL;

-- One row for each time somebody was a member, current while to_seq is NULL.
CREATE TABLE membership (
    conversation BIGINT NOT NULL REFERENCES conversation (id),
    account BIGINT NOT NULL REFERENCES account (id),
    from_seq BIGINT NOT NULL,
    to_seq BIGINT,
    -- 0 member, 1 admin, 2 owner.
    role BIGINT NOT NULL DEFAULT 0,
    -- 0 everything, 1 mentions, 2 nothing; until then, where there is an end.
    notify BIGINT NOT NULL DEFAULT 0,
    notify_until BIGINT,
    read_seq BIGINT NOT NULL,
    -- The highest position that the read cursor ever had.
    seen_seq BIGINT NOT NULL DEFAULT 0,
    delivered_seq BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation, account, from_seq)
);
CREATE UNIQUE INDEX membership_current ON membership (account, conversation) WHERE to_seq IS NULL;
CREATE INDEX membership_members ON membership (conversation, account) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX membership_owner ON membership (conversation) WHERE role = 2 AND to_seq IS NULL;

CREATE TABLE group_invite (
    id BIGINT PRIMARY KEY,
    conversation BIGINT NOT NULL REFERENCES conversation (id),
    code_hash BYTEA NOT NULL UNIQUE,
    created_by BIGINT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL,
    -- NULL: as many as the group takes.
    uses_left BIGINT CHECK (uses_left > 0),
    -- NULL: never.
    expires_at BIGINT
);
CREATE INDEX group_invite_conversation ON group_invite (conversation);

CREATE TABLE invitation (
    account BIGINT NOT NULL REFERENCES account (id),
    conversation BIGINT NOT NULL REFERENCES conversation (id),
    inviter BIGINT NOT NULL REFERENCES account (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (account, conversation)
);
CREATE INDEX invitation_inviter ON invitation (inviter);
CREATE INDEX invitation_conversation ON invitation (conversation);

CREATE TABLE declined_invitation (
    account BIGINT NOT NULL REFERENCES account (id),
    conversation BIGINT NOT NULL REFERENCES conversation (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (account, conversation)
);

-- Positions of messages in the order in which they were stored, across all conversations.
CREATE SEQUENCE message_place;

CREATE TABLE entry (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    author BIGINT NOT NULL REFERENCES account (id),
    -- 1 message, 2 group created, 3 member added, 4 member left, 5 group renamed, 6 message edited, 7 message deleted, 8 reaction
    -- added, 9 reaction removed, 10 member removed, 11 member joined, 12 role changed, 13 topic changed, 14 visibility changed,
    -- 15 retention changed.
    kind BIGINT NOT NULL,
    client_id BYTEA,
    -- The text of a message, NULL once it is deleted; the name of a group, a role, a topic, a visibility, an emoji, a number of days.
    body TEXT,
    -- The member that the kind refers to; of a deleted message, the member who deleted it.
    member BIGINT REFERENCES account (id),
    -- Of a message, the number of the one that it replies to; of a change, the number of the changed message.
    target BIGINT,
    -- Of a message: whom it mentions, by their usernames with a space between; the number of the entry that changed it last; when
    -- its text was last replaced; once it is deleted, what is left of its text, and 1 if the operator deleted it, 2 if it expired.
    mentions TEXT,
    changed BIGINT,
    edited_at BIGINT,
    mark BIGINT,
    removal BIGINT,
    -- Of a message: its position in the order of storage, and the words by which it is found.
    place BIGINT,
    words TSVECTOR,
    CHECK ((kind = 1) = (client_id IS NOT NULL)),
    CHECK ((kind = 1) = (place IS NOT NULL))
);
CREATE UNIQUE INDEX entry_client_id ON entry (author, client_id) WHERE client_id IS NOT NULL;
CREATE UNIQUE INDEX entry_place ON entry (place) WHERE place IS NOT NULL;
CREATE INDEX entry_words ON entry USING gin (words);
-- Times are nearly in the order of the rows.
CREATE INDEX entry_at ON entry USING brin (at) WITH (autosummarize = on);

-- The earlier texts of a message, numbered from 1, with the times when they were written.
CREATE TABLE revision (
    entry BIGINT NOT NULL REFERENCES entry (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (entry, number)
);

CREATE TABLE reaction (
    entry BIGINT NOT NULL REFERENCES entry (id),
    emoji TEXT COLLATE \"C\" NOT NULL,
    account BIGINT NOT NULL REFERENCES account (id),
    -- The number of the entry about it, and of the entry about the first one with this emoji.
    seq BIGINT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (entry, emoji, account)
);

-- The reactions to a message with one emoji: by how many accounts, and the entry about the first.
CREATE TABLE reaction_count (
    entry BIGINT NOT NULL REFERENCES entry (id),
    emoji TEXT COLLATE \"C\" NOT NULL,
    since BIGINT NOT NULL,
    accounts BIGINT NOT NULL,
    PRIMARY KEY (entry, emoji)
);

-- Inbox items: messages that concern a member in particular.
CREATE TABLE notice (
    account BIGINT NOT NULL REFERENCES account (id),
    entry BIGINT NOT NULL REFERENCES entry (id),
    -- 1 it mentions them, 2 it replies to a message of theirs, 3 it is in a direct conversation and was dismissed.
    reason BIGINT NOT NULL,
    -- Whether it was dismissed.
    done BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (account, entry)
);
CREATE INDEX notice_entry ON notice (entry);
CREATE INDEX notice_open ON notice (account, entry) WHERE NOT done;

-- Reports of messages to the operator.
CREATE TABLE report (
    id BIGINT PRIMARY KEY,
    reporter BIGINT NOT NULL REFERENCES account (id),
    entry BIGINT NOT NULL REFERENCES entry (id),
    -- How often the message had been edited.
    edits BIGINT NOT NULL,
    reason TEXT,
    at BIGINT NOT NULL,
    -- NULL while the report is open.
    closed_at BIGINT,
    UNIQUE (reporter, entry)
);
CREATE INDEX report_entry ON report (entry);
CREATE INDEX report_open ON report (reporter) WHERE closed_at IS NULL;
CREATE INDEX report_closed ON report (closed_at, id) WHERE closed_at IS NOT NULL;

-- Pending work of erasing what deleted accounts and groups leave behind.
CREATE TABLE erasure (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- 1 memberships of an account, 2 messages of an account, 3 log of a group.
    kind BIGINT NOT NULL,
    account BIGINT REFERENCES account (id),
    conversation BIGINT REFERENCES conversation (id),
    -- The last entry that was read.
    position BIGINT NOT NULL DEFAULT 0
);
";

/// A B-tree rather than a BRIN index: it finds the newest entries at once, while a BRIN index leaves all those for which it has no
/// summary yet to be read. It takes 7 bytes of disk per entry and adds 7 % to what is logged about a message.
const ENTRY_TRANSACTIONS: &str = "
-- The transaction that stored the entry; NULL for entries from before this column. Unlike times and sequences, it tells with a
-- snapshot whether the entry was visible then. After a dump was restored, it can name a transaction of the future.
ALTER TABLE entry ADD COLUMN xid XID8;
ALTER TABLE entry ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
CREATE INDEX entry_xid ON entry (xid);
";

const MEMBERSHIP_VERSIONS: &str = "
-- A random number, which changes with the members of the conversation and, in a direct one, with blocks between the two and with the
-- deletion of an account.
ALTER TABLE conversation ADD COLUMN membership_version BIGINT NOT NULL DEFAULT 0;
";
