//! How fast a sign-out elsewhere, a suspension and a removal from a group take effect on every node.

use std::time::{Duration, Instant};

use papo_shared::model::{ConversationId, EntryKind};
use papo_shared::protocol::{
    Event, GoodbyeReason, ListConversations, ListDevices, RemoveMember, Reply, Request, RevokeDevice, ServerFrame, SignIn,
};
use tokio::time::timeout;

use super::cluster::Cluster;
use super::community::{PASSWORD, found_group, register};
use super::connection::Connection;

/// Longest time for an effect: without NATS, the nodes ask PostgreSQL every 30 s.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A user with one session on each node, each on a device of its own, and the time that each ending took on the slowest node.
pub(crate) struct Everywhere {
    name: String,
    sessions: Vec<Connection>,
}

impl Everywhere {
    pub(crate) async fn register(cluster: &Cluster, name: &str) -> Self {
        let mut sessions = Vec::new();
        for (number, address) in cluster.addresses().into_iter().enumerate() {
            let mut session = Connection::open(address).await.unwrap();
            if number == 0 {
                register(&mut session, name).await;
            } else {
                let (username, password) = (name.to_owned(), PASSWORD.to_owned());
                let sign_in = SignIn { username, password, device: None, code: None };
                let reply = session.ask(Request::SignIn(sign_in)).await.unwrap();
                assert!(matches!(reply, Reply::SignedIn(_)), "{reply:?}");
            }
            // A session receives events from its next request on.
            session.ask(Request::Ping).await.unwrap();
            sessions.push(session);
        }
        Self { name: name.to_owned(), sessions }
    }

    /// The first session signs out all others.
    pub(crate) async fn sign_out_elsewhere(mut self) -> Duration {
        let first = &mut self.sessions[0];
        let Reply::Devices(page) = first.ask(Request::ListDevices(ListDevices::default())).await.unwrap() else {
            panic!("expected the devices")
        };
        let began = Instant::now();
        for listing in page.devices.iter().filter(|listing| !listing.this) {
            let reply = first.ask(Request::RevokeDevice(RevokeDevice { device: listing.device })).await.unwrap();
            assert_eq!(reply, Reply::Done);
        }
        for session in &mut self.sessions[1..] {
            ends_with(session, GoodbyeReason::SignedOut).await;
        }
        began.elapsed()
    }

    /// The operator of the first node suspends the account.
    pub(crate) async fn suspend(mut self, cluster: &Cluster) -> Duration {
        let began = Instant::now();
        let done = tokio::task::block_in_place(|| cluster.nodes[0].operate(&["user", "suspend", &self.name]));
        assert!(done.status.success(), "{done:?}");
        for session in &mut self.sessions {
            ends_with(session, GoodbyeReason::Suspended).await;
        }
        began.elapsed()
    }

    /// The user joins a group of this owner.
    pub(crate) async fn join_group_of(&mut self, owner: &mut Connection) -> ConversationId {
        found_group(owner, &mut self.sessions[..1]).await
    }

    /// The owner removes the user from the group. Waits until every session was told, or was told to list its conversations again.
    pub(crate) async fn is_removed_by(&mut self, owner: &mut Connection, conversation: ConversationId) -> Duration {
        let began = Instant::now();
        let remove = RemoveMember { conversation, username: self.name.clone() };
        assert_eq!(owner.ask(Request::RemoveMember(remove)).await.unwrap(), Reply::Done);
        for session in &mut self.sessions {
            timeout(TIMEOUT, learns_of_removal(session, conversation)).await.expect("every session must learn of the removal");
        }
        began.elapsed()
    }

    /// The session on this node.
    pub(crate) fn session(&mut self, node: usize) -> &mut Connection {
        &mut self.sessions[node]
    }
}

async fn learns_of_removal(session: &mut Connection, conversation: ConversationId) {
    loop {
        match session.receive().await.unwrap() {
            ServerFrame::Event(Event::EntryPosted(posted)) if posted.conversation == conversation => {
                if matches!(posted.entry.kind, EntryKind::MemberRemoved { .. }) {
                    return;
                }
            }
            ServerFrame::Event(Event::Lagged) => {
                let list = session.ask(Request::ListConversations(ListConversations::default())).await.unwrap();
                let Reply::Conversations(page) = list else { panic!("{list:?}") };
                if page.conversations.iter().all(|summary| summary.conversation != conversation) {
                    return;
                }
            }
            ServerFrame::Event(Event::Ping) => {
                session.send(Request::Pong).await.unwrap();
            }
            _ => {}
        }
    }
}

async fn ends_with(session: &mut Connection, expected: GoodbyeReason) {
    let goodbye = timeout(TIMEOUT, session.goodbye()).await.expect("the session must end");
    assert_eq!(goodbye.map(|goodbye| goodbye.reason), Some(expected));
}
