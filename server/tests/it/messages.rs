//! Messages: storage, acknowledgement, delivery, offline delivery, history, duplicates and read cursors.

use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use papo_shared::model::{ClientId, ConversationId, Seq};
use papo_shared::protocol::{Event, History, MarkRead, ReadCursor, Refusal, Reply, Request, ServerFrame};

use crate::client::{Client, TestServer, history, send, text};

fn read_up_to(conversation: ConversationId, seq: u64) -> Request {
    Request::MarkRead(MarkRead { conversation, seq: Seq(seq) })
}

async fn cursor(client: &mut Client, request: Request) -> (u64, u32, u64) {
    match client.ask(request).await {
        Reply::ReadCursor(cursor) => (cursor.read_seq.0, cursor.unread, cursor.last_seq.0),
        reply => panic!("expected a cursor, got {reply:?}"),
    }
}

#[tokio::test]
async fn a_message_reaches_every_session_of_every_member_once() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let (mut ana_elsewhere, mut rui_elsewhere) = (server.another_client(&ana).await, server.another_client(&rui).await);
    let conversation = ana.direct("rui").await;
    let stored = ana.say(conversation, "oi").await;
    assert_eq!((stored.conversation, stored.seq), (conversation, Seq(1)));
    for client in [&mut ana_elsewhere, &mut rui, &mut rui_elsewhere] {
        let entry = client.entry(conversation).await;
        assert_eq!((text(&entry).as_deref(), entry.author.as_str(), entry.at), (Some("oi"), "ana", stored.at));
    }
    for client in [&mut ana, &mut ana_elsewhere, &mut rui, &mut rui_elsewhere] {
        let again = client.drain_events().await.into_iter().find(|event| matches!(event, Event::EntryPosted(_)));
        assert_eq!(again, None, "the sender has the acknowledgement, and the others the event");
    }
}

#[tokio::test]
async fn messages_sent_while_offline_are_delivered_and_kept() {
    let mut server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let direct = ana.direct("rui").await;
    let group = ana.group("redes", &mut [&mut rui]).await;
    let token = rui.token.clone();
    drop(rui);
    for conversation in [direct, group] {
        ana.say(conversation, "um").await;
        ana.say(conversation, "dois").await;
    }
    server.restart().await;
    for _ in 0..2 {
        let mut rui = server.client().await;
        rui.sign_in_with(&token).await;
        for conversation in [direct, group] {
            assert_eq!(rui.texts(conversation).await, ["um", "dois"]);
            assert_eq!(rui.see(conversation).await.unread, 2);
        }
    }
}

#[tokio::test]
async fn a_client_id_is_stored_once_across_connections_and_restarts() {
    let mut server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let mut rui = server.register("rui").await;
    let conversation = ana.direct("rui").await;
    let other = ana.group("redes", &mut []).await;
    let id = ClientId::new();
    let first = ana.stored(send(conversation, id, "oi")).await;
    assert_eq!(ana.stored(send(conversation, id, "oi")).await, first);
    let mut elsewhere = server.another_client(&ana).await;
    assert_eq!(elsewhere.stored(send(conversation, id, "oi")).await, first);
    assert_eq!(rui.entry(conversation).await.seq, Seq(1));
    assert!(
        !rui.drain_events().await.iter().any(|event| matches!(event, Event::EntryPosted(_))),
        "a duplicate is not delivered again"
    );

    server.restart().await;
    let mut later = server.another_client(&ana).await;
    assert_eq!(later.stored(send(conversation, id, "oi")).await, first);
    assert_eq!(later.refused(send(conversation, id, "outra coisa")).await, Refusal::ClientIdReused);
    assert_eq!(later.refused(send(other, id, "oi")).await, Refusal::ClientIdReused);
    assert_eq!(later.texts(conversation).await, ["oi"]);
    let mut rui = server.another_client(&rui).await;
    assert_eq!(rui.stored(send(conversation, id, "meu")).await.seq, Seq(2), "client ids are scoped to their author");
}

#[tokio::test]
async fn pipelined_messages_stay_in_order() {
    const MESSAGES: u64 = 500;
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let conversation = ana.direct("rui").await;
    for number in 0..MESSAGES {
        ana.request(send(conversation, ClientId::new(), &number.to_string())).await;
    }
    // A request sent after them gets its reply after theirs.
    let last = ana.request(history(conversation, Some(Seq(MESSAGES - 1)), None)).await;
    let mut acknowledged = Vec::new();
    loop {
        match ana.frame().await.unwrap() {
            ServerFrame::Reply(frame) if frame.id == last => {
                let Reply::Entries(page) = frame.reply else { panic!("{:?}", frame.reply) };
                assert_eq!(page.entries.len(), 1, "it must see the messages sent before it");
                break;
            }
            ServerFrame::Reply(frame) => match frame.reply {
                Reply::MessageStored(stored) => acknowledged.push(stored.seq.0),
                reply => panic!("{reply:?}"),
            },
            ServerFrame::Event(Event::EntryPosted(_)) => panic!("the sender gets the acknowledgement instead"),
            ServerFrame::Event(_) => {}
        }
    }
    assert_eq!(acknowledged, (1..=MESSAGES).collect::<Vec<_>>());
    for number in 0..MESSAGES {
        assert_eq!(text(&rui.entry(conversation).await), Some(number.to_string()));
    }
}

#[tokio::test]
async fn concurrent_senders_see_the_same_order() {
    const MESSAGES: usize = 100;
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let conversation = ana.direct("rui").await;
    async fn talk(client: &mut Client, conversation: ConversationId) -> Vec<u64> {
        for _ in 0..MESSAGES {
            client.request(send(conversation, ClientId::new(), "oi")).await;
        }
        let mut seen = Vec::new();
        while seen.len() < 2 * MESSAGES {
            match client.frame().await.unwrap() {
                ServerFrame::Reply(frame) => match frame.reply {
                    Reply::MessageStored(stored) => seen.push(stored.seq.0),
                    reply => panic!("{reply:?}"),
                },
                ServerFrame::Event(Event::EntryPosted(posted)) => seen.push(posted.entry.seq.0),
                ServerFrame::Event(_) => {}
            }
        }
        seen
    }
    let (by_ana, by_rui) = tokio::join!(talk(&mut ana, conversation), talk(&mut rui, conversation));
    let expected: Vec<u64> = (1..=2 * MESSAGES as u64).collect();
    assert_eq!(by_ana, expected, "acknowledgements must arrive in the order of the entries");
    assert_eq!(by_rui, expected);
}

#[tokio::test]
async fn history_pages_in_both_directions_without_gaps() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let group = ana.group("redes", &mut []).await;
    for number in 2..=10 {
        ana.say(group, &number.to_string()).await;
    }
    let ask = |after: Option<u64>, before: Option<u64>, limit| {
        Request::History(History { conversation: group, after: after.map(Seq), before: before.map(Seq), limit })
    };
    let cases = [
        (ask(None, None, Some(3)), vec![8, 9, 10], true),
        (ask(None, Some(8), Some(3)), vec![5, 6, 7], true),
        (ask(None, Some(3), Some(3)), vec![1, 2], false),
        (ask(None, Some(0), None), vec![], false),
        (ask(Some(0), None, Some(2)), vec![1, 2], true),
        (ask(Some(8), None, Some(2)), vec![9, 10], false),
        (ask(Some(10), None, None), vec![], false),
        (ask(Some(u64::MAX), None, None), vec![], false),
        (ask(None, Some(u64::MAX), Some(1)), vec![10], true),
    ];
    for (request, expected, more) in cases {
        let shown = format!("{request:?}");
        let page = ana.page(request).await;
        let seqs: Vec<u64> = page.entries.iter().map(|entry| entry.seq.0).collect();
        assert_eq!((seqs, page.more), (expected, more), "{shown}");
    }
    let Refusal::WrongFields { .. } = ana.refused(ask(Some(1), Some(2), None)).await else {
        panic!("both directions at once must be refused")
    };
}

#[tokio::test]
async fn the_read_cursor_belongs_to_the_account_and_only_moves_forward() {
    let mut server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut elsewhere = server.another_client(&rui).await;
    let conversation = ana.direct("rui").await;
    for text in ["um", "dois", "tres"] {
        ana.say(conversation, text).await;
    }
    rui.say(conversation, "meu").await;
    assert_eq!(rui.see(conversation).await.unread, 3, "own messages are not unread");
    assert_eq!(cursor(&mut rui, read_up_to(conversation, 2)).await, (2, 1, 4));
    let moved = elsewhere
        .event(|event| match event {
            Event::ReadCursor(cursor) => Some(cursor.clone()),
            _ => None,
        })
        .await;
    assert_eq!(moved, ReadCursor { conversation, read_seq: Seq(2), unread: 1, mentions: 0, last_seq: Seq(4) });
    assert_eq!(cursor(&mut rui, read_up_to(conversation, 1)).await, (2, 1, 4), "never backward");
    assert_eq!(cursor(&mut rui, read_up_to(conversation, u64::MAX)).await, (4, 0, 4), "never beyond the end");
    assert!(
        !rui.drain_events().await.iter().any(|event| matches!(event, Event::ReadCursor(_))),
        "this session gets the reply only"
    );

    ana.say(conversation, "mais").await;
    server.restart().await;
    let mut rui = server.another_client(&rui).await;
    let summary = rui.see(conversation).await;
    assert_eq!((summary.read_seq, summary.unread, summary.last_seq), (Seq(4), 1, Seq(5)));
    assert_eq!(summary.latest.as_ref().and_then(text).as_deref(), Some("mais"));
}

#[tokio::test]
async fn invalid_text_is_refused_and_hostile_text_is_cleaned() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let group = ana.group("redes", &mut []).await;
    let send = |text: &str| send(group, ClientId::new(), text);
    assert_eq!(ana.refused(send(" \u{200b}\n")).await, Refusal::TextEmpty);
    let too_long = "x".repeat(MAX_MESSAGE_BYTES + 1);
    assert_eq!(ana.refused(send(&too_long)).await, Refusal::TextTooLong { max_bytes: MAX_MESSAGE_BYTES });
    ana.stored(send("a\u{1b}[31m\u{202e}b")).await;
    ana.stored(send(&format!("z{}", "\u{327}".repeat(1000)))).await;
    let texts = ana.texts(group).await;
    assert_eq!(texts[0], "a[31mb");
    assert!(texts[1].chars().count() <= 9, "stacked marks must be capped");
    assert_eq!(ana.see(group).await.last_seq, Seq(3), "a refused message gets no number");
}

/// Removes and restores a table under the running server, as sudden as a disk failure.
#[tokio::test]
async fn a_store_failure_is_reported_and_has_no_effect() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let conversation = ana.direct("rui").await;
    ana.say(conversation, "um").await;
    let file = rusqlite::Connection::open(server.dir.path().join("chat.db")).unwrap();
    file.execute_batch("ALTER TABLE entry RENAME TO elsewhere").unwrap();
    let id = ClientId::new();
    assert_eq!(ana.refused(send(conversation, id, "dois")).await, Refusal::FAILED);
    assert_eq!(ana.refused(history(conversation, None, None)).await, Refusal::FAILED);
    file.execute_batch("ALTER TABLE elsewhere RENAME TO entry").unwrap();
    assert_eq!(ana.stored(send(conversation, id, "dois")).await.seq, Seq(2), "no number may be skipped");
    assert_eq!(rui.texts(conversation).await, ["um", "dois"]);
    let deliveries = rui.drain_events().await.into_iter().filter(|event| matches!(event, Event::EntryPosted(_))).count();
    assert_eq!(deliveries, 2, "unstored messages must not be delivered");
}
