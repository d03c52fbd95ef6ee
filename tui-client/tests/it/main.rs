//! Tests of the client as a whole: stories on the state, snapshots of screens, and the program in a pseudo-terminal.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod account;
mod addresses;
mod architecture;
mod changing;
mod completions;
mod decoding;
mod driver;
mod for_one;
mod forwarder;
mod histories;
mod hosted;
mod hostile;
mod hosting;
mod key_page;
mod killed;
mod known_servers;
mod own_editor;
mod people;
mod picture;
mod program;
mod pty;
mod read_bursts;
mod reporting;
mod restored_terminal;
mod rich;
mod running_groups;
mod screens;
mod scripts;
mod searching;
mod server_trouble;
mod sign_ins;
mod stories;
mod suspended;
mod terminal_input;
mod translations;
