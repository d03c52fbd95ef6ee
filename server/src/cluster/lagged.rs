//! When sessions are told that they may have missed events (`lagged`), after which clients list their conversations again.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::SessionId;

/// How long after a loss the sessions are told. Losses at the same time, such as those of several nodes, count as one.
const DELAY: Duration = Duration::from_secs(1);

/// Over how much time the sessions are spread, so that not all clients ask at once.
const SPREAD: Duration = Duration::from_secs(2);

/// The same while the network is disconnected, when all events are lost. Then each session is told again in this interval.
pub(super) const DISCONNECTED_SPREAD: Duration = Duration::from_secs(30);

/// How often sessions are told while there are some to tell.
const STEP: Duration = Duration::from_millis(100);

/// Schedules the sessions to tell.
#[derive(Default)]
pub(super) struct LaggedSchedule {
    /// Sessions still to be told, how many at each step, and when the next step is due.
    round: Option<Round>,
    /// When another round is due.
    next_round: Option<Instant>,
}

struct Round {
    sessions: VecDeque<SessionId>,
    per_step: usize,
    due: Instant,
}

impl LaggedSchedule {
    /// Events were lost: the sessions that are open soon have to be told.
    pub(super) fn note_loss(&mut self, now: Instant) {
        self.next_round.get_or_insert(now + DELAY);
    }

    /// Returns the sessions to tell now. `sessions` lists the open ones. While disconnected, rounds follow each other.
    pub(super) fn due_sessions(
        &mut self,
        is_connected: bool,
        now: Instant,
        sessions: impl Fn() -> Vec<SessionId>,
    ) -> Vec<SessionId> {
        if self.round.is_none() {
            if !is_connected {
                self.next_round.get_or_insert(now);
            }
            if self.next_round.is_some_and(|due| due <= now) {
                self.next_round = None;
                let spread = if is_connected { SPREAD } else { DISCONNECTED_SPREAD };
                self.round = Some(Round::new(sessions(), spread, now));
            }
        }
        let mut told = Vec::new();
        if let Some(round) = &mut self.round {
            while round.due <= now {
                round.due += STEP;
                let count = round.per_step.min(round.sessions.len());
                told.extend(round.sessions.drain(..count));
                if round.sessions.is_empty() {
                    // The next round begins when this one would have ended, even if there were few sessions.
                    self.round = None;
                    if !is_connected {
                        self.next_round = Some(now + DISCONNECTED_SPREAD);
                    }
                    break;
                }
            }
        }
        told
    }

    /// When [`Self::due_sessions`] is due.
    pub(super) fn due(&self) -> Option<Instant> {
        self.round.as_ref().map(|round| round.due).or(self.next_round)
    }
}

impl Round {
    fn new(sessions: Vec<SessionId>, spread: Duration, now: Instant) -> Self {
        let steps = (spread.as_millis() / STEP.as_millis()).max(1);
        let per_step = sessions.len().div_ceil(usize::try_from(steps).unwrap_or(usize::MAX)).max(1);
        Self { sessions: sessions.into(), per_step, due: now }
    }
}
