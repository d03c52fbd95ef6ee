//! How a server behaves. Every number that a test shortens or an operator may want to turn is here.
//!
//! The values and their defaults are here; what each means to an operator is in `default.toml`, and how a file, the
//! environment and flags become values is in [`layers`]. Tests hold the three together.

mod bounds;
pub mod layers;
mod optional_address;
mod tls_files;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::fmt::serde::unsigned_duration::friendly::compact::required as duration;
use papo_shared::protocol::Registration;
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, SystemClock};
use crate::tls::CertificateFiles;

/// The commented file that says what every key means. It holds the defaults.
pub const DEFAULT_FILE: &str = include_str!("default.toml");

/// The port of the chat that papo follows.
const DEFAULT_PORT: u16 = 12345;

/// Everything a server is told before it starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Where to listen. Port 0 takes a free one: see `Server::local_addr`.
    pub listen: SocketAddr,
    /// Where `chat.db` is kept. Created where it is missing.
    #[serde(rename = "data")]
    pub data_dir: PathBuf,
    /// The operator's certificate. None: the server makes one for itself in `data_dir`.
    #[serde(rename = "tls", with = "tls_files")]
    pub certificate: Option<CertificateFiles>,
    /// From where unencrypted connections are taken.
    pub plaintext: Plaintext,
    /// Who may register.
    pub registration: Registration,
    /// bcrypt's cost: the work doubles with each step. 12 is about 0.3 s of one core.
    pub password_cost: u32,
    /// Longest time a TLS handshake may take.
    #[serde(with = "duration")]
    pub tls_timeout: Duration,
    /// Longest time from the connection to its hello.
    #[serde(with = "duration")]
    pub hello_timeout: Duration,
    /// Longest time from the hello to being signed in. Long, since a person types meanwhile.
    #[serde(with = "duration")]
    pub sign_in_timeout: Duration,
    /// A session that said nothing for this long is asked whether it is there.
    #[serde(with = "duration")]
    pub ping_after: Duration,
    /// A session that said nothing for this long is closed.
    #[serde(with = "duration")]
    pub silent_after: Duration,
    /// A session to which not a byte could be written for this long is closed.
    #[serde(with = "duration")]
    pub stuck_after: Duration,
    /// How long a closing session may still write what waits for it.
    #[serde(with = "duration")]
    pub closing_grace: Duration,
    /// What may wait for one session's socket.
    pub send_queue: SendQueueLimits,
    /// How long somebody stays online after the last session ended, so that a short loss is not told to everybody.
    #[serde(with = "duration")]
    pub offline_grace: Duration,
    /// Changes of presence within this time are told together.
    #[serde(with = "duration")]
    pub presence_tick: Duration,
    /// How much of everything is allowed.
    pub limits: Limits,
    /// What is written to the log.
    pub log: Log,
    /// What programs can watch.
    pub metrics: MetricsConfig,
    /// A server that stops asks its clients to come back within this time, each at a random moment of it. Shorter where a client
    /// hosts, and in tests.
    #[serde(skip, default = "come_back_within")]
    pub come_back_within: Duration,
    /// What time it is.
    #[serde(skip, default = "system_clock")]
    pub clock: Arc<dyn Clock>,
}

/// From where unencrypted connections are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plaintext {
    /// From nowhere: behind a forwarder on the same machine, everybody comes from there.
    FromNowhere,
    /// From the machine the server runs on.
    FromThisMachine,
    /// From anywhere: whoever is on the way can read everything, passwords included.
    FromAnywhere,
}

/// What may wait for one session's socket.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct SendQueueLimits {
    /// Beyond this the session lags: live events are dropped for it until all that waits is written.
    pub soft_bytes: usize,
    /// Beyond this the session is closed.
    pub hard_bytes: usize,
}

/// How much of everything is allowed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Requests a session may make a second, on average.
    pub requests_per_second: u32,
    /// Requests a session may make at once, after a pause.
    pub request_burst: u32,
    /// Bytes a session may send a second, on average.
    pub bytes_per_second: u32,
    /// Bytes a session may send at once, after a pause.
    pub byte_burst: u32,
    /// Attempts to register or to sign in by password, a minute, from one address (an IPv6 /64 counts as one).
    pub sign_ins_per_minute_by_address: u32,
    /// Attempts to sign in by password, a minute, to one account, from all addresses where nobody signed in to it lately; and
    /// to change the password in its open sessions.
    pub sign_ins_per_minute_by_username: u32,
    /// Attempts to register, an hour, from one address.
    pub registrations_per_hour_by_address: u32,
    /// Messages an account may send a minute, their edits, deletions and reactions included.
    pub messages_per_minute_by_account: u32,
    /// How often an account may say a minute what it read, received or dismissed.
    pub marks_per_minute_by_account: u32,
    /// Pages (of logs, conversations, groups, people, devices) an account may ask for a minute.
    pub pages_per_minute_by_account: u32,
    /// Pages of a search in the directory, and inboxes, an account may ask for a minute.
    pub searches_per_minute_by_account: u32,
    /// Direct conversations an account may open an hour, new ones and those there are.
    pub direct_conversations_per_hour_by_account: u32,
    /// Groups an account may create, rename or give a topic an hour.
    pub groups_per_hour_by_account: u32,
    /// Members an account may add to groups, remove, or give a role an hour.
    pub members_per_hour_by_account: u32,
    /// Invites to groups an account may make or try an hour.
    pub group_invites_per_hour_by_account: u32,
    /// Times an account may change its profile, whether it is away, whom it blocks or what it is called for, a minute.
    pub settings_per_minute_by_account: u32,
    /// Connections open at once from one address. The machine itself is exempt.
    pub connections_by_address: usize,
}

/// What programs can watch.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MetricsConfig {
    /// Where metrics and health are told; nowhere by default, since whoever is on the machine could ask.
    #[serde(with = "optional_address")]
    pub listen: Option<SocketAddr>,
}

/// What is written to the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Log {
    /// How much: a level, or directives as `tracing-subscriber` reads them.
    pub level: String,
    /// In which shape.
    pub format: LogFormat,
}

/// The shape of a line in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for what gathers logs.
    Json,
}

impl Config {
    /// The defaults, for this address and directory.
    #[must_use]
    pub fn new(listen: SocketAddr, data_dir: PathBuf) -> Self {
        Self {
            listen,
            data_dir,
            certificate: None,
            plaintext: Plaintext::FromThisMachine,
            registration: Registration::Open,
            password_cost: 12,
            tls_timeout: Duration::from_secs(5),
            hello_timeout: Duration::from_secs(10),
            sign_in_timeout: Duration::from_secs(5 * 60),
            ping_after: Duration::from_secs(30),
            silent_after: Duration::from_secs(75),
            stuck_after: Duration::from_secs(30),
            closing_grace: Duration::from_secs(2),
            send_queue: SendQueueLimits::default(),
            offline_grace: Duration::from_secs(5),
            presence_tick: Duration::from_millis(200),
            limits: Limits::default(),
            log: Log::default(),
            metrics: MetricsConfig::default(),
            come_back_within: come_back_within(),
            clock: system_clock(),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new((Ipv4Addr::UNSPECIFIED, DEFAULT_PORT).into(), ".".into())
    }
}

impl Default for SendQueueLimits {
    fn default() -> Self {
        Self { soft_bytes: 256 * 1024, hard_bytes: 1024 * 1024 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_second: 5_000,
            request_burst: 10_000,
            bytes_per_second: 4 * 1024 * 1024,
            byte_burst: 16 * 1024 * 1024,
            sign_ins_per_minute_by_address: 30,
            sign_ins_per_minute_by_username: 10,
            registrations_per_hour_by_address: 200,
            messages_per_minute_by_account: 120_000,
            marks_per_minute_by_account: 12_000,
            pages_per_minute_by_account: 6_000,
            searches_per_minute_by_account: 600,
            direct_conversations_per_hour_by_account: 200,
            groups_per_hour_by_account: 100,
            members_per_hour_by_account: 1_000,
            group_invites_per_hour_by_account: 100,
            settings_per_minute_by_account: 120,
            connections_by_address: 64,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Text }
    }
}

fn come_back_within() -> Duration {
    Duration::from_secs(10)
}

fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}
