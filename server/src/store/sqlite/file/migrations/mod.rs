//! Schema migration by the steps in [`steps`]. Each step runs in a transaction together with the update
//! of the version number, so that a file is always at a complete step.

mod recent_steps;
pub(crate) mod steps;

use std::collections::BTreeSet;
use std::path::Path;

use papo_shared::model::ServerId;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, TransactionBehavior};

use self::steps::MIGRATIONS;
use crate::domain::skeleton;
use crate::store::private::private_file;
use crate::store::sqlite::file::open_error::OpenError;

/// SQLite application id in the file header: "papo" in ASCII.
pub(crate) const APPLICATION_ID: i32 = 0x7061_706f;

/// The number of migration steps applied to a file.
///
/// # Errors
/// The file is not papo's, or was written by a newer version.
pub(crate) fn version(connection: &Connection, steps: &[&str]) -> Result<usize, OpenError> {
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

/// Names of tables and indexes that are missing, unknown, or defined differently from a new file's.
pub(crate) fn differences(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let fresh = Connection::open_in_memory()?;
    define_functions(&fresh)?;
    MIGRATIONS.iter().try_for_each(|step| fresh.execute_batch(step))?;
    let (expected, found) = (definitions(&fresh)?, definitions(connection)?);
    Ok(expected.symmetric_difference(&found).map(|(name, _)| name.clone()).collect::<BTreeSet<_>>().into_iter().collect())
}

/// All schema objects by name, each with the statement that creates it.
fn definitions(connection: &Connection) -> rusqlite::Result<BTreeSet<(String, Option<String>)>> {
    // SQLite's internal tables, such as those for statistics, may come and go.
    let mut all = connection.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")?;
    all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: u32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(application == 0 && version == 0 && tables == 0)
}

/// Applies the missing steps. Before changing a file with content, saves a copy of it next to it.
pub(crate) fn migrate(connection: &mut Connection, path: &Path, steps: &[&str]) -> Result<(), OpenError> {
    let is_empty = is_empty(connection)?;
    let version = if is_empty { 0 } else { version(connection, steps)? };
    if version < steps.len() && !is_empty {
        let copy = path.with_extension(format!("db.before-{}", version + 1));
        // Remove an incomplete copy left by a crash.
        if copy.exists() {
            std::fs::remove_file(&copy).map_err(OpenError::Files)?;
        }
        // SQLite would create the copy readable by everyone; an existing empty file keeps its permissions.
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

/// SQL functions that migration steps use.
fn define_functions(connection: &Connection) -> rusqlite::Result<()> {
    connection.create_scalar_function("new_server_id", 0, FunctionFlags::SQLITE_UTF8, |_| {
        Ok(ServerId::from_random(rand::random()).as_bytes().to_vec())
    })?;
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("skeleton_of", 1, flags, |context| Ok(skeleton(&context.get::<String>(0)?)))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::recent_steps::VALID_SERVER_ID;
    use super::steps::FIRST;
    use super::{MIGRATIONS, OpenError, migrate};

    fn open(path: &std::path::Path, steps: &[&str]) -> Result<Connection, OpenError> {
        let mut connection = Connection::open(path).unwrap();
        migrate(&mut connection, path, steps).map(|()| connection)
    }

    #[test]
    fn an_older_file_is_copied_and_migrated() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chat.db");
        let old = open(&path, &[FIRST]).unwrap();
        old.execute_batch("INSERT INTO account VALUES (1, 'ana', 'Ana', 'ana', 'x', 0, NULL)").unwrap();
        drop(old);

        let steps = [FIRST, "ALTER TABLE account ADD COLUMN later TEXT"];
        let new = open(&path, &steps).unwrap();
        assert_eq!(new.query_row("SELECT username FROM account WHERE later IS NULL", [], |row| row.get(0)), Ok("ana".to_owned()));

        let copy = Connection::open(dir.path().join("chat.db.before-2")).unwrap();
        assert!(copy.prepare("SELECT later FROM account").is_err(), "the copy must have the old schema");
        assert_eq!(copy.query_row("SELECT count(*) FROM account", [], |row| row.get(0)), Ok(1));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = dir.path().join("chat.db.before-2").metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "the copy must be readable by its owner only");
        }
    }

    /// Accounts accepted by an older version keep working.
    #[test]
    fn confusable_usernames_of_an_older_file_are_kept_and_further_ones_refused() {
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
    fn groups_of_an_older_file_keep_their_names_and_further_confusable_ones_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chat.db");
        let old = open(&path, &[FIRST]).unwrap();
        old.execute_batch(
            "INSERT INTO account VALUES (1, 'ana', 'Ana', 'ana', 'x', 0, NULL), (2, 'rui', 'Rui', 'rui', 'x', 0, NULL);
             INSERT INTO conversation VALUES (1, 'Redes', 'redes', NULL, NULL, 0, 0), (2, 'Rеdes', 'rеdes', NULL, NULL, 0, 0),
             (3, NULL, NULL, 1, 2, 0, 0);",
        )
        .unwrap();
        drop(old);
        let new = open(&path, MIGRATIONS).unwrap();
        let mut groups = new.prepare("SELECT name, name_skeleton FROM conversation ORDER BY id").unwrap();
        let groups: Vec<(Option<String>, Option<String>)> =
            groups.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(groups, [(text("Redes"), text("redes")), (text("Rеdes"), None), (None, None)]);
        let third =
            "INSERT INTO conversation (name, name_key, name_skeleton, last_seq, created_at) VALUES ('x', 'x', 'redes', 0, 0)";
        assert!(new.execute_batch(third).is_err());
    }

    #[test]
    fn a_failing_step_leaves_the_file_unchanged() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chat.db");
        drop(open(&path, &[FIRST]).unwrap());
        assert!(open(&path, &[FIRST, "ALTER TABLE account ADD COLUMN later TEXT; no sql"]).is_err());
        let still = open(&path, &[FIRST]).unwrap();
        assert!(still.prepare("SELECT later FROM account").is_err());
    }

    #[test]
    fn a_device_of_an_older_file_was_last_used_at_its_sign_in() {
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

    /// The creator if still a member, or else the longest-serving member; none if the group is empty.
    #[test]
    fn groups_of_an_older_file_get_an_owner() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chat.db");
        let old = open(&path, &[FIRST]).unwrap();
        old.execute_batch(
            "INSERT INTO account VALUES (1, 'ana', 'Ana', 'ana', 'x', 0, NULL), (2, 'rui', 'Rui', 'rui', 'x', 0, NULL),
             (3, 'eva', 'Eva', 'eva', 'x', 0, NULL);
             INSERT INTO conversation VALUES (1, 'hers', 'hers', NULL, NULL, 2, 0), (2, 'left', 'left', NULL, NULL, 4, 0),
             (3, 'empty', 'empty', NULL, NULL, 2, 0), (4, NULL, NULL, 1, 2, 0, 0);
             INSERT INTO entry (id, at, author, kind, body) VALUES (1 << 32 | 1, 0, 2, 2, 'hers'), (2 << 32 | 1, 0, 1, 2, 'left'),
             (3 << 32 | 1, 0, 1, 2, 'empty');
             INSERT INTO membership VALUES (1, 2, 1, NULL, 0), (1, 1, 2, NULL, 0), (2, 1, 1, 2, 0), (2, 2, 4, NULL, 0),
             (2, 3, 3, NULL, 0), (3, 1, 1, 2, 0), (4, 1, 1, NULL, 0), (4, 2, 1, NULL, 0);",
        )
        .unwrap();
        drop(old);
        let new = open(&path, MIGRATIONS).unwrap();
        let mut owners = new.prepare("SELECT conversation, account FROM membership WHERE role = 2 ORDER BY 1").unwrap();
        let owners: Vec<(u32, u32)> =
            owners.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
        assert_eq!(owners, [(1, 2), (2, 3)]);
    }

    /// Only a direct conversation in which one of the two has written is known to be unanswered. Groups stay listed.
    #[test]
    fn conversations_of_an_older_file_stay_listed_and_are_answered_by_those_who_wrote() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chat.db");
        let old = open(&path, &[FIRST]).unwrap();
        old.execute_batch(
            "INSERT INTO account VALUES (1, 'ana', 'Ana', 'ana', 'x', 0, NULL), (2, 'rui', 'Rui', 'rui', 'x', 0, NULL),
             (3, 'eva', 'Eva', 'eva', 'x', 0, NULL), (4, 'ivo', 'Ivo', 'ivo', 'x', 0, NULL), (5, 'leo', 'Leo', 'leo', 'x', 0, NULL);
             INSERT INTO conversation VALUES (1, NULL, NULL, 1, 2, 2, 0), (2, NULL, NULL, 1, 3, 1, 0), (3, NULL, NULL, 1, 4, 1, 0),
             (4, NULL, NULL, 1, 5, 0, 0), (5, 'redes', 'redes', NULL, NULL, 1, 0);
             INSERT INTO entry (id, at, author, kind, client_id, body) VALUES (1 << 32 | 1, 0, 1, 1, x'01', 'a'),
             (1 << 32 | 2, 0, 2, 1, x'02', 'b'), (2 << 32 | 1, 0, 1, 1, x'03', 'c'), (3 << 32 | 1, 0, 4, 1, x'04', 'd');
             INSERT INTO entry (id, at, author, kind, body) VALUES (5 << 32 | 1, 0, 1, 2, 'redes');",
        )
        .unwrap();
        drop(old);
        let new = open(&path, MIGRATIONS).unwrap();
        let mut all = new.prepare("SELECT id, unanswered_by, visibility FROM conversation ORDER BY id").unwrap();
        let all: Vec<(u32, Option<u32>, u32)> =
            all.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap().map(Result::unwrap).collect();
        assert_eq!(all, [(1, None, 0), (2, Some(3), 0), (3, Some(1), 0), (4, None, 0), (5, None, 1)]);
    }

    /// Clients know an existing server by its id.
    #[test]
    fn only_a_server_without_accounts_gets_another_id() {
        let dir = tempfile::tempdir().unwrap();
        let with_accounts = |accounts: &str| {
            let path = dir.path().join(format!("{}.db", accounts.len()));
            let before = MIGRATIONS.iter().position(|step| *step == VALID_SERVER_ID).unwrap();
            let old = open(&path, &MIGRATIONS[..before]).unwrap();
            old.execute_batch(accounts).unwrap();
            let id = |file: &Connection| file.query_row("SELECT id FROM server", [], |row| row.get::<_, [u8; 16]>(0)).unwrap();
            let before = id(&old);
            drop(old);
            (before, id(&open(&path, MIGRATIONS).unwrap()))
        };
        let (before, after) = with_accounts("");
        assert_ne!(before, after);
        assert_eq!((after[6] >> 4, after[8] >> 6), (4, 0b10), "a UUID of version 4");
        let account =
            "INSERT INTO account (username, display_name, search, password_hash, created_at) VALUES ('a', 'a', 'a', 'x', 0)";
        let (before, after) = with_accounts(account);
        assert_eq!(before, after);
    }

    #[test]
    fn newer_and_foreign_files_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chat.db");
        drop(open(&path, &[FIRST, "SELECT 1"]).unwrap());
        assert!(matches!(open(&path, &[FIRST]), Err(OpenError::Newer { found: 2, known: 1 })));

        let strange = dir.path().join("strange.db");
        Connection::open(&strange).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        assert!(matches!(open(&strange, MIGRATIONS), Err(OpenError::Foreign)));
    }
}
