//! Child processes: this program in another role, or another program.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::process::Process;

/// A child process that is killed when dropped.
pub(crate) struct EndsWithThis {
    child: Child,
}

impl EndsWithThis {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self { child: command.spawn().unwrap() }
    }

    pub(crate) fn process(&self) -> Process {
        Process::new(self.child.id())
    }
}

impl Drop for EndsWithThis {
    fn drop(&mut self) {
        // It may already have exited.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// This program in another role, controlled by lines on stdin and stdout.
pub(crate) struct Role {
    process: EndsWithThis,
    says: BufReader<ChildStdout>,
    /// `None` once stdin is closed.
    hears: Option<ChildStdin>,
}

impl Role {
    pub(crate) fn start(role: &str, rest: &[String]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(role).args(rest).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = EndsWithThis::start(&mut command);
        let says = BufReader::new(process.child.stdout.take().unwrap());
        let hears = process.child.stdin.take();
        Self { process, says, hears }
    }

    /// Reads the next line of its output.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.says.read_line(&mut line).unwrap() > 0, "a child ended early");
        line.trim_end().to_owned()
    }

    /// Writes a line to its input.
    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.hears.as_ref().unwrap(), "{line}").unwrap();
    }

    pub(crate) fn process(&self) -> Process {
        self.process.process()
    }
}

/// The child exits and removes its files when its input is closed.
impl Drop for Role {
    fn drop(&mut self) {
        drop(self.hears.take());
        let _ = self.process.child.wait();
    }
}
