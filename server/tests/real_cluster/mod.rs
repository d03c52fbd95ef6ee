//! A real cluster and the people who talk on it: `papo-server` processes, PostgreSQL and NATS on one machine, and users who
//! follow `PROTOCOL.md` through every failure. Used by the trials in `tests/cluster_trials` and by the bench `cluster`.
//!
//! Everything is started by this process, on loopback ports and in a temporary folder, and ended with it, also by a panic.

#![allow(dead_code, reason = "the trials and the bench use a part of it each")]
#![allow(clippy::unwrap_used, reason = "a test or a benchmark that meets an unexpected value should stop there")]

pub(crate) mod checker;
pub(crate) mod cluster;
pub(crate) mod community;
pub(crate) mod connection;
pub(crate) mod endings;
pub(crate) mod folder;
pub(crate) mod nats;
pub(crate) mod node;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod record;
pub(crate) mod transcript;
pub(crate) mod user;
