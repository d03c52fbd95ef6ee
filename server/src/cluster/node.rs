//! One node of a cluster: connects the bus and presence of this process with those of the other nodes.
//!
//! Thin: the decisions are made by [`Membership`], [`OrderWindow`] and [`LaggedSchedule`], and this carries them out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};

use super::effect::Effect;
use super::figures::Figures;
use super::frame::{self, FrameError};
use super::lagged::LaggedSchedule;
use super::membership::Membership;
use super::network::{Network, NetworkStatus, NodeId, Received};
use super::order::OrderWindow;
use crate::bus::in_process::InProcessBus;
use crate::bus::{Bus, Delivery};
use crate::clock::Clock;
use crate::domain::{Audience, SessionId};
use crate::presence::in_process::InProcessPresence;
use crate::presence::{Change, Presence};

/// A pause of this process that is longer counts as a loss of events, and does not make other nodes appear silent.
const MAX_PAUSE: Duration = Duration::from_secs(5);

pub(super) struct Node {
    network: Arc<dyn Network>,
    clock: Arc<dyn Clock>,
    /// The sessions of this node.
    pub(super) local: InProcessBus,
    /// The sessions of all nodes.
    pub(super) presence: InProcessPresence,
    /// Locked before the presence. Held while frames are sent, so that they are sent in the order of their numbers.
    membership: Mutex<Membership>,
    /// Held while events are delivered, so that they are delivered in order.
    window: Mutex<OrderWindow>,
    timing: Mutex<Timing>,
    /// Changes that another node should have announced.
    inherited: Mutex<Vec<Change>>,
    /// Wakes the task that waits for [`Self::inherited`].
    pub(super) has_inherited: Notify,
    /// Wakes [`Self::act_when_due`].
    woken: Notify,
    /// Changes with each loss of events.
    losses: watch::Sender<u64>,
    pub(super) figures: Figures,
}

struct Timing {
    lagged: LaggedSchedule,
    acted_at: Instant,
}

impl Node {
    pub(super) fn new(
        id: NodeId,
        name: String,
        network: Arc<dyn Network>,
        clock: Arc<dyn Clock>,
        presence: InProcessPresence,
    ) -> Self {
        let now = Instant::now();
        Self {
            network,
            clock,
            local: InProcessBus::default(),
            presence,
            membership: Mutex::new(Membership::new(id, name, now)),
            window: Mutex::new(OrderWindow::new()),
            timing: Mutex::new(Timing { lagged: LaggedSchedule::default(), acted_at: now }),
            inherited: Mutex::default(),
            has_inherited: Notify::new(),
            woken: Notify::new(),
            losses: watch::Sender::new(0),
            figures: Figures::default(),
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        self.network.is_connected()
    }

    pub(super) fn network_status(&self) -> NetworkStatus {
        self.network.status()
    }

    /// Reports each loss of events.
    pub(super) fn losses(&self) -> watch::Receiver<u64> {
        self.losses.subscribe()
    }

    /// Number of other nodes.
    pub(super) fn peers(&self) -> usize {
        self.membership().peers().count()
    }

    /// Delivers a batch to the sessions of all nodes.
    pub(super) fn publish(&self, batch: Vec<Delivery>) {
        self.change(|membership| membership.publish(&batch));
        self.deliver(batch, self.network.is_connected());
    }

    /// Changes the membership and carries out what follows from it.
    pub(super) fn change(&self, change: impl FnOnce(&mut Membership) -> Vec<Effect>) {
        let mut rest = Vec::new();
        {
            let mut membership = self.membership();
            for effect in change(&mut membership) {
                rest.extend(self.perform_in_order(effect));
            }
        }
        rest.into_iter().for_each(|effect| self.perform(effect));
    }

    /// Like [`Self::change`], for a change of this node's sessions, which is sent soon.
    pub(super) fn change_sessions(&self, change: impl FnOnce(&mut Membership)) {
        change(&mut self.membership());
        self.woken.notify_one();
    }

    /// Carries out an effect whose order matters while the membership is locked. Returns any other.
    fn perform_in_order(&self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Broadcast(bytes) => self.network.broadcast(bytes),
            Effect::Send(to, bytes) => self.network.send(to, bytes),
            Effect::Arrived(account, session, device) => self.presence.arrived(account, session, device),
            Effect::Left(account, session) => self.presence.left(account, session, self.clock.now()),
            Effect::SetAway(account, session, away) => self.presence.set_away(account, session, away),
            Effect::Renewed(account) => self.presence.renewed(account),
            Effect::Offline(changes) => {
                self.inherited.lock().unwrap_or_else(PoisonError::into_inner).extend(changes);
                self.has_inherited.notify_one();
            }
            effect => return Some(effect),
        }
        None
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Deliver(announcements) => {
                self.deliver(announcements.into_iter().map(Delivery::Event).collect(), self.network.is_connected());
            }
            Effect::EndDevices(devices, reason) => self.local.end_sessions(&devices, SessionId::NONE, reason),
            Effect::EndAccount(account, reason) => self.local.end_account(account, reason),
            Effect::NoteLoss => self.note_loss(),
            effect => drop(self.perform_in_order(effect)),
        }
    }

    /// Delivers events to the sessions of this node, those about entries in order. If `may_hold`, entries wait for earlier ones.
    pub(super) fn deliver(&self, batch: Vec<Delivery>, may_hold: bool) {
        let mut window = self.window();
        let admitted = window.admit(batch, may_hold, Instant::now());
        self.publish_locally(admitted.deliveries);
        let is_waiting = window.due().is_some();
        drop(window);
        self.tell_lagged(&admitted.outdated);
        if is_waiting {
            self.woken.notify_one();
        }
    }

    fn publish_locally(&self, batch: Vec<Delivery>) {
        if !batch.is_empty() {
            self.local.publish(batch);
        }
    }

    fn tell_lagged(&self, audiences: &[Audience]) {
        audiences.iter().for_each(|audience| self.local.tell_accounts_lagged(audience));
    }

    /// The window that puts events in order.
    pub(super) fn window(&self) -> MutexGuard<'_, OrderWindow> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Events for this node were lost.
    fn note_loss(&self) {
        self.figures.losses.increase();
        self.timing().lagged.note_loss(Instant::now());
        self.losses.send_modify(|losses| *losses += 1);
        self.woken.notify_one();
    }

    /// Receives frames for as long as the server runs.
    pub(super) async fn receive(&self) {
        loop {
            match self.network.receive().await {
                Received::Bytes(bytes) => self.take_frame(&bytes),
                Received::Interrupted => {
                    tracing::warn!("events from other nodes may have been lost, and are read from the store instead");
                    self.note_loss();
                }
            }
        }
    }

    fn take_frame(&self, bytes: &[u8]) {
        match frame::decode(bytes) {
            Ok(frame) => self.change(|membership| membership.receive(frame, Instant::now())),
            Err(error) => {
                if self.figures.ignored_frames.increase() == 1 {
                    tracing::warn!(%error, "a frame from another node is ignored; further ones are only counted");
                }
                if let FrameError::OtherVersion(version) = error {
                    tracing::debug!(version, "another version of the frames");
                }
            }
        }
    }

    /// Does what is due, for as long as the server runs.
    pub(super) async fn act_when_due(&self) {
        loop {
            let due = self.act();
            tokio::select! {
                () = sleep_until(due) => {}
                () = self.woken.notified() => {}
            }
        }
    }

    /// Does what is due. Returns when something will be due next.
    fn act(&self) -> Instant {
        let (now, is_connected) = (Instant::now(), self.network.is_connected());
        let mut timing = self.timing();
        let was_paused = now.duration_since(timing.acted_at) > MAX_PAUSE;
        timing.acted_at = now;
        if was_paused {
            tracing::warn!("this node was paused, so events from other nodes may have been lost");
            timing.lagged.note_loss(now);
            self.losses.send_modify(|losses| *losses += 1);
        }
        let lagged = timing
            .lagged
            .due_sessions(is_connected, now, || self.local.sessions().into_iter().map(|attached| attached.session).collect());
        let lagged_due = timing.lagged.due();
        drop(timing);
        self.local.tell_lagged(&lagged);
        self.change(|membership| {
            if was_paused || !is_connected {
                membership.excuse_silence(now);
            }
            membership.act(now)
        });
        let mut window = self.window();
        let released = window.release_due(now);
        self.publish_locally(released);
        let window_due = window.due();
        drop(window);
        let due = self.membership().due();
        [lagged_due, window_due].into_iter().flatten().fold(due, Instant::min)
    }

    /// Keeps the changes of presence that this node announces, and adds those inherited from nodes that are gone.
    pub(super) fn answered_changes(&self, changes: Vec<Change>) -> Vec<Change> {
        let mut answered = std::mem::take(&mut *self.inherited.lock().unwrap_or_else(PoisonError::into_inner));
        answered.retain(|change| !self.presence.is_online(change.account));
        answered.extend(self.membership().answered_changes(changes, Instant::now()));
        answered
    }

    /// Tells the other nodes that this one stops.
    pub(super) async fn leave(&self) {
        let leaving = self.membership().leave();
        self.network.broadcast(leaving);
        self.network.close().await;
    }

    pub(super) fn membership(&self) -> MutexGuard<'_, Membership> {
        self.membership.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn timing(&self) -> MutexGuard<'_, Timing> {
        self.timing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
