//! kill -9 in the middle of sending.
//!
//! This shows that nothing acknowledged waits in the process. What the disk itself promises, a kill cannot show: that rests on
//! `synchronous=FULL`.

use std::collections::HashMap;

use papo_shared::model::{ClientId, EntryKind, Seq};
use papo_shared::protocol::{Reply, ServerFrame};

use crate::binary::Running;
use crate::client::{Client, send};

/// Acknowledgements after which the server is killed, with more on their way.
const ACKNOWLEDGED: usize = 300;

#[tokio::test]
async fn what_was_acknowledged_is_there_once_after_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let mut running = Running::start(dir.path());
    let mut ana = Client::greeted(running.address).await;
    ana.register("ana").await;
    let group = ana.group("redes", &[]).await;

    let mut sent: Vec<ClientId> = Vec::new();
    let mut acknowledged: HashMap<ClientId, Seq> = HashMap::new();
    while acknowledged.len() < ACKNOWLEDGED {
        while sent.len() < acknowledged.len() + 40 {
            let id = ClientId::new();
            ana.request(send(group, id, &sent.len().to_string())).await;
            sent.push(id);
        }
        if let ServerFrame::Reply(frame) = ana.frame().await.unwrap() {
            let Reply::MessageStored(stored) = frame.reply else { panic!("{:?}", frame.reply) };
            acknowledged.insert(stored.client_id, stored.seq);
        }
    }
    running.kill();
    // What was acknowledged before the end, and read only now.
    while let Some(frame) = ana.frame().await {
        if let ServerFrame::Reply(frame) = frame
            && let Reply::MessageStored(stored) = frame.reply
        {
            acknowledged.insert(stored.client_id, stored.seq);
        }
    }

    let running = Running::start(dir.path());
    let mut again = Client::greeted(running.address).await;
    again.sign_in_with(&ana.token).await;
    let stored = numbers(&mut again, group).await;
    for (id, seq) in &acknowledged {
        assert_eq!(stored.get(id), Some(seq), "an acknowledged message kept its number");
    }

    // The client sends again whatever was not acknowledged: each is there once.
    for (number, id) in sent.iter().enumerate() {
        let seq = again.stored(send(group, *id, &number.to_string())).await.seq;
        if let Some(first) = stored.get(id) {
            assert_eq!(seq, *first);
        }
    }
    assert_eq!(numbers(&mut again, group).await.len(), sent.len());
}

/// The number of each message by its client id. Panics on a hole or a double.
async fn numbers(client: &mut Client, group: papo_shared::model::ConversationId) -> HashMap<ClientId, Seq> {
    let log = client.log(group).await;
    let expected: Vec<u64> = (1..=log.len() as u64).collect();
    assert_eq!(log.iter().map(|entry| entry.seq.0).collect::<Vec<_>>(), expected, "no hole");
    let mut numbers = HashMap::new();
    for entry in log {
        if let EntryKind::Message { client_id, .. } = entry.kind {
            assert_eq!(numbers.insert(client_id, entry.seq), None, "no double");
        }
    }
    numbers
}
