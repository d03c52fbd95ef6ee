//! The connections that are open, for whoever looks after the server.
//!
//! Deliberately absent: how they are reached (see `bus`) and who is here (see `presence`), which are about people.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use papo_shared::model::Username;

use crate::domain::SessionId;
use crate::send_queue::{SendQueue, Waiting};

/// All open sessions. Cloning gives another handle.
#[derive(Clone, Default)]
pub(crate) struct OpenSessions {
    by_id: Arc<Mutex<BTreeMap<SessionId, Open>>>,
}

struct Open {
    account: Option<Username>,
    queue: SendQueue,
}

/// One of them, as it is now.
#[derive(Clone, Debug)]
pub(crate) struct OpenSession {
    /// Whose; none before the sign-in.
    pub(crate) account: Option<Username>,
    /// What waits for its socket.
    pub(crate) waiting: Waiting,
}

/// A session's place in the list, given back when the session ends, however it does.
pub(crate) struct Listed {
    id: SessionId,
    sessions: OpenSessions,
}

impl OpenSessions {
    /// Lists a session.
    pub(crate) fn list(&self, id: SessionId, queue: SendQueue) -> Listed {
        self.lock().insert(id, Open { account: None, queue });
        Listed { id, sessions: self.clone() }
    }

    /// All of them, the oldest first.
    pub(crate) fn all(&self) -> Vec<OpenSession> {
        let all = self.lock();
        all.values().map(|open| OpenSession { account: open.account.clone(), waiting: open.queue.waiting() }).collect()
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
