//! How long it takes when everybody comes back at once.

use std::time::Instant;

use crate::dialect::Dialect;
use crate::figures::{Table, median, microseconds, shown};
use crate::generator::{Generator, Target};
use crate::papo::Papo;
use crate::process::Process;
use crate::relay::{Relay, RelayDialect};

/// People of a group: so many hear of each other that they are here.
const MEMBERS: usize = 50;

pub(crate) fn measure(sessions: usize, runs: usize) {
    let groups = sessions.div_ceil(MEMBERS);
    let sessions = groups * MEMBERS;
    let title = format!(
        "sign-in storm: {sessions} people in groups of {MEMBERS} connect and sign in by token, all at once; medians of {runs}"
    );
    let mut table = Table::new(title, &["", "ms until all are signed in", "us CPU a sign-in"]);
    let turns: Vec<[[f64; 2]; 3]> = (0..runs).map(|_| turn(groups)).collect();
    for (number, name) in ["bare relay", "papo-server", "papo-server, TLS"].into_iter().enumerate() {
        let [wall, cpu] = [0, 1].map(|figure| shown(median(turns.iter().map(|turn| turn[number][figure]))));
        table.row([name.to_owned(), wall, cpu]);
    }
    table.print();
}

fn turn(groups: usize) -> [[f64; 2]; 3] {
    let relay = Relay::start();
    let target = Target { address: relay.address, tls: None };
    let bare = storm(RelayDialect { members: MEMBERS }, &target, relay.process(), groups);
    drop(relay);
    let [plain, encrypted] = [Papo::plain as fn(&Papo) -> Target, Papo::encrypted].map(|target| {
        let papo = Papo::start(groups, MEMBERS);
        storm(papo.dialect(), &target(&papo), papo.process(), groups)
    });
    [bare, plain, encrypted]
}

/// Gives ms until the last one is in, and µs of CPU for each.
fn storm(dialect: impl Dialect, target: &Target, process: Process, groups: usize) -> [f64; 2] {
    let sessions = groups * MEMBERS;
    let cpu = process.cpu_when_quiet();
    let began = Instant::now();
    let sessions_open = Generator::enter(dialect, target, sessions, sessions);
    let wall = began.elapsed();
    let cpu = process.cpu_when_quiet() - cpu;
    drop(sessions_open);
    [wall.as_secs_f64() * 1e3, microseconds(cpu) / sessions as f64]
}
