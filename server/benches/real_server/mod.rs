//! The real server in a process of its own, and connections that are counted rather than looked at.

#![allow(dead_code, reason = "each measurement uses its part")]
#![allow(clippy::unwrap_used, reason = "a measurement that meets what it does not expect should end there")]

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

/// Of everybody here.
pub(crate) const PASSWORD: &str = "um cavalo come bananas";

/// The server's binary, with data of its own. Killed in the end.
pub(crate) struct ServerProcess {
    child: Child,
    pub(crate) address: SocketAddr,
    data: TempDir,
}

impl ServerProcess {
    /// Starts it with these variables of its environment, and without limits on who signs in how often.
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_on(tempfile::tempdir().unwrap(), settings)
    }

    /// As [`ServerProcess::start`], with data that are there already.
    pub(crate) fn start_on(data: TempDir, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_papo-server"));
        command.args(["--listen", "127.0.0.1:0", "--data"]).arg(data.path());
        for limit in ["SIGN_INS_PER_MINUTE_BY_ADDRESS", "SIGN_INS_PER_MINUTE_BY_USERNAME", "REGISTRATIONS_PER_HOUR_BY_ADDRESS"] {
            command.env(format!("PAPO_LIMITS_{limit}"), "1000000");
        }
        command.envs(settings.iter().copied()).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split_whitespace().find_map(|word| word.trim_end_matches(',').parse().ok());
        Self { child, address: address.unwrap(), data }
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where its data are.
    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    /// The memory that it has in the machine's.
    pub(crate) fn memory_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok()).unwrap()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that speaks frames where it must, and lines where it may.
pub(crate) struct Connection {
    pub(crate) lines: FramedRead<OwnedReadHalf, LineCodec>,
    pub(crate) requests: Requests,
}

/// Its other half.
pub(crate) struct Requests {
    socket: OwnedWriteHalf,
    next_id: u64,
}

impl Connection {
    /// Says hello. The system keeps no more than `receive_bytes` for it unread, if that is given.
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

    /// Makes an account and is signed in to it.
    pub(crate) async fn register(&mut self, username: &str) {
        let (username, password) = (username.to_owned(), PASSWORD.to_owned());
        let register = Request::Register(Register { username, password, display_name: None, device: None, invite: None });
        let reply = self.ask(register).await;
        assert!(matches!(reply, Reply::SignedIn(_)), "{reply:?}");
    }

    /// Is signed in on a device that was before.
    pub(crate) async fn sign_in(&mut self, token: String) {
        let reply = self.ask(Request::SignInWithToken(SignInWithToken { token })).await;
        assert!(matches!(reply, Reply::SignedIn(_)), "{reply:?}");
    }

    /// Asks, and waits for the answer. Events before it are thrown away.
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
    /// Sends, and does not wait for the answer. Gives its id.
    pub(crate) async fn send(&mut self, request: Request) -> u64 {
        self.next_id += 1;
        let mut line = BytesMut::new();
        encode_line(&RequestFrame { id: self.next_id, request }, &mut line);
        self.socket.write_all(&line).await.unwrap();
        self.next_id
    }
}

/// The next line of a connection that is not over.
pub(crate) async fn next_line(lines: &mut FramedRead<OwnedReadHalf, LineCodec>) -> Bytes {
    maybe_line(lines).await.expect("the server hung up")
}

/// The next line, if there is one more.
pub(crate) async fn maybe_line(lines: &mut FramedRead<OwnedReadHalf, LineCodec>) -> Option<Bytes> {
    match lines.next().await? {
        Ok(Line::Whole(line)) => Some(line),
        Ok(Line::TooLong { .. }) | Err(_) => None,
    }
}

/// The time below which this share of them stays.
pub(crate) fn quantile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a list")]
    let place = (times.len() as f64 * share) as usize;
    times[place.min(times.len() - 1)]
}
