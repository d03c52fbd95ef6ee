//! Clients that never stop sending slow down themselves only: the server reads them at its own pace.

use std::process::Command;

use papo_shared::protocol::GoodbyeReason;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::binary::{Running, papo_server};
use crate::client::{Client, text, within};
use crate::tls::encrypted;

/// What the clients send again and again. Empty lines need the least work of a client, and an endless line no line end.
const FLOODS: [&str; 5] =
    ["\n", "\r\n", "x", "{\"id\":1,\"type\":\"ping\"}\n{\"type\":\"pong\"}\n", "{\"id\":1,\"type\":\"later\"}\n"];

/// Size of one write of a flood in bytes.
const WRITE: usize = 64 * 1024;

/// Messages that others exchange during a flood.
const MESSAGES: usize = 20;

/// A server with a single worker thread, which one connection could occupy.
fn start(command: &mut Command) -> Running {
    Running::of(command.env("TOKIO_WORKER_THREADS", "1").env("PAPO_HELLO_TIMEOUT", "1s").env("PAPO_PASSWORD_COST", "4"))
}

/// Sends `first`, and then `flood` until the server closes the connection. Returns why it did.
async fn send_without_end(stream: impl AsyncRead + AsyncWrite, first: &str, flood: &str) -> Option<GoodbyeReason> {
    let (mut read, mut write) = tokio::io::split(stream);
    let sending = async {
        write.write_all(first.as_bytes()).await?;
        loop {
            write.write_all(flood.repeat(WRITE / flood.len()).as_bytes()).await?;
        }
    };
    let mut received = Vec::new();
    // The server resets the connection after a while, because it does not read everything.
    let reading = async { read.read_to_end(&mut received).await.ok() };
    let _: (std::io::Result<()>, _) = tokio::join!(sending, reading);
    let last = String::from_utf8(received).unwrap().lines().last().map(str::to_owned);
    let frame: serde_json::Value = serde_json::from_str(&last.unwrap_or_default()).unwrap_or_default();
    serde_json::from_value(frame["reason"].clone()).ok()
}

/// Two users exchange messages.
async fn talk(ana: &mut Client, rui: &mut Client) {
    let conversation = ana.direct("rui").await;
    for number in 0..MESSAGES {
        let word = number.to_string();
        ana.say(conversation, &word).await;
        assert_eq!(text(&rui.entry(conversation).await), Some(word));
    }
}

async fn ana_and_rui(server: &Running) -> (Client, Client) {
    let (mut ana, mut rui) = (Client::greeted(server.address).await, Client::greeted(server.address).await);
    ana.register("ana").await;
    rui.register("rui").await;
    (ana, rui)
}

/// The timeout was never checked while there was something to read.
#[tokio::test]
async fn a_flood_before_hello_ends_after_the_hello_timeout() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(papo_server(&["--listen", "127.0.0.1:0", "--data"]).arg(dir.path()));
    let (mut ana, mut rui) = ana_and_rui(&server).await;
    let floods = FLOODS.map(async |flood| {
        let plain = send_without_end(TcpStream::connect(server.address).await.unwrap(), "{}\n", flood);
        let encrypted = send_without_end(encrypted(server.address).await, "{}\n", flood);
        assert_eq!(tokio::join!(plain, encrypted), (Some(GoodbyeReason::SignInTooSlow), Some(GoodbyeReason::SignInTooSlow)));
    });
    within(futures_util::future::join(futures_util::future::join_all(floods), talk(&mut ana, &mut rui))).await;
}

#[tokio::test]
async fn a_server_serves_others_and_stops_during_a_flood_of_signed_in_clients() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = start(papo_server(&["--listen", "127.0.0.1:0", "--data"]).arg(dir.path()));
    let (mut ana, mut rui) = ana_and_rui(&server).await;
    let mallory = Client::greeted(server.address).await.register("mallory").await.token;
    let sign_in = format!(
        "{{\"id\":1,\"type\":\"hello\",\"protocol\":1,\"client\":\"test\"}}\n{{\"id\":2,\"type\":\"sign_in_with_token\",\"token\":\"{mallory}\"}}\n"
    );
    let mut floods = Vec::new();
    for flood in FLOODS {
        let (plain, encrypted) = (TcpStream::connect(server.address).await.unwrap(), encrypted(server.address).await);
        let sign_in = sign_in.clone();
        floods.push(tokio::spawn(async move {
            tokio::join!(send_without_end(plain, &sign_in, flood), send_without_end(encrypted, &sign_in, flood))
        }));
    }
    within(talk(&mut ana, &mut rui)).await;
    tokio::task::spawn_blocking(move || server.stop()).await.unwrap();
    for flood in floods {
        assert_eq!(within(flood).await.unwrap(), (Some(GoodbyeReason::Stopping), Some(GoodbyeReason::Stopping)));
    }
}

/// Each of them logged a line, and a stranger made thousands in a second.
#[tokio::test]
async fn refused_connections_are_logged_a_few_times_and_then_counted() {
    const REFUSED: usize = 50;
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("server.toml");
    std::fs::write(&config, "proxies = [\"127.0.0.1\"]\n[log]\nformat = \"json\"\n").unwrap();
    let mut command = papo_server(&["--listen", "127.0.0.1:0", "--config"]);
    let server = start(command.arg(&config).arg("--data").arg(dir.path()));
    for _ in 0..REFUSED {
        let mut proxy = TcpStream::connect(server.address).await.unwrap();
        proxy.write_all(b"no header\r\n").await.unwrap();
        within(proxy.read_to_end(&mut Vec::new())).await.ok();
    }
    let log = server.end();
    let lines = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let (mut logged, mut counted) = (0, 0);
    for line in lines.filter(|line| line.to_string().contains("PROXY header is invalid")) {
        match line["count"].as_u64() {
            Some(count) => counted += count as usize,
            None => logged += 1,
        }
    }
    assert_eq!(logged + counted, REFUSED, "{log}");
    assert!(counted > 0, "{log}");
}
