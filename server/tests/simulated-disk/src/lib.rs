//! A simulated disk under SQLite, for tests with power cuts and disk failures.
//!
//! A [`Disk`] watches one directory. SQLite uses the files in it as usual; all writes, truncations, syncs, creations
//! and deletions are recorded in order in a [`Journal`]. From a journal, a power cut at any position yields an
//! [`Image`]: the contents that the files may have after a restart. A single load is enough for hundreds of power
//! cuts. A disk can also be made to run full or fail at its n-th change.
//!
//! The model of a power cut (`power_cut`) is what SQLite expects of a disk, and no more:
//! - Synced data is present. A failed sync guarantees nothing, and neither does a later successful one for data
//!   written before the failed one: Linux drops such pages.
//! - Each unsynced write is present, absent, or torn, with only some of its sectors present. Later writes may
//!   therefore be present without earlier ones.
//! - A sector is written completely or not at all, so that bytes next to a torn write are safe. SQLite relies on this
//!   (`SQLITE_POWERSAFE_OVERWRITE`, the default on Unix); without it, no database that appends is safe.
//! - Where a torn write extended a file, its missing sectors contain arbitrary bytes.
//! - The creation or deletion of a file may be undone until the directory is synced. SQLite's Unix VFS does this with
//!   the first sync of a new journal and when it deletes one.
//!
//! Deliberately absent: shared memory, which does not survive a restart and is rebuilt; memory-mapped reads; bit rot.

mod disk;
mod folder;
mod journal;
mod power_cut;
mod vfs;

pub use disk::Disk;
pub use folder::Fault;
pub use journal::{Journal, Position};
pub use power_cut::{Image, Replay};
