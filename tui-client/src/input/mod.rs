//! What comes from outside the program other than the server: keys, the mouse, the window, signals, hang-up.
//!
//! The bytes of the terminal are read on a thread of their own (`reader`), decoded into keys, mouse reports and pastes
//! ([`decoder`]), and keys that arrive together are told apart from keys that a person pressed one by one ([`bursts`]).
//! Only `reader` and `signals` know the operating system.

pub mod bursts;
pub mod decoder;
mod reader;
mod signals;

pub use reader::{Keyboard, read_terminal};
pub use signals::{continue_others, ending_signal, reader_gone, watch_signals};
