//! Duration of the most expensive forms of every request, at the largest sizes that the limits allow.
//!
//! `cargo bench -p papo-server --bench worst_case`, optionally with `--messages N` after `--`. For requests that write, the
//! columns *writer* are the time in which no other write can be stored: from taking the batch to the end of its fsync, as the
//! server measures it, of each repetition. It includes a wait for the writer's maintenance, such as indexing. The limit is
//! 10 ms at the 99th percentile, which is the maximum of up to 100 repetitions. The columns *request* are the time from sending
//! a request to its reply. Nothing else runs meanwhile. Afterwards, 64 sessions send the request that is worst for the writer
//! as fast as their limits allow, while two well-behaved users send each other messages.

#![allow(clippy::unwrap_used, reason = "a benchmark that meets an unexpected value should stop there")]
#![allow(clippy::print_stdout, reason = "prints its results")]

mod attack;
mod cases;
mod database;
mod figures;
#[path = "../real_server/mod.rs"]
mod real_server;
mod requests;
mod server_metrics;

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use clap::Parser;
use papo_shared::protocol::{Refusal, Reply, Request};

use cases::{Case, Sender};
use database::Sizes;
use figures::milliseconds;
use real_server::{Connection, ServerProcess, quantile};
use server_metrics::ServerMetrics;

/// Requests that occupy the writer for longer than this at the 99th percentile are marked.
const LIMIT: Duration = Duration::from_millis(10);

/// Limits that the measurements themselves would reach.
const LIFTED: [&str; 10] = [
    "MESSAGES_PER_MINUTE",
    "MARKS_PER_MINUTE",
    "PAGES_PER_MINUTE",
    "SEARCHES_PER_MINUTE",
    "DIRECT_CONVERSATIONS_PER_HOUR",
    "GROUPS_PER_HOUR",
    "MEMBERS_PER_HOUR",
    "GROUP_INVITES_PER_HOUR",
    "SETTINGS_PER_MINUTE",
    "SIGN_INS_PER_MINUTE",
];

/// Measures every request at the largest sizes.
#[derive(Parser)]
struct Arguments {
    /// Messages of the longest log.
    #[arg(long, default_value_t = 1_000_000)]
    messages: usize,
    /// Measures only requests whose names contain this.
    #[arg(long, default_value = "")]
    only: String,
    /// Passed by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::parse();
    let sizes = Sizes::of(arguments.messages);
    let data = tempfile::tempdir().unwrap();
    let began = Instant::now();
    database::build(data.path(), &sizes).await;
    let bytes = std::fs::metadata(data.path().join("chat.db")).unwrap().len();
    println!("a database of {} MB, built in {:.0} s", bytes / 1_000_000, began.elapsed().as_secs_f64());

    let lifted = LIFTED.map(|limit| {
        let subject = if limit == "SIGN_INS_PER_MINUTE" { "USERNAME" } else { "ACCOUNT" };
        format!("PAPO_LIMITS_{limit}_BY_{subject}")
    });
    let metrics = ServerMetrics::on_free_port();
    let listen = metrics.address().to_string();
    let mut settings: Vec<(&str, &str)> = lifted.iter().map(|name| (name.as_str(), "1000000")).collect();
    settings.extend([("PAPO_METRICS_LISTEN", &*listen), ("PAPO_PASSWORD_COST", "4")]);
    // Most sessions are idle for long.
    settings.extend([("PAPO_PING_AFTER", "1h"), ("PAPO_SILENT_AFTER", "2h")]);
    let server = ServerProcess::start_on(data, &settings);
    let mut bench = Bench { server, metrics, sessions: HashMap::new() };
    println!("{:20} {:38} {:>4} {:>15} {:>15}", "", "", "", "writer, ms", "request, ms");
    println!("{:20} {:38} {:>4} {:>7} {:>7} {:>7} {:>7}", "request", "", "runs", "p50", "p99", "p50", "p99");
    let mut measured = BTreeSet::new();
    for case in cases::all(&sizes) {
        let name = requests::name(&(case.request)(0));
        measured.insert(name);
        if name.to_lowercase().contains(&arguments.only.to_lowercase()) {
            bench.measure(name, &case).await;
        }
    }
    let missing: Vec<_> = requests::NAMES.iter().filter(|name| !measured.contains(*name)).collect();
    assert!(missing.is_empty(), "not measured: {missing:?}");

    let Bench { server, .. } = bench;
    attack::measure(ServerProcess::start_on(server.stop(), &[]), &sizes).await;
}

/// The server and the sessions that measure it.
struct Bench {
    server: ServerProcess,
    metrics: ServerMetrics,
    sessions: HashMap<usize, Connection>,
}

impl Bench {
    async fn measure(&mut self, name: &str, case: &Case) {
        let (mut requests, mut commits) = (Vec::with_capacity(case.runs), Vec::with_capacity(case.runs));
        let mut refusal = None;
        let mut before = self.metrics.commits().await;
        for run in 0..case.runs {
            tokio::time::sleep(case.pause).await;
            let (took, reply) = self.run(case, run).await;
            requests.push(took);
            let after = self.metrics.commits().await;
            commits.extend(after.time_since(&before));
            before = after;
            if let Reply::Refused(refused) = reply {
                refusal = Some(refused);
            }
        }
        let is_over = !commits.is_empty() && quantile(&mut commits, 0.99) > LIMIT;
        let mark = if is_over { "OVER" } else { "" };
        let refused = refusal.as_ref().filter(|_| !case.about.contains("refused") && !case.about.contains("wrong"));
        let note = refused.map_or_else(String::new, |refused: &Refusal| format!("{refused:?}"));
        let (writer, request) = (columns(commits), columns(requests));
        println!("{name:20} {:38} {:4} {writer} {request} {mark} {note}", case.about, case.runs);
    }

    async fn run(&mut self, case: &Case, run: usize) -> (Duration, Reply) {
        let address = self.server.address;
        let mut fresh = None;
        let connection = match case.sender {
            Sender::Session(account) => match self.sessions.entry(account) {
                Entry::Occupied(session) => session.into_mut(),
                Entry::Vacant(place) => place.insert(signed_in(address, account, 0).await),
            },
            Sender::Greeted => fresh.insert(Connection::open(address, None).await),
            Sender::NewSession(account) => fresh.insert(signed_in(address, account, 1 + run).await),
        };
        let request = (case.request)(run);
        let began = Instant::now();
        let reply = match request {
            Request::Pong => {
                connection.requests.send(Request::Pong).await;
                connection.ask(Request::Ping).await
            }
            request => connection.ask(request).await,
        };
        (began.elapsed(), reply)
    }
}

/// The median and the 99th percentile, in milliseconds; blank if there are no times.
fn columns(mut times: Vec<Duration>) -> String {
    if times.is_empty() {
        return " ".repeat(15);
    }
    let [p50, p99] = [0.5, 0.99].map(|share| milliseconds(quantile(&mut times, share)));
    format!("{p50:7.2} {p99:7.2}")
}

async fn signed_in(address: SocketAddr, account: usize, device: usize) -> Connection {
    let mut session = Connection::open(address, None).await;
    session.sign_in(database::token(account, device)).await;
    session
}
