//! How a command ends that did not do what it was asked.

use std::process::ExitCode;

use papo_shared::protocol::Refusal;

use crate::connection::Target;
use crate::event::Lost;
use crate::state::phrase::Phrase;
use crate::state::{lost, refusals};

/// The exit codes. A script may rely on them; `papo --help` tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done. After `send`: the message is on the server's disk.
    Done = 0,
    /// The server refused it, or it could not be read or written.
    Failed = 1,
    /// The command line makes no sense. Also what clap ends with.
    Usage = 2,
    /// Nobody, or somebody else, is signed in on this machine.
    NotSignedIn = 3,
    /// No server answers, or the line was lost for too long.
    NoServer = 4,
    /// The server's certificate is not one that was believed.
    NotBelieved = 5,
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(super) enum Failure {
    /// It is told to the person.
    Told {
        /// What a script hears.
        exit: Exit,
        /// What the person hears.
        words: Phrase,
    },
    /// Whoever read the output closed it, and needs to hear nothing.
    ReaderGone,
}

impl Failure {
    pub(super) fn told(exit: Exit, words: Phrase) -> Self {
        Self::Told { exit, words }
    }

    /// The server said no.
    pub(super) fn refused(refusal: &Refusal) -> Self {
        let exit = if *refusal == Refusal::TokenUnknown { Exit::NotSignedIn } else { Exit::Failed };
        Self::told(exit, refusals::words(refusal))
    }

    /// Whether the server, or this machine, said no: there is a line, and it is ours.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::Told { exit: Exit::Failed, .. })
    }

    /// The server said something that answers nothing.
    pub(super) fn made_no_sense() -> Self {
        Self::refused(&Refusal::Other)
    }

    /// There is no line to the server.
    pub(super) fn lost(why: &Lost, target: &Target) -> Self {
        let (exit, words) = match why {
            Lost::Unreachable(why) => (
                Exit::NoServer,
                match target {
                    Target::Local { port, .. } => Phrase::new("script-no-server-here").text("port", port),
                    Target::Remote { .. } => Phrase::new("script-no-server").text("why", why),
                },
            ),
            Lost::ServerAway { port } => (Exit::NoServer, Phrase::new("script-no-server-here").text("port", port)),
            Lost::CannotHost(why) => (Exit::NoServer, lost::cannot_host(why)),
            Lost::KnownServers(_) => (Exit::NotBelieved, lost::words(why)),
            Lost::Closed | Lost::Silent => (Exit::NoServer, Phrase::new("script-line-lost")),
            Lost::NoReply => (Exit::NoServer, Phrase::new("script-no-reply")),
            Lost::NotPapo => (Exit::NoServer, Phrase::new("script-not-papo")),
            Lost::NoTls(why) => (Exit::NoServer, Phrase::new("script-no-tls").text("why", why)),
            Lost::CertificateUnknown { shown, without_authorities } => {
                let message = if *without_authorities { "script-no-authorities" } else { "script-certificate-unknown" };
                (Exit::NotBelieved, Phrase::new(message).text("shown", shown))
            }
            Lost::CertificateChanged { known, shown } => {
                (Exit::NotBelieved, Phrase::new("lost-certificate-changed").text("known", known).text("shown", shown))
            }
        };
        Self::told(exit, words.text("server", place(target)))
    }
}

/// Where a server is, as one types it.
pub(super) fn place(target: &Target) -> String {
    match target {
        Target::Local { port, .. } => format!("127.0.0.1:{port}"),
        Target::Remote { .. } => target.name(),
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
