//! `papo`: reads the command line, starts the log, and runs the full-screen client or a subcommand.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use jiff::tz::TimeZone;
use papo::cli::{Cli, Command};
use papo::clock::Clock;
use papo::connection::{Connection, Encryption, Target};
use papo::directories::Directories;
use papo::editor::Editor;
use papo::highlighter::Highlighter;
use papo::input;
use papo::keymap::PALETTE_COMMANDS;
use papo::known_servers::KnownServers;
use papo::local_store::LocalStore;
use papo::opener::Opener;
use papo::runtime::{EVENT_QUEUE, Runtime};
use papo::scripting;
use papo::scripting::ScriptContext;
use papo::sign_ins::{SignIns, StoredSignIns, SystemKeyring};
use papo::state::State;
use papo::stderr_redirect;
use papo::terminal::Terminal;
use papo::translations::{Language, Translations};
use papo::view::theme::Theme;
use papo_shared::model::{Timestamp, Username};
use tokio::sync::mpsc;

/// Worker threads of the runtime. The main loop has the main thread; a hosted server shares the workers.
const WORKER_THREADS: usize = 2;

fn main() -> ExitCode {
    let cli = Cli::from_process_args();
    run(&cli).unwrap_or_else(|error| {
        #[allow(clippy::print_stderr, reason = "the terminal is restored by now")]
        {
            eprintln!("papo: {error:#}");
        }
        ExitCode::FAILURE
    })
}

fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let directories = Directories::from_environment().context("there is no home folder to store data in; set HOME")?;
    let logging = papo::logs::start(&directories.state);
    let logging = logging.with_context(|| format!("cannot write logs to {}", directories.state.display()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKER_THREADS)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let ended = match &cli.command {
        // Subcommands run even if logs cannot be written.
        Some(command) => Ok(runtime.block_on(run_command(cli, command, directories))),
        None => logging.and_then(|()| runtime.block_on(chat(cli, directories))).map(|()| ExitCode::SUCCESS),
    };
    // The keyboard thread cannot be interrupted, so the runtime does not wait for it.
    runtime.shutdown_background();
    ended
}

async fn run_command(cli: &Cli, command: &Command, directories: Directories) -> ExitCode {
    let context = ScriptContext {
        sign_ins: sign_ins_file(&directories),
        target: target(cli, None),
        known_servers: KnownServers::in_folder(&directories.data),
        translations: load_translations(cli),
        zone: TimeZone::system(),
    };
    scripting::run(cli, command, &context).await
}

/// The server that the command line names. If it is the local one and none listens, a server is hosted with `hosted_data`.
fn target(cli: &Cli, hosted_data: Option<PathBuf>) -> Target {
    match cli.server.clone() {
        Some(addresses) => {
            Target::Remote { addresses, encryption: if cli.plaintext { Encryption::None } else { Encryption::Tls } }
        }
        None => Target::Local { data: hosted_data, port: cli.local_port() },
    }
}

fn sign_ins_file(directories: &Directories) -> PathBuf {
    directories.data.join("sign_ins")
}

fn load_translations(cli: &Cli) -> Translations {
    Translations::of(cli.lang.unwrap_or_else(Language::from_environment))
}

async fn chat(cli: &Cli, directories: Directories) -> anyhow::Result<()> {
    let clock = Clock::start(wall_time);
    let translations = load_translations(cli);
    let sign_ins = sign_ins_file(&directories);
    let client_db = directories.data.join("client.db");
    let target = target(cli, Some(directories.data.clone()));
    let (sender, events) = mpsc::channel(EVENT_QUEUE);
    let (connection_sender, connection_events) = mpsc::channel(EVENT_QUEUE);
    input::watch_signals(sender.clone()).context("cannot watch for signals")?;
    let stderr_file = stderr_redirect::open_log(&directories.state).context("cannot open a file for error messages")?;
    let terminal = Terminal::take(stderr_file)?;
    let keyboard = input::read_terminal(sender.clone()).context("cannot read the terminal")?;
    let editor = Editor::from_environment(variable, keyboard, sender.clone());
    let local_store = LocalStore::start(client_db, sender.clone()).context("cannot start a thread")?;
    let user = cli.user.as_deref().and_then(|name| Username::parse(name).ok());
    let stored = StoredSignIns::at(&target.sign_in_addresses(), user.clone(), SystemKeyring, &sign_ins);
    let sign_ins = SignIns::start(stored, sender.clone()).context("cannot start a thread")?;
    let highlighter = Highlighter::start(sender.clone()).context("cannot start a thread")?;
    let opener = Opener::from_environment(variable, sender);
    let connection = Connection::start(target, KnownServers::in_folder(&directories.data), connection_sender);
    let size = terminal.size().context("the size of the terminal is unknown")?;
    let mut state = State::new(clock.now(), TimeZone::system(), size, cli.user.as_deref());
    state.device_name = papo::device::name();
    state.palette_names = PALETTE_COMMANDS.iter().map(|command| translations.get(command.label)).collect();
    state.account.people.name_of_deleted = translations.get("deleted-account");
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
        connection_events,
        theme,
        translations,
        clock,
        terminal_is_lent: false,
    }
    .run(state)
    .await
    .context("the terminal was closed")
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn wall_time() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}
