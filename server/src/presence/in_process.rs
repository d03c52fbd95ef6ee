//! Presence on a server that is alone.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use papo_shared::model::{DeviceId, Timestamp};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Change, Presence};
use crate::domain::AccountId;

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
    /// The device of each session.
    devices: Vec<DeviceId>,
    /// Since when there is no session.
    gone: Option<(Instant, Timestamp)>,
    /// Whether the others were told that they are online.
    told: bool,
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
                Some(Change { account, gone_since: Some(at) })
            }
            _ if !here.told => {
                here.told = true;
                Some(Change { account, gone_since: None })
            }
            _ => None,
        }
    }
}

#[async_trait]
impl Presence for InProcessPresence {
    fn arrived(&self, account: AccountId, device: DeviceId) {
        let mut state = self.state();
        let here = state.here.entry(account).or_default();
        here.devices.push(device);
        if let Some((until, _)) = here.gone.take() {
            state.leaving.remove(&(until, account));
        }
        state.changed.insert(account);
        self.changed.notify_one();
    }

    fn left(&self, account: AccountId, device: DeviceId, at: Timestamp) {
        let mut state = self.state();
        let Some(here) = state.here.get_mut(&account) else { return };
        if let Some(session) = here.devices.iter().position(|other| *other == device) {
            here.devices.swap_remove(session);
        }
        if here.devices.is_empty() {
            let until = Instant::now() + self.grace;
            here.gone = Some((until, at));
            state.leaving.insert((until, account));
            self.changed.notify_one();
        }
    }

    fn is_online(&self, account: AccountId) -> bool {
        self.state().here.contains_key(&account)
    }

    fn devices(&self, account: AccountId) -> Vec<DeviceId> {
        self.state().here.get(&account).map(|here| here.devices.clone()).unwrap_or_default()
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

    use super::{AccountId, Change, DeviceId, InProcessPresence, Presence};

    const GRACE: Duration = Duration::from_secs(5);
    const TICK: Duration = Duration::from_millis(200);
    const ANA: AccountId = AccountId(1);
    const RUI: AccountId = AccountId(2);
    const LAPTOP: DeviceId = DeviceId(1);
    const PHONE: DeviceId = DeviceId(2);

    fn presence() -> InProcessPresence {
        InProcessPresence::new(GRACE, TICK)
    }

    /// What changes within ten times the grace.
    async fn changes(presence: &InProcessPresence) -> Vec<Change> {
        timeout(GRACE * 10, presence.changes()).await.unwrap_or_default()
    }

    fn came(account: AccountId) -> Change {
        Change { account, gone_since: None }
    }

    fn went(account: AccountId, at: i64) -> Change {
        Change { account, gone_since: Some(Timestamp(at)) }
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_come_together_are_told_together() {
        let presence = presence();
        presence.arrived(ANA, LAPTOP);
        presence.arrived(RUI, LAPTOP);
        assert_eq!(changes(&presence).await, [came(ANA), came(RUI)]);
        assert_eq!(changes(&presence).await, []);
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_first_and_the_last_session_count() {
        let presence = presence();
        presence.arrived(ANA, LAPTOP);
        presence.arrived(ANA, PHONE);
        assert_eq!(changes(&presence).await, [came(ANA)]);
        presence.left(ANA, LAPTOP, Timestamp(1));
        assert_eq!(changes(&presence).await, []);
        presence.left(ANA, PHONE, Timestamp(2));
        assert_eq!(changes(&presence).await, [went(ANA, 2)]);
        assert!(!presence.is_online(ANA));
    }

    #[test]
    fn a_device_is_here_while_a_session_of_it_is_open() {
        let presence = presence();
        for device in [LAPTOP, LAPTOP, PHONE] {
            presence.arrived(ANA, device);
        }
        presence.left(ANA, PHONE, Timestamp(1));
        presence.left(ANA, LAPTOP, Timestamp(2));
        assert_eq!((presence.devices(ANA), presence.devices(RUI)), (vec![LAPTOP], vec![]));
        presence.left(ANA, LAPTOP, Timestamp(3));
        assert_eq!(presence.devices(ANA), [], "online for a while, and on no device");
        assert!(presence.is_online(ANA));
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_back_within_the_grace_never_left() {
        let presence = presence();
        presence.arrived(ANA, LAPTOP);
        assert_eq!(changes(&presence).await, [came(ANA)]);
        presence.left(ANA, LAPTOP, Timestamp(1));
        advance(GRACE / 2).await;
        assert!(presence.is_online(ANA));
        presence.arrived(ANA, LAPTOP);
        assert_eq!(changes(&presence).await, []);
    }

    #[tokio::test(start_paused = true)]
    async fn who_left_is_told_as_gone_only_after_the_grace() {
        let presence = presence();
        presence.arrived(ANA, LAPTOP);
        assert_eq!(changes(&presence).await, [came(ANA)]);
        presence.left(ANA, LAPTOP, Timestamp(7));
        assert!(timeout(GRACE - TICK, presence.changes()).await.is_err());
        assert_eq!(changes(&presence).await, [went(ANA, 7)]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_arrives_while_somebody_waits_is_told() {
        let presence = presence();
        let (told, ()) = tokio::join!(changes(&presence), async {
            advance(TICK).await;
            presence.arrived(ANA, LAPTOP);
        });
        assert_eq!(told, [came(ANA)]);
    }
}
