//! Stores the local data of an account in a file, which a background thread reads and writes.
//!
//! The file is a SQLite database, because several clients of one user may run at the same time, and none may undo the changes of
//! another. Changes that cannot be written stay in memory, and writing is repeated until it succeeds.

mod file;
mod keeper;
mod queue;
mod shared;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{io, thread};

use papo_shared::model::{ServerId, Username};
use tokio::sync::mpsc;

use self::file::DataFile;
use self::keeper::Keeper;
use self::queue::{Account, Job, PendingChanges, Queue};
use self::shared::{Shared, lock};
use crate::event::Event;
use crate::local_data::LocalChange;

/// A handle to the storage thread, so that a slow disk does not delay input.
pub struct LocalStore {
    shared: Arc<Shared>,
    /// The account that changes are stored for: the one that was loaded last.
    account: Mutex<Option<Account>>,
}

impl LocalStore {
    /// Starts the thread. The file is created if it is missing. Results are sent as [`Event::LocalDataLoaded`] and
    /// [`Event::LocalDataSaved`], in the order of the requests.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn start(file: PathBuf, events: mpsc::Sender<Event>) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let keeper = Keeper::new(shared.clone(), DataFile::at(file), events);
        thread::Builder::new().name("papo-local-store".to_owned()).spawn(move || keeper.run())?;
        Ok(Self { shared, account: Mutex::default() })
    }

    /// Loads the data of an account. Later changes are stored for this account.
    pub fn read(&self, server: ServerId, username: Username) {
        let account = Account { server, username };
        *lock(&self.account) = Some(account.clone());
        self.shared.change(|queue| queue.jobs.push_back(Job::Load(account)));
    }

    /// Stores all of these changes, or none. Returns a failure event if no account was loaded.
    #[must_use]
    pub fn keep(&self, changes: Vec<LocalChange>) -> Option<Event> {
        match lock(&self.account).as_ref() {
            Some(account) => {
                self.shared.change(|queue| queue.save(account, changes));
                None
            }
            None => Some(Event::LocalDataSaved {
                messages: PendingChanges::from_changes(changes).messages(),
                error: Some("nobody is signed in".to_owned()),
            }),
        }
    }

    /// Waits until all requests were tried, at most this long.
    pub fn wait_until_idle(&self, at_most: Duration) {
        self.shared.wait_until(at_most, Queue::is_idle);
    }

    /// Completes the requests, within this time, and ends the thread. The event channel must be closed, so that the thread does
    /// not wait for room in it.
    pub fn stop(self, at_most: Duration) {
        self.shared.change(|queue| queue.is_stopping = true);
        if !self.shared.wait_until(at_most, |queue| queue.has_ended) {
            tracing::error!("the disk takes too long: some local data could not be written");
        }
    }
}

impl Drop for LocalStore {
    fn drop(&mut self) {
        self.shared.change(|queue| queue.is_stopping = true);
    }
}
