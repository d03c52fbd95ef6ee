//! The inputs of the main loop. Names are in the past tense; each variant states when it is sent.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crossterm::event::KeyEvent;
use papo_shared::model::{ClientId, ConversationId, Fingerprint, ServerId, Username};
use papo_shared::protocol::ServerFrame;
use ratatui::layout::Size;

use crate::code::{Code, Tokens};
use crate::device_token::{Lookup, TokenLocation};
use crate::link_target::LinkTarget;
use crate::local_data::LocalData;

/// An input of the main loop, sent over a bounded channel.
#[allow(clippy::large_enum_variant, reason = "only a few are queued at a time")]
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A key was pressed or repeated. Releases are not sent.
    Key(KeyEvent),
    /// Text was pasted (bracketed paste).
    Pasted(String),
    /// Several text keys arrived together, as from a terminal without bracketed paste. Enter is a carriage return in it.
    TextBurst(String),
    /// The mouse wheel turned by this many notches; up is negative.
    Scrolled(i16),
    /// The left mouse button was pressed on this cell: column and row, from 0.
    Clicked(u16, u16),
    /// The terminal was resized. Also sent once at the start.
    Resized(Size),
    /// The terminal window gained (`true`) or lost the focus.
    Focused(bool),
    /// The time of `State::wake_at` was reached.
    Ticked,

    /// The lookup of a stored sign-in for this server ended, or failed with this error.
    SignInLookedUp(ServerId, Result<Lookup, String>),
    /// A sign-in was stored, or could not be.
    SignInStored(TokenLocation),

    /// The given one of several addresses, as `HOST:PORT`, is used from now on. Not sent if there is only one.
    AddressChosen(String),
    /// A connection attempt started.
    Connecting,
    /// A connection was opened; nothing was sent on it yet.
    Connected {
        /// The IP address and port of the peer.
        server: SocketAddr,
        /// Whether this process hosts the server.
        hosting: bool,
        /// How the connection is protected.
        privacy: Privacy,
    },
    /// The server proved that it belongs to a known community, at an address where the community was not known.
    CommunityRecognized {
        /// The addresses at which the community was known.
        known: Vec<String>,
    },
    /// A frame from the server arrived.
    Received(ServerFrame),
    /// The connection ended, or could not be opened.
    Disconnected {
        /// Why the connection ended or was not opened.
        reason: DisconnectReason,
        /// The wait until the next attempt.
        retry_in: Duration,
    },

    /// The local data of an account was read.
    LocalDataLoaded {
        /// The server of the account.
        server: ServerId,
        /// The username of the account.
        username: Username,
        /// The data, or why it could not be read.
        found: Result<LocalData, String>,
    },
    /// Local changes were written to disk, or could not be.
    LocalDataSaved {
        /// The queued messages among the changes.
        messages: Vec<ClientId>,
        /// The error, if the changes could not be written.
        error: Option<String>,
    },

    /// The syntax tokens of a code block were computed.
    Highlighted(Code, Tokens),
    /// A link could not be opened, because there is no graphical display or no program for it.
    LinkNotOpened(LinkTarget),

    /// The user's editor ended, and papo may use the terminal again.
    EditorClosed {
        /// The conversation whose draft was edited.
        conversation: ConversationId,
        /// The edited draft, or why it is unchanged.
        text: Result<String, EditorError>,
    },

    /// SIGTSTP arrived: Ctrl-Z while another program owns the keyboard, or sent by another process.
    StopRequested,
    /// A request to stop the process was ignored, because it hosts a server.
    NotStopped,
    /// SIGINT or SIGQUIT arrived, which may be meant for an editor that owns the keyboard.
    Interrupted,
    /// SIGTERM or SIGHUP arrived, or the terminal was closed.
    Terminated,
}

/// Why a draft could not be edited in the external editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditorError {
    /// The shell did not find the program.
    NotFound {
        /// The command from `VISUAL` or `EDITOR`.
        command: String,
    },
    /// The editor exited with a failure.
    Failed {
        /// The command that was run.
        command: String,
        /// Its exit code or signal.
        why: String,
        /// The file that it saved, if that differs from the draft.
        saved: Option<String>,
    },
    /// The edited text is longer than the composer accepts.
    TooLong {
        /// The file that contains it.
        saved: String,
    },
    /// A file or process could not be created; the operating system's error.
    Io(String),
}

/// Who can read the connection, and how the server was authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// A loopback connection, which does not leave this machine.
    OnThisMachine,
    /// The connection is unencrypted, as requested by `--plaintext`.
    Plain,
    /// TLS, with a certificate verified by a certificate authority.
    AuthorityVerified(Fingerprint),
    /// TLS, with a certificate whose fingerprint the user confirmed.
    FingerprintTrusted(Fingerprint),
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisconnectReason {
    /// The address could not be reached; the operating system's error.
    Unreachable(String),
    /// An open connection was closed or reset.
    Closed,
    /// Nothing could be read or written for too long.
    Silent,
    /// The connection opened, but no complete line arrived in time.
    NoReply,
    /// The peer does not speak papo's protocol.
    NotPapo,
    /// The TLS handshake failed; its error.
    NoTls(String),
    /// No authority verifies the certificate, and no fingerprint is stored for the server. Not retried automatically.
    CertificateUnknown {
        /// The fingerprint that the server presented.
        shown: Fingerprint,
        /// No certificate could be checked, since the system has no certificates of authorities.
        without_authorities: bool,
    },
    /// The certificate differs from the one stored as trusted. Not retried automatically.
    CertificateChanged {
        /// The fingerprint stored as trusted.
        known: Fingerprint,
        /// The fingerprint presented now.
        shown: Fingerprint,
    },
    /// The server belongs to a different community than another address of the list.
    OtherCommunity {
        /// The address of the server.
        address: String,
        /// An address of the other community.
        other: String,
    },
    /// The server claims to be a known community, but does not prove it. Not retried automatically.
    CommunityUnproven {
        /// The community that it claims to be.
        server: ServerId,
        /// Its address.
        address: String,
        /// The addresses at which the community is known. Empty if only a sign-in to it is known.
        known: Vec<String>,
    },
    /// No server listens on this local port, and the one that answered there last was not hosted by a client with this data.
    /// The port is left to that server, which may be restarting.
    ServerAway {
        /// The port on 127.0.0.1.
        port: u16,
    },
    /// The file of trusted certificates cannot be read; the path and the error.
    KnownServers(String),
    /// A part of the server that this process hosts panicked, so the server was stopped. The next attempt hosts it again.
    HostedServerFailed,
    /// No local server listens, and hosting one failed.
    HostingFailed(HostingError),
}

/// Why this process cannot host a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostingError {
    /// The address cannot be listened on.
    Address {
        /// The IP address and port.
        address: String,
        /// The operating system's error.
        why: String,
    },
    /// Another process uses the data: a server on another port, or one that is stopping.
    DataInUse {
        /// The folder of the data.
        folder: PathBuf,
    },
    /// The data cannot be read or written.
    DataUnusable {
        /// The file that failed.
        file: PathBuf,
        /// The operating system's error.
        why: String,
    },
    /// A newer papo wrote the data.
    DataNewer {
        /// The path of the database.
        file: PathBuf,
    },
    /// The folder has had a database, which is not there any more.
    DataMissing {
        /// The path of the database.
        file: PathBuf,
    },
    /// The database file belongs to another program.
    DataForeign {
        /// The path of the database.
        file: PathBuf,
    },
    /// The database is damaged.
    DataDamaged {
        /// The path of the database.
        file: PathBuf,
    },
    /// The certificate in the data folder cannot be used.
    Certificate {
        /// The certificate or key file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A thread or random bytes could not be obtained.
    System(String),
}
