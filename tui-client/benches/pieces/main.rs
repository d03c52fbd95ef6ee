//! Measures single steps of drawing a frame and processing a message: `cargo bench -p papo --bench pieces`, optionally with a
//! part of a name after `--`. `whole_client` measures them together.

#![allow(clippy::unwrap_used, reason = "a measurement should stop at anything unexpected")]

mod drawing;
mod events;
mod group;
mod text;

fn main() {
    divan::main();
}
