//! Several nodes that serve one community, over a simulated network.

pub(crate) mod network;
mod sockets;
