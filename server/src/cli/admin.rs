//! The commands that ask the server, or its file where the server is stopped.

use std::io::{self, BufRead, IsTerminal};
use std::num::NonZero;

use clap::Subcommand;

use super::answer;
use crate::admin::protocol::{AdminRequest, AdminResponse};
use crate::admin::socket::{self, Contact};
use crate::config::Config;
use crate::server;
use crate::store::sqlite::FILE_NAME;

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Everybody who has an account
    List {
        /// Those whose names contain this
        query: Option<String>,
    },
    /// Makes an account; its password is asked for, or read from standard input
    Add {
        /// Its name
        username: String,
    },
    /// Puts somebody out and keeps them out; what they wrote stays
    Suspend {
        /// Whom
        username: String,
    },
    /// Lets somebody in again
    Resume {
        /// Whom
        username: String,
    },
    /// Sets another password, asked for or read from standard input, and signs out every device
    SetPassword {
        /// Whose
        username: String,
    },
    /// Signs out every device
    RemoveDevices {
        /// Whose
        username: String,
    },
}

#[derive(Subcommand)]
pub(super) enum SessionCommand {
    /// Everybody who is connected
    List,
    /// Ends a connection; its client may come back
    Close {
        /// Its number in the list
        id: u64,
    },
}

#[derive(Subcommand)]
pub(super) enum InviteCommand {
    /// Makes an invite and prints its code, which is shown this once
    Create {
        /// For how many accounts
        #[arg(long, default_value = "1")]
        uses: NonZero<u32>,
        /// For how many days
        #[arg(long, default_value = "7", value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: u32,
    },
    /// Invites that are not used up
    List,
    /// Makes an invite good for nothing
    Revoke {
        /// Its number in the list
        id: i64,
    },
}

#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// What operators did, the newest first
    List,
}

pub(super) fn invite(command: &InviteCommand, config: Config, json: bool) -> anyhow::Result<()> {
    match *command {
        InviteCommand::Create { uses, days } => run(AdminRequest::CreateInvite { uses, days }, config, json),
        InviteCommand::List => run_list(AdminRequest::ListInvites { after: None }, config, json),
        InviteCommand::Revoke { id } => run(AdminRequest::RevokeInvite { id }, config, json),
    }
}

pub(super) fn audit(AuditCommand::List: &AuditCommand, config: Config, json: bool) -> anyhow::Result<()> {
    run_list(AdminRequest::ListAudit { before: None }, config, json)
}

pub(super) fn user(command: UserCommand, config: Config, json: bool) -> anyhow::Result<()> {
    let ask = match command {
        UserCommand::List { query } => return run_list(AdminRequest::ListUsers { query, after: None }, config, json),
        UserCommand::Add { username } => AdminRequest::AddUser { username, password: password()? },
        UserCommand::Suspend { username } => AdminRequest::SuspendUser { username },
        UserCommand::Resume { username } => AdminRequest::ResumeUser { username },
        UserCommand::SetPassword { username } => AdminRequest::SetPassword { username, password: password()? },
        UserCommand::RemoveDevices { username } => AdminRequest::RemoveDevices { username },
    };
    run(ask, config, json)
}

pub(super) fn session(command: SessionCommand, config: Config, json: bool) -> anyhow::Result<()> {
    let ask = match command {
        SessionCommand::List => AdminRequest::ListSessions,
        SessionCommand::Close { id } => AdminRequest::CloseSession { id },
    };
    run(ask, config, json)
}

/// Asks, and writes what was answered.
pub(super) fn run(ask: AdminRequest, config: Config, json: bool) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    answer::write(&runtime.block_on(answered(ask, config))?, json)
}

/// All pages of a list as one answer.
fn run_list(first: AdminRequest, config: Config, json: bool) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut all = runtime.block_on(answered(first.clone(), config.clone()))?;
    while let Some(next) = first.after(&all) {
        all.append(runtime.block_on(answered(next, config.clone()))?);
    }
    answer::write(&all, json)
}

async fn answered(ask: AdminRequest, config: Config) -> anyhow::Result<AdminResponse> {
    let data = config.data_dir.clone();
    let reached = socket::ask(&data, &ask).await.map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::UnexpectedEof => {
            anyhow::anyhow!("The server answers its owner and root alone: run this as one of them.")
        }
        _ => anyhow::anyhow!("The server in {} did not answer: {error}. Its log may say more.", data.display()),
    })?;
    let answer = match reached {
        Contact::Answered(answer) => answer,
        Contact::NotRunning => answered_by_file(ask, config).await?,
    };
    match answer {
        AdminResponse::Refused { why } => Err(anyhow::Error::msg(why)),
        answer => Ok(answer),
    }
}

/// The server is stopped: its file is opened for this one question.
async fn answered_by_file(ask: AdminRequest, config: Config) -> anyhow::Result<AdminResponse> {
    let file = config.data_dir.join(FILE_NAME);
    anyhow::ensure!(file.exists(), "There is no {}. Name the server's directory with --data or --config.", file.display());
    let stopped = server::Stopped::open(&config).await?;
    let answer = stopped.service().answer(socket::own_uid(), ask).await;
    stopped.close().await;
    Ok(answer)
}

/// From who is at the terminal, without showing it, or from standard input: never from the command line, which every user of
/// the machine can read.
fn password() -> anyhow::Result<String> {
    if io::stdin().is_terminal() {
        let first = rpassword::prompt_password("password: ")?;
        anyhow::ensure!(first == rpassword::prompt_password("once more: ")?, "They differ. Nothing changed.");
        return Ok(first);
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
