//! The nodes of the community, their sessions, and the streams of frames between them.
//!
//! Synchronous: takes what happened and the time, and returns what has to be done. Deliberately absent: sending, and delivering
//! events to sessions (see [`super::node`]).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::mem;
use std::time::Duration;

use bytes::Bytes;
use papo_shared::model::DeviceId;
use papo_shared::protocol::GoodbyeReason;
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::time::Instant;

use super::answerers::Answerers;
use super::events::RecipientsOfBatch;
use super::frame::{self, Content, Frame, Line, Part, SessionChange, SessionState, Streamed};
use super::incoming::Arrival;
use super::network::NodeId;
use super::peer::Peer;
use super::routes::Routes;
use crate::bus::{Announcement, Delivery};
use crate::domain::{AccountId, SessionId};
use crate::presence::Change;

/// How often a node announces itself to all nodes.
pub(super) const ANNOUNCE_EVERY: Duration = Duration::from_secs(2);

/// How often a node tells each other node the position of its stream.
pub(super) const TICK_EVERY: Duration = Duration::from_secs(1);

/// How long a node may be silent before it counts as gone.
pub(super) const SILENT_AFTER: Duration = Duration::from_secs(15);

/// How long changes of sessions are collected after some were sent.
const COLLECT_FOR: Duration = Duration::from_millis(10);

/// Maximum number of other nodes. More are ignored.
const MAX_NODES: usize = 1000;

/// Number of nodes that left which are remembered, so that their late frames are ignored.
const MAX_DEPARTED: usize = 1000;

/// What has to be done, in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Broadcast(Bytes),
    Send(NodeId, Bytes),
    /// A session began on another node.
    Arrived(AccountId, SessionId, DeviceId),
    /// A session of another node ended.
    Left(AccountId, SessionId),
    /// The user went away in a session of another node, or returned.
    SetAway(AccountId, SessionId, bool),
    /// This node now announces the account's presence, which may not have been announced.
    Renewed(AccountId),
    /// These accounts went offline, which may not have been announced, and now is by this node.
    Offline(Vec<Change>),
    /// Events of another node, for the sessions of this one.
    Deliver(Vec<Announcement>),
    EndDevices(Vec<DeviceId>, GoodbyeReason),
    EndAccount(AccountId, GoodbyeReason),
    /// Frames for this node were lost.
    NoteLoss,
}

pub(super) struct Membership {
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
    pub(super) fn new(own: NodeId, name: String, now: Instant) -> Self {
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
    pub(super) fn peers(&self) -> impl Iterator<Item = (NodeId, Option<&str>)> {
        self.peers.iter().map(|(id, peer)| (*id, peer.name.as_deref()))
    }

    /// A session of this node began, or the user went away in it or returned.
    pub(super) fn set_session(&mut self, state: SessionState) {
        self.answerers.began(AccountId(state.account), self.own);
        self.sessions.insert(state.session, state);
        self.unsent.insert(state.session, SessionChange::Is(state));
    }

    /// The user went away in a session of this node, or returned.
    pub(super) fn set_away(&mut self, session: u64, away: bool) {
        if let Some(state) = self.sessions.get(&session) {
            self.set_session(SessionState { away, ..*state });
        }
    }

    /// A session of this node ended.
    pub(super) fn remove_session(&mut self, session: u64) {
        if self.sessions.remove(&session).is_some() {
            self.unsent.insert(session, SessionChange::Ended(session));
        }
    }

    /// The data of an account changed by a request on this node.
    pub(super) fn renew(&mut self, account: AccountId) {
        self.renewed.insert(account);
    }

    /// Keeps the changes of presence that this node announces.
    pub(super) fn answered_changes(&mut self, changes: Vec<Change>, now: Instant) -> Vec<Change> {
        let lowest = self.lowest();
        let announces = |change: &Change| {
            let is_renewed = self.renewed.remove(&change.account);
            self.answerers.announces(*change, lowest, now) || is_renewed
        };
        changes.into_iter().filter(announces).collect()
    }

    /// Whether this node announces and stores the presence of the account.
    pub(super) fn answers_for(&self, account: AccountId) -> bool {
        self.answerers.is_own(account, self.lowest())
    }

    fn lowest(&self) -> NodeId {
        self.peers.first_key_value().map_or(self.own, |(first, _)| self.own.min(*first))
    }

    /// Sends the events of a batch to the nodes with sessions of their recipients.
    pub(super) fn publish(&mut self, batch: &[Delivery]) -> Vec<Effect> {
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
    pub(super) fn end_devices(&mut self, devices: &[DeviceId], reason: GoodbyeReason) -> Vec<Effect> {
        self.send_to_all(&Part::EndDevices { devices: devices.to_vec(), reason }, &[])
    }

    /// Tells all nodes to close the sessions of this account.
    pub(super) fn end_account(&mut self, account: AccountId, reason: GoodbyeReason) -> Vec<Effect> {
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
        let lines: Vec<Line> = mem::take(&mut self.unsent).values().map(frame::encode).collect();
        if lines.is_empty() {
            return;
        }
        for lines in frame::divide(&lines) {
            for (id, peer) in &mut self.peers {
                effects.push(Effect::Send(*id, frame::streamed(self.own, peer.next_position(), Part::Sessions, lines)));
            }
        }
    }

    /// Does what is due: sends changes of sessions, positions and the announcement, and removes silent nodes.
    pub(super) fn act(&mut self, now: Instant) -> Vec<Effect> {
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
    pub(super) fn due(&self) -> Instant {
        let due = self.announce_at.min(self.tick_at);
        if self.unsent.is_empty() { due } else { due.min(self.send_from) }
    }

    /// No node counts as silent before this: nothing can be heard while the network is disconnected or this process is paused.
    pub(super) fn excuse_silence(&mut self, now: Instant) {
        self.peers.values_mut().for_each(|peer| peer.heard_at = now);
    }

    /// The frame with which this node leaves.
    pub(super) fn leave(&self) -> Bytes {
        frame::leaving(self.own)
    }

    /// Takes a frame that was received.
    pub(super) fn receive(&mut self, frame: Frame, now: Instant) -> Vec<Effect> {
        let Frame { from, content } = frame;
        let mut effects = Vec::new();
        if from == self.own || self.departed.contains(&from) {
            return effects;
        }
        if content == Content::Leaving {
            self.note_departed(from);
            if self.peers.contains_key(&from) {
                tracing::info!(node = %from, name = self.name_of(from), "a node left");
                self.remove_peer(from, now, &mut effects);
            }
            return effects;
        }
        if !self.peers.contains_key(&from) {
            if self.peers.len() >= MAX_NODES {
                return effects;
            }
            self.peers.insert(from, Peer::new(now));
            // So that the other node need not wait for the regular announcement.
            effects.push(Effect::Send(from, frame::announcement(self.own, &self.name)));
            self.start_stream(from, &mut effects);
        }
        let Some(peer) = self.peers.get_mut(&from) else { return effects };
        peer.heard_at = now;
        match content {
            Content::Announcement { name } => self.note_name(from, name),
            Content::Leaving => {}
            Content::Tick(last) => {
                if peer.incoming.tick(last) {
                    self.ask_for_stream(from, &mut effects);
                }
            }
            Content::RestartStream { stream } => {
                // A repeated question was answered already.
                if stream >= peer.last_position().stream {
                    self.start_stream(from, &mut effects);
                }
            }
            Content::Streamed(at, streamed) => {
                let arrival = peer.incoming.arrive(at);
                if arrival == Arrival::Late {
                    return effects;
                }
                if arrival == Arrival::AfterLoss || at.number == 1 {
                    peer.discard_snapshot();
                }
                if arrival == Arrival::AfterLoss {
                    self.ask_for_stream(from, &mut effects);
                }
                self.apply(from, streamed, &mut effects);
            }
        }
        effects
    }

    /// Reports the loss of frames of this node, and asks it to start another stream.
    fn ask_for_stream(&mut self, from: NodeId, effects: &mut Vec<Effect>) {
        effects.push(Effect::NoteLoss);
        if let Some(stream) = self.peers.get(&from).and_then(|peer| peer.incoming.broken_stream()) {
            effects.push(Effect::Send(from, frame::restart_stream(self.own, stream)));
        }
    }

    /// Starts a stream to this node, with a snapshot of the sessions.
    fn start_stream(&mut self, to: NodeId, effects: &mut Vec<Effect>) {
        let lines: Vec<Line> = self.sessions.values().map(frame::encode).collect();
        let Some(peer) = self.peers.get_mut(&to) else { return };
        self.last_stream += 1;
        peer.start_stream(self.last_stream);
        let mut frames = frame::divide(&lines).into_iter().peekable();
        while let Some(lines) = frames.next() {
            let part = Part::Snapshot { continues: frames.peek().is_some(), follows_events: self.has_published };
            effects.push(Effect::Send(to, frame::streamed(self.own, peer.next_position(), part, lines)));
        }
    }

    fn apply(&mut self, from: NodeId, streamed: Streamed, effects: &mut Vec<Effect>) {
        match streamed {
            Streamed::Snapshot { sessions, continues, follows_events } => {
                if let Some(sessions) = self.peers.get_mut(&from).and_then(|peer| peer.add_to_snapshot(sessions, continues)) {
                    self.replace_sessions(from, &sessions, effects);
                    if follows_events {
                        effects.push(Effect::NoteLoss);
                    }
                }
            }
            Streamed::Sessions(changes) => changes.into_iter().for_each(|change| self.apply_change(from, change, effects)),
            Streamed::Events(announcements) => effects.push(Effect::Deliver(announcements)),
            Streamed::EndDevices(devices, reason) => effects.push(Effect::EndDevices(devices, reason)),
            Streamed::EndAccount(account, reason) => effects.push(Effect::EndAccount(account, reason)),
        }
    }

    fn replace_sessions(&mut self, from: NodeId, snapshot: &BTreeMap<u64, SessionState>, effects: &mut Vec<Effect>) {
        let known = self.peers.get(&from).map(|peer| peer.sessions().keys().copied().collect::<Vec<_>>()).unwrap_or_default();
        // New sessions first, so that an account that only moved from one session to another never appears to be gone.
        snapshot.values().for_each(|state| self.apply_change(from, SessionChange::Is(*state), effects));
        let ended = known.into_iter().filter(|session| !snapshot.contains_key(session));
        ended.for_each(|session| self.apply_change(from, SessionChange::Ended(session), effects));
    }

    fn apply_change(&mut self, from: NodeId, change: SessionChange, effects: &mut Vec<Effect>) {
        let Some(peer) = self.peers.get_mut(&from) else { return };
        match change {
            SessionChange::Is(state) => {
                let (account, session) = (AccountId(state.account), SessionId::new(from, state.session));
                if peer.is_full() && !peer.sessions().contains_key(&state.session) {
                    return;
                }
                let previous = peer.set_session(state);
                if previous.is_none() {
                    self.routes.add(account, from);
                    self.answerers.began(account, from);
                    effects.push(Effect::Arrived(account, session, state.device));
                }
                if previous.is_some_and(|previous| previous.away) != state.away {
                    effects.push(Effect::SetAway(account, session, state.away));
                }
            }
            SessionChange::Ended(number) => {
                if let Some(state) = peer.remove_session(number) {
                    let account = AccountId(state.account);
                    self.routes.remove(account, from);
                    effects.push(Effect::Left(account, SessionId::new(from, number)));
                }
            }
        }
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

    fn note_departed(&mut self, node: NodeId) {
        if self.departed.len() >= MAX_DEPARTED {
            self.departed.pop_front();
        }
        self.departed.push_back(node);
    }

    fn name_of(&self, node: NodeId) -> &str {
        self.peers.get(&node).and_then(|peer| peer.name.as_deref()).unwrap_or_default()
    }

    /// Records the name of a node, and warns if another one has the same.
    fn note_name(&mut self, node: NodeId, name: String) {
        if self.name_of(node) == name {
            return;
        }
        tracing::info!(%node, name, "another node serves this community");
        if name == self.name || self.peers().any(|(other, known)| other != node && known == Some(&name)) {
            tracing::warn!(%node, name, "two nodes have the same name; set node_name so that logs and lists tell them apart");
        }
        if let Some(peer) = self.peers.get_mut(&node) {
            peer.name = Some(name);
        }
    }
}
