//! Fuzzes the line codec and the frame decoder with arbitrary bytes: `cargo +nightly fuzz run decoder` in `shared`.

#![no_main]

#[path = "../../tests/it/decoder.rs"]
mod decoder;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| decoder::check(bytes));
