//! `papo`: flags, log, terminal, loop.

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use jiff::tz::TimeZone;
use papo::cli::Cli;
use papo::connection::{Connection, Encryption, Target};
use papo::input;
use papo::keymap::DEEDS;
use papo::local_store::LocalStore;
use papo::places::Places;
use papo::runtime::{EVENT_QUEUE, Runtime};
use papo::sign_ins::{SignIns, SystemKeyring};
use papo::state::State;
use papo::terminal::Terminal;
use papo::view::theme::Theme;
use papo::words::{Language, Words};
use papo_shared::model::Timestamp;
use tokio::sync::mpsc;

/// Threads of the runtime: the loop has the first one, a hosted server shares the others.
const WORKER_THREADS: usize = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[allow(clippy::print_stderr, reason = "the terminal is given back by now, and this is what it is for")]
            {
                eprintln!("papo: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<()> {
    let places = Places::of_environment().context("there is no home folder to keep anything in; set HOME")?;
    papo::logs::start(&places.state).with_context(|| format!("cannot write logs to {}", places.state.display()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKER_THREADS)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let ended = runtime.block_on(chat(cli, places));
    // The thread that reads keys cannot be asked to end; nothing is waited for any more.
    runtime.shutdown_background();
    ended
}

async fn chat(cli: &Cli, places: Places) -> anyhow::Result<()> {
    let words = Words::of(cli.lang.unwrap_or_else(Language::of_environment));
    let sign_ins = places.data.join("sign_ins");
    let client_db = places.data.join("client.db");
    let target = match cli.server_address() {
        Some((host, port)) => {
            let tls = Encryption::Tls { known_servers: places.data.join("known_servers") };
            Target::Remote { host, port, encryption: if cli.plaintext { Encryption::None } else { tls } }
        }
        None => Target::Local { data: places.data, port: cli.port },
    };
    let (sender, events) = mpsc::channel(EVENT_QUEUE);
    input::watch_signals(sender.clone()).context("cannot watch for signals")?;
    let terminal = Terminal::take()?;
    input::watch_hangup(sender.clone());
    input::read_terminal(sender.clone());
    let server_name = target.name();
    let local_store = LocalStore::start(client_db, sender.clone()).context("cannot start a thread")?;
    let sign_ins = SignIns::start(SystemKeyring, sign_ins, server_name, sender.clone()).context("cannot start a thread")?;
    let connection = Connection::start(target, sender, now);
    let size = terminal.size().context("the terminal does not tell its size")?;
    let mut state = State::new(now(), TimeZone::system(), size, cli.user.as_deref());
    state.device_name = papo::device::name();
    state.deed_names = DEEDS.iter().map(|deed| words.get(deed.words)).collect();
    // A name on the command line means that somebody else may want to sign in.
    if cli.user.is_none() {
        sign_ins.read();
    }
    let theme = Theme::of_environment(|name| std::env::var(name).ok());
    Runtime { terminal, connection, local_store, sign_ins, events, theme, words, now }
        .run(state)
        .await
        .context("the terminal went away")
}

fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}
