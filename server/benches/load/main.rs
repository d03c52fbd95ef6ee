//! Cost of the server under load, compared with its floors within the same minutes.
//!
//! `cargo bench -p papo-server --bench load` measures everything; sections and counts can be given after `--`, as in
//! `cargo bench -p papo-server --bench load -- fan-out direct --runs 3`. Each figure is the median of several runs,
//! in which everything compared takes turns; a ratio is the median of the ratios within a run. Servers run in
//! processes of their own, whose CPU time is read from the operating system after deferred work is done.
//!
//! The floors: [`relay`] is the least that any chat server does, and [`store_alone`] the least that a server does
//! which stores messages. A server that does both cannot cost less than their sum. Other servers are included if they
//! are installed: `apt-get install inspircd ngircd mosquitto`.
//!
//! Restarts, further kinds of searches, failed sign-ins, and groups with members who do not read are measured by the
//! other benches in this directory. Requires Linux, because it reads `/proc`.

#![allow(clippy::unwrap_used, reason = "a benchmark that meets an unexpected value should stop there")]
#![allow(clippy::print_stdout, reason = "prints its results")]

mod child;
mod community;
mod delivery;
mod dialect;
mod disk;
mod durable;
mod figures;
mod generator;
mod history;
mod idle;
mod irc;
mod mqtt;
mod papo;
mod peers;
mod process;
mod queue_alone;
#[path = "../real_server/mod.rs"]
mod real_server;
mod relay;
mod search_hits;
mod shape;
mod store_alone;
mod storm;
mod subject;
mod texts;
mod wire;

use clap::{Parser, ValueEnum};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use shape::Shape;
use subject::Kind;

/// Measures the server and its floors under load.
#[derive(Parser)]
struct Arguments {
    /// Sections to measure; all if none is given.
    sections: Vec<Section>,
    /// Number of runs of each measurement.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Messages per sender in fan-out, direct and durable.
    #[arg(long, default_value_t = 500)]
    messages: usize,
    /// Sessions opened in the section idle.
    #[arg(long, default_value_t = 5000)]
    sessions: usize,
    /// Messages in the conversation of history.
    #[arg(long, default_value_t = 1_000_000)]
    stored: usize,
    /// Leaves out other servers even if they are installed.
    #[arg(long)]
    without_peers: bool,
    /// Passed by `cargo bench`, and ignored.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Accounts in the sign-in storm.
const STORM: usize = 500;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    /// 20 groups of 50 members.
    FanOut,
    /// 50 pairs of users who write to each other.
    Direct,
    /// One sender compared with the disk, and 64 with the queue without sockets.
    Durable,
    /// Sessions that do nothing.
    Idle,
    /// All accounts sign in at once.
    Storm,
    /// Pages of a long conversation, and searches in it.
    History,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some((role, rest)) = words.split_first()
        && run_role(role, rest)
    {
        return;
    }
    let Arguments { mut sections, runs, messages, sessions, stored, without_peers, .. } = Arguments::parse();
    if sections.is_empty() {
        sections = Section::value_variants().to_vec();
    }
    allow_many_descriptors();
    let kinds = Kind::all(!without_peers);
    for section in sections {
        match section {
            Section::FanOut => delivery::measure("fan-out", &kinds, Shape { groups: 20, members: 50, messages }, runs),
            Section::Direct => delivery::measure("direct", &kinds, Shape { groups: 50, members: 2, messages }, runs),
            Section::Durable => durable::measure(messages, runs),
            Section::Idle => idle::measure(&kinds, sessions, runs),
            Section::Storm => storm::measure(&kinds, STORM, runs),
            Section::History => history::measure(stored, runs),
        }
    }
}

/// Raises the limit on file descriptors to the maximum, also for child processes: each connection uses one on both sides.
fn allow_many_descriptors() {
    let allowed = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: allowed.maximum, ..allowed }).unwrap();
}

/// Runs the given role, if this process was started for one. Returns whether it was.
fn run_role(role: &str, rest: &[String]) -> bool {
    match role {
        relay::ROLE => relay::run().unwrap(),
        queue_alone::ROLE => queue_alone::run(rest),
        store_alone::ROLE => store_alone::run(rest),
        _ => return false,
    }
    true
}
