//! `papo`: flags, log, and then the terminal and the loop, or a command that needs neither.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use jiff::tz::TimeZone;
use papo::cli::{Cli, Command};
use papo::clock::Clock;
use papo::connection::{Connection, Encryption, Target};
use papo::editor::Editor;
use papo::highlighter::Highlighter;
use papo::input;
use papo::keymap::DEEDS;
use papo::local_store::LocalStore;
use papo::opener::Opener;
use papo::places::Places;
use papo::runtime::{EVENT_QUEUE, Runtime};
use papo::scripting;
use papo::scripting::ScriptContext;
use papo::server_address::ServerAddress;
use papo::sign_ins::{SignIns, StoredSignIns, SystemKeyring};
use papo::state::State;
use papo::stderr;
use papo::terminal::Terminal;
use papo::view::theme::Theme;
use papo::words::{Language, Words};
use papo_shared::model::{Timestamp, Username};
use tokio::sync::mpsc;

/// Threads of the runtime: the loop has the first one, a hosted server shares the others.
const WORKER_THREADS: usize = 2;

fn main() -> ExitCode {
    let cli = Cli::of_process();
    run(&cli).unwrap_or_else(|error| {
        #[allow(clippy::print_stderr, reason = "the terminal is given back by now, and this is what it is for")]
        {
            eprintln!("papo: {error:#}");
        }
        ExitCode::FAILURE
    })
}

fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let places = Places::of_environment().context("there is no home folder to keep anything in; set HOME")?;
    let logging = papo::logs::start(&places.state);
    let logging = logging.with_context(|| format!("cannot write logs to {}", places.state.display()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKER_THREADS)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let ended = match &cli.command {
        // A command does what it can also where nothing can be kept.
        Some(command) => Ok(runtime.block_on(run_command(cli, command, places))),
        None => logging.and_then(|()| runtime.block_on(chat(cli, places))).map(|()| ExitCode::SUCCESS),
    };
    // The thread that reads keys cannot be asked to end; nothing is waited for any more.
    runtime.shutdown_background();
    ended
}

async fn run_command(cli: &Cli, command: &Command, places: Places) -> ExitCode {
    let around = ScriptContext {
        sign_ins: sign_ins_file(&places),
        target: target(cli, &places, None),
        words: words(cli),
        zone: TimeZone::system(),
    };
    scripting::run(cli, command, &around).await
}

/// The server that is meant. Where it is the one on this machine and none listens, one is hosted with this data, if any.
fn target(cli: &Cli, places: &Places, hosted_data: Option<PathBuf>) -> Target {
    match cli.server.clone() {
        Some(ServerAddress { host, port }) => {
            let tls = Encryption::Tls { known_servers: places.data.join("known_servers") };
            Target::Remote { host, port, encryption: if cli.plaintext { Encryption::None } else { tls } }
        }
        None => Target::Local { data: hosted_data, port: cli.local_port() },
    }
}

fn sign_ins_file(places: &Places) -> PathBuf {
    places.data.join("sign_ins")
}

fn words(cli: &Cli) -> Words {
    Words::of(cli.lang.unwrap_or_else(Language::of_environment))
}

async fn chat(cli: &Cli, places: Places) -> anyhow::Result<()> {
    let clock = Clock::start(wall_time);
    let words = words(cli);
    let sign_ins = sign_ins_file(&places);
    let client_db = places.data.join("client.db");
    let target = target(cli, &places, Some(places.data.clone()));
    let (sender, events) = mpsc::channel(EVENT_QUEUE);
    let (told_by_connection, told) = mpsc::channel(EVENT_QUEUE);
    input::watch_signals(sender.clone()).context("cannot watch for signals")?;
    let stderr_file = stderr::file_in(&places.state).context("cannot open a file for error messages")?;
    let terminal = Terminal::take(stderr_file)?;
    let keyboard = input::read_terminal(sender.clone()).context("cannot read the terminal")?;
    let editor = Editor::of_environment(variable, keyboard, sender.clone());
    let server_name = target.name();
    let local_store = LocalStore::start(client_db, sender.clone()).context("cannot start a thread")?;
    let user = cli.user.as_deref().and_then(|name| Username::parse(name).ok());
    let stored = StoredSignIns::at(&server_name, user.clone(), SystemKeyring, &sign_ins);
    let sign_ins = SignIns::start(stored, sender.clone()).context("cannot start a thread")?;
    let highlighter = Highlighter::start(sender.clone()).context("cannot start a thread")?;
    let opener = Opener::of_environment(variable, sender);
    let connection = Connection::start(target, told_by_connection);
    let size = terminal.size().context("the terminal does not tell its size")?;
    let mut state = State::new(clock.now(), TimeZone::system(), size, cli.user.as_deref());
    state.device_name = papo::device::name();
    state.deed_names = DEEDS.iter().map(|deed| words.get(deed.words)).collect();
    state.wanted_user = user;
    let theme = Theme::of_environment(variable).with_links(supports_hyperlinks::supports_hyperlinks());
    Runtime {
        terminal,
        connection,
        local_store,
        sign_ins,
        highlighter,
        opener,
        editor,
        events,
        told,
        theme,
        words,
        clock,
        terminal_is_lent: false,
    }
    .run(state)
    .await
    .context("the terminal went away")
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn wall_time() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}
