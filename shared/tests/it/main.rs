//! What other programs rely on: the lines on the wire, the page that describes them, and the crate's own import rules.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod architecture;
mod decoder;
mod document;
mod golden;
mod names;
mod round_trip;
