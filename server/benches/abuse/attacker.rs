//! Connections of an attacker, who writes lines by hand.

use std::net::{Ipv4Addr, SocketAddr};

use papo_shared::model::ClientId;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpSocket;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// Satisfies the rules for passwords.
pub(crate) const PASSWORD: &str = "um cavalo come bananas";

pub(crate) struct Attacker {
    pub(crate) reader: BufReader<OwnedReadHalf>,
    pub(crate) writer: OwnedWriteHalf,
}

impl Attacker {
    /// Connects from the default address.
    pub(crate) async fn connect(server: SocketAddr) -> Self {
        Self::connect_from(Ipv4Addr::LOCALHOST, server).await.unwrap()
    }

    /// Connects from one of the addresses of the loopback network. `None` if the server closed the connection or did not answer.
    pub(crate) async fn connect_from(from: Ipv4Addr, server: SocketAddr) -> Option<Self> {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((from, 0))).unwrap();
        let stream = socket.connect(server).await.ok()?;
        let (reader, writer) = stream.into_split();
        let mut this = Self { reader: BufReader::new(reader), writer };
        this.request(r#""type":"hello","protocol":1,"client":"attacker""#).await?;
        Some(this)
    }

    /// Registers an account with a fixed password.
    pub(crate) async fn register(&mut self, username: &str) {
        let reply = self.request(&format!(r#""type":"register","username":"{username}","password":"{PASSWORD}""#)).await;
        let reply = reply.expect("the connection must stay open");
        assert!(reply.contains("signed_in"), "{reply}");
    }

    /// Sends a request with these fields and id 1, and returns the next line that has an id; `None` if the connection ended.
    pub(crate) async fn request(&mut self, fields: &str) -> Option<String> {
        self.send(&format!("{{\"id\":1,{fields}}}\n")).await?;
        loop {
            let line = self.line().await?;
            if line.starts_with("{\"id\"") {
                return Some(line);
            }
            self.answer_ping(&line).await?;
        }
    }

    pub(crate) async fn answer_ping(&mut self, line: &str) -> Option<()> {
        if line.contains(r#""type":"ping""#) { self.send("{\"id\":1,\"type\":\"pong\"}\n").await } else { Some(()) }
    }

    /// Writes bytes; `None` if the connection ended.
    pub(crate) async fn send(&mut self, lines: &str) -> Option<()> {
        self.writer.write_all(lines.as_bytes()).await.ok()
    }

    /// The next line; `None` if the connection ended.
    pub(crate) async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        (self.reader.read_line(&mut line).await.ok()? > 0).then_some(line)
    }
}

/// The number in a field of a line.
pub(crate) fn number(line: &str, field: &str) -> u64 {
    let (_, rest) = line.split_once(&format!("\"{field}\":")).unwrap_or_else(|| panic!("no {field} in {line}"));
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..digits].parse().unwrap()
}

/// A new client id as JSON.
pub(crate) fn new_client_id() -> String {
    serde_json::to_string(&ClientId::new()).unwrap()
}
