//! The file in which this machine keeps what a crash or a restart must not lose, and the thread that writes it.
//!
//! A SQLite file, since several clients of one person may run at once and none may undo what another keeps. What cannot be
//! written waits in memory and is tried again until it can.

mod file;
mod queue;
#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use papo_shared::model::{ServerId, Username};
use tokio::sync::mpsc;

use crate::event::Event;
use crate::kept::Change;
use file::{KeepError, KeptFile};
use queue::{Account, Job, Queue, Unkept};

/// After a failed write it is tried again after this long at first, and then after twice as long each time.
const FIRST_RETRY: Duration = Duration::from_millis(500);
/// No retry waits longer.
const LONGEST_RETRY: Duration = Duration::from_secs(30);

/// The file in which this machine keeps what must not be lost, behind a thread of its own: a slow disk holds up no key.
pub struct LocalStore {
    shared: Arc<Shared>,
    /// For whom changes are kept: the account that was read last.
    account: Mutex<Option<Account>>,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

impl LocalStore {
    /// Keeps in this file, made where it is missing. What happens to it is told as [`Event::KeptFound`] and
    /// [`Event::Kept`], in the order of what was asked.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(file: PathBuf, events: mpsc::Sender<Event>) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let keeper =
            Keeper { shared: shared.clone(), file: KeptFile::at(file), events, unkept: Vec::new(), failures: 0, retry_at: None };
        thread::Builder::new().name("papo-local-store".to_owned()).spawn(move || keeper.run())?;
        Ok(Self { shared, account: Mutex::default() })
    }

    /// Reads what is kept for an account of a server, and keeps for it from now on.
    pub fn read(&self, server: ServerId, username: Username) {
        let account = Account { server, username };
        *lock(&self.account) = Some(account.clone());
        self.shared.change(|queue| queue.jobs.push_back(Job::Read(account)));
    }

    /// Keeps all of these changes together. Gives what happened instead, where nobody's are kept.
    #[must_use]
    pub fn keep(&self, changes: Vec<Change>) -> Option<Event> {
        match lock(&self.account).as_ref() {
            Some(account) => {
                self.shared.change(|queue| queue.keep(account, changes));
                None
            }
            None => {
                Some(Event::Kept { messages: Unkept::of(changes).messages(), trouble: Some("nobody is signed in".to_owned()) })
            }
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

impl Shared {
    fn change(&self, change: impl FnOnce(&mut Queue)) {
        change(&mut lock(&self.queue));
        self.changed.notify_all();
    }

    /// Waits until this is so, at most this long. Returns whether it is.
    fn wait_until(&self, at_most: Duration, is_so: impl Fn(&Queue) -> bool) -> bool {
        let waited = self.changed.wait_timeout_while(lock(&self.queue), at_most, |queue| !is_so(queue));
        is_so(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread that has the file.
struct Keeper {
    shared: Arc<Shared>,
    file: KeptFile,
    events: mpsc::Sender<Event>,
    /// What could not be written yet.
    unkept: Vec<(Account, Unkept)>,
    /// Failed writes in a row.
    failures: u32,
    /// When it is tried again.
    retry_at: Option<Instant>,
}

impl Keeper {
    fn run(mut self) {
        while let Some(next) = self.next() {
            let events = match next {
                Some(Job::Read(account)) => {
                    // What is found then has it in it, if it can be written at all.
                    let kept = self.retry();
                    kept.into_iter().chain([self.read(&account)]).collect()
                }
                Some(Job::Keep(account, changes)) => {
                    match self.unkept.iter_mut().find(|(other, _)| *other == account) {
                        Some((_, earlier)) => earlier.merge(changes),
                        None => self.unkept.push((account.clone(), changes)),
                    }
                    vec![self.keep(&account)]
                }
                None => self.retry(),
            };
            self.shared.change(|queue| queue.is_busy = false);
            for event in events {
                // Nobody listens any more: the program ends, and what waits is kept all the same.
                let _ = self.events.blocking_send(event);
            }
        }
        // The last chance of what could not be written yet.
        self.retry();
        self.shared.change(|queue| queue.has_ended = true);
    }

    /// Waits for the next job, or (`Some(None)`) for the time to try again; once more at the end, which is `None`.
    fn next(&self) -> Option<Option<Job>> {
        let mut queue = lock(&self.shared.queue);
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                queue.is_busy = true;
                return Some(Some(job));
            }
            if queue.is_stopping {
                return None;
            }
            let changed = &self.shared.changed;
            queue = match self.retry_at.map(|at| at.saturating_duration_since(Instant::now())) {
                None => changed.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => {
                    queue.is_busy = true;
                    return Some(None);
                }
                Some(left) => changed.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
    }

    fn read(&mut self, account: &Account) -> Event {
        let found = self.file.read(account).map_err(|error| {
            tracing::error!(%error, "what was kept could not be read");
            error.to_string()
        });
        let Account { server, username } = account.clone();
        Event::KeptFound { server, username, found }
    }

    /// Tries everything again that could not be written. Tells of what could be by now; that it still cannot was told.
    fn retry(&mut self) -> Vec<Event> {
        let accounts: Vec<_> = self.unkept.iter().map(|(account, _)| account.clone()).collect();
        let tried = accounts.iter().map(|account| self.keep(account));
        tried.filter(|event| matches!(event, Event::Kept { trouble: None, .. })).collect()
    }

    fn keep(&mut self, account: &Account) -> Event {
        let unkept = self.unkept.iter().find(|(other, _)| other == account).map(|(_, unkept)| unkept.clone()).unwrap_or_default();
        let messages = unkept.messages();
        match self.file.keep(account, &unkept) {
            Ok(()) => {
                self.unkept.retain(|(other, _)| other != account);
                self.failures = 0;
                self.retry_at = (!self.unkept.is_empty()).then(|| Instant::now() + FIRST_RETRY);
                Event::Kept { messages, trouble: None }
            }
            Err(error) => {
                self.note_failure(&error);
                Event::Kept { messages, trouble: Some(error.to_string()) }
            }
        }
    }

    fn note_failure(&mut self, error: &KeepError) {
        let wait = FIRST_RETRY.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST_RETRY);
        if self.failures == 0 {
            tracing::error!(%error, "could not keep what must not be lost; it is tried again");
        }
        self.failures = self.failures.saturating_add(1);
        self.retry_at = Some(Instant::now() + wait);
    }
}
