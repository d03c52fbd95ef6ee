//! Everything that can happen to the client. Past tense; each variant says when it is sent.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crossterm::event::KeyEvent;
use papo_shared::model::{ClientId, ConversationId, Fingerprint, ServerId, Username};
use papo_shared::protocol::ServerFrame;
use ratatui::layout::Size;

use crate::code::{Code, Tokens};
use crate::device_token::{KeptIn, Lookup};
use crate::kept::Found;
use crate::link_target::LinkTarget;

/// Everything that can happen. One bounded channel carries them all to the loop.
#[allow(clippy::large_enum_variant, reason = "few wait at a time, and each is handled at once")]
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A key was pressed or repeats. Releases are not sent.
    Key(KeyEvent),
    /// Text was pasted, in one piece.
    Pasted(String),
    /// Text keys arrived together, as from a terminal that pastes without saying so. Enter is a carriage return in it.
    TextBurst(String),
    /// The wheel turned by this many notches; up is negative.
    Scrolled(i16),
    /// The left button was pressed on this cell, column and row from 0.
    Clicked(u16, u16),
    /// The terminal has this size now. Also sent once at the start.
    Resized(Size),
    /// The terminal window got (`true`) or lost the focus.
    Focused(bool),
    /// The time the update asked to be woken at has come.
    Ticked,

    /// The stored sign-ins to this server were looked through, or cannot be read and why.
    SignInLookedUp(ServerId, Result<Lookup, String>),
    /// The sign-in that was to be kept is kept there, or nowhere.
    SignInKept(KeptIn),

    /// A connection is being tried.
    Connecting,
    /// A connection is open; nothing was said on it yet.
    Connected {
        /// To where.
        server: SocketAddr,
        /// Whether this very process hosts the server.
        hosting: bool,
        /// Who else can read the line.
        privacy: Privacy,
    },
    /// A line of the server came.
    Received(ServerFrame),
    /// The connection is gone, or could not be made.
    Disconnected {
        /// Why.
        why: Lost,
        /// How long until it is tried again.
        retry_in: Duration,
    },

    /// What this machine kept for an account was read.
    KeptFound {
        /// The account's server.
        server: ServerId,
        /// The account's username.
        username: Username,
        /// What was kept, or why it could not be read.
        found: Result<Found, String>,
    },
    /// What was to be kept is on the disk, or cannot be.
    Kept {
        /// The messages among it.
        messages: Vec<ClientId>,
        /// Why it cannot be.
        trouble: Option<String>,
    },

    /// What is to be highlighted in this code was found.
    Highlighted(Code, Tokens),
    /// A link could not be opened: there is no screen to open it on, or no program for it.
    LinkNotOpened(LinkTarget),

    /// The person's editor ended: what is in the draft now, or why it is as it was. The terminal is ours again.
    EditorClosed {
        /// The conversation whose draft it is.
        conversation: ConversationId,
        /// The draft.
        text: Result<String, EditorTrouble>,
    },

    /// SIGTSTP came: Ctrl-Z where something else has the keys, or another program asks this one to pause.
    StopRequested,
    /// The process was to be stopped and is not, since it hosts a server.
    NotStopped,
    /// SIGINT or SIGQUIT came: somebody wants an end of it, or meant the editor that has the keys.
    Interrupted,
    /// SIGTERM or SIGHUP came, or the terminal went away.
    Terminated,
}

/// Why a draft could not be edited elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditorTrouble {
    /// There is no such program.
    NotFound {
        /// What was to be run.
        command: String,
    },
    /// It ended with a failure.
    Failed {
        /// What was run.
        command: String,
        /// The code it ended with, or the signal.
        why: String,
        /// The file with what it had saved, where that differs from the draft.
        saved: Option<String>,
    },
    /// It left more than the composer takes.
    TooLong {
        /// The file it is in.
        saved: String,
    },
    /// There is no file or no process to be had; what the system said.
    NoFile(String),
}

/// Who can read what is said to the server, and who says that it is the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// The line does not leave this machine.
    OnThisMachine,
    /// Whoever is on the way: the person spelled it out.
    Plain,
    /// Nobody: encrypted by TLS, and an authority vouches for the server's certificate.
    Vouched(Fingerprint),
    /// Nobody: encrypted by TLS, and the person said that this is the server's certificate.
    Believed(Fingerprint),
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// No server answers there; what the system said.
    Unreachable(String),
    /// It was open and is gone.
    Closed,
    /// Nothing was heard, or nothing could be written, for too long.
    Silent,
    /// The connection was open, and no complete line came in time.
    NoReply,
    /// What answers there does not speak papo's protocol.
    NotPapo,
    /// It answers, but not with TLS; what was said instead.
    NoTls(String),
    /// Its certificate is one that nobody known vouches for, and that was not seen before. Not tried again by itself.
    CertificateUnknown {
        /// The one it showed.
        shown: Fingerprint,
    },
    /// Its certificate is not the one that was believed before. Not tried again by itself.
    CertificateChanged {
        /// The one that was believed.
        known: Fingerprint,
        /// The one it shows now.
        shown: Fingerprint,
    },
    /// Nobody listens on this port of this machine, and the server that answered there last is not one that papo hosts: the port
    /// is left to it, since it may be restarting.
    ServerAway {
        /// The port.
        port: u16,
    },
    /// The file of the certificates that were believed cannot be read or written; what the system said, with the file.
    KnownServers(String),
    /// None listens here, and hosting one failed.
    CannotHost(CannotHost),
}

/// Why this process cannot host a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CannotHost {
    /// The system does not let us listen there; what it said.
    Address {
        /// The address.
        address: String,
        /// What the system said.
        why: String,
    },
    /// A server with the same data runs already, at another port, or is about to end.
    DataInUse {
        /// The folder of the data.
        folder: PathBuf,
    },
    /// The data cannot be read or written; what the system said.
    DataUnusable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        why: String,
    },
    /// A newer papo wrote the data.
    DataNewer {
        /// The file.
        file: PathBuf,
    },
    /// The file where the data should be is another program's.
    DataForeign {
        /// The file.
        file: PathBuf,
    },
    /// The data are damaged.
    DataDamaged {
        /// The file.
        file: PathBuf,
    },
    /// The certificate beside the data cannot be used; what is wrong with it.
    Certificate {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The system gave no thread or no random bytes; what it said.
    System(String),
}
