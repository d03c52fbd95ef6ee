//! A PostgreSQL server that can be stopped at once, and started again on the same port and data.

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Signal, getuid};
use tokio_postgres::NoTls;

use super::folder::Folder;
use super::process::{Process, free_port};

/// Longest time until it accepts connections, including recovery.
const TIMEOUT: Duration = Duration::from_secs(60);

const DATABASE: &str = "papo";

pub(crate) struct PostgresServer {
    tools: PathBuf,
    folder: PathBuf,
    port: u16,
    process: Option<Process>,
}

impl PostgresServer {
    /// Creates a database and starts the server.
    pub(crate) async fn start(tools: PathBuf, folder: &Folder) -> Self {
        let folder = folder.subfolder("postgres");
        let mut this = Self { tools, folder, port: free_port(), process: None };
        let owner = owner();
        if let Some(owner) = owner {
            chown(&this.folder, Some(owner), None).unwrap();
            // Its parent is readable by its owner only.
            chown(this.folder.parent().unwrap(), Some(owner), None).unwrap();
        }
        let mut initdb = this.tool("initdb");
        initdb.args(["-D", "data", "-U", "papo", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8"]);
        let made = initdb.stdout(Stdio::null()).status().unwrap();
        assert!(made.success(), "initdb failed");
        this.start_again().await;
        let (client, connection) = tokio_postgres::connect(&this.address_of("postgres"), NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        client.batch_execute(&format!("CREATE DATABASE {DATABASE}")).await.unwrap();
        drop(client);
        connection.await.unwrap().unwrap();
        this
    }

    /// Starts it after it was stopped, and waits until it accepts connections. Syncs to the disk, as in use.
    pub(crate) async fn start_again(&mut self) {
        let port = self.port.to_string();
        let mut command = self.tool("postgres");
        command.args(["-D", "data", "-p", &port, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"]);
        command.arg("-c").arg(format!("unix_socket_directories={}", self.folder.display()));
        command.stdout(Stdio::null());
        let log = self.folder.with_file_name("postgres.log");
        self.process = Some(Process::start(&mut command, &log));
        let began = Instant::now();
        while tokio_postgres::connect(&self.address_of("postgres"), NoTls).await.is_err() {
            assert!(!self.process.as_mut().unwrap().has_ended(), "PostgreSQL did not start: see {}", log.display());
            assert!(began.elapsed() < TIMEOUT, "PostgreSQL did not start within {TIMEOUT:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Stops it at once, like `pg_ctl stop -m immediate`: its processes end without a checkpoint and without an answer.
    pub(crate) fn stop_immediately(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.end(Signal::QUIT);
        }
    }

    /// The address of the database.
    pub(crate) fn address(&self) -> String {
        self.address_of(DATABASE)
    }

    fn address_of(&self, database: &str) -> String {
        format!("postgres://papo@127.0.0.1:{}/{database}", self.port)
    }

    /// A program of PostgreSQL, which refuses to run as root.
    fn tool(&self, name: &str) -> Command {
        let program = self.tools.join(name);
        let mut command = if getuid().is_root() { Command::new("setpriv") } else { Command::new(&program) };
        if getuid().is_root() {
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(program);
        }
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        // Killing the first process would leave the others behind.
        self.stop_immediately();
    }
}

/// The folder with the programs of the newest installed version.
pub(crate) fn tools() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let versions = versions.filter_map(|version| version.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let tools = Path::new("/usr/lib/postgresql").join(versions.max()?.to_string()).join("bin");
    tools.join("postgres").exists().then_some(tools)
}

/// The user under which it runs; `None` for this user.
fn owner() -> Option<u32> {
    getuid().is_root().then(|| {
        let id = Command::new("id").args(["-u", "postgres"]).output().unwrap();
        String::from_utf8(id.stdout).unwrap().trim().parse().unwrap()
    })
}
