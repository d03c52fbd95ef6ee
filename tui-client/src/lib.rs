//! papo's client: a chat that fills a terminal.
//!
//! One loop ([`runtime`]) waits for an [`event`], lets [`update`] change the [`state`], performs the [`effect`]s, and
//! draws once ([`view`]). `update` does no input or output; `view` changes nothing; [`layout`] is what both must agree
//! on. Only [`connection`] knows sockets, only [`terminal`] and [`input`] know the terminal, only [`words`] knows
//! languages, only [`local_store`] the file of what is kept, only [`opener`] other programs. [`scripting`] is papo without
//! its screen and its loop.

pub mod action;
pub mod cli;
pub mod clock;
pub mod code;
pub mod connection;
pub mod device;
pub mod device_token;
pub mod editor;
pub mod effect;
pub mod event;
pub mod highlighter;
pub mod input;
pub mod kept;
pub mod keyed_file;
pub mod keymap;
pub mod layout;
pub mod link_target;
pub mod local_store;
pub mod logs;
pub mod opener;
pub mod places;
pub mod runtime;
pub mod scripting;
pub mod server_address;
pub mod sign_ins;
pub mod state;
pub mod stderr;
pub mod terminal;
pub mod update;
pub mod view;
pub mod words;
