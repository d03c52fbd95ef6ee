//! Read cursors, the inbox and receipts, on several devices.

use papo_shared::model::{ClientId, ConversationId, Seq};
use papo_shared::protocol::{
    DeleteMessage, Dismiss, Event, InboxReason, LeaveGroup, ListInbox, ListReceipts, MarkDelivered, MarkRead, MarkUnread,
    ReadCursor, Receipt, Reply, Request, SendMessage,
};

use crate::client::{Client, TestServer, text};

async fn cursor(client: &mut Client, request: Request) -> ReadCursor {
    match client.ask(request).await {
        Reply::ReadCursor(cursor) => cursor,
        reply => panic!("expected a cursor, got {reply:?}"),
    }
}

/// The next read cursor event on this device.
async fn next_cursor(client: &mut Client) -> ReadCursor {
    client
        .event(|event| match event {
            Event::ReadCursor(cursor) => Some(cursor.clone()),
            _ => None,
        })
        .await
}

/// The inbox items by text and reason.
async fn inbox(client: &mut Client) -> Vec<(String, InboxReason)> {
    let Reply::Inbox(inbox) = client.ask(Request::ListInbox(ListInbox::default())).await else { panic!("expected an inbox") };
    assert!(!inbox.more);
    inbox.items.iter().map(|item| (text(&item.entry).unwrap(), item.reason)).collect()
}

fn mark_read(conversation: ConversationId, seq: Seq) -> Request {
    Request::MarkRead(MarkRead { conversation, seq })
}

fn mark_delivered(conversation: ConversationId, seq: Seq) -> Request {
    Request::MarkDelivered(MarkDelivered { conversation, seq })
}

#[tokio::test]
async fn marking_as_unread_applies_on_every_device() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut elsewhere = server.another_client(&rui).await;
    let conversation = ana.direct("rui").await;
    for said in ["um", "dois @rui", "três"] {
        ana.say(conversation, said).await;
    }
    cursor(&mut rui, mark_read(conversation, Seq(3))).await;
    assert_eq!(next_cursor(&mut elsewhere).await.unread, 0);
    let back = cursor(&mut rui, Request::MarkUnread(MarkUnread { conversation, seq: Seq(2) })).await;
    assert_eq!(back, ReadCursor { conversation, read_seq: Seq(1), unread: 2, mentions: 1, last_seq: Seq(3) });
    assert_eq!(next_cursor(&mut elsewhere).await, back);
    let seen = elsewhere.see(conversation).await;
    assert_eq!((seen.read_seq, seen.unread, seen.mentions), (Seq(1), 2, 1));
    let Reply::Receipts(page) = ana.ask(list_receipts(conversation)).await else { panic!() };
    assert_eq!(page.receipts[0].read_seq, Seq(3), "receipts are unaffected");
}

#[tokio::test]
async fn the_inbox_collects_relevant_messages_and_empties_on_every_device() {
    let server = TestServer::start().await;
    let (mut ana, mut rui, mut eva) = (server.register("ana").await, server.register("rui").await, server.register("eva").await);
    let mut elsewhere = server.another_client(&rui).await;
    let group = ana.group("redes", &mut [&mut rui, &mut eva]).await;
    let chat = eva.direct("rui").await;
    let by_rui = rui.say(group, "quem vem?").await;
    ana.say(group, "não é para ninguém").await;
    let reply = SendMessage { conversation: group, client_id: ClientId::new(), text: "eu".into(), reply_to: Some(by_rui.seq) };
    ana.stored(Request::SendMessage(reply)).await;
    let mention = eva.say(group, "e o @Rui?").await;
    let direct = eva.say(chat, "psiu").await;
    let all = [("psiu", InboxReason::Direct), ("e o @Rui?", InboxReason::Mention), ("eu", InboxReason::Reply)];
    assert_eq!(inbox(&mut rui).await, all.map(|(said, reason)| (said.to_owned(), reason)));
    assert_eq!((rui.see(group).await.unread, rui.see(group).await.mentions), (3, 2));
    let Reply::Inbox(newest) = rui.ask(Request::ListInbox(ListInbox { limit: Some(1) })).await else { panic!() };
    assert!(newest.more && newest.items.len() == 1);

    let dismiss = |conversation, seq| Request::Dismiss(Dismiss { conversation, seq });
    let done = cursor(&mut rui, dismiss(group, mention.seq)).await;
    assert_eq!((done.unread, done.mentions), (3, 1));
    assert_eq!(next_cursor(&mut elsewhere).await, done);
    let done = cursor(&mut elsewhere, dismiss(chat, direct.seq)).await;
    assert_eq!((done.read_seq, done.unread), (Seq(0), 1), "it is still unread");
    assert_eq!(next_cursor(&mut rui).await, done);
    assert_eq!(inbox(&mut elsewhere).await, [("eu".to_owned(), InboxReason::Reply)]);
    cursor(&mut rui, mark_read(group, mention.seq)).await;
    assert_eq!(inbox(&mut rui).await, []);
    assert_eq!(inbox(&mut ana).await, [], "own messages are not in the inbox");
}

#[tokio::test]
async fn deleted_messages_and_left_groups_are_not_in_the_inbox() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let group = ana.group("redes", &mut [&mut rui]).await;
    let stored = ana.say(group, "@rui").await;
    ana.say(group, "@rui?").await;
    ana.done(Request::DeleteMessage(DeleteMessage { conversation: group, seq: stored.seq })).await;
    assert_eq!(inbox(&mut rui).await, [("@rui?".to_owned(), InboxReason::Mention)]);
    let seen = rui.see(group).await;
    assert_eq!((seen.unread, seen.mentions), (1, 1));
    rui.done(Request::LeaveGroup(LeaveGroup { conversation: group })).await;
    assert_eq!(inbox(&mut rui).await, []);
}

fn list_receipts(conversation: ConversationId) -> Request {
    Request::ListReceipts(ListReceipts { conversation, after: None, limit: None })
}

/// The next receipts event on this device.
async fn next_receipts(client: &mut Client) -> Vec<Receipt> {
    client
        .event(|event| match event {
            Event::ReceiptsChanged(changed) => Some(changed.receipts.clone()),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn the_author_receives_delivery_and_read_receipts() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut elsewhere = server.another_client(&rui).await;
    let conversation = ana.direct("rui").await;
    let seq = ana.say(conversation, "oi").await.seq;
    let receipt = |delivered_seq, read_seq| {
        let username = papo_shared::model::Username::parse("rui").unwrap();
        Receipt { username, first_seq: Seq(1), delivered_seq, read_seq }
    };
    rui.done(mark_delivered(conversation, seq)).await;
    assert_eq!(next_receipts(&mut ana).await, [receipt(seq, Seq(0))]);
    rui.done(mark_delivered(conversation, seq)).await;
    elsewhere.done(mark_delivered(conversation, Seq(u64::MAX))).await;
    cursor(&mut elsewhere, mark_read(conversation, seq)).await;
    assert_eq!(next_receipts(&mut ana).await, [receipt(seq, seq)], "known receipts are not sent again");
    let Reply::Receipts(page) = ana.ask(list_receipts(conversation)).await else { panic!() };
    assert_eq!((page.receipts, page.next), (vec![receipt(seq, seq)], None));
    for client in [&mut rui, &mut elsewhere] {
        let events = client.drain_events().await;
        assert!(!events.iter().any(|event| matches!(event, Event::ReceiptsChanged(_))), "own receipts are not sent");
    }
}
