//! Other servers under the same load, if installed. None of them stores messages before acknowledging them.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::child::KilledOnDrop;
use crate::papo::free_address;
use crate::process::Process;

/// Longest time until a server listens.
const TIMEOUT: Duration = Duration::from_secs(10);
const POLL_INTERVAL: Duration = Duration::from_millis(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    InspIrcd,
    NgIrcd,
    Mosquitto,
}

impl Peer {
    pub(crate) const ALL: [Self; 3] = [Self::InspIrcd, Self::NgIrcd, Self::Mosquitto];

    /// Name of its executable.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::InspIrcd => "inspircd",
            Self::NgIrcd => "ngircd",
            Self::Mosquitto => "mosquitto",
        }
    }

    /// Whether its executable is on the `PATH`.
    pub(crate) fn is_installed(self) -> bool {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|directory| directory.join(self.name()).is_file())
    }

    /// Starts it without limits and waits until it listens.
    pub(crate) fn start(self) -> Running {
        let directory = tempfile::tempdir().unwrap();
        let address = free_address();
        let file = directory.path().join("configuration");
        fs::write(&file, self.configuration(address, directory.path())).unwrap();
        let mut command = Command::new(self.name());
        match self {
            Self::InspIrcd => command.args(["--nofork", "--runasroot", "--nopid", "--config"]),
            Self::NgIrcd => command.args(["--nodaemon", "--config"]),
            Self::Mosquitto => command.arg("-c"),
        };
        command.arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = KilledOnDrop::start(&mut command);
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(began.elapsed() < TIMEOUT, "{} does not listen", self.name());
            sleep(POLL_INTERVAL);
        }
        Running { child, address, _directory: directory }
    }

    fn configuration(self, address: SocketAddr, directory: &Path) -> String {
        let (ip, port, directory) = (address.ip(), address.port(), directory.display());
        match self {
            Self::InspIrcd => format!(
                r#"<server name="irc.localhost" description="bench" network="bench">
                <admin name="bench" nick="bench" email="bench@localhost">
                <bind address="{ip}" port="{port}" type="clients">
                <connect name="all" allow="*" timeout="60" pingfreq="3600" recvq="1000000" softsendq="10000000"
                    hardsendq="10000000" commandrate="1000000000" threshold="1000000000" fakelag="no" localmax="100000"
                    globalmax="100000" limit="100000" resolvehostnames="no">
                <performance somaxconn="1024" softlimit="100000">
                <log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{directory}/log">
                "#
            ),
            Self::NgIrcd => format!(
                "[Global]\nName = irc.localhost\nInfo = bench\nAdminInfo1 = bench\nListen = {ip}\nPorts = {port}\nMotdPhrase = bench\n\
                 [Limits]\nMaxConnections = 0\nMaxConnectionsIP = 0\nMaxJoins = 0\nMaxPenaltyTime = 0\nPingTimeout = 3600\n\
                 [Options]\nDNS = no\nIdent = no\nPAM = no\n"
            ),
            Self::Mosquitto => format!(
                "listener {port} {ip}\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\nuser root\n\
                 persistence true\npersistence_location {directory}/\nlog_dest none\n"
            ),
        }
    }
}

pub(crate) struct Running {
    child: KilledOnDrop,
    pub(crate) address: SocketAddr,
    _directory: TempDir,
}

impl Running {
    pub(crate) fn process(&self) -> Process {
        self.child.process()
    }
}
