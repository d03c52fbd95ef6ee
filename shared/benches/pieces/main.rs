//! Micro-benchmarks of the codec, the frames and text cleaning: `cargo bench -p papo-shared --bench pieces`.

#![allow(clippy::unwrap_used, reason = "a benchmark that meets an unexpected value should stop there")]

mod cleaning;
mod lines;

fn main() {
    divan::main();
}
