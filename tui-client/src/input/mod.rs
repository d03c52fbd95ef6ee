//! Local input: keys, mouse, window size and focus, signals, and hang-up of the terminal.
//!
//! A thread (`reader`) reads the bytes of the terminal; [`decoder`] turns them into keys, mouse reports and pastes; [`bursts`]
//! separates unmarked pastes from key presses. Only `reader` and `signals` call the operating system.

pub mod bursts;
pub mod decoder;
mod reader;
mod signals;

pub use reader::{Keyboard, read_terminal};
pub use signals::{continue_process_group, stdout_closed, termination_signal, watch_signals};
