//! Where sign-ins are stored for the next start: the system's keyring where there is one, and else a file that only its owner
//! can read.
//!
//! A keyring may ask the person to open it, and a broken one may never answer: so nobody waits for it but a thread of its
//! own, and what it did not take by the end goes to the file.

mod keyring;
mod stored;
mod system;

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{io, thread};

use papo_shared::model::{ServerId, Username};
use tokio::sync::mpsc;

pub use self::keyring::{Keyring, NoKeyring};
use self::stored::Entries;
pub use self::stored::StoredSignIns;
pub use self::system::SystemKeyring;
use crate::device_token::{DeviceToken, KeptIn, Lookup};
use crate::event::Event;

/// How long leaving the program waits for the keyring.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// Most jobs that wait for the keyring. When it is full the keyring is stuck, and the file takes what it would have.
const JOB_QUEUE: usize = 8;

/// The stored sign-ins at one address, behind a thread of their own.
pub struct SignIns {
    jobs: SyncSender<Job>,
    /// Ends with the thread.
    ended: Receiver<()>,
    entries: Entries,
    /// The changes that were asked for and are not made, at most one for each account.
    undone: Arc<Mutex<Vec<Job>>>,
}

#[derive(Clone, PartialEq, Eq)]
enum Job {
    Find(ServerId),
    Keep(ServerId, Username, DeviceToken),
    Forget(ServerId, Option<Username>),
}

impl Job {
    /// The account it changes something for.
    fn account(&self) -> Option<(ServerId, Option<&Username>)> {
        match self {
            Self::Find(_) => None,
            Self::Keep(server, username, _) => Some((*server, Some(username))),
            Self::Forget(server, username) => Some((*server, username.as_ref())),
        }
    }
}

impl SignIns {
    /// Starts the thread. What is found is told as [`Event::SignInLookedUp`], where a sign-in is kept as [`Event::SignInKept`].
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(stored: StoredSignIns<impl Keyring + 'static>, events: mpsc::Sender<Event>) -> io::Result<Self> {
        let (jobs, waiting) = sync_channel(JOB_QUEUE);
        let (ending, ended) = sync_channel(0);
        let entries = stored.entries.clone();
        let undone = Arc::new(Mutex::new(Vec::new()));
        let keeper = Keeper { stored, events };
        let left = undone.clone();
        thread::Builder::new().name("papo-sign-ins".to_owned()).spawn(move || {
            for job in waiting {
                keeper.perform(&job);
                left.lock().unwrap_or_else(PoisonError::into_inner).retain(|undone| *undone != job);
            }
            drop(ending);
        })?;
        Ok(Self { jobs, ended, entries, undone })
    }

    /// Looks for a sign-in to this server.
    pub fn find(&self, server: ServerId) {
        self.give(Job::Find(server));
    }

    /// Stores a sign-in to this server.
    pub fn keep(&self, server: ServerId, username: Username, token: DeviceToken) {
        self.give(Job::Keep(server, username, token));
    }

    /// Removes a sign-in to this server: see [`StoredSignIns::forget`].
    pub fn forget(&self, server: ServerId, username: Option<Username>) {
        self.give(Job::Forget(server, username));
    }

    /// Finishes what was asked, where the keyring answers; what it does not take goes to the file.
    pub fn stop(self) {
        drop(self.jobs);
        let is_stuck = self.ended.recv_timeout(LAST_PATIENCE) == Err(RecvTimeoutError::Timeout);
        let undone = std::mem::take(&mut *self.undone.lock().unwrap_or_else(PoisonError::into_inner));
        for job in undone.into_iter().filter(|_| is_stuck) {
            let done = match job {
                Job::Keep(server, username, token) => self.entries.keep(server, &username, &token, true),
                Job::Forget(server, username) => self.entries.forget(server, username.as_ref()),
                Job::Find(_) => Ok(()),
            };
            if let Err(error) = done {
                tracing::error!(%error, "the sign-in could not be kept");
            }
        }
    }

    fn give(&self, job: Job) {
        if job.account().is_some() {
            let mut undone = self.undone.lock().unwrap_or_else(PoisonError::into_inner);
            undone.retain(|other| other.account() != job.account());
            undone.push(job.clone());
        }
        // Where the queue is full, changes are made on leaving.
        let _ = self.jobs.try_send(job);
    }
}

/// Does what is asked, in its order, on a thread of its own.
struct Keeper<K> {
    stored: StoredSignIns<K>,
    events: mpsc::Sender<Event>,
}

impl<K: Keyring> Keeper<K> {
    fn perform(&self, job: &Job) {
        match job {
            Job::Find(server) => self.find(*server),
            Job::Keep(server, username, token) => self.tell(Event::SignInKept(self.stored.keep(*server, username, token))),
            Job::Forget(server, username) => self.stored.forget(*server, username.as_ref()),
        }
    }

    fn find(&self, server: ServerId) {
        let found = self.stored.find(server).map_err(|error| error.to_string());
        self.tell(Event::SignInLookedUp(server, found.clone()));
        if let Ok(Lookup::Found(stored)) = found
            && matches!(stored.kept_in, KeptIn::File(_))
            && self.stored.move_to_keyring(&stored).is_ok()
        {
            self.tell(Event::SignInKept(KeptIn::Keyring));
        }
    }

    fn tell(&self, event: Event) {
        // Nobody listens any more where the program ends.
        let _ = self.events.blocking_send(event);
    }
}
