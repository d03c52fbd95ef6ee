//! Commands that send an administration request to the running server or, if it is stopped, open its database.

use std::io::{self, BufRead, IsTerminal};
use std::num::NonZero;

use clap::{Subcommand, ValueEnum};

use super::answer;
use crate::admin::protocol::{AdminRequest, AdminResponse};
use crate::admin::socket::{self, Contact};
use crate::config::Config;
use crate::server;
use crate::store::sqlite::FILE_NAME;

const HOURS_PER_DAY: u32 = 24;

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Lists the accounts
    List {
        /// Only accounts whose names contain this text
        query: Option<String>,
    },
    /// Creates an account; prompts for its password, or reads it from standard input
    Add {
        /// Username of the new account
        username: String,
    },
    /// Closes all sessions of an account and prevents sign-in; its messages are kept
    Suspend {
        /// Username of the account
        username: String,
    },
    /// Lifts a suspension
    Resume {
        /// Username of the account
        username: String,
    },
    /// Sets a new password, from a prompt or standard input, and signs out all devices
    SetPassword {
        /// Username of the account
        username: String,
    },
    /// Signs out all devices of an account
    RemoveDevices {
        /// Username of the account
        username: String,
    },
    /// Deletes an account for good; its username stays reserved
    Delete {
        /// Username of the account
        username: String,
        /// What happens to the account's messages: they stay under "deleted account", or are erased
        #[arg(long, value_enum, default_value = "keep")]
        messages: MessagesOfDeleted,
    },
    /// Turns off the second factor of an account whose owner lost the app and the recovery codes
    ResetTotp {
        /// Username of the account
        username: String,
    },
}

/// What happens to the messages of a deleted account.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum MessagesOfDeleted {
    Keep,
    Erase,
}

#[derive(Subcommand)]
pub(super) enum SessionCommand {
    /// Lists the open connections
    List,
    /// Closes a connection; its client may reconnect
    Close {
        /// Number of the session in the list
        id: u64,
    },
}

#[derive(Subcommand)]
pub(super) enum InviteCommand {
    /// Creates an invite and prints its code, which is shown only this once
    Create {
        /// Number of accounts that can be created with it
        #[arg(long, default_value = "1")]
        uses: NonZero<u32>,
        /// Days until it expires
        #[arg(long, default_value = "7", value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: u32,
    },
    /// Lists the invites with uses left
    List,
    /// Revokes an invite
    Revoke {
        /// Number of the invite in the list
        id: i64,
    },
}

#[derive(Subcommand)]
pub(super) enum BanCommand {
    /// Bans an address or a network, and closes its sessions
    Add {
        /// An address, or a network such as 192.0.2.0/24 or 2001:db8::/48
        network: String,
        /// Days until the ban expires
        #[arg(long, default_value = "7", value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: u32,
        /// Hours until the ban expires, in place of days
        #[arg(long, conflicts_with = "days", value_parser = clap::value_parser!(u32).range(1..=87600))]
        hours: Option<u32>,
        /// A note for the list of bans
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Lists the bans that have not expired
    List,
    /// Lifts a ban
    Remove {
        /// The address or network, as in the list
        network: String,
    },
}

#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Lists the actions of operators, newest first
    List,
}

pub(super) fn invite(command: &InviteCommand, config: Config, json: bool) -> anyhow::Result<()> {
    match *command {
        InviteCommand::Create { uses, days } => run(AdminRequest::CreateInvite { uses, days }, config, json),
        InviteCommand::List => run_list(AdminRequest::ListInvites { after: None }, config, json),
        InviteCommand::Revoke { id } => run(AdminRequest::RevokeInvite { id }, config, json),
    }
}

pub(super) fn ban(command: BanCommand, config: Config, json: bool) -> anyhow::Result<()> {
    match command {
        BanCommand::Add { network, days, hours, reason } => {
            let hours = hours.unwrap_or(days * HOURS_PER_DAY);
            run(AdminRequest::AddBan { network, hours, reason }, config, json)
        }
        BanCommand::List => run_list(AdminRequest::ListBans { skip: 0 }, config, json),
        BanCommand::Remove { network } => run(AdminRequest::RemoveBan { network }, config, json),
    }
}

pub(super) fn audit(AuditCommand::List: &AuditCommand, config: Config, json: bool) -> anyhow::Result<()> {
    run_list(AdminRequest::ListAudit { before: None }, config, json)
}

pub(super) fn user(command: UserCommand, config: Config, json: bool) -> anyhow::Result<()> {
    let request = match command {
        UserCommand::List { query } => return run_list(AdminRequest::ListUsers { query, after: None }, config, json),
        UserCommand::Add { username } => AdminRequest::AddUser { username, password: read_password()? },
        UserCommand::Suspend { username } => AdminRequest::SuspendUser { username },
        UserCommand::Resume { username } => AdminRequest::ResumeUser { username },
        UserCommand::SetPassword { username } => AdminRequest::SetPassword { username, password: read_password()? },
        UserCommand::RemoveDevices { username } => AdminRequest::RemoveDevices { username },
        UserCommand::Delete { username, messages } => {
            AdminRequest::DeleteUser { username, erase_messages: messages == MessagesOfDeleted::Erase }
        }
        UserCommand::ResetTotp { username } => AdminRequest::ResetTotp { username },
    };
    run(request, config, json)
}

pub(super) fn session(command: SessionCommand, config: Config, json: bool) -> anyhow::Result<()> {
    let request = match command {
        SessionCommand::List => AdminRequest::ListSessions,
        SessionCommand::Close { id } => AdminRequest::CloseSession { id },
    };
    run(request, config, json)
}

/// Sends a request and prints the answer.
pub(super) fn run(request: AdminRequest, config: Config, json: bool) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    answer::write(&runtime.block_on(send(request, config))?, json)
}

/// Requests all pages of a list and prints them as one answer.
pub(super) fn run_list(first: AdminRequest, config: Config, json: bool) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut all = runtime.block_on(send(first.clone(), config.clone()))?;
    while let Some(next) = first.after(&all) {
        all.append(runtime.block_on(send(next, config.clone()))?);
    }
    answer::write(&all, json)
}

async fn send(request: AdminRequest, config: Config) -> anyhow::Result<AdminResponse> {
    let data = config.data_dir.clone();
    let contact = socket::ask(&data, &request).await.map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::UnexpectedEof => {
            anyhow::anyhow!("The server only answers its owner and root. Run this command as one of them.")
        }
        _ => anyhow::anyhow!("The server in {} did not answer: {error}. Its log may have the cause.", data.display()),
    })?;
    let answer = match contact {
        Contact::Answered(answer) => answer,
        Contact::NotRunning => answer_from_file(request, config).await?,
    };
    match answer {
        AdminResponse::Refused { reason } => Err(anyhow::Error::msg(reason)),
        answer => Ok(answer),
    }
}

/// Opens the database of a stopped server for a single request.
async fn answer_from_file(request: AdminRequest, config: Config) -> anyhow::Result<AdminResponse> {
    let file = config.data_dir.join(FILE_NAME);
    let is_there = config.store.get().is_some() || file.exists();
    anyhow::ensure!(is_there, "There is no {}. Name the server's directory with --data or --config.", file.display());
    let stopped = server::Stopped::open(&config).await?;
    let answer = stopped.service().answer(socket::own_uid(), request).await;
    stopped.close().await;
    Ok(answer)
}

/// Prompts for a password without echo, or reads it from standard input. Never from the command line, which every user of
/// the machine can read.
fn read_password() -> anyhow::Result<String> {
    if io::stdin().is_terminal() {
        let first = rpassword::prompt_password("password: ")?;
        anyhow::ensure!(first == rpassword::prompt_password("repeat the password: ")?, "The passwords differ. Nothing changed.");
        return Ok(first);
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
