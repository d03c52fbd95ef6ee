//! The command line: `papo` alone opens the full-screen client; its subcommands are for scripts and pipes.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::server_address::{DEFAULT_PORT, ServerAddresses};
use crate::translations::Language;

/// A chat that fills your terminal and never loses a message.
///
/// Without --server, papo joins the server on this machine, and hosts one itself where none listens: the same command in a
/// second terminal joins the first.
///
/// The commands are for scripts and pipes. They use the sign-in that the full-screen client saved (tick "stay signed in"), never
/// host a server, never ask anything, and trust only certificates that were accepted in the full-screen client.
#[derive(Debug, Parser)]
#[command(name = "papo", version, after_help = EXIT_CODES)]
pub struct Cli {
    /// The addresses of the server to join, instead of the one on this machine.
    #[arg(
        long,
        value_name = "ADDRESS",
        value_hint = ValueHint::Hostname,
        global = true,
        help = "The server to join: HOST, HOST:PORT, [IPV6] or [IPV6]:PORT. Several addresses of one community are separated by \
                commas: papo uses one, and moves to the next when it fails"
    )]
    pub server: Option<ServerAddresses>,
    /// Talk to the server unencrypted: anyone on the network path can read everything, passwords included
    #[arg(long, global = true)]
    pub plaintext: bool,
    /// The user to sign in, with the stored sign-in if there is one; commands refuse to run as another user
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other, global = true)]
    pub user: Option<String>,
    /// The language of the interface [default: the language of the environment]
    #[arg(long, value_name = "LANGUAGE", value_enum, global = true)]
    pub lang: Option<Language>,
    /// The port on this machine, if no server is given [default: 12345]
    #[arg(
        long,
        value_name = "PORT",
        value_hint = ValueHint::Other,
        value_parser = clap::value_parser!(u16).range(1..),
        global = true
    )]
    pub port: Option<u16>,
    /// The subcommand; `None` opens the full-screen client.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The exit codes of `scripting::Exit`, for the help of each subcommand.
const EXIT_CODES: &str = "\
Exit codes of the commands: 0 done, 1 refused or failed, 2 wrong usage, 3 not signed in here, 4 no server or connection,
5 the server's certificate was never accepted, or has changed.";

/// The subcommands, performed by `scripting` without the full-screen client.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Send a message, and return once the server has it on its disk
    #[command(after_help = EXIT_CODES)]
    Send(SendArgs),
    /// Print the unread messages of a conversation, oldest first
    #[command(after_help = EXIT_CODES)]
    Read(ReadArgs),
    /// Print messages and events as they arrive, reconnecting when needed, until Ctrl-C
    #[command(after_help = EXIT_CODES)]
    Tail(TailArgs),
    /// Write everything you may see of a conversation, or everything of your own account, to a file
    #[command(after_help = EXIT_CODES)]
    Export(ExportArgs),
    /// Print what a shell needs to complete papo's command line
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
}

/// Arguments of `papo send`.
#[derive(Debug, Args)]
pub struct SendArgs {
    /// The recipient: a username, or '#group' in quotes (unquoted, the shell takes it for a comment)
    #[arg(value_hint = ValueHint::Other)]
    pub to: String,
    /// The text, sent unchanged; `-`, or no text, sends standard input as one message. At most 16 KiB
    #[arg(value_hint = ValueHint::Other)]
    pub text: Option<String>,
    /// Print the stored message's number as one line of JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `papo read`.
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// The conversation: a username, or '#group' in quotes
    #[arg(value_hint = ValueHint::Other)]
    pub to: String,
    /// Print the last COUNT messages instead, including read ones and your own
    #[arg(long, value_name = "COUNT", value_hint = ValueHint::Other, value_parser = clap::value_parser!(u32).range(1..))]
    pub last: Option<u32>,
    /// Mark the conversation as read up to its newest message at that time; refused if --last leaves out unread messages
    #[arg(long)]
    pub mark_read: bool,
    /// Print one JSON object per line: the fields of an entry (see PROTOCOL.md) and `to`
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `papo tail`.
#[derive(Debug, Args)]
pub struct TailArgs {
    /// The conversation: a username, or '#group' in quotes. Without it, all of yours
    #[arg(value_hint = ValueHint::Other)]
    pub to: Option<String>,
    /// Begin after the entry with this number (`seq`; 0 begins with the first); without it, only new entries are printed
    #[arg(long, value_name = "SEQ", value_hint = ValueHint::Other, requires = "to")]
    pub after: Option<u64>,
    /// Print one JSON object per line: the fields of an entry (see PROTOCOL.md) and `to`
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `papo export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The conversation: a username, or '#group' in quotes
    #[arg(value_hint = ValueHint::Other, required_unless_present = "mine", conflicts_with = "mine")]
    pub to: Option<String>,
    /// Write your own account instead: profile, devices, blocked users, conversations with their settings, and what you wrote
    /// in the conversations you are in. As text or JSON; an existing file is never replaced
    #[arg(long)]
    pub mine: bool,
    /// The format [default: by FILE's extension, or else text]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// The file to write. It appears only when it is complete, and replaces an existing file. `-` is standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

/// Output formats of `papo export`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Plain text, one line per message
    Text,
    /// One JSON object per line, as `papo tail --json` prints them: the whole log
    Json,
    /// One page for a browser, without scripts
    Html,
}

impl ExportArgs {
    /// The format: `--format`, or else derived from the extension of the output file, or else text.
    #[must_use]
    pub fn format(&self) -> Format {
        let extension = self.output.as_deref().and_then(|file| file.extension()?.to_str());
        self.format.unwrap_or(match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("html" | "htm") => Format::Html,
            Some("json" | "jsonl" | "ndjson") => Format::Json,
            _ => Format::Text,
        })
    }
}

/// How the script generated by clap parses the command line before the cursor. It rejects an option whose value is still
/// missing, and fish then falls back to file names.
const FISH_PARSES_OPTIONS: &str = "    argparse -s (__fish_papo_global_optspecs) -- $cmd 2>/dev/null\n    or return\n";
/// The replacement, which tries again with an empty value for such an option.
const FISH_COMPLETES_VALUES: &str = "    argparse -s (__fish_papo_global_optspecs) -- $cmd 2>/dev/null
    or argparse -s (__fish_papo_global_optspecs) -- $cmd '' 2>/dev/null
    or return
";

/// The completion script for a shell.
#[must_use]
pub fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "papo", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    match shell {
        Shell::Fish => script.replace(FISH_PARSES_OPTIONS, FISH_COMPLETES_VALUES),
        _ => script,
    }
}

impl Cli {
    /// Parses this process's command line. On a usage error it prints the reason and exits with code 2.
    #[must_use]
    pub fn from_process_args() -> Self {
        let cli = Self::parse();
        if let Err(error) = cli.check_combinations() {
            error.exit();
        }
        cli
    }

    /// Checks combinations of global arguments, whose `requires` and `conflicts_with` clap does not support.
    fn check_combinations(&self) -> Result<(), clap::Error> {
        let usage_error = |kind, message| Err(Self::command().error(kind, message));
        match self {
            Self { server: None, plaintext: true, .. } => usage_error(
                ErrorKind::MissingRequiredArgument,
                "--plaintext needs --server: connections on this machine are never encrypted",
            ),
            Self { server: Some(_), port: Some(_), .. } => {
                usage_error(ErrorKind::ArgumentConflict, "--port is for this machine only: write --server HOST:PORT")
            }
            _ => Ok(()),
        }
    }

    /// The loopback port of the local server; used only without `--server`.
    #[must_use]
    pub fn local_port(&self) -> u16 {
        self.port.unwrap_or(DEFAULT_PORT)
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Cli, Command, Format};

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    /// Value names are not escaped in the completion scripts: zsh executed the text after a colon in one as a command.
    #[test]
    fn value_names_contain_no_special_characters() {
        let command = Cli::command();
        for command in std::iter::once(&command).chain(command.get_subcommands()) {
            for name in command.get_arguments().filter_map(clap::Arg::get_value_names).flatten() {
                assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{name}");
            }
        }
    }

    #[track_caller]
    fn check(line: &str, is_accepted: bool) {
        let parsed = Cli::try_parse_from(line.split(' ')).and_then(|cli| cli.check_combinations());
        assert_eq!(parsed.is_ok(), is_accepted, "{line}: {parsed:?}");
    }

    #[test]
    fn global_options_are_accepted_before_and_after_a_subcommand() {
        check("papo --server x:1 --plaintext send bia oi", true);
        check("papo send bia oi --server x:1 --plaintext", true);
        check("papo --server x:1 send bia oi --plaintext", true);
        check("papo send bia oi --port 9", true);
        check("papo send bia oi --plaintext", false);
        check("papo --port 9 send bia oi --server x", false);
        check("papo --port 9 --server x", false);
    }

    #[test]
    fn subcommands_check_their_arguments() {
        check("papo", true);
        check("papo send", false);
        check("papo send bia oi tudo", false);
        check("papo send bia -- --json", true);
        check("papo tail --after 3", false);
        check("papo tail bia --after 3", true);
        check("papo read bia --last 0", false);
        check("papo export", false);
        check("papo export --mine", true);
        check("papo export bia --mine", false);
    }

    #[test]
    fn the_export_format_follows_the_file_extension_unless_given() {
        let format = |line: &str| match Cli::parse_from(line.split(' ')).command {
            Some(Command::Export(args)) => args.format(),
            _ => panic!("{line} is an export"),
        };
        assert_eq!(format("papo export bia"), Format::Text);
        assert_eq!(format("papo export bia -o a.HTML"), Format::Html);
        assert_eq!(format("papo export bia -o a.jsonl"), Format::Json);
        assert_eq!(format("papo export bia -o a.html --format text"), Format::Text);
    }
}
