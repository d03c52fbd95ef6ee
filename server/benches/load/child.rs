//! Child processes: this program in another role, or another program.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::process::Process;

/// A child process that is killed when dropped.
pub(crate) struct KilledOnDrop {
    child: Child,
}

impl KilledOnDrop {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self { child: command.spawn().unwrap() }
    }

    pub(crate) fn process(&self) -> Process {
        Process::new(self.child.id())
    }
}

impl Drop for KilledOnDrop {
    fn drop(&mut self) {
        // It may already have exited.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// This program in another role, controlled by lines on stdin and stdout.
pub(crate) struct Role {
    process: KilledOnDrop,
    output: BufReader<ChildStdout>,
    /// `None` once stdin is closed.
    input: Option<ChildStdin>,
}

impl Role {
    pub(crate) fn start(role: &str, rest: &[String]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(role).args(rest).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = KilledOnDrop::start(&mut command);
        let output = BufReader::new(process.child.stdout.take().unwrap());
        let input = process.child.stdin.take();
        Self { process, output, input }
    }

    /// Reads the next line of its output.
    pub(crate) fn read_line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.output.read_line(&mut line).unwrap() > 0, "a child ended early");
        line.trim_end().to_owned()
    }

    /// Writes a line to its input.
    pub(crate) fn write_line(&mut self, line: &str) {
        writeln!(self.input.as_ref().unwrap(), "{line}").unwrap();
    }

    pub(crate) fn process(&self) -> Process {
        self.process.process()
    }
}

/// The child exits and removes its files when its input is closed.
impl Drop for Role {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.child.wait();
    }
}
