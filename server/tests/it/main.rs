//! Tests of the server from outside: real sockets, real files, the real codec and the real binary.

#![allow(clippy::unwrap_used, reason = "a test reports failure by panicking")]

mod accounts;
mod admin;
mod architecture;
mod backup;
mod bad_input;
mod binary;
mod blocking;
mod changes;
mod client;
mod cluster;
mod committing;
mod conversations;
mod cut_connection;
mod deleting_accounts;
mod descriptors;
mod devices;
mod disk;
mod documented_details;
mod first_client;
mod floods;
mod hostile_lines;
mod invitations;
mod limits;
mod malformed;
mod managing_groups;
mod messages;
mod moderation;
mod monitor;
mod operating;
mod operator;
#[cfg(feature = "cluster")]
mod postgres;
#[cfg(feature = "cluster")]
mod postgres_copy_command;
#[cfg(feature = "cluster")]
mod postgres_outages;
#[cfg(feature = "cluster")]
mod postgres_store;
mod presence;
mod profiles;
mod proxy;
mod proxy_header;
mod python;
mod reading;
mod reconnecting_client;
mod registration;
mod reports;
mod retention;
mod retries;
mod rules;
mod second_factor;
mod secrets;
mod session_fuzzing;
mod sessions;
mod start_and_stop;
mod store_contract;
mod store_interleavings;
mod tls;
mod trials;
mod unavailable_store;
#[cfg(feature = "cluster")]
mod unreliable_path;
