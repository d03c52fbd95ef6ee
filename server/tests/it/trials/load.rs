//! A load of a few players in direct and group conversations, all acting at once.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::join_all;
use papo_shared::model::ConversationId;
use papo_shared::protocol::{CreateGroup, OpenDirect, Reply, Request};

use super::history::Witness;
use super::player::Player;

const NAMES: [&str; 5] = ["ana", "eva", "ivo", "joão", "rui"];

/// The first players create one group each.
const GROUPS: usize = 3;

/// Registers all players; each opens a conversation with the next, and the first ones create groups to which they
/// will add the others.
pub(crate) async fn gather(address: SocketAddr, witness: &Arc<Witness>, seed: u64) -> io::Result<Vec<Player>> {
    let mut players = Vec::new();
    for (number, name) in NAMES.iter().enumerate() {
        players.push(Player::register(name, address, witness, seed + number as u64).await?);
    }
    for one in 0..NAMES.len() {
        let other = (one + 1) % NAMES.len();
        let opened = players[one].ask(Request::OpenDirect(OpenDirect { username: NAMES[other].to_owned() })).await?;
        let conversation = conversation(opened)?;
        players[one].join(conversation);
        players[other].join(conversation);
    }
    for one in 0..GROUPS {
        let made =
            players[one].ask(Request::CreateGroup(CreateGroup { name: format!("de {}", NAMES[one]), visibility: None })).await?;
        let others = NAMES.iter().filter(|name| **name != NAMES[one]).map(|name| (*name).to_owned()).collect();
        players[one].keep(conversation(made)?, others);
    }
    Ok(players)
}

/// All players perform this many actions concurrently.
pub(crate) async fn play(players: &mut [Player], steps: usize, with_sign_ins: bool) {
    join_all(players.iter_mut().map(|player| player.play(steps, with_sign_ins))).await;
}

fn conversation(reply: Reply) -> io::Result<ConversationId> {
    match reply {
        Reply::Conversation(summary) => Ok(summary.conversation),
        other => Err(io::Error::other(format!("expected a conversation, got {other:?}"))),
    }
}
