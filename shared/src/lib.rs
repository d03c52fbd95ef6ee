//! Everything that papo's server and its clients must agree on.
//!
//! Three layers; each uses only those above it in this list:
//!
//! - [`model`]: values that are validated once, when parsed (names, message text, ids, entries);
//! - [`protocol`]: the frames on the wire, one module per noun, and every refusal with its code;
//! - [`codec`]: newline-delimited framing with a maximum line length.
//!
//! Deliberately absent: sockets, a runtime, SQL, a terminal, a clock. `PROTOCOL.md` next to this crate describes the
//! same protocol for authors of clients in other languages.

pub mod codec;
pub mod model;
pub mod protocol;
