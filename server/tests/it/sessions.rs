//! Lifetime of sessions: silence, slow readers, and closed connections.

use std::time::Duration;

use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use papo_shared::model::{ClientId, Seq};
use papo_shared::protocol::{Event, GoodbyeReason, Reply, Request, ServerFrame};

use crate::client::{Client, TestServer, history, send};

#[tokio::test]
async fn silent_sessions_are_pinged_then_closed_and_responsive_ones_stay() {
    let server = TestServer::with(|config| {
        config.ping_after = Duration::from_millis(200);
        config.silent_after = Duration::from_millis(1000);
    })
    .await;
    let mut silent = server.register("ana").await;
    let mut awake = server.register("rui").await;
    let answering = async {
        loop {
            awake.event(|event| matches!(event, Event::Ping).then_some(())).await;
            awake.raw(b"{\"type\":\"pong\"}\n").await;
        }
    };
    let silence = async {
        silent.event(|event| matches!(event, Event::Ping).then_some(())).await;
        silent.goodbye().await
    };
    tokio::select! {
        reason = silence => assert_eq!(reason, Some(GoodbyeReason::Silent)),
        () = answering => unreachable!("this loop never ends"),
    }
    assert_eq!(awake.ask(Request::Ping).await, Reply::Pong);
}

#[tokio::test]
async fn sessions_without_sign_in_are_closed() {
    let server = TestServer::with(|config| {
        config.hello_timeout = Duration::from_millis(100);
        config.sign_in_timeout = Duration::from_millis(100);
    })
    .await;
    let mut silent = Client::silent(server.address()).await;
    assert_eq!(silent.goodbye().await, Some(GoodbyeReason::SignInTooSlow));
    let mut greeted = server.client().await;
    assert_eq!(greeted.goodbye().await, Some(GoodbyeReason::SignInTooSlow));
}

#[tokio::test]
async fn messages_sent_before_disconnecting_are_stored() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let conversation = ana.direct("rui").await;
    for number in 0..50 {
        ana.request(send(conversation, ClientId::new(), &number.to_string())).await;
    }
    drop(ana);
    for seq in 1..=50 {
        assert_eq!(rui.entry(conversation).await.seq, Seq(seq));
    }
}

#[tokio::test]
async fn replies_arrive_after_the_client_closes_its_sending_half() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let group = ana.group("redes", &mut []).await;
    for _ in 0..50 {
        ana.request(send(group, ClientId::new(), "oi")).await;
    }
    ana.shutdown_write().await;
    let mut acknowledged = 0;
    while let Some(frame) = ana.frame().await {
        if let ServerFrame::Reply(frame) = frame {
            assert!(matches!(frame.reply, Reply::MessageStored(_)), "{:?}", frame.reply);
            acknowledged += 1;
        }
    }
    assert_eq!(acknowledged, 50);
}

/// Number of messages of 16 KiB: more than the largest send buffer of a connection, about 4 MiB. The reader's
/// own buffer is small.
const FLOOD: u64 = 330;

#[tokio::test]
async fn a_slow_reader_lags_and_catches_up_without_affecting_others() {
    let server = TestServer::with(|config| config.send_queue.soft_bytes = 64 * 1024).await;
    let (mut ana, mut reader) = (server.register("ana").await, server.register("rui").await);
    let mut slow = Client::narrow(server.address()).await;
    slow.hello().await;
    slow.register("lenta").await;
    let group = ana.group("redes", &mut [&mut reader, &mut slow]).await;
    let joined = slow.see(group).await.first_seq;
    assert_eq!(reader.entry(group).await.seq.next(), joined, "its own joining");
    assert_eq!(reader.entry(group).await.seq, joined);
    let long = "x".repeat(MAX_MESSAGE_BYTES);
    let mut last = joined;
    for _ in 0..FLOOD {
        ana.say(group, &long).await;
        last = last.next();
        assert_eq!(reader.entry(group).await.seq, last, "a reading session must miss nothing");
    }
    // It starts to read only now: first what its buffers held, then the notice that it lagged.
    slow.event(|event| matches!(event, Event::Lagged).then_some(())).await;
    let log = slow.log(group).await;
    let seqs: Vec<u64> = log.iter().map(|entry| entry.seq.0).collect();
    assert_eq!(seqs, (joined.0..=last.0).collect::<Vec<_>>(), "paging must return everything");
    ana.say(group, "viva").await;
    assert_eq!(slow.entry(group).await.seq, last.next(), "live events must resume");
}

#[tokio::test]
async fn a_session_that_never_reads_is_closed() {
    let server = TestServer::with(|config| {
        config.send_queue.soft_bytes = 64 * 1024;
        config.stuck_after = Duration::from_millis(300);
        config.closing_grace = Duration::from_millis(100);
    })
    .await;
    let mut ana = server.register("ana").await;
    let mut stuck = Client::narrow(server.address()).await;
    stuck.hello().await;
    stuck.register("parada").await;
    let group = ana.group("redes", &mut [&mut stuck]).await;
    let long = "x".repeat(MAX_MESSAGE_BYTES);
    for _ in 0..FLOOD {
        ana.say(group, &long).await;
    }
    ana.event(|event| match event {
        Event::PresenceChanged(changed) => {
            changed.people.iter().any(|person| person.username.as_str() == "parada" && !person.online).then_some(())
        }
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn requests_are_paused_while_replies_are_unread() {
    const ASKED: usize = 120;
    // Room for two replies above the soft limit: a server that continued to reply would close the session.
    let server = TestServer::with(|config| {
        config.send_queue.soft_bytes = 64 * 1024;
        config.send_queue.hard_bytes = 192 * 1024;
    })
    .await;
    let mut ana = Client::narrow(server.address()).await;
    ana.hello().await;
    ana.register("ana").await;
    let group = ana.group("redes", &mut []).await;
    for _ in 0..4 {
        ana.say(group, &"x".repeat(MAX_MESSAGE_BYTES)).await;
    }
    // More than the largest kernel buffer, at 48 KiB each: replies are never dropped, so further requests must wait.
    let mut ids = Vec::new();
    for _ in 0..ASKED {
        ids.push(ana.request(history(group, None, None)).await);
    }
    for id in ids {
        let frame = loop {
            match ana.frame().await.expect("the server closed the connection") {
                ServerFrame::Reply(frame) => break frame,
                ServerFrame::Event(_) => {}
            }
        };
        assert_eq!(frame.id, id);
        assert!(matches!(frame.reply, Reply::Entries(_)));
    }
}
