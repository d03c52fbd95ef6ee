//! How a server is talked to.

/// What a server said first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The connection has entered and can talk.
    Entered,
    /// What somebody else said.
    Delivered,
    /// What was said here is accepted.
    Acknowledged,
    /// Nothing of interest.
    Nothing,
    /// What must not happen under this load.
    Trouble,
}

/// How a server is talked to.
pub(crate) trait Dialect {
    /// Whether it says to the sender that it has a message. Where it does not, a message counts as accepted once the first of
    /// the others has it.
    fn acknowledges(&self) -> bool;

    /// What this connection says to enter.
    fn enter(&self, connection: usize) -> Vec<u8>;

    /// What the first of a group says to the others of it, and as the how manieth of its messages.
    fn say(&self, group: usize, number: usize, body: &str) -> Vec<u8>;

    /// What begins these bytes, and how many of them that is; none where more must come first. What has to be answered at once
    /// is answered in `answer`.
    fn hear(&self, bytes: &[u8], answer: &mut Vec<u8>) -> Option<(usize, Heard)>;
}

/// The first line, its newline not counted.
pub(crate) fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    memchr::memchr(b'\n', bytes).map(|end| &bytes[..end])
}
