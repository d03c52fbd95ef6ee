//! How many people send how many messages to how many others.

/// Messages in flight per sender.
pub(crate) const WINDOW: usize = 16;

/// Messages per sender before the measurement starts.
pub(crate) const WARM_UP: usize = 2 * WINDOW;

/// The shape of a load.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) groups: usize,
    /// Members per group, including the sender.
    pub(crate) members: usize,
    /// Measured messages of each sender.
    pub(crate) messages: usize,
}

impl Shape {
    pub(crate) fn deliveries(self) -> usize {
        self.groups * (self.members - 1) * self.messages
    }
}
