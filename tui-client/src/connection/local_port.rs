//! Records which server answered last on a local port, so that clients know whether they may host there.
//!
//! A `papo-server`, or a server hosted by another user, must get its port back when it restarts. Therefore a client hosts only on
//! ports whose last server was hosted by a client with the same data.

use std::path::{Path, PathBuf};

use papo_shared::model::ServerId;
use tokio::task::spawn_blocking;

use crate::keyed_file::{KeyedFile, KeyedFileError};

/// A file in the data folder of the hosted server. For each port it contains the id of the server that answered there last.
const FILE_NAME: &str = "local_servers";

/// The key of the server that was hosted last with this data. The data may have another id by now, if they were restored from
/// a backup or deleted.
const HOSTED_KEY: &str = "hosted";

/// The record of the last server on a local port, shared by clients with the same data.
pub(super) struct LocalPort {
    key: String,
    file: PathBuf,
    last: Option<ServerId>,
    /// Whether this process hosts the server that answers now.
    is_hosting: bool,
}

/// The server that answered last on the port.
pub(super) struct LastServer {
    /// The server id in its text form.
    pub(super) id: String,
    /// Whether a client with the same data hosted it.
    pub(super) was_hosted: bool,
}

impl LocalPort {
    pub(super) fn new(port: u16, data: &Path) -> Self {
        Self { key: port.to_string(), file: data.join(FILE_NAME), last: None, is_hosting: false }
    }

    /// Notes whether the server of the new connection is hosted by this process.
    pub(super) fn set_hosting(&mut self, is_hosting: bool) {
        self.is_hosting = is_hosting;
    }

    /// Records the server that answered on the port.
    pub(super) async fn record_server(&mut self, server: ServerId) {
        self.last = Some(server);
        let (file, key, is_hosting) = (KeyedFile::at(&self.file), self.key.clone(), self.is_hosting);
        let stored = spawn_blocking(move || {
            let server = server.to_string();
            let mut changes = vec![(key.as_str(), Some(server.as_str()))];
            if is_hosting {
                changes.push((HOSTED_KEY, Some(server.as_str())));
            }
            let known = changes.iter().map(|(key, value)| Ok(file.get(key)?.as_deref() == *value));
            if known.collect::<Result<Vec<_>, KeyedFileError>>()?.contains(&false) { file.update(&changes) } else { Ok(()) }
        });
        if let Ok(Err(error)) = stored.await {
            tracing::warn!(%error, "cannot record which server uses the local port");
        }
    }

    /// The server that answered last, to this process or another client. `None` if unknown.
    pub(super) async fn last_server(&self) -> Option<LastServer> {
        let (file, key, last) = (KeyedFile::at(&self.file), self.key.clone(), self.last);
        let stored = spawn_blocking(move || {
            let Some(id) = last.map(|id| Ok(Some(id.to_string()))).unwrap_or_else(|| file.get(&key))? else { return Ok(None) };
            let was_hosted = file.get(HOSTED_KEY)?.as_ref() == Some(&id);
            Ok::<_, KeyedFileError>(Some(LastServer { id, was_hosted }))
        });
        stored.await.ok()?.unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot read which server used the local port");
            last.map(|id| LastServer { id: id.to_string(), was_hosted: false })
        })
    }
}
