//! The command line: `papo-server` serves, and its commands are for whoever looks after a server.
//!
//! One command a file. Each writes its answer to standard output and returns; what went wrong is said here, once, on standard
//! error, with the exit code that belongs to it.

mod admin;
mod answer;
mod backup;
mod config;
mod fingerprint;
mod log;
mod serve;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::admin::protocol::AdminRequest;
use crate::config::Config;
use crate::config::layers::{self, ConfigError, ConfigFile, FlagValue};

/// papo's chat server. Without a command, it serves.
#[derive(Parser)]
#[command(name = "papo-server", version)]
struct Line {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What is said on the command line goes over the environment and the file. What is not here has a key in the file.
#[derive(Args)]
struct Settings {
    /// The configuration file, as `config default` prints one
    #[arg(long, value_name = "FILE", env = "PAPO_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// The directory of everything the server keeps; created where it is missing [default: .]
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<String>,
    /// Answer a command as one line of JSON
    #[arg(long, global = true)]
    json: bool,
    /// Where to listen [default: 0.0.0.0:12345]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The certificate to show, as a PEM file; without it the server makes one for itself on its first start
    #[arg(long, value_name = "FILE")]
    certificate: Option<String>,
    /// The certificate's private key, as a PEM file
    #[arg(long, value_name = "FILE")]
    key: Option<String>,
    /// Let other machines connect without encryption: whoever is on the way can read everything, passwords included
    #[arg(long)]
    allow_plaintext: bool,
    /// How much to log: error, warn, info, debug or trace [default: info]
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,
    /// The shape of the log: text or json [default: text]
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// The configuration: what there is to configure, and whether it is right
    #[command(subcommand)]
    Config(config::Command),
    /// Copies chat.db to a new file, whole and of one moment, while the server runs or not
    Backup {
        /// The new file
        file: PathBuf,
    },
    /// Puts a backup in the place of chat.db; the server must be stopped, and what was there is kept
    Restore {
        /// The backup
        file: PathBuf,
    },
    /// Looks through a backup, or through chat.db itself, for anything that is not as it should be
    Verify {
        /// The backup
        file: Option<PathBuf>,
    },
    /// The accounts
    #[command(subcommand)]
    User(admin::UserCommand),
    /// Codes that let people register where not everybody may
    #[command(subcommand)]
    Invite(admin::InviteCommand),
    /// What operators did
    #[command(subcommand)]
    Audit(admin::AuditCommand),
    /// The open connections
    #[command(subcommand)]
    Session(admin::SessionCommand),
    /// How much there is of everything
    Stats,
    /// Prints the certificate's fingerprint, for people to compare
    Fingerprint,
}

/// Runs what the command line asks for.
#[must_use]
pub fn run() -> ExitCode {
    let line = Line::parse();
    match run_line(line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // An error is one text, which has the words of its cause in it: printing the chain of causes would say them again, behind the
            // end of the sentence. Whoever started it may have closed the pipe, which the exit code does not need.
            let _ = writeln!(io::stderr(), "papo-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run_line(Line { settings, command }: Line) -> anyhow::Result<()> {
    let Some(command) = command else { return serve::run(settings.load()?) };
    let json = settings.json;
    match command {
        Command::Config(command) => config::run(&command, &settings),
        Command::Backup { file } => backup::backup(&settings.load()?.data_dir, &file, json),
        Command::Restore { file } => backup::restore(&settings.load()?.data_dir, &file, json),
        Command::Verify { file } => backup::verify(&settings.load()?.data_dir, file, json),
        Command::User(command) => admin::user(command, settings.load()?, json),
        Command::Invite(command) => admin::invite(&command, settings.load()?, json),
        Command::Audit(command) => admin::audit(&command, settings.load()?, json),
        Command::Session(command) => admin::session(command, settings.load()?, json),
        Command::Stats => admin::run(AdminRequest::Stats, settings.load()?, json),
        Command::Fingerprint => fingerprint::run(&settings.load()?, json),
    }
}

impl Settings {
    /// The configuration that all of this comes to.
    fn load(&self) -> Result<Config, ConfigError> {
        let file = self.config.as_deref().map(ConfigFile::read).transpose()?;
        layers::load(file.as_ref(), &|name| std::env::var(name).ok(), &self.flags())
    }

    fn flags(&self) -> Vec<FlagValue> {
        let plaintext = self.allow_plaintext.then(|| "from-anywhere".to_owned());
        let said = [
            ("data", "--data", &self.data),
            ("listen", "--listen", &self.listen),
            ("tls.certificate", "--certificate", &self.certificate),
            ("tls.key", "--key", &self.key),
            ("plaintext", "--allow-plaintext", &plaintext),
            ("log.level", "--log-level", &self.log_level),
            ("log.format", "--log-format", &self.log_format),
        ];
        let said = said.into_iter().filter_map(|(key, flag, value)| Some((key, flag, value.clone()?)));
        said.map(|(key, flag, value)| FlagValue { key, flag, value }).collect()
    }
}
