//! The file in which this machine keeps what a crash or a restart must not lose, and the thread that writes it.
//!
//! A SQLite file, since several clients of one person may run at once and none may undo what another keeps. What cannot be
//! written waits in memory and is tried again until it can.

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

/// The file in which this machine keeps what must not be lost, behind a thread of its own: a slow disk holds up no key.
pub struct LocalStore {
    shared: Arc<Shared>,
    /// For whom changes are kept: the account that was read last.
    account: Mutex<Option<Account>>,
}

impl LocalStore {
    /// Keeps in this file, made where it is missing. What happens to it is told as [`Event::LocalDataLoaded`] and
    /// [`Event::LocalDataSaved`], in the order of what was asked.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(file: PathBuf, events: mpsc::Sender<Event>) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let keeper = Keeper::new(shared.clone(), DataFile::at(file), events);
        thread::Builder::new().name("papo-local-store".to_owned()).spawn(move || keeper.run())?;
        Ok(Self { shared, account: Mutex::default() })
    }

    /// Reads what is kept for an account of a server, and keeps for it from now on.
    pub fn read(&self, server: ServerId, username: Username) {
        let account = Account { server, username };
        *lock(&self.account) = Some(account.clone());
        self.shared.change(|queue| queue.jobs.push_back(Job::Load(account)));
    }

    /// Keeps all of these changes together. Gives what happened instead, where nobody's are kept.
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

    /// Waits until what was asked was tried, at most this long.
    pub fn wait_until_idle(&self, at_most: Duration) {
        self.shared.wait_until(at_most, Queue::is_idle);
    }

    /// Finishes what was asked, where that takes no longer than this. Whoever receives its events must have stopped, so that it
    /// waits for nobody.
    pub fn stop(self, at_most: Duration) {
        self.shared.change(|queue| queue.is_stopping = true);
        if !self.shared.wait_until(at_most, |queue| queue.has_ended) {
            tracing::error!("the disk takes too long: not everything could be kept");
        }
    }
}

impl Drop for LocalStore {
    fn drop(&mut self) {
        self.shared.change(|queue| queue.is_stopping = true);
    }
}
