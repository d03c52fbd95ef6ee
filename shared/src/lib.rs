//! What papo's server and its clients must agree on.
//!
//! Three layers, each naming only the ones before it:
//!
//! - [`model`]: values that are parsed once and valid for ever (names, message text, ids, entries);
//! - [`protocol`]: the frames that travel, by noun, and every refusal with its code;
//! - [`codec`]: newline-delimited JSON with a bound on the line.
//!
//! Deliberately absent: sockets, a runtime, SQL, a terminal, a clock. `PROTOCOL.md` beside this crate
//! tells the same for somebody who writes a client in another language.

pub mod codec;
pub mod model;
pub mod protocol;
