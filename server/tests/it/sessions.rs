//! How sessions live and end: silence, slow readers, hanging up.

use std::time::Duration;

use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use papo_shared::model::{ClientId, Seq};
use papo_shared::protocol::{Event, GoodbyeReason, Reply, Request, ServerFrame};

use crate::client::{Client, TestServer, history, send};

#[tokio::test]
async fn who_says_nothing_is_asked_and_then_closed_and_who_answers_stays() {
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
        () = answering => unreachable!("it answers for ever"),
    }
    assert_eq!(awake.ask(Request::Ping).await, Reply::Pong);
}

#[tokio::test]
async fn who_does_not_sign_in_is_closed() {
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
async fn who_sends_and_hangs_up_has_sent() {
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
async fn who_says_that_nothing_more_comes_still_hears_the_answers() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let group = ana.group("redes", &[]).await;
    for _ in 0..50 {
        ana.request(send(group, ClientId::new(), "oi")).await;
    }
    ana.say_no_more().await;
    let mut acknowledged = 0;
    while let Some(frame) = ana.frame().await {
        if let ServerFrame::Reply(frame) = frame {
            assert!(matches!(frame.reply, Reply::MessageStored(_)), "{:?}", frame.reply);
            acknowledged += 1;
        }
    }
    assert_eq!(acknowledged, 50);
}

/// Messages of 16 KiB: more than the largest buffer that a system gives a connection to send, some 4 MiB. The reader's own is
/// narrow.
const FLOOD: u64 = 330;

#[tokio::test]
async fn a_slow_reader_lags_and_catches_up_and_hurts_nobody_else() {
    let server = TestServer::with(|config| config.send_queue.soft_bytes = 64 * 1024).await;
    let (mut ana, mut reader) = (server.register("ana").await, server.register("rui").await);
    let mut slow = Client::narrow(server.address()).await;
    slow.hello().await;
    slow.register("lenta").await;
    let group = ana.group("redes", &["rui", "lenta"]).await;
    let joined = slow.see(group).await.first_seq;
    assert_eq!(reader.entry(group).await.seq.next(), joined, "that it joined itself");
    assert_eq!(reader.entry(group).await.seq, joined);
    let long = "x".repeat(MAX_MESSAGE_BYTES);
    let mut last = joined;
    for _ in 0..FLOOD {
        ana.say(group, &long).await;
        last = last.next();
        assert_eq!(reader.entry(group).await.seq, last, "who reads misses nothing");
    }
    // Only now it reads: what fitted its buffers, then that it lagged.
    slow.event(|event| matches!(event, Event::Lagged).then_some(())).await;
    let log = slow.log(group).await;
    let seqs: Vec<u64> = log.iter().map(|entry| entry.seq.0).collect();
    assert_eq!(seqs, (joined.0..=last.0).collect::<Vec<_>>(), "paging brings everything");
    ana.say(group, "viva").await;
    assert_eq!(slow.entry(group).await.seq, last.next(), "and live events come again");
}

#[tokio::test]
async fn who_never_reads_is_closed() {
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
    let group = ana.group("redes", &["parada"]).await;
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
async fn who_asks_much_and_reads_late_is_waited_for() {
    const ASKED: usize = 120;
    // Room for two replies above the soft limit: a server that went on answering would close the session.
    let server = TestServer::with(|config| {
        config.send_queue.soft_bytes = 64 * 1024;
        config.send_queue.hard_bytes = 192 * 1024;
    })
    .await;
    let mut ana = Client::narrow(server.address()).await;
    ana.hello().await;
    ana.register("ana").await;
    let group = ana.group("redes", &[]).await;
    for _ in 0..4 {
        ana.say(group, &"x".repeat(MAX_MESSAGE_BYTES)).await;
    }
    // More than the largest buffer of the system, at 48 KiB each: replies are never dropped, so further requests have to wait.
    let mut ids = Vec::new();
    for _ in 0..ASKED {
        ids.push(ana.request(history(group, None, None)).await);
    }
    for id in ids {
        let frame = loop {
            match ana.frame().await.expect("the server hung up") {
                ServerFrame::Reply(frame) => break frame,
                ServerFrame::Event(_) => {}
            }
        };
        assert_eq!(frame.id, id);
        assert!(matches!(frame.reply, Reply::Entries(_)));
    }
}
