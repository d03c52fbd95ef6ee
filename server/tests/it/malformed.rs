//! A flood of malformed lines does not affect other users and leaves no resources behind.

use std::cell::Cell;
use std::path::PathBuf;
use std::pin::pin;

use futures_util::{StreamExt, stream};
use papo_shared::model::ConversationId;
use papo_shared::protocol::{Event, GoodbyeReason, Refusal, Reply, ServerFrame};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::binary::Running;
use crate::client::{Client, text, within};
use crate::hostile_lines::HostileLines;

/// Malformed lines per run. `PAPO_MALFORMED_FRAMES=1000000` sets another number.
const FRAMES: u64 = 50_000;

/// Number of concurrent hostile connections.
const AT_ONCE: usize = 8;

/// Lines per connection. The tenth malformed line closes it.
const LINES: usize = 12;

/// Request id of the ping that follows them.
const PING: u64 = u64::MAX;

/// A message is sent each time this many connections of the flood have ended.
const SAID_EVERY: usize = 16;

/// Allowed growth of the process after the first tenth of the flood, in KiB, to allow for allocator noise. Detects a
/// leak of 1 KiB per connection or, with a million frames, of 50 bytes.
const GROWTH_KIB: u64 = 4 * 1024;

#[tokio::test]
async fn a_flood_of_malformed_frames_is_refused_and_leaks_nothing() {
    let frames = std::env::var("PAPO_MALFORMED_FRAMES").map_or(FRAMES, |frames| frames.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let server = Running::start(dir.path());
    let mut talk = Talk::begin(&server).await;
    let token = Client::greeted(server.address).await.register("mallory").await.token;

    let quiet = Held::by(&server);
    storm(&server, &token, &mut talk, frames / 10).await;
    quiet.wait_until_restored(&server, &mut talk).await;
    let before = Held::by(&server);
    storm(&server, &token, &mut talk, frames - frames / 10).await;
    quiet.wait_until_restored(&server, &mut talk).await;
    let after = Held::by(&server);

    assert!(after.kib <= before.kib + GROWTH_KIB, "{} KiB after a tenth, {} KiB after all", before.kib, after.kib);
    assert_eq!(
        talk.rui.texts(talk.conversation).await,
        talk.said,
        "messages of well-behaved clients must be stored exactly once and in order"
    );
    let log = server.end();
    assert!(!log.contains("panicked"), "{log}");
}

/// Two users who exchange messages meanwhile.
struct Talk {
    ana: Client,
    rui: Client,
    conversation: ConversationId,
    said: Vec<String>,
}

impl Talk {
    async fn begin(server: &Running) -> Self {
        let (mut ana, mut rui) = (Client::greeted(server.address).await, Client::greeted(server.address).await);
        ana.register("ana").await;
        rui.register("rui").await;
        Self { conversation: ana.direct("rui").await, ana, rui, said: Vec::new() }
    }

    /// Sends a message whenever one is due; the other user must receive it. They take turns, because a silent session is closed.
    async fn go_on(&mut self, word_is_due: &Notify, storm_is_over: &Cell<bool>) {
        while !storm_is_over.get() {
            word_is_due.notified().await;
            let word = self.said.len().to_string();
            self.ana.say(self.conversation, &word).await;
            assert_eq!(text(&self.rui.entry(self.conversation).await).as_ref(), Some(&word));
            self.said.push(word);
            std::mem::swap(&mut self.ana, &mut self.rui);
        }
    }
}

/// Sends the given number of malformed lines while the two users exchange messages.
async fn storm(server: &Running, token: &str, talk: &mut Talk, frames: u64) {
    let (word_is_due, is_over) = (Notify::new(), Cell::new(false));
    let lines = async {
        send_malformed(server, token, frames, &word_is_due).await;
        is_over.set(true);
        word_is_due.notify_one();
    };
    tokio::join!(lines, talk.go_on(&word_is_due, &is_over));
}

/// Opens hostile connections until this many lines were refused as malformed.
async fn send_malformed(server: &Running, token: &str, frames: u64, word_is_due: &Notify) {
    let hostile = stream::iter(0..).map(async |number: u64| match number % 16 {
        0 => half_a_handshake(server, number).await,
        sort => {
            let signed_in = (sort % 2 == 0).then_some(token);
            mistakes(server, signed_in, number, sort == 1).await
        }
    });
    let mut connections = pin!(hostile.buffer_unordered(AT_ONCE).enumerate());
    let mut refused = 0;
    while refused < frames {
        let (number, more) = connections.next().await.unwrap();
        refused += more;
        if number.is_multiple_of(SAID_EVERY) {
            word_is_due.notify_one();
        }
    }
}

/// One hostile connection, which is closed for its malformed lines or gets a reply to its ping. Returns the number of
/// lines refused as malformed.
async fn mistakes(server: &Running, token: Option<&str>, seed: u64, too_long: bool) -> u64 {
    let mut client = Client::silent(server.address).await;
    if let Some(token) = token {
        client.hello().await;
        client.sign_in_with(token).await;
    }
    let too_long = too_long.then(HostileLines::too_long);
    let ping = format!(r#"{{"id":{PING},"type":"ping"}}"#).into_bytes();
    let mut bytes = Vec::new();
    for line in HostileLines::seeded(seed).take(LINES).chain(too_long).chain([ping]) {
        bytes.extend_from_slice(&line);
        bytes.push(b'\n');
    }
    client.raw(&bytes).await;
    let mut refused = 0;
    loop {
        match client.frame().await.expect("a connection must end with a goodbye") {
            ServerFrame::Reply(frame) if frame.id == PING => return refused,
            ServerFrame::Event(Event::Goodbye(goodbye)) => {
                assert_eq!(goodbye.reason, GoodbyeReason::TooManyMalformedLines);
                return refused;
            }
            ServerFrame::Reply(frame) => refused += u64::from(matches!(frame.reply, Reply::Refused(why) if is_no_frame(&why))),
            ServerFrame::Event(Event::Refused(why)) => refused += u64::from(is_no_frame(&why)),
            ServerFrame::Event(_) => {}
        }
    }
}

/// A connection that starts a TLS handshake and continues with noise. None of it is a line.
async fn half_a_handshake(server: &Running, seed: u64) -> u64 {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let noise: Vec<u8> = [0x16, 3, 1].into_iter().chain(HostileLines::seeded(seed).take(3).flatten()).collect();
    within(stream.write_all(&noise)).await.unwrap();
    // The server may have closed the connection already, with or without an alert.
    stream.shutdown().await.ok();
    within(stream.read_to_end(&mut Vec::new())).await.ok();
    0
}

fn is_no_frame(refusal: &Refusal) -> bool {
    use Refusal::{LineTooLong, NotJson, NotUtf8, UnknownType, WrongFields};
    matches!(refusal, NotUtf8 | NotJson { .. } | WrongFields { .. } | UnknownType | LineTooLong { .. })
}

/// Resources held by a process.
struct Held {
    kib: u64,
    descriptors: usize,
    threads: usize,
}

impl Held {
    fn by(server: &Running) -> Self {
        let process = PathBuf::from(format!("/proc/{}", server.id()));
        let status = std::fs::read_to_string(process.join("status")).unwrap();
        let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
        let count = |folder| std::fs::read_dir(process.join(folder)).unwrap().count();
        Self { kib: kib.unwrap(), descriptors: count("fd"), threads: count("task") }
    }

    /// Waits until no more connections and threads are open than in `self`.
    async fn wait_until_restored(&self, server: &Running, talk: &mut Talk) {
        within(async {
            loop {
                let now = Self::by(server);
                if now.descriptors <= self.descriptors && now.threads <= self.threads {
                    return;
                }
                talk.ana.drain_events().await;
            }
        })
        .await;
    }
}
