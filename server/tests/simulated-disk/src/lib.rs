//! A disk under SQLite whose power can be cut and which can fail, for tests.
//!
//! A [`Disk`] watches one folder. SQLite works with the files in it as always; everything it writes, truncates, syncs, makes
//! and deletes is noted in one [`Journal`] in its order. From a journal a power cut at any moment yields an [`Image`]: what the
//! files may look like when the machine is started again. One load is enough for hundreds of cuts. And a disk can be told to
//! run full, or to fail, at its n-th change.
//!
//! What a power cut leaves (`power_cut`) is what SQLite has to expect of a disk and no more:
//! - Whatever was synced is there. A sync that failed promised nothing, nor does a later one that succeeds for what was
//!   written before the failed one: Linux drops such pages.
//! - Each write that was not synced is there, or not, or torn: some of its sectors are there. So later writes may be there and
//!   earlier ones not.
//! - A sector is written whole or not at all, so that bytes beside a torn write are safe. SQLite relies on it
//!   (`SQLITE_POWERSAFE_OVERWRITE`, its default on Unix); without it, no database that appends is safe.
//! - Where a torn write made a file longer, its missing sectors have any bytes at all.
//! - A file made or deleted may be as before until the folder was synced, which SQLite's Unix VFS does with the first sync of a
//!   new journal and with the deletion of one.
//!
//! Deliberately absent: the shared memory beside the database, which does not survive and is made anew; memory-mapped reading;
//! a reader's bit rot.

mod disk;
mod journal;
mod power_cut;
mod vfs;

pub use disk::{Disk, Fault};
pub use journal::{Journal, Position};
pub use power_cut::{Image, Replay};
