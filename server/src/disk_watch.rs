//! Watches the disk of the data folder: whether the database is still the file that was opened, and the free space. Below the
//! configured reserve the store accepts short texts only, so that people can talk until the operator has made room.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::config::Config;
use crate::free_space::FreeSpace;
use crate::metrics::Metrics;
use crate::store::Store;

/// Time between two checks. Each costs a few microseconds.
const CHECK_EVERY: Duration = Duration::from_secs(1);

/// The operator is warned once less than the reserve times this is free.
const WARNING_FACTOR: u64 = 2;

/// Description of the failure, for the operator.
const FAILURE: &str = "keeping the database in its place";

/// Checks one disk.
pub(crate) struct DiskWatch {
    folder: PathBuf,
    reserve_bytes: u64,
    free_space: Arc<dyn FreeSpace>,
    store: Arc<dyn Store>,
    metrics: Arc<Metrics>,
    level: Level,
}

/// How much space is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Ample,
    /// Less than [`WARNING_FACTOR`] times the reserve.
    Short,
    /// Less than the reserve.
    Low,
}

impl Level {
    fn of(free: u64, reserve: u64) -> Self {
        if free < reserve {
            Self::Low
        } else if free < reserve.saturating_mul(WARNING_FACTOR) {
            Self::Short
        } else {
            Self::Ample
        }
    }
}

impl DiskWatch {
    pub(crate) fn new(config: &Config, store: Arc<dyn Store>, metrics: Arc<Metrics>) -> Self {
        let (folder, free_space) = (config.data_dir.clone(), config.free_space.clone());
        Self { folder, reserve_bytes: config.reserve_bytes, free_space, store, metrics, level: Level::Ample }
    }

    /// Checks the disk until the database is not in its place any more, and returns a description of that failure.
    pub(crate) async fn run(mut self) -> Option<&'static str> {
        let mut due = interval(CHECK_EVERY);
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            due.tick().await;
            // A disk that hangs must not occupy a thread of the runtime.
            let checked = tokio::task::spawn_blocking(move || {
                let is_in_place = self.check();
                (self, is_in_place)
            });
            match checked.await {
                Ok((watch, true)) => self = watch,
                Ok((_, false)) => return Some(FAILURE),
                // The runtime is stopping, or the check panicked and the panic hook has logged it.
                Err(_) => return None,
            }
        }
    }

    /// Checks once. Returns whether the database is in its place.
    fn check(&mut self) -> bool {
        match self.free_space.free_bytes(&self.folder) {
            Ok(free) => self.update(free),
            Err(error) => tracing::debug!(%error, "the free space of the disk is unknown"),
        }
        let is_in_place = self.store.is_in_place();
        if !is_in_place {
            let folder = self.folder.display();
            tracing::error!(
                %folder,
                "chat.db or its log was deleted or replaced while the server was using it. Nothing has been stored since. The \
                 server stops. Restore a backup with `papo-server restore`, then start it again"
            );
        }
        is_in_place
    }

    fn update(&mut self, free: u64) {
        let level = Level::of(free, self.reserve_bytes);
        self.metrics.record_free_space(free, level == Level::Low);
        self.store.set_space_low(level == Level::Low);
        if level == self.level {
            return;
        }
        let reserve = self.reserve_bytes;
        match level {
            Level::Low => tracing::error!(
                free,
                reserve,
                "the disk is nearly full: only short messages are stored, and no accounts or groups are created. Free some space"
            ),
            Level::Short => {
                tracing::warn!(free, reserve, "the disk is filling up. Free some space before the reserve is reached")
            }
            Level::Ample => tracing::info!(free, "the disk has enough free space again"),
        }
        self.level = level;
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use papo_shared::model::{DisplayName, Timestamp, Username};
    use papo_shared::protocol::Refusal;

    use super::{DiskWatch, FreeSpace, Level, Metrics, Store};
    use crate::config::Config;
    use crate::store::memory::MemoryStore;
    use crate::store::sqlite::SqliteStore;
    use crate::store::{Outcome, Write};

    /// A disk whose free space the test sets.
    #[derive(Debug, Default)]
    struct TestDisk(AtomicU64);

    impl FreeSpace for TestDisk {
        fn free_bytes(&self, _: &Path) -> io::Result<u64> {
            Ok(self.0.load(Ordering::SeqCst))
        }
    }

    #[test]
    fn the_operator_is_warned_before_the_reserve_is_reached() {
        assert_eq!(
            [0, 99, 100, 199, 200].map(|free| Level::of(free, 100)),
            [Level::Low, Level::Low, Level::Short, Level::Short, Level::Ample]
        );
        assert_eq!(Level::of(0, 0), Level::Ample, "without a reserve");
    }

    async fn can_register(store: &dyn Store, username: &str) -> bool {
        let create = Write::CreateAccount {
            username: Username::parse(username).unwrap(),
            display_name: DisplayName::parse(username).unwrap(),
            password_hash: String::new(),
            device: None,
            invite: None,
            at: Timestamp(0),
        };
        match store.commit(vec![create]).await.unwrap().remove(0) {
            Outcome::AccountCreated(..) => true,
            Outcome::Refused(Refusal::StorageLow { .. }) => false,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn the_store_is_restricted_while_less_than_the_reserve_is_free() {
        let dir = tempfile::tempdir().unwrap();
        let stores: [Arc<dyn Store>; 2] = [Arc::new(SqliteStore::open(dir.path()).unwrap()), Arc::new(MemoryStore::default())];
        for store in stores {
            let (disk, metrics) = (Arc::new(TestDisk::default()), Arc::new(Metrics::default()));
            let config = Config { free_space: disk.clone(), reserve_bytes: 1_000, ..Config::default() };
            let mut watch = DiskWatch::new(&config, store.clone(), metrics.clone());
            for (free, username) in [(1_000, "ana"), (999, "rui"), (1_000, "eva")] {
                disk.0.store(free, Ordering::SeqCst);
                assert!(watch.check());
                assert_eq!(can_register(&*store, username).await, free == 1_000, "{free}");
                assert_eq!(metrics.is_space_low(), free < 1_000);
            }
            store.close().await;
        }
    }

    #[tokio::test]
    async fn a_database_that_is_deleted_or_replaced_is_reported_and_takes_no_more_writes() {
        for name in ["chat.db", "chat.db-wal"] {
            for is_replaced in [false, true] {
                let dir = tempfile::tempdir().unwrap();
                let store = Arc::new(SqliteStore::open(dir.path()).unwrap());
                let mut watch = DiskWatch::new(&Config::default(), store.clone(), Arc::new(Metrics::default()));
                assert!(watch.check() && can_register(&*store, "ana").await);
                let file = dir.path().join(name);
                if is_replaced {
                    std::fs::copy(&file, dir.path().join("other")).unwrap();
                    std::fs::rename(dir.path().join("other"), &file).unwrap();
                } else {
                    std::fs::remove_file(&file).unwrap();
                }
                let write = Write::SetLastSeen { account: crate::domain::AccountId(1), at: Timestamp(1) };
                let error = store.commit(vec![write]).await.unwrap_err();
                assert!(error.to_string().contains("deleted or replaced"), "{error}");
                assert!(!watch.check(), "{name}");
                store.close().await;
            }
        }
    }
}
