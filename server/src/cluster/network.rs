//! The boundary to the network between the nodes of a community.

use async_trait::async_trait;
use bytes::Bytes;

pub use crate::domain::NodeId;

/// Maximum size of what is given to a [`Network`] at once, in bytes.
pub const MAX_FRAME_BYTES: usize = 512 * 1024;

/// Carries bytes between nodes. It may lose, duplicate, delay and reorder them.
#[async_trait]
pub trait Network: Send + Sync {
    /// Sends to all other nodes of the community, and perhaps to this one. Never waits; drops the bytes if it would have to.
    fn broadcast(&self, bytes: Bytes);
    /// Sends to one node. Never waits; drops the bytes if it would have to.
    fn send(&self, to: NodeId, bytes: Bytes);
    /// Waits for what arrives. Supports one waiter. Cancelling it loses nothing.
    async fn receive(&self) -> Received;
    /// Whether this node currently reaches the network.
    fn is_connected(&self) -> bool;
    /// The state and the counters, for monitoring.
    fn status(&self) -> NetworkStatus {
        let state = if self.is_connected() { NetworkState::Connected } else { NetworkState::Disconnected };
        NetworkStatus { state, ..NetworkStatus::default() }
    }
    /// Flushes what was sent and disconnects. Takes a limited time.
    async fn close(&self);
}

/// What a [`Network`] received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// Bytes from another node, or perhaps from this one. They come from outside and have to be validated.
    Bytes(Bytes),
    /// Bytes for this node may have been lost: it reconnected, or did not receive fast enough.
    Interrupted,
}

/// The state of a [`Network`], and its counters since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NetworkStatus {
    /// Whether it can be used.
    pub state: NetworkState,
    /// Number of frames that were sent, each counted once, even if it is for all nodes.
    pub sent: u64,
    /// Number of frames that arrived.
    pub received: u64,
    /// Number of frames that were not sent.
    pub dropped: u64,
}

/// Whether a [`Network`] can be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NetworkState {
    /// The network is not reachable.
    #[default]
    Disconnected,
    /// The network is reachable and refuses this node permissions that it needs.
    Denied,
    /// Nothing is known to be wrong.
    Connected,
}
