//! papo without its screen: `papo send`, `read`, `tail` and `export`, for scripts and pipes.
//!
//! What was asked for goes to standard output and nothing else does; what a person should know goes to standard error. How it
//! ended is in the exit code ([`Exit`]).
//!
//! Deliberately absent: signing in, believing a certificate, hosting a server, and keeping what could not be sent. All four are
//! the screen's, where somebody can be asked; a command uses what is there and says what is missing.

mod context;
mod conversations;
mod export;
mod failure;
mod happened;
mod html;
mod json;
mod output;
mod read;
mod recipient;
mod send;
mod session;
mod sign_in;
mod tail;
mod text;

use std::io;
use std::process::ExitCode;

use papo_shared::model::{NameProblem, Username};

pub use self::context::ScriptContext;
use self::context::tell;
pub use self::failure::Exit;
use self::failure::Failure;
use self::output::Output;
use self::session::Session;
use crate::cli::{Cli, Command, completions};
use crate::input;
use crate::sign_ins::{StoredSignIns, SystemKeyring};
use crate::state::refusals::name_problem;

/// Performs a command, and says how it ended.
pub async fn run(cli: &Cli, command: &Command, around: &ScriptContext) -> ExitCode {
    let done = tokio::select! {
        done = perform(cli, command, around) => done,
        ended = input::ending_signal() => return ended_by(command, ended),
    };
    match done {
        // Whoever closed the pipe has had enough, which is no failure.
        Ok(()) | Err(Failure::ReaderGone) => Exit::Done.into(),
        Err(Failure::Told { exit, words }) => {
            tell(&around.words, &words);
            exit.into()
        }
    }
}

async fn perform(cli: &Cli, command: &Command, around: &ScriptContext) -> Result<(), Failure> {
    match command {
        Command::Send(args) => {
            // What can be seen to be wrong needs no server.
            let (to, text) = (recipient::parse(&args.to)?, send::text(args).await?);
            send::send(&mut open(cli, around).await?, args, &to, text).await
        }
        Command::Read(args) => {
            let to = recipient::parse(&args.to)?;
            read::read(&mut open(cli, around).await?, args, &to, around).await
        }
        Command::Tail(args) => {
            let to = args.to.as_deref().map(recipient::parse).transpose()?;
            let mut session = open(cli, around).await?;
            tokio::select! {
                ended = tail::tail(&mut session, args, to.as_ref(), around) => ended,
                // Not only when there is something to write: that may be never.
                () = input::reader_gone() => Err(Failure::ReaderGone),
            }
        }
        Command::Export(args) => {
            let to = recipient::parse(&args.to)?;
            export::export(&mut open(cli, around).await?, args, &to, around).await
        }
        Command::Completions { shell } => Output::Standard.write(&completions(*shell)).await,
    }
}

/// Connects and signs in, with what the screen kept.
async fn open(cli: &Cli, around: &ScriptContext) -> Result<Session, Failure> {
    let user = cli.user.as_deref().map(Username::parse).transpose();
    let user = user.map_err(|problem: NameProblem| Failure::told(Exit::Usage, name_problem(problem)))?;
    let stored = StoredSignIns::at(&around.target.name(), user.clone(), SystemKeyring, &around.sign_ins);
    Session::open(around.target.clone(), stored, user).await
}

/// Ends as the signal would have ended it, now that nothing half done is left behind: so that a shell sees what happened and
/// ends its loop as well. Ending is how following is ended, and so no failure there.
fn ended_by(command: &Command, signal: io::Result<i32>) -> ExitCode {
    match (command, signal) {
        (Command::Tail(_), Ok(_)) => Exit::Done.into(),
        (_, Ok(signal)) => {
            let _ = signal_hook::low_level::emulate_default_handler(signal);
            Exit::Failed.into()
        }
        (_, Err(_)) => Exit::Failed.into(),
    }
}
