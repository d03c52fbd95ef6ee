//! Presence on a single-node server.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use papo_shared::model::{DeviceId, Timestamp};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Change, Presence};
use crate::domain::{AccountId, SessionId};

/// A [`Presence`] that knows the sessions of this process.
pub struct InProcessPresence {
    state: Mutex<State>,
    /// Wakes the task that waits in [`Presence::changes`].
    changed: Notify,
    /// How long a user stays online after the end of the last session.
    grace: Duration,
    /// How long changes are collected before they are returned.
    tick: Duration,
}

#[derive(Default)]
struct State {
    by_account: HashMap<AccountId, AccountPresence>,
    /// Accounts whose presence may have changed since it was last reported.
    changed: BTreeSet<AccountId>,
    /// Accounts without a session, by the end of their grace period.
    leaving: BTreeSet<(Instant, AccountId)>,
}

/// The presence of an account that is online, or was when it was last reported.
#[derive(Default)]
struct AccountPresence {
    sessions: Vec<Open>,
    /// The end of the grace period and of the last session; `None` while there is a session.
    gone: Option<(Instant, Timestamp)>,
    /// Whether the user was away when the last session ended.
    was_away: bool,
    /// Whether the account was last reported as away; `None` if it was not reported, or has to be reported again.
    reported_away: Option<bool>,
}

/// An open session of the account.
struct Open {
    session: SessionId,
    device: DeviceId,
    away: bool,
}

impl AccountPresence {
    fn is_away(&self) -> bool {
        if self.sessions.is_empty() { self.was_away } else { self.sessions.iter().all(|open| open.away) }
    }
}

impl InProcessPresence {
    /// Creates a presence without sessions.
    #[must_use]
    pub fn new(grace: Duration, tick: Duration) -> Self {
        Self { state: Mutex::default(), changed: Notify::new(), grace, tick }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Marks an account whose presence may differ from what was last reported.
    fn mark_changed(&self, mut state: MutexGuard<'_, State>, account: AccountId) {
        state.changed.insert(account);
        drop(state);
        self.changed.notify_one();
    }
}

impl State {
    /// Marks the accounts whose grace period is over as changed. Returns the end of the next grace period.
    fn expire_grace(&mut self, now: Instant) -> Option<Instant> {
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
        let presence = self.by_account.get_mut(&account)?;
        match presence.gone {
            // The grace period is over.
            Some((until, at)) if !self.leaving.contains(&(until, account)) => {
                self.by_account.remove(&account);
                Some(Change { account, gone_since: Some(at), away: false })
            }
            _ => {
                let away = presence.is_away();
                let differs = presence.reported_away != Some(away);
                presence.reported_away = Some(away);
                differs.then_some(Change { account, gone_since: None, away })
            }
        }
    }
}

#[async_trait]
impl Presence for InProcessPresence {
    fn arrived(&self, account: AccountId, session: SessionId, device: DeviceId) {
        let mut state = self.state();
        let presence = state.by_account.entry(account).or_default();
        presence.sessions.push(Open { session, device, away: false });
        if let Some((until, _)) = presence.gone.take() {
            state.leaving.remove(&(until, account));
        }
        self.mark_changed(state, account);
    }

    fn left(&self, account: AccountId, session: SessionId, at: Timestamp) {
        let mut state = self.state();
        let Some(presence) = state.by_account.get_mut(&account) else { return };
        presence.was_away = presence.is_away();
        presence.sessions.retain(|open| open.session != session);
        if presence.sessions.is_empty() {
            let until = Instant::now() + self.grace;
            presence.gone = Some((until, at));
            state.leaving.insert((until, account));
        }
        // The user may be away in all remaining sessions.
        self.mark_changed(state, account);
    }

    fn set_away(&self, account: AccountId, session: SessionId, away: bool) {
        let mut state = self.state();
        let Some(presence) = state.by_account.get_mut(&account) else { return };
        presence.sessions.iter_mut().filter(|open| open.session == session).for_each(|open| open.away = away);
        self.mark_changed(state, account);
    }

    fn renewed(&self, account: AccountId) {
        let mut state = self.state();
        let Some(presence) = state.by_account.get_mut(&account) else { return };
        presence.reported_away = None;
        self.mark_changed(state, account);
    }

    fn is_online(&self, account: AccountId) -> bool {
        self.state().by_account.contains_key(&account)
    }

    fn is_away(&self, account: AccountId) -> bool {
        self.state().by_account.get(&account).is_some_and(AccountPresence::is_away)
    }

    fn devices(&self, account: AccountId) -> Vec<DeviceId> {
        let state = self.state();
        state
            .by_account
            .get(&account)
            .map(|presence| presence.sessions.iter().map(|open| open.device).collect())
            .unwrap_or_default()
    }

    async fn changes(&self) -> Vec<Change> {
        loop {
            let (next_gone, waiting) = {
                let mut state = self.state();
                (state.expire_grace(Instant::now()), !state.changed.is_empty())
            };
            if waiting {
                sleep(self.tick).await;
                let mut state = self.state();
                state.expire_grace(Instant::now());
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

    fn online_accounts(&self) -> Vec<AccountId> {
        self.state().by_account.keys().copied().collect()
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

    /// The changes within ten times the grace period.
    async fn changes(presence: &InProcessPresence) -> Vec<Change> {
        timeout(GRACE * 10, presence.changes()).await.unwrap_or_default()
    }

    fn online(account: AccountId) -> Change {
        Change { account, gone_since: None, away: false }
    }

    fn away(account: AccountId) -> Change {
        Change { account, gone_since: None, away: true }
    }

    fn offline(account: AccountId, at: i64) -> Change {
        Change { account, gone_since: Some(Timestamp(at)), away: false }
    }

    #[tokio::test(start_paused = true)]
    async fn users_who_come_online_together_are_reported_together() {
        let presence = presence();
        presence.arrived(ANA, FIRST, LAPTOP);
        presence.arrived(RUI, SECOND, LAPTOP);
        assert_eq!(changes(&presence).await, [online(ANA), online(RUI)]);
        assert_eq!(changes(&presence).await, []);
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_first_and_the_last_session_change_presence() {
        let presence = presence();
        presence.arrived(ANA, FIRST, LAPTOP);
        presence.arrived(ANA, SECOND, PHONE);
        assert_eq!(changes(&presence).await, [online(ANA)]);
        presence.left(ANA, FIRST, Timestamp(1));
        assert_eq!(changes(&presence).await, []);
        presence.left(ANA, SECOND, Timestamp(2));
        assert_eq!(changes(&presence).await, [offline(ANA, 2)]);
        assert!(!presence.is_online(ANA));
    }

    #[test]
    fn a_device_is_listed_while_it_has_an_open_session() {
        let presence = presence();
        for (session, device) in [(FIRST, LAPTOP), (SECOND, LAPTOP), (THIRD, PHONE)] {
            presence.arrived(ANA, session, device);
        }
        presence.left(ANA, THIRD, Timestamp(1));
        presence.left(ANA, FIRST, Timestamp(2));
        assert_eq!((presence.devices(ANA), presence.devices(RUI)), (vec![LAPTOP], vec![]));
        presence.left(ANA, SECOND, Timestamp(3));
        assert_eq!(presence.devices(ANA), [], "still online during the grace period, but on no device");
        assert!(presence.is_online(ANA));
    }

    #[tokio::test(start_paused = true)]
    async fn a_user_who_returns_within_the_grace_period_is_not_reported() {
        let presence = presence();
        presence.arrived(ANA, FIRST, LAPTOP);
        assert_eq!(changes(&presence).await, [online(ANA)]);
        presence.left(ANA, FIRST, Timestamp(1));
        advance(GRACE / 2).await;
        assert!(presence.is_online(ANA));
        presence.arrived(ANA, FIRST, LAPTOP);
        assert_eq!(changes(&presence).await, []);
    }

    #[tokio::test(start_paused = true)]
    async fn a_user_is_reported_offline_only_after_the_grace_period() {
        let presence = presence();
        presence.arrived(ANA, FIRST, LAPTOP);
        assert_eq!(changes(&presence).await, [online(ANA)]);
        presence.left(ANA, FIRST, Timestamp(7));
        assert!(timeout(GRACE - TICK, presence.changes()).await.is_err());
        assert_eq!(changes(&presence).await, [offline(ANA, 7)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_wakes_a_waiting_caller() {
        let presence = presence();
        let (reported, ()) = tokio::join!(changes(&presence), async {
            advance(TICK).await;
            presence.arrived(ANA, FIRST, LAPTOP);
        });
        assert_eq!(reported, [online(ANA)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_user_is_away_only_if_away_in_every_session() {
        let presence = presence();
        presence.arrived(ANA, FIRST, LAPTOP);
        presence.arrived(ANA, SECOND, PHONE);
        assert_eq!(changes(&presence).await, [online(ANA)]);
        presence.set_away(ANA, FIRST, true);
        assert_eq!(changes(&presence).await, [], "the user is active in the other session");
        presence.set_away(ANA, SECOND, true);
        assert_eq!(changes(&presence).await, [away(ANA)]);
        assert!(presence.is_away(ANA) && presence.is_online(ANA));
        presence.set_away(ANA, FIRST, false);
        assert_eq!(changes(&presence).await, [online(ANA)]);
        presence.left(ANA, FIRST, Timestamp(1));
        assert_eq!(changes(&presence).await, [away(ANA)], "the only active session ended");
    }

    #[tokio::test(start_paused = true)]
    async fn a_user_who_disconnects_while_away_stays_away_until_offline() {
        let presence = presence();
        presence.arrived(ANA, FIRST, LAPTOP);
        presence.set_away(ANA, FIRST, true);
        assert_eq!(changes(&presence).await, [away(ANA)]);
        presence.left(ANA, FIRST, Timestamp(1));
        assert!(presence.is_away(ANA));
        assert_eq!(changes(&presence).await, [offline(ANA, 1)]);
        assert!(!presence.is_away(ANA));
        presence.arrived(ANA, SECOND, LAPTOP);
        assert_eq!(changes(&presence).await, [online(ANA)], "a new session does not start as away");
    }

    #[tokio::test(start_paused = true)]
    async fn new_public_data_is_reported_while_the_user_is_online() {
        let presence = presence();
        presence.renewed(RUI);
        presence.arrived(ANA, FIRST, LAPTOP);
        assert_eq!(changes(&presence).await, [online(ANA)]);
        presence.renewed(ANA);
        presence.renewed(ANA);
        assert_eq!(changes(&presence).await, [online(ANA)]);
        assert_eq!(changes(&presence).await, []);
    }
}
