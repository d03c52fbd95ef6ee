//! Stores sign-ins for the next start: in the system's keyring if there is one, or else in a file readable by its owner only.
//!
//! A keyring may ask the user to unlock it, and a broken one may never reply. Therefore only a dedicated thread waits for it, and
//! changes that it did not make before the exit go to the file.

mod keyring;
mod stored;
mod system;

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{io, thread};

use papo_shared::model::{ServerId, Username};
use tokio::sync::mpsc;

pub use self::keyring::{Keyring, KeyringError};
use self::stored::Entries;
pub use self::stored::StoredSignIns;
pub use self::system::SystemKeyring;
use crate::device_token::{DeviceToken, Lookup, TokenLocation};
use crate::event::Event;

/// How long exiting waits for the keyring.
const EXIT_TIMEOUT: Duration = Duration::from_secs(2);

/// Capacity of the job queue. When it is full, the keyring hangs, and further changes go to the file at the exit.
const JOB_QUEUE: usize = 8;

/// A handle to the thread that stores the sign-ins for one server address.
pub struct SignIns {
    jobs: SyncSender<Job>,
    /// Disconnected when the thread ends.
    ended: Receiver<()>,
    entries: Entries,
    /// The requested changes that are not done yet, at most one for each account.
    pending: Arc<Mutex<Vec<Job>>>,
}

#[derive(Clone, PartialEq, Eq)]
enum Job {
    Find(ServerId),
    Store(ServerId, Username, DeviceToken),
    Remove(ServerId, Option<Username>),
}

impl Job {
    /// The account that the job changes; `None` if it changes nothing.
    fn account(&self) -> Option<(ServerId, Option<&Username>)> {
        match self {
            Self::Find(_) => None,
            Self::Store(server, username, _) => Some((*server, Some(username))),
            Self::Remove(server, username) => Some((*server, username.as_ref())),
        }
    }
}

impl SignIns {
    /// Starts the thread. Lookups are answered by [`Event::SignInLookedUp`], and stored sign-ins by [`Event::SignInStored`].
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn start(stored: StoredSignIns<impl Keyring + 'static>, events: mpsc::Sender<Event>) -> io::Result<Self> {
        let (jobs, queue) = sync_channel(JOB_QUEUE);
        let (ending, ended) = sync_channel(0);
        let entries = stored.entries.clone();
        let pending = Arc::new(Mutex::new(Vec::new()));
        let worker = Worker { stored, events };
        let unfinished = pending.clone();
        thread::Builder::new().name("papo-sign-ins".to_owned()).spawn(move || {
            for job in queue {
                worker.perform(&job);
                unfinished.lock().unwrap_or_else(PoisonError::into_inner).retain(|pending| *pending != job);
            }
            drop(ending);
        })?;
        Ok(Self { jobs, ended, entries, pending })
    }

    /// Looks up the sign-in for this server.
    pub fn find(&self, server: ServerId) {
        self.enqueue(Job::Find(server));
    }

    /// Stores a sign-in in the background.
    pub fn store(&self, server: ServerId, username: Username, token: DeviceToken) {
        self.enqueue(Job::Store(server, username, token));
    }

    /// Removes a sign-in, see [`StoredSignIns::remove`].
    pub fn remove(&self, server: ServerId, username: Option<Username>) {
        self.enqueue(Job::Remove(server, username));
    }

    /// Completes the pending changes. If the keyring hangs, they are made in the file.
    pub fn stop(self) {
        drop(self.jobs);
        let is_stuck = self.ended.recv_timeout(EXIT_TIMEOUT) == Err(RecvTimeoutError::Timeout);
        let pending = std::mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner));
        for job in pending.into_iter().filter(|_| is_stuck) {
            let result = match job {
                Job::Store(server, username, token) => self.entries.store(server, &username, &token, true),
                Job::Remove(server, username) => self.entries.remove(server, username.as_ref()),
                Job::Find(_) => Ok(()),
            };
            if let Err(error) = result {
                tracing::error!(%error, "the sign-in could not be stored");
            }
        }
    }

    /// Hands a job to the thread. A change replaces a pending one of the same account.
    fn enqueue(&self, job: Job) {
        if job.account().is_some() {
            let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
            pending.retain(|other| other.account() != job.account());
            pending.push(job.clone());
        }
        // If the queue is full, changes are made at the exit.
        let _ = self.jobs.try_send(job);
    }
}

/// Performs the jobs in order, on the thread.
struct Worker<K> {
    stored: StoredSignIns<K>,
    events: mpsc::Sender<Event>,
}

impl<K: Keyring> Worker<K> {
    fn perform(&self, job: &Job) {
        match job {
            Job::Find(server) => self.find(*server),
            Job::Store(server, username, token) => self.send(Event::SignInStored(self.stored.store(*server, username, token))),
            Job::Remove(server, username) => self.stored.remove(*server, username.as_ref()),
        }
    }

    fn find(&self, server: ServerId) {
        let found = self.stored.find(server).map_err(|error| error.to_string());
        self.send(Event::SignInLookedUp(server, found.clone()));
        if let Ok(Lookup::Found(stored)) = found
            && matches!(stored.token_location, TokenLocation::File(_))
            && self.stored.move_to_keyring(&stored).is_ok()
        {
            self.send(Event::SignInStored(TokenLocation::Keyring));
        }
    }

    fn send(&self, event: Event) {
        // The receiver is gone when the program ends.
        let _ = self.events.blocking_send(event);
    }
}
