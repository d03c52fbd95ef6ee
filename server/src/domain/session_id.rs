//! Identification of server processes and their connections.

use std::fmt;

/// Identifies a node: one run of a server process. A process that is started again is another node.
///
/// Two of n processes share their random id with a probability of about n² / 2⁶⁵: for a million processes, counting restarts,
/// 1 in 37 million. Only processes that run at the same time can be confused, which makes it rarer still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u64);

impl NodeId {
    /// The id of this process. Called once per process.
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }
}

/// As 16 hexadecimal digits.
impl fmt::Display for NodeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

/// Identifies a connection, uniquely across nodes and restarts: the high 64 bits are the id of its node, and the low 64 bits count
/// the connections of that node from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u128);

impl SessionId {
    /// No session, for actions of the server or its operator.
    pub const NONE: Self = Self(0);

    /// The connection with this number on this node.
    #[must_use]
    pub fn new(node: NodeId, number: u64) -> Self {
        Self(u128::from(node.0) << 64 | u128::from(number))
    }

    /// The node that the connection belongs to.
    #[must_use]
    pub fn node(self) -> NodeId {
        NodeId((self.0 >> 64) as u64)
    }

    /// The number of the connection on its node, as logged and shown to operators.
    #[must_use]
    pub fn number(self) -> u64 {
        (self.0 & u128::from(u64::MAX)) as u64
    }
}

/// Assigns the ids of one node's sessions.
pub struct SessionIds {
    node: NodeId,
    last_number: u64,
}

impl SessionIds {
    /// Called once per node, so that its numbers are unique.
    #[must_use]
    pub fn of(node: NodeId) -> Self {
        Self { node, last_number: 0 }
    }

    /// The id of the next connection.
    pub fn assign(&mut self) -> SessionId {
        self.last_number += 1;
        SessionId::new(self.node, self.last_number)
    }
}

#[cfg(test)]
mod tests {
    use super::{NodeId, SessionId, SessionIds};

    #[test]
    fn ids_of_two_nodes_differ_and_their_numbers_count_from_1() {
        let node = NodeId::random();
        let mut ids = SessionIds::of(node);
        let (first, second) = (ids.assign(), ids.assign());
        assert_eq!((first.number(), second.number()), (1, 2));
        assert_eq!((first.node(), second.node()), (node, node));
        assert!(SessionId::NONE < first && first < second, "sessions are listed in the order of their ids");
        let other = SessionIds::of(NodeId::random()).assign();
        assert_eq!(other.number(), 1);
        assert_ne!(first, other);
    }

    #[test]
    fn the_id_of_a_node_has_16_digits() {
        assert_eq!(NodeId(0xab).to_string(), "00000000000000ab");
    }
}
