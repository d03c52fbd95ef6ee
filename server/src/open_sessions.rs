//! The connections that are open, for whoever looks after the server.
//!
//! Deliberately absent: how they are reached (see `bus`) and who is here (see `presence`), which are about people.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use papo_shared::model::{Timestamp, Username};
use papo_shared::protocol::{Goodbye, GoodbyeReason};
use serde::{Deserialize, Serialize};

use crate::domain::SessionId;
use crate::send_queue::{SendQueue, Waiting};

/// All open sessions. Cloning gives another handle.
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

/// One of them, as it is now.
#[derive(Clone, Debug)]
pub(crate) struct OpenSession {
    /// Which one.
    pub(crate) id: SessionId,
    /// From where.
    pub(crate) peer: IpAddr,
    /// When it began.
    pub(crate) since: Timestamp,
    /// Whose; none before the sign-in.
    pub(crate) account: Option<Username>,
    /// What waits for its socket.
    pub(crate) waiting: Waiting,
}

/// How it is with all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SessionTotals {
    /// All of them.
    pub(crate) open: usize,
    /// Those that are somebody's.
    pub(crate) signed_in: usize,
    /// Those that get no live events until they have read what waits.
    pub(crate) lagging: usize,
    /// Bytes that wait for them.
    pub(crate) send_queue_bytes: usize,
}

/// A session's place in the list, given back when the session ends, however it does.
pub(crate) struct Listed {
    id: SessionId,
    sessions: OpenSessions,
}

impl OpenSessions {
    /// Lists a session.
    pub(crate) fn list(&self, id: SessionId, peer: IpAddr, since: Timestamp, queue: SendQueue) -> Listed {
        self.lock().insert(id, Open { peer, since, account: None, queue });
        Listed { id, sessions: self.clone() }
    }

    /// All of them, the oldest first.
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

    /// All of them together.
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

    /// Whether there is such a session.
    pub(crate) fn has(&self, id: SessionId) -> bool {
        self.lock().contains_key(&id)
    }

    /// Closes one. False where there is no such session.
    pub(crate) fn close(&self, id: SessionId) -> bool {
        let all = self.lock();
        let Some(open) = all.get(&id) else { return false };
        open.queue.close(Goodbye { reason: GoodbyeReason::Other, come_back_ms: None });
        true
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<SessionId, Open>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listed {
    /// From here on it is somebody's.
    pub(crate) fn signed_in(&self, account: Username) {
        if let Some(open) = self.sessions.lock().get_mut(&self.id) {
            open.account = Some(account);
        }
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.sessions.lock().remove(&self.id);
    }
}
