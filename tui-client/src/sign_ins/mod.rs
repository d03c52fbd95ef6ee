//! Where a sign-in is kept for the next start: the system's keyring where there is one, and else a file that only its owner
//! can read.
//!
//! A keyring may ask the person to open it, and a broken one may never answer: so nobody waits for it but a thread of its
//! own, and what it did not take by the end goes to the file.

mod system;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::device_token::{DeviceToken, KeptIn};
use crate::event::Event;
use crate::keyed_file::KeyedFile;
pub use system::SystemKeyring;

/// How long leaving the program waits for the keyring.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// Most jobs that wait for the keyring. When it is full the keyring is stuck, and the file takes what it would have.
const JOB_QUEUE: usize = 8;

/// The boundary to the system's keyring: secrets by key. Each call may take as long as a person needs to open it.
pub trait Keyring: Send {
    /// The secret of a key.
    ///
    /// # Errors
    /// Where there is no keyring, or it stays closed.
    fn get(&self, key: &str) -> Result<Option<String>, NoKeyring>;
    /// Gives a key a secret.
    ///
    /// # Errors
    /// Where there is no keyring, or it stays closed.
    fn set(&self, key: &str, secret: &str) -> Result<(), NoKeyring>;
    /// Takes a key's secret away, if it has one.
    ///
    /// # Errors
    /// Where there is no keyring, or it stays closed.
    fn remove(&self, key: &str) -> Result<(), NoKeyring>;
}

/// There is no keyring here, or it stays closed; what it said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no keyring: {0}")]
pub struct NoKeyring(pub String);

/// The sign-in to the server of this key, where one is kept. Looking moves nothing; it takes as long as the keyring does.
///
/// # Errors
/// Where the file is there and cannot be read.
pub fn find(keyring: &impl Keyring, file: &Path, key: &str) -> io::Result<Option<DeviceToken>> {
    // The file first: it answers at once.
    if let Some(token) = (SignInFile { path: file.to_owned(), key: key.to_owned() }).get()? {
        return Ok(Some(token));
    }
    let in_keyring = keyring.get(key).unwrap_or_else(|error| {
        tracing::info!(%error, "sign-ins are kept in the file, and there is none");
        None
    });
    Ok(in_keyring.map(DeviceToken))
}

/// The sign-in to one server, kept for the next start.
pub struct SignIns {
    jobs: SyncSender<Job>,
    /// Ends with the thread.
    ended: Receiver<()>,
    file: SignInFile,
    /// What was asked last and is not done.
    undone: Arc<Mutex<Option<Job>>>,
}

#[derive(Clone, PartialEq, Eq)]
enum Job {
    Read,
    Keep(DeviceToken),
    Forget,
}

/// The file, and what this server is kept by in it, as in the keyring.
#[derive(Clone)]
struct SignInFile {
    path: PathBuf,
    key: String,
}

impl SignIns {
    /// Keeps the sign-in to the server of this key. What is found is told as [`Event::SignInFound`], where it is kept as
    /// [`Event::SignInKept`].
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(keyring: impl Keyring + 'static, file: PathBuf, key: String, events: mpsc::Sender<Event>) -> io::Result<Self> {
        let (jobs, waiting) = sync_channel(JOB_QUEUE);
        let (ending, ended) = sync_channel(0);
        let file = SignInFile { path: file, key };
        let undone = Arc::new(Mutex::new(None));
        let keeper = Keeper { keyring, file: file.clone(), events };
        let last = undone.clone();
        thread::Builder::new().name("papo-sign-ins".to_owned()).spawn(move || {
            for job in waiting {
                keeper.perform(&job);
                last.lock().unwrap_or_else(PoisonError::into_inner).take_if(|undone| *undone == job);
            }
            drop(ending);
        })?;
        Ok(Self { jobs, ended, file, undone })
    }

    /// Looks for a sign-in that was kept.
    pub fn read(&self) {
        self.give(Job::Read);
    }

    /// Keeps this one.
    pub fn keep(&self, token: DeviceToken) {
        self.give(Job::Keep(token));
    }

    /// Keeps none.
    pub fn forget(&self) {
        self.give(Job::Forget);
    }

    /// Finishes what was asked, where the keyring answers; what it does not take goes to the file.
    pub fn stop(self) {
        drop(self.jobs);
        let is_stuck = self.ended.recv_timeout(LAST_PATIENCE) == Err(RecvTimeoutError::Timeout);
        let undone = self.undone.lock().unwrap_or_else(PoisonError::into_inner).take();
        let kept = match undone.filter(|_| is_stuck) {
            Some(Job::Keep(token)) => self.file.set(Some(&token)),
            Some(Job::Forget) => self.file.set(None),
            Some(Job::Read) | None => Ok(()),
        };
        if let Err(error) = kept {
            tracing::error!(%error, "the sign-in could not be kept");
        }
    }

    fn give(&self, job: Job) {
        *self.undone.lock().unwrap_or_else(PoisonError::into_inner) = Some(job.clone());
        // Where the queue is full, the last that was asked is done on leaving.
        let _ = self.jobs.try_send(job);
    }
}

/// Does what is asked, in its order, on a thread of its own.
struct Keeper<K> {
    keyring: K,
    file: SignInFile,
    events: mpsc::Sender<Event>,
}

impl<K: Keyring> Keeper<K> {
    fn perform(&self, job: &Job) {
        match job {
            Job::Read => self.read(),
            Job::Keep(token) => self.tell(Event::SignInKept(self.keep(token))),
            Job::Forget => self.forget(),
        }
    }

    /// The file first: it answers at once. What it has moves to a keyring that is there by now.
    fn read(&self) {
        match self.file.get() {
            Ok(Some(token)) => {
                self.tell(Event::SignInFound(token.clone(), KeptIn::File(self.file.path.clone())));
                if self.keep_in_keyring(&token).is_ok() {
                    self.tell(Event::SignInKept(KeptIn::Keyring));
                }
            }
            Ok(None) => match self.keyring.get(&self.file.key) {
                Ok(Some(token)) => self.tell(Event::SignInFound(DeviceToken(token), KeptIn::Keyring)),
                Ok(None) => {}
                Err(error) => tracing::info!(%error, "sign-ins are kept in the file"),
            },
            Err(error) => self.tell(Event::SignInKept(KeptIn::Nowhere(error.to_string()))),
        }
    }

    fn keep(&self, token: &DeviceToken) -> KeptIn {
        let Err(error) = self.keep_in_keyring(token) else { return KeptIn::Keyring };
        tracing::info!(%error, "the sign-in is kept in the file");
        match self.file.set(Some(token)) {
            Ok(()) => KeptIn::File(self.file.path.clone()),
            Err(error) => KeptIn::Nowhere(error.to_string()),
        }
    }

    /// The file lets go of it only once the keyring gives it back.
    fn keep_in_keyring(&self, token: &DeviceToken) -> Result<(), NoKeyring> {
        self.keyring.set(&self.file.key, &token.0)?;
        if self.keyring.get(&self.file.key)?.as_ref() != Some(&token.0) {
            return Err(NoKeyring("it gives back something else".to_owned()));
        }
        if let Err(error) = self.file.set(None) {
            tracing::error!(%error, "the sign-in stands in the file as well");
        }
        Ok(())
    }

    fn forget(&self) {
        if let Err(error) = self.file.set(None) {
            tracing::error!(%error, "the sign-in could not be forgotten");
        }
        if let Err(error) = self.keyring.remove(&self.file.key) {
            tracing::info!(%error, "nothing to forget in the keyring");
        }
    }

    fn tell(&self, event: Event) {
        // Nobody listens any more where the program ends.
        let _ = self.events.blocking_send(event);
    }
}

impl SignInFile {
    fn get(&self) -> io::Result<Option<DeviceToken>> {
        Ok(KeyedFile::at(&self.path).get(&self.key)?.map(DeviceToken))
    }

    fn set(&self, token: Option<&DeviceToken>) -> io::Result<()> {
        let file = KeyedFile::at(&self.path);
        // Nothing to take away leaves the file as it is, also where there is none.
        if token.is_none() && file.get(&self.key)?.is_none() {
            Ok(())
        } else {
            file.set(&self.key, token.map(|token| token.0.as_str()))
        }
    }
}
