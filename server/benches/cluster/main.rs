//! What a cluster costs its users: delivery between nodes, and the time that an outage takes from them.
//!
//! `cargo bench -p papo-server --features cluster --bench cluster` measures everything; sections can be given after `--`, as in
//! `cargo bench -p papo-server --features cluster --bench cluster -- delivery endings`. Starts three nodes, PostgreSQL and NATS on
//! this machine, which must be installed. Each section also checks that nothing was lost.

#![allow(clippy::unwrap_used, reason = "a benchmark that meets an unexpected value should stop there")]
#![allow(clippy::print_stdout, reason = "prints its results")]

mod delivery;
mod endings;
mod outages;
#[path = "../../tests/real_cluster/mod.rs"]
mod real_cluster;
mod users;

use clap::{Parser, ValueEnum};

use real_cluster::cluster::Cluster;

/// Number of nodes.
const NODES: usize = 3;

/// Measures a cluster.
#[derive(Parser)]
struct Arguments {
    /// Sections to measure; all if none is given.
    sections: Vec<Section>,
    /// Number of kills of a node.
    #[arg(long, default_value_t = 20)]
    kills: usize,
    /// Number of rolling restarts.
    #[arg(long, default_value_t = 10)]
    restarts: usize,
    /// Number of endings of each kind, with NATS.
    #[arg(long, default_value_t = 20)]
    endings: usize,
    /// Passed by `cargo bench`, and ignored.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    /// From sending a message on one node to receiving it on another, at 1,000 messages per second, with NATS and without.
    Delivery,
    /// From the death of a node until its users talk again.
    Kills,
    /// The longest silence of a client while all nodes are restarted one after the other.
    Restarts,
    /// Sign-outs elsewhere, suspensions and removals on all nodes, with NATS and without.
    Endings,
}

#[tokio::main]
async fn main() {
    let Arguments { mut sections, kills, restarts, endings, .. } = Arguments::parse();
    if sections.is_empty() {
        sections = Section::value_variants().to_vec();
    }
    for section in sections {
        let cluster = Cluster::start(NODES).await.expect("PostgreSQL and nats-server must be installed");
        match section {
            Section::Delivery => delivery::measure(cluster).await,
            Section::Kills => outages::measure_kills(cluster, kills).await,
            Section::Restarts => outages::measure_restarts(cluster, restarts).await,
            Section::Endings => endings::measure(cluster, endings).await,
        }
    }
}
