//! A server in the test process, so that no client hosts one.

use papo_server::{Config, Server};
use rusqlite::Connection;
use tempfile::TempDir;

pub(crate) struct Hosted {
    runtime: tokio::runtime::Runtime,
    server: Server,
    data: TempDir,
}

impl Hosted {
    pub(crate) fn start() -> Self {
        let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), TempDir::new().unwrap());
        let config = Config::new(([127, 0, 0, 1], 0).into(), data.path().to_owned());
        let server = runtime.block_on(Server::start(config)).unwrap();
        Self { runtime, server, data }
    }

    pub(crate) fn address(&self) -> String {
        self.server.local_addr().to_string()
    }

    /// Makes storing messages fail from now on, as on a full disk, or work again.
    pub(crate) fn refuse_entries(&self, refused: bool) {
        let file = Connection::open(self.data.path().join("chat.db")).unwrap();
        file.busy_timeout(std::time::Duration::from_secs(60)).unwrap();
        file.execute_batch(if refused {
            "CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        } else {
            "DROP TRIGGER full"
        })
        .unwrap();
    }

    pub(crate) fn stop(self) {
        self.runtime.block_on(self.server.stop());
    }
}
