//! The command line: `papo-server` serves; its commands are for operators.
//!
//! One command per file. Each writes its answer to standard output. Errors are printed here, on standard error, and set
//! the exit code.

mod admin;
mod answer;
mod backup;
mod config;
mod copy;
mod fingerprint;
mod log;
mod moderation;
mod serve;
mod settings;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::admin::protocol::AdminRequest;
use settings::Settings;

/// papo's chat server. Without a command, it serves.
#[derive(Parser)]
#[command(name = "papo-server", version)]
struct CommandLine {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Print the default configuration, or check one
    #[command(subcommand)]
    Config(config::Command),
    /// Copy chat.db to a new file as a consistent snapshot, whether or not the server is running
    Backup {
        /// Path of the file to create
        file: PathBuf,
    },
    /// Replace chat.db by a backup; the server must be stopped, and the previous file is kept
    Restore {
        /// Path of the backup to restore
        file: PathBuf,
    },
    /// Check a backup, or chat.db itself, for damage
    Verify {
        /// Path of the backup to check
        file: Option<PathBuf>,
    },
    /// Copy chat.db into an empty PostgreSQL database and compare both; the server must be stopped
    Copy(copy::CopyCommand),
    /// Create, list and change accounts
    #[command(subcommand)]
    User(admin::UserCommand),
    /// List, show, delete and transfer groups
    #[command(subcommand)]
    Group(moderation::GroupCommand),
    /// Delete messages
    #[command(subcommand)]
    Message(moderation::MessageCommand),
    /// List, show and close the reports of messages by users
    #[command(subcommand)]
    Reports(moderation::ReportsCommand),
    /// Create, list and revoke invites to register
    #[command(subcommand)]
    Invite(admin::InviteCommand),
    /// Ban addresses and networks, list the bans, and lift them
    #[command(subcommand)]
    Ban(admin::BanCommand),
    /// Show the actions of operators
    #[command(subcommand)]
    Audit(admin::AuditCommand),
    /// List and close open connections
    #[command(subcommand)]
    Session(admin::SessionCommand),
    /// Show the numbers of accounts, conversations, entries and sessions
    Stats,
    /// Print the certificate's fingerprint, for people to compare
    Fingerprint,
}

/// Parses the command line and runs it.
#[must_use]
pub fn run() -> ExitCode {
    match run_command(CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Error texts include their causes, so the chain of causes is not printed. Writing fails if the pipe is
            // closed; the exit code does not depend on it.
            let _ = writeln!(io::stderr(), "papo-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run_command(CommandLine { settings, command }: CommandLine) -> anyhow::Result<()> {
    let Some(command) = command else { return serve::run(settings.load()?) };
    let json = settings.json;
    match command {
        Command::Config(command) => config::run(&command, &settings),
        Command::Backup { file } => backup::backup(&settings.load()?, &file, json),
        Command::Restore { file } => backup::restore(&settings.load()?, &file, json),
        Command::Verify { file } => backup::verify(&settings.load()?, file, json),
        Command::Copy(command) => copy::run(command, settings.load()?, json),
        Command::User(command) => admin::user(command, settings.load()?, json),
        Command::Group(command) => moderation::group(command, settings.load()?, json),
        Command::Message(command) => moderation::message(&command, settings.load()?, json),
        Command::Reports(command) => moderation::reports(&command, settings.load()?, json),
        Command::Invite(command) => admin::invite(&command, settings.load()?, json),
        Command::Ban(command) => admin::ban(command, settings.load()?, json),
        Command::Audit(command) => admin::audit(&command, settings.load()?, json),
        Command::Session(command) => admin::session(command, settings.load()?, json),
        Command::Stats => admin::run(AdminRequest::Stats, settings.load()?, json),
        Command::Fingerprint => fingerprint::run(&settings.load()?, json),
    }
}
