//! The PROXY protocol: connections through a proxy that the operator named.

use std::time::Duration;

use papo_server::domain::BannedNetwork;
use papo_server::{Config, Plaintext};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::client::{TestServer, within};
use crate::tls::{assert_is_greeted, encrypt};

const HELLO: &str = "{\"id\":1,\"type\":\"hello\",\"protocol\":1,\"client\":\"test\"}\n";

const TLS_REQUIRED: &str = "{\"type\":\"refused\",\"code\":\"tls_required\"}\n";

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// A server that takes connections from this machine for those of a proxy.
async fn server_behind_proxy(change: impl FnOnce(&mut Config)) -> TestServer {
    TestServer::with(|config| {
        config.proxies = vec!["127.0.0.0/8".parse().unwrap()];
        change(config);
    })
    .await
}

/// Connects as the proxy does, with this header.
async fn connect(server: &TestServer, header: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(header).await.unwrap();
    stream
}

/// The header of version 1 for a client at this IPv4 address.
fn version_1(client: &str) -> Vec<u8> {
    format!("PROXY TCP4 {client} 198.51.100.1 4711 12345\r\n").into_bytes()
}

/// The header of version 2 for a client at this IPv4 address.
fn version_2(client: [u8; 4]) -> Vec<u8> {
    [SIGNATURE, &[0x21, 0x11, 0, 12], &client, &[198, 51, 100, 1, 0x12, 0x67, 0x30, 0x39]].concat()
}

/// What a health check sends with version 2: its own connection, without a client.
fn local() -> Vec<u8> {
    [SIGNATURE, &[0x20, 0, 0, 0]].concat()
}

/// Sends a hello without TLS, and returns everything that the server sends until it closes the connection.
async fn all_replies(mut stream: TcpStream) -> String {
    let mut replies = String::new();
    // The server may have closed the connection already.
    let _ = stream.write_all(HELLO.as_bytes()).await;
    let _ = within(stream.read_to_string(&mut replies)).await;
    replies
}

#[tokio::test]
async fn tls_begins_after_the_header() {
    let server = server_behind_proxy(|_| {}).await;
    for header in [version_1("192.0.2.7"), version_2([192, 0, 2, 7]), b"PROXY UNKNOWN\r\n".to_vec(), local()] {
        assert_is_greeted(encrypt(connect(&server, &header).await).await).await;
    }
}

/// A header with a loopback address tells that the client is on the proxy's machine, not on the server's.
#[tokio::test]
async fn clients_behind_a_proxy_are_never_local() {
    let server = server_behind_proxy(|_| {}).await;
    for header in [version_1("192.0.2.7"), version_1("127.0.0.1"), version_2([127, 0, 0, 1]), local()] {
        assert_eq!(all_replies(connect(&server, &header).await).await, TLS_REQUIRED, "{}", header.escape_ascii());
    }
    let server = server_behind_proxy(|config| config.plaintext = Plaintext::FromAnywhere).await;
    assert_is_greeted(connect(&server, &version_1("192.0.2.7")).await).await;
}

#[tokio::test]
async fn clients_are_limited_by_their_own_address() {
    let server = server_behind_proxy(|config| {
        config.plaintext = Plaintext::FromAnywhere;
        config.limits.connections_by_address = 1;
    })
    .await;
    let mut first = BufReader::new(connect(&server, &version_1("192.0.2.7")).await);
    first.write_all(HELLO.as_bytes()).await.unwrap();
    let mut welcome = String::new();
    within(first.read_line(&mut welcome)).await.unwrap();
    assert!(welcome.contains("welcome"), "{welcome}");
    assert_eq!(all_replies(connect(&server, &version_2([192, 0, 2, 7])).await).await, "", "a second connection of the client");
    assert_is_greeted(connect(&server, &version_2([192, 0, 2, 8])).await).await;
}

#[tokio::test]
async fn clients_are_banned_by_their_own_address() {
    let server = server_behind_proxy(|config| config.plaintext = Plaintext::FromAnywhere).await;
    let network = BannedNetwork::parse("192.0.2.0/24").unwrap();
    server.operator().ban(network, i64::MAX, String::new()).await.unwrap();
    let replies = all_replies(connect(&server, &version_1("192.0.2.7")).await).await;
    assert!(replies.starts_with("{\"type\":\"refused\",\"code\":\"address_banned\""), "{replies}");
    assert_is_greeted(connect(&server, &version_1("192.0.3.7")).await).await;
}

#[tokio::test]
async fn a_proxy_must_send_a_valid_header_in_time() {
    let server = server_behind_proxy(|config| {
        config.plaintext = Plaintext::FromAnywhere;
        config.hello_timeout = Duration::from_millis(100);
    })
    .await;
    for garbage in [HELLO.as_bytes(), b"PROXY TCP4 somewhere\r\n", &[0x16, 3, 1, 0, 0], b"\r\n\r\n\0\r\nQUIT!!!!!"] {
        assert_eq!(all_replies(connect(&server, garbage).await).await, "", "{}", garbage.escape_ascii());
    }
    for slow in [&b"PROXY TCP4 192.0."[..], &SIGNATURE[..9], b""] {
        let mut rest = String::new();
        let _ = within(connect(&server, slow).await.read_to_string(&mut rest)).await;
        assert_eq!(rest, "", "{}", slow.escape_ascii());
    }
    assert_is_greeted(connect(&server, &version_1("192.0.2.7")).await).await;
}

#[tokio::test]
async fn a_header_from_elsewhere_is_a_malformed_line() {
    let server = TestServer::with(|config| config.proxies = vec!["192.0.2.0/24".parse().unwrap()]).await;
    let mut stream = BufReader::new(connect(&server, &version_1("203.0.113.7")).await);
    let mut refusal = String::new();
    within(stream.read_line(&mut refusal)).await.unwrap();
    assert!(refusal.contains("\"code\":\"not_json\""), "{refusal}");
    assert_is_greeted(stream.into_inner()).await;
}
