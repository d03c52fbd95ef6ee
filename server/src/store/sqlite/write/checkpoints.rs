//! Copies the write-ahead log back to the file (a checkpoint) while the writer goes on.
//!
//! SQLite does so in the commit that makes the log long enough, which then takes up to 100 ms longer. Here another thread copies
//! the log earlier, on a connection of its own, and again what the writer added meanwhile. If only little is left, the writer
//! copies the rest. Once all pages are copied, a commit reuses the log from its beginning, unless a reader still needs it.
//! SQLite's own checkpoint remains for the case that the thread fails or is too slow.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rusqlite::Connection;

/// Copying begins at this fraction of the length at which SQLite would copy during a commit.
const BEGIN_SHARE: i64 = 4;

/// The writer copies at most this fraction of the pages at which copying begins: what takes a few milliseconds.
const WRITER_SHARE: i64 = 16;

/// The writer's side.
pub(crate) struct Checkpoints {
    /// Number of pages in the log at which copying begins.
    begin_at: i64,
    requests: SyncSender<()>,
    finished: Receiver<()>,
    is_copying: bool,
}

/// The side of the thread that copies. It ends with the writer's side.
pub(crate) struct Copier {
    connection: Connection,
    requests: Receiver<()>,
    finished: SyncSender<()>,
}

/// Creates both sides, for a connection of the writer and one of the thread.
pub(crate) fn checkpoints(writer: &Connection, copier: Connection) -> rusqlite::Result<(Checkpoints, Copier)> {
    let in_commit: i64 = writer.pragma_query_value(None, "wal_autocheckpoint", |row| row.get(0))?;
    let (requests, requested) = sync_channel(1);
    let (finishing, finished) = sync_channel(1);
    let checkpoints = Checkpoints { begin_at: in_commit / BEGIN_SHARE, requests, finished, is_copying: false };
    Ok((checkpoints, Copier { connection: copier, requests: requested, finished: finishing }))
}

impl Checkpoints {
    /// Begins or finishes copying, if the log is long enough. Called by the writer after each batch.
    pub(crate) fn advance(&mut self, connection: &Connection) {
        if self.is_copying && self.finished.try_recv().is_err() {
            return;
        }
        self.is_copying = false;
        if let Err(error) = self.begin_or_finish(connection) {
            tracing::error!(%error, "copying the write-ahead log back to chat.db failed");
        }
    }

    fn begin_or_finish(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let Log { pages, copied } = checkpoint(connection, "NOOP")?;
        let remaining = pages - copied;
        if pages < self.begin_at || remaining == 0 {
            return Ok(());
        }
        if remaining > self.begin_at / WRITER_SHARE {
            // Fails only if the thread has ended.
            self.is_copying = self.requests.try_send(()).is_ok();
            return Ok(());
        }
        checkpoint(connection, "PASSIVE").map(drop)
    }

    /// Waits for the thread, so that the writer can truncate the log.
    pub(crate) fn wait(&mut self) {
        if self.is_copying {
            // Fails only if the thread has ended.
            let _ = self.finished.recv();
            self.is_copying = false;
        }
    }
}

impl Copier {
    /// Serves the writer until it ends.
    pub(crate) fn run(&self) {
        while self.requests.recv().is_ok() {
            if let Err(error) = checkpoint(&self.connection, "PASSIVE") {
                tracing::error!(%error, "copying the write-ahead log back to chat.db failed");
            }
            // Fails only if the writer has ended.
            let _ = self.finished.send(());
        }
    }
}

/// The pages in the log.
#[derive(Debug)]
struct Log {
    pages: i64,
    /// Those that are also in the file.
    copied: i64,
}

/// Runs a checkpoint that does not wait for readers, and returns the state after it. The mode `NOOP` copies nothing.
fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<Log> {
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    connection.prepare_cached(&sql)?.query_row([], |row| Ok(Log { pages: row.get(1)?, copied: row.get(2)? }))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::TryRecvError;

    use rusqlite::Connection;

    use super::{BEGIN_SHARE, Checkpoints, Log, checkpoint, checkpoints};
    use crate::store::sqlite::file::open;

    const PAGES: i64 = 400;

    fn write(connection: &Connection) {
        connection.execute("INSERT INTO audit (at, by, action, target) VALUES (0, '', '', hex(randomblob(2000)))", []).unwrap();
    }

    /// Commits, and lets the thread finish what it was asked for, until the log has at least this many pages.
    fn fill(connection: &Connection, log: &mut Checkpoints, pages: i64) {
        while checkpoint(connection, "NOOP").unwrap().pages < pages {
            write(connection);
            log.advance(connection);
            log.wait();
        }
    }

    #[test]
    fn the_log_is_reused_before_a_commit_would_copy_it() {
        let dir = tempfile::tempdir().unwrap();
        let connection = open::open(dir.path()).unwrap().connection;
        connection.pragma_update(None, "wal_autocheckpoint", PAGES).unwrap();
        let (mut log, copier) = checkpoints(&connection, open::connect(&dir.path().join(open::FILE_NAME)).unwrap()).unwrap();
        let copying = std::thread::spawn(move || copier.run());
        connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        let mut longest = 0;
        for _ in 0..PAGES * 4 {
            write(&connection);
            log.advance(&connection);
            log.wait();
            longest = longest.max(checkpoint(&connection, "NOOP").unwrap().pages);
        }
        assert!((PAGES / BEGIN_SHARE..PAGES).contains(&longest), "{longest} pages");
        drop(log);
        copying.join().unwrap();
    }

    #[test]
    fn the_thread_copies_most_of_the_log_and_the_writer_the_rest() {
        let dir = tempfile::tempdir().unwrap();
        let connection = open::open(dir.path()).unwrap().connection;
        connection.pragma_update(None, "wal_autocheckpoint", PAGES).unwrap();
        let (mut log, copier) = checkpoints(&connection, open::connect(&dir.path().join(open::FILE_NAME)).unwrap()).unwrap();
        while !log.is_copying {
            write(&connection);
            log.advance(&connection);
        }
        let Log { pages, copied } = checkpoint(&connection, "NOOP").unwrap();
        assert!(pages >= PAGES / BEGIN_SHARE && copied == 0, "the writer must not copy this much itself: {pages}, {copied}");
        write(&connection);
        log.advance(&connection);
        assert_eq!(log.finished.try_recv(), Err(TryRecvError::Empty), "the thread has not run yet");

        let copying = std::thread::spawn(move || copier.run());
        log.wait();
        log.advance(&connection);
        let Log { pages, copied } = checkpoint(&connection, "NOOP").unwrap();
        assert_eq!(copied, pages);
        drop(log);
        copying.join().unwrap();
    }

    #[test]
    fn a_thread_that_has_ended_leaves_copying_to_commits() {
        let dir = tempfile::tempdir().unwrap();
        let connection = open::open(dir.path()).unwrap().connection;
        connection.pragma_update(None, "wal_autocheckpoint", PAGES).unwrap();
        let (mut log, copier) = checkpoints(&connection, open::connect(&dir.path().join(open::FILE_NAME)).unwrap()).unwrap();
        drop(copier);
        fill(&connection, &mut log, PAGES);
        assert!(checkpoint(&connection, "NOOP").unwrap().copied > 0);
    }
}
