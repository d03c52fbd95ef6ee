//! A NATS server that can be killed, frozen, and made to drop everything.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::folder::Folder;
use super::process::{Process, free_port};

/// Longest time until it accepts connections.
const TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) struct NatsServer {
    program: PathBuf,
    config: PathBuf,
    port: u16,
    process: Option<Process>,
}

/// What the nodes may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permission {
    Everything,
    /// Whatever a node publishes is dropped, while its connection stays.
    OnlySubscribe,
}

impl NatsServer {
    pub(crate) async fn start(program: PathBuf, folder: &Folder) -> Self {
        let config = folder.path().join("nats.conf");
        let mut this = Self { program, config, port: free_port(), process: None };
        this.write_config(Permission::Everything);
        this.start_again().await;
        this
    }

    /// Starts it after it was killed, and waits until it accepts connections.
    pub(crate) async fn start_again(&mut self) {
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(&self.config).stdout(Stdio::null());
        self.process = Some(Process::start(&mut command, &self.config.with_file_name("nats.log")));
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(began.elapsed() < TIMEOUT, "NATS did not start within {TIMEOUT:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) fn kill(&mut self) {
        self.process = None;
    }

    /// Stops it without closing a connection. What is sent to it meanwhile arrives after [`NatsServer::thaw`].
    pub(crate) fn freeze(&self) {
        self.process().signal(Signal::STOP);
    }

    pub(crate) fn thaw(&self) {
        self.process().signal(Signal::CONT);
    }

    /// Changes what the nodes may do while it runs.
    pub(crate) fn permit(&self, permission: Permission) {
        self.write_config(permission);
        self.process().signal(Signal::HUP);
    }

    pub(crate) fn address(&self) -> String {
        format!("nats://papo:secret@127.0.0.1:{}", self.port)
    }

    fn process(&self) -> &Process {
        self.process.as_ref().expect("it must be running")
    }

    fn write_config(&self, permission: Permission) {
        let publish = match permission {
            Permission::Everything => r#""papo.>""#,
            Permission::OnlySubscribe => r#"{ deny: ">" }"#,
        };
        let text = format!(
            "listen: \"127.0.0.1:{}\"\nauthorization {{ users: [\n  {{ user: papo, password: secret, \
             permissions: {{ publish: {publish}, subscribe: \"papo.>\" }} }}\n] }}\n",
            self.port
        );
        std::fs::write(&self.config, text).unwrap();
    }
}

/// The installed program.
pub(crate) fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders = std::env::split_paths(&path).chain([Path::new("/usr/sbin").to_owned()]);
    folders.map(|folder| folder.join("nats-server")).find(|program| program.exists())
}
