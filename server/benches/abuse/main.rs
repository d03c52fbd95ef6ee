//! What attacks cost a well-behaved pair of users: the time until their messages are acknowledged, without and with an
//! attack on the same server.
//!
//! `cargo bench -p papo-server --bench abuse` runs every attack; names can be given after `--`, as in
//! `cargo bench -p papo-server --bench abuse -- newlines storage --seconds 20`. `--server PATH` attacks another build of
//! the server, to compare. Each attack has its own server process and file, and a file in `attacks/`. The exit code is 1 if
//! the pair's 99th percentile rises to more than [`MAX_RATIO`] times its value without the attack.
//!
//! Requires Linux, because it reads `/proc`. All connections are on the loopback interface.

#![allow(clippy::unwrap_used, reason = "a benchmark that meets an unexpected value should stop there")]
#![allow(clippy::print_stdout, reason = "prints its results")]

mod attacker;
mod attacks;
mod pair;
#[path = "../real_server/mod.rs"]
mod real_server;
mod target;

use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use clap::Parser;
use tokio::runtime::{Builder, Runtime};

use attacks::{ATTACKS, Attack};
use pair::{Pair, Waited};
use real_server::ServerProcess;
use target::Target;

/// The largest acceptable ratio of the pair's 99th percentiles with and without an attack.
const MAX_RATIO: f64 = 3.0;

/// Differences below this are the noise of the machine, whatever their ratio.
const NOISE: Duration = Duration::from_millis(5);

/// Measures what attacks cost a well-behaved pair of users.
#[derive(Parser)]
struct Arguments {
    /// Attacks to run; all if none is given.
    attacks: Vec<String>,
    /// Duration of each part, with and without the attack, in seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The server program to attack, instead of the one of this build.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Passed by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let named = |attack: &&Attack| arguments.attacks.is_empty() || arguments.attacks.iter().any(|name| name == attack.name);
    let attacks: Vec<_> = ATTACKS.iter().filter(named).collect();
    assert!(attacks.len() >= arguments.attacks.len(), "the attacks are {:?}", ATTACKS.map(|attack| attack.name));
    println!("attack            without: p50     p99    with: p50     p99   ratio of p99   memory MiB   the attacker");
    let mut all_passed = true;
    for attack in attacks {
        all_passed &= measure(attack, &arguments);
    }
    if all_passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures one attack and prints its row. Returns whether it is bounded as it should be.
fn measure(attack: &Attack, arguments: &Arguments) -> bool {
    let part = Duration::from_secs(arguments.seconds);
    let server = ServerProcess::start_limited(arguments.server.as_deref(), attack.settings);
    let (target, mut control) = Target::new(server.address);
    // A thread of its own, so that the attacker cannot delay the pair within this process.
    let attacker = thread::spawn({
        let run = attack.run;
        move || runtime().block_on(run(target))
    });
    let pair_runtime = runtime();
    let mut pair = pair_runtime.block_on(Pair::connect(server.address));
    pair_runtime.block_on(control.ready());
    let without = pair_runtime.block_on(pair.exchange(part));
    let memory_before = server.memory_kib();
    control.begin();
    let with = pair_runtime.block_on(pair.exchange(part));
    let memory_after = server.peak_memory_kib();
    control.end();
    let achieved = attacker.join().unwrap();
    print_row(attack.name, without, with, [memory_before, memory_after], &achieved)
}

fn print_row(name: &str, without: Waited, with: Waited, memory_kib: [u64; 2], achieved: &str) -> bool {
    let ratio = with.p99.as_secs_f64() / without.p99.as_secs_f64();
    let passed = ratio <= MAX_RATIO || with.p99 < without.p99 + NOISE;
    let [before, after] = memory_kib.map(|kib| kib / 1024);
    let mark = if passed { ' ' } else { '!' };
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let [p50, p99, attacked_p50, attacked_p99] = [without.p50, without.p99, with.p50, with.p99].map(ms);
    println!(
        "{name:16} {p50:9.2} ms {p99:7.2} {attacked_p50:10.2} ms {attacked_p99:7.2} {ratio:12.2} {mark} {before:5} -> {after:3}   {achieved}"
    );
    passed
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}
