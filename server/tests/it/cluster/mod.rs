//! Several nodes that serve one community, over a simulated network.

mod network;
mod sockets;
