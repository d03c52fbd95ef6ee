//! Fuzzes sessions of a server in memory with arbitrary input: `cargo +nightly fuzz run -s none session` in `server`. Without a
//! sanitizer it is faster, and the server has no unsafe code for one to check. `-- -dict=../shared/fuzz/frames.dict` adds the words of
//! the protocol.

#![no_main]

use std::sync::OnceLock;

use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

#[path = "../../tests/it/session_fuzzing.rs"]
mod session_fuzzing;

use session_fuzzing::Harness;

/// What all inputs share.
struct World {
    runtime: Runtime,
    harness: Harness,
}

impl World {
    fn get() -> &'static Self {
        static WORLD: OnceLock<World> = OnceLock::new();
        WORLD.get_or_init(|| {
            // On a paused clock, which advances when nothing else is left to do, no timer takes time.
            let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
            let data = TempDir::new().unwrap();
            let harness = runtime.block_on(Harness::start(data.path()));
            Self { runtime, harness }
        })
    }
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let world = World::get();
    world.runtime.block_on(world.harness.feed(input));
});
