//! Tests of what other programs rely on: the wire format and the page that documents it; and of the crate's import
//! rules.

#![allow(clippy::unwrap_used, reason = "a test reports failure by panicking")]

mod architecture;
mod decoder;
mod document;
mod golden;
mod names;
mod round_trip;
mod text_values;
