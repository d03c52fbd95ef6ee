//! 51 accounts from three addresses put one person into as many groups as they can.

use std::net::Ipv4Addr;

use tokio::task::JoinSet;

use crate::attacker::{Attacker, number};
use crate::target::Target;

const ACCOUNTS: usize = 51;
const ADDRESSES: usize = 3;

pub(crate) async fn attack(mut target: Target) -> String {
    let mut victim = Attacker::connect(target.address).await;
    victim.register("victim").await;
    let mut attackers = Vec::new();
    for account in 0..ACCOUNTS {
        let from = Ipv4Addr::new(127, 0, 1, u8::try_from(account % ADDRESSES + 1).unwrap());
        let mut attacker = Attacker::connect_from(from, target.address).await.unwrap();
        attacker.register(&format!("spammer{account}")).await;
        attackers.push(attacker);
    }
    target.begin().await;
    let mut tasks = JoinSet::new();
    for (account, attacker) in attackers.into_iter().enumerate() {
        tasks.spawn(invite_forever(attacker, account, target.clone()));
    }
    let mut created = 0;
    let mut added = 0;
    for (groups, members) in tasks.join_all().await {
        created += groups;
        added += members;
    }
    let page = victim.request(r#""type":"list_conversations","limit":200"#).await.unwrap();
    let listed = page.matches("\"kind\":\"group\"").count();
    let pending = victim.request(r#""type":"list_invitations""#).await.unwrap().matches("\"invited_by\"").count();
    format!("created {created} groups; {added} memberships, {listed} of them on the victim's first page; {pending} invitations")
}

/// Returns how many groups it created, and how often it made the victim a member.
async fn invite_forever(mut attacker: Attacker, account: usize, target: Target) -> (usize, usize) {
    let (mut created, mut added) = (0, 0);
    while !target.is_over() {
        let name = format!("spam {account} {created}");
        let Some(reply) = attacker.request(&format!(r#""type":"create_group","name":"{name}""#)).await else { break };
        if reply.contains("\"refused\"") {
            break;
        }
        created += 1;
        let group = number(&reply, "conversation");
        let add = format!(r#""type":"add_member","conversation":{group},"username":"victim""#);
        match attacker.request(&add).await {
            Some(reply) => added += usize::from(reply.contains("\"done\"")),
            None => break,
        }
    }
    (created, added)
}
