//! papo's server: accounts, conversations and live events over a socket, on a store that never loses an acknowledged
//! message.
//!
//! A library, so that tests and the client can host a server: [`Server::start`] with a [`Config`]. `main.rs` is the
//! binary, and `cli` its commands.
//!
//! From the outside in: `listener` accepts connections; `session` decodes requests and answers them through
//! `requests`, which apply the rules of `domain` and use three boundaries: `store` (durable data), `bus` (events to
//! open sessions) and `presence` (who is online). All writes go through `committer`. Each module uses only those
//! after it; `tests/it/architecture.rs` enforces the list.
//!
//! `cluster` connects the nodes of one community, behind `bus` and `presence`; a single server does not use it.
//!
//! Next to these: `operator` implements administration, which `admin` offers over a socket; `monitor` publishes what
//! `metrics` measures. `accept` accepts connections for `listener`, `admin` and `monitor`; `supervisor` notices when an
//! essential task panics, and `disk_watch` when the disk is nearly full or the database was deleted.

mod accept;
mod admin;
mod announce;
mod bans;
pub mod bus;
pub mod cli;
pub mod clock;
pub mod cluster;
pub mod committer;
pub mod config;
mod disk_watch;
#[allow(missing_docs, reason = "public for benchmarks and tests; names that say everything need no text")]
pub mod domain;
pub mod free_space;
mod listener;
mod metrics;
mod monitor;
mod open_sessions;
mod operator;
mod passwords;
pub mod presence;
mod proxy_protocol;
mod requests;
pub mod send_queue;
mod server;
#[cfg(feature = "cluster")]
mod service_tls;
mod session;
pub mod store;
mod supervisor;
mod tls;

pub use config::{Config, Limits, Plaintext, SendQueueLimits};
pub use operator::{NewBan, NewInvite, Operator};
pub use server::{InMemoryServer, Server, StartError};
pub use tls::CertificateFiles;
