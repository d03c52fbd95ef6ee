//! The subcommands `papo send`, `read`, `tail` and `export`, for scripts and pipes.
//!
//! Standard output contains only the requested data; messages for people go to standard error. The exit code
//! ([`Exit`]) reports the result.
//!
//! Deliberately absent: signing in, trusting a certificate, hosting a server, and storing unsent messages. They need decisions of
//! the user and belong to the full-screen client; a command uses what that client stored, and reports what is missing.

mod context;
mod conversations;
mod export;
mod failure;
mod html;
mod json;
mod output;
mod output_entry;
mod own_data;
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
use self::context::print_message;
pub use self::failure::Exit;
use self::failure::Failure;
use self::output::Output;
use self::session::Session;
use crate::cli::{Cli, Command, ExportArgs, completions};
use crate::input;
use crate::sign_ins::{StoredSignIns, SystemKeyring};
use crate::state::refusals::name_problem;

/// Performs a command, reports a failure on standard error, and returns the exit code.
pub async fn run(cli: &Cli, command: &Command, context: &ScriptContext) -> ExitCode {
    let result = tokio::select! {
        result = perform(cli, command, context) => result,
        signal = input::termination_signal() => return end_by_signal(command, signal),
    };
    match result {
        // A closed pipe means that the reader needs no more output, which is no failure.
        Ok(()) | Err(Failure::OutputClosed) => Exit::Done.into(),
        Err(Failure::Reported { exit, message }) => {
            print_message(&context.translations, &message);
            exit.into()
        }
    }
}

async fn perform(cli: &Cli, command: &Command, context: &ScriptContext) -> Result<(), Failure> {
    match command {
        Command::Send(args) => {
            // Invalid arguments are reported without a connection.
            let (to, text) = (recipient::parse(&args.to)?, send::text(args).await?);
            send::send(&mut open_session(cli, context).await?, args, &to, text).await
        }
        Command::Read(args) => {
            let to = recipient::parse(&args.to)?;
            read::read(&mut open_session(cli, context).await?, args, &to, context).await
        }
        Command::Tail(args) => {
            let to = args.to.as_deref().map(recipient::parse).transpose()?;
            let mut session = open_session(cli, context).await?;
            tokio::select! {
                ended = tail::tail(&mut session, args, to.as_ref(), context) => ended,
                // Checked independently of writes, because there may be nothing to write for a long time.
                () = input::stdout_closed() => Err(Failure::OutputClosed),
            }
        }
        Command::Export(args @ ExportArgs { to: Some(to), .. }) => {
            let to = recipient::parse(to)?;
            export::export(&mut open_session(cli, context).await?, args, &to, context).await
        }
        Command::Export(args) => {
            let output = own_data::output(args)?;
            own_data::export(&mut open_session(cli, context).await?, output, args.format(), context).await
        }
        Command::Completions { shell } => Output::Standard.write(&completions(*shell)).await,
    }
}

/// Connects and signs in with the sign-in that the full-screen client stored.
async fn open_session(cli: &Cli, context: &ScriptContext) -> Result<Session, Failure> {
    let user = cli.user.as_deref().map(Username::parse).transpose();
    let user = user.map_err(|problem: NameProblem| Failure::new(Exit::Usage, name_problem(problem)))?;
    let stored = StoredSignIns::at(&context.target.sign_in_addresses(), user.clone(), SystemKeyring, &context.sign_ins);
    Session::open(context.target.clone(), context.known_servers.clone(), stored, user).await
}

/// Ends the process by the default action of the signal after cleaning up, so that a shell notices it and ends its own loop. For
/// `papo tail` a signal is the normal end, and therefore a success.
fn end_by_signal(command: &Command, signal: io::Result<i32>) -> ExitCode {
    match (command, signal) {
        (Command::Tail(_), Ok(_)) => Exit::Done.into(),
        (_, Ok(signal)) => {
            let _ = signal_hook::low_level::emulate_default_handler(signal);
            Exit::Failed.into()
        }
        (_, Err(_)) => Exit::Failed.into(),
    }
}
