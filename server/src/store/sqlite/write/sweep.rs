//! Erases copies of deleted texts that SQLite leaves in `chat.db`.
//!
//! SQLite overwrites a deleted row (`secure_delete`), but two kinds of copies remain: rows that moved to another page when theirs
//! was full stay in the unused space of the old page, and the word index keeps single words as separators between its pages. A
//! day after the first deletion the writer therefore merges the word index and then overwrites the unused space of every
//! page, in steps that delay other writes by less than a millisecond. The table `sweep` remembers the deletion over restarts.
//!
//! Deliberately absent: the write-ahead log, which is truncated much sooner (see `log_bound`).

use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension};

use crate::store::sqlite::search;

/// Time from a deletion to the sweep, which removes the traces of all deletions before it.
const SWEEP_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Pause between two steps: 64 pages of 4 KiB every 20 ms read a file of 1 GB in 80 s.
const STEP_PAUSE: Duration = Duration::from_millis(20);

/// Pages examined, or written while merging the word index, in one step.
const STEP_PAGES: u32 = 64;

/// Pause after a step failed, for example because the disk is full.
const PAUSE_AFTER_FAULT: Duration = Duration::from_secs(60);

/// Files with more pages are not swept. A page of a longer file can begin with the number of another page whose first byte
/// looks like the type of a B-tree page. 64 GiB with pages of 4 KiB.
const MAX_PAGES: u32 = 1 << 24;

/// The sweeps of one file.
pub(crate) struct Sweep {
    /// When the next step is due; `None` while there is nothing to erase.
    pub(crate) due: Option<Instant>,
    step: Step,
    /// Whether something was deleted since the current sweep began.
    is_incomplete: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Begin,
    BeginMerge,
    Merge,
    /// The next page to examine, counted from 1.
    Pages(u32),
}

impl Sweep {
    /// Plans the sweep that the deletions before the last stop require.
    pub(crate) fn new(connection: &Connection) -> rusqlite::Result<Self> {
        let waited: Option<i64> = connection.query_row("SELECT unixepoch() - since FROM sweep", [], |row| row.get(0))?;
        let waited = waited.map(|seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or_default()));
        let due = waited.map(|waited| Instant::now() + SWEEP_AFTER.saturating_sub(waited));
        Ok(Self { due, step: Step::Begin, is_incomplete: false })
    }

    /// Records a deletion that was committed.
    pub(crate) fn text_erased(&mut self) {
        self.is_incomplete = true;
        self.due.get_or_insert_with(|| Instant::now() + SWEEP_AFTER);
    }

    /// Executes a step if one is due, outside of other transactions. Returns true at the end of a sweep.
    pub(crate) fn advance(&mut self, connection: &mut Connection, now: Instant) -> bool {
        if self.due.is_none_or(|due| now < due) {
            return false;
        }
        // Also after a panic.
        self.due = Some(now + PAUSE_AFTER_FAULT);
        match self.execute(connection) {
            Ok(Some(next)) => {
                self.step = next;
                self.due = Some(now + STEP_PAUSE);
                false
            }
            Ok(None) => {
                self.step = Step::Begin;
                self.due = self.is_incomplete.then(|| now + SWEEP_AFTER);
                true
            }
            Err(error) => {
                tracing::error!(%error, "erasing traces of deleted messages failed");
                false
            }
        }
    }

    /// The step after this one; `None` at the end.
    fn execute(&mut self, connection: &mut Connection) -> rusqlite::Result<Option<Step>> {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let next = match self.step {
            Step::Begin => {
                self.is_incomplete = false;
                search::insert_placeholder(&transaction)?;
                Some(Step::BeginMerge)
            }
            Step::BeginMerge => {
                search::merge(&transaction, -i64::from(STEP_PAGES))?;
                Some(Step::Merge)
            }
            Step::Merge if search::merge(&transaction, STEP_PAGES.into())? => Some(Step::Merge),
            Step::Merge => {
                search::delete_placeholder(&transaction)?;
                Some(Step::Pages(1))
            }
            Step::Pages(first) => clear_pages(&transaction, first)?.map(Step::Pages),
        };
        if next.is_none() && !self.is_incomplete {
            transaction.execute("UPDATE sweep SET since = NULL", [])?;
        }
        transaction.commit()?;
        Ok(next)
    }
}

/// Records the time of a deletion, in its transaction.
pub(crate) fn remember(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("UPDATE sweep SET since = unixepoch() WHERE since IS NULL")?.execute([])?;
    Ok(())
}

/// Overwrites the unused space of some pages. Returns the page to continue with.
fn clear_pages(connection: &Connection, first: u32) -> rusqlite::Result<Option<u32>> {
    let count: u32 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
    if count >= MAX_PAGES {
        tracing::warn!("chat.db is too large to erase traces of deleted messages from unused space");
        return Ok(None);
    }
    let end = count.saturating_add(1).min(first.saturating_add(STEP_PAGES));
    let mut read = connection.prepare_cached("SELECT data FROM sqlite_dbpage WHERE pgno = ?1")?;
    for number in first..end {
        let page: Option<Vec<u8>> = read.query_row([number], |row| row.get(0)).optional()?;
        let Some(mut page) = page else { continue };
        let unused = unused_space(&mut page, number == 1);
        if unused.iter().any(|byte| *byte != 0) {
            unused.fill(0);
            connection.prepare_cached("UPDATE sqlite_dbpage SET data = ?2 WHERE pgno = ?1")?.execute((number, page))?;
        }
    }
    Ok((end <= count).then_some(end))
}

/// The bytes between the cell pointers and the cells of a B-tree page; empty for other pages. SQLite overwrites the rest of the
/// unused space itself. See "B-tree Pages" in SQLite's description of its file format.
fn unused_space(page: &mut [u8], is_first: bool) -> &mut [u8] {
    /// The first page begins with the header of the file.
    const FILE_HEADER: usize = 100;
    let header = if is_first { FILE_HEADER } else { 0 };
    let header_bytes = match page.get(header) {
        Some(2 | 5) => 12,
        Some(10 | 13) => 8,
        _ => return &mut [],
    };
    let number =
        |at: usize| page.get(header + at..header + at + 2).map(|bytes| usize::from(bytes[0]) << 8 | usize::from(bytes[1]));
    let (Some(cells), Some(content)) = (number(3), number(5)) else { return &mut [] };
    let first_unused = header + header_bytes + 2 * cells;
    page.get_mut(first_unused..content).unwrap_or_default()
}

#[cfg(test)]
mod tests;
