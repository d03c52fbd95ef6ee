//! Recognises databases of other programs by their first bytes, before any file is created next to them.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::migrations::APPLICATION_ID;
use super::open_error::OpenError;

/// The first bytes of every SQLite database.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Length of the database header and the header of the first page, in bytes.
const HEADER_BYTES: u64 = 108;

/// Refuses a file that certainly belongs to another program, without changing it or its directory.
///
/// A file that does not exist, is empty or has no tables may be used. A file with an interrupted transaction is not judged here:
/// until it is rolled back, its first bytes prove nothing.
///
/// # Errors
/// `Foreign`, and `Files` if it cannot be read.
pub(crate) fn check_owner(file: &Path) -> Result<(), OpenError> {
    let mut header = Vec::new();
    match File::open(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened.and_then(|opened| opened.take(HEADER_BYTES).read_to_end(&mut header)).map_err(OpenError::Files)?,
    };
    let journal = format!("{}-journal", file.display());
    if header.is_empty() || Path::new(&journal).exists() || is_ours(&header) { Ok(()) } else { Err(OpenError::Foreign) }
}

fn is_ours(header: &[u8]) -> bool {
    let number = |at: usize| header.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(i32::from_be_bytes);
    let has_no_table = number(60) == Some(0) && header.get(103..105) == Some(&[0, 0]);
    header.starts_with(MAGIC) && (number(68) == Some(APPLICATION_ID) || number(68) == Some(0) && has_no_table)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;
    use tempfile::TempDir;

    use super::{OpenError, check_owner};
    use crate::store::sqlite::file::open;

    /// The file names in this directory, sorted.
    fn names(dir: &TempDir) -> Vec<String> {
        let names = std::fs::read_dir(dir.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[track_caller]
    fn check_refused(dir: &TempDir) {
        let before = names(dir);
        assert!(matches!(check_owner(&dir.path().join("chat.db")), Err(OpenError::Foreign)));
        assert!(matches!(open::open(dir.path()), Err(OpenError::Foreign)));
        assert_eq!(names(dir), before, "no file may be left next to it");
    }

    #[test]
    fn another_programs_file_is_refused_without_creating_files() {
        let dir = TempDir::new().unwrap();
        let file = dir.path().join("chat.db");
        for content in ["x", "no database at all", "SQLite format 3\0", &"x".repeat(9000)] {
            std::fs::write(&file, content).unwrap();
            check_refused(&dir);
        }
        std::fs::remove_file(&file).unwrap();
        let foreign = Connection::open(&file).unwrap();
        foreign.execute_batch("CREATE TABLE song (title TEXT); INSERT INTO song VALUES ('a')").unwrap();
        foreign.close().unwrap();
        check_refused(&dir);
        let foreign = Connection::open(&file).unwrap();
        foreign.execute_batch("PRAGMA application_id = 7; PRAGMA user_version = 1").unwrap();
        foreign.close().unwrap();
        check_refused(&dir);
    }

    #[test]
    fn own_files_and_files_without_tables_are_opened() {
        let dir = TempDir::new().unwrap();
        let file = dir.path().join("chat.db");
        check_owner(&file).unwrap();
        std::fs::write(&file, "").unwrap();
        check_owner(&file).unwrap();
        let empty = Connection::open(&file).unwrap();
        empty.execute_batch("CREATE TABLE song (title TEXT); DROP TABLE song; VACUUM;").unwrap();
        empty.close().unwrap();
        check_owner(&file).unwrap();
        drop(open::open(dir.path()).unwrap());
        check_owner(&file).unwrap();
        drop(open::open(dir.path()).unwrap());
    }
}
