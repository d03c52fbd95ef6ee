//! Abstraction of the protocols that the compared servers speak.

/// Classification of one received item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// The connection is signed in and may send.
    SignedIn,
    /// A message from another connection.
    Delivered,
    /// The server accepted a message of this connection.
    Acknowledged,
    /// Nothing relevant to the benchmark.
    Nothing,
    /// An error that must not occur under this load.
    Trouble,
}

pub(crate) trait Dialect {
    /// Whether the server acknowledges messages to their sender. If not, a message counts as accepted when the
    /// first receiver has it.
    fn acknowledges(&self) -> bool;

    /// Bytes that a connection sends to sign in.
    fn sign_in_bytes(&self, connection: usize) -> Vec<u8>;

    /// Bytes of message `number` from the sender of `group`.
    fn encode_message(&self, group: usize, number: usize, body: &str) -> Vec<u8>;

    /// Classifies the first item in `bytes` and returns its length; `None` if it is incomplete. Appends to `answer`
    /// what must be sent in response.
    fn classify(&self, bytes: &[u8], answer: &mut Vec<u8>) -> Option<(usize, Received)>;
}

/// The first line, without its newline.
pub(crate) fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    memchr::memchr(b'\n', bytes).map(|end| &bytes[..end])
}
