//! What follows from a frame of another node.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::Membership;
use crate::cluster::effect::Effect;
use crate::cluster::frame::{self, Content, Frame, Part, SessionChange, SessionState, Streamed};
use crate::cluster::incoming::Arrival;
use crate::cluster::lines::{self, Line};
use crate::cluster::network::NodeId;
use crate::cluster::peer::Peer;
use crate::domain::{AccountId, SessionId};

/// Maximum number of other nodes. More are ignored.
const MAX_NODES: usize = 1000;

/// Number of nodes that left which are remembered, so that their late frames are ignored.
const MAX_DEPARTED: usize = 1000;

impl Membership {
    /// Takes a frame that was received.
    pub(in crate::cluster) fn receive(&mut self, frame: Frame, now: Instant) -> Vec<Effect> {
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

    pub(super) fn replace_sessions(&mut self, from: NodeId, snapshot: &BTreeMap<u64, SessionState>, effects: &mut Vec<Effect>) {
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

    /// Starts a stream to this node, with a snapshot of the sessions.
    fn start_stream(&mut self, to: NodeId, effects: &mut Vec<Effect>) {
        let lines: Vec<Line> = self.sessions.values().map(lines::encode).collect();
        let Some(peer) = self.peers.get_mut(&to) else { return };
        self.last_stream += 1;
        peer.start_stream(self.last_stream);
        let mut frames = lines::divide(&lines).into_iter().peekable();
        while let Some(lines) = frames.next() {
            let part = Part::Snapshot { continues: frames.peek().is_some(), follows_events: self.has_published };
            effects.push(Effect::Send(to, frame::streamed(self.own, peer.next_position(), part, lines)));
        }
    }

    fn note_departed(&mut self, node: NodeId) {
        if self.departed.len() >= MAX_DEPARTED {
            self.departed.pop_front();
        }
        self.departed.push_back(node);
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
