//! The server that answered last on this machine's port, by which a client decides whether it may host there.
//!
//! A server that runs by itself, or that another user hosts, has to get its port back when it restarts. So a client hosts where no
//! other server than its own was known to be.

use std::path::{Path, PathBuf};

use papo_shared::model::ServerId;
use tokio::task::spawn_blocking;

use crate::keyed_file::KeyedFile;

/// The file beside the data of a hosted server that holds, for each port, the id of the server that answered there last.
const FILE_NAME: &str = "local_servers";

/// The server that answered last on this machine's port. Clients with the same data share what they know.
pub(super) struct LocalPort {
    key: String,
    file: PathBuf,
    last: Option<ServerId>,
}

impl LocalPort {
    pub(super) fn new(port: u16, data: &Path) -> Self {
        Self { key: port.to_string(), file: data.join(FILE_NAME), last: None }
    }

    /// This server answered.
    pub(super) async fn learn(&mut self, server: ServerId) {
        if self.last.replace(server) == Some(server) {
            return;
        }
        let (file, key) = (self.file.clone(), self.key.clone());
        let stored = spawn_blocking(move || {
            let (file, server) = (KeyedFile::at(&file), server.to_string());
            if file.get(&key)?.as_ref() == Some(&server) { Ok(()) } else { file.set(&key, Some(&server)) }
        });
        if let Ok(Err(error)) = stored.await {
            tracing::warn!(%error, "the next start will not know which server was here");
        }
    }

    /// The server that answered last, by this process or before it started. `None` where that is not known.
    pub(super) async fn last_server(&self) -> Option<String> {
        if let Some(server) = self.last {
            return Some(server.to_string());
        }
        let (file, key) = (self.file.clone(), self.key.clone());
        let stored = spawn_blocking(move || KeyedFile::at(&file).get(&key)).await;
        stored.ok()?.unwrap_or_else(|error| {
            tracing::warn!(%error, "it is not known which server was here");
            None
        })
    }
}
