//! What the server costs, beside its floors in the same minutes.
//!
//! `cargo bench -p papo-server --bench load` measures everything; behind `--` sections can be named and counts given, as in
//! `cargo bench -p papo-server --bench load -- fan-out direct --runs 3`. Each figure is the median of the runs, in which all that is
//! compared takes turns, and a ratio is the median of the ratios within a run. What is under test runs in a process of its own,
//! whose CPU is what the operating system says, read after deferred work is done.
//!
//! The floors: [`relay`] is the least that any chat server does, and [`store_alone`] the least that one does which keeps what is
//! said. A server that does both cannot cost less than their sum. Other people's servers are measured with them where they are
//! installed: `apt-get install inspircd ngircd mosquitto`.
//!
//! How long a restart takes, other kinds of searches, a sign-in that fails, and a group with people who do not read: the other
//! benches here.
//! Runs on Linux, whose `/proc` it reads.

#![allow(clippy::unwrap_used, reason = "a measurement that meets what it does not expect should end there")]
#![allow(clippy::print_stdout, reason = "its figures are for whoever runs it")]

mod child;
mod community;
mod delivery;
mod dialect;
mod disk;
mod durable;
mod figures;
mod found;
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
mod store_alone;
mod storm;
mod subject;
mod wire;
mod words;

use clap::{Parser, ValueEnum};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use delivery::Shape;
use subject::Kind;

/// Measures the server beside its floors.
#[derive(Parser)]
struct Arguments {
    /// What to measure; everything where nothing is named.
    sections: Vec<Section>,
    /// How often each is measured.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Messages of each sender in fan-out, direct and durable.
    #[arg(long, default_value_t = 500)]
    messages: usize,
    /// Sessions of idle.
    #[arg(long, default_value_t = 5000)]
    sessions: usize,
    /// Messages of the conversation of history.
    #[arg(long, default_value_t = 1_000_000)]
    stored: usize,
    /// Leaves out other people's servers, where they are installed.
    #[arg(long)]
    without_peers: bool,
    /// Said by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

/// People of the sign-in storm.
const STORM: usize = 500;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    /// 20 groups of 50.
    FanOut,
    /// 50 pairs.
    Direct,
    /// One sender beside the disk, and 64 beside the queue without sockets.
    Durable,
    /// Sessions that do nothing.
    Idle,
    /// Everybody comes back.
    Storm,
    /// Pages of a long conversation, and searching in it.
    History,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some((role, rest)) = words.split_first()
        && child::run(role, rest)
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

/// As many as this process may have, and so those that it starts: each connection takes one on both sides.
fn allow_many_descriptors() {
    let allowed = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: allowed.maximum, ..allowed }).unwrap();
}
