//! Fuzzes sessions of a real server with arbitrary input: `cargo +nightly fuzz run session` in `server`.

#![no_main]

use std::sync::OnceLock;

use papo_server::{Config, Limits, Server};
use tempfile::TempDir;
use tokio::runtime::Runtime;

#[path = "../../tests/it/session_fuzzing.rs"]
mod session_fuzzing;

/// One server for all inputs, because starting it takes longer than thousands of them.
struct World {
    runtime: Runtime,
    server: Server,
    _data: TempDir,
}

impl World {
    fn get() -> &'static Self {
        static WORLD: OnceLock<World> = OnceLock::new();
        WORLD.get_or_init(|| {
            let (runtime, data) = (Runtime::new().unwrap(), TempDir::new().unwrap());
            let limits = Limits {
                sign_ins_per_minute_by_address: u32::MAX,
                sign_ins_per_minute_by_username: u32::MAX,
                registrations_per_hour_by_address: u32::MAX,
                groups_per_hour_by_account: u32::MAX,
                ..Limits::default()
            };
            let config = Config::new(([127, 0, 0, 1], 0).into(), data.path().to_owned());
            let server = runtime.block_on(Server::start(Config { limits, password_cost: 4, ..config })).unwrap();
            runtime.block_on(session_fuzzing::feed(server.local_addr(), session_fuzzing::BEGINNING));
            Self { runtime, server, _data: data }
        })
    }
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let world = World::get();
    world.runtime.block_on(session_fuzzing::feed(world.server.local_addr(), input));
});
