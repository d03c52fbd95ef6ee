//! Registry of the open connections, for administration and metrics.
//!
//! Deliberately absent: delivering events to sessions (see `bus`) and users' presence (see `presence`).

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use papo_shared::model::{Timestamp, Username};
use papo_shared::protocol::{Event, Goodbye, GoodbyeReason};
use serde::{Deserialize, Serialize};

use crate::domain::{BannedNetwork, SessionId};
use crate::send_queue::{SendQueue, Waiting};

/// Registry of all open sessions. Cloning gives another handle.
#[derive(Clone, Default)]
pub(crate) struct OpenSessions {
    by_id: Arc<Mutex<BTreeMap<SessionId, Open>>>,
}

struct Open {
    peer: IpAddr,
    since: Timestamp,
    account: Option<Username>,
    queue: SendQueue,
}

/// Snapshot of an open session.
#[derive(Clone, Debug)]
pub(crate) struct OpenSession {
    pub(crate) id: SessionId,
    pub(crate) peer: IpAddr,
    /// When the connection was accepted.
    pub(crate) since: Timestamp,
    /// The signed-in account; `None` before sign-in.
    pub(crate) account: Option<Username>,
    /// State of its send queue.
    pub(crate) waiting: Waiting,
}

/// Totals over all open sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SessionTotals {
    pub(crate) open: usize,
    pub(crate) signed_in: usize,
    /// Number of sessions that receive no live events until their queue is written.
    pub(crate) lagging: usize,
    /// Bytes waiting in all send queues.
    pub(crate) send_queue_bytes: usize,
}

/// A session's entry in the registry, removed when dropped.
pub(crate) struct SessionEntry {
    id: SessionId,
    sessions: OpenSessions,
}

impl OpenSessions {
    /// Registers a session that has not signed in yet. `peer` is its address, and `since` the time of its connection.
    pub(crate) fn list(&self, id: SessionId, peer: IpAddr, since: Timestamp, queue: SendQueue) -> SessionEntry {
        self.lock().insert(id, Open { peer, since, account: None, queue });
        SessionEntry { id, sessions: self.clone() }
    }

    /// Snapshots of all sessions, oldest first.
    pub(crate) fn all(&self) -> Vec<OpenSession> {
        let all = self.lock();
        let seen = all.iter().map(|(id, open)| OpenSession {
            id: *id,
            peer: open.peer,
            since: open.since,
            account: open.account.clone(),
            waiting: open.queue.waiting(),
        });
        seen.collect()
    }

    /// Totals over all sessions.
    pub(crate) fn totals(&self) -> SessionTotals {
        let mut totals = SessionTotals::default();
        for open in self.lock().values() {
            let waiting = open.queue.waiting();
            totals.open += 1;
            totals.signed_in += usize::from(open.account.is_some());
            totals.lagging += usize::from(waiting.lagging);
            totals.send_queue_bytes += waiting.bytes;
        }
        totals
    }

    /// Whether a session with this number is open.
    pub(crate) fn has(&self, number: u64) -> bool {
        self.lock().keys().any(|id| id.number() == number)
    }

    /// Closes the session with this number. Returns false if there is none. The numbers are unique here, because all ids of the
    /// registry come from the same process.
    pub(crate) fn close(&self, number: u64) -> bool {
        let all = self.lock();
        let Some((_, open)) = all.iter().find(|(id, _)| id.number() == number) else { return false };
        open.queue.close(Goodbye { reason: GoodbyeReason::Other, come_back_ms: None });
        true
    }

    /// Closes the sessions from this network after telling them why. Returns their number.
    pub(crate) fn close_network(&self, network: BannedNetwork, notice: &Event) -> usize {
        let all = self.lock();
        let of_network = all.values().filter(|open| network.contains(open.peer));
        let close = |open: &Open| {
            open.queue.push_notice(notice);
            open.queue.close(Goodbye { reason: GoodbyeReason::Other, come_back_ms: None });
        };
        of_network.map(close).count()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<SessionId, Open>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SessionEntry {
    /// Records the account that signed in.
    pub(crate) fn signed_in(&self, account: Username) {
        if let Some(open) = self.sessions.lock().get_mut(&self.id) {
            open.account = Some(account);
        }
    }
}

impl Drop for SessionEntry {
    fn drop(&mut self) {
        self.sessions.lock().remove(&self.id);
    }
}
