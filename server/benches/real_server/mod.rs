//! The real server in its own process, and connections for measurements.

#![allow(dead_code, reason = "each benchmark uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a benchmark that meets an unexpected value should stop there")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use papo_shared::codec::{Line, LineCodec};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{
    Hello, PROTOCOL_VERSION, Register, Reply, Request, RequestFrame, ServerFrame, SignInWithToken, encode_line,
};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpSocket;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio_util::codec::FramedRead;

/// Password of all accounts.
pub(crate) const PASSWORD: &str = "um cavalo come bananas";

const THIS_BUILD: &str = env!("CARGO_BIN_EXE_papo-server");

/// Settings that lift the limits on sign-ins, registrations and stored messages.
const UNLIMITED: &[(&str, &str)] = &[
    ("PAPO_LIMITS_SIGN_INS_PER_MINUTE_BY_ADDRESS", "1000000"),
    ("PAPO_LIMITS_SIGN_INS_PER_MINUTE_BY_USERNAME", "1000000"),
    ("PAPO_LIMITS_REGISTRATIONS_PER_HOUR_BY_ADDRESS", "1000000"),
    ("PAPO_LIMITS_MESSAGES_PER_DAY_BY_ACCOUNT", "1000000000"),
    ("PAPO_LIMITS_STORED_BYTES_PER_DAY_BY_ACCOUNT", "1000000000000"),
];

/// The server binary with its own data directory. Killed when dropped.
pub(crate) struct ServerProcess {
    child: Child,
    pub(crate) address: SocketAddr,
    data: TempDir,
}

impl ServerProcess {
    /// Starts it with these environment variables, without limits on sign-ins, registrations and stored messages.
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_on(tempfile::tempdir().unwrap(), settings)
    }

    /// Like [`ServerProcess::start`], on an existing data directory.
    pub(crate) fn start_on(data: TempDir, settings: &[(&str, &str)]) -> Self {
        Self::start_with(Path::new(THIS_BUILD), data, &[UNLIMITED, settings].concat())
    }

    /// Starts it with these environment variables and the default limits. Another build of the server can be given.
    pub(crate) fn start_limited(program: Option<&Path>, settings: &[(&str, &str)]) -> Self {
        Self::start_with(program.unwrap_or(Path::new(THIS_BUILD)), tempfile::tempdir().unwrap(), settings)
    }

    fn start_with(program: &Path, data: TempDir, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0", "--data"]).arg(data.path());
        command.envs(settings.iter().copied()).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split_whitespace().find_map(|word| word.trim_end_matches(',').parse().ok());
        Self { child, address: address.unwrap(), data }
    }

    /// Kills the server and returns its data directory.
    pub(crate) fn stop(mut self) -> TempDir {
        std::mem::replace(&mut self.data, tempfile::tempdir().unwrap())
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    /// Resident memory, in KiB.
    pub(crate) fn memory_kib(&self) -> u64 {
        self.status_kib("VmRSS:")
    }

    /// The most memory that was resident at any time, in KiB.
    pub(crate) fn peak_memory_kib(&self) -> u64 {
        self.status_kib("VmHWM:")
    }

    fn status_kib(&self, field: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        status.lines().find_map(|line| line.strip_prefix(field)?.trim().strip_suffix(" kB")?.parse().ok()).unwrap()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may already have exited.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that decodes frames where necessary, and otherwise only reads lines.
pub(crate) struct Connection {
    pub(crate) lines: FramedRead<OwnedReadHalf, LineCodec>,
    pub(crate) requests: Requests,
}

/// The writing half of a connection.
pub(crate) struct Requests {
    socket: OwnedWriteHalf,
    next_id: u64,
}

impl Connection {
    /// Connects and says hello. `receive_bytes` sets the kernel's receive buffer size.
    pub(crate) async fn open(address: SocketAddr, receive_bytes: Option<u32>) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(bytes) = receive_bytes {
            socket.set_recv_buffer_size(bytes).unwrap();
        }
        let stream = socket.connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (read, socket) = stream.into_split();
        let lines = FramedRead::new(read, LineCodec::new(MAX_LINE_BYTES));
        let mut this = Self { lines, requests: Requests { socket, next_id: 0 } };
        this.ask(Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: "bench".to_owned() })).await;
        this
    }

    /// Registers an account, which signs in.
    pub(crate) async fn register(&mut self, username: &str) {
        let (username, password) = (username.to_owned(), PASSWORD.to_owned());
        let register = Request::Register(Register { username, password, display_name: None, device: None, invite: None });
        let reply = self.ask(register).await;
        assert!(matches!(reply, Reply::SignedIn(_)), "{reply:?}");
    }

    /// Signs in by token.
    pub(crate) async fn sign_in(&mut self, token: String) {
        let reply = self.ask(Request::SignInWithToken(SignInWithToken { token })).await;
        assert!(matches!(reply, Reply::SignedIn(_)), "{reply:?}");
    }

    /// Sends a request and waits for its reply. Events received meanwhile are discarded.
    pub(crate) async fn ask(&mut self, request: Request) -> Reply {
        let id = self.requests.send(request).await;
        loop {
            if let ServerFrame::Reply(frame) = ServerFrame::decode(&next_line(&mut self.lines).await).unwrap()
                && frame.id == id
            {
                return frame.reply;
            }
        }
    }
}

impl Requests {
    /// Sends a request without waiting for the reply. Returns its id.
    pub(crate) async fn send(&mut self, request: Request) -> u64 {
        self.next_id += 1;
        let mut line = BytesMut::new();
        encode_line(&RequestFrame { id: self.next_id, request }, &mut line);
        self.socket.write_all(&line).await.unwrap();
        self.next_id
    }
}

/// The next line; panics if the connection is closed.
pub(crate) async fn next_line(lines: &mut FramedRead<OwnedReadHalf, LineCodec>) -> Bytes {
    maybe_line(lines).await.expect("the server closed the connection")
}

/// The next line; `None` if the connection is closed.
pub(crate) async fn maybe_line(lines: &mut FramedRead<OwnedReadHalf, LineCodec>) -> Option<Bytes> {
    match lines.next().await? {
        Ok(Line::Whole(line)) => Some(line),
        Ok(Line::TooLong { .. }) | Err(_) => None,
    }
}

/// The smallest duration that is not exceeded by this share of `times`.
pub(crate) fn quantile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "an index")]
    let place = (times.len() as f64 * share) as usize;
    times[place.min(times.len() - 1)]
}
