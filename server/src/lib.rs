//! papo's server: accounts, conversations, and live events over a socket, on a store that never loses a message it
//! acknowledged.
//!
//! A library, so that tests and the client can host one: [`Server::start`] with a [`Config`]. `main.rs` is the binary, and
//! `cli` what it can do.
//!
//! From the outside in: `listener` accepts, `session` reads lines and answers them through `requests`, which decide by
//! `domain` and work with three boundaries: `store` (durable truth), `bus` (events to open sessions) and `presence` (who is
//! here). `committer` is the one way to write. Each names only those after it; `tests/it/architecture.rs` holds the list.
//!
//! Beside that way: `operator` does what the operator asks, which `admin` carries over a socket, and `monitor` tells what
//! `metrics` has measured. `queue_without_sockets` is for benches and tests alone.

mod admin;
mod announce;
pub mod bus;
pub mod cli;
pub mod clock;
mod committer;
pub mod config;
pub mod domain;
mod listener;
mod metrics;
mod monitor;
mod open_sessions;
mod operator;
mod passwords;
pub mod presence;
#[doc(hidden)]
pub mod queue_without_sockets;
mod requests;
pub mod send_queue;
mod server;
mod session;
pub mod store;
mod tls;

pub use config::{Config, Limits, Plaintext, SendQueueLimits};
pub use operator::{NewInvite, Operator};
pub use server::{Server, StartError};
pub use tls::CertificateFiles;
