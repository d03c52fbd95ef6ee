//! Limits the size of the write-ahead log.
//!
//! After a few thousand pages the log is copied back to the file (see `checkpoints`), and reused from its beginning once no
//! reader needs it. If reads never pause, that never happens, and the log would grow forever. Beyond
//! a certain size the writer therefore waits for the readers: readers that start meanwhile read only the file, and
//! earlier ones finish within milliseconds.
//!
//! The log is also truncated soon after a text was deleted, because it contains copies of it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::store::sqlite::file::open::{BUSY_TIMEOUT, CHECKPOINT_PAGES};

/// The size above which the log is truncated, in bytes: four times its usual size, with pages of 4 KiB.
pub(crate) const MAX_LOG_BYTES: u64 = 4 * 4096 * CHECKPOINT_PAGES as u64;

/// Maximum time the writer waits for readers. A search takes 20 ms.
const WAIT_FOR_READERS: Duration = Duration::from_millis(200);

/// Pause after readers took longer than that: a backup reads for as long as the disk takes.
const PAUSE: Duration = Duration::from_secs(2);

/// Time from a deletion until the log is truncated. Several deletions share one.
const TRUNCATE_AFTER_DELETION: Duration = Duration::from_secs(30);

/// Limits the log of one file.
pub(crate) struct LogBound {
    /// `None` if the file has no name, and so no log.
    log: Option<PathBuf>,
    pub(crate) max_bytes: u64,
    /// Maximum time to wait for readers; longer in tests, where the machine may suspend a reader.
    wait_for_readers: Duration,
    not_before: Option<Instant>,
    /// When the log has to be truncated because of a deletion.
    truncate_at: Option<Instant>,
}

impl LogBound {
    /// Creates the limit for the file of this connection.
    pub(crate) fn new(connection: &Connection) -> Self {
        let file = connection.path().filter(|path| !path.is_empty());
        let log = file.map(|file| PathBuf::from(format!("{file}-wal")));
        Self { log, max_bytes: MAX_LOG_BYTES, wait_for_readers: WAIT_FOR_READERS, not_before: None, truncate_at: None }
    }

    /// Records that text was erased, of which the log contains copies.
    pub(crate) fn text_erased(&mut self) {
        self.truncate_at.get_or_insert_with(|| Instant::now() + TRUNCATE_AFTER_DELETION);
    }

    /// Makes a planned truncation due now.
    #[cfg(test)]
    pub(crate) fn hurry(&mut self) {
        self.truncate_at = self.truncate_at.map(|_| Instant::now());
    }

    /// When [`LogBound::truncate`] should be called because of a deletion.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.truncate_at.max(self.truncate_at.and(self.not_before))
    }

    /// Whether the log is too long or a deletion requires to truncate it, and the last attempt is not too recent.
    pub(crate) fn is_due(&self) -> bool {
        let now = Instant::now();
        let is_required = self.truncate_at.is_some_and(|then| then <= now) || self.length() > self.max_bytes;
        is_required && self.not_before.is_none_or(|then| now >= then)
    }

    /// Truncates the log. Called by the writer when that is due, outside of its transactions and while no other thread copies the
    /// log.
    pub(crate) fn truncate(&mut self, connection: &Connection) {
        self.not_before = None;
        match truncate(connection, self.wait_for_readers) {
            Ok(true) => self.truncate_at = None,
            Ok(false) => {
                tracing::warn!("a long read prevents truncating the write-ahead log of chat.db");
                self.not_before = Some(Instant::now() + PAUSE);
            }
            Err(error) => {
                tracing::error!(%error, "truncating the write-ahead log of chat.db failed");
                self.not_before = Some(Instant::now() + PAUSE);
            }
        }
    }

    /// The size of the log, in bytes.
    pub(crate) fn length(&self) -> u64 {
        self.log.as_ref().and_then(|log| log.metadata().ok()).map_or(0, |log| log.len())
    }
}

/// Writes the whole log back to the file and truncates it. Returns false if readers prevented it for this long.
fn truncate(connection: &Connection, wait_for_readers: Duration) -> rusqlite::Result<bool> {
    connection.busy_timeout(wait_for_readers)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
    connection.busy_timeout(BUSY_TIMEOUT)?;
    busy.map(|busy| !busy)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use papo_shared::model::{ClientId, ConversationId, MessageText, Timestamp, Username};
    use rusqlite::Connection;

    use crate::domain::storage::StorageLimits;
    use crate::domain::{AccountId, AccountRef};
    use crate::store::Write;
    use crate::store::sqlite::file::open;
    use crate::store::sqlite::write::Writer;

    const MAX_BYTES: u64 = 512 * 1024;

    /// Upper bound for what one batch of this test adds to the log, in bytes.
    const BATCH_BYTES: u64 = 256 * 1024;

    fn say() -> Write {
        let author = AccountRef { id: AccountId(1), username: Username::parse("ana").unwrap() };
        let text = MessageText::parse(&"palavra ".repeat(1000)).unwrap();
        let (conversation, client_id) = (ConversationId(1), ClientId::new());
        Write::AppendMessage { conversation, author, client_id, text, reply_to: None, at: Timestamp(0) }
    }

    /// Reads in overlapping transactions until stopped, so that one is open at any time.
    fn read_without_pause(connections: [Connection; 2], stop: &std::sync::atomic::AtomicBool) {
        let begin = |connection: &Connection| {
            connection.execute_batch("BEGIN; SELECT count(*) FROM account;").unwrap();
        };
        let [one, other] = &connections;
        begin(one);
        while !stop.load(std::sync::atomic::Ordering::SeqCst) {
            begin(other);
            one.execute_batch("COMMIT").unwrap();
            begin(one);
            other.execute_batch("COMMIT").unwrap();
        }
    }

    #[test]
    fn the_log_stays_short_under_continuous_reads() {
        let dir = tempfile::tempdir().unwrap();
        let opened = open::open(dir.path()).unwrap();
        opened
            .connection
            .execute_batch(
                "INSERT INTO account (id, username, display_name, search, password_hash, created_at)
                 VALUES (1, 'ana', 'Ana', 'ana', 'x', 0), (2, 'rui', 'Rui', 'rui', 'x', 0)",
            )
            .unwrap();
        opened.connection.pragma_update(None, "wal_autocheckpoint", 30).unwrap();
        let readers = [open::connect_reader(&opened.path).unwrap(), open::connect_reader(&opened.path).unwrap()];
        let mut writer = Writer::new(opened.connection, StorageLimits::default()).unwrap();
        writer.log_bound.max_bytes = MAX_BYTES;
        writer.log_bound.wait_for_readers = Duration::from_secs(60);
        writer.commit(&[Write::OpenDirect { one: AccountId(1), other: AccountId(2), at: Timestamp(0) }]).unwrap();
        let stop = std::sync::atomic::AtomicBool::new(false);
        let mut longest = 0;
        std::thread::scope(|scope| {
            scope.spawn(|| read_without_pause(readers, &stop));
            for _ in 0..200 {
                writer.commit(&[say(), say(), say(), say()]).unwrap();
                longest = longest.max(writer.log_bound.length());
                writer.maintain();
            }
            stop.store(true, std::sync::atomic::Ordering::SeqCst);
        });
        assert!(longest <= MAX_BYTES + BATCH_BYTES, "{longest} bytes");
    }

    #[test]
    fn a_long_reader_delays_the_writer_only_occasionally() {
        let dir = tempfile::tempdir().unwrap();
        let opened = open::open(dir.path()).unwrap();
        let reader = open::connect_reader(&opened.path).unwrap();
        reader.execute_batch("BEGIN; SELECT count(*) FROM account;").unwrap();
        let mut writer = Writer::new(opened.connection, StorageLimits::default()).unwrap();
        writer.log_bound.max_bytes = 0;
        writer.tables.connection.execute_batch("CREATE TABLE longer (x)").unwrap();
        writer.maintain();
        let paused_until = writer.log_bound.not_before.expect("should pause before the next attempt");
        writer.maintain();
        assert_eq!(writer.log_bound.not_before, Some(paused_until), "must not try again during the pause");
        reader.execute_batch("COMMIT").unwrap();
        writer.log_bound.not_before = None;
        writer.maintain();
        assert_eq!((writer.log_bound.length(), writer.log_bound.not_before), (0, None));
    }
}
