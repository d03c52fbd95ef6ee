//! Several nodes that serve one community on one store: events and presence between them.
//!
//! A [`network::Network`] carries bytes between the nodes. It may lose anything at any time, because the store holds everything
//! that must not be lost: only speed depends on it.

#[cfg(feature = "cluster")]
pub mod nats;
pub mod network;
