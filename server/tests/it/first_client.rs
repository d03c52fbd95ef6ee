//! The Python program that `PROTOCOL.md` shows as a first client, run as it stands there against a real server.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use papo_shared::protocol::{Event, Request, RequestFrame};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

use crate::client::{ANY_PORT, PASSWORD, TestServer, text, within};

const PAGE: &str = include_str!("../../../shared/PROTOCOL.md");

/// The page promises a program of at most this many lines.
const MAX_LINES: usize = 40;

/// The only Python program of the page.
fn program() -> &'static str {
    let mut blocks = PAGE.split("```python\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let program = blocks.next().expect("the page has no Python program");
    assert_eq!(blocks.next(), None, "the page has a second Python program");
    program
}

/// Passes one connection on to the server and reports each request that the client sends. Stops when it is dropped.
struct Relay {
    port: u16,
    requests: UnboundedReceiver<Request>,
    running: JoinHandle<()>,
}

impl Relay {
    async fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (report, requests) = unbounded_channel();
        let running = tokio::spawn(async move {
            let (from_client, mut to_client) = listener.accept().await.unwrap().0.into_split();
            let (mut from_server, mut to_server) = TcpStream::connect(server).await.unwrap().into_split();
            let down = async { tokio::io::copy(&mut from_server, &mut to_client).await.map(drop) };
            let up = async {
                let mut lines = tokio::io::BufReader::new(from_client).lines();
                while let Some(line) = lines.next_line().await? {
                    // The server refuses a malformed line, and the program then prints the reason.
                    let _ = RequestFrame::decode(line.as_bytes()).map(|frame| report.send(frame.request));
                    to_server.write_all(format!("{line}\n").as_bytes()).await?;
                }
                to_server.shutdown().await
            };
            // Either end may reset the connection when the test is over.
            let _: std::io::Result<_> = tokio::try_join!(down, up);
        });
        Self { port, requests, running }
    }

    async fn wait_for(&mut self, wanted: impl Fn(&Request) -> bool) {
        while !wanted(&within(self.requests.recv()).await.expect("the client left before it sent this")) {}
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// The program in a process of its own, killed when this is dropped.
struct FirstClient {
    child: Child,
    printed: UnboundedReceiver<String>,
}

impl FirstClient {
    fn start(script: &Path, port: u16, arguments: &[&str]) -> Self {
        let mut command = Command::new("python3");
        command.arg(script).arg(port.to_string()).args(arguments).env("PYTHONIOENCODING", "utf-8");
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (print, printed) = unbounded_channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| print.send(line)));
        Self { child, printed }
    }

    async fn next_line(&mut self) -> String {
        within(self.printed.recv()).await.expect("the program ended")
    }

    /// Waits for `expected`, during which the program must keep running and print nothing.
    async fn wait_silently<T>(&mut self, expected: impl Future<Output = T>) -> T {
        tokio::select! {
            value = expected => value,
            line = self.printed.recv() => panic!("the program ended, or printed too early: {line:?}"),
        }
    }
}

impl Drop for FirstClient {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_client_of_the_protocol_page_signs_in_sends_receives_and_answers_pings() {
    let program = program();
    let lines = program.lines().count();
    assert!(lines <= MAX_LINES, "the program has {lines} lines");
    // Python is not needed to build or to use papo; without it, there is nothing to run.
    if Command::new("python3").arg("--version").output().is_err() {
        return;
    }
    let server = TestServer::with(|config| config.ping_after = Duration::from_millis(100)).await;
    let script = server.dir.path().join("first_client.py");
    std::fs::write(&script, program).unwrap();
    let mut bia = server.register("bia").await;

    // A new user, who sends a message at once.
    let relay = Relay::start(server.address()).await;
    let mut first = FirstClient::start(&script, relay.port, &["Ana", PASSWORD, "bia", "Oi, Bia! 🦜"]);
    let arrival = bia.event(|event| if let Event::EntryPosted(posted) = event { Some(posted.clone()) } else { None });
    let posted = first.wait_silently(arrival).await;
    assert_eq!((posted.entry.author.as_str(), text(&posted.entry).as_deref()), ("ana", Some("Oi, Bia! 🦜")));
    bia.say(posted.conversation, "Oi, Ana!\nTudo bem?").await;
    assert_eq!([first.next_line().await, first.next_line().await], ["bia: Oi, Ana!", "Tudo bem?"]);
    drop(first);

    // The same user again, who only listens.
    let mut relay = Relay::start(server.address()).await;
    let mut second = FirstClient::start(&script, relay.port, &["ana", PASSWORD]);
    second.wait_silently(relay.wait_for(|request| matches!(request, Request::SignIn(_)))).await;
    second.wait_silently(relay.wait_for(|request| *request == Request::Pong)).await;
    bia.say(posted.conversation, "Ainda aí?").await;
    assert_eq!(second.next_line().await, "bia: Ainda aí?");
    let said = bia.texts(posted.conversation).await;
    assert_eq!(said, ["Oi, Bia! 🦜", "Oi, Ana!\nTudo bem?", "Ainda aí?"], "the conversation as it is stored");
}
