//! Two or three servers in one process, on one store, with real sockets.

use std::sync::Arc;

use papo_server::Server;
use papo_server::cluster::Joining;
use papo_server::cluster::network::NodeId;
use papo_server::store::memory::MemoryStore;
use papo_shared::model::{ClientId, ConversationId, Person};
use papo_shared::protocol::{ChangePassword, Event, GoodbyeReason, Refusal, RemoveMember, Request};
use tempfile::TempDir;

use super::network::{Conditions, Medium};
use crate::client::{Client, PASSWORD, config, send, sign_in, text};

/// Servers that serve one community.
struct Nodes {
    servers: Vec<Server>,
    medium: Arc<Medium>,
    store: Arc<MemoryStore>,
    _dirs: Vec<TempDir>,
}

impl Nodes {
    async fn start(count: usize) -> Self {
        let (medium, store) = (Medium::new(0), Arc::new(MemoryStore::default()));
        let mut nodes = Self { servers: Vec::new(), medium, store, _dirs: Vec::new() };
        for _ in 0..count {
            nodes.add().await;
        }
        nodes
    }

    async fn add(&mut self) {
        let dir = tempfile::tempdir().unwrap();
        let node = NodeId::random();
        let network = self.medium.connect(node);
        let joining = Joining { node, name: format!("node {node}"), store: self.store.clone(), network };
        self.servers.push(Server::start_node(config(dir.path()), joining).await.unwrap());
        self._dirs.push(dir);
    }

    async fn client(&self, node: usize) -> Client {
        Client::greeted(self.servers[node].local_addr()).await
    }

    async fn register(&self, node: usize, username: &str) -> Client {
        let mut client = self.client(node).await;
        client.register(username).await;
        client.wait_until_attached().await;
        client
    }

    async fn sign_in_again(&self, node: usize, other: &Client) -> Client {
        let mut client = self.client(node).await;
        client.sign_in_with(&other.token).await;
        client.wait_until_attached().await;
        client
    }
}

/// Waits until the client sees this user come online, or go offline.
async fn sees(client: &mut Client, username: &str, online: bool) {
    client
        .event(|event| match event {
            Event::PresenceChanged(changed) => {
                let is_seen = |person: &Person| person.username.as_str() == username && person.online == online;
                changed.people.iter().any(is_seen).then_some(())
            }
            _ => None,
        })
        .await;
}

/// Waits for a message with this text.
async fn reads(client: &mut Client, conversation: ConversationId, expected: &str) {
    while text(&client.entry(conversation).await).as_deref() != Some(expected) {}
}

#[tokio::test]
async fn messages_and_presence_reach_users_on_other_nodes() {
    let nodes = Nodes::start(3).await;
    let mut ana = nodes.register(0, "ana").await;
    let mut rui = nodes.register(1, "rui").await;
    let conversation = ana.direct("rui").await;
    ana.say(conversation, "oi").await;
    reads(&mut rui, conversation, "oi").await;
    rui.say(conversation, "olá").await;
    reads(&mut ana, conversation, "olá").await;
    let mut phone = nodes.sign_in_again(2, &rui).await;
    ana.say(conversation, "tudo bem?").await;
    reads(&mut rui, conversation, "tudo bem?").await;
    reads(&mut phone, conversation, "tudo bem?").await;
    drop(rui);
    phone.say(conversation, "tudo").await;
    reads(&mut ana, conversation, "tudo").await;
    drop(phone);
    sees(&mut ana, "rui", false).await;
}

#[tokio::test]
async fn signing_out_a_device_ends_its_session_on_another_node() {
    let nodes = Nodes::start(2).await;
    let ana = nodes.register(0, "ana").await;
    let mut phone = nodes.client(1).await;
    let reply = phone.ask(sign_in("ana", PASSWORD)).await;
    phone.signed_in(reply);
    let mut ana = nodes.sign_in_again(0, &ana).await;
    ana.done(Request::ChangePassword(ChangePassword { current: PASSWORD.to_owned(), new: "outra frase comprida".to_owned() }))
        .await;
    assert_eq!(phone.goodbye().await, Some(GoodbyeReason::SignedOut));
}

#[tokio::test]
async fn suspending_an_account_ends_its_sessions_on_all_nodes() {
    let nodes = Nodes::start(3).await;
    let mut ana = nodes.register(1, "ana").await;
    let mut phone = nodes.sign_in_again(2, &ana).await;
    nodes.servers[0].operator().suspend("ana").await.unwrap();
    assert_eq!(ana.goodbye().await, Some(GoodbyeReason::Suspended));
    assert_eq!(phone.goodbye().await, Some(GoodbyeReason::Suspended));
}

/// The node of the removed member has heard nothing: all events are lost.
#[tokio::test]
async fn a_removed_member_cannot_write_through_a_node_that_does_not_know() {
    let nodes = Nodes::start(2).await;
    let mut ana = nodes.register(0, "ana").await;
    let mut rui = nodes.register(1, "rui").await;
    let group = ana.group("redes", &mut [&mut rui]).await;
    rui.say(group, "oi").await;
    reads(&mut ana, group, "oi").await;
    rui.drain_events().await;
    nodes.medium.set(Conditions::SILENT);
    ana.done(Request::RemoveMember(RemoveMember { conversation: group, username: "rui".to_owned() })).await;
    assert_eq!(rui.refused(send(group, ClientId::new(), "ainda aqui?")).await, Refusal::NotAMember);
    ana.say(group, "sem o rui").await;
    let events = rui.drain_events().await;
    assert!(!events.iter().any(|event| matches!(event, Event::EntryPosted(_))), "{events:?}");
}

/// Without the network, the store tells what the other nodes wrote.
#[tokio::test]
async fn messages_arrive_without_the_network() {
    for conditions in [Conditions::SILENT, Conditions::DOWN] {
        let nodes = Nodes::start(2).await;
        let mut ana = nodes.register(0, "ana").await;
        let mut rui = nodes.register(1, "rui").await;
        let conversation = ana.direct("rui").await;
        nodes.medium.set(conditions);
        ana.say(conversation, "oi").await;
        reads(&mut rui, conversation, "oi").await;
        rui.say(conversation, "olá").await;
        reads(&mut ana, conversation, "olá").await;
    }
}
