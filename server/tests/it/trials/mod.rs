//! Trials of what an acknowledgement guarantees: a load of players who post, join, leave, read and sign in; a failure
//! in the middle of it; and a checker that compares what they observed with what is stored. `server/tests/README.md`
//! describes each trial and how to run it longer.

mod checker;
mod checker_sees;
mod failing_disk;
mod history;
mod kill;
mod kill_then_power_cut;
mod load;
mod migration;
mod player;
mod power_cut;
mod stored_state;

use papo_simulated_disk::Disk;

use crate::client::TestServer;

/// A server on a simulated disk that is prepared before it starts.
async fn server_on_a_disk(prepare: impl FnOnce(&Disk)) -> (TestServer, Disk) {
    let mut disk = None;
    let server = TestServer::with(|config| {
        let watched = Disk::watch(&config.data_dir).unwrap();
        prepare(&watched);
        disk = Some(watched);
    });
    (server.await, disk.unwrap())
}

/// A number from the environment, for running a trial longer.
fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).map_or(otherwise, |number| number.parse().expect(variable))
}
