//! What the pieces of a frame and of a message cost, each for itself: `cargo bench -p papo --bench pieces`, with a part of a name
//! behind `--` for some of them. What they come to together is measured by `whole_client`.

#![allow(clippy::unwrap_used, reason = "a measurement that meets what it does not expect should end there")]

mod drawing;
mod events;
mod group;
mod text;

fn main() {
    divan::main();
}
