//! Failures of commands, and the exit codes.

use std::fmt;
use std::process::ExitCode;

use papo_shared::protocol::Refusal;

use crate::connection::Target;
use crate::event::DisconnectReason;
use crate::state::connection::lost;
use crate::state::phrase::Phrase;
use crate::state::refusals;

/// The exit codes, which scripts rely on. `papo --help` documents them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Success. After `send`, the message is on the server's disk.
    Done = 0,
    /// The server refused the request, or a file could not be read or written.
    Failed = 1,
    /// The command line is invalid. clap uses the same code.
    Usage = 2,
    /// No sign-in is stored on this machine, or only one of another user.
    NotSignedIn = 3,
    /// No server answers, or the connection was lost for too long.
    NoServer = 4,
    /// The server's certificate is not trusted.
    CertificateNotTrusted = 5,
}

/// Why a command failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// A failure that is reported on standard error.
    Reported {
        /// The exit code for scripts.
        exit: Exit,
        /// The message for the user.
        message: Phrase,
    },
    /// The reader of standard output closed it. This is not reported.
    OutputClosed,
}

impl Failure {
    pub(super) fn new(exit: Exit, message: Phrase) -> Self {
        Self::Reported { exit, message }
    }

    /// The failure for a refusal of the server.
    pub(super) fn refused(refusal: &Refusal) -> Self {
        let exit = if *refusal == Refusal::TokenUnknown { Exit::NotSignedIn } else { Exit::Failed };
        Self::new(exit, refusals::explain(refusal))
    }

    /// Whether the request was refused although the connection works.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::Reported { exit: Exit::Failed, .. })
    }

    /// The server sent a reply that does not match the request.
    pub(super) fn unexpected_reply() -> Self {
        Self::refused(&Refusal::Other)
    }

    /// The failure for a lost or missing connection to this address.
    pub(super) fn lost(why: &DisconnectReason, address: &ScriptAddress) -> Self {
        let (exit, message) = match why {
            DisconnectReason::Unreachable(why) => (
                Exit::NoServer,
                match address {
                    ScriptAddress::Local { port } => Phrase::new("script-no-server-here").text("port", port),
                    ScriptAddress::Remote(_) => Phrase::new("script-no-server").text("why", why),
                },
            ),
            DisconnectReason::ServerAway { port } => (Exit::NoServer, Phrase::new("script-no-server-here").text("port", port)),
            DisconnectReason::HostingFailed(why) => (Exit::NoServer, lost::cannot_host(why)),
            // Scripts host no server.
            DisconnectReason::HostedServerFailed => (Exit::NoServer, lost::explain(why)),
            DisconnectReason::KnownServers(_) => (Exit::CertificateNotTrusted, lost::explain(why)),
            DisconnectReason::Closed | DisconnectReason::Silent => (Exit::NoServer, Phrase::new("script-line-lost")),
            DisconnectReason::NoReply => (Exit::NoServer, Phrase::new("script-no-reply")),
            DisconnectReason::NotPapo => (Exit::NoServer, Phrase::new("script-not-papo")),
            DisconnectReason::NoTls(why) => (Exit::NoServer, Phrase::new("script-no-tls").text("why", why)),
            DisconnectReason::CertificateUnknown { shown, without_authorities } => {
                let key = if *without_authorities { "script-no-authorities" } else { "script-certificate-unknown" };
                (Exit::CertificateNotTrusted, Phrase::new(key).text("shown", shown))
            }
            DisconnectReason::CertificateChanged { known, shown } => {
                (Exit::CertificateNotTrusted, Phrase::new("lost-certificate-changed").text("known", known).text("shown", shown))
            }
            DisconnectReason::CommunityUnproven { .. } => (Exit::CertificateNotTrusted, Phrase::new("script-community-unproven")),
            DisconnectReason::OtherCommunity { .. } => (Exit::Failed, lost::explain(why)),
        };
        Self::new(exit, message.text("server", address))
    }
}

/// The address that a command uses.
#[derive(Clone, Debug)]
pub(super) enum ScriptAddress {
    /// The server on this machine.
    Local {
        /// Its port.
        port: u16,
    },
    /// An address given by `--server`.
    Remote(String),
}

impl ScriptAddress {
    /// The first address of this target.
    pub(super) fn of(target: &Target) -> Self {
        match target {
            Target::Local { port, .. } => Self::Local { port: *port },
            Target::Remote { addresses, .. } => Self::Remote(addresses[0].to_string()),
        }
    }
}

impl fmt::Display for ScriptAddress {
    /// Writes the address as users type it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local { port } => write!(f, "127.0.0.1:{port}"),
            Self::Remote(address) => f.write_str(address),
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
