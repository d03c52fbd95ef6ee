//! papo's client: a full-screen chat in a terminal.
//!
//! One loop ([`runtime`]) waits for an [`event`], lets [`update`] change the [`state`], performs the resulting [`effect`]s,
//! and draws once ([`view`]). `update` performs no I/O, and `view` changes no state; both share the geometry in [`layout`].
//! Only [`connection`] uses sockets, only [`terminal`] and [`input`] use the terminal, only [`translations`] knows languages,
//! only [`local_store`] accesses the file of local data, and only [`opener`] and [`editor`] start other programs.
//! [`scripting`] implements the subcommands, which need neither the screen nor the loop.

pub mod action;
pub mod cli;
pub mod clock;
pub mod code;
pub mod connection;
pub mod device;
pub mod device_token;
pub mod directories;
pub mod editor;
pub mod effect;
pub mod event;
pub mod highlighter;
pub mod input;
pub mod keyed_file;
pub mod keymap;
pub mod known_servers;
pub mod layout;
pub mod link_target;
pub mod local_data;
pub mod local_store;
pub mod logs;
pub mod opener;
pub mod private_folder;
pub mod runtime;
pub mod scripting;
pub mod server_address;
pub mod sign_ins;
pub mod state;
pub mod stderr_redirect;
pub mod terminal;
pub mod translations;
pub mod update;
pub mod view;
