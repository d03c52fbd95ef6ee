//! The network between nodes on NATS.

mod server;

use std::time::Duration;

use bytes::Bytes;
use papo_server::cluster::nats::{ConnectError, NatsAddress, NatsNetwork};
use papo_server::cluster::network::{MAX_FRAME_BYTES, Network, NetworkState, NodeId, Received};
use papo_shared::model::ServerId;

pub(crate) use self::server::{NatsServer, shared_address};
use crate::client::within;

async fn connect(address: &str, community: ServerId, node: u64) -> Result<NatsNetwork, ConnectError> {
    connect_with(address, None, community, node).await
}

async fn connect_with(
    address: &str,
    password: Option<&str>,
    community: ServerId,
    node: u64,
) -> Result<NatsNetwork, ConnectError> {
    let address = NatsAddress::parse(address, password, None).unwrap();
    NatsNetwork::connect(&address, community, NodeId(node), "um").await
}

/// Two nodes of one community, which receive each other's frames.
async fn two_nodes(address: &str) -> (NatsNetwork, NatsNetwork) {
    let community = ServerId::from_random(rand::random());
    let (one, two) = (connect(address, community, 1).await.unwrap(), connect(address, community, 2).await.unwrap());
    meet(&one, &two).await;
    (one, two)
}

/// Sends until both subscriptions have reached the server.
async fn meet(one: &NatsNetwork, two: &NatsNetwork) {
    for (from, to, id) in [(one, two, NodeId(2)), (two, one, NodeId(1))] {
        let greeting = Bytes::from_static(b"greeting");
        let greet = async {
            loop {
                from.send(id, greeting.clone());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            () = greet => {}
            () = within(receive_one(to, &greeting)) => {}
        }
    }
    for (from, to, id) in [(one, two, NodeId(2)), (two, one, NodeId(1))] {
        let end = Bytes::from_static(b"end of greetings");
        from.send(id, end.clone());
        within(receive_one(to, &end)).await;
    }
}

/// Waits for these bytes and ignores others.
async fn receive_one(network: &NatsNetwork, expected: &Bytes) {
    while network.receive().await != Received::Bytes(expected.clone()) {}
}

async fn receive_bytes(network: &NatsNetwork) -> Bytes {
    loop {
        if let Received::Bytes(bytes) = within(network.receive()).await {
            return bytes;
        }
    }
}

async fn wait_until(condition: impl Fn() -> bool) {
    within(async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

async fn wait_for_interruption(network: &NatsNetwork) {
    within(async { while network.receive().await != Received::Interrupted {} }).await;
}

#[tokio::test]
async fn frames_reach_one_node_or_all_others_of_the_community_in_order() {
    let Some(address) = shared_address() else { return };
    let (one, two) = two_nodes(&address).await;
    let (stranger, other_stranger) = two_nodes(&address).await;
    one.broadcast(Bytes::from_static(b"to all"));
    assert_eq!(receive_bytes(&two).await, &b"to all"[..]);
    let numbers: Vec<_> = (0..1000_u32).map(|number| Bytes::copy_from_slice(&number.to_be_bytes())).collect();
    for number in &numbers {
        one.send(NodeId(2), number.clone());
    }
    for number in &numbers {
        assert_eq!(receive_bytes(&two).await, number);
    }
    let large = Bytes::from(vec![7; MAX_FRAME_BYTES]);
    two.send(NodeId(1), large.clone());
    assert_eq!(receive_bytes(&one).await, large, "a node should not receive what it broadcasts");
    stranger.send(NodeId(2), Bytes::from_static(b"own"));
    assert_eq!(receive_bytes(&other_stranger).await, &b"own"[..], "another community should not receive anything");
    assert_eq!(one.status().state, NetworkState::Connected);
    assert!(one.status().sent > 1000 && one.status().dropped == 0 && two.status().received > 1000, "{:?}", one.status());
}

#[tokio::test]
async fn what_was_sent_is_flushed_when_a_node_leaves() {
    let Some(address) = shared_address() else { return };
    let (one, two) = two_nodes(&address).await;
    let frame = Bytes::from(vec![7; MAX_FRAME_BYTES]);
    for _ in 0..8 {
        one.send(NodeId(2), frame.clone());
    }
    one.close().await;
    drop(one);
    for _ in 0..8 {
        assert_eq!(receive_bytes(&two).await, frame);
    }
}

/// The runtime has one thread, so nothing is written while frames are sent.
#[tokio::test]
async fn frames_are_dropped_rather_than_collected_when_nats_is_slow() {
    let Some(address) = shared_address() else { return };
    let (one, _two) = two_nodes(&address).await;
    for _ in 0..20 {
        one.send(NodeId(2), Bytes::from(vec![7; MAX_FRAME_BYTES]));
    }
    let dropped = one.status().dropped;
    assert!((1..20).contains(&dropped), "{dropped}");
}

#[tokio::test]
async fn a_node_that_receives_too_slowly_is_told_that_it_missed_frames() {
    let Some(address) = shared_address() else { return };
    let (one, two) = two_nodes(&address).await;
    for _ in 0..10 {
        for _ in 0..1000 {
            one.send(NodeId(2), Bytes::from_static(b"frame"));
        }
        wait_until(|| one.status().sent + one.status().dropped >= 1000).await;
    }
    one.close().await;
    wait_for_interruption(&two).await;
}

#[tokio::test]
async fn a_node_connects_again_and_says_that_it_may_have_missed_frames() {
    let Some(mut nats) = NatsServer::start("") else { return };
    let (one, two) = two_nodes(&nats.address()).await;
    nats.stop();
    wait_until(|| !one.is_connected() && !two.is_connected()).await;
    let dropped = one.status().dropped;
    one.send(NodeId(2), Bytes::from_static(b"lost"));
    assert_eq!((one.status().dropped, one.status().state), (dropped + 1, NetworkState::Disconnected));
    nats.start_again();
    wait_for_interruption(&two).await;
    wait_for_interruption(&one).await;
    assert!(one.is_connected() && two.is_connected());
    meet(&one, &two).await;
    one.send(NodeId(2), Bytes::from_static(b"new"));
    assert_eq!(receive_bytes(&two).await, &b"new"[..]);
}

#[tokio::test]
async fn a_node_starts_while_nats_is_down() {
    let Some(mut nats) = NatsServer::stopped(tempfile::tempdir().unwrap(), "") else { return };
    let community = ServerId::from_random(rand::random());
    let one = connect(&nats.address(), community, 1).await.unwrap();
    assert_eq!(one.status().state, NetworkState::Disconnected);
    within(one.close()).await;
    let one = connect(&nats.address(), community, 1).await.unwrap();
    nats.start_again();
    let two = connect(&nats.address(), community, 2).await.unwrap();
    wait_until(|| one.is_connected()).await;
    meet(&one, &two).await;
}

#[tokio::test]
async fn any_of_several_servers_will_do() {
    let Some(nats) = NatsServer::start("") else { return };
    let addresses = format!("nats://127.0.0.1:1,{}", nats.address());
    let (one, _two) = two_nodes(&addresses).await;
    assert!(one.is_connected());
}

#[tokio::test]
async fn wrong_credentials_are_refused() {
    let Some(nats) = NatsServer::start("authorization { user: papo, password: girafa }") else { return };
    for (address, password) in [
        (nats.address(), None),
        (nats.address_as("papo:zebra"), None),
        (nats.address_as("papo"), Some("zebra")),
        (nats.address_as("girafa"), None),
    ] {
        let refused = connect_with(&address, password, ServerId::from_random(rand::random()), 1).await.err();
        assert!(matches!(refused, Some(ConnectError::Credentials)), "{address}: {refused:?}");
    }
    assert!(connect(&nats.address_as("papo:girafa"), ServerId::from_random(rand::random()), 1).await.unwrap().is_connected());
    let separate = connect_with(&nats.address_as("papo"), Some("girafa"), ServerId::from_random(rand::random()), 1).await;
    assert!(separate.unwrap().is_connected());
}

#[tokio::test]
async fn tokens_are_accepted() {
    let Some(nats) = NatsServer::start("authorization { token: girafa }") else { return };
    assert!(connect(&nats.address_as("girafa"), ServerId::from_random(rand::random()), 1).await.unwrap().is_connected());
    let separate = connect_with(&nats.address(), Some("girafa"), ServerId::from_random(rand::random()), 1).await;
    assert!(separate.unwrap().is_connected());
    let refused = connect_with(&nats.address(), Some("zebra"), ServerId::from_random(rand::random()), 1).await.err();
    assert!(matches!(refused, Some(ConnectError::Credentials)), "{refused:?}");
}

#[tokio::test]
async fn missing_permissions_are_noticed() {
    for (permissions, sends) in [("publish: \"papo.>\", subscribe: \"other.>\"", false), ("publish: \"other.>\"", true)] {
        let config = format!("authorization {{ users: [{{ user: papo, password: girafa, permissions: {{ {permissions} }} }}] }}");
        let Some(nats) = NatsServer::start(&config) else { return };
        let one = connect(&nats.address_as("papo:girafa"), ServerId::from_random(rand::random()), 1).await.unwrap();
        if sends {
            one.broadcast(Bytes::from_static(b"frame"));
        }
        wait_until(|| one.status().state == NetworkState::Denied).await;
    }
}

/// A directory with an authority, and a certificate and a key signed by it for this host name.
fn certificates(name: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let (authority_key, key) = (rcgen::KeyPair::generate().unwrap(), rcgen::KeyPair::generate().unwrap());
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let issuer_certificate = authority.self_signed(&authority_key).unwrap();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let certificate = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let write = |file: &str, text: String| std::fs::write(dir.path().join(file), text).unwrap();
    write("ca.pem", issuer_certificate.pem());
    write("cert.pem", certificate.pem());
    write("key.pem", key.serialize_pem());
    dir
}

#[tokio::test]
async fn certificates_are_verified() {
    let dir = certificates("localhost");
    let ca = dir.path().join("ca.pem");
    let file = |name: &str| dir.path().join(name).display().to_string();
    let config = format!("tls {{ cert_file: {:?}, key_file: {:?} }}", file("cert.pem"), file("key.pem"));
    let Some(nats) = NatsServer::start(&config) else { return };
    let connect = async |address: String, ca: Option<std::path::PathBuf>| {
        let address = NatsAddress::parse(&address, None, ca).unwrap();
        NatsNetwork::connect(&address, ServerId::from_random(rand::random()), NodeId(1), "um").await
    };
    let localhost = |scheme: &str| format!("{scheme}://localhost:{}", nats.port);
    for address in [localhost("tls"), localhost("nats")] {
        assert!(connect(address, Some(ca.clone())).await.unwrap().is_connected());
    }
    let unknown = connect(localhost("tls"), None).await.err();
    assert!(matches!(unknown, Some(ConnectError::Certificate(_))), "{unknown:?}");
    let other_name = connect(nats.address(), Some(ca.clone())).await.err();
    assert!(matches!(other_name, Some(ConnectError::Certificate(_))), "{other_name:?}");
    let missing = connect(localhost("tls"), Some(dir.path().join("missing.pem"))).await.err().unwrap();
    assert!(matches!(&missing, ConnectError::Setting(text) if text.contains("`bus_ca`")), "{missing}");
    let Some(unencrypted) = NatsServer::start("") else { return };
    let plain = connect(format!("tls://localhost:{}", unencrypted.port), Some(ca)).await.err();
    assert!(matches!(plain, Some(ConnectError::Tls(_))), "{plain:?}");
}
