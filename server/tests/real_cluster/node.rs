//! A node: one server process with its own folder and port, which it keeps when it starts again.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use rustix::process::Signal;

use super::process::{Process, free_port};

const PROGRAM: &str = env!("CARGO_BIN_EXE_papo-server");

/// Cheap passwords, and no limits on what the users of a trial do in a short time, or on how long they wait for an event.
const SETTINGS: &[(&str, &str)] = &[
    ("PAPO_PASSWORD_COST", "4"),
    ("PAPO_PING_AFTER", "1h"),
    ("PAPO_SILENT_AFTER", "2h"),
    ("PAPO_LIMITS_SIGN_INS_PER_MINUTE_BY_ADDRESS", "1000000"),
    ("PAPO_LIMITS_SIGN_INS_PER_MINUTE_BY_USERNAME", "1000000"),
    ("PAPO_LIMITS_TOKEN_SIGN_INS_PER_MINUTE_BY_ADDRESS", "1000000"),
    ("PAPO_LIMITS_REGISTRATIONS_PER_HOUR_BY_ADDRESS", "1000000"),
    ("PAPO_LIMITS_PAGES_PER_MINUTE_BY_ACCOUNT", "1000000"),
    ("PAPO_LIMITS_MESSAGES_PER_DAY_BY_ACCOUNT", "1000000000"),
    ("PAPO_LIMITS_STORED_BYTES_PER_DAY_BY_ACCOUNT", "1000000000000"),
];

pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) address: SocketAddr,
    folder: PathBuf,
    log: PathBuf,
    store: String,
    bus: String,
    process: Option<Process>,
}

impl Node {
    /// A node that is not running yet.
    pub(crate) fn new(name: &str, folder: PathBuf, store: String, bus: String) -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        Self { name: name.to_owned(), address, log: folder.with_extension("log"), folder, store, bus, process: None }
    }

    /// Starts it, and waits until it listens.
    pub(crate) fn start(&mut self) {
        let mut command = self.command();
        command.arg("--listen").arg(self.address.to_string()).stdout(Stdio::piped());
        let mut process = Process::start(&mut command, &self.log);
        let mut line = String::new();
        BufReader::new(process.child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains(&self.address.to_string()), "{} did not start: {}", self.name, self.end_of_log());
        self.process = Some(process);
    }

    /// Ends it with SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.process = None;
    }

    /// Stops it as its operator does.
    pub(crate) fn stop(&mut self) {
        let mut process = self.process.take().expect("it must be running");
        let status = process.end(Signal::TERM);
        assert!(status.success(), "{} stopped with {status}: {}", self.name, self.end_of_log());
    }

    pub(crate) fn is_running(&self) -> bool {
        self.process.is_some()
    }

    /// Panics if it ended although nobody ended it, or if it reported a panic.
    pub(crate) fn check(&mut self) {
        let has_ended = self.process.as_mut().is_some_and(Process::has_ended);
        assert!(!has_ended, "{} ended: {}", self.name, self.end_of_log());
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        assert!(!log.contains("panicked"), "{} panicked: {}", self.name, self.log.display());
    }

    /// Runs an operator's command on it.
    pub(crate) fn operate(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.arg("--data").arg(&self.folder).envs(SETTINGS.iter().copied());
        command.env("PAPO_STORE", &self.store).env("PAPO_BUS", &self.bus).env("PAPO_NODE_NAME", &self.name);
        command
    }

    fn end_of_log(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(5)..].join("\n")
    }
}
