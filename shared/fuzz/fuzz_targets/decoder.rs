//! `cargo +nightly fuzz run decoder` in `shared`: any bytes, read as a stream of lines and each line as a frame.

#![no_main]

#[path = "../../tests/it/decoder.rs"]
mod decoder;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| decoder::check(bytes));
