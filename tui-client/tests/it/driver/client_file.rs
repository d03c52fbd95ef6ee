//! The local data of one client, in a real file.

use std::path::Path;

use papo::event::Event;
use papo::local_data::LocalChange;
use papo::local_store::LocalStore;
use papo_shared::model::{ServerId, Username};
use tokio::sync::mpsc;

/// A client's file. Each call waits for the result.
pub(crate) struct ClientFile {
    store: LocalStore,
    events: mpsc::Receiver<Event>,
}

impl ClientFile {
    pub(crate) fn open(path: &Path) -> Self {
        let (sender, events) = mpsc::channel(8);
        Self { store: LocalStore::start(path.to_owned(), sender).unwrap(), events }
    }

    pub(super) fn read(&mut self, server: ServerId, username: Username) -> Event {
        self.store.read(server, username);
        self.events.blocking_recv().unwrap()
    }

    pub(super) fn keep(&mut self, changes: Vec<LocalChange>) -> Event {
        self.store.keep(changes).unwrap_or_else(|| self.events.blocking_recv().unwrap())
    }
}
