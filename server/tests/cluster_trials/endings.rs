//! Sign-outs, suspensions and removals take effect on every node, with and without NATS.

use papo_shared::model::{ClientId, ConversationId};
use papo_shared::protocol::{Refusal, RemoveMember, Reply, Request, SendMessage};

use super::real_cluster::community::register;
use super::real_cluster::connection::Connection;
use super::real_cluster::endings::Everywhere;
use super::real_cluster::nats::Permission;
use super::{report, start};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_outs_suspensions_and_removals_take_effect_on_every_node() {
    let Some((_turn, mut cluster)) = start().await else { return };
    let mut owner = Connection::open(cluster.addresses()[0]).await.unwrap();
    register(&mut owner, "owner").await;
    for (round, has_nats) in [true, false].into_iter().enumerate() {
        let name = |what: &str| format!("{what}{round}");
        let signed_out = Everywhere::register(&cluster, &name("signedout")).await;
        let suspended = Everywhere::register(&cluster, &name("suspended")).await;
        let mut removed = Everywhere::register(&cluster, &name("removed")).await;
        let group = removed.join_group_of(&mut owner).await;
        if !has_nats {
            cluster.nats.kill();
        }
        let took =
            tokio::join!(signed_out.sign_out_elsewhere(), suspended.suspend(&cluster), removed.is_removed_by(&mut owner, group));
        report(&format!("endings with NATS: {has_nats}: {took:?}"));
    }
}

/// The node of a removed member may not have heard of it. The transaction decides.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_member_cannot_write_through_a_node_that_did_not_hear_of_it() {
    let Some((_turn, cluster)) = start().await else { return };
    let mut owner = Connection::open(cluster.addresses()[0]).await.unwrap();
    register(&mut owner, "owner").await;
    let mut member = Everywhere::register(&cluster, "member").await;
    let group = member.join_group_of(&mut owner).await;
    for node in 0..cluster.nodes.len() {
        let stored = member.session(node).ask(say_hello(group)).await.unwrap();
        assert!(matches!(stored, Reply::MessageStored(_)), "{stored:?}");
    }
    cluster.nats.permit(Permission::OnlySubscribe);
    let remove = RemoveMember { conversation: group, username: "member".to_owned() };
    assert_eq!(owner.ask(Request::RemoveMember(remove)).await.unwrap(), Reply::Done);
    for node in 0..cluster.nodes.len() {
        let refused = member.session(node).ask(say_hello(group)).await.unwrap();
        assert_eq!(refused, Reply::Refused(Refusal::NotAMember), "on node {node}");
    }
}

fn say_hello(conversation: ConversationId) -> Request {
    Request::SendMessage(SendMessage { conversation, client_id: ClientId::new(), text: "oi".to_owned(), reply_to: None })
}
