//! Identification of connections.

/// Identifies a connection, uniquely across nodes and restarts.
///
/// The high 64 bits are random per server process, and the low 64 bits count its connections from 1. Two of n processes share
/// their random bits with a probability of about n² / 2⁶⁵: for a million processes, counting restarts, 1 in 37 million. Only
/// sessions that are open at the same time can be confused, which makes it rarer still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u128);

impl SessionId {
    /// No session, for actions of the server or its operator.
    pub const NONE: Self = Self(0);

    /// The number of the connection within its server process, as logged and shown to operators.
    #[must_use]
    pub fn number(self) -> u64 {
        (self.0 & u128::from(u64::MAX)) as u64
    }
}

/// Assigns the ids of one server process.
pub struct SessionIds {
    process: u64,
    last_number: u64,
}

impl SessionIds {
    /// Draws the random bits of this server process. Called once per process, so that its numbers are unique.
    #[must_use]
    pub fn random() -> Self {
        Self { process: rand::random(), last_number: 0 }
    }

    /// The id of the next connection.
    pub fn assign(&mut self) -> SessionId {
        self.last_number += 1;
        SessionId(u128::from(self.process) << 64 | u128::from(self.last_number))
    }
}

#[cfg(test)]
mod tests {
    use super::{SessionId, SessionIds};

    #[test]
    fn ids_of_two_processes_differ_and_their_numbers_count_from_1() {
        let mut ids = SessionIds::random();
        let (first, second) = (ids.assign(), ids.assign());
        assert_eq!((first.number(), second.number()), (1, 2));
        assert!(SessionId::NONE < first && first < second, "sessions are listed in the order of their ids");
        let other = SessionIds::random().assign();
        assert_eq!(other.number(), 1);
        assert_ne!(first, other);
    }
}
