//! The tables, and how an older file becomes a newer one.
//!
//! A step is never edited once it was released: what changes is appended. Each runs in one transaction with its number,
//! so that a file is always at a whole step.

use std::collections::BTreeSet;
use std::path::Path;

use papo_shared::model::Username;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, TransactionBehavior};

use super::open_error::OpenError;
use super::private::private_file;
use crate::domain::skeleton;

/// Says whose file it is, in its header: "papo" in ASCII.
const APPLICATION_ID: i32 = 0x7061_706f;

/// The steps from an empty file to what this version needs.
pub(super) const MIGRATIONS: &[&str] =
    &[FIRST, LAST_USE_OF_DEVICES, SUSPENDED, SERVER_ID, INVITES, SKELETONS, AUDIT, MESSAGE_SEARCH];

/// `entry.id` is `conversation << 32 | seq`: the log of a conversation lies together in the one tree that SQLite
/// keeps anyway. The index on client ids begins with them because they are ordered by time, so that it grows at its end.
const FIRST: &str = "
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

/// Of a device that was there before, the sign-in is the last use that is known.
const LAST_USE_OF_DEVICES: &str = "
ALTER TABLE device ADD COLUMN last_used INTEGER NOT NULL DEFAULT 0;
UPDATE device SET last_used = created_at;
";

/// Since when an account is suspended; null where it is not.
const SUSPENDED: &str = "ALTER TABLE account ADD COLUMN suspended_at INTEGER";

/// One row: which server's data these are.
const SERVER_ID: &str = "
CREATE TABLE server (id BLOB NOT NULL CHECK (length(id) = 16)) STRICT;
INSERT INTO server (id) VALUES (randomblob(16));
";

/// Of an invite that is used up nothing is left.
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

/// What a username looks like, by which look-alikes are refused. Where two accounts looked alike before, the older one has
/// it and the younger one's is null: both stay, and nobody joins them.
const SKELETONS: &str = "
ALTER TABLE account ADD COLUMN skeleton TEXT;
CREATE UNIQUE INDEX account_skeleton ON account (skeleton);
UPDATE OR IGNORE account SET skeleton = skeleton_of(username);
";

/// What the operator did, and when.
const AUDIT: &str = "
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL
) STRICT;
";

/// The order in which messages were stored, over all conversations, and the index of their words, which follows it up to
/// `indexed` (see `search`). Of older messages the order is that of their times; they come into the index after the start.
///
/// The index holds no text of its own, and what is taken out of it is gone from its pages. It is cut at white space and
/// folded before it comes here.
pub(super) const MESSAGE_SEARCH: &str = "
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

/// The step that this file is at.
///
/// # Errors
/// It is no file of papo's, or of a newer one.
pub(super) fn version(connection: &Connection, steps: &[&str]) -> Result<usize, OpenError> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if application != APPLICATION_ID {
        return Err(OpenError::Foreign);
    }
    if version > steps.len() {
        return Err(OpenError::Newer { found: version, known: steps.len() });
    }
    Ok(version)
}

/// Tables and indexes that are missing, or there and not of papo's, or other than the last step leaves them.
pub(super) fn differences(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let fresh = Connection::open_in_memory()?;
    define_functions(&fresh)?;
    MIGRATIONS.iter().try_for_each(|step| fresh.execute_batch(step))?;
    let (expected, found) = (definitions(&fresh)?, definitions(connection)?);
    Ok(expected.symmetric_difference(&found).map(|(name, _)| name.clone()).collect::<BTreeSet<_>>().into_iter().collect())
}

/// Everything a file has, by name, with the statement that makes it.
fn definitions(connection: &Connection) -> rusqlite::Result<BTreeSet<(String, Option<String>)>> {
    // SQLite's own tables come and go: statistics are no difference.
    let mut all = connection.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")?;
    all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: u32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(application == 0 && version == 0 && tables == 0)
}

/// Brings the file to the last of these steps. Where that changes a file that holds something, a copy of it is made
/// beside it first.
pub(super) fn migrate(connection: &mut Connection, path: &Path, steps: &[&str]) -> Result<(), OpenError> {
    let is_empty = is_empty(connection)?;
    let version = if is_empty { 0 } else { version(connection, steps)? };
    if version < steps.len() && !is_empty {
        let copy = path.with_extension(format!("db.before-{}", version + 1));
        // A copy that was cut short by a crash is no copy.
        if copy.exists() {
            std::fs::remove_file(&copy).map_err(OpenError::Files)?;
        }
        // SQLite would make it readable for everybody; an empty file it takes as it is.
        drop(private_file(&copy).map_err(OpenError::Files)?);
        connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    }
    define_functions(connection)?;
    for (number, step) in steps.iter().enumerate().skip(version) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", number + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// What steps need that SQL does not have.
fn define_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("skeleton_of", 1, flags, |context| Ok(skeleton(&Username::from(context.get::<String>(0)?))))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{FIRST, MIGRATIONS, OpenError, migrate};

    fn open(path: &std::path::Path, steps: &[&str]) -> Result<Connection, OpenError> {
        let mut connection = Connection::open(path).unwrap();
        migrate(&mut connection, path, steps).map(|()| connection)
    }

    #[test]
    fn an_older_file_is_copied_and_brought_forward() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chat.db");
        let old = open(&path, &[FIRST]).unwrap();
        old.execute_batch("INSERT INTO account VALUES (1, 'ana', 'Ana', 'ana', 'x', 0, NULL)").unwrap();
        drop(old);

        let steps = [FIRST, "ALTER TABLE account ADD COLUMN later TEXT"];
        let new = open(&path, &steps).unwrap();
        assert_eq!(new.query_row("SELECT username FROM account WHERE later IS NULL", [], |row| row.get(0)), Ok("ana".to_owned()));

        let copy = Connection::open(dir.path().join("chat.db.before-2")).unwrap();
        assert!(copy.prepare("SELECT later FROM account").is_err(), "the copy is as the file was");
        assert_eq!(copy.query_row("SELECT count(*) FROM account", [], |row| row.get(0)), Ok(1));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = dir.path().join("chat.db.before-2").metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "the copy is for its owner only, as the file is");
        }
    }

    /// Who was let in by an older version stays, and is kept from nothing by it.
    #[test]
    fn look_alikes_of_an_older_file_both_stay_and_nobody_joins_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chat.db");
        let old = open(&path, &[FIRST]).unwrap();
        old.execute_batch(
            "INSERT INTO account VALUES (1, 'maria', 'Maria', 'maria', 'x', 0, NULL), (2, 'rnaria', 'R', 'rnaria', 'x', 0, NULL),
             (3, 'ana', 'Ana', 'ana', 'x', 0, NULL)",
        )
        .unwrap();
        drop(old);
        let new = open(&path, MIGRATIONS).unwrap();
        let mut accounts = new.prepare("SELECT username, skeleton FROM account ORDER BY id").unwrap();
        let accounts: Vec<(String, Option<String>)> =
            accounts.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
        let [maria, rnaria, ana] = accounts.try_into().unwrap();
        assert_eq!(maria, ("maria".to_owned(), Some("rnaria".to_owned())));
        assert_eq!((rnaria, ana), (("rnaria".to_owned(), None), ("ana".to_owned(), Some("ana".to_owned()))));
        let third = "INSERT INTO account (username, skeleton, display_name, search, password_hash, created_at)
                     VALUES ('mariа', 'rnaria', 'x', 'x', 'x', 0)";
        assert!(new.execute_batch(third).is_err());
    }

    #[test]
    fn a_step_that_breaks_leaves_the_file_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chat.db");
        drop(open(&path, &[FIRST]).unwrap());
        assert!(open(&path, &[FIRST, "ALTER TABLE account ADD COLUMN later TEXT; no sql"]).is_err());
        let still = open(&path, &[FIRST]).unwrap();
        assert!(still.prepare("SELECT later FROM account").is_err());
    }

    #[test]
    fn a_device_of_before_was_last_used_when_it_signed_in() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chat.db");
        let old = open(&path, &[FIRST]).unwrap();
        old.execute_batch(
            "INSERT INTO account VALUES (1, 'ana', 'Ana', 'ana', 'x', 0, NULL);
             INSERT INTO device VALUES (1, 1, x'00', 'laptop', 7000);",
        )
        .unwrap();
        drop(old);
        let new = open(&path, MIGRATIONS).unwrap();
        assert_eq!(new.query_row("SELECT last_used FROM device", [], |row| row.get(0)), Ok(7000));
    }

    #[test]
    fn a_newer_file_and_a_strange_file_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chat.db");
        drop(open(&path, &[FIRST, "SELECT 1"]).unwrap());
        assert!(matches!(open(&path, &[FIRST]), Err(OpenError::Newer { found: 2, known: 1 })));

        let strange = dir.path().join("strange.db");
        Connection::open(&strange).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        assert!(matches!(open(&strange, MIGRATIONS), Err(OpenError::Foreign)));
    }
}
