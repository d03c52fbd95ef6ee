//! Several nodes that serve one community on one store: events and presence between them.
//!
//! A [`network::Network`] carries bytes between the nodes. It may lose anything at any time, because the store holds everything
//! that must not be lost: only speed depends on it.
//!
//! - Each node knows the sessions of all nodes, and sends events to those with sessions of the recipients (`membership`). The
//!   frames between two nodes are numbered, so that a loss is noticed (`incoming`).
//! - Entries that two nodes write to one conversation are put in order (`order`).
//! - What was lost is read from the store (`recovery`), and sessions are told that they may have missed events (`lagged`).
//! - Each change of presence is announced by one node (`answerers`).
//!
//! Time is measured by the runtime's clock only, so the clocks of the nodes may differ.

mod answerers;
mod bus;
mod effect;
mod events;
mod figures;
mod frame;
mod incoming;
mod lagged;
mod lines;
mod membership;
#[cfg(feature = "cluster")]
pub mod nats;
pub mod network;
mod node;
mod order;
mod peer;
mod presence;
mod recovery;
mod routes;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use self::bus::ClusterBus;
use self::network::{Network, NetworkStatus, NodeId};
use self::node::Node;
use self::presence::ClusterPresence;
use crate::bus::Bus;
use crate::clock::Clock;
use crate::presence::Presence;
use crate::presence::in_process::InProcessPresence;
use crate::store::StoreError;
use crate::store::shared::SharedStore;
pub use figures::{Counter, Figures};

/// How long a node that starts waits for the other nodes, before it serves anyone.
const WELCOME: Duration = Duration::from_millis(300);

/// What a node needs to join the other nodes of its community.
#[derive(Clone)]
pub struct Joining {
    /// The id of this process, which its network uses as well.
    pub node: NodeId,
    /// The name of the node, for people.
    pub name: String,
    /// The store of all nodes.
    pub store: Arc<dyn SharedStore>,
    /// The network between them.
    pub network: Arc<dyn Network>,
}

/// This node, as a part of the cluster. Cloning gives another handle.
#[derive(Clone)]
pub struct Cluster {
    node: Arc<Node>,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) presence: Arc<dyn Presence>,
}

/// A task that has to run for as long as the server does, with what it does.
pub(crate) type Task = (&'static str, Pin<Box<dyn Future<Output = ()> + Send>>);

/// Joins the other nodes. Nothing is sent or received until the tasks run.
///
/// # Errors
/// The store could not be asked for its position.
pub(crate) async fn join(
    joining: Joining,
    clock: Arc<dyn Clock>,
    presence: InProcessPresence,
) -> Result<(Cluster, Vec<Task>), StoreError> {
    let Joining { node, name, store, network } = joining;
    let position = store.news_position().await?;
    let node = Arc::new(Node::new(node, name, network, clock, presence));
    let [receiving, acting, recovering, ending] = [(); 4].map(|()| node.clone());
    let (news, devices) = (store.clone(), store);
    let tasks: Vec<Task> = vec![
        ("receiving from other nodes", Box::pin(async move { receiving.receive().await })),
        ("keeping contact with other nodes", Box::pin(async move { acting.act_when_due().await })),
        ("recovering events", Box::pin(async move { recovery::recover_entries(&recovering, &*news, position).await })),
        ("ending sessions", Box::pin(async move { recovery::end_sessions(&ending, &*devices).await })),
    ];
    let cluster = Cluster { bus: Arc::new(ClusterBus(node.clone())), presence: Arc::new(ClusterPresence(node.clone())), node };
    Ok((cluster, tasks))
}

impl Cluster {
    /// Waits until the other nodes should know this one. Its tasks must run.
    pub(crate) async fn wait_for_welcome(&self) {
        if self.node.is_connected() {
            sleep(WELCOME).await;
        }
    }

    /// Whether this node currently reaches the network.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.node.is_connected()
    }

    /// The state and the counters of the network.
    #[must_use]
    pub fn network_status(&self) -> NetworkStatus {
        self.node.network_status()
    }

    /// Number of other nodes that this one knows.
    #[must_use]
    pub fn other_nodes(&self) -> usize {
        self.node.peers()
    }

    /// What this node counted.
    #[must_use]
    pub fn figures(&self) -> &Figures {
        &self.node.figures
    }

    /// Tells the other nodes that this one stops. Its sessions must have ended.
    pub(crate) async fn leave(&self) {
        self.node.leave().await;
    }
}
