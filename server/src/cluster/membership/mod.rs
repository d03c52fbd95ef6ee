//! The nodes of the community, their sessions, and the streams of frames between them.
//!
//! Synchronous: takes what happened and the time, and returns what has to be done. Deliberately absent: sending, and delivering
//! events to sessions (see [`super::node`]).

mod receiving;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::mem;
use std::time::Duration;

use bytes::Bytes;
use papo_shared::model::DeviceId;
use papo_shared::protocol::GoodbyeReason;
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::time::Instant;

use super::answerers::Answerers;
use super::effect::Effect;
use super::events::RecipientsOfBatch;
use super::frame::{self, Part, SessionChange, SessionState};
use super::lines::{self, Line};
use super::network::NodeId;
use super::peer::Peer;
use super::routes::Routes;
use crate::bus::Delivery;
use crate::domain::AccountId;
use crate::presence::Change;

/// How often a node announces itself to all nodes.
const ANNOUNCE_EVERY: Duration = Duration::from_secs(2);

/// How often a node tells each other node the position of its stream.
const TICK_EVERY: Duration = Duration::from_secs(1);

/// How long a node may be silent before it counts as gone.
const SILENT_AFTER: Duration = Duration::from_secs(15);

/// How long changes of sessions are collected after some were sent.
const COLLECT_FOR: Duration = Duration::from_millis(10);

pub(in crate::cluster) struct Membership {
    own: NodeId,
    name: String,
    /// The sessions of this node by number.
    sessions: BTreeMap<u64, SessionState>,
    /// Changes of them that were not sent yet, by session.
    unsent: BTreeMap<u64, SessionChange>,
    /// When they may be sent.
    send_from: Instant,
    peers: BTreeMap<NodeId, Peer>,
    routes: Routes,
    answerers: Answerers,
    /// Accounts whose data changed by a request on this node, which announces it whichever node answers for them.
    renewed: BTreeSet<AccountId>,
    departed: VecDeque<NodeId>,
    last_stream: u64,
    /// Whether this node has published events.
    has_published: bool,
    announce_at: Instant,
    tick_at: Instant,
}

impl Membership {
    pub(in crate::cluster) fn new(own: NodeId, name: String, now: Instant) -> Self {
        Self {
            own,
            name,
            sessions: BTreeMap::new(),
            unsent: BTreeMap::new(),
            send_from: now,
            peers: BTreeMap::new(),
            routes: Routes::default(),
            answerers: Answerers::new(own),
            renewed: BTreeSet::new(),
            departed: VecDeque::new(),
            last_stream: 0,
            has_published: false,
            announce_at: now,
            tick_at: now + TICK_EVERY,
        }
    }

    /// The other nodes with their names, if these are known.
    pub(in crate::cluster) fn peers(&self) -> impl Iterator<Item = (NodeId, Option<&str>)> {
        self.peers.iter().map(|(id, peer)| (*id, peer.name.as_deref()))
    }

    /// A session of this node began, or the user went away in it or returned.
    pub(in crate::cluster) fn set_session(&mut self, state: SessionState) {
        self.answerers.began(AccountId(state.account), self.own);
        self.sessions.insert(state.session, state);
        self.unsent.insert(state.session, SessionChange::Is(state));
    }

    /// The user went away in a session of this node, or returned.
    pub(in crate::cluster) fn set_away(&mut self, session: u64, away: bool) {
        if let Some(state) = self.sessions.get(&session) {
            self.set_session(SessionState { away, ..*state });
        }
    }

    /// A session of this node ended.
    pub(in crate::cluster) fn remove_session(&mut self, session: u64) {
        if self.sessions.remove(&session).is_some() {
            self.unsent.insert(session, SessionChange::Ended(session));
        }
    }

    /// The data of an account changed by a request on this node.
    pub(in crate::cluster) fn renew(&mut self, account: AccountId) {
        self.renewed.insert(account);
    }

    /// Keeps the changes of presence that this node announces.
    pub(in crate::cluster) fn answered_changes(&mut self, changes: Vec<Change>, now: Instant) -> Vec<Change> {
        let lowest = self.lowest();
        let announces = |change: &Change| {
            let is_renewed = self.renewed.remove(&change.account);
            self.answerers.announces(*change, lowest, now) || is_renewed
        };
        changes.into_iter().filter(announces).collect()
    }

    /// Whether this node announces and stores the presence of the account.
    pub(in crate::cluster) fn answers_for(&self, account: AccountId) -> bool {
        self.answerers.is_own(account, self.lowest())
    }

    fn lowest(&self) -> NodeId {
        self.peers.first_key_value().map_or(self.own, |(first, _)| self.own.min(*first))
    }

    /// Sends the events of a batch to the nodes with sessions of their recipients.
    pub(in crate::cluster) fn publish(&mut self, batch: &[Delivery]) -> Vec<Effect> {
        self.has_published = true;
        let mut effects = Vec::new();
        if self.peers.is_empty() {
            return effects;
        }
        let recipients = RecipientsOfBatch::new(batch);
        let mut by_node: FxHashMap<NodeId, FxHashSet<usize>> = FxHashMap::default();
        for (index, to) in recipients.distinct().iter().enumerate() {
            for node in self.routes.nodes_of(to, self.peers.keys().copied()) {
                by_node.entry(node).or_default().insert(index);
            }
        }
        if by_node.is_empty() {
            return effects;
        }
        // An event can follow from a change of sessions.
        self.send_sessions(&mut effects);
        let encoded = recipients.encode();
        for (node, recipients) in by_node {
            let Some(peer) = self.peers.get_mut(&node) else { continue };
            for lines in encoded.frames(&recipients) {
                effects.push(Effect::Send(node, frame::streamed(self.own, peer.next_position(), Part::Events, &lines)));
            }
        }
        effects
    }

    /// Tells all nodes to close the sessions of these devices.
    pub(in crate::cluster) fn end_devices(&mut self, devices: &[DeviceId], reason: GoodbyeReason) -> Vec<Effect> {
        self.send_to_all(&Part::EndDevices { devices: devices.to_vec(), reason }, &[])
    }

    /// Tells all nodes to close the sessions of this account.
    pub(in crate::cluster) fn end_account(&mut self, account: AccountId, reason: GoodbyeReason) -> Vec<Effect> {
        self.send_to_all(&Part::EndAccount { account: account.0, reason }, &[])
    }

    fn send_to_all(&mut self, part: &Part, lines: &[Line]) -> Vec<Effect> {
        self.has_published = true;
        let own = self.own;
        let send =
            |(id, peer): (&NodeId, &mut Peer)| Effect::Send(*id, frame::streamed(own, peer.next_position(), part.clone(), lines));
        self.peers.iter_mut().map(send).collect()
    }

    /// Sends the changes of sessions that were not sent yet.
    fn send_sessions(&mut self, effects: &mut Vec<Effect>) {
        let lines: Vec<Line> = mem::take(&mut self.unsent).values().map(lines::encode).collect();
        if lines.is_empty() {
            return;
        }
        for lines in lines::divide(&lines) {
            for (id, peer) in &mut self.peers {
                effects.push(Effect::Send(*id, frame::streamed(self.own, peer.next_position(), Part::Sessions, lines)));
            }
        }
    }

    /// Does what is due: sends changes of sessions, positions and the announcement, and removes silent nodes.
    pub(in crate::cluster) fn act(&mut self, now: Instant) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !self.unsent.is_empty() && self.send_from <= now {
            self.send_from = now + COLLECT_FOR;
            self.send_sessions(&mut effects);
        }
        if self.announce_at <= now {
            self.announce_at = now + ANNOUNCE_EVERY;
            effects.push(Effect::Broadcast(frame::announcement(self.own, &self.name)));
        }
        if self.tick_at <= now {
            self.tick_at = now + TICK_EVERY;
            self.answerers.forget_old(now);
            let silent = |peer: &Peer| now.duration_since(peer.heard_at) >= SILENT_AFTER;
            for node in self.peers.iter().filter(|(_, peer)| silent(peer)).map(|(id, _)| *id).collect::<Vec<_>>() {
                tracing::warn!(%node, name = self.name_of(node), "a node is silent and counts as gone");
                self.remove_peer(node, now, &mut effects);
            }
            for (id, peer) in &mut self.peers {
                effects.push(Effect::Send(*id, frame::tick(self.own, peer.last_position())));
                if let Some(stream) = peer.incoming.broken_stream() {
                    effects.push(Effect::Send(*id, frame::restart_stream(self.own, stream)));
                }
            }
        }
        effects
    }

    /// When [`Self::act`] is due.
    pub(in crate::cluster) fn due(&self) -> Instant {
        let due = self.announce_at.min(self.tick_at);
        if self.unsent.is_empty() { due } else { due.min(self.send_from) }
    }

    /// No node counts as silent before this: nothing can be heard while the network is disconnected or this process is paused.
    pub(in crate::cluster) fn excuse_silence(&mut self, now: Instant) {
        self.peers.values_mut().for_each(|peer| peer.heard_at = now);
    }

    /// The frame with which this node leaves.
    pub(in crate::cluster) fn leave(&self) -> Bytes {
        frame::leaving(self.own)
    }

    fn remove_peer(&mut self, node: NodeId, now: Instant, effects: &mut Vec<Effect>) {
        let lowest_before = self.lowest();
        self.replace_sessions(node, &BTreeMap::new(), effects);
        self.peers.remove(&node);
        let inherited = self.answerers.node_gone(node, lowest_before, self.lowest(), now);
        effects.extend(inherited.online.into_iter().map(Effect::Renewed));
        if !inherited.offline.is_empty() {
            effects.push(Effect::Offline(inherited.offline));
        }
    }

    fn name_of(&self, node: NodeId) -> &str {
        self.peers.get(&node).and_then(|peer| peer.name.as_deref()).unwrap_or_default()
    }
}
