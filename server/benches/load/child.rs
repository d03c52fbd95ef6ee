//! Other processes: this program again in another role, or another program.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::process::Process;
use crate::{queue_alone, relay, store_alone};

/// Does what a role is for, if that is what this process was started for.
pub(crate) fn run(role: &str, rest: &[String]) -> bool {
    match role {
        relay::ROLE => relay::run().unwrap(),
        queue_alone::ROLE => queue_alone::run(rest),
        store_alone::ROLE => store_alone::run(rest),
        _ => return false,
    }
    true
}

/// A process that ends with this one at the latest.
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
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// This program in another role. They talk by lines.
pub(crate) struct Role {
    process: EndsWithThis,
    says: BufReader<ChildStdout>,
    /// None once there is no more to say.
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

    /// The next line that it says.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.says.read_line(&mut line).unwrap() > 0, "a child ended early");
        line.trim_end().to_owned()
    }

    /// Says a line to it.
    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.hears.as_ref().unwrap(), "{line}").unwrap();
    }

    pub(crate) fn process(&self) -> Process {
        self.process.process()
    }
}

/// It ends by itself, and takes the files that it made with it.
impl Drop for Role {
    fn drop(&mut self) {
        drop(self.hears.take());
        let _ = self.process.child.wait();
    }
}
