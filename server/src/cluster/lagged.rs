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
    began: Instant,
    /// Over how much time the sessions are spread.
    spread: Duration,
}

impl LaggedSchedule {
    /// Events were lost: the sessions that are open soon have to be told.
    pub(super) fn note_loss(&mut self, now: Instant) {
        let due = now + DELAY;
        self.next_round = Some(self.next_round.map_or(due, |planned| planned.min(due)));
    }

    /// Returns the sessions to tell now. `sessions` lists the open ones. While disconnected, rounds follow each other.
    pub(super) fn due_sessions(
        &mut self,
        is_connected: bool,
        now: Instant,
        sessions: impl Fn() -> Vec<SessionId>,
    ) -> Vec<SessionId> {
        if self.round.is_none() && !is_connected {
            self.next_round.get_or_insert(now);
        }
        // A round that is spread over a long time is replaced after the reconnection.
        let may_begin = self.round.as_ref().is_none_or(|round| is_connected && round.spread > SPREAD);
        if may_begin && self.next_round.is_some_and(|due| due <= now) {
            self.next_round = None;
            let spread = if is_connected { SPREAD } else { DISCONNECTED_SPREAD };
            self.round = Some(Round::new(sessions(), spread, now));
        }
        let mut told = Vec::new();
        if let Some(round) = &mut self.round {
            while round.due <= now {
                round.due += STEP;
                let count = round.per_step.min(round.sessions.len());
                told.extend(round.sessions.drain(..count));
                if round.sessions.is_empty() {
                    // The next round begins when this one would have ended, even if there were few sessions.
                    if !is_connected {
                        self.next_round = Some(round.began + DISCONNECTED_SPREAD);
                    }
                    self.round = None;
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
        Self { sessions: sessions.into(), per_step, due: now, began: now, spread }
    }
}

#[cfg(test)]
mod tests {
    use super::{DELAY, DISCONNECTED_SPREAD, Duration, Instant, LaggedSchedule, SPREAD, SessionId};

    const SESSIONS: u128 = 100;

    /// When each session is told within this time, for a schedule that is asked every 100 ms.
    fn told(schedule: &mut LaggedSchedule, is_connected: bool, start: Instant, time: Duration) -> Vec<(SessionId, Duration)> {
        let mut told = Vec::new();
        let mut after = Duration::ZERO;
        while after <= time {
            let sessions = || (1..=SESSIONS).map(SessionId).collect();
            let now = schedule.due_sessions(is_connected, start + after, sessions);
            told.extend(now.into_iter().map(|session| (session, after)));
            after += Duration::from_millis(100);
        }
        told
    }

    #[test]
    fn losses_at_the_same_time_tell_each_session_once_within_seconds() {
        let (mut schedule, start) = (LaggedSchedule::default(), Instant::now());
        schedule.note_loss(start);
        schedule.note_loss(start + DELAY / 2);
        let told = told(&mut schedule, true, start, Duration::from_secs(100));
        assert_eq!(told.len() as u128, SESSIONS);
        assert!(told.iter().all(|(_, after)| *after >= DELAY && *after <= DELAY + SPREAD));
        let at_once = told.iter().filter(|(_, after)| *after == DELAY).count();
        assert_eq!(at_once, 5, "the sessions are spread");
        assert_eq!(schedule.due(), None);
    }

    #[test]
    fn every_session_is_told_regularly_while_disconnected() {
        let (mut schedule, start) = (LaggedSchedule::default(), Instant::now());
        let told = told(&mut schedule, false, start, 3 * DISCONNECTED_SPREAD);
        let of_one: Vec<_> = told.iter().filter(|(session, _)| *session == SessionId(50)).map(|(_, after)| *after).collect();
        assert_eq!(of_one.len(), 3, "{of_one:?}");
        assert!(of_one.windows(2).all(|pair| pair[1] - pair[0] <= Duration::from_secs(31)), "{of_one:?}");
    }

    #[test]
    fn a_loss_at_the_reconnection_does_not_wait_for_the_next_round() {
        let (mut schedule, start) = (LaggedSchedule::default(), Instant::now());
        told(&mut schedule, false, start, DISCONNECTED_SPREAD);
        let reconnected = start + DISCONNECTED_SPREAD;
        schedule.note_loss(reconnected);
        let told = told(&mut schedule, true, reconnected, Duration::from_secs(5));
        assert!(told.len() as u128 >= SESSIONS);
    }
}
