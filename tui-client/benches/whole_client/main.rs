//! Measures the whole client: the real program in a pseudo-terminal of 200 by 50 cells, a real server over a socket, and four
//! senders that flood the open group.
//!
//! `cargo bench -p papo --bench whole_client`. Each figure is the median of five runs, each with its own server,
//! accounts and home folder; `-- 1` performs one run. Nothing is asserted: the goals are printed beside the figures.
//!
//! The server is configured to drop no events, so that the client processes every message of the flood, however slow it is.

#![allow(clippy::unwrap_used, reason = "a measurement should stop at anything unexpected")]
#![allow(clippy::print_stdout, reason = "the figures are printed for the person who runs the benchmark")]

mod community;
mod process;
#[path = "../../tests/it/program.rs"]
mod program;
mod terminal;

use std::path::Path;
use std::time::{Duration, Instant};

use community::Community;
use terminal::Terminal;

const RUNS: usize = 5;
/// Messages of one flood.
const FLOOD: u32 = 50_000;
/// Keys of each kind.
const KEYS: usize = 200;
/// Letters that occur neither in escape sequences nor in messages, and therefore identify the frame caused by a key.
const LETTERS: [&str; 5] = ["é", "ã", "ç", "ó", "ü"];
/// The letters of the messages that end a flood, which occur in no other message.
const ENDS: [&str; 3] = ["α", "β", "γ"];
/// The client counts as idle after this long without output.
const QUIET: Duration = Duration::from_millis(2_500);
/// The interval and number of messages in a busy group.
const TRICKLE: Duration = Duration::from_millis(5);
const TRICKLES: u32 = 600;
const IDLE: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() {
    let runs = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(RUNS);
    let mut figures = Vec::new();
    for _ in 0..runs {
        figures.push(run().await);
    }
    println!("{runs} runs, medians; {FLOOD} messages of 64 bytes in a flood, a terminal of 200 by 50 cells");
    for (at, row) in ROWS.iter().enumerate() {
        let mut values: Vec<f64> = figures.iter().map(|figures| figures[at]).collect();
        values.sort_unstable_by(f64::total_cmp);
        let (least, most) = (values[0], values[runs - 1]);
        let median = values[runs / 2];
        println!("{:58} {median:9.2} {:4} {:10}   ({least:.2} to {most:.2})", row.0, row.1, row.2);
    }
}

/// The figures with unit and goal, in the order of [`run`].
const ROWS: [(&str, &str, &str); 23] = [
    ("exec to the first frame, nobody signed in", "ms", "goal 30"),
    ("exec to the sign-in screen with its connection", "ms", ""),
    ("exec to the first frame, hosting a server", "ms", "goal 30"),
    ("exec to the sign-in screen, its own server started", "ms", ""),
    ("exec to the first frame, signed in", "ms", "goal 30"),
    ("exec to the conversation that was open", "ms", ""),
    ("resident before the flood", "MiB", ""),
    ("CPU a message of the first flood", "µs", "goal 30"),
    ("messages a second that the client took in", "1/s", ""),
    ("frames drawn in the first flood", "", ""),
    ("resident after the first flood", "MiB", "goal 25"),
    ("of this, its own and no file's", "MiB", ""),
    ("CPU a message of the second flood", "µs", "goal 30"),
    ("resident after the second flood", "MiB", "goal 25"),
    ("grown by the second flood", "MiB", "goal 0"),
    ("of this, its own and no file's", "MiB", ""),
    ("CPU while 200 messages a second come, of a core", "%", ""),
    ("key to its letter in the composer, p50", "ms", ""),
    ("key to its letter in the composer, p99", "ms", "goal 5"),
    ("page key to the messages before, p50", "ms", ""),
    ("page key to the messages before, p99", "ms", "goal 5"),
    ("CPU of a key", "µs", ""),
    ("CPU ticks of 10 ms in 5 s of nothing", "", "goal 0"),
];

async fn run() -> [f64; ROWS.len()] {
    let mut community = Community::gather().await;
    let (stranger, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    community.keep_sign_in(home.path());
    open_the_group(home.path(), &community);
    community.say(ENDS[0]).await;

    let (began, mut terminal) = start(stranger.path(), &community);
    let first_frame = ms(terminal.next_frame().at - began);
    let signed_out = ms(terminal.frame_with("connected").at - began);
    terminal.end();

    let (began, mut terminal) = start_hosting(stranger.path());
    let first_frame_hosting = ms(terminal.next_frame().at - began);
    let hosted = ms(terminal.frame_with("hosting").at - began);
    terminal.end();

    let (began, mut terminal) = start(home.path(), &community);
    let first_frame_signed_in = ms(terminal.next_frame().at - began);
    let conversation = ms(terminal.frame_with(ENDS[0]).at - began);

    let process = terminal.process();
    terminal.quiet(QUIET);
    let before = process.memory();
    let (mut terminal, first) = flood(&mut community, terminal, ENDS[1]).await;
    terminal.quiet(QUIET);
    let after_first = process.memory();
    let (mut terminal, second) = flood(&mut community, terminal, ENDS[2]).await;
    terminal.quiet(QUIET);
    let after_second = process.memory();

    let cpu_before_trickle = process.cpu();
    let began = Instant::now();
    community.trickle(TRICKLE, TRICKLES).await;
    let trickle = (process.cpu() - cpu_before_trickle).as_secs_f64() / began.elapsed().as_secs_f64() * 100.0;
    terminal.quiet(QUIET);

    let cpu_before_keys = process.cpu();
    let letters = keys(&mut terminal, |at| LETTERS[at % LETTERS.len()], |frame, key| frame.has(key));
    let pages = keys(&mut terminal, |_| "\x1b[5~", |frame, _| frame.has_cells());
    let cpu_of_keys = (process.cpu() - cpu_before_keys).as_secs_f64() * 1e6 / (2 * KEYS) as f64;

    terminal.quiet(QUIET);
    let ticks = process.ticks();
    tokio::time::sleep(IDLE).await;
    let idle = process.ticks() - ticks;
    terminal.end();
    community.part().await;
    #[allow(clippy::cast_precision_loss, reason = "small counts")]
    [
        first_frame,
        signed_out,
        first_frame_hosting,
        hosted,
        first_frame_signed_in,
        conversation,
        before.resident_mib,
        first.cpu_us_a_message,
        first.messages_a_second,
        first.frames,
        after_first.resident_mib,
        after_first.own_mib,
        second.cpu_us_a_message,
        after_second.resident_mib,
        after_second.resident_mib - after_first.resident_mib,
        after_second.own_mib - after_first.own_mib,
        trickle,
        letters[KEYS / 2],
        letters[KEYS * 99 / 100],
        pages[KEYS / 2],
        pages[KEYS * 99 / 100],
        cpu_of_keys,
        idle as f64,
    ]
}

fn start(home: &Path, community: &Community) -> (Instant, Terminal) {
    let server = community.address.to_string();
    let began = Instant::now();
    (began, Terminal::start(home, &["--server", &server, "--plaintext"]))
}

/// Starts papo without arguments and without a listening server.
fn start_hosting(home: &Path) -> (Instant, Terminal) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let began = Instant::now();
    (began, Terminal::start(home, &["--port", &port]))
}

/// Opens the group, so that the next start restores it. This also loads the program into the page cache.
fn open_the_group(home: &Path, community: &Community) {
    let (_, mut terminal) = start(home, community);
    terminal.frame_with(community::READER);
    terminal.quiet(Duration::from_millis(500));
    terminal.press("\x0b");
    terminal.quiet(Duration::from_millis(200));
    terminal.press(community::GROUP);
    terminal.quiet(Duration::from_millis(200));
    terminal.press("\r");
    terminal.quiet(QUIET);
    terminal.end();
}

struct Flooded {
    cpu_us_a_message: f64,
    messages_a_second: f64,
    frames: f64,
}

/// Receives a flood of messages, until the last one is on the screen.
async fn flood(community: &mut Community, mut terminal: Terminal, end: &'static str) -> (Terminal, Flooded) {
    let process = terminal.process();
    let (began, cpu) = (Instant::now(), process.cpu());
    let watching = tokio::task::spawn_blocking(move || {
        let seen = terminal.frames_until(end);
        (terminal, seen)
    });
    community.flood(FLOOD).await;
    community.say(end).await;
    let (terminal, (frames, shown_at)) = watching.await.unwrap();
    let cpu = process.cpu() - cpu;
    let flooded = Flooded {
        cpu_us_a_message: cpu.as_secs_f64() * 1e6 / f64::from(FLOOD),
        messages_a_second: f64::from(FLOOD) / (shown_at - began).as_secs_f64(),
        frames: f64::from(frames),
    };
    (terminal, flooded)
}

/// The times from each key to the end of the frame that shows its effect, in milliseconds, sorted.
fn keys(
    terminal: &mut Terminal,
    key: impl Fn(usize) -> &'static str,
    shows: impl Fn(&terminal::Frame, &str) -> bool,
) -> Vec<f64> {
    let mut took = Vec::new();
    for at in 0..KEYS {
        // Frames of earlier events, such as a page of older messages, are discarded.
        terminal.quiet(Duration::from_millis(10));
        let key = key(at);
        let began = Instant::now();
        terminal.press(key);
        took.push(ms(terminal.frame_that(|frame| shows(frame, key)).at - began));
    }
    took.sort_unstable_by(f64::total_cmp);
    took
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
