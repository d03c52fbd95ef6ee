//! A simulated network between nodes of one process, which loses, duplicates, delays and reorders what it carries.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use papo_server::cluster::network::{MAX_FRAME_BYTES, Network, NodeId, Received};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use tokio::time::sleep;

/// How the network behaves at present.
#[derive(Clone, Debug)]
pub(crate) struct Conditions {
    /// Probability that something is lost.
    pub(crate) lost: f64,
    /// Probability that something arrives twice.
    pub(crate) duplicated: f64,
    /// How long it takes, in microseconds. Differs for each, which reorders them.
    pub(crate) delay: Range<u64>,
    /// Whether the nodes know that they do not reach each other.
    pub(crate) is_connected: bool,
}

impl Conditions {
    pub(crate) const GOOD: Self = Self { lost: 0.0, duplicated: 0.0, delay: 0..1, is_connected: true };
    /// Everything is lost, and the nodes do not know.
    pub(crate) const SILENT: Self = Self { lost: 1.0, ..Self::GOOD };
    /// Everything is lost, and the nodes know.
    pub(crate) const DOWN: Self = Self { lost: 1.0, is_connected: false, ..Self::GOOD };
}

/// The medium that connects the nodes.
pub(crate) struct Medium {
    state: Mutex<State>,
}

struct State {
    inboxes: BTreeMap<NodeId, mpsc::UnboundedSender<Received>>,
    conditions: Conditions,
    random: StdRng,
}

impl Medium {
    pub(crate) fn new(seed: u64) -> Arc<Self> {
        let random = StdRng::seed_from_u64(seed);
        let state = State { inboxes: BTreeMap::new(), conditions: Conditions::GOOD, random };
        Arc::new(Self { state: Mutex::new(state) })
    }

    /// Changes how the network behaves. Nodes that are connected again learn that they missed something.
    pub(crate) fn set(&self, conditions: Conditions) {
        let mut state = self.state.lock().unwrap();
        if conditions.is_connected && !state.conditions.is_connected {
            state.inboxes.values().for_each(|inbox| drop(inbox.send(Received::Interrupted)));
        }
        state.conditions = conditions;
    }

    /// Connects a node.
    pub(crate) fn connect(self: &Arc<Self>, node: NodeId) -> Arc<SimulatedNetwork> {
        let (inbox, received) = mpsc::unbounded_channel();
        self.state.lock().unwrap().inboxes.insert(node, inbox);
        Arc::new(SimulatedNetwork { node, medium: self.clone(), received: AsyncMutex::new(received) })
    }

    /// Disconnects a node for ever, as if its machine had disappeared.
    pub(crate) fn remove(&self, node: NodeId) {
        self.state.lock().unwrap().inboxes.remove(&node);
    }

    fn carry(&self, from: NodeId, to: NodeId, bytes: &Bytes) {
        assert!(bytes.len() <= MAX_FRAME_BYTES, "a frame is too large");
        let mut state = self.state.lock().unwrap();
        let State { inboxes, conditions: Conditions { lost, duplicated, delay, .. }, random } = &mut *state;
        if !inboxes.contains_key(&from) {
            return;
        }
        let Some(inbox) = inboxes.get(&to) else { return };
        let copies = if random.random_bool(*lost) { 0 } else { 1 + usize::from(random.random_bool(*duplicated)) };
        for _ in 0..copies {
            let (inbox, received) = (inbox.clone(), Received::Bytes(bytes.clone()));
            if delay.end <= 1 {
                let _ = inbox.send(received);
                continue;
            }
            let after = Duration::from_micros(random.random_range(delay.clone()));
            tokio::spawn(async move {
                sleep(after).await;
                let _ = inbox.send(received);
            });
        }
    }
}

/// The network as one node sees it.
pub(crate) struct SimulatedNetwork {
    node: NodeId,
    medium: Arc<Medium>,
    received: AsyncMutex<mpsc::UnboundedReceiver<Received>>,
}

#[async_trait]
impl Network for SimulatedNetwork {
    fn broadcast(&self, bytes: Bytes) {
        let nodes: Vec<_> = self.medium.state.lock().unwrap().inboxes.keys().copied().collect();
        nodes.into_iter().for_each(|to| self.medium.carry(self.node, to, &bytes));
    }

    fn send(&self, to: NodeId, bytes: Bytes) {
        self.medium.carry(self.node, to, &bytes);
    }

    async fn receive(&self) -> Received {
        match self.received.lock().await.recv().await {
            Some(received) => received,
            None => std::future::pending().await,
        }
    }

    fn is_connected(&self) -> bool {
        self.medium.state.lock().unwrap().conditions.is_connected
    }

    async fn close(&self) {
        self.medium.remove(self.node);
    }
}
