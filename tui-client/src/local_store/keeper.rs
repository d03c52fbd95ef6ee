//! The storage thread, which owns the file: it loads data, writes changes, and repeats failed writes.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::file::{DataFile, StoreError};
use super::queue::{Account, Job, PendingChanges};
use super::shared::{Shared, lock};
use crate::event::Event;

/// The wait before the first repetition of a failed write; it doubles with each further failure.
const FIRST_RETRY: Duration = Duration::from_millis(500);

/// The longest wait between repetitions.
const LONGEST_RETRY: Duration = Duration::from_secs(30);

/// The state of the storage thread, which owns the file.
pub(super) struct Keeper {
    shared: Arc<Shared>,
    file: DataFile,
    events: mpsc::Sender<Event>,
    /// Changes that could not be written yet.
    unkept: Vec<(Account, PendingChanges)>,
    /// Failed writes since the last successful one.
    failures: u32,
    /// When the next write is tried.
    retry_at: Option<Instant>,
}

impl Keeper {
    pub(super) fn new(shared: Arc<Shared>, file: DataFile, events: mpsc::Sender<Event>) -> Self {
        Self { shared, file, events, unkept: Vec::new(), failures: 0, retry_at: None }
    }

    pub(super) fn run(mut self) {
        while let Some(next) = self.next() {
            let events = match next {
                Some(Job::Load(account)) => {
                    // First, so that the loaded data include the pending changes.
                    let kept = self.retry();
                    kept.into_iter().chain([self.read(&account)]).collect()
                }
                Some(Job::Save(account, changes)) => {
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
                // The receiver is gone when the program ends; the remaining jobs are still done.
                let _ = self.events.blocking_send(event);
            }
        }
        // The last attempt for the pending changes.
        self.retry();
        self.shared.change(|queue| queue.has_ended = true);
    }

    /// Waits for the next job. Returns `Some(None)` when a failed write must be repeated, and `None` at the end.
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
        let found = self.file.load(account).map_err(|error| {
            tracing::error!(%error, "the local data could not be read");
            error.to_string()
        });
        let Account { server, username } = account.clone();
        Event::LocalDataLoaded { server, username, found }
    }

    /// Repeats the failed writes. Returns events for those that succeeded; the failures were reported before.
    fn retry(&mut self) -> Vec<Event> {
        let accounts: Vec<_> = self.unkept.iter().map(|(account, _)| account.clone()).collect();
        let tried = accounts.iter().map(|account| self.keep(account));
        tried.filter(|event| matches!(event, Event::LocalDataSaved { error: None, .. })).collect()
    }

    fn keep(&mut self, account: &Account) -> Event {
        let unkept = self.unkept.iter().find(|(other, _)| other == account).map(|(_, unkept)| unkept.clone()).unwrap_or_default();
        let messages = unkept.messages();
        match self.file.save(account, &unkept) {
            Ok(()) => {
                self.unkept.retain(|(other, _)| other != account);
                self.failures = 0;
                self.retry_at = (!self.unkept.is_empty()).then(|| Instant::now() + FIRST_RETRY);
                Event::LocalDataSaved { messages, error: None }
            }
            Err(error) => {
                self.note_failure(&error);
                Event::LocalDataSaved { messages, error: Some(error.to_string()) }
            }
        }
    }

    fn note_failure(&mut self, error: &StoreError) {
        let wait = FIRST_RETRY.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST_RETRY);
        if self.failures == 0 {
            tracing::error!(%error, "local data could not be written; the write will be repeated");
        }
        self.failures = self.failures.saturating_add(1);
        self.retry_at = Some(Instant::now() + wait);
    }
}
