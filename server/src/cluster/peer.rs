//! What this node knows of another one.

use std::collections::BTreeMap;
use std::mem;

use tokio::time::Instant;

use super::frame::{Position, SessionState};
use super::incoming::Incoming;

/// Maximum number of sessions of a node. More are ignored.
const MAX_SESSIONS: usize = 1_000_000;

/// Another node of the community.
pub(super) struct Peer {
    /// Its name, if it announced itself.
    pub(super) name: Option<String>,
    /// When anything was last received from it.
    pub(super) heard_at: Instant,
    pub(super) incoming: Incoming,
    /// Position of the last frame of the stream to it.
    sent: Position,
    sessions: BTreeMap<u64, SessionState>,
    /// The part of a snapshot that was received so far.
    snapshot: BTreeMap<u64, SessionState>,
}

impl Peer {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            name: None,
            heard_at: now,
            incoming: Incoming::default(),
            sent: Position { stream: 0, number: 0 },
            sessions: BTreeMap::new(),
            snapshot: BTreeMap::new(),
        }
    }

    /// Starts another stream to it.
    pub(super) fn start_stream(&mut self, stream: u64) {
        self.sent = Position { stream, number: 0 };
    }

    /// The position of the next frame of the stream to it.
    pub(super) fn next_position(&mut self) -> Position {
        self.sent.number += 1;
        self.sent
    }

    /// The position of the last frame that was sent to it.
    pub(super) fn last_position(&self) -> Position {
        self.sent
    }

    /// Its sessions by number.
    pub(super) fn sessions(&self) -> &BTreeMap<u64, SessionState> {
        &self.sessions
    }

    /// Whether no further session is recorded.
    pub(super) fn is_full(&self) -> bool {
        self.sessions.len() >= MAX_SESSIONS
    }

    /// Records a session. Returns its previous state; `None` if it is new.
    pub(super) fn set_session(&mut self, state: SessionState) -> Option<SessionState> {
        match self.sessions.get_mut(&state.session) {
            // The account and the device of a session never change.
            Some(known) => Some(mem::replace(known, SessionState { away: state.away, ..*known })),
            None => self.sessions.insert(state.session, state),
        }
    }

    /// Removes a session and returns it, if it was known.
    pub(super) fn remove_session(&mut self, number: u64) -> Option<SessionState> {
        self.sessions.remove(&number)
    }

    /// Adds a part of a snapshot. Returns the snapshot once it is complete.
    pub(super) fn add_to_snapshot(
        &mut self,
        sessions: Vec<SessionState>,
        continues: bool,
    ) -> Option<BTreeMap<u64, SessionState>> {
        let known = self.snapshot.len();
        let parts = sessions.into_iter().take(MAX_SESSIONS.saturating_sub(known));
        self.snapshot.extend(parts.map(|state| (state.session, state)));
        (!continues && !self.incoming.is_broken()).then(|| mem::take(&mut self.snapshot))
    }

    /// Discards a snapshot of which a part was lost.
    pub(super) fn discard_snapshot(&mut self) {
        self.snapshot.clear();
    }
}
