//! Time and CPU for all accounts to sign in at once.

use std::time::Instant;

use crate::figures::{Table, median, microseconds, shown};
use crate::generator::Generator;
use crate::subject::Kind;

/// Members per group, each of whom is sent the others' presence.
const MEMBERS: usize = 50;

pub(crate) fn measure(kinds: &[Kind], sessions: usize, runs: usize) {
    let groups = sessions.div_ceil(MEMBERS);
    // Other servers have a smaller backlog, so that the result would depend on the kernel's retries.
    let kinds: Vec<Kind> = kinds.iter().copied().filter(|kind| !matches!(kind, Kind::Peer(_))).collect();
    let turns: Vec<Vec<[f64; 2]>> = (0..runs).map(|_| kinds.iter().map(|kind| storm(*kind, groups)).collect()).collect();
    let title = format!(
        "sign-in storm: {} people in groups of {MEMBERS} connect and sign in by token, all at once; medians of {runs}",
        groups * MEMBERS
    );
    let mut table = Table::new(title, &["", "ms until all are signed in", "us CPU a sign-in"]);
    for (number, kind) in kinds.iter().enumerate() {
        let [wall, cpu] = [0, 1].map(|figure| shown(median(turns.iter().map(|turn| turn[number][figure]))));
        table.row([kind.name().to_owned(), wall, cpu]);
    }
    table.print();
}

/// Milliseconds until the last one is signed in, and µs of CPU per sign-in.
fn storm(kind: Kind, groups: usize) -> [f64; 2] {
    let subject = kind.start(groups, MEMBERS);
    let sessions = groups * MEMBERS;
    let cpu = subject.process.cpu_when_quiet();
    let began = Instant::now();
    let open = Generator::sign_in(subject.dialect.clone(), &subject.target, sessions, sessions);
    let wall = began.elapsed();
    let cpu = subject.process.cpu_when_quiet() - cpu;
    drop(open);
    [wall.as_secs_f64() * 1e3, microseconds(cpu) / sessions as f64]
}
