//! Presence on a server that is alone.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use papo_shared::model::{DeviceId, Timestamp};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Change, Presence};
use crate::domain::{AccountId, SessionId};

/// A [`Presence`] without a network.
pub struct InProcessPresence {
    state: Mutex<State>,
    /// Something changed that [`Presence::changes`] has to look at.
    changed: Notify,
    /// How long somebody stays online without a session.
    grace: Duration,
    /// How long changes are gathered.
    tick: Duration,
}

#[derive(Default)]
struct State {
    here: HashMap<AccountId, Here>,
    /// Those whose presence may have changed since it was last told.
    changed: BTreeSet<AccountId>,
    /// Those without a session, by when they count as gone.
    leaving: BTreeSet<(Instant, AccountId)>,
}

/// Somebody who is online, or was when it was last told.
#[derive(Default)]
struct Here {
    sessions: Vec<Open>,
    /// Since when there is no session.
    gone: Option<(Instant, Timestamp)>,
    /// Whether they were away when they last had a session.
    was_away: bool,
    /// What the others were told: that they are online, and whether away. None where they were told nothing, or what they were
    /// told is not all there is to tell.
    told: Option<bool>,
}

/// A session of somebody.
struct Open {
    session: SessionId,
    device: DeviceId,
    away: bool,
}

impl Here {
    fn is_away(&self) -> bool {
        if self.sessions.is_empty() { self.was_away } else { self.sessions.iter().all(|open| open.away) }
    }
}

impl InProcessPresence {
    /// Nobody is here yet.
    #[must_use]
    pub fn new(grace: Duration, tick: Duration) -> Self {
        Self { state: Mutex::default(), changed: Notify::new(), grace, tick }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody may not be as they were told.
    fn look_at(&self, mut state: MutexGuard<'_, State>, account: AccountId) {
        state.changed.insert(account);
        drop(state);
        self.changed.notify_one();
    }
}

impl State {
    /// Moves those whose grace is over to those who changed, and says when the next one's is.
    fn let_go(&mut self, now: Instant) -> Option<Instant> {
        while let Some(&(until, account)) = self.leaving.first() {
            if until > now {
                return Some(until);
            }
            self.leaving.pop_first();
            self.changed.insert(account);
        }
        None
    }

    fn take_changes(&mut self) -> Vec<Change> {
        let changed = std::mem::take(&mut self.changed);
        changed.into_iter().filter_map(|account| self.change_of(account)).collect()
    }

    fn change_of(&mut self, account: AccountId) -> Option<Change> {
        let here = self.here.get_mut(&account)?;
        match here.gone {
            // Gone, and the grace is over.
            Some((until, at)) if !self.leaving.contains(&(until, account)) => {
                self.here.remove(&account);
                Some(Change { account, gone_since: Some(at), away: false })
            }
            _ => {
                let away = here.is_away();
                let is_news = here.told != Some(away);
                here.told = Some(away);
                is_news.then_some(Change { account, gone_since: None, away })
            }
        }
    }
}

#[async_trait]
impl Presence for InProcessPresence {
    fn arrived(&self, account: AccountId, session: SessionId, device: DeviceId) {
        let mut state = self.state();
        let here = state.here.entry(account).or_default();
        here.sessions.push(Open { session, device, away: false });
        if let Some((until, _)) = here.gone.take() {
            state.leaving.remove(&(until, account));
        }
        self.look_at(state, account);
    }

    fn left(&self, account: AccountId, session: SessionId, at: Timestamp) {
        let mut state = self.state();
        let Some(here) = state.here.get_mut(&account) else { return };
        here.was_away = here.is_away();
        here.sessions.retain(|open| open.session != session);
        if here.sessions.is_empty() {
            let until = Instant::now() + self.grace;
            here.gone = Some((until, at));
            state.leaving.insert((until, account));
        }
        // Without this one they may be away.
        self.look_at(state, account);
    }

    fn set_away(&self, account: AccountId, session: SessionId, away: bool) {
        let mut state = self.state();
        let Some(here) = state.here.get_mut(&account) else { return };
        here.sessions.iter_mut().filter(|open| open.session == session).for_each(|open| open.away = away);
        self.look_at(state, account);
    }

    fn renewed(&self, account: AccountId) {
        let mut state = self.state();
        let Some(here) = state.here.get_mut(&account) else { return };
        here.told = None;
        self.look_at(state, account);
    }

    fn is_online(&self, account: AccountId) -> bool {
        self.state().here.contains_key(&account)
    }

    fn is_away(&self, account: AccountId) -> bool {
        self.state().here.get(&account).is_some_and(Here::is_away)
    }

    fn devices(&self, account: AccountId) -> Vec<DeviceId> {
        let state = self.state();
        state.here.get(&account).map(|here| here.sessions.iter().map(|open| open.device).collect()).unwrap_or_default()
    }

    async fn changes(&self) -> Vec<Change> {
        loop {
            let (next_gone, waiting) = {
                let mut state = self.state();
                (state.let_go(Instant::now()), !state.changed.is_empty())
            };
            if waiting {
                sleep(self.tick).await;
                let mut state = self.state();
                state.let_go(Instant::now());
                let changes = state.take_changes();
                if !changes.is_empty() {
                    return changes;
                }
                continue;
            }
            match next_gone {
                Some(until) => tokio::select! {
                    () = sleep_until(until) => {}
                    () = self.changed.notified() => {}
                },
                None => self.changed.notified().await,
            }
        }
    }

    fn everybody(&self) -> Vec<AccountId> {
        self.state().here.keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use papo_shared::model::Timestamp;
    use tokio::time::{advance, timeout};

    use super::{AccountId, Change, DeviceId, InProcessPresence, Presence, SessionId};

    const GRACE: Duration = Duration::from_secs(5);
    const TICK: Duration = Duration::from_millis(200);
    const ANA: AccountId = AccountId(1);
    const RUI: AccountId = AccountId(2);
    const LAPTOP: DeviceId = DeviceId(1);
    const PHONE: DeviceId = DeviceId(2);
    const FIRST: SessionId = SessionId(1);
    const SECOND: SessionId = SessionId(2);
    const THIRD: SessionId = SessionId(3);

    fn presence() -> InProcessPresence {
        InProcessPresence::new(GRACE, TICK)
    }

    /// What changes within ten times the grace.
    async fn changes(presence: &InProcessPresence) -> Vec<Change> {
        timeout(GRACE * 10, presence.changes()).await.unwrap_or_default()
    }

    fn came(account: AccountId) -> Change {
        Change { account, gone_since: None, away: false }
    }

    fn is_away(account: AccountId) -> Change {
        Change { account, gone_since: None, away: true }
    }

    fn went(account: AccountId, at: i64) -> Change {
        Change { account, gone_since: Some(Timestamp(at)), away: false }
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_come_together_are_told_together() {
        let presence = presence();
        presence.arrived(ANA, FIRST, LAPTOP);
        presence.arrived(RUI, SECOND, LAPTOP);
        assert_eq!(changes(&presence).await, [came(ANA), came(RUI)]);
        assert_eq!(changes(&presence).await, []);
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_first_and_the_last_session_count() {
        let presence = presence();
        presence.arrived(ANA, FIRST, LAPTOP);
        presence.arrived(ANA, SECOND, PHONE);
        assert_eq!(changes(&presence).await, [came(ANA)]);
        presence.left(ANA, FIRST, Timestamp(1));
        assert_eq!(changes(&presence).await, []);
        presence.left(ANA, SECOND, Timestamp(2));
        assert_eq!(changes(&presence).await, [went(ANA, 2)]);
        assert!(!presence.is_online(ANA));
    }

    #[test]
    fn a_device_is_here_while_a_session_of_it_is_open() {
        let presence = presence();
        for (session, device) in [(FIRST, LAPTOP), (SECOND, LAPTOP), (THIRD, PHONE)] {
            presence.arrived(ANA, session, device);
        }
        presence.left(ANA, THIRD, Timestamp(1));
        presence.left(ANA, FIRST, Timestamp(2));
        assert_eq!((presence.devices(ANA), presence.devices(RUI)), (vec![LAPTOP], vec![]));
        presence.left(ANA, SECOND, Timestamp(3));
        assert_eq!(presence.devices(ANA), [], "online for a while, and on no device");
        assert!(presence.is_online(ANA));
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_back_within_the_grace_never_left() {
        let presence = presence();
        presence.arrived(ANA, FIRST, LAPTOP);
        assert_eq!(changes(&presence).await, [came(ANA)]);
        presence.left(ANA, FIRST, Timestamp(1));
        advance(GRACE / 2).await;
        assert!(presence.is_online(ANA));
        presence.arrived(ANA, FIRST, LAPTOP);
        assert_eq!(changes(&presence).await, []);
    }

    #[tokio::test(start_paused = true)]
    async fn who_left_is_told_as_gone_only_after_the_grace() {
        let presence = presence();
        presence.arrived(ANA, FIRST, LAPTOP);
        assert_eq!(changes(&presence).await, [came(ANA)]);
        presence.left(ANA, FIRST, Timestamp(7));
        assert!(timeout(GRACE - TICK, presence.changes()).await.is_err());
        assert_eq!(changes(&presence).await, [went(ANA, 7)]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_arrives_while_somebody_waits_is_told() {
        let presence = presence();
        let (told, ()) = tokio::join!(changes(&presence), async {
            advance(TICK).await;
            presence.arrived(ANA, FIRST, LAPTOP);
        });
        assert_eq!(told, [came(ANA)]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_away_from_every_session_is_away() {
        let presence = presence();
        presence.arrived(ANA, FIRST, LAPTOP);
        presence.arrived(ANA, SECOND, PHONE);
        assert_eq!(changes(&presence).await, [came(ANA)]);
        presence.set_away(ANA, FIRST, true);
        assert_eq!(changes(&presence).await, [], "they are at the other one");
        presence.set_away(ANA, SECOND, true);
        assert_eq!(changes(&presence).await, [is_away(ANA)]);
        assert!(presence.is_away(ANA) && presence.is_online(ANA));
        presence.set_away(ANA, FIRST, false);
        assert_eq!(changes(&presence).await, [came(ANA)]);
        presence.left(ANA, FIRST, Timestamp(1));
        assert_eq!(changes(&presence).await, [is_away(ANA)], "without the one they were at");
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_away_and_loses_the_connection_is_away_until_they_are_gone() {
        let presence = presence();
        presence.arrived(ANA, FIRST, LAPTOP);
        presence.set_away(ANA, FIRST, true);
        assert_eq!(changes(&presence).await, [is_away(ANA)]);
        presence.left(ANA, FIRST, Timestamp(1));
        assert!(presence.is_away(ANA));
        assert_eq!(changes(&presence).await, [went(ANA, 1)]);
        assert!(!presence.is_away(ANA));
        presence.arrived(ANA, SECOND, LAPTOP);
        assert_eq!(changes(&presence).await, [came(ANA)], "a new session begins without it");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_new_about_somebody_is_told_while_they_are_here() {
        let presence = presence();
        presence.renewed(RUI);
        presence.arrived(ANA, FIRST, LAPTOP);
        assert_eq!(changes(&presence).await, [came(ANA)]);
        presence.renewed(ANA);
        presence.renewed(ANA);
        assert_eq!(changes(&presence).await, [came(ANA)]);
        assert_eq!(changes(&presence).await, []);
    }
}
