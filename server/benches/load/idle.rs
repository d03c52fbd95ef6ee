//! What a session costs that does nothing: the server's memory with very many of them, less what it has without any.

use crate::delivery::AT_ONCE;
use crate::dialect::Dialect;
use crate::figures::{Table, median, shown};
use crate::generator::{Generator, Target};
use crate::papo::Papo;
use crate::process::Process;
use crate::relay::{Relay, RelayDialect};

/// People of a group: so many hear of each other that they are here.
const MEMBERS: usize = 50;

pub(crate) fn measure(sessions: usize, runs: usize) {
    let groups = sessions.div_ceil(MEMBERS);
    let sessions = groups * MEMBERS;
    let title = format!("idle: {sessions} signed-in sessions in groups of {MEMBERS}; medians of {runs}");
    let mut table = Table::new(title, &["", "KiB a session"]);
    let turns: Vec<[f64; 3]> = (0..runs).map(|_| turn(groups)).collect();
    for (number, name) in ["bare relay", "papo-server", "papo-server, TLS"].into_iter().enumerate() {
        table.row([name.to_owned(), shown(median(turns.iter().map(|turn| turn[number])))]);
    }
    table.print();
}

fn turn(groups: usize) -> [f64; 3] {
    let relay = Relay::start();
    let target = Target { address: relay.address, tls: None };
    let bare = grown(RelayDialect { members: MEMBERS }, &target, relay.process(), groups);
    drop(relay);
    let [plain, encrypted] = [Papo::plain as fn(&Papo) -> Target, Papo::encrypted].map(|target| {
        let papo = Papo::start(groups, MEMBERS);
        grown(papo.dialect(), &target(&papo), papo.process(), groups)
    });
    [bare, plain, encrypted]
}

/// By how many KiB a session the process grows while so many enter.
fn grown(dialect: impl Dialect, target: &Target, process: Process, groups: usize) -> f64 {
    let sessions = groups * MEMBERS;
    process.cpu_when_quiet();
    let before = process.resident_kib();
    let sessions_open = Generator::enter(dialect, target, sessions, AT_ONCE);
    process.cpu_when_quiet();
    let after = process.resident_kib();
    drop(sessions_open);
    (after as f64 - before as f64) / sessions as f64
}
