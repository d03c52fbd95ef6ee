//! The command line.

use clap::Parser;

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
    /// The name to fill in on the sign-in screen
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// The language of the interface; without it, that of the environment
    #[arg(long, value_name = "LANGUAGE", value_enum)]
    pub lang: Option<Language>,
    /// The port on this machine, where no server is given
    #[arg(long, value_name = "PORT", default_value_t = crate::connection::DEFAULT_PORT, conflicts_with = "server")]
    pub port: u16,
}

impl Cli {
    /// The server's host and port, with the usual port where none is given.
    #[must_use]
    pub fn server_address(&self) -> Option<String> {
        let server = self.server.as_deref()?;
        Some(if has_port(server) { server.to_owned() } else { format!("{server}:{}", crate::connection::DEFAULT_PORT) })
    }
}

/// Whether there is a port after the host; the colons of an IPv6 address in brackets are none.
fn has_port(server: &str) -> bool {
    server.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
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
        assert_eq!(address("chat.example.org"), "chat.example.org:12345");
        assert_eq!(address("chat.example.org:9"), "chat.example.org:9");
        assert_eq!(address("[::1]"), "[::1]:12345");
        assert_eq!(address("[::1]:9"), "[::1]:9");
    }
}
