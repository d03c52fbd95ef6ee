//! Server configuration: every value that an operator may adjust or a test may shorten.
//!
//! This module defines the values and their defaults; `default.toml` documents them for operators; [`layers`] reads
//! them from a file, the environment and flags. Tests keep the three consistent.

mod bounds;
mod bus_servers;
pub mod layers;
mod networks;
mod node_name;
mod optional_address;
mod service_address;
mod tls_files;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use jiff::fmt::serde::unsigned_duration::friendly::compact::required as duration;
use papo_shared::protocol::Registration;
use serde::{Deserialize, Serialize};

pub use self::bus_servers::{BusServer, BusServers};
pub use self::service_address::ServiceAddress;
use crate::clock::{Clock, SystemClock};
use crate::free_space::{FileSystem, FreeSpace};
use crate::tls::CertificateFiles;

/// The documented configuration file with all default values, as printed by `papo-server config default`.
pub const DEFAULT_FILE: &str = include_str!("default.toml");

/// The port of the Python chat that papo follows.
const DEFAULT_PORT: u16 = 12345;

/// Configuration of a server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Address to listen on. Port 0 selects a free port; see `Server::local_addr`.
    pub listen: SocketAddr,
    /// Directory of `chat.db`; created if it does not exist.
    #[serde(rename = "data")]
    pub data_dir: PathBuf,
    /// The database that is used instead of `chat.db`.
    pub store: ServiceAddress,
    /// A file with the password for `store`. Empty: the password is in the address, or there is none.
    pub store_password_file: PathBuf,
    /// The certificate of the authority that signed that of `store`. Empty: those that the system trusts.
    pub store_ca: PathBuf,
    /// The NATS servers through which this server and others serve one community together.
    pub bus: ServiceAddress,
    /// A file with the password for `bus`. Empty: the password is in the address, or there is none.
    pub bus_password_file: PathBuf,
    /// The certificate of the authority that signed that of `bus`. Empty: those that the system trusts.
    pub bus_ca: PathBuf,
    /// Name of this server among those of the bus, shown to operators. Empty: the name of the machine.
    pub node_name: String,
    /// The operator's certificate. `None`: the server creates a self-signed one in `data_dir`.
    #[serde(rename = "tls", with = "tls_files")]
    pub certificate: Option<CertificateFiles>,
    /// Free space of the disk, in bytes, below which only short messages are stored. 0: no reserve.
    pub reserve_bytes: u64,
    /// Where unencrypted connections are accepted from.
    pub plaintext: Plaintext,
    /// Addresses of proxies, whose connections begin with a PROXY header that names the client. Empty by default.
    #[serde(with = "networks")]
    pub proxies: Vec<IpNet>,
    /// Who may register; announced to clients in the welcome.
    pub registration: Registration,
    /// Names that users may not choose, in addition to those reserved on every server.
    pub reserved_names: Vec<String>,
    /// bcrypt cost: each step doubles the work. 12 takes about 0.3 s of one core.
    pub password_cost: u32,
    /// Number of days after which messages are erased; 0: they are kept for ever.
    pub retention_days: u32,
    /// Maximum duration of a TLS handshake.
    #[serde(with = "duration")]
    pub tls_timeout: Duration,
    /// Maximum time from the connection to its `hello`.
    #[serde(with = "duration")]
    pub hello_timeout: Duration,
    /// Maximum time from `hello` to sign-in. Long, because a person may be typing.
    #[serde(with = "duration")]
    pub sign_in_timeout: Duration,
    /// A session silent for this long is sent a ping.
    #[serde(with = "duration")]
    pub ping_after: Duration,
    /// A session silent for this long is closed.
    #[serde(with = "duration")]
    pub silent_after: Duration,
    /// A session is closed if no byte could be written to it for this long.
    #[serde(with = "duration")]
    pub stuck_after: Duration,
    /// How long a closing session may continue writing its queued lines.
    #[serde(with = "duration")]
    pub closing_grace: Duration,
    /// Limits of each session's send queue.
    pub send_queue: SendQueueLimits,
    /// How long a user stays online after their last session ended, so that a short connection loss is not announced.
    #[serde(with = "duration")]
    pub offline_grace: Duration,
    /// Presence changes within this interval are sent together.
    #[serde(with = "duration")]
    pub presence_tick: Duration,
    /// Rate limits and connection limits.
    pub limits: Limits,
    /// Level and format of the log on standard error.
    pub log: Log,
    /// Metrics and health endpoint.
    pub metrics: MetricsConfig,
    /// Period over which clients are asked to reconnect after a stop, each at a random moment of it. Shorter if a client hosts
    /// the server, and in tests.
    #[serde(skip, default = "reconnect_within")]
    pub reconnect_within: Duration,
    /// Source of the current time; replaced in tests.
    #[serde(skip, default = "system_clock")]
    pub clock: Arc<dyn Clock>,
    /// Source of the free space; replaced in tests.
    #[serde(skip, default = "file_system")]
    pub free_space: Arc<dyn FreeSpace>,
}

/// Where unencrypted connections are accepted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plaintext {
    /// Nowhere. For servers behind a forwarder on the same machine that does not use the PROXY protocol, where every
    /// connection appears to be local.
    FromNowhere,
    /// From the server's own machine, but not through a proxy.
    FromThisMachine,
    /// From anywhere. Anyone on the network path can read everything, including passwords.
    FromAnywhere,
}

/// Limits of a session's send queue, in bytes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct SendQueueLimits {
    /// Above this the session lags: live events are dropped until everything queued is written.
    pub soft_bytes: usize,
    /// Above this the session is closed.
    pub hard_bytes: usize,
}

/// Rate limits and connection limits.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Average number of lines that are read per second and session.
    pub requests_per_second: u32,
    /// Number of lines of a session that are read at once after a pause.
    pub request_burst: u32,
    /// Average number of bytes that are read per second and session.
    pub bytes_per_second: u32,
    /// Number of bytes of a session that are read at once after a pause.
    pub byte_burst: u32,
    /// Attempts per minute to register or to sign in by password, per address (an IPv6 /64 counts as one address). The
    /// limits per address are four times as high for an IPv6 /56, and sixteen times for a /48.
    pub sign_ins_per_minute_by_address: u32,
    /// Attempts per minute to sign in by token, per address. One with an unknown token counts as 20. Devices that signed in
    /// recently from the address are not counted.
    pub token_sign_ins_per_minute_by_address: u32,
    /// Password attempts per minute and account, over all addresses without a recent sign-in to it; also attempts to
    /// change the password in its open sessions.
    pub sign_ins_per_minute_by_username: u32,
    /// Registration attempts per hour and address.
    pub registrations_per_hour_by_address: u32,
    /// Messages, edits, deletions and reactions per minute and account.
    pub messages_per_minute_by_account: u32,
    /// Approximate size of what an account stores in a day, in bytes. Days begin at 0:00 UTC.
    pub stored_bytes_per_day_by_account: u64,
    /// Messages, edits, reactions and other entries per day and account.
    pub messages_per_day_by_account: u32,
    /// Read, delivered and dismissed marks per minute and account.
    pub marks_per_minute_by_account: u32,
    /// Pages of logs, conversations, groups, people or devices per minute and account.
    pub pages_per_minute_by_account: u32,
    /// Searches and inbox requests per minute and account.
    pub searches_per_minute_by_account: u32,
    /// Direct conversations opened per hour and account, existing ones included.
    pub direct_conversations_per_hour_by_account: u32,
    /// Groups created, renamed or given a topic per hour and account.
    pub groups_per_hour_by_account: u32,
    /// Members added, removed or given a role per hour and account.
    pub members_per_hour_by_account: u32,
    /// Group invites created or tried per hour and account.
    pub group_invites_per_hour_by_account: u32,
    /// Changes of the profile, the away state, blocks and notification settings, and reports, per minute and account.
    pub settings_per_minute_by_account: u32,
    /// Open connections per address. Connections from the server's own machine are exempt.
    pub connections_by_address: usize,
}

/// Metrics and health endpoint.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MetricsConfig {
    /// Address of the endpoint. `None` by default, since any user of the machine could query it.
    #[serde(with = "optional_address")]
    pub listen: Option<SocketAddr>,
}

/// Level and format of the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Log {
    /// A level, or directives in the syntax of `tracing-subscriber`.
    pub level: String,
    /// Format of log lines.
    pub format: LogFormat,
}

/// Format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Plain text, for people.
    Text,
    /// One JSON object per line, for log collectors.
    Json,
}

impl Config {
    /// The default configuration with this address and data directory.
    #[must_use]
    pub fn new(listen: SocketAddr, data_dir: PathBuf) -> Self {
        Self {
            listen,
            data_dir,
            store: ServiceAddress::default(),
            store_password_file: PathBuf::new(),
            store_ca: PathBuf::new(),
            bus: ServiceAddress::default(),
            bus_password_file: PathBuf::new(),
            bus_ca: PathBuf::new(),
            node_name: String::new(),
            certificate: None,
            reserve_bytes: 256 * 1024 * 1024,
            plaintext: Plaintext::FromThisMachine,
            proxies: Vec::new(),
            registration: Registration::Open,
            reserved_names: Vec::new(),
            password_cost: 12,
            retention_days: 0,
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
            reconnect_within: reconnect_within(),
            clock: system_clock(),
            free_space: file_system(),
        }
    }
}

impl Config {
    /// The name of this server among those of the bus: the configured one, or that of the machine.
    #[must_use]
    pub fn node_name(&self) -> String {
        if self.node_name.is_empty() { node_name::of_machine() } else { self.node_name.clone() }
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
            token_sign_ins_per_minute_by_address: 6_000,
            sign_ins_per_minute_by_username: 10,
            registrations_per_hour_by_address: 200,
            messages_per_minute_by_account: 120_000,
            stored_bytes_per_day_by_account: 64 * 1024 * 1024,
            messages_per_day_by_account: 100_000,
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

fn reconnect_within() -> Duration {
    Duration::from_secs(10)
}

fn file_system() -> Arc<dyn FreeSpace> {
    Arc::new(FileSystem)
}

fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}
