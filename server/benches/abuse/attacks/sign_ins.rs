//! 60 addresses try to sign in to many accounts, which keeps the password threads busy, while a user signs in.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::attacker::{Attacker, PASSWORD};
use crate::target::Target;

const ADDRESSES: u8 = 60;

/// Interval between two sign-ins of the owner.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) async fn attack(mut target: Target) -> String {
    let mut owner = Attacker::connect(target.address).await;
    owner.register("victim").await;
    target.begin().await;
    let mut tasks = JoinSet::new();
    for address in 1..=ADDRESSES {
        tasks.spawn(guess_forever(Ipv4Addr::new(127, 0, 2, address), target.clone()));
    }
    let (signed_in, attempts, longest) = sign_in_as_owner(target.clone()).await;
    let guesses: usize = tasks.join_all().await.into_iter().sum();
    format!("{guesses} guesses were answered; the owner signed in {signed_in} of {attempts} times, after at most {longest:.0?}")
}

async fn guess_forever(from: Ipv4Addr, target: Target) -> usize {
    let mut replies = 0;
    while !target.is_over() {
        let Some(mut attacker) = Attacker::connect_from(from, target.address).await else { break };
        while !target.is_over() {
            // Attempts on one account are limited from all addresses together.
            let [.., host] = from.octets();
            let guess = format!(r#""type":"sign_in","username":"user{host}.{replies}","password":"not the password""#);
            let Some(_) = attacker.request(&guess).await else { break };
            replies += 1;
        }
    }
    replies
}

/// Returns how many sign-ins succeeded, of how many, and the longest duration of one that did.
async fn sign_in_as_owner(target: Target) -> (usize, usize, Duration) {
    let (mut signed_in, mut attempts, mut longest) = (0, 0, Duration::ZERO);
    while !target.is_over() {
        let begun = Instant::now();
        attempts += 1;
        let mut owner = Attacker::connect(target.address).await;
        let reply = owner.request(&format!(r#""type":"sign_in","username":"victim","password":"{PASSWORD}""#)).await;
        if reply.is_some_and(|reply| reply.contains("signed_in")) {
            signed_in += 1;
            longest = longest.max(begun.elapsed());
        }
        tokio::time::sleep(PAUSE).await;
    }
    (signed_in, attempts, longest)
}
