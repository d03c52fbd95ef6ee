//! How many lines that are no frames one connection may send.

/// Lines beyond the limit: the one that makes this number closes the connection.
const MAX_TOO_LONG: u32 = 3;

/// Lines that are no frames: the one that makes this number closes the connection.
const MAX_MALFORMED: u32 = 10;

/// What one connection got wrong.
#[derive(Debug, Default)]
pub(super) struct Mistakes {
    too_long: u32,
    malformed: u32,
}

impl Mistakes {
    /// A line was too long. Says whether it was one too many.
    pub(super) fn too_long(&mut self) -> bool {
        self.too_long += 1;
        self.too_long >= MAX_TOO_LONG
    }

    /// A line was no frame. Says whether it was one too many.
    pub(super) fn malformed(&mut self) -> bool {
        self.malformed += 1;
        self.malformed >= MAX_MALFORMED
    }
}
