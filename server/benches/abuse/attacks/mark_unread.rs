//! 50 connections of an account mark a long conversation as unread from its first entry.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::attacker::{Attacker, PASSWORD, new_client_id, number};
use crate::target::Target;

const CONNECTIONS: usize = 50;
const MESSAGES: usize = 300_000;

/// Messages that wait for their acknowledgement while the conversation is filled.
const WINDOW: usize = 500;

/// Connections that fill the conversation.
const WRITERS: usize = 10;

pub(crate) async fn attack(mut target: Target) -> String {
    let mut reader = Attacker::connect(target.address).await;
    reader.register("marker").await;
    let mut writer = Attacker::connect(target.address).await;
    writer.register("writer").await;
    let direct = writer.request(r#""type":"open_direct","username":"marker""#).await.unwrap();
    let conversation = number(&direct, "conversation");
    let mut tasks = JoinSet::new();
    tasks.spawn(fill(writer, conversation));
    for _ in 1..WRITERS {
        let writer = sign_in(&target, "writer").await;
        tasks.spawn(fill(writer, conversation));
    }
    tasks.join_all().await;
    let mut attackers = vec![reader];
    while attackers.len() < CONNECTIONS {
        attackers.push(sign_in(&target, "marker").await);
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
    let marks: usize = tasks.join_all().await.into_iter().sum();
    format!("{marks} marks in a conversation of {MESSAGES} messages")
}

async fn sign_in(target: &Target, username: &str) -> Attacker {
    let mut attacker = Attacker::connect(target.address).await;
    let fields = format!(r#""type":"sign_in","username":"{username}","password":"{PASSWORD}""#);
    let reply = attacker.request(&fields).await.unwrap();
    assert!(reply.contains("signed_in"), "{reply}");
    attacker
}

/// Stores a share of the messages.
async fn fill(mut writer: Attacker, conversation: u64) {
    let (mut waiting, mut stored) = (0, 0);
    while stored < MESSAGES / WRITERS {
        let mut lines = String::new();
        while waiting < WINDOW {
            waiting += 1;
            let client_id = new_client_id();
            lines += &format!(
                "{{\"id\":1,\"type\":\"send_message\",\"conversation\":{conversation},\"client_id\":{client_id},\"text\":\"oi\"}}\n"
            );
        }
        writer.send(&lines).await.unwrap();
        let line = writer.line().await.unwrap();
        writer.answer_ping(&line).await.unwrap();
        let (is_stored, is_refused) = (line.contains("message_stored"), line.contains("\"refused\""));
        waiting -= usize::from(is_stored || is_refused);
        stored += usize::from(is_stored);
    }
}

async fn mark_forever(mut attacker: Attacker, fields: Arc<[String; 2]>, mut target: Target) -> usize {
    let mut marks = 0;
    for fields in fields.iter().cycle() {
        let reply = tokio::select! {
            reply = attacker.request(fields) => reply,
            () = target.end() => break,
        };
        let Some(reply) = reply else { break };
        marks += usize::from(reply.contains("read_cursor"));
    }
    marks
}
