//! The server that answered last on this machine's port, by which a client decides whether it may host there.
//!
//! A server that runs by itself, or that another user hosts, has to get its port back when it restarts. So a client hosts where the
//! last server was one that it, or another client with the same data, hosted.

use std::path::{Path, PathBuf};

use papo_shared::model::ServerId;
use tokio::task::spawn_blocking;

use crate::keyed_file::{KeyedFile, KeyedFileError};

/// The file beside the data of a hosted server that holds, for each port, the id of the server that answered there last.
const FILE_NAME: &str = "local_servers";

/// The key in it of the server that was hosted last with these data. They may have another id by now: they were replaced by a
/// backup, or taken away to begin anew.
const HOSTED: &str = "hosted";

/// The server that answered last on this machine's port. Clients with the same data share what they know.
pub(super) struct LocalPort {
    key: String,
    file: PathBuf,
    last: Option<ServerId>,
    /// Whether this process hosts the server that answers now.
    is_hosting: bool,
}

/// The server that answered last.
pub(super) struct LastServer {
    /// Its id.
    pub(super) id: String,
    /// Whether a client with the same data hosted it.
    pub(super) was_hosted: bool,
}

impl LocalPort {
    pub(super) fn new(port: u16, data: &Path) -> Self {
        Self { key: port.to_string(), file: data.join(FILE_NAME), last: None, is_hosting: false }
    }

    /// There is a connection, perhaps to a server that this process hosts.
    pub(super) fn connected(&mut self, is_hosting: bool) {
        self.is_hosting = is_hosting;
    }

    /// This server answered on it.
    pub(super) async fn learn(&mut self, server: ServerId) {
        self.last = Some(server);
        let (file, key, is_hosting) = (KeyedFile::at(&self.file), self.key.clone(), self.is_hosting);
        let stored = spawn_blocking(move || {
            let server = server.to_string();
            let mut changes = vec![(key.as_str(), Some(server.as_str()))];
            if is_hosting {
                changes.push((HOSTED, Some(server.as_str())));
            }
            let known = changes.iter().map(|(key, value)| Ok(file.get(key)?.as_deref() == *value));
            if known.collect::<Result<Vec<_>, KeyedFileError>>()?.contains(&false) { file.update(&changes) } else { Ok(()) }
        });
        if let Ok(Err(error)) = stored.await {
            tracing::warn!(%error, "the next start will not know which server was here");
        }
    }

    /// The server that answered last, by this process or before it started. `None` where that is not known.
    pub(super) async fn last_server(&self) -> Option<LastServer> {
        let (file, key, last) = (KeyedFile::at(&self.file), self.key.clone(), self.last);
        let stored = spawn_blocking(move || {
            let Some(id) = last.map(|id| Ok(Some(id.to_string()))).unwrap_or_else(|| file.get(&key))? else { return Ok(None) };
            let was_hosted = file.get(HOSTED)?.as_ref() == Some(&id);
            Ok::<_, KeyedFileError>(Some(LastServer { id, was_hosted }))
        });
        stored.await.ok()?.unwrap_or_else(|error| {
            tracing::warn!(%error, "it is not known which server was here");
            last.map(|id| LastServer { id: id.to_string(), was_hosted: false })
        })
    }
}
