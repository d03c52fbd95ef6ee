//! The real program in a pseudo-terminal, for tests and measurements.

use std::path::Path;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// The program that runs, and the other end of its terminal.
pub(crate) struct Program {
    pub(crate) child: Box<dyn Child + Send + Sync>,
    pub(crate) master: Box<dyn MasterPty + Send>,
}

impl Program {
    /// Starts papo with these arguments, at home in this folder, in a terminal of so many columns and rows, with these
    /// variables in its environment and a few that every terminal has.
    pub(crate) fn start(home: &Path, arguments: &[&str], (columns, rows): (u16, u16), environment: &[(&str, &str)]) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_papo"));
        command.args(arguments);
        command.env_clear();
        command.env("HOME", home);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "en_US.UTF-8");
        command.env("TZ", "UTC");
        command.env("RUST_BACKTRACE", "1");
        // As in a terminal that can be clicked on, so that what is written for that is looked at as well.
        command.env("FORCE_HYPERLINK", "1");
        // Nobody here asks for the keyring of whoever runs it.
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        Self { child, master: pair.master }
    }
}
