//! Limits on malformed lines per connection.

/// The connection is closed at this many overlong lines.
const MAX_TOO_LONG: u32 = 3;

/// The connection is closed at this many malformed lines.
const MAX_MALFORMED: u32 = 10;

/// Counters of one connection.
#[derive(Debug, Default)]
pub(super) struct MalformedLines {
    too_long: u32,
    malformed: u32,
}

impl MalformedLines {
    /// Counts an overlong line. Returns true if the connection must be closed.
    pub(super) fn too_long(&mut self) -> bool {
        self.too_long += 1;
        self.too_long >= MAX_TOO_LONG
    }

    /// Counts a malformed line. Returns true if the connection must be closed.
    pub(super) fn malformed(&mut self) -> bool {
        self.malformed += 1;
        self.malformed >= MAX_MALFORMED
    }
}
