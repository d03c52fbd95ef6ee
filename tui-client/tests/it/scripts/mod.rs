//! Commands of papo without its screens: the real program with pipes, and a real server in this process.

mod authorities;
mod exporting;
mod failing;
mod following;
mod own_data;
mod person;
mod proxy;
mod reading;
mod refused;
mod sending;
mod several_addresses;

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use papo::keyed_file::KeyedFile;
use papo_server::{Config, Server};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use self::person::Person;
use crate::pty::free_port;

/// The time limit of each wait, reached by failing tests only.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server, and the home directory of a user who runs papo on the same machine.
pub(crate) struct Chat {
    runtime: tokio::runtime::Runtime,
    server: Option<Server>,
    data: TempDir,
    pub(crate) home: TempDir,
    pub(crate) port: u16,
}

/// The exit code and output of a command.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Chat {
    pub(crate) fn start() -> Self {
        let mut chat = Self {
            runtime: tokio::runtime::Runtime::new().unwrap(),
            server: None,
            data: TempDir::new().unwrap(),
            home: TempDir::new().unwrap(),
            port: free_port().parse().unwrap(),
        };
        chat.serve();
        chat
    }

    /// Starts the server with its existing data.
    pub(crate) fn serve(&mut self) {
        let mut config = Config::new(([127, 0, 0, 1], self.port).into(), self.data.path().to_owned());
        // A low cost, since these tests do not measure password hashing.
        config.password_cost = 4;
        self.server = Some(self.runtime.block_on(Server::start(config)).unwrap());
    }

    pub(crate) fn stop(&mut self) {
        self.runtime.block_on(self.server.take().unwrap().stop());
    }

    /// A new account, registered over a plain connection.
    pub(crate) fn register(&self, name: &str) -> Person {
        Person::register(self.port, name)
    }

    /// Like [`Self::register`], with the sign-in stored on this machine.
    pub(crate) fn register_here(&self, name: &str) -> Person {
        let person = self.register(name);
        self.keep_for(&person, &person.token);
        person
    }

    /// Stores this token as the person's sign-in to the server on this machine.
    pub(crate) fn keep_for(&self, person: &Person, token: &str) {
        let last_user = format!("here:{}/{}", self.port, person.server.unwrap());
        self.keep(&last_user, &person.name);
        self.keep(&format!("{last_user}/{}", person.name), token);
    }

    /// Writes an entry of the file of sign-ins. An address as its key stands for an entry of an older papo.
    pub(crate) fn keep(&self, key: &str, value: &str) {
        self.sign_ins().set(key, Some(value)).unwrap();
    }

    pub(crate) fn sign_ins(&self) -> KeyedFile {
        KeyedFile::at(&self.folder().join("sign_ins"))
    }

    /// The file with the accepted certificates.
    pub(crate) fn known_servers(&self) -> KeyedFile {
        KeyedFile::at(&self.folder().join("known_servers"))
    }

    /// The data folder of papo.
    pub(crate) fn folder(&self) -> PathBuf {
        self.home.path().join(".local/share/papo")
    }

    /// A command that runs papo with these arguments.
    pub(crate) fn papo(&self, arguments: &[&str]) -> Command {
        let mut papo = Command::new(env!("CARGO_BIN_EXE_papo"));
        papo.args(arguments).env_clear();
        papo.env("HOME", self.home.path()).env("LANG", "en_US.UTF-8").env("TZ", "UTC");
        // Tests must not use the keyring of the developer.
        papo.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        papo.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        papo
    }

    /// Runs papo with this machine's server until it ends.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, b"")
    }

    /// Like [`Self::run`], with this standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let port = self.port.to_string();
        self.run_elsewhere(&[&["--port", &port], arguments].concat(), input)
    }

    /// Runs papo with only these arguments.
    pub(crate) fn run_elsewhere(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut papo = self.papo(arguments).stdin(Stdio::piped()).spawn().unwrap();
        // Ignored, because a command that refuses its arguments does not read its input.
        let _ = papo.stdin.take().unwrap().write_all(input);
        Ran::from(papo.wait_with_output().unwrap())
    }

    /// Starts a command that keeps running, such as `papo tail`.
    pub(crate) fn follow(&self, arguments: &[&str]) -> Following {
        let port = self.port.to_string();
        self.follow_at(&[&["--port", &port], arguments].concat())
    }

    /// Like [`Self::follow`], with only these arguments.
    pub(crate) fn follow_at(&self, arguments: &[&str]) -> Following {
        let mut papo = self.papo(arguments).stderr(Stdio::null()).spawn().unwrap();
        let lines = lines_of(papo.stdout.take().unwrap());
        Following { papo, lines }
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("papo writes UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    /// Checks that the command succeeded without messages, and returns its output.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{self:?}");
        self.out
    }

    /// Checks the exit code, that nothing was printed, and the message on standard error.
    #[track_caller]
    pub(crate) fn failed(self, code: i32, said: &str) {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{self:?}");
        assert!(self.err.contains(said), "{said:?} in {:?}", self.err);
    }
}

/// A command that keeps running, and its output.
pub(crate) struct Following {
    papo: Child,
    lines: Receiver<String>,
}

impl Following {
    /// The next line that it prints.
    #[track_caller]
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("another line")
    }

    /// The next line that it prints, parsed as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// Sends a signal, and returns the exit code and the remaining output.
    pub(crate) fn end(mut self, signal: Signal) -> (Option<i32>, Vec<String>) {
        kill_process(Pid::from_raw(self.papo.id().cast_signed()).unwrap(), signal).unwrap();
        let code = self.papo.wait().unwrap().code();
        (code, self.lines.iter().collect())
    }

    /// Waits until the command ends on its own, and returns its exit code.
    pub(crate) fn ended(mut self) -> Option<i32> {
        assert_eq!(self.lines.iter().count(), 0, "no further line is printed");
        self.papo.wait().unwrap().code()
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        if self.papo.try_wait().is_ok_and(|ended| ended.is_none()) {
            let _ = self.papo.kill();
            let _ = self.papo.wait();
        }
    }
}

fn lines_of(output: ChildStdout) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}
