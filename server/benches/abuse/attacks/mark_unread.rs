//! 64 connections of an account mark a long conversation as unread from its first entry.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::attacker::{Attacker, PASSWORD, new_client_id, number};
use crate::target::Target;

const CONNECTIONS: usize = 64;
const MESSAGES: usize = 300_000;

/// Messages that wait for their acknowledgement while the conversation is filled.
const WINDOW: usize = 2_000;

pub(crate) async fn attack(mut target: Target) -> String {
    let mut reader = Attacker::connect(target.address).await;
    reader.register("marker").await;
    let mut writer = Attacker::connect(target.address).await;
    writer.register("writer").await;
    let direct = writer.request(r#""type":"open_direct","username":"marker""#).await.unwrap();
    let conversation = number(&direct, "conversation");
    let stored = fill(&mut writer, conversation).await;
    let mut attackers = vec![reader];
    while attackers.len() < CONNECTIONS {
        let mut attacker = Attacker::connect(target.address).await;
        let fields = format!(r#""type":"sign_in","username":"marker","password":"{PASSWORD}""#);
        let reply = attacker.request(&fields).await.unwrap();
        assert!(reply.contains("signed_in"), "{reply}");
        attackers.push(attacker);
    }
    target.begin().await;
    let fields = Arc::new([
        format!(r#""type":"mark_unread","conversation":{conversation},"seq":1"#),
        format!(r#""type":"mark_read","conversation":{conversation},"seq":2"#),
    ]);
    let mut tasks = JoinSet::new();
    for attacker in attackers {
        tasks.spawn(mark_forever(attacker, fields.clone(), target.clone()));
    }
    let replies: usize = tasks.join_all().await.into_iter().sum();
    format!("{replies} marks in a conversation of {stored} messages")
}

/// Stores messages until the server accepts no more of them. Returns their number.
async fn fill(writer: &mut Attacker, conversation: u64) -> usize {
    let (mut sent, mut stored, mut refused) = (0, 0, 0);
    while stored + refused < MESSAGES && refused == 0 {
        let mut lines = String::new();
        while sent < MESSAGES && sent < stored + WINDOW {
            sent += 1;
            let client_id = new_client_id();
            lines += &format!(
                "{{\"id\":{sent},\"type\":\"send_message\",\"conversation\":{conversation},\"client_id\":{client_id},\"text\":\"oi\"}}\n"
            );
        }
        writer.send(&lines).await.unwrap();
        let line = writer.line().await.unwrap();
        writer.answer_ping(&line).await.unwrap();
        stored += usize::from(line.contains("message_stored"));
        refused += usize::from(line.contains("\"refused\""));
    }
    stored
}

async fn mark_forever(mut attacker: Attacker, fields: Arc<[String; 2]>, mut target: Target) -> usize {
    let mut replies = 0;
    for fields in fields.iter().cycle() {
        let reply = tokio::select! {
            reply = attacker.request(fields) => reply,
            () = target.end() => break,
        };
        if reply.is_none() || target.is_over() {
            break;
        }
        replies += 1;
    }
    replies
}
