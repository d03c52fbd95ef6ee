//! Trials of what an acknowledgement means: a load of people who talk, join, leave, read and sign in; something that breaks in
//! the middle of it; and a checker that compares what everybody saw with what is kept. `server/tests/README.md` says what each
//! shows and how to run it longer.

mod checker;
mod checker_sees;
mod failing_disk;
mod history;
mod kept;
mod kill;
mod kill_then_power_cut;
mod load;
mod migration;
mod player;
mod power_cut;

use papo_simulated_disk::Disk;

use crate::client::TestServer;

/// A server whose disk was prepared before it started.
async fn server_on_a_disk(prepare: impl FnOnce(&Disk)) -> (TestServer, Disk) {
    let mut disk = None;
    let server = TestServer::with(|config| {
        let watched = Disk::watch(&config.data_dir).unwrap();
        prepare(&watched);
        disk = Some(watched);
    });
    (server.await, disk.unwrap())
}

/// A number from the environment, for trials that are run longer.
fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).map_or(otherwise, |number| number.parse().expect(variable))
}
