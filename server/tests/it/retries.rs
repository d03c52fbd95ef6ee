//! One message sent many times over several connections at once, as clients do after network problems.

use std::collections::HashSet;

use futures_util::future::join_all;
use papo_shared::model::{ClientId, ConversationId};
use papo_shared::protocol::{MessageStored, Refusal, Reply, ServerFrame};

use crate::client::{Client, TestServer, send};

/// Connections of the account.
const CONNECTIONS: usize = 12;

/// How often each connection sends the message, without waiting.
const TIMES: usize = 40;

/// All replies to repeated sends of a message on one connection.
async fn send_again_and_again(client: &mut Client, conversation: ConversationId, id: ClientId, text: &str) -> Vec<Reply> {
    let mut waiting = HashSet::new();
    for _ in 0..TIMES {
        waiting.insert(client.request(send(conversation, id, text)).await);
    }
    let mut replies = Vec::new();
    while !waiting.is_empty() {
        if let ServerFrame::Reply(frame) = client.frame().await.unwrap()
            && waiting.remove(&frame.id)
        {
            replies.push(frame.reply);
        }
    }
    replies
}

async fn connections_of(server: &TestServer, client: &Client) -> Vec<Client> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(server.another_client(client).await);
    }
    connections
}

/// The acknowledgement that all replies must equal.
#[track_caller]
fn the_same(replies: Vec<Reply>) -> MessageStored {
    let first = replies[0].clone();
    assert!(replies.iter().all(|reply| *reply == first), "{first:?} and a different reply in {replies:?}");
    let Reply::MessageStored(stored) = first else { panic!("expected an acknowledgement, got {first:?}") };
    stored
}

#[tokio::test]
async fn repeated_sends_give_one_entry_and_one_acknowledgement() {
    let server = TestServer::start().await;
    let (ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut connections = connections_of(&server, &ana).await;
    let conversation = rui.direct("ana").await;
    let id = ClientId::new();
    let storm = connections.iter_mut().map(|client| send_again_and_again(client, conversation, id, "oi"));
    let stored = the_same(join_all(storm).await.concat());
    assert_eq!(stored.client_id, id);
    assert_eq!(rui.texts(conversation).await, ["oi"]);
}

#[tokio::test]
async fn repeated_sends_among_other_messages_give_one_entry() {
    let server = TestServer::start().await;
    let (ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut connections = connections_of(&server, &ana).await;
    let conversation = rui.direct("ana").await;
    let id = ClientId::new();
    let storm = join_all(connections.iter_mut().map(|client| send_again_and_again(client, conversation, id, "oi")));
    let others = async {
        for number in 0..TIMES {
            rui.say(conversation, &number.to_string()).await;
        }
    };
    let (replies, ()) = tokio::join!(storm, others);
    the_same(replies.concat());
    let texts = rui.texts(conversation).await;
    assert_eq!(texts.iter().filter(|text| *text == "oi").count(), 1, "{texts:?}");
    assert_eq!(texts.len(), TIMES + 1, "all other messages must be stored: {texts:?}");
}

#[tokio::test]
async fn of_two_texts_with_one_client_id_the_first_stored_wins() {
    let server = TestServer::start().await;
    let (ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut connections = connections_of(&server, &ana).await;
    let conversation = rui.direct("ana").await;
    let id = ClientId::new();
    let storm = connections.iter_mut().zip(["oi", "tchau"].into_iter().cycle()).map(async |(client, text)| {
        let replies = send_again_and_again(client, conversation, id, text).await;
        replies.into_iter().map(|reply| (text, reply)).collect::<Vec<_>>()
    });
    let replies = join_all(storm).await.concat();
    let texts = rui.texts(conversation).await;
    let [winner] = &texts[..] else { panic!("expected exactly one of the two: {texts:?}") };
    let (stored, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|(text, _)| text == winner);
    the_same(stored.into_iter().map(|(_, reply)| reply).collect());
    assert!(refused.iter().all(|(_, reply)| *reply == Reply::Refused(Refusal::ClientIdReused)), "{refused:?}");
}

/// Client ids are scoped to their author, so another account's message with the same id is a different one.
#[tokio::test]
async fn two_accounts_may_use_the_same_client_id() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let conversation = rui.direct("ana").await;
    let id = ClientId::new();
    let (by_ana, by_rui) = tokio::join!(
        send_again_and_again(&mut ana, conversation, id, "oi"),
        send_again_and_again(&mut rui, conversation, id, "tudo bem?"),
    );
    assert_ne!(the_same(by_ana).seq, the_same(by_rui).seq);
    let mut texts = rui.texts(conversation).await;
    texts.sort_unstable();
    assert_eq!(texts, ["oi", "tudo bem?"]);
}
