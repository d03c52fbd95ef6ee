//! The real program in a pseudo-terminal, for tests and measurements.

use std::path::Path;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// The running program, and the controlling side of its pseudo-terminal.
pub(crate) struct Program {
    pub(crate) child: Box<dyn Child + Send + Sync>,
    pub(crate) master: Box<dyn MasterPty + Send>,
}

impl Program {
    /// Starts papo with these arguments, this home folder and terminal size, and these environment variables in addition to the
    /// usual ones of a terminal.
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
        // Enables hyperlinks, so that their output is tested as well.
        command.env("FORCE_HYPERLINK", "1");
        // The tests must not access the keyring of the user who runs them.
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        Self { child, master: pair.master }
    }
}
