//! NATS servers for tests, if `PAPO_TEST_NATS` is set. Without it, tests that need one do nothing, and say so.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::time::Duration;

use tempfile::TempDir;

/// The environment variable with the address of a running NATS server. If it is set, `nats-server` is installed as well.
const VARIABLE: &str = "PAPO_TEST_NATS";

/// The address of the running server; `None` without one.
pub(crate) fn shared_address() -> Option<String> {
    let address = std::env::var(VARIABLE).ok();
    if address.is_none() {
        static REPORTED: Once = Once::new();
        // Written directly, since the output of tests that pass is not shown.
        REPORTED.call_once(|| {
            let text = format!("{VARIABLE} is not set: the tests of NATS do nothing. `.ci/with-services` sets it.");
            _ = writeln!(std::io::stderr(), "{text}");
        });
    }
    address
}

/// A server of one test, which can be stopped and started again.
pub(crate) struct NatsServer {
    pub(crate) dir: TempDir,
    pub(crate) port: u16,
    config: String,
    process: Option<Child>,
}

impl NatsServer {
    /// Runs a server with this configuration beside its address; `None` if there is none to run.
    pub(crate) fn start(config: &str) -> Option<Self> {
        Self::start_in(tempfile::tempdir().unwrap(), config)
    }

    /// The same, with a directory of files to which the configuration refers.
    pub(crate) fn start_in(dir: TempDir, config: &str) -> Option<Self> {
        let mut server = Self::stopped(dir, config)?;
        server.start_again();
        Some(server)
    }

    /// One that was not started yet.
    pub(crate) fn stopped(dir: TempDir, config: &str) -> Option<Self> {
        shared_address()?;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Some(Self { dir, port, config: config.to_owned(), process: None })
    }

    pub(crate) fn start_again(&mut self) {
        let mut config = self.config.clone();
        write!(config, "\nlisten: \"127.0.0.1:{}\"\n", self.port).unwrap();
        let file = self.dir.path().join("nats.conf");
        std::fs::write(&file, config).unwrap();
        let mut command = Command::new("nats-server");
        command.arg("-c").arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.process = Some(command.spawn().expect("nats-server should be installed"));
        for _ in 0..1000 {
            if std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("nats-server did not start");
    }

    /// Kills it.
    pub(crate) fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    pub(crate) fn address(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The address with credentials, as in `papo:girafa`.
    pub(crate) fn address_as(&self, credentials: &str) -> String {
        format!("nats://{credentials}@127.0.0.1:{}", self.port)
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.stop();
    }
}
