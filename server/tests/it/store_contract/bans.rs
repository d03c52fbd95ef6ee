//! Bans of networks.

use papo_server::domain::{Ban, BannedNetwork};
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::Timestamp;

use super::{NOW, one};

fn ban(network: &str, until: i64) -> Ban {
    Ban {
        network: BannedNetwork::parse(network).unwrap(),
        until: Timestamp(until),
        reason: "spam".to_owned(),
        created_by: "root".to_owned(),
        created_at: NOW,
    }
}

async fn add(store: &dyn Store, ban: &Ban) {
    assert!(matches!(one(store, Write::AddBan(ban.clone())).await, Outcome::Done));
}

async fn remove(store: &dyn Store, network: &str, at: Timestamp) {
    let network = BannedNetwork::parse(network).unwrap();
    assert!(matches!(one(store, Write::RemoveBan { network, at }).await, Outcome::Done));
}

async fn bans(store: &dyn Store) -> Vec<Ban> {
    let mut bans = store.bans().await.unwrap();
    bans.sort_by_key(|ban| ban.network);
    bans
}

pub(super) async fn bans_are_stored_replaced_and_removed(store: &dyn Store) {
    let (one, other, later) = (ban("192.0.2.7", 9_000), ban("2001:db8::/48", 9_000), ban("192.0.2.7", 9_999));
    add(store, &one).await;
    add(store, &other).await;
    assert_eq!(bans(store).await, [one, other.clone()]);
    add(store, &later).await;
    assert_eq!(bans(store).await, [later.clone(), other], "one ban per network");
    remove(store, "2001:db8::/48", NOW).await;
    assert_eq!(bans(store).await, std::slice::from_ref(&later));
    remove(store, "192.0.2.0/24", NOW).await;
    assert_eq!(bans(store).await, [later], "another network is not affected");
}

pub(super) async fn expired_bans_are_deleted_with_the_next_change(store: &dyn Store) {
    let (expired, kept) = (ban("192.0.2.7", NOW.0), ban("192.0.2.8", NOW.0 + 1));
    add(store, &expired).await;
    add(store, &kept).await;
    assert_eq!(bans(store).await, [kept]);
    remove(store, "192.0.2.9", Timestamp(NOW.0 + 1)).await;
    assert_eq!(bans(store).await, []);
}
