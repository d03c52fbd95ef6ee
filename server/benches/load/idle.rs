//! Memory per idle session: growth of the server process with very many sessions.
//!
//! Limits: 5 KiB in plain text, 25 KiB over TLS.

use crate::figures::{Table, median, shown};
use crate::generator::Generator;
use crate::subject::Kind;

/// Members per group, each of whom is sent the others' presence.
const MEMBERS: usize = 50;

pub(crate) fn measure(kinds: &[Kind], sessions: usize, runs: usize) {
    let groups = sessions.div_ceil(MEMBERS);
    let turns: Vec<Vec<f64>> = (0..runs).map(|_| kinds.iter().map(|kind| grown(*kind, groups)).collect()).collect();
    let title = format!("idle: {} signed-in sessions in groups of {MEMBERS}; medians of {runs}", groups * MEMBERS);
    let mut table = Table::new(title, &["", "KiB a session"]);
    for (number, kind) in kinds.iter().enumerate() {
        table.row([kind.name().to_owned(), shown(median(turns.iter().map(|turn| turn[number])))]);
    }
    table.print();
}

/// Growth of the process per session while everyone signs in, in KiB.
fn grown(kind: Kind, groups: usize) -> f64 {
    let subject = kind.start(groups, MEMBERS);
    let sessions = groups * MEMBERS;
    subject.process.cpu_when_quiet();
    let before = subject.process.resident_kib();
    let open = Generator::sign_in(subject.dialect.clone(), &subject.target, sessions, kind.at_once());
    subject.process.cpu_when_quiet();
    let after = subject.process.resident_kib();
    drop(open);
    (after as f64 - before as f64) / sessions as f64
}
