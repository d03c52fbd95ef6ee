//! The stream of frames from another node, as far as it was received.

use super::frame::Position;

/// What was received of the numbered frames of another node.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    /// The newest known stream; 0 if none is known.
    stream: u64,
    /// Number of the last frame received or known to be lost.
    last: u64,
    /// Whether a frame of this stream was lost, so that the sender has to start another one.
    is_broken: bool,
}

/// How a numbered frame arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// The next frame.
    InOrder,
    /// Frames before it are missing.
    AfterLoss,
    /// It was received before, counted as lost, or belongs to an earlier stream: it has to be ignored.
    Late,
}

impl Incoming {
    /// Takes note of a numbered frame.
    pub(super) fn arrive(&mut self, at: Position) -> Arrival {
        if at.stream < self.stream || at.stream == self.stream && at.number <= self.last {
            return Arrival::Late;
        }
        let is_new = at.stream > self.stream;
        let expected = if is_new { 1 } else { self.last + 1 };
        let is_gap = at.number > expected;
        self.is_broken = is_gap || self.is_broken && !is_new;
        (self.stream, self.last) = (at.stream, at.number);
        if is_gap { Arrival::AfterLoss } else { Arrival::InOrder }
    }

    /// Takes note of the position of the last frame that was sent. Returns whether frames are missing that were not known to be.
    pub(super) fn tick(&mut self, at: Position) -> bool {
        let is_loss = at.stream > self.stream || at.stream == self.stream && at.number > self.last;
        if is_loss {
            self.is_broken = true;
            (self.stream, self.last) = (at.stream, at.number);
        }
        is_loss
    }

    /// Whether a frame of the newest stream was lost.
    pub(super) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// The stream that the sender has to replace, if any.
    pub(super) fn broken_stream(&self) -> Option<u64> {
        self.is_broken.then_some(self.stream)
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrival, Incoming, Position};

    fn at(stream: u64, number: u64) -> Position {
        Position { stream, number }
    }

    #[track_caller]
    fn check(incoming: &mut Incoming, stream: u64, number: u64, arrival: Arrival, broken: Option<u64>) {
        assert_eq!(incoming.arrive(at(stream, number)), arrival);
        assert_eq!(incoming.broken_stream(), broken);
    }

    #[test]
    fn a_stream_without_loss_is_never_broken() {
        let mut incoming = Incoming::default();
        check(&mut incoming, 4, 1, Arrival::InOrder, None);
        check(&mut incoming, 4, 2, Arrival::InOrder, None);
        assert!(!incoming.tick(at(4, 2)) && !incoming.tick(at(4, 1)));
        check(&mut incoming, 4, 2, Arrival::Late, None);
    }

    #[test]
    fn a_stream_with_a_loss_stays_broken_until_the_next_one() {
        let mut incoming = Incoming::default();
        check(&mut incoming, 4, 1, Arrival::InOrder, None);
        check(&mut incoming, 4, 3, Arrival::AfterLoss, Some(4));
        check(&mut incoming, 4, 4, Arrival::InOrder, Some(4));
        check(&mut incoming, 4, 2, Arrival::Late, Some(4));
        check(&mut incoming, 5, 1, Arrival::InOrder, None);
        check(&mut incoming, 4, 5, Arrival::Late, None);
    }

    #[test]
    fn the_loss_of_the_first_frame_is_noticed() {
        let mut incoming = Incoming::default();
        check(&mut incoming, 1, 2, Arrival::AfterLoss, Some(1));
        check(&mut incoming, 2, 1, Arrival::InOrder, None);
        check(&mut incoming, 3, 4, Arrival::AfterLoss, Some(3));
    }

    #[test]
    fn the_loss_of_the_last_frame_is_noticed_once() {
        let mut incoming = Incoming::default();
        check(&mut incoming, 1, 1, Arrival::InOrder, None);
        assert!(incoming.tick(at(1, 2)));
        assert_eq!(incoming.broken_stream(), Some(1));
        assert!(!incoming.tick(at(1, 2)));
        check(&mut incoming, 1, 2, Arrival::Late, Some(1));
        assert!(incoming.tick(at(2, 1)));
        check(&mut incoming, 3, 1, Arrival::InOrder, None);
    }
}
