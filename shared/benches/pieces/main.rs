//! What it costs to read and write lines, and to clean what stands in them: `cargo bench -p papo-shared --bench pieces`.

#![allow(clippy::unwrap_used, reason = "a measurement that meets what it does not expect should end there")]

mod cleaning;
mod lines;

fn main() {
    divan::main();
}
