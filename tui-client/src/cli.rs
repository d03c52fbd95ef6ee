//! The command line.

use clap::Parser;

use crate::connection::DEFAULT_PORT;
use crate::words::Language;

/// A chat that fills your terminal and keeps what you said.
///
/// Without --server, papo joins the server on this machine, and hosts one itself where none listens: the same command in a
/// second terminal joins the first.
#[derive(Debug, Parser)]
#[command(name = "papo", version)]
pub struct Cli {
    /// The server to join, as HOST or HOST:PORT
    #[arg(long, value_name = "HOST:PORT")]
    pub server: Option<String>,
    /// Talk to the server unencrypted: whoever is on the way can read everything, passwords included
    #[arg(long, requires = "server")]
    pub plaintext: bool,
    /// The name to fill in on the sign-in screen
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// The language of the interface; without it, that of the environment
    #[arg(long, value_name = "LANGUAGE", value_enum)]
    pub lang: Option<Language>,
    /// The port on this machine, where no server is given
    #[arg(long, value_name = "PORT", default_value_t = DEFAULT_PORT, conflicts_with = "server")]
    pub port: u16,
}

impl Cli {
    /// The server's host and port, with the usual port where none is given.
    #[must_use]
    pub fn server_address(&self) -> Option<(String, u16)> {
        let server = self.server.as_deref()?;
        let (host, port) = match server.rsplit_once(':') {
            // The colons of an IPv6 address are no port's, unless it stands in brackets.
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port.parse().ok()),
            _ => (server, None),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        Some((host.to_owned(), port.unwrap_or(DEFAULT_PORT)))
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Cli;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_usual_port_is_filled_in() {
        let address = |server: &str| Cli::parse_from(["papo", "--server", server]).server_address().unwrap();
        let expected = |host: &str, port| (host.to_owned(), port);
        assert_eq!(address("chat.example.org"), expected("chat.example.org", 12345));
        assert_eq!(address("chat.example.org:9"), expected("chat.example.org", 9));
        assert_eq!(address("[::1]"), expected("::1", 12345));
        assert_eq!(address("[::1]:9"), expected("::1", 9));
        assert_eq!(address("2001:db8::1"), expected("2001:db8::1", 12345));
    }
}
