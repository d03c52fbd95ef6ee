//! Malformed and hostile input: each line gets a named refusal, and other sessions are unaffected.

use papo_shared::protocol::limits::{MAX_LINE_BYTES, MAX_LINE_BYTES_BEFORE_SIGN_IN};
use papo_shared::protocol::{Event, GoodbyeReason, Hello, Refusal, Reply, Request, ServerFrame};

use crate::client::{Client, TestServer};

/// The code and the id of the refusal in the next frame.
async fn refusal(client: &mut Client) -> (String, Option<u64>) {
    let (refusal, id) = loop {
        match client.frame().await.expect("the server closed the connection") {
            ServerFrame::Event(Event::Refused(refusal)) => break (refusal, None),
            ServerFrame::Reply(frame) => match frame.reply {
                Reply::Refused(refusal) => break (refusal, Some(frame.id)),
                reply => panic!("expected a refusal, got {reply:?}"),
            },
            ServerFrame::Event(_) => {}
        }
    };
    let json = serde_json::to_value(&refusal).unwrap();
    (json["code"].as_str().unwrap().to_owned(), id)
}

async fn check(client: &mut Client, line: &[u8], code: &str, id: Option<u64>) {
    client.raw(line).await;
    client.raw(b"\n").await;
    let got = refusal(client).await;
    assert_eq!(got, (code.to_owned(), id), "sending {:?}", String::from_utf8_lossy(line));
}

#[tokio::test]
async fn a_malformed_line_is_refused_and_the_connection_stays_open() {
    let server = TestServer::start().await;
    let mut rui = server.register("rui").await;
    let mut client = server.register("ana").await;
    check(&mut client, b"\xff\xfe", "not_utf8", None).await;
    check(&mut client, b"hello there", "not_json", None).await;
    check(&mut client, br#"{"id":71,"type":"fly"}"#, "unknown_type", Some(71)).await;
    check(&mut client, br#"{"id":72,"type":"open_direct"}"#, "wrong_fields", Some(72)).await;
    check(&mut client, br#"{"id":73,"type":"open_direct","username":7}"#, "wrong_fields", Some(73)).await;
    check(&mut client, br#"{"id":74,"type":"open_direct","username":"a","username":"b"}"#, "wrong_fields", Some(74)).await;
    check(&mut client, br#"{"id":75,"id":76,"type":"ping"}"#, "wrong_fields", None).await;
    check(&mut client, br#"{"type":"ping"}"#, "wrong_fields", None).await;
    check(&mut client, format!("{{\"x\":{}", "[".repeat(5_000)).as_bytes(), "not_json", None).await;
    check(&mut client, &vec![b'x'; MAX_LINE_BYTES + 1], "line_too_long", None).await;
    assert_eq!(client.ask(Request::Ping).await, Reply::Pong);
    assert_eq!(rui.ask(Request::Ping).await, Reply::Pong);
    let strange = rui.drain_events().await.into_iter().find(|event| !matches!(event, Event::PresenceChanged(_)));
    assert_eq!(strange, None, "other sessions are unaffected");
}

#[tokio::test]
async fn the_tenth_malformed_line_closes_the_connection() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    for _ in 0..10 {
        check(&mut client, b"{}", "wrong_fields", None).await;
    }
    assert_eq!(client.goodbye().await, Some(GoodbyeReason::TooManyMalformedLines));
}

#[tokio::test]
async fn the_third_overlong_line_closes_the_connection() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    for _ in 0..3 {
        check(&mut client, &vec![b'x'; MAX_LINE_BYTES_BEFORE_SIGN_IN + 1], "line_too_long", None).await;
    }
    assert_eq!(client.goodbye().await, Some(GoodbyeReason::TooManyMalformedLines));
}

#[tokio::test]
async fn unknown_types_do_not_count_as_malformed() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    for id in 100..120 {
        check(&mut client, format!(r#"{{"id":{id},"type":"later"}}"#).as_bytes(), "unknown_type", Some(id)).await;
    }
    assert_eq!(client.ask(Request::Ping).await, Reply::Pong);
}

#[tokio::test]
async fn longer_lines_are_allowed_after_sign_in() {
    let server = TestServer::start().await;
    let mut client = server.register("ana").await;
    let mut line = br#"{"id":9,"type":"ping","x":""#.to_vec();
    line.resize(MAX_LINE_BYTES - 2, b'x');
    line.extend(b"\"}\n");
    client.raw(&line).await;
    assert!(matches!(client.frame().await, Some(ServerFrame::Reply(frame)) if frame.id == 9 && frame.reply == Reply::Pong));
}

#[tokio::test]
async fn an_http_request_gets_a_refusal() {
    let server = TestServer::start().await;
    let mut client = Client::silent(server.address()).await;
    check(&mut client, b"GET / HTTP/1.1\r", "not_json", None).await;
}

#[tokio::test]
async fn an_unsupported_version_is_refused_with_the_supported_one() {
    let server = TestServer::start().await;
    let mut client = Client::silent(server.address()).await;
    let newer = Hello { protocol: 999, client: "test".to_owned() };
    assert_eq!(client.refused(Request::Hello(newer)).await, Refusal::UnsupportedProtocol { supported: 1 });
    client.hello().await;
}

#[tokio::test]
async fn lines_may_be_split_or_combined_in_packets() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    for byte in br#"{"id":8,"type":"ping"}"# {
        client.raw(&[*byte]).await;
    }
    client.raw(b"\n\r\n{\"id\":9,\"type\":\"ping\"}\r\n{\"id\":10,\"type\":\"ping\"}\n").await;
    for id in [8, 9, 10] {
        assert!(matches!(client.frame().await, Some(ServerFrame::Reply(frame)) if frame.id == id && frame.reply == Reply::Pong));
    }
}
