//! One account with 16 connections stores the longest messages as fast as it is allowed to.

use tokio::task::JoinSet;

use crate::attacker::{Attacker, PASSWORD, new_client_id, number};
use crate::target::Target;

const CONNECTIONS: usize = 16;
const TEXT_BYTES: usize = 16 * 1024;

/// Messages of a connection that wait for their acknowledgement.
const WINDOW: usize = 8;

pub(crate) async fn attack(mut target: Target) -> String {
    let mut friend = Attacker::connect(target.address).await;
    friend.register("friend").await;
    let mut first = Attacker::connect(target.address).await;
    first.register("filler").await;
    let direct = first.request(r#""type":"open_direct","username":"friend""#).await.unwrap();
    let conversation = number(&direct, "conversation");
    let mut attackers = vec![first];
    while attackers.len() < CONNECTIONS {
        let mut attacker = Attacker::connect(target.address).await;
        let reply = attacker.request(&format!(r#""type":"sign_in","username":"filler","password":"{PASSWORD}""#)).await.unwrap();
        assert!(reply.contains("signed_in"), "{reply}");
        attackers.push(attacker);
    }
    target.begin().await;
    let mut tasks = JoinSet::new();
    for attacker in attackers {
        tasks.spawn(send_forever(attacker, conversation, target.clone()));
    }
    let mut stored = 0;
    let mut refused = 0;
    for (messages, refusals) in tasks.join_all().await {
        stored += messages;
        refused += refusals;
    }
    format!("stored {} MB; {refused} messages were refused", stored * TEXT_BYTES / 1_000_000)
}

/// Returns how many messages were stored, and how many were refused.
async fn send_forever(mut attacker: Attacker, conversation: u64, mut target: Target) -> (usize, usize) {
    let text = "palavras variadas ".chars().cycle().take(TEXT_BYTES).collect::<String>();
    let (mut waiting, mut stored, mut refused) = (0, 0, 0);
    while !target.is_over() {
        while waiting < WINDOW {
            waiting += 1;
            let client_id = new_client_id();
            let line = format!(
                "{{\"id\":1,\"type\":\"send_message\",\"conversation\":{conversation},\"client_id\":{client_id},\"text\":\"{text}\"}}\n"
            );
            if attacker.send(&line).await.is_none() {
                return (stored, refused);
            }
        }
        let line = tokio::select! {
            line = attacker.line() => line,
            () = target.end() => break,
        };
        let Some(line) = line else { break };
        if attacker.answer_ping(&line).await.is_none() {
            break;
        }
        let (is_stored, is_refused) = (line.contains("message_stored"), line.contains("\"refused\""));
        waiting -= usize::from(is_stored || is_refused);
        stored += usize::from(is_stored);
        refused += usize::from(is_refused);
    }
    (stored, refused)
}
