//! Trials of a cluster of real processes: users talk through three nodes while nodes, PostgreSQL and NATS are killed.
//! `server/tests/README.md` describes each trial and how to run it longer.

#![allow(clippy::unwrap_used, reason = "a test reports failure by panicking")]

mod checker_sees;
mod endings;
mod outages;
#[path = "../real_cluster/mod.rs"]
mod real_cluster;

use std::io::Write;
use std::sync::Once;

use tokio::sync::{Mutex, MutexGuard};

use real_cluster::cluster::Cluster;

/// Trials run one after the other, since each uses the whole machine.
static TURN: Mutex<()> = Mutex::const_new(());

/// Number of nodes.
const NODES: usize = 3;

/// Set by `.ci/run`, where a trial that cannot run is a failure.
const REQUIRED: &str = "PAPO_CLUSTER_TRIALS_REQUIRED";

/// Starts a cluster when it is this trial's turn. `None` if PostgreSQL or NATS is not installed, and nobody requires the trials.
async fn start() -> Option<(MutexGuard<'static, ()>, Cluster)> {
    let turn = TURN.lock().await;
    let cluster = Cluster::start(NODES).await;
    if cluster.is_none() {
        assert!(std::env::var_os(REQUIRED).is_none(), "PostgreSQL or nats-server is not installed");
        report_missing_programs();
    }
    Some((turn, cluster?))
}

/// A number from the environment, for running a trial longer.
fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).map_or(otherwise, |number| number.parse().expect(variable))
}

/// Written directly, since the output of tests that pass is not shown.
fn report(text: &str) {
    _ = writeln!(std::io::stderr(), "{text}");
}

fn report_missing_programs() {
    static REPORTED: Once = Once::new();
    REPORTED.call_once(|| report("PostgreSQL or nats-server is not installed: the trials of a cluster do nothing."));
}
