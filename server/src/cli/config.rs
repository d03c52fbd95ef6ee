//! `config default` and `config check`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Subcommand;

use super::settings::Settings;
use crate::config::DEFAULT_FILE;
use crate::config::layers::{self, ConfigFile};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Prints a file with every key, its default and what it does
    Default,
    /// Says whether this file is right, or, without one, what the server would start with
    Check {
        /// The file to look at, by itself
        file: Option<PathBuf>,
    },
}

pub(super) fn run(command: &Command, settings: &Settings) -> anyhow::Result<()> {
    match command {
        Command::Default => write!(io::stdout(), "{DEFAULT_FILE}")?,
        Command::Check { file: Some(file) } => {
            layers::load(Some(&ConfigFile::read(file)?), &|_| None, &[])?;
            writeln!(io::stdout(), "{} is right", file.display())?;
        }
        Command::Check { file: None } => {
            settings.load()?;
            writeln!(io::stdout(), "the configuration is right")?;
        }
    }
    Ok(())
}
